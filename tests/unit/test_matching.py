"""Who could answer which need: the parts of the score, what rules a pair out, ranks, and what nobody can answer."""

import random
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from tests.factories.city import Row, offering, school, spread
from tests.factories.naive_matching import naive_matches

from allcity.analysis.cells import students_by_cell
from allcity.analysis.city import CityYear
from allcity.analysis.matching import ADDITIONAL, PARTS, Matches, match_needs
from allcity.analysis.needs import ledger

LESSONS = {"program_id": "program", "contributions": ["private_lessons"]}
WALK_KM = 4.8 / 1.3 / 2
"""How far one gets in the half hour that a city allows."""


def need(need_id: str = "n", amount: float | None = 20, **more: Any) -> Row:
    return {"need_id": need_id, "school_id": "a", "amount": amount, **more}


def matches(city: CityYear, additional: list[Row] = (), **more: Any) -> Matches:
    frame = pl.DataFrame(additional, schema=ADDITIONAL)
    return match_needs(city, students_by_cell(city), ledger(city), frame, **more)


def city(
    *, schools: list[Row] | None = None, offerings: list[Any] | None = None, needs: list[Row] = (), **more: Any
) -> CityYear:
    """A school that asks and a program that could give, in the same place."""
    return spread(
        schools=[school("a", 100)] if schools is None else schools,
        offerings=[offering("o", seats=10)] if offerings is None else offerings,
        needs=needs or [need()],
        **{"programs": [LESSONS], **more},
    )


def part(name: str, town: CityYear, additional: list[Row] = ()) -> tuple[float, float, float]:
    row = matches(town, additional).pairs.row(0, named=True)
    return row[f"{name}_low"], row[name], row[f"{name}_high"]


def reason(town: CityYear, additional: list[Row] = ()) -> str | None:
    found = matches(town, additional)
    assert len(found.pairs) + len(found.unanswered) == 1
    return None if len(found.pairs) else found.unanswered["reason"].item()


class TestParts:
    def test_the_score_is_the_mean_of_the_parts(self) -> None:
        row = matches(city()).pairs.row(0, named=True)
        assert row["score"] == pytest.approx(sum(row[name] for name in PARTS) / 7, abs=1e-8)
        assert row["score_low"] == pytest.approx(sum(row[f"{name}_low"] for name in PARTS) / 7, abs=1e-8)

    def test_unmet_is_what_is_left_of_what_was_asked(self) -> None:
        given = [{"delivery_id": "d", "need_id": "n", "students": 5}]
        two = [*given, {**given[0], "students": 15, "account": "school"}]
        assert part("unmet", city(deliveries=given)) == (0.75, 0.75, 0.75)
        assert part("unmet", city(deliveries=two)) == (0.25, 0.5, 0.75)
        assert part("unmet", city(needs=[need(amount=None)])) == (0, 0.5, 1)

    def test_an_additional_need_is_as_large_as_it_may_be(self) -> None:
        row = {"school_id": "a", "unit": "students", "amount": 60.0, "low": 20.0, "high": 80.0}
        assert part("unmet", city(needs=[need(state="closed")]), [row]) == (0.25, 0.75, 1)
        unknown = {"school_id": "a", "unit": "students"}
        assert part("unmet", city(needs=[need(state="closed")]), [unknown]) == (0, 0.5, 1)

    @pytest.mark.parametrize(
        ("ages", "expected"),
        [((5, 18), (1, 1, 1)), ((10, 18), (0.5, 0.5, 0.5)), ((10, None), (0, 0.25, 0.5)), ((None, None), (0, 0.5, 1))],
    )
    def test_fit_is_the_share_of_grades_whose_ages_meet(self, ages: Any, expected: Any) -> None:
        town = city(schools=[school("a", 100, grades=["3", "4"])], offerings=[offering("o", ages=ages)])
        assert part("fit", town) == expected

    def test_fit_is_of_the_band_that_the_need_names(self) -> None:
        town = city(schools=[school("a", 100, grades=["2", "3"])], offerings=[offering("o", ages=(9, 18))],
                    needs=[need(grade_band="3-5")])  # fmt: skip
        assert part("fit", town) == (1, 1, 1)

    def test_a_district_asks_for_the_grades_of_its_schools(self) -> None:
        schools = [school("a", 9, grades=["3"], district_id="d"), school("b", 9, grades=["12"], district_id="d")]
        wants = [need(school_id=None, district_id="d")]
        assert part("fit", city(schools=schools, offerings=[offering("o", ages=(8, 9))], needs=wants)) == (0.5,) * 3

    def test_what_teachers_and_things_do_without(self) -> None:
        for unit in ("teachers", "items"):
            assert part("fit", city(needs=[need(unit=unit)], offerings=[offering("o", ages=(40, 50))])) == (1, 1, 1)
        far = city(needs=[need(unit="items")], offerings=[offering("o", km=50, seats=0)])
        assert part("reach", far) == part("seats", far) == (1, 1, 1)

    def test_an_offering_for_students_with_disabilities_says_so(self) -> None:
        given: dict[str, Any] = {
            "groups": [{"group_id": "iep", "dimension": "disability"}], "needs": [need(group_id="iep")]
        }  # fmt: skip
        assert part("fit", city(**given)) == (0, 0.5, 1)
        assert part("fit", city(offerings=[offering("o", accommodations=["aide"])], **given)) == (1, 1, 1)

    def test_reach_falls_with_the_way(self) -> None:
        assert part("reach", city(offerings=[offering("o", km=WALK_KM / 4)])) == pytest.approx((0.75,) * 3)
        assert part("reach", city(offerings=[offering("o", km=None)])) == (0, 0.5, 1)
        assert part("reach", city(offerings=[offering("o", km=50, mode="online")])) == (1, 1, 1)

    def test_seats_are_held_against_what_is_left(self) -> None:
        assert part("seats", city()) == (0.5, 0.5, 0.5)
        assert part("seats", city(offerings=[offering("o", seats=50)])) == (1, 1, 1)
        assert part("seats", city(offerings=[offering("o")])) == (0, 0.5, 1)
        accounts = [
            {"delivery_id": "d", "need_id": "n", "students": number, "account": side}
            for number, side in ((0, "school"), (10, "organization"))
        ]
        assert part("seats", city(deliveries=accounts)) == pytest.approx((0.5, 10 / 15, 1))

    @pytest.mark.parametrize(
        ("asked", "spoken", "expected"),
        [([], [], 1), (["es", "pl"], ["en", "es"], 0.5), (["es"], ["en"], 0), (["es"], ["es"], 1)],
    )
    def test_language(self, asked: list[str], spoken: list[str], expected: float) -> None:
        town = city(needs=[need(languages=asked)], offerings=[offering("o", languages=spoken)])
        assert part("language", town) == (expected,) * 3

    def test_days_are_the_offerings_to_keep(self) -> None:
        town = city(needs=[need(days=["mo", "tu", "we"])], offerings=[offering("o", days=["mo", "fr"])])
        assert part("time", town) == (0.5,) * 3
        assert part("time", city(needs=[need(days=["mo"])])) == part("language", city(needs=[need(languages=["es"])]))
        assert part("time", city(needs=[need(days=["mo"])])) == (0, 0.5, 1)

    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            ({"students_enrolled": 25, "minutes_3_5": 60}, 0.75),
            ({"students_enrolled": 300}, 0),
            ({"minutes_3_5": 0}, 1),
        ],
    )
    def test_scarcity_is_what_the_school_lacks(self, said: Row, expected: float) -> None:
        assert part("scarcity", city(baselines=[{"school_id": "a", **said}])) == (expected,) * 3

    def test_scarcity_of_a_school_that_did_not_answer_is_not_known(self) -> None:
        assert part("scarcity", city()) == (0, 0.5, 1)


class TestPairs:
    def test_what_rules_a_pair_out_is_the_nearest_reason(self) -> None:
        assert reason(city()) is None
        assert reason(city(programs=[{**LESSONS, "contributions": ["mentorship"]}])) == "contribution"
        assert reason(city(offerings=[offering("o", km=WALK_KM * 1.01)])) == "reach"
        assert reason(city(offerings=[offering("o", ages=(12, 18))])) == "ages"
        assert reason(city(offerings=[offering("o", seats=0)])) == "seats"
        assert reason(city(offerings=[offering("o", seats=9, partnership_id="p")])) == "seats"
        several = [offering("o", km=9, seats=5), offering("p", ages=(12, 18)), offering("q", seats=0)]
        assert reason(city(offerings=several)) == "seats"

    def test_a_partnership_that_answers_the_need_has_it_in_hand(self) -> None:
        assert reason(city(partnerships=[{"partnership_id": "p", "need_ids": ["n"]}])) == "in_hand"
        assert reason(city(partnerships=[{"partnership_id": "p", "need_ids": ["other"]}])) is None
        elsewhere = {"partnership_id": "p", "need_ids": ["n"], "organization_ids": ["another"]}
        assert reason(city(partnerships=[elsewhere])) is None

    def test_what_is_met_or_closed_is_not_matched(self) -> None:
        met = [{"delivery_id": "d", "need_id": "n", "students": 20}]
        for town in (city(deliveries=met), city(needs=[need(state="closed")]), city(needs=[need(amount=0)])):
            assert matches(town).pairs.is_empty()
            assert matches(town).unanswered.is_empty()

    def test_up_to_the_limit_a_place_is_in_reach(self) -> None:
        within = city(offerings=[offering("o", km=WALK_KM * (1 - 1e-6))])
        assert part("reach", within) == pytest.approx((0, 0, 0), abs=1e-5)

    def test_students_without_a_place_are_for_whatever_is_counted_in_students(self) -> None:
        row = {"school_id": "a", "unit": "students", "amount": 60.0, "low": 60.0, "high": 60.0}
        closed = [need(state="closed")]
        assert reason(city(needs=closed), [row]) is None
        assert reason(city(needs=closed, programs=[{"program_id": "program"}]), [row]) is None
        teachers = [{**LESSONS, "contributions": ["teacher_development"]}]
        assert reason(city(needs=closed, programs=teachers), [row]) == "contribution"
        assert reason(city(needs=closed), [{**row, "contribution": "mentorship"}]) == "contribution"

    def test_a_program_without_dates_is_paired_by_what_is_known(self) -> None:
        row = matches(city(offerings=[])).pairs.row(0, named=True)
        assert (row["offering_id"], row["minutes"], row["free_seats"]) == (None, None, None)
        assert (row["fit"], row["reach"], row["seats"]) == (0.5, 0.5, 0.5)

    def test_of_a_programs_offerings_the_best_counts(self) -> None:
        offerings = [offering("far", km=1, seats=20), offering("near", seats=20), offering("twin", seats=20)]
        assert matches(city(offerings=offerings)).pairs["offering_id"].to_list() == ["near"]

    def test_what_a_pair_rests_on(self) -> None:
        said = [{"school_id": "a", "music_staff": 0.0, "minutes_3_5": 30.0}]
        town = city(baselines=said, offerings=[offering("o", km=WALK_KM / 2, seats=7)])
        row = matches(town).pairs.row(0, named=True)
        names = ("asked", "not_met", "minutes", "free_seats", "music_staff", "online")
        assert [row[name] for name in names] == [20, 20, pytest.approx(15), 7, 0, False]
        assert row["minutes_share"] == pytest.approx(30 / dict(town.framework.targets.minutes_per_week.value)["3-5"])

    def test_idle_are_seats_that_answer_nothing(self) -> None:
        programs = [LESSONS, {"program_id": "other", "organization_id": "idle", "contributions": ["mentorship"]}]
        offerings = [
            offering("o"), offering("p", program_id="other", seats=4), offering("q", program_id="other", seats=3),
            offering("r", program_id="other", seats=9, partnership_id="kept"), offering("s", program_id="other"),
        ]  # fmt: skip
        assert matches(city(offerings=offerings, programs=programs)).idle.rows() == [("idle", 7)]

    def test_without_anything_there_is_nothing(self) -> None:
        town = spread(schools=[], programs=[])
        found = matches(town)
        assert (len(found.pairs), len(found.unanswered), len(found.idle)) == (0, 0, 0)


class TestRanks:
    PROGRAMS = tuple(
        {"program_id": f"p{n}", "organization_id": f"o{n // 2}", "contributions": ["private_lessons"]} for n in range(4)
    )

    def test_by_score_then_by_priority_and_ids(self) -> None:
        needs = [need("n1"), need("n2", priority=2), need("n3", priority=1)]
        found = matches(city(needs=needs, programs=self.PROGRAMS, offerings=[])).pairs
        assert found["need_id"].to_list() == ["n3"] * 4 + ["n2"] * 4 + ["n1"] * 4
        first = found.filter(need_id="n3")
        assert first.select("rank_for_need", "program_id").rows() == [(1, "p0"), (2, "p1"), (3, "p2"), (4, "p3")]
        mine = found.filter(organization_id="o1").sort("rank_for_organization")
        assert mine["rank_for_organization"].to_list() == [1, 2, 3, 4, 5, 6]
        assert mine.select("need_id", "program_id").rows()[:3] == [("n3", "p2"), ("n3", "p3"), ("n2", "p2")]

    def test_only_so_many_are_kept_of_either_side(self) -> None:
        town = city(needs=[need("n1"), need("n2")], programs=self.PROGRAMS, offerings=[])
        kept = matches(town, most_for_need=1, most_for_organization=1).pairs
        assert kept.select("need_id", "program_id").rows() == [("n1", "p0"), ("n1", "p2"), ("n2", "p0")]
        assert kept["rank_for_organization"].to_list() == [1, 1, 3]
        assert matches(town, most_for_need=1).pairs["rank_for_need"].to_list() == [1, 1]


# --- properties, and the naive version

maybe = st.none() | st.integers(0, 30)
ages = st.sampled_from([(5, 18), (8, 9), (12, 18), (None, None), (6, None), (None, 10)])
LANGUAGES, DAYS = ("en", "es", "pl"), ("mo", "tu", "fr")
IDS = ("a", "b", "c")
GIVEN = ("private_lessons", "mentorship", "teacher_development", "instruments_and_resources", "performance_expertise")


def lists(words: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), unique=True, max_size=2)


@st.composite
def cities(draw: st.DrawFn) -> tuple[CityYear, list[Row]]:
    km = st.none() | st.sampled_from([0.0, 0.5, 1.0, 2.5])
    schools = [
        school(id_, draw(maybe), km=draw(km), district_id=draw(st.sampled_from([None, "d"])),
               grades=draw(st.lists(st.sampled_from(["K", "3", "4", "8"]), min_size=1, max_size=3, unique=True)))
        for id_ in IDS[: draw(st.integers(1, 3))]
    ]  # fmt: skip
    ids = [row["school_id"] for row in schools]
    needs = [
        need(
            f"n{n}", draw(st.none() | st.sampled_from([0.0, 10.0, 20.0])),
            **(draw(st.sampled_from([{"school_id": id_} for id_ in ids] + [{"school_id": None, "district_id": "d"}]))),
            contribution=draw(st.sampled_from(GIVEN)), unit=draw(st.sampled_from(["students", "teachers", "items", "hours"])),
            grade_band=draw(st.sampled_from([None, "PK-2", "3-5", "9-12"])),
            group_id=draw(st.sampled_from([None, "iep", "poor"])),
            days=draw(lists(DAYS)), languages=draw(lists(LANGUAGES)), priority=draw(st.sampled_from([None, 1, 2])),
            state=draw(st.sampled_from(["stated", "agreed", "closed"])),
        )
        for n in range(draw(st.integers(0, 4)))
    ]  # fmt: skip
    programs = [
        {
            "program_id": f"p{n}",
            "organization_id": draw(st.sampled_from(["o1", "o2"])),
            "contributions": draw(lists(GIVEN)),
        }
        for n in range(draw(st.integers(1, 4)))
    ]
    offerings = [
        offering(
            f"f{n}", km=draw(km), ages=draw(ages), seats=draw(maybe), days=draw(lists(DAYS)), languages=draw(lists(LANGUAGES)),
            program_id=draw(st.sampled_from([row["program_id"] for row in programs])),
            mode=draw(st.sampled_from(["in_person", "in_person", "online"])),
            accommodations=draw(st.sampled_from([[], ["aide"]])), partnership_id=draw(st.sampled_from([None, None, None, "r"])),
        )
        for n in range(draw(st.integers(0, 5)))
    ]  # fmt: skip
    deliveries = [
        {
            "delivery_id": f"d{n}",
            "need_id": draw(st.sampled_from([row["need_id"] for row in needs])),
            "students": draw(maybe),
        }
        for n in range(draw(st.integers(0, 2)) if needs else 0)
    ]
    partnerships = [
        {"partnership_id": "r", "organization_ids": ["o1"], "need_ids": draw(st.sampled_from([[], ["n0"]]))}
    ]
    baselines = [
        {"school_id": id_, "students_enrolled": draw(maybe), "minutes_pk_2": draw(maybe), "minutes_3_5": draw(maybe)}
        for id_ in ids
        if draw(st.booleans())
    ]
    town = spread(
        schools=schools, needs=needs, programs=programs, offerings=offerings, deliveries=deliveries, baselines=baselines,
        partnerships=partnerships if needs else [],
        groups=[{"group_id": "iep", "dimension": "disability"}, {"group_id": "poor", "dimension": "income"}],
    )  # fmt: skip
    additional = []
    for id_ in ids:
        low, amount, high = sorted(draw(st.tuples(*[st.sampled_from([0.0, 5.0, 12.0])] * 3)))
        known = draw(st.booleans())
        additional.append(
            {"school_id": id_, "unit": "students"} | ({"amount": amount, "low": low, "high": high} if known else {})
        )
    return town, additional


@given(cities())
@settings(max_examples=150, deadline=None)
def test_as_one_pair_after_the_other(made: tuple[CityYear, list[Row]]) -> None:
    town, additional = made
    found = matches(town, additional)
    slow = naive_matches(town, ledger(town), pl.DataFrame(additional, schema=ADDITIONAL))
    rows = found.pairs.rows(named=True)
    assert [
        (
            (row["need_id"], row["school_id"], row["contribution"]),
            row["organization_id"],
            row["program_id"],
            row["offering_id"],
        )
        for row in rows
    ] == [(row["want"], row["organization_id"], row["program_id"], row["offering_id"]) for row in slow]
    for row, other in zip(rows, slow, strict=True):
        for name in PARTS:
            assert (row[f"{name}_low"], row[name], row[f"{name}_high"]) == pytest.approx(other["parts"][name], abs=1e-6)


@given(cities())
@settings(max_examples=60, deadline=None)
def test_every_part_is_a_range_between_0_and_1(made: tuple[CityYear, list[Row]]) -> None:
    rows = matches(*made).pairs
    for name in ("score", *PARTS):
        low, value, high = (rows[f"{name}{end}"] for end in ("_low", "", "_high"))
        assert (low >= 0).all()
        assert (low <= value + 1e-12).all()
        assert (value <= high + 1e-12).all()
        assert (high <= 1 + 1e-12).all()


@given(cities(), st.data())
@settings(max_examples=60, deadline=None)
def test_more_free_seats_never_rank_lower(made: tuple[CityYear, list[Row]], data: st.DataObject) -> None:
    town, additional = made
    before = {
        (row["need_id"], row["school_id"], row["program_id"]): row["rank_for_need"]
        for row in matches(town, additional).pairs.iter_rows(named=True)
    }
    known = town.offerings.filter(pl.col("seats").is_not_null())["offering_id"].to_list()
    if not known:
        return
    grown = data.draw(st.sampled_from(known))
    program = town.offerings.filter(offering_id=grown)["program_id"].item()
    more = pl.when(offering_id=grown).then(pl.col("seats") + 5).otherwise("seats").alias("seats")
    after = matches(replace(town, offerings=town.offerings.with_columns(more)), additional)
    ranks = {
        (row["need_id"], row["school_id"], row["program_id"]): row["rank_for_need"]
        for row in after.pairs.iter_rows(named=True)
    }
    for pair, rank in before.items():
        if pair[2] == program:
            assert ranks[pair] <= rank


@given(cities(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_rows_changes_nothing(made: tuple[CityYear, list[Row]], chance: random.Random) -> None:
    town, additional = made
    tables = ("schools", "students", "needs", "programs", "offerings", "locations", "baselines", "groups", "deliveries")
    turned = {}
    for name in tables:
        rows = getattr(town, name)
        turned[name] = rows[chance.sample(range(len(rows)), len(rows))]
    here, there = matches(town, additional), matches(replace(town, **turned), additional[::-1])
    assert_frame_equal(here.pairs, there.pairs, check_exact=False, abs_tol=1e-9)
    assert_frame_equal(here.unanswered, there.unanswered)
    assert_frame_equal(here.idle, there.idle)
