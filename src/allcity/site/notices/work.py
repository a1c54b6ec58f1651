"""What waits for a person to do it. Features register providers; "My work" and a city's workspace show what they find."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise

from allcity.site.accounts.models import User
from allcity.site.cities.models import City


@dataclass(frozen=True)
class WorkItem:
    """One thing to do, with the page where it is done. Of two that are due on the same day the heavier comes first.

    `is_to_decide` is true of what somebody asks of those who run a city, beside what waits in its queue of moderation.
    """

    title: str | Promise
    url: str
    detail: str | Promise = ""
    due_on: date | None = None
    city: City | None = None
    weight: int = 0
    is_to_decide: bool = False

    def order(self) -> tuple[Any, ...]:
        return (
            self.due_on is None,
            self.due_on or date.max,
            self.city.display_name() if self.city else "",
            -self.weight,
        )


Provider = Callable[[User], Iterable[WorkItem]]

_providers: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Have `provider(user)` asked for what waits for the person, in a number of queries that does not grow with its rows."""
    _providers.append(provider)
    return provider


def work_of(user: User, *, city: City | None = None) -> list[WorkItem]:
    """What waits for a person, in one city or everywhere: what is due first comes first."""
    items = (item for provider in _providers for item in provider(user))
    return sorted((item for item in items if city in (None, item.city)), key=WorkItem.order)
