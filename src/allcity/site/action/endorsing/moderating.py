"""Endorsements in the city's one queue of moderation: what waits there, and how it is shown to those who decide."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.action.models import Endorsement
from allcity.site.cities.models import City
from allcity.site.cities.people.queries import coordinators_of
from allcity.site.cities.rules import Person
from allcity.site.conversations import kinds as notices
from allcity.site.conversations.models import Case
from allcity.site.conversations.moderation import domain as moderation
from allcity.site.conversations.moderation.registry import Contribution
from allcity.site.conversations.telling import tell

KIND = "endorsement"


def wait(endorsement: Endorsement, author: User | None) -> None:
    """Have a coordinator read what is new before everybody does."""
    city = endorsement.city
    case = Case.objects.select_for_update().filter(kind=KIND, subject=endorsement.public_id).first()
    if case is None:
        moderation.hold(city=city, kind=KIND, subject=endorsement.public_id, author=author)
        return
    case.state, case.is_new, case.opened_at = Case.State.WAITING, True, timezone.now()
    case.save(update_fields=["state", "is_new", "opened_at"])
    people = coordinators_of(city).exclude(pk=author.pk if author else 0).distinct()
    tell(people, notices.QUEUE, city=city, url=reverse("city:moderation", args=[city.slug]))


def close(endorsement: Endorsement) -> None:
    """There is nothing left to decide of."""
    moderation.take_back(kind=KIND, subject=endorsement.public_id)


def reason_of(endorsement: Endorsement) -> str:
    """Why a coordinator took it down; empty where none did, or where it waits to be looked at again."""
    case = Case.objects.filter(kind=KIND, subject=endorsement.public_id, state=Case.State.TAKEN_DOWN).first()
    decision = case.decisions.order_by("-pk").first() if case else None
    return decision.reason if decision else ""


def find(city: City, public_ids: Collection[UUID]) -> dict[UUID, Contribution]:
    """Endorsements as those who moderate see them."""
    rows = Endorsement.objects.of(city).filter(public_id__in=public_ids, withdrawn_at=None)
    url = reverse("city:endorse", args=[city.slug])
    return {
        row.public_id: Contribution(
            public_id=row.public_id,
            author=None,
            title=_("An endorsement of the Declaration"),
            text="\n".join(filter(None, (row.name, row.organization, row.statement))),
            url=url,
            language=row.language,
            by=row.name,
        )
        for row in rows
    }


def may_read(_user: Person, city: City, public_id: UUID) -> bool:
    """Whether everybody reads it, which is whether anybody does."""
    return Endorsement.objects.public().of(city).filter(public_id=public_id).exists()
