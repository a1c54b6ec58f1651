"""Access to music out of school: reach, seats per 100 students, and places, each with what unknowns could make of it.

The low end lets whatever is unknown of an offering turn out badly, the high end lets it turn out well. The value is what is
known: it equals the low end. Cells are the students of a school and grade (`cells.py`), arcs say which offerings they
could use (`season.py`).
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from scipy import sparse
from scipy.spatial import cKDTree

from allcity.analysis import catchment
from allcity.analysis.cells import BoolArray, Cells, FloatArray, IntArray
from allcity.analysis.city import CityYear, year_dates
from allcity.analysis.placement import place
from allcity.analysis.season import Arcs, known, travel_of
from allcity.analysis.travel import EARTH_RADIUS_KM, Pairs


@dataclass(frozen=True)
class Wanted:
    """Which offerings count, (offerings,): `certain` those that do, `possible` those too of which it is not known."""

    certain: BoolArray
    possible: BoolArray


def everything(offerings: pl.DataFrame) -> Wanted:
    """Every offering counts."""
    every = np.ones(len(offerings), dtype=bool)
    return Wanted(every, every)


def fee_at_most(offerings: pl.DataFrame, limit: float) -> Wanted:
    """Offerings that cost a family at most `limit`, in minor units; 0 asks for free ones."""
    return Wanted(known(offerings["maximum_fee"]) <= limit, ~(known(offerings["minimum_fee"]) > limit))


def naming_any(offerings: pl.DataFrame, column: str, items: tuple[str, ...] | None = None) -> Wanted:
    """Offerings whose list in `column` has one of `items`, or anything at all; an empty cell is unknown."""
    values = pl.col(column)
    named = values.list.len() > 0
    has = named if items is None else values.list.set_intersection(list(items)).list.len() > 0
    mask = offerings.select(has=has.fill_null(value=False), unnamed=~named.fill_null(value=False))
    certain = mask["has"].to_numpy()
    return Wanted(certain, certain | mask["unnamed"].to_numpy())


@dataclass(frozen=True)
class Reach:
    """Which cells have at least one offering within reach that fits.

    `certain` (cells,) have one; `nearby` have one if ages or the school's own place turn out well; `open` if an offering
    whose place is not known were near as well. `spare` (profiles,) counts the offerings of each profile of `Arcs.anywhere`.
    """

    certain: BoolArray
    nearby: BoolArray
    open: BoolArray
    anywhere: BoolArray
    spare: IntArray

    def share(self, weights: FloatArray) -> tuple[float, float]:
        """Low and high share of the students in `weights` (cells,) who are reached; NaN where there are none.

        The high end lets each offering without a place be near every school: it bounds parts of a city.
        """
        return _share(self.certain, weights), _share(self.open, weights)

    def best_places(self, weights: FloatArray, spots: "Spots") -> float:
        """The high end for a whole city: each offering without a place stands in its single best one.

        What each would add there is summed, which is at least what they add together, and bounded by `open`.
        """
        base = float(weights @ self.nearby)
        for fits, number in zip(self.anywhere, self.spare, strict=True):
            base += number * spots.most(np.where(fits & ~self.nearby, weights, 0))
        return min(base, float(weights @ self.open)) / float(weights.sum())


def reach(arcs: Arcs, wanted: Wanted, cells: Cells) -> Reach:
    """Which cells the wanted offerings reach, for certain and at most."""

    def touched(mask: BoolArray) -> BoolArray:
        cell = np.zeros(len(cells.school), dtype=bool)
        cell[arcs.cell[mask]] = True
        return cell

    certain = touched(arcs.certain & wanted.certain[arcs.offering])
    nearby = touched(wanted.possible[arcs.offering])
    spare = np.bincount(arcs.profile[(arcs.profile >= 0) & wanted.possible], minlength=len(arcs.anywhere))
    return Reach(certain, nearby, nearby | arcs.anywhere[spare > 0].any(axis=0), arcs.anywhere, spare)


class Spots:
    """Places where an offering could be, to find the one that reaches most students.

    The places are a grid whose step is an eighth of the reach. So that no place between them could reach more, the reach
    is lengthened by half the diagonal of the grid.
    """

    def __init__(self, city_year: CityYear, cells: Cells) -> None:
        travel = travel_of(city_year)
        radius = travel.limit_km
        schools = np.column_stack([known(city_year.schools[name]) for name in ("latitude", "longitude")])
        self._placed = np.flatnonzero(np.isfinite(schools).all(axis=1))
        self._cells = cells
        middle = np.radians(schools[self._placed].mean(axis=0)) if len(self._placed) else np.zeros(2)
        flat = np.radians(schools[self._placed]) * [1, np.cos(middle[0])] * EARTH_RADIUS_KM
        step = radius / 8
        around = np.arange(-9, 10)
        offsets = np.array([(a, b) for a in around for b in around if a * a + b * b <= 100])
        spots = np.unique((np.rint(flat / step).astype(np.int64)[:, None] + offsets).reshape(-1, 2), axis=0) * step
        # A city is small enough for a plane; a hundredth more makes up for the curvature.
        self._near = cKDTree(flat).query_ball_point(spots, radius * (1 + np.sqrt(2) / 16) * 1.01) if len(flat) else []

    def most(self, weights: FloatArray) -> float:
        """The largest number of students, of those counted in `weights` (cells,), that one place could reach."""
        at_school = self._cells.by_school(weights)[self._placed]
        return max((float(at_school[near].sum()) for near in self._near), default=0.0)


@dataclass(frozen=True)
class Seats:
    """Seats of the offerings, (offerings,): `low` counts unknown ones as none, `high` as many as the city's cap."""

    low: FloatArray
    high: FloatArray


def seats_of(city_year: CityYear, offerings: pl.DataFrame) -> Seats:
    """The seats of the offerings, unknown ones bounded by the city's stated cap; without a cap they are unbounded."""
    cap = city_year.framework.targets.seats_cap_unknown.value
    seats = known(offerings["seats"])
    return Seats(np.nan_to_num(seats), np.where(np.isnan(seats), np.inf if cap is None else cap, seats))


@dataclass(frozen=True)
class SeatsPerStudent:
    """Seats per student of each cell, (cells,), by the city's method of floating catchment areas.

    `value` is what is known. An offering of unknown ages may serve more cells than are certain, which leaves fewer seats
    to each: `least` counts them all in. `most` counts unknown seats up to the city's cap. `open` (cells, offerings) are
    the cells that an offering may serve or not; whatever part of the city it serves has at most all of its `seats`.
    With the three-step method, where students choose among sites, the range is that of these scenarios, not a bound.
    """

    value: FloatArray
    least: FloatArray
    most: FloatArray
    open: sparse.csr_array
    seats: FloatArray

    def per_100(self, weights: FloatArray) -> tuple[float, float, float]:
        """Seats per 100 students of the students in `weights` (cells,): value, low and high; NaN where there are none."""
        touched = (weights > 0).astype(np.float64) @ self.open > 0
        students = weights.sum()
        if not students > 0:
            return np.nan, np.nan, np.nan
        high = float((weights * np.where(weights > 0, self.most, 0)).sum() + self.seats[touched].sum())
        return (
            100 * float(weights @ self.value / students),
            100 * float(weights @ self.least / students),
            100 * high / students,
        )

    def open_seats(self, cells: Cells) -> FloatArray:
        """(schools,) the seats of all offerings that a school's students may have or not."""
        shape = (len(cells.spread), len(cells.school))
        of_school = sparse.csr_array((np.ones(shape[1]), (cells.school, np.arange(shape[1]))), shape=shape)
        return np.asarray((of_school @ self.open > 0).astype(np.float64) @ self.seats)


def seats_per_student(city_year: CityYear, cells: Cells, arcs: Arcs, seats: Seats) -> SeatsPerStudent:
    """Share each offering's seats among the students of the cells it serves, and add up each cell's shares."""
    targets = city_year.framework.targets
    steps = targets.catchment_step_weights.value

    def access(mask: BoolArray, supply: FloatArray) -> FloatArray:
        return catchment.seats_per_student(
            pairs=_as_pairs(arcs, mask, cells, len(supply)),
            demand=cells.students,
            supply=supply,
            method=targets.catchment_method.value,
            weights=None if steps is None else tuple((step.minutes, step.weight) for step in steps),
        )

    certain, every = arcs.certain, np.ones(len(arcs.certain), dtype=bool)
    value = access(certain, seats.low)
    surely = np.unique(arcs.offering[certain])
    crowded = np.where(np.isin(np.arange(len(seats.low)), surely), seats.low, 0)
    lost = np.flatnonzero(arcs.profile >= 0)
    profile_cells = [np.flatnonzero(arcs.anywhere[profile]) for profile in arcs.profile[lost]]
    cell = np.concatenate([arcs.cell[~certain], *profile_cells])
    offering = np.concatenate([arcs.offering[~certain], np.repeat(lost, [len(c) for c in profile_cells])])
    shape = (len(cells.school), len(seats.low))
    return SeatsPerStudent(
        value=value,
        least=np.minimum(value, access(every, crowded)) if not certain.all() else value,
        most=access(certain, seats.high) if np.isfinite(seats.high).all() else _unbounded(arcs, value, seats),
        open=sparse.csr_array((np.ones(len(cell)), (cell, offering)), shape=shape),
        seats=seats.high,
    )


def _unbounded(arcs: Arcs, value: FloatArray, seats: Seats) -> FloatArray:
    """Without a cap, whoever may use an offering of unknown seats has no high end."""
    most = value.copy()
    most[arcs.cell[np.isinf(seats.high[arcs.offering])]] = np.inf
    return most


@dataclass(frozen=True)
class Placed:
    """Students of each cell who could hold a seat in one term, (cells,): with what is known, and at most."""

    low: FloatArray
    high: FloatArray


def placed(city_year: CityYear, offerings: pl.DataFrame, cells: Cells, arcs: Arcs, seats: Seats) -> dict[str, Placed]:
    """The largest leximin placement of each of the city's terms, by term id.

    For the high end all open arcs hold, an offering whose place is not known is near every school, and unknown seats are
    as many as the city's cap.
    """
    every = np.arange(len(cells.school))
    lost = np.flatnonzero(arcs.profile >= 0)
    open_cells = [every[arcs.anywhere[profile]] for profile in arcs.profile[lost]]
    all_cell = np.concatenate([arcs.cell, *open_cells])
    all_offering = np.concatenate([arcs.offering, np.repeat(lost, [len(c) for c in open_cells])])
    total = np.ceil(cells.students.sum())
    result = {}
    for term, running in running_in_terms(city_year, offerings).items():

        def by_cell(cell: IntArray, offering: IntArray, supply: FloatArray, running: BoolArray = running) -> FloatArray:
            here = running[offering]
            placement = place(
                students=cells.students,
                school=cells.school,
                seats=np.minimum(supply, total).astype(np.int64),
                cell=cell[here],
                offering=offering[here],
            )
            return placement.by_cell

        low = by_cell(arcs.cell[arcs.certain], arcs.offering[arcs.certain], seats.low)
        settled = arcs.certain.all() and not len(lost) and np.array_equal(seats.low, seats.high)
        result[term] = Placed(low, low if settled else by_cell(all_cell, all_offering, seats.high))
    return result


def running_in_terms(city_year: CityYear, offerings: pl.DataFrame) -> dict[str, BoolArray]:
    """Which offerings meet each of the city's terms, (offerings,), by term id.

    A term that crosses 30 June is the end of the school year and its beginning.
    """
    result = {}
    for term_id, term in city_year.framework.terms.items():
        first, last = _in_year(city_year.year, term.starts), _in_year(city_year.year, term.ends)
        start, end = year_dates(city_year.year)
        pieces = [(first, last)] if first <= last else [(start, last), (first, end)]
        meets = [pl.col("start_date").le(b) & pl.col("end_date").ge(a) for a, b in pieces]
        result[term_id] = offerings.select(pl.any_horizontal(meets)).to_series().to_numpy()
    return result


def _in_year(year: int, month_day: str) -> date:
    month, day = (int(part) for part in month_day.split("-"))
    return date(year if month >= 7 else year + 1, month, min(day, 28) if (month, day) == (2, 29) else day)


def _share(mask: BoolArray, weights: FloatArray) -> float:
    students = weights.sum()
    return float(weights @ mask / students) if students > 0 else np.nan


def _as_pairs(arcs: Arcs, mask: BoolArray, cells: Cells, offerings: int) -> Pairs:
    count = np.bincount(arcs.cell[mask], minlength=len(cells.school))
    return Pairs(
        origin_start=np.append(0, np.cumsum(count)),
        destination=arcs.offering[mask].astype(np.int32),
        minutes=np.nan_to_num(arcs.minutes[mask]),
        destinations=offerings,
        order=np.arange(len(cells.school)),
    )
