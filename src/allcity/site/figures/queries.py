"""Reading what examinations found: pages, exports and the API take their figures from here."""

from collections.abc import Iterable
from typing import Any, Literal

from django.db.models import QuerySet

from allcity.site.cities.models import City
from allcity.site.figures.models import (
    Examination,
    NeedFinding,
    NextPartnership,
    PartnershipFinding,
    ReportPart,
    SchoolFinding,
)

HEAD = "head"
"""The part of a report that holds its title, headline and key."""


def examined_years(city: City) -> list[int]:
    """The school years whose figures are there, the newest first."""
    years = Examination.objects.of(city).done().order_by("-year").values_list("year", flat=True)
    return list(dict.fromkeys(years))


def current_examination(city: City, year: int | None = None) -> Examination | None:
    """The newest examination of a school year, or of the newest year that was examined; without what it holds of figures."""
    examinations = Examination.objects.of(city).done().defer("figures", "told")
    if year is not None:
        examinations = examinations.filter(year=year)
    found: Examination | None = examinations.newest_first().first()
    return found


def report_parts(examination: Examination, language: str, *parts: str) -> dict[str, dict[str, Any]]:
    """Parts of an examination's report by name, all of them if none is named, in the order of the report."""
    found = ReportPart.objects.filter(examination=examination, language=language)
    if parts:
        found = found.filter(part__in=parts)
    return dict(found.values_list("part", "document"))


def school_finding(examination: Examination, key: str) -> SchoolFinding | None:
    """What the examination found of one school."""
    return SchoolFinding.objects.filter(examination=examination, key=key).first()


def need_findings(examination: Examination | None, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What the examination found of needs, by their keys; nothing where the year was not examined."""
    found = NeedFinding.objects.filter(examination=examination, key__in=list(keys)) if examination else ()
    return {finding.key: finding.found for finding in found}


def partnership_finding(examination: Examination | None, key: str) -> PartnershipFinding | None:
    """What an examination found of one partnership; None where the year was not examined, or it was not there."""
    return PartnershipFinding.objects.filter(examination=examination, key=key).first() if examination else None


def partnership_findings(
    examination: Examination | None, keys: Iterable[str] | None = None
) -> "QuerySet[PartnershipFinding]":
    """What an examination found of partnerships, of all of them if no keys are named: for parties and coordinators alone."""
    found = (
        PartnershipFinding.objects.filter(examination=examination) if examination else PartnershipFinding.objects.none()
    )
    return found if keys is None else found.filter(key__in=list(keys))


def next_partnerships(
    examination: Examination | None,
    *,
    adds: Literal["placed", "met"],
    school: str | None = None,
    organization: str | None = None,
) -> "QuerySet[NextPartnership]":
    """What does not exist yet and would add most first: for the city, or a school's or an organization's, by their keys.

    Two of them may place the same students, so that they must never be added up.
    """
    rank = f"rank_{adds}"
    found = NextPartnership.objects.filter(examination=examination, **{f"{rank}__isnull": False})
    if school is not None:
        found = found.filter(school=school)
    if organization is not None:
        found = found.filter(organization=organization)
    return found.order_by(rank) if examination else found.none()
