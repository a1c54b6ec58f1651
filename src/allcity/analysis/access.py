"""Access to music out of school: reach and seats per 100 students, each with what unknowns could make of it.

The low end lets whatever is unknown of an offering turn out badly, the high end lets it turn out well. The value is what is
known. Cells are the students of a school and grade (`cells.py`), arcs say which offerings they could use (`season.py`).
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl
from scipy import sparse

from allcity.analysis import catchment
from allcity.analysis.cells import BoolArray, Cells, FloatArray, IntArray, divided, summed
from allcity.analysis.city import CityYear
from allcity.analysis.season import Arcs, known, travel_of
from allcity.analysis.travel import EARTH_RADIUS_KM, Pairs, pairs_within


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

    `certain` (cells,) have one; `nearby` have one if ages, or the places of schools and of reserved offerings, turn out
    well; `open` if an offering whose place is not known were near as well. `kinds` (kinds, grades) are the grades that
    each kind of such an offering fits, `spare` (kinds,) how many there are of it.
    """

    certain: BoolArray
    nearby: BoolArray
    open: BoolArray
    kinds: BoolArray
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
        nearby, most = float(weights @ self.nearby), float(weights @ self.open)
        spare = spots.cells.by_school_and_grade(np.where(self.nearby, 0, weights)) @ self.kinds.T
        # Some place reaches the largest school: often that is enough to see that places do not bound the share.
        reached = nearby + float(spare.max(axis=0, initial=0) @ self.spare)
        if reached < most:
            reached = nearby + float(spots.best(spare) @ self.spare)
        return min(reached, most) / float(weights.sum())


def reach(arcs: Arcs, wanted: Wanted) -> Reach:
    """Which cells the wanted offerings reach, for certain and at most."""

    def touched(mask: BoolArray) -> BoolArray:
        cell = np.zeros(len(arcs.grade), dtype=bool)
        cell[arcs.cell[mask]] = True
        return cell

    possible = wanted.possible
    lost: BoolArray = possible & arcs.lost_offering
    kinds, spare = np.unique(arcs.fits[lost & arcs.fits.any(axis=1)], axis=0, return_counts=True)
    # A school whose place is not known may be near any offering, one without a place included.
    nearby = touched(possible[arcs.offering]) | (
        arcs.lost_cell & arcs.fits[possible].max(axis=0, initial=False)[arcs.grade]
    )
    return Reach(
        certain=touched(arcs.certain & wanted.certain[arcs.offering]),
        nearby=nearby,
        open=nearby | arcs.fits[lost].max(axis=0, initial=False)[arcs.grade],
        kinds=kinds,
        spare=spare,
    )


_POINTS_IN_ROW = 1 << 32


class Spots:
    """Places where an offering could be, to find the one that reaches most students.

    They are a grid whose step is an eighth of the reach: rows of equal latitude, on each of them points at equal
    distances. No place is further from a point of the grid than half the diagonal of a step, so the reach is lengthened
    by that and no place between the points could reach more.
    """

    _PARTS = 8

    def __init__(self, city_year: CityYear, cells: Cells) -> None:
        self.cells = cells
        self._travel = travel_of(city_year)
        self._schools = np.column_stack([known(city_year.schools[name]) for name in ("latitude", "longitude")])

    @cached_property
    def _near(self) -> sparse.csr_array:
        """(spots, schools) 1 where a school is in the lengthened reach of a spot."""
        placed = self._schools[np.isfinite(self._schools).all(axis=1)]
        step = np.degrees(self._travel.limit_km / self._PARTS / EARTH_RADIUS_KM)
        around = np.arange(-self._PARTS - 1, self._PARTS + 2)
        row = (np.rint(placed[:, :1] / step) + around).astype(np.int64)
        steps = step / np.cos(np.radians(row * step))
        column = (np.rint(placed[:, 1:] / steps)[:, :, None] + around).astype(np.int64)
        # One number for each point, since distinct numbers are found much faster than distinct pairs.
        point = (row[:, :, None] * _POINTS_IN_ROW + column).ravel()
        row_of, column_of = np.divmod(np.unique(point) + _POINTS_IN_ROW // 2, _POINTS_IN_ROW)
        column_of -= _POINTS_IN_ROW // 2
        latitude = row_of * step
        spots = np.column_stack([latitude, column_of * step / np.cos(np.radians(latitude))])
        # A thousandth more makes up for the curvature of the earth within a step.
        longer = replace(self._travel, minutes=self._travel.minutes * (1 + np.sqrt(0.5) / self._PARTS) * 1.001)
        pairs = pairs_within(spots, self._schools, travel=longer)
        shape = (len(spots), len(self._schools))
        return sparse.csr_array((np.ones(len(pairs.destination)), pairs.destination, pairs.origin_start), shape=shape)

    def best(self, students: FloatArray) -> FloatArray:
        """The largest sum of (schools, kinds) `students`, (kinds,), over the schools that one place could reach."""
        result: FloatArray = (self._near @ students).max(axis=0, initial=0.0)
        return result


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
    """Seats per student by the city's method of floating catchment areas, and how far unknowns leave it open.

    Of the seats S of an offering a part of the city has the share X / (X + Y), where X sums students times weight over its
    cells and Y over all others that the offering serves. Each arc's weight lies between `least` and `most`, so that

        Σ S_low X_least / (X_least + Y_most)  ≤  seats of the part  ≤  Σ S_high X_most / (X_most + Y_least).

    Attributes:
        value: (cells,) seats per student by what is known.
        least, most: (arcs,) bounds of the weight of each listed arc; `farthest` is the most of all others.
    """

    value: FloatArray
    students: FloatArray
    arcs: Arcs
    seats: Seats
    least: FloatArray
    most: FloatArray
    farthest: float

    def per_100(self, weights: FloatArray) -> tuple[float, float, float]:
        """Seats per 100 students of the students in `weights` (cells,): value, low and high; NaN where there are none."""
        students = weights.sum()
        if not students > 0:
            return np.nan, np.nan, np.nan
        own_least, own_most = self._at_offerings(weights)
        all_least, all_most = self._all
        low = _seats(self.seats.low, own_least, all_most - own_most).sum()
        high = _seats(self.seats.high, own_most, all_least - own_least).sum()
        return tuple(100 * float(seats) / students for seats in (weights @ self.value, low, high))

    def by_school(self, cells: Cells) -> tuple[FloatArray, FloatArray]:
        """(schools,) least and most seats of each school's students together."""
        arcs, offerings, schools = self.arcs, len(self.arcs.fits), len(cells.spread)
        pairs, pair = np.unique(cells.school[arcs.cell] * offerings + arcs.offering, return_inverse=True)
        school, offering = np.divmod(pairs, offerings) if offerings else (pairs, pairs)
        own_least, own_most = (
            summed(pair, weight * self.students[arcs.cell], len(pairs)) for weight in (self.least, self.most)
        )
        all_least, all_most = self._all
        low = _seats(self.seats.low[offering], own_least, all_most[offering] - own_most)
        high = _seats(self.seats.high[offering], own_most, all_least[offering] - own_least)
        anywhere = sum(seats for _, seats in unlisted(arcs, cells, self.students, self.seats.high))
        return summed(school, low, schools), summed(school, high, schools) + anywhere

    @cached_property
    def _all(self) -> tuple[FloatArray, FloatArray]:
        return self._at_offerings(self.students)

    def _at_offerings(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        return (
            self.arcs.over_cells(weights, listed=self.least, other=0.0),
            self.arcs.over_cells(weights, listed=self.most, other=self.farthest),
        )


def unlisted(arcs: Arcs, cells: Cells, students: FloatArray, seats: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
    """Of each kind of offering that an unknown place alone leaves open: (schools,) students it fits, and seats of that kind.

    A kind is what fits the same grades. Offerings without a place are open to every school, the others to schools without.
    """
    schools = len(cells.spread)
    enrolled = cells.by_school_and_grade(students)
    lost_school = np.zeros(schools, dtype=bool)
    lost_school[cells.school[arcs.lost_cell]] = True
    result = []
    for offerings, where in ((arcs.lost_offering, np.ones(schools)), (~arcs.lost_offering, lost_school)):
        kinds, kind = np.unique(arcs.fits[offerings], axis=0, return_inverse=True)
        totals = summed(kind.ravel(), seats[offerings], len(kinds))
        for fits, total in zip(kinds, totals, strict=True):
            fitting = enrolled @ fits * where
            result.append((fitting, np.where(fitting > 0, total, 0.0)))
    return result


def seats_per_student(city_year: CityYear, cells: Cells, arcs: Arcs, seats: Seats) -> SeatsPerStudent:
    """Share each offering's seats among the students of the cells it serves, and add up each cell's shares."""
    targets = city_year.framework.targets
    steps = targets.catchment_step_weights.value
    method = targets.catchment_method.value
    weights = catchment.DEFAULT_STEPS[method] if steps is None else [(step.minutes, step.weight) for step in steps]
    value = catchment.seats_per_student(
        pairs=_as_pairs(arcs, arcs.certain, len(seats.low)),
        demand=cells.students,
        supply=seats.low,
        method=method,
        weights=None if method == "two_step" else weights,
    )
    upper, weight = (np.array(column) for column in zip(*sorted(weights), strict=True))
    farthest = float(weight.max())
    step = np.searchsorted(upper, np.nan_to_num(arcs.minutes))
    most = np.where(np.isnan(arcs.minutes), farthest, np.append(weight, 0.0)[step])
    least = np.where(arcs.certain, most, 0.0)
    if method == "three_step":
        # Students choose among sites, so that each weight is a share of what else is in reach (equation 3 of catchment.py).
        certain = summed(arcs.cell, least, len(arcs.grade))[arcs.cell]
        possible = summed(arcs.cell, most, len(arcs.grade)) + farthest * (
            arcs.over_offerings(np.ones(len(seats.low))) - np.bincount(arcs.cell, minlength=len(arcs.grade))
        )
        least = divided(least**2, possible[arcs.cell])
        most = divided(most**2, np.where(arcs.certain, certain, certain + most))
    return SeatsPerStudent(value, cells.students, arcs, seats, least, most, farthest)


def _seats(seats: FloatArray, own: FloatArray, others: FloatArray) -> FloatArray:
    """Of the seats of each offering, those of the students counted in `own`; none where `own` is 0."""
    result: FloatArray = np.where(own > 0, seats, 0.0) * divided(own, own + np.maximum(others, 0))
    return result


def _share(mask: BoolArray, weights: FloatArray) -> float:
    students = weights.sum()
    return float(weights @ mask / students) if students > 0 else np.nan


def _as_pairs(arcs: Arcs, mask: BoolArray, offerings: int) -> Pairs:
    count = np.bincount(arcs.cell[mask], minlength=len(arcs.grade))
    return Pairs(
        origin_start=np.append(0, np.cumsum(count)),
        destination=arcs.offering[mask].astype(np.int32),
        minutes=arcs.minutes[mask],
        destinations=offerings,
        order=np.arange(len(arcs.grade)),
    )
