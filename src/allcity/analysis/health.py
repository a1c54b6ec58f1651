"""What each partnership adds: the placed students and the met needs that the city would not have without it.

Two figures, never one.

*Placed.* With v(T) = max_t F_t(T), the largest number of students placed in any term t with the seats of the partnerships T and
all seats that nobody has reserved (`placed.py`), a partnership p adds

    v(all) − v(all but p),                                                                                           (1)

exactly: its seats are gone, and whoever had one moves along augmenting paths (`contests.py`). Unknown seats, ages and places
leave this open. Call an offering unsure if its seats are not known, or whom it may serve. In a term t, (1) is at least

    what p's sure seats add where each cell is without as many students as all unsure seats open to it could hold,    (2)

since these can take away from p's no more than the students who sit in them, and at most

    what p adds to the sure seats alone, and if one of its own is unsure, as many as p's seats could hold,            (3)

since every other seat takes away from what p adds and none adds to it. A school whose place is not known has students who may
want any seat: for (2) they want none, for (3) a seat that they may want is unsure. The range is from the least (2) to the largest
(3) of all terms that may be the best, with p or without. It is by the records: offerings that no source names may place the
same students, so that where they do not name all of them nothing but 0 is sure.

*Met.* With g_p what p's deliveries gave to a need of which a are asked for, and G what all gave (`needs.py`), it adds

    min(a, G) − min(a, G − g_p),                                                                                     (4)

summed over needs of a unit. It is lowest where p gave the least and all others the most they may have, and the other way round.

What is lost without one while all others are there is small where several can do the same: two partnerships of which either would
do add nothing each. Their Shapley values (`shapley.py`) share out v(all) − v(none), and what the deliveries of partnerships met,
so that nothing is left over. As seats take from one another they are never less than (4), and never less than (1) where one term
is the best whoever is there.
"""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from allcity.analysis.access import Seats, seats_of
from allcity.analysis.cells import BoolArray, Cells, FloatArray, IntArray, summed
from allcity.analysis.city import CityYear
from allcity.analysis.contests import NOBODY, Contest, Network, Term, parted
from allcity.analysis.needs import deliveries_told, ledger
from allcity.analysis.placed import running_in_terms
from allcity.analysis.season import Arcs, arcs, known, season
from allcity.analysis.shapley import Precision, Values, over_all_sets, over_drawn_orders

_MOST_SETS_OF_CONTEST, _MOST_SETS_OF_NEED = 8, 12
_ROUNDING = 1e-6


def places_lost(city_year: CityYear, cells: Cells) -> pl.DataFrame:
    """Equation (1) of each partnership, in its table's order.

    Columns: partnership_id, `placed` students whom the city would not place without it, `placed_low` and `placed_high`.
    """
    city = Supply.of(city_year, cells)
    value, low, high = city.lost()
    ends = {"placed": value, "placed_low": low, "placed_high": high}
    return city_year.partnerships.select("partnership_id").with_columns(
        pl.Series(name, values.round(6), dtype=pl.Float64) for name, values in ends.items()
    )


def places_shared(city_year: CityYear, cells: Cells, precision: Precision | None = None) -> pl.DataFrame:
    """The Shapley value of each partnership in what all of them place, by what is known.

    Columns: partnership_id, `placed_share` in students, `placed_error` its standard error (0: exact), `orders` drawn.
    """
    values = Supply.of(city_year, cells).shared(precision or Precision())
    return city_year.partnerships.select("partnership_id").with_columns(
        pl.Series("placed_share", values.value.round(6), dtype=pl.Float64),
        pl.Series("placed_error", values.error, dtype=pl.Float64),
        orders=pl.lit(values.orders),
    )


@dataclass(frozen=True)
class Supply:
    """The year's sustained offerings in person, whom they may serve, and which partnership has reserved each.

    `running` is, for each term that differs from the others, which offerings run in it. `owner`, (offerings,), is the row of
    the partnership, `NOBODY` where there is none.
    """

    offerings: pl.DataFrame
    cells: Cells
    arcs: Arcs
    seats: Seats
    running: tuple[BoolArray, ...]
    owner: IntArray
    partnerships: int

    @classmethod
    def of(cls, city_year: CityYear, cells: Cells) -> "Supply":
        offerings = season(city_year).access
        seats = seats_of(city_year, offerings)
        useful = np.ceil(cells.students.sum())  # more seats than students place nobody else
        rows = city_year.partnerships.select("partnership_id").with_row_index("row").cast({"row": pl.Int64})
        owner = offerings.select("partnership_id").join(rows, on="partnership_id", how="left", maintain_order="left")
        terms = {running.tobytes(): running for running in running_in_terms(city_year, offerings).values()}
        return cls(
            offerings=offerings,
            cells=cells,
            arcs=arcs(city_year, offerings, cells),
            seats=Seats(np.minimum(seats.low, useful), np.minimum(seats.high, useful)),
            running=tuple(terms.values()),
            owner=owner["row"].fill_null(NOBODY).to_numpy(),
            partnerships=len(rows),
        )

    def lost(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """(partnerships,) equation (1) by what is known, least and most."""
        lost, all_there = self._lost_in_terms(self.cells.students, self.seats.low)
        without = (all_there[:, None] - lost).max(axis=0)
        value = all_there.max() - without
        unsure, doubted = (self._unsure(count_lost=count) for count in (False, True))
        if not doubted.any():
            return value, value, value
        taken = self.arcs.over_offerings(self.seats.high * unsure)
        least, _ = self._lost_in_terms(np.maximum(0, self.cells.students - taken), self.seats.low)
        most, _ = self._lost_in_terms(self.cells.students, self.seats.low * ~doubted)
        served = self.arcs.over_cells(self.cells.students)
        held = np.minimum(self.seats.high, served)
        open_ = np.array([self._held_in(running) for running in self.running])[:, None] >= without - _ROUNDING
        doubtful = self._by_owner(doubted.astype(float)) > 0
        most = np.where(doubtful, [self._by_owner(held * running) for running in self.running], most)
        # Students taken away are rounded to units, which must not put the value out of its range.
        low = np.minimum(value, np.where(open_, least, np.inf).min(axis=0))
        high = np.maximum(value, np.where(open_, most, -np.inf).max(axis=0))
        return value, low, high

    def shared(self, precision: Precision) -> Values:
        """(partnerships,) Shapley values of v, in students.

        A term that is never better than another, whichever partnerships are there, is left out. Where one remains, each
        contest of it is a game of its own, and few players are summed over all sets.
        """
        terms, unit = self.terms(self.cells.students, self.seats.low)
        terms = _worth_looking_at(terms)
        if len(terms) > 1:
            values = _over_terms(terms, precision)
        else:
            values = _over_contests(terms[0], precision)
        return Values(values.value / unit, values.error / unit, values.orders)

    def terms(self, students: FloatArray, seats: FloatArray) -> tuple[list[Term], int]:
        """Each term parted, with so many students and seats and what is certain; and how many units a student is."""
        certain = self.arcs.certain
        networks = [
            Network.of(
                students=students, school=self.cells.school, seats=seats * running, cell=self.arcs.cell[certain],
                offering=self.arcs.offering[certain], owner=self.owner,
            )
            for running in self.running
        ]  # fmt: skip
        return [parted(network, self.partnerships) for network in networks], networks[0].unit

    def _lost_in_terms(self, students: FloatArray, seats: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(terms, partnerships) what is lost without each, and (terms,) what all place."""
        terms, unit = self.terms(students, seats)
        lost = np.array([term.lost_without_each() for term in terms]) / unit
        return lost, np.array([term.everything for term in terms]) / unit

    def _unsure(self, *, count_lost: bool) -> BoolArray:
        """(offerings,) whether it is not known how many an offering may serve, or whom of the schools whose place is known.

        `count_lost`: of all schools.
        """
        students = self.cells.students * (count_lost | ~self.arcs.lost_cell)
        served = self.arcs.over_cells(students)
        certain = self.arcs.over_cells(students, listed=self.arcs.certain.astype(float), other=0.0)
        return (served > 0) & ((self.seats.low < self.seats.high) | (certain < served - _ROUNDING))

    def _held_in(self, running: BoolArray) -> float:
        """The most students that a term may place."""
        seats, students = self.seats.high * running, self.cells.students
        return min(
            float(np.minimum(seats, self.arcs.over_cells(students)).sum()),
            float(np.minimum(students, self.arcs.over_offerings(seats)).sum()),
        )

    def _by_owner(self, values: FloatArray) -> FloatArray:
        """(offerings,) values summed over each partnership's: (partnerships,)."""
        owned = self.owner != NOBODY
        return summed(self.owner[owned], values[owned], self.partnerships)


def _worth_looking_at(terms: list[Term]) -> list[Term]:
    """The terms that may be the best with some of the partnerships.

    Seats take from one another, so that partnerships T add between the sums of what each adds last and of what each adds first.
    """
    best = max(terms, key=lambda term: term.everything)
    if len(terms) == 1:
        return terms
    least = best.lost_without_each()
    return [best] + [
        term
        for term in terms
        if term is not best and term.nothing - best.nothing + np.maximum(0, term.added_first() - least).sum() > 0
    ]


def _over_terms(terms: list[Term], precision: Precision) -> Values:
    nothing = np.array([term.nothing for term in terms])

    def joined(order: IntArray) -> FloatArray:
        gains = np.array([term.joined(order)[order] for term in terms])
        worth = (nothing[:, None] + np.cumsum(gains, axis=1)).max(axis=0)
        result = np.empty(len(order))
        result[order] = np.diff(worth, prepend=nothing.max())
        return result

    return over_drawn_orders(len(terms[0].sure), joined, precision)


def _over_contests(term: Term, precision: Precision) -> Values:
    value, error, orders = term.sure.astype(np.float64), np.zeros(len(term.sure)), 0
    for number, contest in enumerate(term.contests):
        players, found = list(contest.players), _of_contest(contest, precision.of_part(number))
        value[players] += found.value
        error[players] = np.hypot(error[players], found.error)
        orders = max(orders, found.orders)
    return Values(value, error, orders)


def _of_contest(contest: Contest, precision: Precision) -> Values:
    count = len(contest.players)
    if count <= _MOST_SETS_OF_CONTEST:
        return Values(over_all_sets(contest.worth_of_all_sets()), np.zeros(count))
    players = np.array(contest.players)

    def joined(order: IntArray) -> FloatArray:
        result = np.empty(count)
        result[order] = contest.joined(players[order])
        return result

    return over_drawn_orders(count, joined, precision)


def needs_met(city_year: CityYear, precision: Precision | None = None) -> pl.DataFrame:
    """Equation (4) and the Shapley value of each partnership in what was met, by unit.

    Columns: partnership_id, unit, `met` that would not be without it, `met_low`, `met_high`, `met_share` its Shapley value,
    `met_error` the standard error of that, and `amount_unknown`, of how many needs that it gave to nobody knows how much is
    asked for: they are left out. All in the unit; `met` and `met_share` are null where nothing is known of deliveries.
    """
    given = given_to_needs(city_year)
    rows = given.with_columns(_lost(end) for end in ("met", "met_low", "met_high")).drop_nulls("partnership_id")
    shares = _shares_of_needs(given, precision or Precision())
    found = (
        rows.join(shares, on=("need_id", "partnership_id"), how="left", maintain_order="left")
        .group_by("partnership_id", "unit", maintain_order=True)
        .agg(
            pl.col("lost_met", "lost_met_low", "lost_met_high", "share").sum().round(6),
            met_error=pl.col("error").pow(2).sum().sqrt(),
            amount_unknown=pl.col("asked").null_count(),
        )
        .rename({"lost_met": "met", "lost_met_low": "met_low", "lost_met_high": "met_high", "share": "met_share"})
    )
    everyone = city_year.partnerships.select("partnership_id")
    in_students = everyone.join(found, on="partnership_id", how="anti").with_columns(unit=pl.lit("students"))
    told = deliveries_told(city_year)
    nothing = in_students.with_columns(
        *(pl.lit(0.0 if told else None, pl.Float64).alias(name) for name in ("met", "met_high", "met_share")),
        met_low=pl.lit(0.0), met_error=pl.lit(0.0), amount_unknown=pl.lit(0, pl.UInt32),
    )  # fmt: skip
    columns = ("partnership_id", "unit", "met", "met_low", "met_high", "met_share", "met_error", "amount_unknown")
    both = pl.concat([found.select(columns), nothing.select(columns)])
    return everyone.join(both, on="partnership_id", how="left", maintain_order="left")


def given_to_needs(city_year: CityYear) -> pl.DataFrame:
    """What the deliveries of each partnership gave to each need, counted as the ledger does and not held to what is asked for.

    Columns: need_id, partnership_id (null: of no partnership), unit, `asked`, `met`, `met_low`, `met_high`. Where one account of
    a delivery does not name the partnership, the other's does.
    """
    mine = pl.col("partnership_id").is_in(city_year.partnerships["partnership_id"].implode())
    deliveries = city_year.deliveries.with_columns(partnership_id=pl.when(mine).then("partnership_id")).with_columns(
        pl.col("partnership_id").fill_null(pl.col("partnership_id").drop_nulls().first().over("delivery_id"))
    )
    pairs = (
        deliveries.select("need_id", "partnership_id")
        .join(city_year.needs.select("need_id", "unit", asked="amount"), on="need_id")
        .unique(maintain_order=True)
        .with_columns(pair=pl.int_range(pl.len()).cast(pl.String))
    )
    # The ledger itself tells what was given, if each pair is a need of its own of which any amount is asked for.
    on = ("need_id", "partnership_id")
    needs = city_year.needs.join(pairs.select("need_id", "pair"), on="need_id").with_columns(
        need_id="pair", amount=pl.lit(np.inf)
    )
    told = deliveries.join(pairs.select(*on, "pair"), on=on, nulls_equal=True).with_columns(need_id="pair")
    lines = ledger(replace(city_year, needs=needs.drop("pair"), deliveries=told.drop("pair")))
    return (
        pairs.join(lines.select("met", "met_low", "met_high", pair="need_id"), on="pair", how="left")
        .drop("pair")
        .sort("need_id", "partnership_id", nulls_last=True)
    )


def _lost(end: str) -> pl.Expr:
    """Equation (4): the value; the least a partnership gave among the most of the others; and the other way round."""
    others = {"met": "met", "met_low": "met_high", "met_high": "met_low"}[end]
    # Sums of the others are taken without the row itself: what may be infinite cannot be taken off again.
    rest = pl.col(others).filter(pl.col(others).is_finite()).sum().over("need_id") - pl.when(
        pl.col(others).is_finite()
    ).then(others).otherwise(0)
    unlimited = pl.col(others).is_infinite().sum().over("need_id") - pl.col(others).is_infinite()
    base = pl.when(unlimited > 0).then(np.inf).otherwise(rest)
    asked = pl.col("asked")
    lost = pl.min_horizontal(asked, base + pl.col(end)) - pl.min_horizontal(asked, base)
    return pl.when(asked.is_not_null()).then(lost).alias(f"lost_{end}")


def _shares_of_needs(given: pl.DataFrame, precision: Precision) -> pl.DataFrame:
    """need_id, partnership_id, the `share` of what is met and its standard `error`; where nothing is over, what was given."""
    told = given.drop_nulls("asked").with_columns(player=pl.col("partnership_id").is_not_null())
    asked, gave, player = known(told["asked"]), known(told["met"]), told["player"].to_numpy()
    share, error = np.zeros(len(told)), np.zeros(len(told))
    first = np.flatnonzero((told["need_id"] != told["need_id"].shift()).fill_null(value=True).to_numpy())
    for number, mine in enumerate(np.split(np.arange(len(told)), first[1:])):
        players, others = mine[player[mine]], mine[~player[mine]]
        if len(players):
            values = _of_need(asked[mine[0]], gave[others].sum(), gave[players], precision.of_part(number))
            share[players], error[players] = values.value, values.error
    return told.select("need_id", "partnership_id", share=pl.Series(share), error=pl.Series(error)).filter(player)


def _of_need(asked: float, base: float, gave: FloatArray, precision: Precision) -> Values:
    exact = np.zeros(len(gave))
    if base + gave.sum() <= asked or len(gave) < 2:
        return Values(np.minimum(gave, max(0.0, asked - base)), exact)
    if len(gave) <= _MOST_SETS_OF_NEED:
        there = np.arange(2 ** len(gave))[:, None] >> np.arange(len(gave)) & 1
        return Values(over_all_sets(np.minimum(asked, base + there @ gave)), exact)

    def joined(order: IntArray) -> FloatArray:
        result = np.empty(len(order))
        result[order] = np.diff(np.minimum(asked, base + np.cumsum(gave[order])), prepend=min(asked, base))
        return result

    return over_drawn_orders(len(gave), joined, precision)
