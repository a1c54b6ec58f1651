"""The list of everybody who takes part in a city's music life: its organizations and its schools."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import Area, City
from allcity.site.directory.models import Organization, Program, School
from allcity.site.directory.words import contribution_titles, participant_title
from allcity.site.insight import queries
from allcity.site.insight.forms import EcosystemFilter
from allcity.site.insight.queries import ShownYear, during
from allcity.site.partnerships.models import Delivery, Partnership

SCHOOLS = "schools"
PARTNER, NONE_ON_RECORD, NOT_KNOWN = "some", "none", "unknown"
TONES = {PARTNER: "met", NONE_ON_RECORD: "unmet", NOT_KNOWN: "unknown"}


@dataclass(frozen=True)
class Participant:
    """An organization or school. `partner` is one of "some", "none" (on record) and "unknown"."""

    key: str
    name: str
    url: str
    kind: str
    area: str
    partner: str

    @property
    def tone(self) -> str:
        return TONES[self.partner]

    @property
    def partner_words(self) -> str:
        return partner_words()[self.partner]


def partner_words() -> dict[str, str]:
    """What is said of somebody's partners."""
    return {
        PARTNER: _("has a partner on record"),
        NONE_ON_RECORD: _("no partner on record"),
        NOT_KNOWN: _("partners not known"),
    }


def filter_of(data: Any, city: City) -> EcosystemFilter:
    """What the list is narrowed to."""
    framework = city.settings.framework
    kinds = Organization.objects.of(city).current().order_by().values_list("participant_type", flat=True).distinct()
    return EcosystemFilter(
        data,
        choices={
            "kind": [(SCHOOLS, _("Schools")), *sorted((kind, participant_title(city, kind)) for kind in kinds if kind)],
            "area": list(Area.objects.of(city).order_by("name").values_list("key", "name")),
            "contribution": list(
                zip(framework.contributions, contribution_titles(city, framework.contributions), strict=True)
            ),
            "partner": list(partner_words().items()),
        },
    )


def ecosystem_rows(
    city: City, user: User | AnonymousUser, shown: ShownYear, chosen: EcosystemFilter
) -> list[Participant]:
    """Organizations and schools by name, as far as the filter lets them through."""
    kind, contribution = chosen.value("kind"), chosen.value("contribution")
    rows: list[Participant] = []
    if kind != SCHOOLS:
        rows += _organizations(city, user, shown, chosen)
    if kind in ("", SCHOOLS) and not contribution:
        rows += _schools(city, user, shown, chosen)
    partner = chosen.value("partner")
    return sorted((row for row in rows if not partner or row.partner == partner), key=lambda row: row.name.casefold())


def _organizations(
    city: City, user: User | AnonymousUser, shown: ShownYear, chosen: EcosystemFilter
) -> list[Participant]:
    found = Organization.objects.for_user(user).of(city)
    if chosen.value("kind"):
        found = found.filter(participant_type=chosen.value("kind"))
    if chosen.value("area"):
        found = found.filter(area__key=chosen.value("area"))
    for word in chosen.value("q").split():
        found = found.filter(name__icontains=word)
    contribution = chosen.value("contribution")
    giving = set()
    if contribution:
        programs = Program.objects.for_user(user).of(city).values_list("organization_id", "contributions")
        giving = {organization for organization, given in programs if contribution in given}
    partner = partners_of_organizations(city, shown)
    return [
        Participant(
            key=f"organization-{key}",
            name=name,
            url=reverse("city:organization", args=[city.slug, slug]),
            kind=participant_title(city, kind),
            area=area or "",
            partner=partner.get(pk, partner[None]),
        )
        for pk, key, slug, name, kind, area in found.values_list(
            "pk", "key", "slug", "name", "participant_type", "area__name"
        )
        if not contribution or pk in giving
    ]


def partners_of_organizations(city: City, shown: ShownYear) -> Mapping[int | None, str]:
    """Organizations with a partner in the year by primary key; under None what holds for all others."""
    partnered = Partnership.objects.of(city).current().filter(during(shown)).values_list("organizations", flat=True)
    delivering = Delivery.objects.of(city).filter(during(shown)).values_list("organization_id", flat=True)
    busy = {*partnered, *delivering} - {None}
    return {**dict.fromkeys(busy, PARTNER), None: NONE_ON_RECORD if busy else NOT_KNOWN}


def _schools(city: City, user: User | AnonymousUser, shown: ShownYear, chosen: EcosystemFilter) -> list[Participant]:
    rows = queries.matching(queries.schools_found(city, shown), words=chosen.value("q"), area=chosen.value("area"))
    slugs = dict(School.objects.for_user(user).of(city).values_list("key", "slug"))
    return [
        Participant(
            key=f"school-{row['school_id']}",
            name=row["name"],
            url=reverse("city:school", args=[city.slug, slugs[row["school_id"]]]),
            kind=_("School"),
            area=row["area"] or "",
            partner=school_partner(row),
        )
        for row in rows
        if row["school_id"] in slugs
    ]


def school_partner(row: Mapping[str, Any]) -> str:
    """What is known of a school's partners, from what was found of it."""
    return NOT_KNOWN if row["alone"] is None else NONE_ON_RECORD if row["alone"] else PARTNER
