"""Few students, in what all parties read together: what one school, or nobody, is told of them."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from tests.factories.small_city import small_city

from allcity.site.cities.models import City
from allcity.site.partnerships.evaluating import story
from allcity.site.partnerships.models import Partnership

YEAR = 2022
GIVEN = {
    "account": "organization", "partnership_id": "r1", "organization_id": "o1", "contribution": "private_lessons",
    "start_date": date(2022, 10, 1), "end_date": date(2022, 12, 1), "sessions": 10, "hours": 8.0,
}  # fmt: skip
Tables = dict[str, pl.DataFrame]


def with_more(tables: Tables, name: str, *rows: dict[str, Any]) -> Tables:
    added = pl.DataFrame([{"source_id": "register", "as_of": date(2023, 1, 15), **row} for row in rows])
    return {**tables, name: pl.concat([tables[name], added], how="diagonal_relaxed")}


def of_two_schools(students: int) -> Tables:
    """The partnership with n1, which it gave something to 30 students, and s1 with so many."""
    tables = small_city()
    tables["partnerships"] = tables["partnerships"].with_columns(school_ids=pl.lit(["n1", "s1"]))
    tables["deliveries"] = tables["deliveries"].clear()
    deliveries = [
        {**GIVEN, "delivery_id": f"v-{school}", "school_id": school, "students": number}
        for school, number in (("n1", 30), ("s1", students))
    ]
    return with_more(tables, "deliveries", *deliveries)


def read(city: City) -> tuple[story.Shown, dict[str, dict[str, str]]]:
    """What all parties read of the year, and the evidence of each criterion in words."""
    shown = story.tell(Partnership.objects.of(city).get(key="r1"), YEAR)
    evidence = {
        criterion.id: {str(what): str(how_much) for what, how_much in criterion.evidence.rows}
        for condition in shown.conditions
        for criterion in condition.criteria
        if criterion.evidence
    }
    return shown, evidence


@pytest.mark.parametrize(("students", "told"), [(4, "withheld"), (14, "44")])
def test_a_school_does_not_work_out_few_students_of_another(bring_in: Any, students: int, told: str) -> None:
    shown, evidence = read(bring_in(of_two_schools(students)))
    assert shown.questions[0].answer.endswith(f"students {told}.")
    table = shown.questions[0].blocks[0].tables[0]
    assert [row[-1] for row in table.rows] == [told]
    assert evidence["hours_per_student"]["Students, the mean of what both sides say"] == told
    assert evidence["students_heard"]["Students whom it reached this year"] == told


def test_nor_does_it_read_them_where_they_alone_got_something(bring_in: Any) -> None:
    tables = of_two_schools(4)
    tables["deliveries"] = tables["deliveries"].filter(pl.col("school_id") == "s1")
    shown, _evidence = read(bring_in(tables))
    assert shown.questions[0].answer.endswith("students withheld.")


def test_of_one_school_both_sides_read_what_they_told(bring_in: Any) -> None:
    shown, evidence = read(bring_in(small_city()))
    assert shown.questions[0].answer.endswith("students 9.")
    assert evidence["hours_per_student"]["Students, the mean of what both sides say"] == "9"


def test_nobody_reads_to_how_few_others_gave_something(bring_in: Any) -> None:
    tables = small_city()
    others = {"organization_id": "o2", "name": "Rival Brass", "participant_type": "partner_organizations"}
    tables = with_more(tables, "organizations", others)
    tables["needs"] = tables["needs"].with_columns(amount=pl.lit(30.0))
    others_gave = {
        **GIVEN, "partnership_id": None, "organization_id": "o2", "school_id": "n1", "need_id": "e1", "students": 4,
        "delivery_id": "others", "start_date": date(2022, 9, 1), "end_date": date(2022, 9, 20),
    }  # fmt: skip
    theirs = {**GIVEN, "delivery_id": "own", "school_id": "n1", "need_id": "e1", "students": 12}
    tables["deliveries"] = tables["deliveries"].clear()
    shown, evidence = read(bring_in(with_more(tables, "deliveries", others_gave, theirs)))
    (row,) = shown.questions[2].blocks[0].tables[0].rows
    _title, asked, before, own, unmet = row
    assert (asked, before, unmet) == ("30 students", "withheld", "withheld")
    assert "12" in own
    assert evidence["fills_unmet_need"]["Met in all"] == "withheld"
    assert "12" in evidence["fills_unmet_need"]["Met by it"]
