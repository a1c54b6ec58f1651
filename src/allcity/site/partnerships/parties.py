"""The parties of a partnership, and who speaks for which of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allcity.site.accounts.models import User
from allcity.site.cities.people.queries import coordinators_of
from allcity.site.cities.rules import Person, is_coordinator
from allcity.site.directory.rules import places_of
from allcity.site.needs.proposals.queries import Place, attended, is_archived
from allcity.site.partnerships.models import Agreement, Partnership, Side


@dataclass(frozen=True)
class Party:
    """An organization, school or district in a partnership. `is_there` is false once it has been archived."""

    side: Side
    place: Place

    @property
    def public_id(self) -> UUID:
        found: UUID = self.place.public_id
        return found

    @property
    def name(self) -> str:
        return str(self.place.name)

    @property
    def is_there(self) -> bool:
        return not is_archived(self.place)


def parties(of: Partnership | Agreement) -> list[Party]:
    """All of a partnership, or whom a version of its agreement brings into it: organizations, then schools, then districts.

    Each by name. Prefetch the three for a list.
    """
    sides: tuple[tuple[Side, Any], ...] = (
        (Side.ORGANIZATION, of.organizations),
        (Side.SCHOOL, of.schools),
        (Side.DISTRICT, of.districts),
    )
    return [
        Party(side, place)
        for side, places in sides
        for place in sorted(places.all(), key=lambda place: (place.name, place.pk))
    ]


def signatories(agreement: Agreement) -> list[Party]:
    """Those between whom a version is: the partnership's parties, and whom the version brings into it."""
    there = parties(agreement.partnership)
    known = {party.public_id for party in there}
    return [*there, *(party for party in parties(agreement) if party.public_id not in known)]


def parties_of(partnership: Partnership, user: Person) -> list[Party]:
    """Those for which a person speaks: what they look after, and coordinators for whom nobody does, and for districts."""
    return speaking_for(parties(partnership), partnership, user)


def speaking_for(among: Iterable[Party], partnership: Partnership, user: Person) -> list[Party]:
    """Those of some parties for which a person speaks."""
    there = [party for party in among if party.is_there]
    own = places_of(user, partnership)
    free: set[UUID] = set()
    if is_coordinator(user, partnership):
        free = {party.public_id for party in there} - attended(party.place for party in there)
    return [party for party in there if party.public_id in own or party.public_id in free]


def people_of(party: Party) -> list[User]:
    """Whoever speaks for a party: those who look after it, or else the city's coordinators."""
    if party.is_there:
        rows = User.objects.filter(memberships__place=party.public_id, is_active=True)
        if found := list(rows.distinct().order_by("pk")):
            return found
    return list(coordinators_of(party.place.city).order_by("pk"))
