"""Who may edit a city's pages."""

import rules

from allcity.site.cities.rules import is_coordinator, is_editor, is_member, is_public

rules.add_perm("publishing.edit_pages", is_editor | is_coordinator)
rules.add_perm("publishing.look_after_media", is_editor | is_coordinator)
"""Say what pictures and videos show and who is in them, note consents, blur, and take down."""
rules.add_perm("publishing.read_consents", is_coordinator)
"""Open the documents of consents, and see who gave them."""
rules.add_perm("publishing.read_resources", is_public | is_member)
"""Read the library in a city: its own resources beside those for all."""
rules.add_perm("publishing.suggest_resources", is_public | is_member)
"""Suggest a resource, with an account or without one."""
rules.add_perm("publishing.keep_resources", is_editor | is_coordinator)
"""Add, change, archive and bring back resources of a city's own."""
rules.add_perm("publishing.read_stories", is_public | is_member)
"""Read what people tell of a city."""
rules.add_perm("publishing.tell_stories", is_public | is_member)
"""Tell a story of a city, with an account or without one."""
