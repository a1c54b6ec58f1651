"""Hours and days of sessions as the people of a city tell them, across changes of the clocks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.action.models import PlanningSession, Series
from allcity.site.cities.models import City

MOST_OF_SERIES = 26
LONGEST = timedelta(hours=14)
A_WEEK = 7


def zone_of(city: City) -> ZoneInfo:
    """The time zone of a city."""
    return ZoneInfo(city.settings.city.time_zone)


def here(session: PlanningSession, at: datetime) -> datetime:
    """A moment as the clocks show it where the session is."""
    return at.astimezone(ZoneInfo(session.time_zone))


def moment(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """The moment at which clocks show this. Raises ValidationError for an hour that clocks leap over on that day."""
    at = datetime.combine(day, hour.replace(tzinfo=None), zone)
    if at.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != at.replace(tzinfo=None):
        raise ValidationError(_("Clocks go forward on that day, and leap over that hour. Choose another time."))
    return at


def check_times(starts_at: datetime, ends_at: datetime) -> None:
    """Refuse times that are past, or in the wrong order. Raises ValidationError."""
    if starts_at <= timezone.now():
        raise ValidationError({"starts_at": _("That time is past. Choose one that is still to come.")})
    if ends_at <= starts_at:
        raise ValidationError({"ends_at": _("It ends before it starts. Choose a later end.")})
    if ends_at - starts_at > LONGEST:
        raise ValidationError({"ends_at": _("That is longer than a day's work. Plan two sessions instead.")})


def length(session: PlanningSession) -> int | None:
    """How many minutes a session takes; None while it has no times."""
    if session.starts_at is None or session.ends_at is None:
        return None
    return minutes_between(session.starts_at, session.ends_at)


def minutes_between(starts_at: datetime, ends_at: datetime) -> int:
    """The minutes from one moment to another, by the sun and not by the clocks."""
    return int((ends_at.astimezone(UTC) - starts_at.astimezone(UTC)) / timedelta(minutes=1))


def days_after(day: date, *, every: int, unit: str, until: date) -> Iterator[date]:
    """The days on which it comes again: every so many weeks, or months on the same weekday of the month.

    What falls on a fifth Tuesday is on the last Tuesday of months that have four.
    """
    if unit == Series.Unit.WEEKS:
        step = timedelta(weeks=every)
        while (day := day + step) <= until:
            yield day
        return
    nth, weekday, month = (day.day - 1) // A_WEEK, day.weekday(), day.year * 12 + day.month - 1
    while True:
        month += every
        found = _weekday_of_month(month // 12, month % 12 + 1, weekday, nth)
        if found > until:
            return
        yield found


def same_hour(day: date, at: datetime, zone: ZoneInfo) -> datetime:
    """The moment on another day at which clocks show what they show at `at`; just after it, where they leap over it."""
    local = at.astimezone(zone)
    moved = datetime.combine(day, local.time(), zone)
    return moved.astimezone(UTC).astimezone(zone)


def _weekday_of_month(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    found = first + timedelta(days=(weekday - first.weekday()) % A_WEEK + A_WEEK * nth)
    return found if found.month == month else found - timedelta(days=A_WEEK)
