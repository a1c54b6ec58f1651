"""Sessions as calendars read them (RFC 5545): one as a file, in a mail, or all of them as a feed.

The UID of a session stays, and SEQUENCE rises with what changes, so that a later one replaces an earlier. Nobody reads from
a calendar who else is asked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parseaddr
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress
from icalendar.cal import Component

from allcity.site.action.convening import words
from allcity.site.action.models import Invitee, PlanningSession

PUBLISH, REQUEST, CANCEL = "PUBLISH", "REQUEST", "CANCEL"
A_DAY = timedelta(days=1)
REFRESH = timedelta(hours=4)
AROUND = timedelta(days=400)
"""How far before and after its events a calendar tells of changes of the clocks."""


@dataclass(frozen=True)
class Entry:
    """A session as it stands in somebody's calendar: with the address of its page, and what they are there."""

    session: PlanningSession
    url: str
    invitee: Invitee | None = None


def calendar(entries: Iterable[Entry], *, method: str = PUBLISH, name: str = "") -> bytes:
    """Sessions that have a time, as a calendar. To a REQUEST and a CANCEL the one who gets it belongs, and nobody else."""
    entries = [entry for entry in entries if entry.session.starts_at and entry.session.ends_at]
    made = Calendar()
    made.add("prodid", f"-//Allcity//Planning sessions//{(get_language() or 'en').upper()}")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", method)
    if name:
        made.add("name", name)
        made.add("x-wr-calname", name)
        made.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for zone in dict.fromkeys(entry.session.time_zone for entry in entries):
        there = [entry.session for entry in entries if entry.session.time_zone == zone]
        first, last = min(_start(each) for each in there), max(_start(each) for each in there)
        made.add_component(time_zone(zone, (first - AROUND).date().replace(day=1), (last + AROUND).date()))
    for entry in entries:
        made.add_component(_event(entry, method))
    written: bytes = made.to_ical()
    return written


def uid_of(session: PlanningSession) -> str:
    """What names a session in every calendar, for good."""
    return f"session-{session.public_id}@{urlsplit(settings.SITE_ADDRESS).hostname or 'allcity'}"


def _event(entry: Entry, method: str) -> Component:
    session = entry.session
    zone = ZoneInfo(session.time_zone)
    event = Event()
    event.add("uid", uid_of(session))
    event.add("dtstamp", timezone.now().astimezone(UTC))
    event.add("created", session.made_at.astimezone(UTC))
    event.add("last-modified", session.changed_at.astimezone(UTC))
    event.add("sequence", session.sequence)
    event.add("dtstart", _start(session).astimezone(zone))
    if session.ends_at:
        event.add("dtend", session.ends_at.astimezone(zone))
    event.add("summary", session.title)
    event.add("description", words.for_calendar(session, entry.url, shows_link=words.has_link(entry.invitee)))
    if where := words.where(session):
        event.add("location", where)
    event.add("url", entry.url)
    event.add("status", _status(entry, method))
    event.add("class", "PUBLIC" if session.audience == PlanningSession.Audience.PUBLIC else "PRIVATE")
    event.add("organizer", _organizer(session))
    if method != PUBLISH and entry.invitee:
        event.add("attendee", _attendee(entry.invitee))
    return event


def _status(entry: Entry, method: str) -> str:
    if method == CANCEL or entry.session.state == PlanningSession.State.CANCELLED:
        return "CANCELLED"
    if entry.invitee and entry.invitee.state != Invitee.State.COMING:
        return "TENTATIVE"
    return "CONFIRMED"


def _organizer(session: PlanningSession) -> vCalAddress:
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["CN"] = session.city.display_name()
    return organizer


def _attendee(invitee: Invitee) -> vCalAddress:
    told = {
        Invitee.State.COMING: "ACCEPTED",
        Invitee.State.DECLINED: "DECLINED",
        Invitee.State.WAITING: "TENTATIVE",
    }
    attendee = vCalAddress(f"mailto:{words.address_of(invitee)}")
    attendee.params["PARTSTAT"] = told.get(Invitee.State(invitee.state), "NEEDS-ACTION")
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    return attendee


def _start(session: PlanningSession) -> datetime:
    """When a session that has a time begins."""
    if session.starts_at is None:
        raise ValueError(f"{session.public_id} has no time.")
    return session.starts_at


# --- Time zones ---


@dataclass(frozen=True)
class Shift:
    """A change of the clocks: what they showed just before it, and how far they are from UTC before and after."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    is_summer: bool


def time_zone(name: str, first: date, last: date) -> Timezone:
    """A zone with every change of its clocks between two days, each told by what clocks showed before it, as RFC 5545 asks."""
    made = Timezone()
    made.add("tzid", name)
    kinds: dict[tuple[timedelta, timedelta, str, bool], list[datetime]] = {}
    for shift in shifts(name, first, last):
        kinds.setdefault((shift.before, shift.after, shift.name, shift.is_summer), []).append(shift.at)
    for (before, after, named, is_summer), moments in kinds.items():
        part = TimezoneDaylight() if is_summer else TimezoneStandard()
        part.add("dtstart", moments[0])
        for moment in moments[1:]:
            part.add("rdate", moment)
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("tzname", named)
        made.add_component(part)
    return made


@lru_cache(maxsize=256)
def shifts(name: str, first: date, last: date) -> tuple[Shift, ...]:
    """How the clocks of a zone stand on the first day, and each change until the last."""
    return tuple(_shifts(ZoneInfo(name), datetime(first.year, first.month, first.day, tzinfo=UTC), last))


def _shifts(zone: ZoneInfo, at: datetime, last: date) -> Iterator[Shift]:
    yield _shift(zone, at, _offset(zone, at))
    while at.date() <= last:
        following = at + A_DAY
        if (before := _offset(zone, at)) != _offset(zone, following):
            low, high = at, following
            while high - low > timedelta(seconds=1):
                middle = (low + (high - low) / 2).replace(microsecond=0)
                low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
            yield _shift(zone, high, before)
        at = following


def _shift(zone: ZoneInfo, at: datetime, before: timedelta) -> Shift:
    local = at.astimezone(zone)
    is_summer = bool(local.dst())
    return Shift((at + before).replace(tzinfo=None), before, _offset(zone, at), local.tzname() or "", is_summer)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
