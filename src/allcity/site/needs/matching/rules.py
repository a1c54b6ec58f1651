"""Who sees what a school or an organization could be matched with: whoever looks after it, and coordinators."""

import rules

from allcity.site.cities.rules import is_coordinator, looks_after

rules.add_perm("needs.see_matches", is_coordinator | looks_after)
