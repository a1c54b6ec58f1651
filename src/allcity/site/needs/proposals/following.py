"""What follows on an offer or request to which both sides agree. Features above register it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from allcity.site.cities.rules import Person
from allcity.site.needs.models import Proposal


@dataclass(frozen=True)
class Following:
    """A step that follows. Where it `is_begun` it is a page; else a press begins it, and `url` is where that is sent."""

    label: str
    url: str
    is_begun: bool = False


Provider = Callable[[Proposal, Person], Iterable[Following]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Have what follows on a proposal found by `provider`, for somebody who sees it."""
    _providers.append(provider)


def what_follows(proposal: Proposal, user: Person) -> list[Following]:
    """What follows, in the order in which features registered it."""
    return [following for provider in _providers for following in provider(proposal, user)]
