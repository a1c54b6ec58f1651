"""Partnerships that do not exist yet, by what they would add.

A candidate brings the free seats of an offering that nobody has reserved to one school: reserves them there, or takes its
students to them. Its organization has no partnership with the school yet, its ages and seats are known, and it is sustained and
in person (`season.py`).

*Placed.* Of the seats S_o of an offering, so many could be free while as many students as now are placed:

    free_o = S_o − (F(all) − F(all but o)),                                                                          (1)

F being the largest number placed in a term (`contests.py`). If a school s were given seats without end for those of its grades
that o fits, α_so students more could be placed: students of its own without a seat, and others who take the seats that s leaves.
Then the candidate places

    min(free_o, α_so)                                                                                                (2)

students more, exactly: whoever comes new to o passes from the part of the network that the source still reaches to the part that
still reaches the sink, and these meet nowhere but in o. Where o is in reach of all these grades already, (2) is 0, because F is
the largest. Over the terms t in which o runs it adds max(0, max_t (F_t + (2)) − max_t F_t).

*Met.* Of the needs that the school states, are counted in students, are for a contribution of o's program and a grade that o
fits, and are not closed, its seats can meet

    min(S_o, Σ what is not met)                                                                                      (3)

if they are given at the dosage asked for: all of them, since nobody has reserved them, though others might take them otherwise.
Instruments, teachers and hours take no seat: `matching.py` pairs those.

Both are what the candidate adds to the city of today by itself: two of them may place the same students. By what is known: where
seats or ages are not, there is nothing to count, and they are worth asking for first.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from allcity.analysis.cells import LOWEST_GRADE, BoolArray, Cells, FloatArray, IntArray, divided
from allcity.analysis.city import GRADES, CityYear
from allcity.analysis.contests import NOBODY, Network, Placing, largest, parted
from allcity.analysis.health import Supply
from allcity.analysis.needs import ledger
from allcity.analysis.partners import schools_of_partnerships
from allcity.analysis.placement import whole_units
from allcity.analysis.rerouting import Flow, Links

Adds = Literal["placed", "met"]
ADDS: tuple[Adds, ...] = ("placed", "met")
Of = Literal["school_id", "organization_id"]


def next_partnerships(city_year: CityYear, cells: Cells) -> pl.DataFrame:
    """All candidates that add anything, in the order of offerings and schools.

    Columns: offering_id, program_id, organization_id, school_id, `placed` students more by (2) and needs `met` by (3), and their
    reasons: `seats`, `free_seats` by (1), `without_place` (students of the school without a seat in one of the largest
    placements), `students` of grades that it fits and `fits`, their share of the school, `not_met` of the needs that it could
    answer, and `in_reach`, the share of the fitting students for whom the offering is in reach without it.
    """
    supply = Supply.of(city_year, cells)
    offers = _offers(supply)
    table = _Table.of(supply, offers)
    unmet = _not_met(city_year, supply, offers)
    partners = _partners(city_year, supply, offers)
    seats = supply.seats.low[offers]
    met = np.minimum(seats[:, None], unmet)
    offer, school = np.nonzero(~partners & (table.fitting > 0) & ((table.placed > 0) | (met > 0)))
    everyone = cells.by_school(cells.students)
    frame = supply.offerings.select("offering_id", "program_id", "organization_id")[offers]
    numbers = {
        "placed": table.placed[offer, school],
        "met": met[offer, school],
        "seats": seats[offer],
        "free_seats": table.free[offer],
        "without_place": table.without_place[school],
        "students": table.fitting[offer, school],
        "fits": table.fitting[offer, school] / everyone[school],
        "not_met": unmet[offer, school],
        "in_reach": divided(table.near[offer, school], table.fitting[offer, school]),
    }
    return frame[offer].with_columns(
        city_year.schools["school_id"].gather(school),
        *(pl.Series(name, values.round(6), dtype=pl.Float64) for name, values in numbers.items()),
    )


def ranked(candidates: pl.DataFrame, *, adds: Adds, of: Of | None = None, most: int | None = None) -> pl.DataFrame:
    """The candidates that add most come first, for the city or `of` each school or organization; at most so many of each.

    Adds `rank` from 1. Equal ones stand in the order of the other figure, then of ids.
    """
    other = "met" if adds == "placed" else "placed"
    keys = [adds, other, "organization_id", "offering_id", "school_id"]
    rows = candidates.filter(pl.col(adds) > 0).sort(keys, descending=[True, True, False, False, False])
    number = pl.int_range(1, pl.len() + 1)
    rows = rows.with_columns(rank=number if of is None else number.over(of))
    return rows if most is None else rows.filter(pl.col("rank") <= most)


def _offers(supply: Supply) -> IntArray:
    """The offerings whose seats could be brought to a school."""
    frame = supply.offerings
    told = frame.select(
        pl.col("partnership_id").is_null()
        & pl.all_horizontal(pl.col("minimum_age", "maximum_age", "organization_id").is_not_null())
    )
    return np.flatnonzero(told.to_series().to_numpy() & (supply.seats.low > 0))


@dataclass(frozen=True)
class _Table:
    """(offers, schools) `placed` by (2), students of grades that `fitting`, and of those for whom it is `near` now; `free` seats
    by (1), (offers,), in the term in which most are; `without_place`, (schools,), in the best term."""

    placed: FloatArray
    fitting: FloatArray
    near: FloatArray
    free: FloatArray
    without_place: FloatArray

    @classmethod
    def of(cls, supply: Supply, offers: IntArray) -> "_Table":
        cells = supply.cells
        in_grades = cells.by_school_and_grade(cells.students)
        fits = supply.arcs.fits[offers]
        terms = [_OfTerm.of(supply, running) for running in supply.running]
        best = max(term.total for term in terms)
        placed = np.zeros((len(offers), len(in_grades)))
        free = np.zeros(len(offers))
        for running, term in zip(supply.running, terms, strict=True):
            runs = running[offers]
            free = np.maximum(free, term.free[offers] * runs)
            gains = term.gains(cells, fits, term.free[offers] * runs)
            placed = np.maximum(placed, term.total + gains - best)
        number = np.full(len(supply.offerings), -1)
        number[offers] = np.arange(len(offers))
        near = np.zeros((len(offers), len(in_grades)))
        here = supply.arcs.certain & (number[supply.arcs.offering] >= 0)
        cell = supply.arcs.cell[here]
        np.add.at(near, (number[supply.arcs.offering[here]], cells.school[cell]), cells.students[cell])
        last = max(terms, key=lambda term: term.total)
        return cls(placed, fits @ in_grades.T, near, free, cells.by_school(last.left))


@dataclass(frozen=True)
class _OfTerm:
    """A largest placement of a term: the `total`, (offerings,) `free` seats by (1), (cells,) students `left` without a seat.

    `flow` is the part of it that the source reaches, of the cells `reached`, with an offering more that has no seats.
    """

    total: float
    free: FloatArray
    left: FloatArray
    flow: Flow
    reached: IntArray
    unit: int

    @classmethod
    def of(cls, supply: Supply, running: BoolArray) -> "_OfTerm":
        cells, certain = supply.cells, supply.arcs.certain
        units, unit = whole_units(cells.students, cells.school)
        seats = (supply.seats.low * running).astype(np.int64) * unit
        cell, offering = supply.arcs.cell[certain], supply.arcs.offering[certain]
        useful = (units[cell] > 0) & (seats[offering] > 0)
        network = Network(units, seats, cell[useful], offering[useful], np.arange(len(seats)), unit)
        term = parted(network, len(seats))
        placing = largest(network, np.ones(len(units), dtype=bool), np.ones(len(seats), dtype=bool))
        taken = np.bincount(network.cell, weights=placing.amount, minlength=len(units))
        return cls(
            total=term.everything / unit,
            free=(seats - term.lost_without_each()) / unit,
            left=(units - taken) / unit,
            flow=_reached_flow(network, placing),
            reached=np.flatnonzero(placing.reached_cells),
            unit=unit,
        )

    def gains(self, cells: Cells, fits: BoolArray, free: FloatArray) -> FloatArray:
        """(offers, schools) equation (2) for offers that fit these grades, (offers, grades), with so many free seats."""
        patterns, pattern = np.unique(fits, axis=0, return_inverse=True)
        wanted = np.zeros(len(patterns))
        np.maximum.at(wanted, pattern, free)
        # Students of its own without a seat are enough at most schools. Only where they are not is there a search.
        more = patterns @ cells.by_school_and_grade(self.left).T
        reached = np.zeros(len(self.left))
        reached[self.reached] = 1
        some = patterns @ cells.by_school_and_grade(reached).T > 0
        node = np.full(len(self.left), NOBODY)
        node[self.reached] = np.arange(len(self.reached))
        start = np.searchsorted(cells.school, np.arange(len(cells.spread) + 1))
        found: dict[tuple[int, ...], float] = {}
        for at, school in zip(*np.nonzero(some & (more < wanted[:, None])), strict=True):
            mine = np.arange(start[school], start[school + 1])
            nodes = node[mine[patterns[at, cells.grade[mine] - LOWEST_GRADE]]]
            key = (int(wanted[at] * self.unit), *nodes[nodes != NOBODY].tolist())
            if key not in found:
                found[key] = self._brought(key[1:], key[0]) / self.unit
            more[at, school] = found[key]
        result: FloatArray = np.minimum(free[:, None], more[pattern])
        return result

    def _brought(self, nodes: tuple[int, ...], seats: int) -> int:
        """How many students more so many seats for these cells of `flow` would place."""
        extra = len(self.flow.offerings.room) - 1
        self.flow.offerings.linked[extra] = sum(1 << node for node in nodes)
        self.flow.offerings.add_room(extra, seats)
        found, _ = self.flow.fill(extra)
        self.flow.clear(extra)
        self.flow.offerings.add_room(extra, -seats)
        return found


def _reached_flow(network: Network, placing: Placing) -> Flow:
    """What the source reaches of a placement, and one offering more, without seats, linked to nobody yet."""
    cells, offerings = np.flatnonzero(placing.reached_cells), np.flatnonzero(placing.reached_offerings)
    arcs = np.flatnonzero(network.part(placing.reached_cells, placing.reached_offerings))
    cell, offering = np.searchsorted(cells, network.cell[arcs]), np.searchsorted(offerings, network.offering[arcs])
    steps = list(zip(cell.tolist(), offering.tolist(), strict=True))
    links = Links.between(cells=len(cells), offerings=len(offerings) + 1, arcs=steps)
    seats = [*network.seats[offerings].tolist(), 0]
    flow = Flow.empty(links, students=network.students[cells].tolist(), seats=seats)
    for (one, other), amount in zip(steps, placing.amount[arcs].tolist(), strict=True):
        if amount:
            flow.put(one, other, amount)
    return flow


def _partners(city_year: CityYear, supply: Supply, offers: IntArray) -> BoolArray:
    """(offers, schools) whether the offering's organization has a partnership with the school."""
    pairs = (
        city_year.partnerships.select("partnership_id", organization_id="organization_ids")
        .explode("organization_id")
        .join(schools_of_partnerships(city_year), on="partnership_id")
    )
    return _pairs(supply.offerings["organization_id"][offers], city_year.schools["school_id"], pairs)


def _pairs(organizations: pl.Series, schools: pl.Series, pairs: pl.DataFrame) -> BoolArray:
    """(offers, schools) whether organization and school are a row of `pairs`."""
    result = np.zeros((len(organizations), len(schools)), dtype=bool)
    offers = pl.DataFrame({"organization_id": organizations}).with_row_index("offer")
    places = pl.DataFrame({"school_id": schools}).with_row_index("school")
    rows = pairs.join(offers, on="organization_id").join(places, on="school_id")
    result[rows["offer"].to_numpy(), rows["school"].to_numpy()] = True
    return result


def _not_met(city_year: CityYear, supply: Supply, offers: IntArray) -> FloatArray:
    """(offers, schools) students of the needs in equation (3) that are not met; those that do not say how many are left out."""
    needs = (
        city_year.needs.filter((pl.col("state") != "closed") & (pl.col("unit") == "students"))
        .join(ledger(city_year).select("need_id", left=pl.col("asked") - pl.col("met")), on="need_id")
        .join(city_year.schools.with_row_index("school").select("school_id", "school", "grades"), on="school_id")
        .filter(pl.col("left") > 0)
    )
    given = supply.offerings["contributions"][offers].fill_null([])
    gives = {
        kind: given.list.contains(kind).fill_null(value=False).to_numpy() for kind in needs["contribution"].unique()
    }
    fits, number = supply.arcs.fits[offers], np.arange(len(GRADES)) + LOWEST_GRADE
    bands = city_year.framework.grade_bands
    result = np.zeros((len(offers), len(city_year.schools)))
    rows = needs.select("school", "contribution", "grade_band", "grades", "left").iter_rows()
    for school, contribution, band, grades, left in rows:
        asked = np.isin(GRADES, grades or GRADES)
        if band in bands:
            asked = asked & (bands[band].first <= number) & (number <= bands[band].last)
        result[:, school] += left * (gives[contribution] & fits[:, asked].any(axis=1))
    return result
