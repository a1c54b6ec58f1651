"""Who looks after which record. A manager has the organization and all that is under it, a liaison the school."""

from typing import Any
from uuid import UUID

import rules

from allcity.site.cities.rules import Person, city_of, is_coordinator, looks_after, roles_of
from allcity.site.directory.models import Location, Offering, Organization, Program


def places_of(user: Person, thing: Any) -> frozenset[UUID]:
    """The schools and organizations that a person looks after in a city."""
    return frozenset(place for _role, place in roles_of(user, city_of(thing)) if place)


def organization_of(record: Any) -> Organization | None:
    """The organization that a record is of."""
    match record:
        case Organization():
            return record
        case Program():
            return record.organization
        case Offering():
            return record.program.organization
    return None


@rules.predicate
def is_still_there(_user: Person, record: Any) -> bool:
    """Whether what the record is of is not archived: what a city has put away is its coordinators' alone."""
    above = organization_of(record) or record
    return above is not None and getattr(above, "archived_at", None) is None


@rules.predicate
def has_a_place(user: Person, thing: Any) -> bool:
    return thing is not None and bool(places_of(user, thing))


@rules.predicate
def looks_after_its_organization(user: Person, record: Any) -> bool:
    organization = organization_of(record)
    return organization is not None and organization.public_id in places_of(user, record)


@rules.predicate
def is_alone_there(user: Person, record: Any) -> bool:
    """Whether everything that is held at a place is of organizations that the person looks after."""
    if not isinstance(record, Location):
        return False
    there = set(record.offerings.filter(archived_at=None).values_list("program__organization__public_id", flat=True))
    return bool(there) and there <= places_of(user, record)


@rules.predicate
def is_under_an_organization(_user: Person, record: Any) -> bool:
    return isinstance(record, Program | Offering)


rules.add_perm("directory.look_after", is_coordinator | has_a_place)
rules.add_perm("directory.manage", is_coordinator)
is_its_keeper = is_still_there & (looks_after | looks_after_its_organization | is_alone_there)

rules.add_perm("directory.change", is_coordinator | is_its_keeper)
rules.add_perm("directory.archive", is_coordinator | (is_its_keeper & is_under_an_organization))
