"""What is said of a spotlight beside its own words."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from allcity.site.directory.words import catalogue
from allcity.site.publishing.models import SpotlightPage
from allcity.site.publishing.resources.words import titles
from allcity.site.publishing.spotlights import queries
from allcity.site.publishing.spotlights.words import known

register = template.Library()


@register.simple_tag
def spotlight_facts(page: SpotlightPage) -> list[tuple[str, str]]:
    """What it is found by, in words."""
    terms = known()
    rows = (
        (_("What the city did"), titles(page.strategies, terms["strategies"])),
        (_("What partners brought"), titles(page.contributions, terms["contributions"])),
        (_("What makes its partnerships good"), titles(page.conditions, terms["conditions"])),
        (_("Parts of the Declaration"), titles(page.sections, terms["sections"])),
    )
    return [(label, catalogue().listing(found)) for label, found in rows if found]


@register.simple_tag
def freshness(page: SpotlightPage) -> dict[str, Any]:
    """When somebody last looked at it, and whether that is within a year."""
    return {"day": queries.looked_at(page), "is_fresh": queries.is_fresh(page)}


@register.simple_tag
def number(value: int) -> str:
    """A number as the reader's language writes it."""
    return catalogue().number(value)
