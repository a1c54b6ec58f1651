"""Resources in the city's one queue of moderation: what was suggested, and what was reported."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.cities.rules import Person
from allcity.site.conversations.models import Case
from allcity.site.conversations.moderation import domain as moderation
from allcity.site.conversations.moderation.registry import Contribution
from allcity.site.publishing.models import Resource
from allcity.site.publishing.resources.queries import KIND
from allcity.site.publishing.resources.words import said


def wait(resource: Resource, author: User | None) -> None:
    """Have a coordinator look at what was suggested; once."""
    if resource.city and not is_waiting(resource):
        moderation.hold(city=resource.city, kind=KIND, subject=resource.public_id, author=author)


def is_waiting(resource: Resource) -> bool:
    """Whether it is in the queue, or was: what nobody has confirmed yet is not."""
    return Case.objects.filter(kind=KIND, subject=resource.public_id).exists()


def close(resource: Resource) -> None:
    """There is nothing left to decide of."""
    moderation.take_back(kind=KIND, subject=resource.public_id)


def find(city: City, public_ids: Collection[UUID]) -> dict[UUID, Contribution]:
    """Resources as those who moderate see them: with the whole link, as text."""
    rows = Resource.objects.filter(city=city, public_id__in=public_ids).select_related("suggested_by")
    found = {}
    for row in rows:
        about = said(row.words)
        texts = [about.title, about.summary, about.use, row.url]
        found[row.public_id] = Contribution(
            public_id=row.public_id,
            author=row.suggested_by,
            title=_("A resource: %(title)s") % {"title": about.title},
            text="\n".join(filter(None, texts)),
            url=reverse("city:resource", args=[city.slug, row.public_id]),
            language=about.language,
            by=_("somebody without an account"),
        )
    return found


def may_read(_user: Person, city: City, public_id: UUID) -> bool:
    """Whether it is in the library of the city."""
    return Resource.objects.filter(city=city, public_id=public_id, state=Resource.State.LISTED).exists()
