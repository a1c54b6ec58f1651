"""Who keeps the ledger: coordinators all of it, a liaison the needs of a school."""

import rules

from allcity.site.cities.rules import Person, is_coordinator, looks_after
from allcity.site.needs.models import Need
from allcity.site.needs.survey.rules import is_a_liaison


@rules.predicate
def looks_after_its_school(user: Person, need: Need) -> bool:
    """Whether the person is the liaison of the school whose need it is, which is still there."""
    if not isinstance(need, Need) or need.school is None or need.school.archived_at:
        return False
    need.school.city = need.city
    return looks_after(user, need.school)


rules.add_perm("needs.keep_ledger", is_coordinator | is_a_liaison)
rules.add_perm("needs.change", is_coordinator | looks_after_its_school)
