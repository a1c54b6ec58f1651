"""Who may do what about partnerships. Whoever speaks for a party acts for it; coordinators see all of them.

Which partnerships somebody sees is said by the queryset; for which party they speak, by `parties.parties_of`.
"""

import rules

from allcity.site.cities.rules import Person, is_coordinator, is_member, is_public
from allcity.site.directory.rules import has_a_place, places_of
from allcity.site.partnerships.models import Agreement, Partnership
from allcity.site.partnerships.parties import parties


@rules.predicate
def is_party(user: Person, thing: object) -> bool:
    """Whether the person looks after a party of this partnership."""
    if not isinstance(thing, Partnership):
        return False
    own = places_of(user, thing)
    return any(party.is_there and party.public_id in own for party in parties(thing))


@rules.predicate
def is_to_join(user: Person, thing: object) -> bool:
    """Whether the person looks after somebody whom a version that is written or signed now brings into this partnership."""
    if not isinstance(thing, Partnership):
        return False
    own = places_of(user, thing)
    version = thing.agreements.filter(state__in=Agreement.OPEN).first() if own else None
    return version is not None and any(party.is_there and party.public_id in own for party in parties(version))


rules.add_perm("partnerships.join_accounts", is_coordinator)
rules.add_perm("partnerships.keep_requirements", is_coordinator)
rules.add_perm("partnerships.review", is_coordinator)
rules.add_perm("partnerships.read_reviews", is_member)
rules.add_perm("partnerships.view", is_public | is_member)
rules.add_perm("partnerships.have", is_coordinator | has_a_place)
rules.add_perm("partnerships.take_part", is_coordinator | is_party)
"""Read and write what belongs to the parties of one partnership."""
rules.add_perm("partnerships.agree", is_coordinator | is_party | is_to_join)
"""Write and sign the version of its agreement that is open."""
rules.add_perm("partnerships.begin", is_coordinator)
"""Begin a partnership for parties that found each other elsewhere, and say who is in one that is not agreed yet, or joins it."""
