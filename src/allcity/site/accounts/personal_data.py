"""What is kept of a person, feature by feature: each registers how to hand it over and how to erase it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from allcity.site.accounts.models import User


@dataclass(frozen=True)
class Hindrance:
    """What a person must do before their account can go, and the page where they do it."""

    reason: str
    label: str
    url: str


class HinderedError(ValidationError):
    """What a feature keeps cannot be erased yet."""

    def __init__(self, hindrances: Sequence[Hindrance]) -> None:
        super().__init__([hindrance.reason for hindrance in hindrances])
        self.hindrances = hindrances


@dataclass(frozen=True)
class Keeper:
    """A feature that keeps something of people.

    `export` returns it as what JSON can hold. `erase` removes it or takes the name off it; where that may not be yet, it
    raises `HinderedError`, which tells the person what to do first.
    """

    name: str
    export: Callable[[User], object]
    erase: Callable[[User], None]


_keepers: dict[str, Keeper] = {}


def register(name: str, export: Callable[[User], object], erase: Callable[[User], None]) -> None:
    """Have the feature `name` take part when a person asks for what is kept, or leaves."""
    _keepers[name] = Keeper(name, export, erase)


def export_all(user: User) -> dict[str, object]:
    """What every feature keeps of the person, by the feature's name."""
    return {keeper.name: keeper.export(user) for keeper in _keepers.values()}


def erasers() -> Iterator[Callable[[User], None]]:
    """The erasers, those of later features first, since their records point at earlier ones'."""
    return (keeper.erase for keeper in reversed(_keepers.values()))
