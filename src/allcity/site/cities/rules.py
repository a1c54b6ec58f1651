"""Who may do what in a city. Whatever no rule allows is refused.

Ask with `rules.has_perm(permission, user, city)` and never with `user.has_perm`, which is true for every superuser. Staff
act as coordinators, and only while they are on duty.
"""

from typing import Any
from uuid import UUID

import rules
from django.contrib.auth.models import AnonymousUser

from allcity.site.accounts.models import User
from allcity.site.accounts.staff import is_on_duty
from allcity.site.cities.models import City, Role

Person = User | AnonymousUser


def roles_of(user: Person, city: City) -> frozenset[tuple[str, UUID | None]]:
    """The roles of a person in a city, each with its place; read once for each request."""
    if not user.is_authenticated:
        return frozenset()
    known: dict[int, frozenset[tuple[str, UUID | None]]] = user.__dict__.setdefault("_roles", {})
    if city.pk not in known:
        known[city.pk] = frozenset(user.memberships.filter(city=city).values_list("role", "place"))
    return known[city.pk]


def city_of(thing: Any) -> City:
    """The city of a record, or the city itself."""
    city: City = thing if isinstance(thing, City) else thing.city
    return city


@rules.predicate
def is_public(_user: Person, thing: Any) -> bool:
    return thing is not None and city_of(thing).is_public


@rules.predicate
def has_role(user: Person, thing: Any) -> bool:
    return thing is not None and bool(roles_of(user, city_of(thing)))


@rules.predicate
def acts_as_staff(user: Person, thing: Any) -> bool:
    return thing is not None and is_on_duty(user)


is_member = has_role | acts_as_staff


@rules.predicate
def coordinates(user: Person, thing: Any) -> bool:
    return thing is not None and (Role.COORDINATOR, None) in roles_of(user, city_of(thing))


is_coordinator = coordinates | acts_as_staff


@rules.predicate
def is_editor(user: Person, thing: Any) -> bool:
    return thing is not None and (Role.EDITOR, None) in roles_of(user, city_of(thing))


@rules.predicate
def looks_after(user: Person, thing: Any) -> bool:
    """Whether the person is the liaison or manager of this school or organization."""
    return thing is not None and any(
        place and place == thing.public_id for _role, place in roles_of(user, city_of(thing))
    )


rules.add_perm("cities.view_city", is_public | is_member)
rules.add_perm("cities.manage_city", is_coordinator)
rules.add_perm("cities.manage_people", is_coordinator)
rules.add_perm("cities.open_workspace", is_member)
rules.add_perm("cities.ask_to_join", rules.is_authenticated & is_public)
rules.add_perm("cities.leave_city", has_role)
rules.add_perm("cities.discard_city", coordinates)
