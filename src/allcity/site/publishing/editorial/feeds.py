"""Editorial pages as feeds (Atom, RFC 4287)."""

from collections.abc import Iterable
from datetime import UTC, datetime, time

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.cities.models import City
from allcity.site.publishing.editorial import queries
from allcity.site.publishing.feeds import NEWEST, answer_with, feed_of
from allcity.site.publishing.models import EditorialPage, NewsPage


def newest(city: City | None) -> HttpResponse:
    """The newest news of a city, or of the site."""
    if city:
        title = _("News from %(city)s") % {"city": city.display_name()}
        link, itself = reverse("city:news", args=[city.slug]), reverse("city:news-feed", args=[city.slug])
    else:
        title, link, itself = _("News"), reverse("pages:news"), reverse("pages:news-feed")
    return of_pages(queries.news(city), title, page=link, itself=itself)


def of_pages(pages: Iterable[EditorialPage], title: str, *, page: str, itself: str) -> HttpResponse:
    """The first of the pages, as a feed."""
    feed = feed_of(title, page=page, itself=itself)
    for each in list(pages)[:NEWEST]:
        _number, site, path = each.get_url_parts()
        changed = each.last_published_at or timezone.now()
        day = datetime.combine(each.day, time(), UTC) if isinstance(each, NewsPage) else each.first_published_at
        feed.add_item(
            title=each.title,
            link=site + path,
            description=each.introduction,
            unique_id=f"{settings.SITE_ADDRESS}/pages/{each.pk}",
            pubdate=day,
            updateddate=changed,
        )
    return answer_with(feed)
