"""What the people of the sample city tell."""

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.publishing.editorial import demo as editorial
from allcity.site.publishing.media import demo as media
from allcity.site.publishing.resources import demo as resources
from allcity.site.publishing.spotlights import demo as spotlights
from allcity.site.publishing.stories import demo as stories


def add_publishing(*, city: City, coordinator: User, member: User) -> None:
    """Pictures with consents in every state, stories, resources, pages and a spotlight of its own; once."""
    for part in (media, resources, stories, editorial, spotlights):
        part.add(city=city, coordinator=coordinator, member=member)
