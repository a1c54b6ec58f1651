"""A city of two schools with a row or two in every table, without anything wrong in it."""

from datetime import date
from typing import Any

import polars as pl
from shapely import box

CITY_TEXT = """
[city]
id = "riverton"
name = "Riverton"
time_zone = "America/Chicago"
languages = ["en"]
licence = "CC-BY-4.0"
"""
SHAPES = {"north": box(-87.7, 41.9, -87.6, 42.0), "south": box(-87.7, 41.8, -87.6, 41.9)}

_ROWS: dict[str, list[dict[str, Any]]] = {
    "sources": [
        {
            "source_id": "register",
            "name": "School register",
            "url": "https://example.org/register",
            "licence": "CC0-1.0",
            "tables": ["schools", "students"],
            "coverage": "complete",
            "as_of": date(2023, 1, 15),
        }
    ],
    "districts": [{"district_id": "d1", "name": "District One"}],
    "areas": [{"area_id": "north", "name": "North"}, {"area_id": "south", "name": "South", "hardship": 61.5}],
    "groups": [{"group_id": "low_income", "name": "Low income", "dimension": "income"}],
    "schools": [
        {
            "school_id": school,
            "year": year,
            "name": f"School {school}",
            "district_id": "d1",
            "grades": ["K", "1"],
            "latitude": latitude,
            "longitude": -87.65,
            "dismissal_time": 15 * 60 + 30,
        }
        for school, latitude in (("n1", 41.95), ("s1", 41.85))
        for year in (2021, 2022)
    ],
    "students": [
        {"school_id": "n1", "year": 2022, "grade": grade, "group_id": group, "students": students}
        for grade, group, students in (
            ("all", "all", 90),
            ("K", "all", 40),
            ("1", "all", 50),
            ("all", "low_income", 30),
        )
    ],
    "organizations": [{"organization_id": "o1", "name": "Strings", "participant_type": "partner_organizations"}],
    "participants": [{"participant_id": "p1", "year": 2022, "participant_type": "musicians", "number": 12}],
    "programs": [
        {"program_id": "g1", "organization_id": "o1", "name": "Fiddles", "contributions": ["private_lessons"]},
    ],
    "locations": [{"location_id": "l1", "name": "Hall", "latitude": 41.91, "longitude": -87.66}],
    "offerings": [
        {
            "offering_id": "f1",
            "program_id": "g1",
            "location_id": "l1",
            "mode": "in_person",
            "start_date": date(2022, 9, 1),
            "end_date": date(2023, 5, 31),
            "days": ["mo", "we"],
            "start_time": 960,
            "end_time": 1020,
            "seats": 20,
            "minimum_age": 5.0,
            "maximum_age": 7.5,
            "minimum_fee": 0,
            "maximum_fee": 2500,
            "languages": ["en", "es"],
            "transport": False,
            "partnership_id": "r1",
        }
    ],
    "baselines": [{"school_id": "n1", "year": 2022, "music_staff": 0.5, "minutes_pk_2": 40.0, "rating": "Strong"}],
    "needs": [
        {
            "need_id": "e1",
            "year": 2022,
            "school_id": "n1",
            "contribution": "private_lessons",
            "amount": 10.0,
            "unit": "students",
            "grade_band": "PK-2",
            "times": ["evening", "weekend"],
            "priority": 1,
            "state": "agreed",
        }
    ],
    "partnerships": [
        {
            "partnership_id": "r1",
            "name": "Strings at n1",
            "organization_ids": ["o1"],
            "school_ids": ["n1"],
            "need_ids": ["e1"],
            "setting": "out_of_hours",
            "start_date": date(2022, 9, 1),
        }
    ],
    "agreements": [{"agreement_id": "a1", "partnership_id": "r1", "version": 1, "start_date": date(2022, 9, 1)}],
    "goals": [{"goal_id": "t1", "partnership_id": "r1", "goal": "=Play together", "goal_type": "musical"}],
    "deliveries": [
        {
            "delivery_id": "v1",
            "account": "school",
            "partnership_id": "r1",
            "organization_id": "o1",
            "school_id": "n1",
            "contribution": "private_lessons",
            "start_date": date(2022, 10, 1),
            "end_date": date(2022, 12, 1),
            "hours": 8.0,
            "students": 9,
        }
    ],
    "check_ins": [
        {
            "check_in_id": "c1",
            "partnership_id": "r1",
            "year": 2022,
            "date": date(2023, 1, 9),
            "side": "teacher",
            "goal_id": "t1",
            "progress": 2,
        }
    ],
    "answers": [
        {"answer_id": "w1", "year": 2022, "question_id": "informal_music", "area_id": "north", "number": 7, "asked": 20}
    ],
    "identifiers": [{"table": "schools", "record_id": "n1", "scheme": "NCESSCH", "value": "012345678901"}],
}


def small_city() -> dict[str, pl.DataFrame]:
    """Its tables, to be changed at will."""
    provenance = {"source_id": "register", "as_of": date(2023, 1, 15)}
    return {name: pl.DataFrame([{**provenance, **row} for row in rows]) for name, rows in _ROWS.items()}
