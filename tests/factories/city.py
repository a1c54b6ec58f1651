"""City-years for tests, from rows that name only what matters: ids, dates and sources are filled in."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import polars as pl

from allcity.analysis.city import ALL, CityYear, year_dates
from allcity.declaration import CitySettings, apply_overrides, load_framework
from allcity.formats.schema import SCHEMA
from allcity.formats.typed import DTYPES

YEAR = 2025
CITY = '[city]\nid = "testville"\nname = "Testville"\ntime_zone = "UTC"\n'
DEGREE_KM = 111.195080
"""Kilometres in a degree of latitude on the sphere of the great-circle distances."""

Row = Mapping[str, Any]

START, END = year_dates(YEAR)
_DEFAULTS: Row = {
    "source_id": "test",
    "as_of": END,
    "name": "Name",
    "grades": ["3"],
    "mode": "in_person",
    "start_date": START,
    "end_date": END,
    "program_id": "program",
    "organization_id": "organization",
    "organization_ids": ["organization"],
    "contribution": "private_lessons",
    "state": "stated",
    "unit": "students",
    "account": "organization",
    "dimension": "income",
}
_DEFAULTS_OF: Mapping[str, Row] = {"students": {"grade": ALL, "group_id": ALL}}


def city_year(
    *,
    year: int = YEAR,
    settings: str = "",
    coverage: str | Mapping[str, str] = "complete",
    shapes: Any = None,
    **rows: Sequence[Row],
) -> CityYear:
    """A city-year with these rows by table. `settings` is added to its city.toml.

    All tables are covered as `coverage` says; where that is a mapping, those that it names, and the others not at all.
    """
    named = _named(settings)
    all_tables = [name for name in SCHEMA if name != "sources"]
    covered = dict.fromkeys(all_tables, coverage) if isinstance(coverage, str) else coverage
    sources = [
        {"source_id": f"test{n or ''}", "tables": [name for name in covered if covered[name] == how], "coverage": how}
        for n, how in enumerate(dict.fromkeys(covered.values()))
    ]
    given = {"sources": sources, "programs": [{"program_id": "program"}], **rows}
    tables = {}
    for name, table in SCHEMA.items():
        defaults = {**_DEFAULTS, "year": year, **_DEFAULTS_OF.get(name, {})}
        schema = {column.name: DTYPES[column.kind] for column in table.columns}
        tables[name] = pl.DataFrame(
            [{column: row.get(column, defaults.get(column)) for column in schema} for row in given.get(name, ())],
            schema=schema,
        )
    return CityYear(city=named.city, framework=named.framework, year=year, shapes=shapes or {}, **tables)


@cache
def _named(changes: str) -> CitySettings:
    return apply_overrides(load_framework(), CITY + changes)


def school(
    school_id: str, students: int | None, *, km: float | None = 0.0, grades: Sequence[str] = ("3",), **more: Any
) -> Row:
    """A school so many kilometres north of (0, 0); None for a place that is not known. Its students are counted apart."""
    return {"school_id": school_id, "grades": list(grades), "students": students, **place(km), **more}


def place(km: float | None, east: float = 0.0) -> Row:
    """So many kilometres north and east of (0, 0); None for a place that is not known."""
    return {
        "latitude": None if km is None else km / DEGREE_KM,
        "longitude": None if km is None else east / DEGREE_KM,
    }


def enrolment(schools: Sequence[Row]) -> list[Row]:
    """The total of each school that has one, in the students table."""
    return [
        {"school_id": row["school_id"], "students": row["students"]} for row in schools if row["students"] is not None
    ]


def offering(
    offering_id: str, *, km: float | None = 0.0, ages: tuple[float | None, float | None] = (5, 18), **more: Any
) -> dict[str, Row]:
    """An offering so many kilometres north of (0, 0), with its location: use `spread` to lay them out over tables."""
    row = {"offering_id": offering_id, "location_id": offering_id, "minimum_age": ages[0], "maximum_age": ages[1]}
    return {"offerings": {**row, **more}, "locations": {"location_id": offering_id, **place(km)}}


def spread(*, schools: Sequence[Row], offerings: Sequence[dict[str, Row]] = (), **more: Any) -> CityYear:
    """A city-year of schools with their students, and offerings with their locations.

    `more` are rows of other tables, or what `city_year` takes besides.
    """
    return city_year(
        schools=schools,
        students=[*enrolment(schools), *more.pop("students", ())],
        offerings=[row["offerings"] for row in offerings],
        locations=[row["locations"] for row in offerings],
        **more,
    )
