"""What is a person's own: their schools and organizations, sessions, commitments, conversations. Features register
providers; "My work" shows what they find.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise

from allcity.site.accounts.models import User
from allcity.site.cities.models import City


@dataclass(frozen=True)
class MineItem:
    """One thing of the person's own, with its page. `due_on` is when something about it is due or takes place."""

    title: str | Promise
    url: str
    detail: str | Promise = ""
    city: City | None = None
    due_on: date | None = None


@dataclass(frozen=True)
class Mine:
    """A list of things of the person's own. `more_url` leads to all of them, where the list is only its beginning."""

    id: str
    title: str | Promise
    items: Sequence[MineItem] = field(default_factory=tuple)
    more_url: str = ""
    weight: int = 0


Provider = Callable[[User], Mine | None]

SHOWN = 5
"""How many items of a list a provider gives at most, where there is a page with all of them."""

_providers: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Have `provider(user)` asked for a list of what is the person's own, in a number of queries that does not grow
    with its rows. It gives None where there is nothing. The heavier list stands first.
    """
    _providers.append(provider)
    return provider


def mine_of(user: User) -> list[Mine]:
    """Every list of what is the person's own that is not empty."""
    found = (provider(user) for provider in _providers)
    return sorted((mine for mine in found if mine and mine.items), key=lambda mine: -mine.weight)
