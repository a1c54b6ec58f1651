"""The school years that a city has records of. Figures and the directory stand above, so they register what they know."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from allcity.site.cities.models import City


@dataclass(frozen=True)
class SchoolYear:
    """A school year by its first calendar year, what it is called, and when its figures were computed, if they were.

    `is_shown` is whether readers who ask for no year see this one.
    """

    year: int
    name: str
    computed_at: datetime | None
    is_shown: bool


Finder = Callable[[City], Iterable[SchoolYear]]
_finders: list[Finder] = []


def register(finder: Finder) -> Finder:
    """Have the school years of a city found by `finder`."""
    _finders.append(finder)
    return finder


def years_of(city: City) -> list[SchoolYear]:
    """Every school year that the city has records of, the newest first."""
    found = (year for finder in _finders for year in finder(city))
    return sorted(found, key=lambda year: year.year, reverse=True)
