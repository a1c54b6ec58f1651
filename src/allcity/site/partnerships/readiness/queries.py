"""What is read of readiness: the city's list, and how organizations stand with it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.db.models import Q, QuerySet

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, RecordQuerySet
from allcity.site.cities.rules import Person
from allcity.site.directory.models import Organization
from allcity.site.partnerships.models import Partnership, Readiness, Requirement
from allcity.site.partnerships.readiness.standing import Standing, standing


def requirements_of(city: City) -> RecordQuerySet:
    """What the city asks for now, in its order."""
    return Requirement.objects.of(city).filter(archived_at=None)


def organizations_for(user: Person, city: City) -> RecordQuerySet:
    """The organizations of which the person may read how they stand, by name."""
    found: RecordQuerySet = Readiness.objects.organizations_for(user)
    return found.of(city).order_by("name", "pk")


def standings(city: City, organizations: Collection[Organization], today: date) -> dict[int, list[Standing]]:
    """How organizations stand with what is asked of them, by their primary key, what needs somebody first first.

    What the city asks for in some settings only is asked of whoever works in one of these, or does not say where.
    """
    asked = list(requirements_of(city))
    said = {
        (row.organization_id, row.requirement_id): row
        for row in Readiness.objects.filter(organization__in=organizations, requirement__in=asked)
    }
    settings = _settings_of(organizations) if any(one.settings for one in asked) else {}
    return {
        organization.pk: sorted(
            (
                standing(one, said.get((organization.pk, one.pk)), today)
                for one in asked
                if is_asked(one, settings.get(organization.pk, ()))
            ),
            key=lambda each: each.order,
        )
        for organization in organizations
    }


def is_asked(requirement: Requirement, settings: Collection[str]) -> bool:
    """Whether it is asked of somebody who works in these settings, of which an unknown one is empty."""
    return (
        not requirement.settings or not settings or "" in settings or not set(settings).isdisjoint(requirement.settings)
    )


def standings_in(partnership: Partnership, organization: Organization, today: date) -> list[Standing]:
    """How an organization stands with what is asked for in the setting of a partnership, in the city's order."""
    asked = [one for one in requirements_of(partnership.city) if is_asked(one, [partnership.setting])]
    said = {row.requirement_id: row for row in organization.readiness.filter(requirement__in=asked)}
    return [standing(one, said.get(one.pk), today) for one in asked]


def with_partnerships(organizations: Iterable[Organization]) -> set[int]:
    """Of some organizations those that are in a partnership that goes on."""
    going_on = Partnership.objects.going_on().filter(organizations__in=list(organizations))
    return set(going_on.values_list("organizations", flat=True))


def version_of(organization: Organization) -> str:
    """What changes whenever somebody says something of the organization's readiness; empty before anybody has."""
    newest = organization.readiness.order_by("-said_at").values_list("said_at", flat=True).first()
    return newest.isoformat() if newest else ""


def running_out(
    organizations: Iterable[Organization] | RecordQuerySet, first: date, last: date
) -> "QuerySet[Readiness]":
    """What of these organizations is in order and runs out between two days."""
    rows = Readiness.objects.filter(
        Q(valid_until__gte=first) & Q(valid_until__lte=last), organization__in=organizations, in_order=True
    )
    found: QuerySet[Readiness] = rows.filter(requirement__archived_at=None)
    return found.select_related("requirement", "organization").order_by("valid_until", "pk")


def _settings_of(organizations: Collection[Organization]) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = Partnership.objects.going_on().filter(organizations__in=organizations)
    for organization, setting in rows.values_list("organizations", "setting"):
        found[organization].add(setting)
    return found


def personal_data(user: User) -> list[dict[str, object]]:
    """What the person has said of organizations' readiness."""
    rows = Readiness.objects.filter(said_by=user).select_related("organization", "requirement")
    return [
        {"organization": row.organization.name, "requirement": row.requirement.title, "at": row.said_at}
        for row in rows.order_by("pk")
    ]
