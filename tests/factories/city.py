"""City-years for tests, from rows that name only what matters: ids, dates and sources are filled in."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from allcity.analysis.city import CityYear, year_dates
from allcity.declaration import apply_overrides, load_framework
from allcity.formats.schema import SCHEMA
from allcity.formats.typed import DTYPES

YEAR = 2025
CITY = '[city]\nid = "testville"\nname = "Testville"\ntime_zone = "UTC"\n'
DEGREE_KM = 111.195080
"""Kilometres in a degree of latitude on the sphere of the great-circle distances."""

Row = Mapping[str, Any]


def city_year(
    *, year: int = YEAR, settings: str = "", coverage: str = "complete", shapes: Any = None, **rows: Sequence[Row]
) -> CityYear:
    """A city-year with these rows by table; `settings` is added to its city.toml, all tables have the given coverage."""
    named = apply_overrides(load_framework(), CITY + settings)
    start, end = year_dates(year)
    defaults = {
        "year": year, "source_id": "test", "as_of": end, "name": "Name", "grades": ["3"], "group_id": "all",
        "grade": "all", "mode": "in_person", "start_date": start, "end_date": end, "program_id": "program",
        "organization_id": "organization", "state": "stated", "unit": "students", "account": "organization",
        "coverage": coverage, "tables": [name for name in SCHEMA if name != "sources"], "dimension": "income",
    }  # fmt: skip
    rows = {"sources": [{"source_id": "test"}], "programs": [{"program_id": "program"}], **rows}
    tables = {}
    for name, table in SCHEMA.items():
        schema = {column.name: DTYPES[column.kind] for column in table.columns}
        mine = [
            {**{k: v for k, v in defaults.items() if k in schema}, "area_id": None, "group_id": None, **row}
            if name not in ("students",)
            else {**{k: v for k, v in defaults.items() if k in schema}, **row}
            for row in rows.get(name, ())
        ]
        tables[name] = pl.DataFrame([{k: v for k, v in row.items() if k in schema} for row in mine], schema=schema)
    return CityYear(city=named.city, framework=named.framework, year=year, shapes=shapes or {}, **tables)


def school(
    school_id: str, students: int, *, km: float | None = 0.0, grades: Sequence[str] = ("3",), **more: Any
) -> Row:
    """A school so many kilometres north of (0, 0); None for a place that is not known. Its students are counted apart."""
    place = {"latitude": None if km is None else km / DEGREE_KM, "longitude": None if km is None else 0.0}
    return {"school_id": school_id, "grades": list(grades), "students": students, **place, **more}


def enrolment(schools: Sequence[Row]) -> list[Row]:
    """The total of each school, in the students table."""
    return [{"school_id": row["school_id"], "students": row["students"]} for row in schools]


def offering(
    offering_id: str, *, km: float | None = 0.0, ages: tuple[float | None, float | None] = (5, 18), **more: Any
) -> dict[str, Row]:
    """An offering so many kilometres north of (0, 0), with its location: use `offerings_at` to spread them over tables."""
    place = {"latitude": None if km is None else km / DEGREE_KM, "longitude": None if km is None else 0.0}
    row = {
        "offering_id": offering_id,
        "location_id": offering_id,
        "minimum_age": ages[0],
        "maximum_age": ages[1],
        **more,
    }
    return {"offerings": row, "locations": {"location_id": offering_id, **place}}


def spread(*, schools: Sequence[Row], offerings: Sequence[dict[str, Row]] = (), **more: Any) -> CityYear:
    """A city-year of schools with their students, and offerings with their locations."""
    return city_year(
        schools=schools,
        students=[*enrolment(schools), *more.pop("students", ())],
        offerings=[row["offerings"] for row in offerings],
        locations=[row["locations"] for row in offerings],
        **more,
    )


NEW_YEAR = date(YEAR + 1, 1, 1)
