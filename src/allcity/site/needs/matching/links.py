"""Where somebody offers, or asks, for what a match is about."""

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from allcity.site.cities.models import City
from allcity.site.needs.models import Match


def propose_url(city: City, match: Match) -> str:
    """The form with what is known filled in; empty where the city has no such page."""
    try:
        page = reverse("city:propose", args=[city.slug])
    except NoReverseMatch:
        return ""
    about = {"need": match.need.public_id} if match.need else {"school": match.school.slug if match.school else ""}
    return f"{page}?{urlencode({**about, 'organization': match.organization.slug, 'program': match.program.slug})}"


def survey_url(city: City) -> str:
    """Where a school says what it has; empty where the city has no such page."""
    try:
        return reverse("city:survey", args=[city.slug])
    except NoReverseMatch:
        return ""
