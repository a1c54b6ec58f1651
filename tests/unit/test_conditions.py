"""The three conditions on made-up records: ranges that hold, more that never lowers, and what is worked out by hand."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.city import Row, city_year, enrolment, school
from tests.factories.naive_conditions import NaiveConditions

from allcity.analysis.city import CityYear, year_dates
from allcity.analysis.conditions import judge

YEARS = (2024, 2025)
SCHOOLS = [school(name, 100) for name in "abc"]
PARTNERSHIPS = ("p", "q")
KINDS = ("private_lessons", "teacher_development", "small_ensembles")

days = st.integers(0, 700).map(lambda n: date(2024, 8, 1) + timedelta(days=n))
starts = st.integers(0, 500).map(lambda n: date(2024, 8, 1) + timedelta(days=n))
maybe = st.none


def spans() -> st.SearchStrategy[tuple[date, date]]:
    return st.tuples(days, st.sampled_from([0, 5, 30, 200])).map(lambda one: (one[0], one[0] + timedelta(days=one[1])))


@st.composite
def deliveries(draw: st.DrawFn) -> list[Row]:
    """Of one delivery the account of either side or both."""
    number, (first, last) = draw(st.integers(0, 10**9)), draw(spans())
    shared = {
        "delivery_id": f"d{number}", "start_date": first, "end_date": last,
        "partnership_id": draw(st.sampled_from(PARTNERSHIPS)), "school_id": draw(st.sampled_from("abc")),
        "organization_id": draw(st.sampled_from("xy")), "contribution": draw(st.sampled_from(KINDS)),
        "need_id": draw(st.sampled_from([None, "n", "m", "lost"])),
        "setting": draw(st.sampled_from([None, "in_school_hours", "out_of_hours"])),
    }  # fmt: skip
    accounts = draw(st.sampled_from([("organization",), ("school",), ("organization", "school")]))
    return [
        {
            **shared, "account": account, "sessions": draw(maybe() | st.integers(0, 12)),
            "hours": draw(maybe() | st.sampled_from([1.0, 5.0, 20.0])), "students": draw(maybe() | st.integers(0, 40)),
            "certified_teacher": draw(maybe() | st.booleans()),
        }
        for account in accounts
    ]  # fmt: skip


@st.composite
def check_ins(draw: st.DrawFn) -> Row:
    day = draw(days.filter(lambda one: date(2025, 7, 1) <= one <= date(2026, 6, 30)))
    return {
        "check_in_id": f"c{draw(st.integers(0, 10**9))}", "partnership_id": draw(st.sampled_from(PARTNERSHIPS)), "date": day,
        "side": draw(st.sampled_from(["organization", "school", "teacher"])),
        "goal_id": draw(st.sampled_from([None, "g"])), "progress": draw(maybe() | st.integers(1, 4)),
        "communication": draw(maybe() | st.integers(1, 4)), "next_step": draw(st.sampled_from([None, "Go on"])),
    }  # fmt: skip


@st.composite
def answers_of_some(draw: st.DrawFn) -> Row:
    """Of students' voice, or how far they have come on a goal: of a partnership, or of a school without naming one."""
    return {
        "question_id": draw(st.sampled_from(["students_heard", "students_heard", "g"])),
        "participant_type": draw(st.sampled_from(["students", "students", "families"])),
        "partnership_id": draw(st.sampled_from([None, *PARTNERSHIPS])), "school_id": draw(st.sampled_from("abc")),
        "grade_band": draw(st.sampled_from([None, None, "3-5", "6-8"])),
        "group_id": draw(st.sampled_from([None, None, None, "low_income"])), "level": draw(maybe() | st.sampled_from([2, 4])),
        "number": draw(st.sampled_from([3, 12, 20])), "asked": draw(st.sampled_from([4, 20, 30])),
    }  # fmt: skip


@st.composite
def agreements(draw: st.DrawFn) -> Row:
    number, (first, last) = draw(st.integers(1, 4)), draw(spans())
    return {
        "agreement_id": f"v{number}", "partnership_id": draw(st.sampled_from(PARTNERSHIPS)), "version": number,
        "start_date": first, "end_date": draw(st.sampled_from([None, last])),
        "signed_by_organization": draw(st.sampled_from([None, first])),
        "signed_by_school": draw(st.sampled_from([None, first])),
    }  # fmt: skip


class Years(list[CityYear]):
    """City-years that do not print all of their tables when a test fails."""

    def __repr__(self) -> str:
        return f"{len(self)} city-years"


@st.composite
def cities(draw: st.DrawFn, *, complete: bool | None = None) -> Years:
    """Two city-years with two partnerships."""
    partnerships = [
        {
            "partnership_id": one, "school_ids": draw(st.sampled_from([["a"], ["b"], ["a", "b"]])),
            "organization_ids": draw(st.sampled_from([["x"], ["x", "y"]])),
            "need_ids": draw(st.sampled_from([None, ["n"], ["n", "m"], ["lost"]])),
            "setting": draw(st.sampled_from([None, "in_school_hours"])), "start_date": draw(starts),
            "planned_end_date": draw(st.sampled_from([None, date(2026, 6, 1), date(2027, 6, 1)])),
            "end_date": None, "contributions": draw(st.sampled_from([None, [KINDS[0]], [KINDS[2]]])),
        }
        for one in PARTNERSHIPS
    ]  # fmt: skip
    needs = [
        {
            "need_id": name, "school_id": "a", "year": draw(st.sampled_from(YEARS)), "amount": draw(maybe() | st.integers(1, 40)),
            "dosage_hours": draw(st.sampled_from([None, 10.0])), "as_of": draw(days),
            "unit": draw(st.sampled_from(["students", "hours"])),
        }
        for name in "nm"
    ]  # fmt: skip
    goals = [
        {
            "goal_id": "g", "partnership_id": "p", "goal": "Sing",
            "goal_type": draw(st.sampled_from([None, "musical", "social"])),
            "standard": draw(st.sampled_from([None, "MU:Cr1"])), "agreed_on": draw(maybe() | days),
        }
    ]  # fmt: skip
    baselines = [
        {
            "school_id": name, "year": year, "music_staff": draw(maybe() | st.sampled_from([0.0, 1.0])),
            "students_enrolled": draw(maybe() | st.sampled_from([0, 50])), "ensembles": draw(maybe() | st.integers(0, 2)),
        }
        for name in "abc"
        for year in YEARS
    ]  # fmt: skip
    given_by = [
        row
        for rows in draw(st.lists(deliveries(), max_size=5, unique_by=lambda r: r[0]["delivery_id"]))
        for row in rows
    ]
    said = draw(st.lists(check_ins(), max_size=6, unique_by=lambda row: row["check_in_id"]))
    signed = draw(st.lists(agreements(), max_size=3, unique_by=lambda row: row["agreement_id"]))
    answers = [
        {**row, "answer_id": f"q{number}"} for number, row in enumerate(draw(st.lists(answers_of_some(), max_size=4)))
    ]
    full = draw(st.booleans()) if complete is None else complete
    return Years(
        city_year(
            year=year, coverage="complete" if full else "partial", schools=SCHOOLS, students=enrolment(SCHOOLS),
            partnerships=partnerships, goals=goals, answers=answers, agreements=_in(year, signed),
            needs=[row for row in needs if row["year"] == year], baselines=[row for row in baselines if row["year"] == year],
            deliveries=_in(year, given_by), check_ins=said if year == YEARS[-1] else [],
        )
        for year in YEARS
    )  # fmt: skip


def _in(year: int, rows: list[Row]) -> list[Row]:
    start, end = year_dates(year)
    return [row for row in rows if row["start_date"] <= end and (row["end_date"] is None or row["end_date"] >= start)]


def changed(years: Years, table: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Years:
    return Years(replace(year, **{table: change(getattr(year, table))}) for year in years)


def ranges(years: Years) -> pl.DataFrame:
    return judge(years).select("partnership_id", "criterion", "level", "low", "high")


def beside(before: Years, after: Years) -> pl.DataFrame:
    return ranges(before).join(ranges(after), on=["partnership_id", "criterion"], suffix="_after")


@given(cities())
@settings(max_examples=15, deadline=None)
def test_the_level_is_in_its_range(years: Years) -> None:
    rows = judge(years)
    assert rows["low"].is_between(1, 4).all()
    assert rows["high"].is_between(1, 4).all()
    assert (rows["low"] <= rows["high"]).all()
    assert rows.drop_nulls("level").select(pl.col("level").is_between("low", "high")).to_series().all()
    assert all(isinstance(json.loads(one), dict) for one in rows["evidence"])


HIDDEN = [
    ("deliveries", "sessions"), ("deliveries", "hours"), ("deliveries", "students"), ("deliveries", "certified_teacher"),
    ("partnerships", "planned_end_date"), ("agreements", "signed_by_school"), ("agreements", "signed_by_organization"),
    ("agreements", "end_date"), ("goals", "goal_type"), ("goals", "standard"), ("goals", "agreed_on"),
    ("check_ins", "goal_id"), ("check_ins", "progress"), ("check_ins", "communication"), ("check_ins", "next_step"),
    ("needs", "amount"), ("baselines", "music_staff"), ("baselines", "students_enrolled"), ("baselines", "ensembles"),
    ("sources", "coverage"),
]  # fmt: skip


@given(cities(), st.sampled_from(HIDDEN), st.integers(0, 5))
@settings(max_examples=30, deadline=None)
def test_what_is_hidden_never_narrows_a_range(years: Years, hidden: tuple[str, str], which: int) -> None:
    table, column = hidden

    def hide(rows: pl.DataFrame) -> pl.DataFrame:
        if table == "sources":
            return rows.with_columns(coverage=pl.lit("unknown"))
        key = rows.columns[0]
        one = pl.col(key) == (sorted(rows[key].unique()) * 6)[which] if len(rows) else pl.lit(value=False)
        return rows.with_columns(pl.when(~one).then(column).alias(column))

    rows = beside(years, changed(years, table, hide))
    worse = rows.filter((pl.col("low_after") > pl.col("low")) | (pl.col("high_after") < pl.col("high")))
    assert worse.is_empty(), worse


def never_lower(rows: pl.DataFrame) -> None:
    lower = rows.filter((pl.col("level_after") < pl.col("level")) | (pl.col("low_after") < pl.col("low")))
    assert lower.is_empty(), lower


@given(cities(), check_ins())
@settings(max_examples=15, deadline=None)
def test_one_more_check_in_never_lowers(years: Years, row: Row) -> None:
    more = city_year(year=2025, check_ins=[row]).check_ins
    *old, newest = years
    never_lower(beside(years, Years([*old, replace(newest, check_ins=pl.concat([newest.check_ins, more]))])))


@given(cities(), st.sampled_from(PARTNERSHIPS))
@settings(max_examples=15, deadline=None)
def test_one_more_hour_never_lowers_what_its_partnership_does(years: Years, partnership: str) -> None:
    own = pl.col("partnership_id") == partnership
    longer = changed(
        years, "deliveries", lambda d: d.with_columns(pl.when(own).then(pl.col("hours") + 1).otherwise("hours"))
    )
    never_lower(beside(years, longer).filter(own))


@given(cities(), st.sampled_from(["signed_by_organization", "signed_by_school"]))
@settings(max_examples=15, deadline=None)
def test_one_more_signature_never_lowers(years: Years, signature: str) -> None:
    signed = pl.coalesce(signature, "start_date").alias(signature)
    never_lower(beside(years, changed(years, "agreements", lambda rows: rows.with_columns(signed))))


@given(cities())
@settings(max_examples=30, deadline=None)
def test_six_criteria_are_what_one_works_out_by_hand(years: Years) -> None:
    naive, rows = NaiveConditions(years), judge(years)
    found = {(row["partnership_id"], row["criterion"]): row for row in rows.iter_rows(named=True)}

    def levels(partnership: str, criterion: str) -> tuple[Any, ...]:
        row = found[partnership, criterion]
        return row["level"], row["low"], row["high"]

    for partnership in rows["partnership_id"].unique():
        by_hand, hours = naive.hours_per_student(partnership)
        assert levels(partnership, "hours_per_student") == by_hand
        told = json.loads(found[partnership, "hours_per_student"]["evidence"])["hours_per_student"]
        assert told == (None if hours is None else pytest.approx(hours))
        for criterion in (
            "in_conversation", "fills_unmet_need", "goals_reviewed", "learning_together", "students_heard",
        ):  # fmt: skip
            assert levels(partnership, criterion) == getattr(naive, criterion)(partnership), criterion
