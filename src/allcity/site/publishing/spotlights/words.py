"""What spotlights are found by, in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from allcity.declaration import load_framework
from allcity.site.publishing.models import SpotlightPage
from allcity.site.publishing.resources.words import terms

SIZES: Mapping[str, tuple[int, float, str | Promise]] = {
    "small": (0, 100_000, _("fewer than 100,000 people")),
    "middle": (100_000, 500_000, _("100,000 to 500,000 people")),
    "large": (500_000, float("inf"), _("500,000 people or more")),
}
"""Sizes of cities by population: from, below, and in words."""


def size_of(population: int | None) -> str:
    """The size of a city; empty where its population is not known."""
    if population is None:
        return ""
    return next(name for name, (least, below, _words) in SIZES.items() if least <= population < below)


def known() -> dict[str, dict[str, str]]:
    """Sections, contributions, conditions and strategies by id, with their titles in the reader's language."""
    language = (get_language() or "en").partition("-")[0]
    conditions = {key: each.title.in_language(language) for key, each in load_framework().conditions.items()}
    strategies = {value: str(label) for value, label in SpotlightPage.Strategy.choices}
    found = terms(None)
    return {
        "sections": found["sections"],
        "contributions": found["contributions"],
        "conditions": conditions,
        "strategies": strategies,
    }
