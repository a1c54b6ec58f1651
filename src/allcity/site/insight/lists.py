"""Rows of the lists on a city's pages, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser

from allcity.analysis.figures import Unit
from allcity.reports.charts import Mark, staff
from allcity.reports.model import Reading, Tone
from allcity.reports.sections.schools import school_cell, school_tone
from allcity.reports.text import Catalogue
from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.directory.models import Offering, School
from allcity.site.directory.words import catalogue
from allcity.site.figures.models import SchoolFinding
from allcity.site.finder.words import Session, session, travel
from allcity.site.insight import queries

MEASURES: dict[str, tuple[str, Unit]] = {
    "reach": ("access.reach", "share"),
    "seats_per_100": ("access.seats_per_100", "seats per 100 students"),
    "placed": ("access.placed", "share"),
}
"""The measures of a school: the figure that each is of, and its unit."""


@dataclass(frozen=True)
class SchoolRow:
    """A school of a list; `slug` is empty where it has no page any more. `partner` is None where it is not known."""

    NUMBERS: ClassVar[dict[str, str]] = {
        "students": "students",
        "reach": "reach",
        "seats_per_100": "seats",
        "placed": "placed",
    }
    key: str
    slug: str
    name: str
    area: str
    students: str
    reach: str
    seats_per_100: str
    placed: str
    partner: bool | None
    tone: Tone

    @property
    def numbers(self) -> tuple[str, ...]:
        return self.students, self.reach, self.seats_per_100, self.placed


def school_rows(city: City, user: User | AnonymousUser, found: Iterable[Mapping[str, Any]]) -> list[SchoolRow]:
    """What was found of some schools, in words."""
    rows, say = list(found), catalogue()
    slugs = queries.addresses(School.objects.for_user(user).of(city), [row["school_id"] for row in rows])
    return [
        SchoolRow(
            key=row["school_id"],
            slug=slugs.get(row["school_id"], ""),
            name=row["name"],
            area=row["area"] or "",
            students=say("words.not_known") if row["students"] is None else say.number(row["students"]),
            partner=None if row["alone"] is None else not row["alone"],
            tone=school_tone(row),
            **{name: school_cell(say, row, name, unit) for name, (_figure, unit) in MEASURES.items()},
        )
        for row in rows
    ]


def school_readings(found: Mapping[str, Any]) -> list[Reading]:
    """The measures of one school, each on its staff, with what it rests on."""
    say = catalogue()
    return [_reading(say, found, name, figure, unit) for name, (figure, unit) in MEASURES.items()]


def _reading(say: Catalogue, found: Mapping[str, Any], name: str, figure: str, unit: Unit) -> Reading:
    value, low, high = (found[f"{name}{bound}"] for bound in ("", "_low", "_high"))
    title, words = say(f"figures.{figure}.title"), school_cell(say, found, name, unit)
    if value is None:
        return Reading(figure, title, words, "", "", "unknown", staff(Mark(None), maximum=1, ends=("", ""), alt=title))
    tone = school_tone(found) if name == "reach" else "met"
    maximum = 1.0 if unit == "share" else max(20.0, *(end for end in (value, high) if end is not None))
    ends = (say.amount(0, unit), say.amount(maximum, unit))
    mark = Mark(value, value if low is None else low, high, tone, estimated=True)
    span = say("words.no_high_bound") if high is None and low != 1 else ""
    basis = say("status.modelled" if name != "reach" else "status.estimated")
    return Reading(
        figure, title, words, span, basis, tone, staff(mark, maximum=maximum, ends=ends, alt=f"{title}: {words}")
    )


@dataclass(frozen=True)
class NearProgram:
    """A program that students of a school can reach on foot. `minutes` is empty where nobody knows how far it is."""

    offering: Offering
    words: Session
    minutes: str
    certain: bool


def programs_near(
    city: City, user: User | AnonymousUser, finding: SchoolFinding | None, most: int
) -> tuple[list[NearProgram], int]:
    """The nearest offering of each program in reach of a school, the nearest first, at most so many; and how many there are."""
    near = {key: (minutes, certain) for key, minutes, certain in (finding.offerings if finding else ())}
    if not near:
        return [], 0
    offerings = (
        Offering.objects.for_user(user)
        .of(city)
        .filter(key__in=near, program__archived_at=None)
        .select_related("program__organization", "location")
        .prefetch_related("partnership__schools")
    )

    def rank(offering: Offering) -> tuple[bool, float, str, str]:
        minutes = near[offering.key][0]
        return minutes is None, minutes or 0.0, offering.program.name, offering.key

    first: dict[int, Offering] = {}
    for offering in sorted(offerings, key=rank):
        first.setdefault(offering.program_id, offering)
    currency = city.settings.city.currency
    rows = [
        NearProgram(
            offering,
            session(offering, currency=currency),
            "" if minutes is None else travel(minutes, "walking"),
            bool(certain),
        )
        for offering in list(first.values())[:most]
        for minutes, certain in (near[offering.key],)
    ]
    return rows, len(first)
