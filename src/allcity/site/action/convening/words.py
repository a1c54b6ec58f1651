"""A planning session in words: when, where, for whom, what lies on the table, and what a calendar says of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allcity.analysis.city import year_name
from allcity.declaration.framework import Section
from allcity.site.action import participants, readings
from allcity.site.action.convening import times
from allcity.site.action.models import AgendaItem, Invitee, PlanningSession
from allcity.site.action.readings import Shown
from allcity.site.cities.models import City
from allcity.site.conversations.people import name_of

LINK_BEFORE = timedelta(hours=24)
"""How long before it begins the link to join online is on the page of those who come."""
TONES = {"draft": "plain", "poll": "unknown", "called": "met", "held": "plain", "cancelled": "unmet"}
ANSWER_TONES = {"invited": "plain", "coming": "met", "waiting": "unknown", "declined": "unmet"}


def language() -> str:
    """The language of the moment."""
    return get_language() or "en"


def when(starts_at: datetime | None, ends_at: datetime | None, session: PlanningSession) -> str:
    """Day and hours on the clocks of the city, with the name of its time."""
    if starts_at is None or ends_at is None:
        return _("no date is set yet")
    begins, ends = times.here(session, starts_at), times.here(session, ends_at)
    return _("%(weekday)s, %(date)s, %(from)s to %(to)s (%(zone)s)") % {
        "weekday": date_format(begins, "l"),
        "date": date_format(begins, "DATE_FORMAT"),
        "from": date_format(begins, "TIME_FORMAT"),
        "to": date_format(ends, "TIME_FORMAT"),
        "zone": zone_of(begins),
    }


def zone_of(at: datetime) -> str:
    """What the time is called there, or by how much it differs from UTC where it has no name."""
    name = at.tzname() or ""
    return f"UTC{name.replace('-', '−')}" if name[:1] in "+-" else name


def when_of(session: PlanningSession) -> str:
    """When a session is."""
    return when(session.starts_at, session.ends_at, session)


def where(session: PlanningSession) -> str:
    """Place and address; that it is online, where that is all; empty where nothing is said."""
    place = ", ".join(part for part in (session.place_name, session.address) if part)
    if session.online_url:
        return _("%(place)s, or online") % {"place": place} if place else _("online")
    return place


def has_link(invitee: Invitee | None) -> bool:
    """Whether somebody is told the link to join online at all: those who come are."""
    return bool(invitee and invitee.state == Invitee.State.COMING)


def shows_link(session: PlanningSession, invitee: Invitee | None, now: datetime | None = None) -> bool:
    """Whether the link to join online is on somebody's page now: for those who come, from a day before until the end."""
    now = now or timezone.now()
    if not session.online_url or session.starts_at is None or session.ends_at is None or not has_link(invitee):
        return False
    called = session.state == PlanningSession.State.CALLED
    return called and session.starts_at - LINK_BEFORE <= now < session.ends_at


def for_calendar(session: PlanningSession, url: str, *, shows_link: bool) -> str:
    """What a calendar says of a session below its title."""
    parts = [session.purpose.strip()]
    if session.state == PlanningSession.State.CANCELLED:
        parts.append(_("Cancelled: %(reason)s") % {"reason": session.reason})
    if shows_link and session.online_url:
        parts.append(_("Join online: %(link)s") % {"link": session.online_url})
    parts.append(_("Everything about it: %(link)s") % {"link": url})
    return "\n\n".join(part for part in parts if part)


def address_of(invitee: Invitee) -> str:
    """Where mail reaches somebody who is asked; empty where it is forgotten."""
    return invitee.email or (invitee.user.email if invitee.user else "")


def called(invitee: Invitee, members: set[int]) -> str:
    """What somebody who is asked is called before coordinators. Of who has no role in the city only the address is known."""
    if invitee.user and (invitee.user_id in members or not invitee.email):
        return name_of(invitee.user)
    return invitee.name or invitee.email or _("somebody whose address is forgotten")


# --- What lies on the table ---


@dataclass(frozen=True)
class Finding:
    """A finding on the table: the city's figure, or a question of its self-examination in words."""

    title: str
    reading: Shown | None = None
    section: str = ""
    year: int | None = None
    year_name: str = ""


def findings_of(session: PlanningSession) -> list[Finding]:
    """The findings on the table. A figure that the city does not have now is left out, and a question that it dropped too."""
    found = []
    for told in session.findings if isinstance(session.findings, list) else []:
        one = _finding(session.city, told) if isinstance(told, Mapping) else None
        if one:
            found.append(one)
    return found


def _finding(city: City, told: Mapping[str, object]) -> Finding | None:
    if told.get("figure"):
        shown = readings.reading(city, str(told["figure"]))
        return Finding(shown.title, shown) if shown else None
    section = city.settings.framework.sections.get(str(told.get("section", "")))
    question = section.questions.get(str(told.get("question", ""))) if section else None
    if section is None or question is None:
        return None
    year = told.get("year")
    year = year if isinstance(year, int) else None
    return Finding(
        question.text.in_language(language()), None, section.id, year, year_name(year) if year is not None else ""
    )


def sections_of(city: City) -> list[Section]:
    """The sections of the city's framework by their number."""
    return sorted(city.settings.framework.sections.values(), key=lambda section: section.number)


def section_title(city: City, section: str) -> str:
    """The name of a section; its id where the city has it no more."""
    found = city.settings.framework.sections.get(section)
    return found.title.in_language(language()) if found else section


@dataclass(frozen=True)
class Planned:
    """A point of the agenda with the time on the clock at which it begins, where the session has one."""

    item: AgendaItem
    begins: str
    section: str
    reading: Shown | None


def agenda_of(session: PlanningSession) -> list[Planned]:
    """The agenda, with clock times and what is on the table at each point."""
    found = []
    at = session.starts_at
    for item in session.agenda.all():
        begins = date_format(times.here(session, at), "TIME_FORMAT") if at else ""
        section = section_title(session.city, item.section) if item.section else ""
        shown = readings.reading(session.city, item.figure_id) if item.figure_id else None
        found.append(Planned(item, begins, section, shown))
        at = at + timedelta(minutes=item.minutes) if at else None
    return found


def participant(city: City, id_: str) -> str:
    """The name of a type of participant."""
    return participants.title(city, id_) if id_ else ""
