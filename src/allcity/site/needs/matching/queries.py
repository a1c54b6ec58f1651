"""What is read of matches: those of an organization, and those of a school by its needs."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.directory.models import Organization, School
from allcity.site.figures.models import SchoolFinding
from allcity.site.figures.queries import current_examination
from allcity.site.needs.matching.domain import BETWEEN_NEWS, MOST_FOR_ORGANIZATION
from allcity.site.needs.models import Match, Need, News, Unmatched

OFFERS_SHOWN = 8
"""How many programs a school sees for each of its needs."""


def matched_year(city: City) -> int:
    """The newest school year that was examined, which is the one that is matched; 0 where none was."""
    examination = current_examination(city)
    return examination.year if examination else 0


def _with_records(matches: "QuerySet[Match]") -> "QuerySet[Match]":
    return matches.select_related(
        "need__school", "need__district", "need__group", "school", "organization", "program", "offering__location"
    )


def needs_for(organization: Organization) -> list[Match]:
    """The needs that an organization could answer, the best first."""
    matches = Match.objects.of(organization.city).filter(
        organization=organization,
        year=matched_year(organization.city),
        rank_for_organization__lte=MOST_FOR_ORGANIZATION,
        program__archived_at=None,
    )
    return list(_with_records(matches).order_by("rank_for_organization"))


def areas_of(city: City, matches: Iterable[Match]) -> dict[int, tuple[str, str]]:
    """The id and name of the area of each match's school, by the school; as the examination knows it."""
    schools = {match.school.key: match.school.pk for match in matches if match.school}
    found = SchoolFinding.objects.filter(examination=current_examination(city), key__in=schools)
    rows = ((key, row.get("area_id"), row.get("area")) for key, row in found.values_list("key", "found"))
    return {schools[key]: (area, name or area) for key, area, name in rows if area}


@dataclass(frozen=True)
class Answers:
    """What could answer one need of a school. `need` is None for students who, by the figures, have no place.

    `unmatched` says why where there is nothing.
    """

    need: Need | None
    matches: tuple[Match, ...]
    unmatched: Unmatched | None


def offers_for(school: School) -> list[Answers]:
    """The school's needs, those that matter most to it first, each with the programs that could answer it."""
    city, year = school.city, matched_year(school.city)
    matches = _with_records(
        Match.objects.of(city).filter(
            school=school,
            year=year,
            rank_for_need__lte=OFFERS_SHOWN,
            program__archived_at=None,
            organization__archived_at=None,
        )
    ).order_by("rank_for_need")
    unmatched = Unmatched.objects.of(city).filter(school=school, year=year).select_related("need__group")
    of_need: dict[Need | None, list[Match]] = {}
    for match in matches:
        of_need.setdefault(match.need, []).append(match)
    found = [Answers(need, tuple(rows), None) for need, rows in of_need.items()]
    found += [Answers(each.need, (), each) for each in unmatched]
    return sorted(found, key=_by_priority)


def _by_priority(answers: Answers) -> tuple[bool, bool, int, str]:
    need = answers.need
    if need is None:
        return True, True, 0, ""
    return False, need.priority is None, need.priority or 0, need.key


def news_for(user: User) -> "QuerySet[News]":
    """What is new this week to the organizations that a person looks after."""
    places = [place for place in user.memberships.values_list("place", flat=True) if place]
    return News.objects.filter(
        organization__public_id__in=places,
        organization__archived_at=None,
        told_at__gt=timezone.now() - BETWEEN_NEWS,
    ).select_related("organization", "city")
