"""What an examination found of partnerships and schools, stored as the site stores it. Everything is made up."""

from typing import Any

from allcity.site.cities.models import City
from allcity.site.directory.models import Offering, School
from allcity.site.figures.models import Examination, NextPartnership, PartnershipFinding, SchoolFinding
from allcity.site.partnerships.models import Partnership

FELL = {
    "before": 2.0, "since": 1.0, "change": -1.0, "expected": -0.1, "comparable": 14, "p": 0.0667, "fall": 0.83,
    "category": "likely_replacing", "gaps": False, "grown": False,
}  # fmt: skip
UNTOLD = {
    "before": None, "since": None, "change": None, "expected": None, "comparable": 0, "p": None, "fall": None,
    "category": "cannot_tell", "gaps": True, "grown": False,
}  # fmt: skip


def examined(of: City, year: int = 2025) -> Examination:
    """An examination of a school year that has found nothing yet."""
    return Examination.objects.create(city=of, year=year, state=Examination.State.DONE, data_version=of.data_version)


def screened(examination: Examination, school: School, **more: Any) -> SchoolFinding:
    """A school whose own teachers fell more than elsewhere, unless `more` says otherwise of "staff" or "minutes"."""
    found = {"students": 100, "school_id": school.key, "area_id": None}
    said = {"staff": FELL, "minutes": UNTOLD, **more}
    return SchoolFinding.objects.create(examination=examination, key=school.key, found=found, screened=said)


def judged(
    examination: Examination,
    partnership: Partnership,
    levels: dict[str, int | None] | None = None,
    *,
    placed: float = 0.0,
    met: float = 0.0,
    school: School | None = None,
) -> PartnershipFinding:
    """A partnership with levels by criterion, which alone places and meets so many; `school` is that of its screens."""
    evidence = {"school_id": school.key if school else None}
    conditions = [
        {"condition": "additive", "criterion": criterion, "level": level, "low": 1, "high": 4, "evidence": evidence, "said": []}
        for criterion, level in (levels or {}).items()
    ]  # fmt: skip
    adds = {
        "placed": {"placed": placed, "placed_low": placed, "placed_high": placed + 2},
        "met": [{"unit": "students", "met": met, "met_low": met, "met_high": met}],
    }
    return PartnershipFinding.objects.create(
        examination=examination, key=partnership.key, conditions=conditions, adds=adds
    )


def candidate(
    examination: Examination,
    school: School,
    offering: Offering,
    *,
    placed: float = 0.0,
    met: float = 0.0,
    rank: int = 1,
) -> NextPartnership:
    """A partnership that does not exist yet, of an offering with a school."""
    found = {
        "program_id": offering.program.key, "placed": placed, "met": met, "seats": 40.0, "free_seats": 30.0,
        "without_place": placed, "students": 90.0, "fits": 0.9, "not_met": met, "in_reach": 0.0,
    }  # fmt: skip
    return NextPartnership.objects.create(
        examination=examination,
        school=school.key,
        organization=offering.program.organization.key,
        offering=offering.key,
        found=found,
        rank_placed=rank if placed else None,
        rank_met=rank if met else None,
    )
