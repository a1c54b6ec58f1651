"""What all feeds have in common (Atom, RFC 4287)."""

from django.conf import settings
from django.http import HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language

NEWEST = 30


def feed_of(title: str, *, page: str, itself: str) -> Atom1Feed:
    """An empty feed in the reader's language: of which page it is, and at which address it is itself."""
    return Atom1Feed(
        title=title,
        link=settings.SITE_ADDRESS + page,
        description="",
        language=get_language(),
        feed_url=settings.SITE_ADDRESS + itself,
    )


def answer_with(feed: Atom1Feed) -> HttpResponse:
    """A feed as an answer."""
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
