"""The offerings of a school year, and which students each could serve: what is certain, and what unknowns leave open."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from allcity.analysis.cells import LOWEST_GRADE, BoolArray, Cells, FloatArray, IntArray, summed
from allcity.analysis.city import GRADES, CityYear
from allcity.analysis.partners import schools_of_partnerships
from allcity.analysis.travel import Travel, pairs_within


@dataclass(frozen=True)
class Season:
    """The year's offerings, one row each, with their program and place.

    `frame` adds to the offering: organization_id, contributions, latitude, longitude, `in_person`, `one_day` and
    `sustained`. Sustained is at least the city's number of sessions or, where sessions are not known, the city's number
    of days from the first to the last, both counted.
    """

    frame: pl.DataFrame

    @property
    def access(self) -> pl.DataFrame:
        """The offerings that can be access: sustained and in person."""
        return self.frame.filter(pl.col("sustained") & pl.col("in_person"))


def season(city_year: CityYear) -> Season:
    """Join the year's offerings with their programs and places, and say which are sustained."""
    targets = city_year.framework.targets
    days = (pl.col("end_date") - pl.col("start_date")).dt.total_days() + 1
    long_enough = (
        pl.when(pl.col("sessions").is_not_null())
        .then(pl.col("sessions") >= targets.sustained_sessions.value)
        .otherwise(days >= targets.sustained_days.value)
    )
    frame = (
        city_year.offerings.join(
            city_year.programs.select("program_id", "organization_id", "contributions"), on="program_id", how="left"
        )
        .join(city_year.locations.select("location_id", "latitude", "longitude"), on="location_id", how="left")
        .with_columns(
            in_person=pl.col("mode") == "in_person",
            one_day=pl.col("start_date") == pl.col("end_date"),
            sustained=long_enough & (pl.col("start_date") < pl.col("end_date")),
        )
    )
    return Season(frame)


@dataclass(frozen=True)
class Arcs:
    """Which cells could use which of the season's `access` offerings.

    Arcs are listed where both places are known and in reach, and where an offering is reserved for the cell's school. All
    others that a place not known leaves open would be too many to list, and are alike for all cells of a grade: an
    offering that nobody has reserved may serve every cell that it `fits` where its own or the school's place is not known.

    Attributes:
        cell, offering: (arcs,) indices of cells and of rows of `Season.access`, sorted by cell and then offering.
        minutes: (arcs,) travel time, NaN where a place is not known.
        certain: (arcs,) whether ages and both places are known; the other arcs hold if the unknown turns out well.
        fits: (offerings, grades) whether nothing known of its ages keeps a grade out, from pre-kindergarten on; False
            throughout for an offering that is reserved.
        grade: (cells,) column of `fits`.
        lost_offering, lost_cell: (offerings,) and (cells,) whether its place is not known.
    """

    cell: IntArray
    offering: IntArray
    minutes: FloatArray
    certain: BoolArray
    fits: BoolArray
    grade: IntArray
    lost_offering: BoolArray
    lost_cell: BoolArray

    def over_cells(self, values: FloatArray, *, listed: FloatArray | None = None, other: float = 1.0) -> FloatArray:
        """(offerings,) sum of (cells,) `values` over the cells that each offering may serve.

        Listed arcs count with the weights `listed`, (arcs,), or in full, all others with the weight `other`.
        """
        arcs = self._of_cells(np.flatnonzero(values))
        of_arcs = values[self.cell[arcs]] if listed is None else values[self.cell[arcs]] * listed[arcs]
        everywhere, nowhere = (
            summed(self.grade, values * cells, self.fits.shape[1]) for cells in (1.0, self.lost_cell)
        )
        far = np.where(self.lost_offering, self.fits @ everywhere, self.fits @ nowhere)
        result: FloatArray = summed(self.offering[arcs], of_arcs, len(self.fits)) + other * far
        return result

    def _of_cells(self, cells: IntArray) -> IntArray | slice:
        """The arcs of some cells: a small part of the city should not cost as much as all of it."""
        if 2 * len(cells) > len(self.grade):
            return slice(None)
        first, last = self._start[cells], self._start[cells + 1]
        ends = np.cumsum(last - first)
        return np.arange(ends[-1] if len(ends) else 0) + np.repeat(last - ends, last - first)

    @cached_property
    def _start(self) -> IntArray:
        """(cells + 1,) where the arcs of each cell begin."""
        return np.searchsorted(self.cell, np.arange(len(self.grade) + 1))

    def over_offerings(self, values: FloatArray) -> FloatArray:
        """(cells,) sum of (offerings,) `values`, not infinite, over the offerings that each cell may use."""
        sums = summed(self.cell, values[self.offering], len(self.grade))
        lost, placed = (values * lost @ self.fits for lost in (self.lost_offering, ~self.lost_offering))
        result: FloatArray = sums + lost[self.grade] + self.lost_cell * placed[self.grade]
        return result


def arcs(city_year: CityYear, offerings: pl.DataFrame, cells: Cells) -> Arcs:
    """Pair cells with offerings within reach that fit: the offering's ages meet those of the grade.

    A grade g is age g+5 to g+6, so [minimum, maximum] meets it where minimum <= g+6 and maximum >= g+5. Seats that a
    partnership reserves are for its schools alone.
    """
    schools, places = _places(city_year.schools), _places(offerings)
    lost_school, lost_offering = _lost(schools), _lost(places)
    youngest, oldest = known(offerings["minimum_age"]), known(offerings["maximum_age"])
    ages_known = np.isfinite(youngest) & np.isfinite(oldest)
    reserved = offerings["partnership_id"].is_not_null().to_numpy()

    pairs = pairs_within(schools, places, travel=travel_of(city_year))
    school, offering = (
        np.repeat(np.arange(pairs.origins), np.diff(pairs.origin_start)),
        pairs.destination.astype(np.int64),
    )
    for_school, for_offering = _reservations(city_year, offerings)
    mine = ~reserved[offering] | np.isin(offering * len(schools) + school, for_offering * len(schools) + for_school)
    lost = lost_school[for_school] | lost_offering[for_offering]
    school = np.concatenate([school[mine], for_school[lost]])
    offering = np.concatenate([offering[mine], for_offering[lost]])
    minutes = np.concatenate([pairs.minutes[mine], np.full(int(lost.sum()), np.nan)])

    first = np.searchsorted(cells.school, np.arange(len(schools)))
    repeats = np.bincount(cells.school, minlength=len(schools))[school]
    within = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    cell = np.repeat(first[school], repeats) + within
    offering, minutes = np.repeat(offering, repeats), np.repeat(minutes, repeats)

    grades = np.arange(len(GRADES)) + LOWEST_GRADE
    fits = ~(youngest[:, None] > grades + 6) & ~(oldest[:, None] < grades + 5)
    grade = cells.grade - LOWEST_GRADE
    kept = fits[offering, grade[cell]]
    cell, offering, minutes = cell[kept], offering[kept], minutes[kept]
    order = np.lexsort((offering, cell))
    cell, offering, minutes = cell[order], offering[order], minutes[order]
    return Arcs(
        cell=cell,
        offering=offering,
        minutes=minutes,
        certain=ages_known[offering] & np.isfinite(minutes),
        fits=fits & ~reserved[:, None],
        grade=grade,
        lost_offering=lost_offering,
        lost_cell=lost_school[cells.school],
    )


def travel_of(city_year: CityYear) -> Travel:
    """How far counts as within reach in this city."""
    targets = city_year.framework.targets
    return Travel(
        mode=targets.travel_mode.value,
        minutes=targets.reach_minutes.value,
        speed_kmh=targets.walking_speed_kmh.value,
        detour=targets.walking_detour.value,
    )


def _places(frame: pl.DataFrame) -> FloatArray:
    return np.column_stack([known(frame["latitude"]), known(frame["longitude"])])


def _lost(places: FloatArray) -> BoolArray:
    return np.isnan(places[:, 0]) | np.isnan(places[:, 1])


def _reservations(city_year: CityYear, offerings: pl.DataFrame) -> tuple[IntArray, IntArray]:
    """The pairs of a school and an offering that a partnership reserves for it."""
    pairs = (
        offerings.with_row_index("offering")
        .select("offering", "partnership_id")
        .join(schools_of_partnerships(city_year), on="partnership_id")
        .join(city_year.schools.with_row_index("school").select("school_id", "school"), on="school_id")
        .select("school", "offering")
        .unique(maintain_order=True)
        .cast(pl.Int64)
    )
    return pairs["school"].to_numpy(), pairs["offering"].to_numpy()


def known(values: pl.Series) -> FloatArray:
    """A numeric column with NaN for null."""
    return values.cast(pl.Float64).fill_null(np.nan).to_numpy()


def in_reach(city_year: CityYear, offerings: pl.DataFrame, cells: Cells, found: Arcs) -> pl.DataFrame:
    """Which of the offerings each school's students can reach and fit, and how long they are on the way.

    One row for each pair: school_id, offering_id, `minutes` (null where a place is not known) and `certain` (whether ages
    and both places are known), the nearest first.
    """
    return (
        pl.DataFrame(
            {
                "school_id": city_year.schools["school_id"].gather(cells.school[found.cell]),
                "offering_id": offerings["offering_id"].gather(found.offering),
                "minutes": pl.Series(found.minutes).fill_nan(None),
                "certain": found.certain,
            }
        )
        .group_by("school_id", "offering_id")
        .agg(pl.col("minutes").first(), pl.col("certain").any())
        .sort("school_id", "minutes", "offering_id", nulls_last=True)
    )
