"""Every measure of a city-year at once: each figure is defined, keeps its own bounds, and says what it does not know."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.city import YEAR, Row, city_year, place

from allcity.analysis.cells import EVERYONE_ELSE
from allcity.analysis.city import GRADES, CityYear
from allcity.analysis.definitions import DEFINITIONS
from allcity.analysis.examine import examine
from allcity.analysis.figures import Figure
from allcity.formats.schema import SCHEMA

CONTRIBUTIONS = ("private_lessons", "mentorship", "teacher_development", "instruments_and_resources")


def some_city(
    seed: int, *, gaps: float = 0.3, schools: int = 12, coverage: Any = "complete", settings: str = ""
) -> CityYear:
    """A city with rows in every table that is measured, where `gaps` is how often something is not known."""
    dice = random.Random(seed)

    def maybe(value: Any) -> Any:
        return None if dice.random() < gaps else value

    def where() -> Row:
        return dict(place(maybe(dice.uniform(0, 9)), dice.uniform(0, 9)))

    def some(of: Sequence[Any], most: int = 3) -> list[Any]:
        return dice.sample(of, dice.randint(1, most))

    areas, ids = ["north", "south", "west"], [f"s{n}" for n in range(schools)]
    organizations, needs = [f"o{n}" for n in range(14)], [f"n{n}" for n in range(10)]
    offered = {s: some(GRADES, 5) for s in ids}
    students: list[Row] = []
    for s in ids:
        total = dice.choice([0, 12, 80, 300])
        if dice.random() >= gaps / 2:
            students.append({"school_id": s, "students": total})
            students += [
                {"school_id": s, "group_id": g, "students": dice.randint(0, total)}
                for g in ("few", "learners")
                if maybe(g)
            ]
    start = date(YEAR, 7, 1)
    offerings = []
    for n in range(25):
        first = start + timedelta(dice.randint(-60, 300))
        ages = sorted(dice.randint(3, 19) for _ in range(2))
        fees = sorted(dice.choice([0, 0, 800, 4000]) for _ in range(2))
        offerings.append(
            {
                "offering_id": f"x{n}", "program_id": f"p{dice.randint(0, 9)}", "location_id": maybe(f"l{dice.randint(0, 8)}"),
                "mode": dice.choice(["in_person", "in_person", "online"]), "start_date": first,
                "end_date": first + timedelta(dice.choice([0, 10, 60, 200])), "sessions": maybe(dice.randint(1, 30)),
                "seats": maybe(dice.randint(0, 40)), "minimum_age": maybe(ages[0]), "maximum_age": maybe(ages[1]),
                "minimum_fee": maybe(fees[0]), "maximum_fee": maybe(fees[1]), "languages": maybe(some(["en", "es"], 2)),
                "accommodations": maybe(["interpreter"]), "partnership_id": dice.choice([None, None, "a1"]),
            }
        )  # fmt: skip
    answers = [("informal_music", s) for s in ids if maybe(s)] + [("all_contexts", s) for s in ids[:3] if maybe(s)]
    return city_year(
        coverage=coverage,
        settings="[targets]\nfee_limit = 20\n" + settings,
        areas=[{"area_id": area, "hardship": dice.uniform(0, 90)} for area in areas],
        groups=[{"group_id": "few", "compared": True}, {"group_id": "learners", "dimension": "language"}],
        districts=[{"district_id": "d"}],
        schools=[
            {"school_id": s, "grades": offered[s], "area_id": maybe(dice.choice(areas)), "district_id": "d", **where()}
            for s in ids
        ],
        students=students,
        organizations=[{"organization_id": o} for o in organizations],
        participants=[
            {"participant_id": str(n), "participant_type": type_, "number": dice.randint(0, 30)}
            for n, type_ in enumerate(("students", "musicians", "musicians", "families"))
        ],
        programs=[
            {"program_id": f"p{n}", "organization_id": dice.choice(organizations), "contributions": maybe(some(CONTRIBUTIONS))}
            for n in range(10)
        ],
        locations=[{"location_id": f"l{n}", **where()} for n in range(9)],
        offerings=offerings,
        baselines=[
            {
                "school_id": s, "music_staff": maybe(dice.choice([0.0, 0.5, 1.0])),
                "minutes_pk_2": maybe(dice.choice([0.0, 90.0])), "minutes_3_5": maybe(60.0),
                "minutes_6_8": maybe(120.0), "students_enrolled": maybe(dice.randint(0, 12)),
                "students_without_place": maybe(dice.randint(0, 30)), "rating": maybe(dice.choice(["Strong", "Weak"])),
            }
            for s in ids
        ],
        needs=[
            {
                "need_id": n, "school_id": maybe(dice.choice(ids)), "contribution": dice.choice(CONTRIBUTIONS),
                "amount": maybe(float(dice.randint(0, 90))), "unit": dice.choice(["students", "students", "teachers", "items"]),
                "dosage_hours": maybe(10.0),
            }
            for n in needs
        ],
        partnerships=[
            {"partnership_id": f"a{n}", "organization_ids": some(organizations), "school_ids": maybe(some(ids))}
            for n in range(5)
        ],
        deliveries=[
            {
                "delivery_id": f"v{n}", "account": account, "organization_id": dice.choice(organizations),
                "school_id": maybe(dice.choice(ids)), "need_id": maybe(dice.choice(needs)),
                "students": maybe(dice.randint(0, 50)), "hours": maybe(float(dice.randint(0, 20))), "amount": maybe(5.0),
            }
            for n in range(12)
            for account in ("organization", "school")[: dice.randint(1, 2)]
        ],
        answers=[
            {"answer_id": f"{question} {s}", "question_id": question, "school_id": s, "number": dice.randint(0, 20), "asked": 20}
            for question, s in answers
        ],
    )  # fmt: skip


def assert_keeps_its_bounds(figure: Figure) -> None:
    definition = DEFINITIONS[figure.id]
    told = [number for number in (figure.low, figure.value, figure.high) if number is not None]
    assert told == sorted(told), figure
    assert all(number == number for number in told), figure
    if figure.unit == "share":
        least = -1 if figure.id == "equity.gap" else 0
        ends = [*told, *(n for n in (figure.high_if_complete,) if n is not None)]
        assert all(least <= number <= 1 for number in ends), figure
    elif figure.unit not in ("ratio", "index"):
        assert all(number >= 0 for number in told), figure
    if figure.high is not None and figure.high_if_complete is not None:
        assert figure.high_if_complete <= figure.high + 1e-9, figure
    assert figure.known is None or figure.total is None or 0 <= figure.known <= figure.total, figure
    assert figure.unit == definition.unit, figure
    assert figure.by is None or set(figure.by) <= set(definition.dimensions), figure
    assert figure.by is not None or definition.whole, figure
    assert figure.year == YEAR
    if figure.suppressed:
        assert (figure.value, figure.low, figure.high, figure.high_if_complete, figure.interval) == (None,) * 5
    if figure.interval is not None:
        assert figure.interval.low <= figure.interval.high


COVERAGES = ("complete", "partial", "unknown", {"schools": "complete", "students": "complete"})


@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.3, 0.9]), st.sampled_from(range(len(COVERAGES))))
@settings(max_examples=25, deadline=None)
def test_every_figure_is_defined_and_keeps_its_bounds(seed: int, gaps: float, coverage: int) -> None:
    findings = examine(some_city(seed, gaps=gaps, coverage=COVERAGES[coverage]))
    for figure in findings.figures:
        assert_keeps_its_bounds(figure)
    for tally in (*findings.left_out, *findings.unknown):
        assert 0 <= tally.number <= tally.of
    for measure in ("reach", "seats_per_100", "placed"):
        for value, low, high in findings.schools.select(measure, f"{measure}_low", f"{measure}_high").rows():
            told = [number for number in (low, value, high) if number is not None]
            assert told == sorted(told)


def test_every_definition_is_of_a_figure_and_every_dimension_is_used() -> None:
    found = [figure for seed in range(3) for figure in examine(some_city(seed, gaps=0.1, schools=40)).figures]
    assert {figure.id for figure in found} == set(DEFINITIONS)
    used: dict[str, set[str]] = {}
    for figure in found:
        used.setdefault(figure.id, set()).update(figure.by or {})
    assert used == {id_: set(definition.dimensions) for id_, definition in DEFINITIONS.items()}
    whole = {figure.id for figure in found if figure.by is None}
    assert whole == {id_ for id_, definition in DEFINITIONS.items() if definition.whole}


def test_every_key_is_one_of_the_city_or_the_framework() -> None:
    city = some_city(1, gaps=0.1)
    framework = city.framework
    keys = {
        "area": {*city.areas["area_id"]},
        "group": {*city.groups["group_id"], EVERYONE_ELSE + "few"},
        "band": {*framework.grade_bands},
        "contribution": {*framework.contributions},
        "participant": {*framework.participants},
        "term": {*framework.terms},
        "rating": {"Strong", "Weak"},
    }
    for figure in examine(city).figures:
        for dimension, name in (figure.by or {}).items():
            assert name in keys[dimension]


@pytest.mark.parametrize("table", [name for name in SCHEMA if name not in ("schools", "sources")])
def test_any_table_may_be_empty(table: str) -> None:
    full = some_city(5)
    rows = {name: getattr(full, name).to_dicts() for name in SCHEMA if name not in ("sources", table)}
    for coverage in ("complete", {name: "complete" for name in SCHEMA if name not in ("sources", table)}):
        for figure in examine(city_year(coverage=coverage, **{**rows, table: []})).figures:
            assert_keeps_its_bounds(figure)


def test_schools_alone_are_enough() -> None:
    findings = examine(city_year(schools=[{"school_id": "a"}], programs=[], coverage={"schools": "complete"}))
    for figure in findings.figures:
        assert_keeps_its_bounds(figure)
    told = {figure.id for figure in findings.figures if figure.value is not None}
    assert told == {"schools"}
    assert findings.figures.get("students").low == 0
    assert findings.figures.get("organizations").value is None
    assert findings.schools["students"].to_list() == [None]
    assert findings.schools["alone"].to_list() == [None]


def test_a_city_year_without_schools_is_not_examined() -> None:
    with pytest.raises(ValueError, match="no schools"):
        examine(city_year())


def test_the_same_city_gives_the_same_findings() -> None:
    first, again = examine(some_city(3)), examine(some_city(3))
    assert list(first.figures) == list(again.figures)
    assert first.schools.equals(again.schools)


def test_students_are_the_published_ones_and_unknown_ones_leave_the_high_end_open() -> None:
    rows = [{"school_id": s, "area_id": area} for s, area in (("a", "north"), ("b", "south"), ("c", "south"))]
    students = [{"school_id": "a", "students": 70}, {"school_id": "b", "students": 0}]
    areas = [{"area_id": "north"}, {"area_id": "south"}]
    findings = examine(city_year(schools=rows, students=students, areas=areas))
    whole, north = findings.figures.get("students"), findings.figures.get("students", area="north")
    assert (whole.value, whole.low, whole.high, whole.high_if_complete) == (70, 70, None, 70)
    assert (whole.known, whole.total) == (2, 3)
    assert (north.value, north.high, north.known, north.total) == (70, 70, 1, 1)
    assert findings.schools["students"].to_list() == [70, 0, None]
    tallies = {tally.id: tally.number for tally in (*findings.left_out, *findings.unknown)}
    assert tallies["no_students"] == 1
    assert tallies["grade_counts"] == 2  # one was spread, one is not known at all


def test_seats_of_which_none_is_known_are_not_told() -> None:
    offerings = [{"offering_id": "x"}, {"offering_id": "y"}]
    found = examine(city_year(schools=[{"school_id": "a"}], offerings=offerings)).figures.get("seats")
    assert (found.value, found.low, found.high, found.known, found.total) == (None, 0, 60, 0, 2)


def test_programs_and_offerings_are_counted_by_kind() -> None:
    first = date(YEAR, 9, 1)
    offerings = [
        {"offering_id": "x", "program_id": "p", "seats": 9},
        {"offering_id": "y", "program_id": "p", "end_date": first, "start_date": first},
        {"offering_id": "z", "program_id": "q", "mode": "online"},
    ]
    figures = examine(city_year(schools=[{"school_id": "a"}], offerings=offerings)).figures
    expected = {"programs": 2, "programs.sustained": 2, "programs.events": 1, "programs.online": 1}
    expected |= {"offerings": 3, "offerings.sustained": 2, "offerings.events": 1, "offerings.online": 1, "seats": 9}
    assert {id_: figures.get(id_).value for id_ in expected} == expected
