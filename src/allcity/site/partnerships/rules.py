"""Who may do what about partnerships."""

import rules

from allcity.site.cities.rules import is_coordinator

rules.add_perm("partnerships.join_accounts", is_coordinator)
