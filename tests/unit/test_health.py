"""What each partnership adds, against cities solved anew without it and against every order in which partnerships may come."""

from collections.abc import Iterable
from copy import deepcopy
from itertools import permutations
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.factories.city import Row, offering, school, spread

from allcity.analysis.candidates import next_partnerships, ranked
from allcity.analysis.cells import students_by_cell
from allcity.analysis.city import CityYear
from allcity.analysis.health import Supply, needs_met, places_lost, places_shared
from allcity.analysis.shapley import Precision, over_all_sets, over_drawn_orders

ALWAYS, AUTUMN, SPRING = {}, {"end_date": "2025-11-30"}, {"start_date": "2026-02-01"}
AGES = ((5, 18), (5, 8), (13, 18))
SEASONS = (ALWAYS, AUTUMN, SPRING)


def dated(season: Row) -> Row:
    return {name: pl.Series([day]).str.to_date().item() for name, day in season.items()}


def partnership(partnership_id: str, schools: Iterable[str] = (), **more: Any) -> Row:
    return {"partnership_id": partnership_id, "school_ids": list(schools), **more}


def seats(offering_id: str, number: int | None, partnership_id: str | None = None, **more: Any) -> dict[str, Row]:
    return offering(offering_id, **{"seats": number, "partnership_id": partnership_id, **more})


@st.composite
def cities(draw: st.DrawFn, *, most: int = 4, unknown: bool = False) -> CityYear:
    """Up to three schools of two grades on a line, some out of reach of some offerings, with up to so many partnerships."""
    count = draw(st.integers(1, 3))
    schools = [
        school(f"s{n}", draw(st.integers(0, 25)), km=draw(st.sampled_from([0.0, 3.0])), grades=("1", "9"))
        for n in range(count)
    ]
    partners = [
        partnership(
            f"p{n}",
            draw(st.sets(st.sampled_from([row["school_id"] for row in schools]), min_size=1)),
            organization_ids=["partner"],
        )
        for n in range(draw(st.integers(1, most)))
    ]
    owners = st.sampled_from([None, *(row["partnership_id"] for row in partners)])
    number = st.integers(0, 14) | st.none() if unknown else st.integers(0, 14)
    ages = [*AGES, *([(None, None)] if unknown else [])]
    offers = [
        seats(
            f"o{n}", draw(number), draw(owners), ages=draw(st.sampled_from(ages)),
            km=draw(st.sampled_from([0.0, 3.0, 1.5])), **dated(draw(st.sampled_from(SEASONS))),
        )
        for n in range(draw(st.integers(0, 6)))
    ]  # fmt: skip
    return spread(schools=schools, offerings=offers, partnerships=partners)


def most_placed(city: CityYear, present: Iterable[str], brought: tuple[str, str] | None = None) -> float:
    """The best term by one linear program each, with the seats of some partnerships. No part of the measure is used.

    `brought` is an offering and a school whose students it is brought to.
    """
    present = set(present)
    reserved = {row["partnership_id"]: set(row["school_ids"] or ()) for row in city.partnerships.iter_rows(named=True)}
    spots = {row["location_id"]: row["latitude"] for row in city.locations.iter_rows(named=True)}
    cells = [
        (row["school_id"], grade, row["latitude"], students / 2)
        for row, students in zip(city.schools.iter_rows(named=True), city.students["students"], strict=True)
        for grade in (1, 9)
    ]
    best = 0.0
    for begins, ends in (("2025-09-01", "2025-12-31"), ("2026-01-01", "2026-03-31"), ("2026-04-01", "2026-06-15")):
        columns, limits = [], []
        offers = [
            row
            for row in city.offerings.iter_rows(named=True)
            if str(row["start_date"]) <= ends
            and str(row["end_date"]) >= begins
            and row["partnership_id"] in present | {None}
        ]
        for at, (school_id, grade, latitude, _) in enumerate(cells):
            for number, row in enumerate(offers):
                near = abs(latitude - spots[row["location_id"]]) * 111.195 < 1.8
                fits = row["minimum_age"] <= grade + 6 and row["maximum_age"] >= grade + 5
                near |= (row["offering_id"], school_id) == brought
                if near and fits and school_id in reserved.get(row["partnership_id"], {school_id}):
                    columns.append(np.eye(len(cells) + len(offers))[[at, len(cells) + number]].sum(axis=0))
        limits = [students for *_, students in cells] + [row["seats"] for row in offers]
        if columns:
            best = max(best, -linprog(-np.ones(len(columns)), A_ub=np.array(columns).T, b_ub=limits).fun)
    return best


def lost(city: CityYear) -> dict[str, tuple[float, float, float]]:
    rows = places_lost(city, students_by_cell(city))
    return {id_: (value, low, high) for id_, value, low, high in rows.iter_rows()}


class TestPlacesLost:
    @given(cities())
    @settings(max_examples=50, deadline=None)
    def test_it_is_what_a_city_solved_anew_without_it_would_not_place(self, city: CityYear) -> None:
        everyone = set(city.partnerships["partnership_id"])
        all_there = most_placed(city, everyone)
        for id_, (value, low, high) in lost(city).items():
            assert value == pytest.approx(all_there - most_placed(city, everyone - {id_}), abs=1e-5)
            assert low == high == value

    @given(
        cities(unknown=True),
        st.lists(st.tuples(st.integers(0, 30), st.sampled_from(AGES)), min_size=6, max_size=6),
    )
    @settings(max_examples=60, deadline=None)
    def test_whatever_the_unknown_seats_and_ages_are_it_is_in_range(
        self, city: CityYear, truths: list[tuple[int, tuple[int, int]]]
    ) -> None:
        ranges = lost(city)
        rows = city.offerings.select("seats", "minimum_age", "maximum_age").iter_rows()
        told = [
            (true_number if number is None else number, *(true_ages if youngest is None else (youngest, oldest)))
            for (number, youngest, oldest), (true_number, true_ages) in zip(rows, truths, strict=False)
        ]
        names = ("seats", "minimum_age", "maximum_age")
        truth = with_offerings(city, **{name: [row[at] for row in told] for at, name in enumerate(names)})
        for id_, (value, _, _) in lost(truth).items():
            assert 0 <= ranges[id_][1] <= ranges[id_][0] + 1e-6
            assert ranges[id_][0] <= ranges[id_][2] + 1e-6
            assert ranges[id_][1] - 1e-3 <= value <= ranges[id_][2] + 1e-3

    @given(cities())
    @settings(max_examples=30, deadline=None)
    def test_looking_at_one_leaves_everybody_where_they_were(self, city: CityYear) -> None:
        cells = students_by_cell(city)
        supply = Supply.of(city, cells)
        for term in supply.terms(cells.students, supply.seats.low)[0]:
            before = deepcopy(term.contests)
            lost = term.lost_without_each()
            assert term.contests == before
            assert (term.lost_without_each() == lost).all()

    def test_freed_students_take_seats_that_others_leave_for_them(self) -> None:
        """Whoever loses p's seats takes those of the near offering, whose students go to the far one."""
        schools = [school("a", 10), school("b", 10, km=1.5)]
        offers = [seats("o", 10, "p"), seats("near", 10, km=0.5), seats("far", 6, km=3.0)]
        city = spread(schools=schools, offerings=offers, partnerships=[partnership("p", ["a"])])
        assert lost(city)["p"] == (4, 4, 4)

    def test_a_term_that_is_as_good_without_it_makes_up_for_it(self) -> None:
        offers = [seats("o", 10, "p", **dated(AUTUMN)), seats("spring", 8, **dated(SPRING))]
        city = spread(schools=[school("a", 50)], offerings=offers, partnerships=[partnership("p", ["a"])])
        assert lost(city)["p"] == (2, 2, 2)

    def test_unknown_seats_of_others_may_take_its_place_and_its_own_may_be_many(self) -> None:
        schools, partners = [school("a", 100)], [partnership("p", ["a"])]
        own = spread(schools=schools, offerings=[seats("o", None, "p")], partnerships=partners)
        assert lost(own)["p"][:2] == (0, 0)
        assert lost(own)["p"][2] > 0
        others = spread(schools=schools, offerings=[seats("o", 10, "p"), seats("n", None)], partnerships=partners)
        value, low, high = lost(others)["p"]
        assert (value, high) == (10, 10)
        assert low <= 10

    def test_one_without_seats_adds_nobody(self) -> None:
        city = spread(schools=[school("a", 9)], offerings=[seats("o", 5)], partnerships=[partnership("p", ["a"])])
        assert lost(city)["p"] == (0, 0, 0)


def with_offerings(city: CityYear, **columns: Any) -> CityYear:
    changed = city.offerings.with_columns(
        pl.Series(name, values, dtype=city.offerings.schema[name]) for name, values in columns.items()
    )
    return CityYear(**{**vars(city), "offerings": changed})


def shares(city: CityYear, **more: Any) -> dict[str, float]:
    rows = places_shared(city, students_by_cell(city), Precision(**more))
    return dict(zip(rows["partnership_id"], rows["placed_share"], strict=True))


class TestPlacesShared:
    @given(cities())
    @settings(max_examples=30, deadline=None)
    def test_it_is_the_mean_over_all_orders(self, city: CityYear) -> None:
        ids = city.partnerships["partnership_id"].to_list()
        worth = {frozenset(some): most_placed(city, some) for some in all_sets(ids)}
        expected = dict.fromkeys(ids, 0.0)
        orders = list(permutations(ids))
        for order in orders:
            for at, id_ in enumerate(order):
                gain = worth[frozenset(order[: at + 1])] - worth[frozenset(order[:at])]
                expected[id_] += gain / len(orders)
        rows = places_shared(city, students_by_cell(city), Precision(most_orders=400, error=0.0))
        for id_, value, error, _ in rows.iter_rows():
            assert value == pytest.approx(expected[id_], abs=5 * error + 1e-5)
        assert rows["placed_share"].sum() == pytest.approx(worth[frozenset(ids)] - worth[frozenset()], abs=1e-4)

    @given(cities())
    @settings(max_examples=40, deadline=None)
    def test_a_seat_more_adds_no_less(self, city: CityYear) -> None:
        mine = city.offerings["partnership_id"] == "p0"
        if city.offerings.filter(mine.fill_null(value=False)).is_empty():
            return
        more = (city.offerings["seats"] + mine.fill_null(value=False).cast(pl.Int64)).to_list()
        assert lost(with_offerings(city, seats=more))["p0"][0] >= lost(city)["p0"][0] - 1e-5

    def test_of_many_the_orders_are_drawn_and_the_error_is_told(self) -> None:
        """Twenty with one to three seats each, of which half would do: too many for all sets."""
        sizes = {f"p{n:02}": 1 + n % 3 for n in range(20)}
        offers = [seats(id_, size, id_) for id_, size in sizes.items()]
        partners = [partnership(id_, ["a"]) for id_ in sizes]
        city = spread(schools=[school("a", 20)], offerings=offers, partnerships=partners)
        assert set(lost(city).values()) == {(0, 0, 0)}
        rows = places_shared(city, students_by_cell(city)).with_columns(size=pl.Series(sizes.values()))
        assert rows["placed_share"].sum() == pytest.approx(20, abs=1e-4)
        assert 0 < rows["placed_error"].sum() <= 0.05 * 20
        for one, other in (
            rows.group_by("size")
            .agg(pl.col("placed_share").min(), most=pl.col("placed_share").max())[:, 1:]
            .iter_rows()
        ):
            assert other - one < 10 * rows["placed_error"].max()
        assert rows.drop("size").equals(places_shared(city, students_by_cell(city)))


def all_sets(ids: list[str]) -> list[tuple[str, ...]]:
    return [tuple(id_ for at, id_ in enumerate(ids) if bits >> at & 1) for bits in range(2 ** len(ids))]


class TestShapley:
    @given(st.lists(st.integers(0, 9), min_size=1, max_size=5), st.integers(0, 25))
    @settings(deadline=None)
    def test_sums_over_sets_and_drawn_orders_agree(self, gave: list[int], asked: int) -> None:
        amounts = np.array(gave, dtype=float)
        members = np.arange(2 ** len(gave))[:, None] >> np.arange(len(gave)) & 1
        exact = over_all_sets(np.minimum(asked, members @ amounts))

        def joined(order: np.ndarray) -> np.ndarray:
            result = np.empty(len(order))
            result[order] = np.diff(np.minimum(asked, amounts[order].cumsum()), prepend=0)
            return result

        drawn = over_drawn_orders(len(gave), joined, Precision(error=0.0, most_orders=600))
        assert exact.sum() == pytest.approx(min(asked, sum(gave)))
        assert (np.abs(drawn.value - exact) <= 6 * drawn.error + 1e-9).all()


def need(need_id: str, amount: float | None, **more: Any) -> Row:
    return {"need_id": need_id, "school_id": "a", "amount": amount, **more}


def met(needs: list[Row], deliveries: list[Row], ids: Iterable[str] = ("p", "q"), **more: Any) -> list[dict[str, Any]]:
    city = spread(
        schools=[school("a", 100)], needs=needs, deliveries=deliveries,
        partnerships=[partnership(id_, ["a"]) for id_ in ids], **more,
    )  # fmt: skip
    return needs_met(city).to_dicts()


def delivery(delivery_id: str, partnership_id: str | None, students: int | None, **more: Any) -> Row:
    return {"delivery_id": delivery_id, "need_id": "n", "partnership_id": partnership_id, "students": students, **more}


class TestNeedsMet:
    def test_what_others_gave_too_is_not_lost_and_is_shared(self) -> None:
        rows = met([need("n", 30)], [delivery("d", "p", 20), delivery("e", "q", 25)])
        assert [row["met"] for row in rows] == [5, 10]
        assert [row["met_share"] for row in rows] == [12.5, 17.5]

    def test_what_is_of_no_partnership_is_always_there(self) -> None:
        rows = met([need("n", 30)], [delivery("d", "p", 20), delivery("e", None, 25)])
        assert [(row["met"], row["met_share"]) for row in rows] == [(5, 5), (0, 0)]

    def test_two_accounts_make_the_range_and_may_leave_naming_the_partnership_to_the_other(self) -> None:
        rows = met([need("n", 30)], [delivery("d", "p", 20), delivery("d", None, 10, account="school")])
        assert [rows[0][name] for name in ("met", "met_low", "met_high")] == [15, 10, 20]

    def test_a_number_that_nobody_knows_may_have_met_all_or_nothing(self) -> None:
        mine, other = met([need("n", 30)], [delivery("d", "p", None), delivery("e", "q", 12)])
        assert [mine[name] for name in ("met", "met_low", "met_high")] == [0, 0, 18]
        assert [other[name] for name in ("met", "met_low", "met_high")] == [12, 0, 12]

    def test_each_unit_is_counted_apart_and_a_need_without_an_amount_is_told(self) -> None:
        needs = [need("n", None), need("m", 10, unit="hours")]
        rows = met(needs, [delivery("d", "p", 5), delivery("e", "p", None, need_id="m", amount=4.0)], ["p"])
        told = {row["unit"]: (row["met"], row["amount_unknown"]) for row in rows}
        assert told == {"students": (0, 1), "hours": (4, 0)}

    def test_where_nothing_is_known_of_deliveries_nothing_is_known_of_what_they_met(self) -> None:
        (row,) = met([need("n", 30)], [], ["p"], coverage={"needs": "complete"})
        assert (row["met"], row["met_low"], row["met_share"]) == (None, 0, None)

    @given(st.lists(st.integers(0, 20), min_size=1, max_size=14), st.integers(0, 60))
    @settings(max_examples=40, deadline=None)
    def test_shares_add_up_to_what_was_met_and_are_no_less_than_what_is_lost(self, gave: list[int], asked: int) -> None:
        ids = [f"p{n}" for n in range(len(gave))]
        rows = met([need("n", asked)], [delivery(f"d{id_}", id_, n) for id_, n in zip(ids, gave, strict=True)], ids)
        assert sum(row["met_share"] for row in rows) == pytest.approx(min(asked, sum(gave)), abs=1e-4)
        for row, mine in zip(rows, gave, strict=True):
            assert row["met"] == max(0, min(asked, sum(gave)) - min(asked, sum(gave) - mine))
            assert row["met_share"] >= row["met"] - 6 * row["met_error"] - 1e-6


class TestNextPartnerships:
    @given(cities(most=2))
    @settings(max_examples=40, deadline=None)
    def test_it_places_as_many_more_as_a_city_solved_anew_with_its_free_seats_there(self, city: CityYear) -> None:
        everyone = city.partnerships["partnership_id"].to_list()
        now, cells = most_placed(city, everyone), students_by_cell(city)
        rows = next_partnerships(city, cells)
        found = {(row["offering_id"], row["school_id"]): row for row in rows.iter_rows(named=True)}
        for offer in city.offerings.filter(pl.col("partnership_id").is_null()).iter_rows(named=True):
            for school_id in city.schools["school_id"]:
                assert found.get((offer["offering_id"], school_id), {"placed": 0})["placed"] == pytest.approx(
                    most_placed(city, everyone, (offer["offering_id"], school_id)) - now, abs=1e-4
                )

    def test_its_reasons_are_numbers(self) -> None:
        offers = [seats("o", 12, km=20.0), seats("near", 30)]
        programs = [{"program_id": "program", "contributions": ["private_lessons"]}]
        needs = [need("n", 20), need("m", 5, contribution="mentorship"), need("closed", 9, state="closed")]
        city = spread(schools=[school("a", 100)], offerings=offers, programs=programs, needs=needs)
        far, near = next_partnerships(city, students_by_cell(city)).to_dicts()
        assert {name: far[name] for name in ("placed", "met", "free_seats", "without_place", "not_met", "in_reach")} == {
            "placed": 12, "met": 12, "free_seats": 12, "without_place": 70, "not_met": 20, "in_reach": 0,
        }  # fmt: skip
        assert (near["placed"], near["met"], near["free_seats"], near["in_reach"]) == (0, 20, 0, 1)

    def test_whoever_works_with_the_school_already_is_no_candidate(self) -> None:
        offers = [seats("o", 12, km=20.0)]
        city = spread(schools=[school("a", 100)], offerings=offers, partnerships=[partnership("p", ["a"])])
        assert next_partnerships(city, students_by_cell(city)).is_empty()

    def test_they_are_ranked_for_the_city_and_for_each_school_and_organization(self) -> None:
        schools = [school("a", 10), school("b", 100, km=60.0)]
        offers = [seats("o", 12, km=20.0), seats("q", 40, km=20.0)]
        found = next_partnerships(city := spread(schools=schools, offerings=offers), students_by_cell(city))
        first = ranked(found, adds="placed", most=1).to_dicts()
        assert [(row["offering_id"], row["school_id"], row["placed"]) for row in first] == [("q", "b", 40)]
        for_schools = ranked(found, adds="placed", of="school_id", most=1)
        assert for_schools.sort("school_id")["placed"].to_list() == [10, 40]
        assert len(ranked(found, adds="placed", of="organization_id", most=3)) == 3
        assert ranked(found, adds="met").is_empty()
