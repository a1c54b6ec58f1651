"""Sessions that go on or are over, for tests."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone, translation
from tests.site.action.convening.made import called_for

from allcity.site.accounts.models import User
from allcity.site.action.convening import domain as convening
from allcity.site.action.convening.checks import Point
from allcity.site.action.meeting import domain
from allcity.site.action.models import PlanningSession
from allcity.site.cities.models import City

POINTS = (Point("What we heard", 20), Point("What we do", 30))


def begun(
    of: City, user: User, lines: str = "kim@example.org, Kim Keys\nana@example.org", *, ago: float = 0.5, **more: object
) -> PlanningSession:
    """A session that began so many hours ago and takes one and a half, to which people without an account were asked."""
    session = called_for(of, user, lines, **more)
    convening.set_agenda(session=session, user=user, points=POINTS)
    return let_begin(session, ago=ago)


def let_begin(session: PlanningSession, *, ago: float) -> PlanningSession:
    """Have it begun so many hours ago; below zero it is to begin."""
    starts_at = timezone.now() - timedelta(hours=ago)
    PlanningSession.objects.filter(pk=session.pk).update(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=90))
    return PlanningSession.objects.select_related("city").get(pk=session.pk)


def held(of: City, user: User, **more: object) -> PlanningSession:
    """One that is over, and whose minutes were sent."""
    session = begun(of, user, ago=5, **more)
    domain.send_minutes(session=session, user=user)
    return PlanningSession.objects.select_related("city").get(pk=session.pk)


def url(session: PlanningSession, name: str, *more: object) -> str:
    """The path of a page of a session in English."""
    with translation.override("en"):
        return reverse(f"city:meeting-{name}", args=[session.city.slug, session.public_id, *more])


def link(name: str, key: str) -> str:
    """The path of a page that needs no account, in English."""
    with translation.override("en"):
        return reverse(f"meeting:{name}", args=[key])
