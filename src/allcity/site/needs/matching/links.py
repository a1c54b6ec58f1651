"""Where somebody offers, or asks, for what a match is about."""

from urllib.parse import urlencode

from django.urls import reverse

from allcity.site.cities.models import City
from allcity.site.needs.models import Match


def propose_url(city: City, match: Match) -> str:
    """The form with what is known filled in."""
    about = {"need": match.need.public_id} if match.need else {"school": match.school.slug if match.school else ""}
    known = urlencode({**about, "organization": match.organization.slug, "program": match.program.slug})
    return f"{reverse('city:propose', args=[city.slug])}?{known}"
