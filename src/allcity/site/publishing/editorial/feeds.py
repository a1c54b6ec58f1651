"""News as a feed (Atom, RFC 4287)."""

from datetime import UTC, datetime, time

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from allcity.site.cities.models import City
from allcity.site.publishing.editorial import queries
from allcity.site.publishing.feeds import NEWEST, answer_with, feed_of


def newest(city: City | None) -> HttpResponse:
    """The newest news of a city, or of the site."""
    if city:
        title = _("News from %(city)s") % {"city": city.display_name()}
        link, itself = reverse("city:news", args=[city.slug]), reverse("city:news-feed", args=[city.slug])
    else:
        title, link, itself = _("News"), reverse("pages:news"), reverse("pages:news-feed")
    feed = feed_of(title, page=link, itself=itself)
    for page in queries.news(city)[:NEWEST]:
        address = page.get_url_parts()
        feed.add_item(
            title=page.title,
            link=address[1] + address[2],
            description=page.introduction,
            unique_id=f"{settings.SITE_ADDRESS}/pages/{page.pk}",
            pubdate=datetime.combine(page.day, time(), UTC),
            updateddate=page.last_published_at or datetime.combine(page.day, time(), UTC),
        )
    return answer_with(feed)
