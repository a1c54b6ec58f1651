"""Who may edit a city's pages."""

import rules

from allcity.site.cities.rules import is_coordinator, is_editor

rules.add_perm("publishing.edit_pages", is_editor | is_coordinator)
