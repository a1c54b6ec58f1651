"""What the directory tells the features below it: the places that a role can be for, and what waits for a person."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Kept, Role
from allcity.site.cities.places import Place
from allcity.site.conversations.subjects import Subject
from allcity.site.directory.models import Organization, School
from allcity.site.directory.queries.upkeep import places_looked_after, to_confirm
from allcity.site.directory.rules import organization_of
from allcity.site.notices.mine import Mine, MineItem
from allcity.site.notices.work import WorkItem


def schools(city: City, public_ids: Collection[UUID] | None) -> Iterator[Place]:
    """Current schools as places of liaisons."""
    return _places(School, city, public_ids, Role.LIAISON, "city:school")


def organizations(city: City, public_ids: Collection[UUID] | None) -> Iterator[Place]:
    """Current organizations as places of managers."""
    return _places(Organization, city, public_ids, Role.MANAGER, "city:organization")


def school_subjects(city: City, public_ids: Collection[UUID]) -> dict[UUID, Subject]:
    """Current schools as what a conversation is about; each concerns whoever looks after it."""
    return _subjects(schools(city, public_ids))


def organization_subjects(city: City, public_ids: Collection[UUID]) -> dict[UUID, Subject]:
    """Current organizations likewise."""
    return _subjects(organizations(city, public_ids))


def _subjects(places: Iterable[Place]) -> dict[UUID, Subject]:
    return {place.public_id: Subject(place.name, place.url, (place.name,)) for place in places}


def _places(
    model: type[Kept], city: City, public_ids: Collection[UUID] | None, role: Role, page: str
) -> Iterator[Place]:
    records: Any = model._default_manager.of(city).current()
    if public_ids is not None:
        records = records.filter(public_id__in=public_ids)
    for record in records.only("public_id", "name", "slug"):
        yield Place(record.public_id, record.name, role, reverse(page, args=[city.slug, record.slug]))


def what_grows_old(user: User) -> Iterator[WorkItem]:
    """One thing to do for each place of which something may be out of date."""
    cities = places_looked_after(user)
    counts: dict[Any, int] = {}
    for record in to_confirm(cities):
        place = organization_of(record) or record
        counts[place] = counts.get(place, 0) + 1
    for place, count in counts.items():
        title = ngettext(
            "Is this still true? %(count)s record of %(name)s may be out of date",
            "Is this still true? %(count)s records of %(name)s may be out of date",
            count,
        )
        yield WorkItem(
            title % {"count": count, "name": place.name},
            reverse("city:record", args=[cities[place.public_id].slug, place.TABLE, place.slug]),
            city=cities[place.public_id],
        )


def own_places(user: User) -> Mine:
    """The schools and organizations that the person looks after, each with the page where that is done."""
    cities = places_looked_after(user)
    items = []
    for model in (School, Organization):
        found: Any = model._default_manager.current().filter(public_id__in=cities).order_by("name")
        items += [
            MineItem(
                record.name,
                reverse("city:record", args=[cities[record.public_id].slug, record.TABLE, record.slug]),
                city=cities[record.public_id],
            )
            for record in (found if cities else ())
        ]
    return Mine("places", _("Your schools and organizations"), items, weight=30)
