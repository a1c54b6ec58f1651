"""The offerings of a school year, and which students each could serve: what is certain, and what unknowns leave open."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from allcity.analysis.cells import BoolArray, Cells, FloatArray, IntArray
from allcity.analysis.city import CityYear
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

    Attributes:
        cell, offering: (arcs,) indices of cells and of rows of `Season.access`, sorted by cell.
        minutes: (arcs,) travel time, NaN where the school's place is not known.
        certain: (arcs,) whether ages and both places are known; the other arcs hold if the unknown turns out well.
        anywhere: (profiles, cells) for offerings whose place is not known: the cells that each kind of them fits.
        profile: (offerings,) row of `anywhere` of an offering whose place is not known, -1 where it is known.
    """

    cell: IntArray
    offering: IntArray
    minutes: FloatArray
    certain: BoolArray
    anywhere: BoolArray
    profile: IntArray


def arcs(city_year: CityYear, offerings: pl.DataFrame, cells: Cells) -> Arcs:
    """Pair cells with offerings within reach that fit: the offering's ages meet those of the grade.

    A grade g is age g+5 to g+6, so [minimum, maximum] meets it where minimum <= g+6 and maximum >= g+5. Seats that a
    partnership reserves are for its schools alone.
    """
    schools = _places(city_year.schools)
    places = _places(offerings)
    youngest, oldest = known(offerings["minimum_age"]), known(offerings["maximum_age"])
    pairs = pairs_within(schools, places, travel=travel_of(city_year))
    school = np.repeat(np.arange(pairs.origins), np.diff(pairs.origin_start))
    offering, minutes = pairs.destination.astype(np.int64), pairs.minutes

    placed_offerings = np.flatnonzero(np.isfinite(places).all(axis=1))
    lost_schools = np.flatnonzero(~np.isfinite(schools).all(axis=1))
    school = np.append(school, np.repeat(lost_schools, len(placed_offerings)))
    offering = np.append(offering, np.tile(placed_offerings, len(lost_schools)))
    minutes = np.append(minutes, np.full(len(school) - len(minutes), np.nan))

    reserved, allowed = _reservations(city_year, offerings)
    mine = ~reserved[offering] | np.isin(offering * len(schools) + school, allowed)
    school, offering, minutes = school[mine], offering[mine], minutes[mine]

    first = np.searchsorted(cells.school, np.arange(len(schools)))
    count = np.bincount(cells.school, minlength=len(schools))
    repeats = count[school]
    within = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    cell = np.repeat(first[school], repeats) + within
    offering, minutes = np.repeat(offering, repeats), np.repeat(minutes, repeats)

    fits = _not_excluded(youngest[offering], oldest[offering], cells.grade[cell])
    cell, offering, minutes = cell[fits], offering[fits], minutes[fits]
    ages_known = np.isfinite(youngest) & np.isfinite(oldest)
    order = np.lexsort((offering, cell))
    cell, offering, minutes = cell[order], offering[order], minutes[order]
    anywhere, profile = _profiles(offerings, cells, reserved, allowed, len(schools))
    return Arcs(cell, offering, minutes, ages_known[offering] & np.isfinite(minutes), anywhere, profile)


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
    return frame.select(pl.col("latitude", "longitude").cast(pl.Float64).fill_null(np.nan)).to_numpy()


def _not_excluded(youngest: FloatArray, oldest: FloatArray, grade: IntArray) -> BoolArray:
    """Whether what is known of the ages leaves the grade in; an unknown bound excludes nobody."""
    return ~(youngest > grade + 6) & ~(oldest < grade + 5)


def _reservations(city_year: CityYear, offerings: pl.DataFrame) -> tuple[BoolArray, IntArray]:
    """Which offerings are reserved, and the keys offering × schools + school of those they are reserved for."""
    schools = city_year.schools.with_row_index("school").select("school_id", "school")
    allowed = (
        offerings.with_row_index("offering")
        .select("offering", "partnership_id")
        .join(city_year.partnerships.select("partnership_id", school_id="school_ids"), on="partnership_id")
        .explode("school_id")
        .join(schools, on="school_id")
    )
    keys = allowed.select(pl.col("offering").cast(pl.Int64) * len(schools) + pl.col("school").cast(pl.Int64))
    return offerings["partnership_id"].is_not_null().to_numpy(), keys.to_series().to_numpy()


def _profiles(
    offerings: pl.DataFrame, cells: Cells, reserved: BoolArray, allowed: IntArray, schools: int
) -> tuple[BoolArray, IntArray]:
    """The distinct kinds of offerings without a place, by ages and reservation, and the cells that each fits."""
    profile = np.full(len(offerings), -1)
    kinds: dict[tuple[float, float, str | None], int] = {}
    fits: list[BoolArray] = []
    lost = np.flatnonzero(~np.isfinite(_places(offerings)).all(axis=1))
    for row in lost:
        low, high, partnership = offerings.select("minimum_age", "maximum_age", "partnership_id").row(int(row))
        kind = (low, high, partnership)
        if kind not in kinds:
            kinds[kind] = len(fits)
            ages = np.array([np.nan if age is None else age for age in (low, high)])
            mask = _not_excluded(ages[0], ages[1], cells.grade)
            if reserved[row]:
                mask &= np.isin(row * schools + cells.school, allowed)
            fits.append(mask)
        profile[row] = kinds[kind]
    return np.array(fits, dtype=bool).reshape(len(fits), len(cells.grade)), profile


def known(values: pl.Series) -> FloatArray:
    """A numeric column with NaN for null."""
    return values.cast(pl.Float64).fill_null(np.nan).to_numpy()
