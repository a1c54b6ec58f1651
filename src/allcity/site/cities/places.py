"""The schools and organizations that a role can be for. The directory stands above, so it registers how they are found."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from allcity.site.cities.models import City, Role


@dataclass(frozen=True)
class Place:
    """A school (of a liaison) or an organization (of a manager), with the address of its public page."""

    public_id: UUID
    name: str
    role: Role
    url: str


Finder = Callable[[City, Collection[UUID] | None], Iterable[Place]]
"""Finds the current places of one kind in a city: those with these public ids, or all of them."""

_finders: dict[Role, Finder] = {}


def register(role: Role, finder: Finder) -> None:
    """Have the places of a role found by `finder`: schools for liaisons, organizations for managers."""
    _finders[role] = finder


def all_places(city: City, role: Role) -> list[Place]:
    """Every current place in the city that the role can be for, by name."""
    finder = _finders.get(role)
    return sorted(finder(city, None), key=lambda place: place.name.casefold()) if finder else []


def find_places(city: City, public_ids: Iterable[UUID | None]) -> dict[UUID, Place]:
    """The places with these public ids, by id. What is not in the city, or no longer, is left out."""
    wanted = {each for each in public_ids if each}
    if not wanted:
        return {}
    return {place.public_id: place for finder in _finders.values() for place in finder(city, wanted)}
