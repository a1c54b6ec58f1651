"""Placed: how many students could hold a seat at the same time, term by term, with what unknowns could make of it.

The value is the largest placement that is leximin over schools' shares (`placement.py`), by what is known. More arcs and seats
never place fewer students of the city, so that the whole city has at least as many. A part of it may lose seats to others, and
win some where others turn out to have no use of them. A part, and the whole, can have at most

    Σ_o min(seats of o, students of the part whom o may serve)  and
    Σ_c min(1, seats open to c / students of c) · students of the part in c,                                          (1)

and at least what the city places less (1) of all others. Besides, in a leximin placement no seat of an offering o that a
school s can use is held by a school with a higher share than that of s, unless the cell that could use it is full. So

    share of s  ≥  seats of o / students of all schools that o may serve,                                            (2)

as far as the grades that o fits for certain hold that share of the school's students.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl

from allcity.analysis.access import Seats, unlisted
from allcity.analysis.cells import BoolArray, Cells, FloatArray, IntArray, divided, summed
from allcity.analysis.city import CityYear, year_dates
from allcity.analysis.placement import Placement, place
from allcity.analysis.season import Arcs

_ROUNDING = 1e-6


@dataclass(frozen=True)
class Term:
    """One term: `seats` are those of the offerings that run in it, and none of the others."""

    cells: Cells
    arcs: Arcs
    seats: Seats

    @cached_property
    def placement(self) -> Placement:
        """The leximin placement by what is known."""
        return self._place(self.cells.school)

    @cached_property
    def total(self) -> tuple[float, float]:
        """The least and the most students placed in the whole city."""
        everyone = np.ones(len(self.cells.students))
        least = self._place(np.zeros_like(self.cells.school)).total
        return least, least if self.settled else max(least, self._at_most(everyone, self._served))

    @cached_property
    def settled(self) -> bool:
        """Whether nothing is unknown that could change the placement."""
        students, running = self.cells.students, self.seats.high > 0
        certain = self.arcs.over_cells(students, listed=self.arcs.certain.astype(float), other=0.0)
        used = running & (self._served > 0)
        return np.array_equal(certain[used], self._served[used]) and np.array_equal(
            self.seats.low[used], self.seats.high[used]
        )

    def value(self, weights: FloatArray) -> float:
        """Students placed of those in `weights` (cells,), which are at most a cell's students, by what is known."""
        return float(self.placement.by_cell @ divided(weights, self.cells.students))

    def bounds(self, weights: FloatArray, served: FloatArray) -> tuple[float, float]:
        """The least and the most of them; `served` (offerings,) are those whom each offering may serve."""
        students, share = self.cells.students, divided(weights, self.cells.students)
        of_schools = np.ones(len(self.cells.spread))
        np.minimum.at(of_schools, self.cells.school, np.where(students > 0, share, 1.0))
        of_schools *= self._least_of_schools
        # However a school's places are divided among its cells, all but those of its other students are theirs.
        of_schools = np.maximum(of_schools, self._least_of_schools - self.cells.by_school(students - weights))
        left = self.total[0] - self._at_most(1 - share, self._served - served)
        return max(float(of_schools.sum()), left), self._at_most(share, served)

    def bounds_by_school(self) -> tuple[FloatArray, FloatArray]:
        """(schools,) the least and the most students placed of each school."""
        arcs, schools, offerings = self.arcs, len(self.cells.spread), max(len(self.seats.high), 1)
        pairs, pair = np.unique(self.cells.school[arcs.cell] * offerings + arcs.offering, return_inverse=True)
        served = summed(pair, self.cells.students[arcs.cell], len(pairs))
        held = np.minimum(served, self.seats.high[pairs % offerings])
        most = summed(pairs // offerings, held, schools)
        for fitting, seats in unlisted(arcs, self.cells, self.cells.students, self.seats.high):
            most += np.minimum(fitting, seats)
        return self._least_of_schools, np.minimum(most, self.cells.by_school(self._room))

    @cached_property
    def _served(self) -> FloatArray:
        """(offerings,) students whom each offering may serve."""
        return self.arcs.over_cells(self.cells.students)

    @cached_property
    def _room(self) -> FloatArray:
        """(cells,) the most students of each cell that all seats open to it could hold."""
        return np.minimum(self.cells.students, self.arcs.over_offerings(self.seats.high))

    def _at_most(self, share: FloatArray, served: FloatArray) -> float:
        """Equation (1), for a `share` (cells,) of each cell's students."""
        return min(float(np.minimum(self.seats.high, served).sum()), float(self._room @ share))

    @cached_property
    def _least_of_schools(self) -> FloatArray:
        """(schools,) equation (2): the best over shares of the lesser of a share and the students who have as much."""
        arcs, cells = self.arcs, self.cells
        enrolled, offerings = cells.by_school(cells.students), max(len(self.seats.low), 1)
        pairs = np.unique(cells.school[arcs.cell] * offerings + arcs.offering)
        served = summed(pairs % offerings, enrolled[pairs // offerings], len(self.seats.low))
        # Schools without a place count for every offering: cheaper than to see which of their grades each one fits.
        lost = np.unique(cells.school[arcs.lost_cell])
        served += np.where(arcs.fits.any(axis=1), enrolled[lost].sum(), 0)
        ratio = np.minimum(divided(self.seats.low, served), 1.0)
        best = np.zeros(len(cells.students))
        np.maximum.at(best, arcs.cell[arcs.certain], ratio[arcs.offering[arcs.certain]])

        order = np.lexsort((-best, cells.school))
        school, students = cells.school[order], np.cumsum(cells.students[order])
        before = np.append(0.0, students)[np.searchsorted(school, school)]
        result = np.zeros(len(enrolled))
        np.maximum.at(result, school, np.minimum(best[order] * enrolled[school], students - before))
        return result

    def _place(self, school: IntArray) -> Placement:
        """By what is known; with all cells in one school only the total has a meaning, and costs least."""
        arcs = self.arcs
        return place(
            students=self.cells.students,
            school=school,
            seats=self.seats.low.astype(np.int64),
            cell=arcs.cell[arcs.certain],
            offering=arcs.offering[arcs.certain],
        )


@dataclass(frozen=True)
class Placed:
    """Students placed in each term by its id, and in the `best`: that in which, by what is known, most are.

    Any term that could turn out to be the best belongs to the range. A city has at least one term.
    """

    terms: Mapping[str, Term]

    @cached_property
    def best(self) -> Term:
        return max(self.terms.values(), key=lambda term: term.total[0])

    @cached_property
    def _open(self) -> list[Term]:
        """The terms that could be the best; none where nothing is unknown."""
        if all(term.settled for term in self.terms.values()):
            return []
        return [term for term in self.terms.values() if term.total[1] >= self.best.total[0] - _ROUNDING]

    def whole(self) -> tuple[float, float, float]:
        """Students of the city: by what is known, least and most."""
        least = self.best.total[0]
        return least, least, max(term.total[1] for term in self.terms.values())

    def among(self, weights: FloatArray) -> tuple[float, float, float]:
        """Students of those in `weights` (cells,), which are at most a cell's students, likewise."""
        value, served = self.best.value(weights), self.best.arcs.over_cells(weights)
        bounds = [(value, value), *(term.bounds(weights, served) for term in self._open)]
        return value, min(least for least, _ in bounds), max(most for _, most in bounds)

    def by_school(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """(schools,) students, likewise."""
        cells = self.best.cells
        value = cells.by_school(self.best.placement.by_cell)
        bounds = [(value, value), *(term.bounds_by_school() for term in self._open)]
        return value, np.min([least for least, _ in bounds], axis=0), np.max([most for _, most in bounds], axis=0)


def placed(city_year: CityYear, offerings: pl.DataFrame, cells: Cells, arcs: Arcs, seats: Seats) -> Placed:
    """Place students in each of the city's terms."""
    useful = np.ceil(cells.students.sum())  # more seats than students place nobody else
    low, high = (np.minimum(number, useful) for number in (seats.low, seats.high))
    return Placed(
        {
            term: Term(cells, arcs, Seats(low * running, high * running))
            for term, running in running_in_terms(city_year, offerings).items()
        }
    )


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
    year += month < 7
    return date(year, month, min(day, monthrange(year, month)[1]))
