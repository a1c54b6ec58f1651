"""What is new in the library, as a feed (Atom, RFC 4287)."""

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from allcity.site.cities.models import City
from allcity.site.publishing.feeds import NEWEST, answer_with, feed_of
from allcity.site.publishing.resources import queries
from allcity.site.publishing.resources.words import in_words


def newest(city: City | None = None) -> HttpResponse:
    """The newest resources, each with our own words and the link to its page."""
    if city:
        title = _("New resources in %(city)s") % {"city": city.display_name()}
        link, itself = reverse("city:resources", args=[city.slug]), reverse("city:resources-feed", args=[city.slug])
    else:
        title, link, itself = _("New resources"), reverse("resources:library"), reverse("resources:feed")
    feed = feed_of(title, page=link, itself=itself)
    for row in queries.library(city)[:NEWEST]:
        shown = in_words(row)
        feed.add_item(
            title=shown.said.title,
            link=settings.SITE_ADDRESS + shown.url,
            description=shown.said.summary,
            unique_id=row.public_id.urn,
            pubdate=row.made_at,
            updateddate=row.changed_at,
            author_name=row.publisher or None,
            categories=[shown.kind],
        )
    return answer_with(feed)
