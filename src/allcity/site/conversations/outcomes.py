"""What a conversation can become: a planning session, a need, a commitment. Features above register each of these."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

import rules
from django.db import transaction
from django.utils.functional import Promise

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.cities.rules import Person
from allcity.site.conversations import domain
from allcity.site.conversations.models import Thread


@dataclass(frozen=True)
class Came:
    """Something that came of a conversation: what kind of thing it is, its name, its page, and how far it is."""

    kind: str | Promise
    title: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class Outcome:
    """A kind of thing that a conversation can become. `label` ends the words “Make of it …”, as “a commitment”.

    `url(city, thread)` is the page on which it is made, for those who have the permission in the city. `came(thread, user)`
    finds those that came of a thread already, and no more of them than the person may see.
    """

    id: str
    label: str | Promise
    permission: str
    url: Callable[[City, Thread], str]
    came: Callable[[Thread, Person], Iterable[Came]] | None = None


_outcomes: dict[str, Outcome] = {}


def register(outcome: Outcome) -> Outcome:
    """Have conversations become this."""
    _outcomes[outcome.id] = outcome
    return outcome


def ways(thread: Thread, user: Person) -> list[tuple[Outcome, str]]:
    """What a person may make of a thread, each with the page on which it is made."""
    return [
        (outcome, outcome.url(thread.city, thread))
        for outcome in _outcomes.values()
        if rules.has_perm(outcome.permission, user, thread.city)
    ]


def came_of(thread: Thread, user: Person) -> list[Came]:
    """What has come of a thread, as far as the person may see it."""
    return [came for outcome in _outcomes.values() if outcome.came for came in outcome.came(thread, user)]


@transaction.atomic
def note_subject(*, thread: Thread, kind: str, subject: UUID, text_id: str, user: User) -> Thread:
    """Say in a thread what came of it, in the words of an event; from then on it is about that, if it was an open topic.

    One that waits to be let through stays an open topic, so that it still stands and falls with the post that opens it.
    """
    found = Thread.objects.select_for_update(of=("self",)).select_related("city").get(pk=thread.pk)
    if not found.subject and found.shown_at:
        found.subject_kind, found.subject = kind, subject
        found.save(update_fields=["subject_kind", "subject"])
    domain.note_event(thread=found, text_id=text_id, values={kind: str(subject)}, user=user)
    return found
