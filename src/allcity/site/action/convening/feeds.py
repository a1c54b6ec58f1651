"""The secret addresses under which people's calendars read their sessions."""

import secrets

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from allcity.site.accounts.models import User
from allcity.site.action.convening import queries
from allcity.site.action.convening.calendars import Entry, calendar
from allcity.site.action.convening.threads import address_of
from allcity.site.action.models import CalendarFeed
from allcity.site.cities.models import City


def feed_of(user: User, city: City | None = None) -> CalendarFeed | None:
    """The feed of all sessions of a person, or of those in one city."""
    return CalendarFeed.objects.filter(user=user, city=city).first()


@transaction.atomic
def make_feed(*, user: User, city: City | None = None) -> CalendarFeed:
    """Give somebody a feed with an address that is new: whoever has the old one reads nothing any more."""
    told = {"token": secrets.token_urlsafe(32)}
    return CalendarFeed.objects.update_or_create(user=user, city=city, defaults=told)[0]


def end_feed(*, user: User, city: City | None = None) -> None:
    """Have no calendar read a person's sessions any more."""
    CalendarFeed.objects.filter(user=user, city=city).delete()


def calendar_of(feed: CalendarFeed, *, name: str) -> bytes:
    """What a person's calendar reads."""
    rows = queries.invitations_in_feed(feed)
    return calendar(
        (Entry(row.session, settings.SITE_ADDRESS + address_of(row.session), row) for row in rows), name=name
    )


def public_calendar(city: City, *, name: str) -> bytes:
    """The sessions of a city that are for everybody, as a calendar."""
    rows = queries.public_sessions(city)
    return calendar((Entry(row, settings.SITE_ADDRESS + address_of(row)) for row in rows), name=name)


def feed_address(feed: CalendarFeed) -> str:
    """The whole address of a feed, in the language of the moment."""
    return settings.SITE_ADDRESS + reverse("convening:feed", args=[feed.token])
