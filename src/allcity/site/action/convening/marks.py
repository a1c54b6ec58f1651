"""When people are reminded of a session: a week before, and the day before."""

from datetime import datetime

from django.utils import timezone

from allcity.site.action.convening import times
from allcity.site.action.models import PlanningSession

WEEK, DAY = "week", "day"
DAYS_BEFORE = {WEEK: 7, DAY: 1}


def days_until(session: PlanningSession, now: datetime | None = None) -> int | None:
    """How many days off it is by the calendar of the place; None while it has no date."""
    if session.starts_at is None:
        return None
    today = times.here(session, now or timezone.now()).date()
    return (times.here(session, session.starts_at).date() - today).days


def marks_passed(session: PlanningSession, now: datetime | None = None) -> list[str]:
    """The marks that are reached already, as the session is called or moved: who is told of that is not reminded as well."""
    days = days_until(session, now)
    return [mark for mark, before in DAYS_BEFORE.items() if days is not None and days <= before]


def mark_reached(session: PlanningSession, now: datetime | None = None) -> str:
    """The newest mark that is reached and of which nobody was told; empty where there is none, or it takes place today."""
    days = days_until(session, now)
    if days is None or days < 1:
        return ""
    mark = DAY if days <= DAYS_BEFORE[DAY] else WEEK if days <= DAYS_BEFORE[WEEK] else ""
    return "" if mark in session.told else mark
