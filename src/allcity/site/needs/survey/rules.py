"""Who may answer the survey for a school, and who runs it."""

from typing import Any

import rules

from allcity.site.cities.models import City, Role
from allcity.site.cities.rules import Person, is_coordinator, looks_after, roles_of


@rules.predicate
def is_a_liaison(user: Person, thing: Any) -> bool:
    """Whether the person is the liaison of some school of the city."""
    return isinstance(thing, City) and any(role == Role.LIAISON for role, _place in roles_of(user, thing))


rules.add_perm("needs.answer_survey", is_coordinator | is_a_liaison | looks_after)
rules.add_perm("needs.run_survey", is_coordinator)
