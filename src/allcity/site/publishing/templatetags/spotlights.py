"""What is said of a spotlight beside its own words."""

from typing import Any

from django import template
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from allcity.site.cities.models import City
from allcity.site.directory.words import catalogue
from allcity.site.publishing.models import SpotlightPage, Story
from allcity.site.publishing.resources.words import titles
from allcity.site.publishing.spotlights import queries
from allcity.site.publishing.spotlights.alike import Neighbour, figures_of, neighbours
from allcity.site.publishing.spotlights.words import known
from allcity.site.publishing.stories import queries as stories

SHOWN = 3
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
    return [(label, " · ".join(capfirst(each) for each in found)) for label, found in rows if found]


@register.simple_tag
def freshness(page: SpotlightPage) -> dict[str, Any]:
    """When somebody last looked at it, and whether that is within a year."""
    return {"day": queries.looked_at(page), "is_fresh": queries.is_fresh(page)}


@register.simple_tag
def stories_of(city: City) -> list[Story]:
    """What people told of the city, the newest."""
    return list(stories.published(city)[:SHOWN])


@register.simple_tag
def alike(page: SpotlightPage) -> list[Neighbour]:
    """Spotlights of the cities most alike."""
    return neighbours(figures_of(page, page.city), but=page, most=SHOWN)


@register.filter
def with_separators(value: int) -> str:
    """A number as the reader's language writes it."""
    return catalogue().number(value)
