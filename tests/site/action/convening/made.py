"""Sessions for tests, made as the site makes them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from allcity.site.accounts.models import User
from allcity.site.action.convening import domain, inviting
from allcity.site.action.models import Invitee, PlanningSession
from allcity.site.cities.models import City

# Where the factory's cities are.
HERE = ZoneInfo("America/Chicago")


def hence(days: int = 10, hour: int = 18) -> datetime:
    """A whole hour some days from now, by the calendar and the clocks of the city."""
    now = timezone.now().astimezone(HERE)
    return (now + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


def planned(of: City, user: User, *, title: str = "First session", **more: object) -> PlanningSession:
    """A draft that has time and place."""
    session = domain.plan_session(city=of, user=user, title=title)
    said = {"starts_at": hence(), "ends_at": hence() + timedelta(minutes=90), "place_name": "Library", **more}
    return domain.change_session(session=session, user=user, **said)


def called(of: City, user: User, **more: object) -> PlanningSession:
    """One that is called."""
    return domain.call_session(session=planned(of, user, **more), user=user)


def asked(session: PlanningSession, user: User, lines: str) -> list[Invitee]:
    """People without an account who are asked, in their order."""
    inviting.invite(session=session, user=user, lines=lines)
    return list(session.invitees.select_related("session__city").order_by("pk"))


def called_for(of: City, user: User, lines: str, **more: object) -> PlanningSession:
    """One that is called, to which people without an account were asked before."""
    session = planned(of, user, **more)
    inviting.invite(session=session, user=user, lines=lines)
    return domain.call_session(session=session, user=user)


def guests(number: int) -> str:
    """So many mail addresses, one on each line."""
    return "\n".join(f"guest{each}@example.org" for each in range(number))


def invited(session: PlanningSession) -> list[Invitee]:
    """Everybody who is asked, as they were asked."""
    return list(session.invitees.select_related("session__city", "user").order_by("pk"))
