"""Who sees how a city stands with its needs, and writes to those whose word would help."""

import rules

from allcity.site.cities.rules import is_coordinator

rules.add_perm("needs.coordinate", is_coordinator)
