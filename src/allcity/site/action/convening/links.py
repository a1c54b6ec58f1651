"""What else a session has pages for, such as its packet and its minutes: parts above register where they lead."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from allcity.site.action.models import Invitee, PlanningSession
from allcity.site.cities.rules import Person


@dataclass(frozen=True)
class Link:
    """A page of a session in words, with its address."""

    label: str | Promise
    url: str


Provider = Callable[[PlanningSession, Person, Invitee | None], Iterable[Link]]
"""Gives the pages that a reader may see, who may be asked to the session, or have the link of somebody who is."""

_providers: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Have `provider(session, user, invitee)` asked for what the pages of a session lead to."""
    _providers.append(provider)
    return provider


def links_of(session: PlanningSession, user: Person, invitee: Invitee | None) -> list[Link]:
    """Where a session leads its reader besides."""
    return [link for provider in _providers for link in provider(session, user, invitee)]
