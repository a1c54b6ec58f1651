"""One city in one school year: the input of every measure, as a frozen set of tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl
from shapely.geometry.base import BaseGeometry

from allcity.declaration import City, Framework

GRADES = ("PK", "K", *(str(grade) for grade in range(1, 13)))
ALL = "all"


def grade_number(grade: str) -> int:
    """The number of a grade: kindergarten is 0, pre-kindergarten -1. A grade g is age g+5 to g+6."""
    return GRADES.index(grade) - 1


def year_name(year: int) -> str:
    """A school year as people write it: 2022 is "2022-23"."""
    return f"{year}-{(year + 1) % 100:02d}"


def year_dates(year: int) -> tuple[date, date]:
    """First and last day of a school year, 1 July to 30 June."""
    return date(year, 7, 1), date(year + 1, 6, 30)


def year_of(day: date) -> int:
    """The school year in which a day is."""
    return day.year - (day.month < 7)


@dataclass(frozen=True)
class CityYear:
    """One city-year. The tables have the columns of the city folder's schema, typed, with one school year's rows.

    Tables with a `year` hold this year's rows alone; offerings, partnerships, agreements and deliveries those that
    overlap the year; the rest (areas, districts, groups, organizations, programs, locations, goals, sources) all rows.
    Missing tables are empty. `area_id` of schools and locations is filled from `shapes` where it was absent.
    Lists are polars lists of text, times are minutes after midnight, money is in minor units.
    """

    city: City
    framework: Framework
    year: int
    districts: pl.DataFrame
    areas: pl.DataFrame
    groups: pl.DataFrame
    schools: pl.DataFrame
    students: pl.DataFrame
    organizations: pl.DataFrame
    participants: pl.DataFrame
    programs: pl.DataFrame
    offerings: pl.DataFrame
    locations: pl.DataFrame
    baselines: pl.DataFrame
    needs: pl.DataFrame
    partnerships: pl.DataFrame
    agreements: pl.DataFrame
    goals: pl.DataFrame
    deliveries: pl.DataFrame
    check_ins: pl.DataFrame
    answers: pl.DataFrame
    sources: pl.DataFrame
    identifiers: pl.DataFrame
    shapes: Mapping[str, BaseGeometry] = field(default_factory=dict)
