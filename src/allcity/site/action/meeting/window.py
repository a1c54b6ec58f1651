"""When people sign in to a session: from two hours before it begins until the end of the day after, on the clocks of the city."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allcity.site.action.convening import times
from allcity.site.action.models import PlanningSession

State = PlanningSession.State
BEFORE = timedelta(hours=2)
DAYS_AFTER = timedelta(days=2)
"""From the day on which it ends to the midnight at which the day after it is over."""
EARLY, OPEN, OVER, NEVER = "early", "open", "over", "never"


def opens_at(session: PlanningSession) -> datetime | None:
    """When signing in opens; None while there is no date."""
    return session.starts_at - BEFORE if session.starts_at else None


def closes_at(session: PlanningSession) -> datetime | None:
    """When signing in closes: the midnight after the day after."""
    if session.ends_at is None:
        return None
    day = times.here(session, session.ends_at).date() + DAYS_AFTER
    return datetime.combine(day, time(), ZoneInfo(session.time_zone))


def last_minute(session: PlanningSession) -> datetime | None:
    """The last minute in which people sign in, as it is told: a midnight may be read as that of either day."""
    closes = closes_at(session)
    return closes - timedelta(minutes=1) if closes else None


def sign_in_of(session: PlanningSession, now: datetime | None = None) -> str:
    """Whether people can sign in: not yet, now, not any more, or never, where it is not called."""
    opens, closes = opens_at(session), closes_at(session)
    if session.state not in (State.CALLED, State.HELD) or opens is None or closes is None:
        return NEVER
    now = now or timezone.now()
    return EARLY if now < opens else OPEN if now < closes else OVER


def has_begun(session: PlanningSession, now: datetime | None = None) -> bool:
    """Whether those who run it note who is there: from two hours before on, without an end."""
    return sign_in_of(session, now) in (OPEN, OVER)


def in_words(session: PlanningSession, at: datetime | None) -> str:
    """A moment on the clocks of the session."""
    if at is None:
        return ""
    there = times.here(session, at)
    return _("%(date)s, %(time)s") % {
        "date": date_format(there, "DATE_FORMAT"),
        "time": date_format(there, "TIME_FORMAT"),
    }
