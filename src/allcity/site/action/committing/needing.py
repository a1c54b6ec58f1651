"""A need that a conversation came to."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.cities.rules import Person
from allcity.site.conversations import events, outcomes
from allcity.site.conversations.models import Post, Thread
from allcity.site.conversations.outcomes import Came, Outcome
from allcity.site.needs.ledger import domain as ledger
from allcity.site.needs.ledger.words import title_of
from allcity.site.needs.models import Need

KIND = "need"
STATED = events.register("need-stated", _("%(person)s stated a need out of this conversation."))


@transaction.atomic
def state_need(*, city: City, user: User, thread: Thread, values: Mapping[str, Any]) -> Need:
    """State a need, and link it with the conversation it came from. Raises ValidationError by field."""
    need = ledger.add_need(city=city, values=values, user=user)
    outcomes.note_subject(thread=thread, kind=KIND, subject=need.public_id, text_id=STATED, user=user)
    return need


def _came_of(thread: Thread, user: Person) -> Iterator[Came]:
    said = Post.objects.filter(thread=thread, event=STATED).values_list("values", flat=True)
    named = [UUID(values[KIND]) for values in said]
    if not named:
        return
    rows = Need.objects.for_user(user).of(thread.city).filter(public_id__in=named).select_related("school", "district")
    for row in rows.order_by("pk"):
        row.city = thread.city
        url = reverse("city:need", args=[thread.city.slug, row.public_id])
        yield Came(_("Need"), title_of(thread.city, row), url, str(row.get_state_display()))


def _new(city: City, thread: Thread) -> str:
    return reverse("city:need-of-conversation", args=[city.slug, thread.public_id])


NEED = Outcome(KIND, _("a need"), "needs.keep_ledger", _new, _came_of)
