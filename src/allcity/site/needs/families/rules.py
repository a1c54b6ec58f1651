"""Who opens forms for families: a liaison those of a school, a coordinator those of every school and of the city."""

import rules

from allcity.site.cities.rules import is_coordinator, looks_after
from allcity.site.needs.survey.rules import is_a_liaison

rules.add_perm("needs.ask_families", is_coordinator | is_a_liaison)
rules.add_perm("needs.run_family_form", is_coordinator | looks_after)
