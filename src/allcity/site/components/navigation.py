"""The pages that a city's navigation leads to. Features register those that are not for everybody, or not always there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class CityPage:
    """A page of a city. `is_for(user, city)` says whether somebody is led to it; None for everybody."""

    url_name: str
    label: str | Promise
    is_for: Callable[[Any, Any], bool] | None = None


city_pages = [
    CityPage("city:finder", _("Find a program")),
    CityPage("city:access", _("Access")),
    CityPage("city:ecosystem", _("Who takes part")),
    CityPage("city:needs", _("Needs")),
    CityPage("city:partnerships", _("Partnerships")),
    CityPage("city:data", _("Data")),
]
"""In the order in which they stand in the navigation."""
