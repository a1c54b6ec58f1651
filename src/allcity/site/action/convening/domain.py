"""Planning sessions: from a purpose to a date and a call, and calling off. Times are told in the zone of the city.

A draft is seen by coordinators alone. Looking for a date, or calling it, tells all who are asked; from then on whatever
calendars show raises `sequence`, and everybody whose calendar was told of an older one is told again.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.action.convening import answering, checks, inviting, times
from allcity.site.action.convening.checks import Point
from allcity.site.action.convening.firsts import FIRSTS
from allcity.site.action.convening.locking import locked
from allcity.site.action.convening.marks import marks_passed
from allcity.site.action.convening.tasks import tell_all
from allcity.site.action.convening.threads import note_planned
from allcity.site.action.models import AgendaItem, PlanningSession, PollDate, Series
from allcity.site.cities.models import City
from allcity.site.conversations.models import Thread

State = PlanningSession.State
CHANGEABLE = (
    "title", "purpose", "language", "audience", "section", "findings", "starts_at", "ends_at", "place_name", "address",
    "online_url", "languages", "interpretation", "childcare", "access", "capacity",
)  # fmt: skip
IN_CALENDARS = {"title", "purpose", "starts_at", "ends_at", "place_name", "address", "online_url"}
"""What calendars show: people are told when it changes."""
OVER = (State.HELD, State.CANCELLED)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Of which the code at the door is made: none that looks like another."""
LONGEST_REASON = 2000


# --- Planning ---


@transaction.atomic
def plan_session(
    *,
    city: City,
    user: User,
    title: str,
    purpose: str = "",
    section: str = "",
    findings: Iterable[Any] = (),
    thread: Thread | None = None,
    template: str = "",
    audience: str = "invited",
    language: str = "",
) -> PlanningSession:
    """Begin to plan a session. `findings` are ids of figures, or what `checks.findings` takes.

    A `template` is one of `firsts.FIRSTS`: it gives title and purpose where none are said, and an agenda.
    """
    language = language or translation.get_language() or "en"
    first = FIRSTS.get(template)
    said = {"title": title, "purpose": purpose, "section": section, "findings": findings, "audience": audience}
    with translation.override(language):
        if first:
            said["title"] = title or str(first.title)
            said["purpose"] = purpose or str(first.purpose)
            said["findings"] = [*findings, *first.findings]
        agenda = [
            Point(str(point.title), point.minutes, section=point.section, figure_id=point.figure_id)
            for point in (first.agenda if first else ())
        ]
    session = PlanningSession.objects.create(
        city=city,
        made_by=user,
        thread=thread,
        template=template if first else "",
        language=language,
        time_zone=str(times.zone_of(city)),
        code=_code(),
        **checks.values(city, said),
    )
    if agenda:
        _write_agenda(session, checks.agenda(agenda))
    note_planned(session, user)
    return session


@transaction.atomic
def change_session(*, session: PlanningSession, user: User, **said: Any) -> PlanningSession:  # noqa: ARG001 - writes take who does it
    """Change what is said of a session, by name of its field. A time that changes may not be past.

    Where it has been called, all who do not decline are told of what their calendars show; more places are given at once to
    those who wait.
    """
    if unknown := set(said) - set(CHANGEABLE):
        raise TypeError(f"Nobody changes {unknown} of a session.")
    found = _open(session)
    checked = checks.values(found.city, said)
    changed = {name for name, value in checked.items() if getattr(found, name) != value}
    for name in changed:
        setattr(found, name, checked[name])
    if {"starts_at", "ends_at"} & changed:
        _check_times(found, was_called=found.state == State.CALLED)
    if changed & IN_CALENDARS and found.state == State.CALLED:
        found.sequence += 1
        if "starts_at" in changed:
            found.told = marks_passed(found)
    found.save()
    if found.state == State.CALLED:
        if "capacity" in changed:
            answering.promote(found)
        if changed & IN_CALENDARS:
            tell_all(found)
    return found


@transaction.atomic
def set_agenda(*, session: PlanningSession, user: User, points: Sequence[Point]) -> PlanningSession:  # noqa: ARG001
    """Give a session this agenda, in this order. Points that stay keep what was noted under them.

    Raises ValidationError where it takes longer than the session, with both numbers.
    """
    found = _open(session)
    kept = checks.agenda(points)
    checks.fits(sum(point.minutes for point in kept), found.starts_at, found.ends_at)
    _write_agenda(found, kept)
    return found


# --- A date ---


@transaction.atomic
def propose_dates(
    *,
    session: PlanningSession,
    user: User,  # noqa: ARG001
    dates: Iterable[tuple[datetime, datetime]],
) -> PlanningSession:
    """Ask all who are invited which of these dates suit them. What was answered to a date that stays is kept."""
    found = _open(session)
    if found.state == State.CALLED:
        raise ValidationError(_("It has a date already. Change its time, and everybody is told."))
    wanted = sorted(dict(dates).items())
    if not wanted:
        raise ValidationError(_("Propose at least one date."))
    if len(wanted) > checks.MOST_DATES:
        raise ValidationError(_("Propose at most %(number)s dates.") % {"number": checks.MOST_DATES})
    there = {date.starts_at: date for date in found.dates.all()}
    minutes = _agenda_minutes(found)
    for starts_at, ends_at in wanted:
        if starts_at not in there:
            times.check_times(starts_at, ends_at)
        elif ends_at <= starts_at:
            raise ValidationError({"ends_at": _("It ends before it starts. Choose a later end.")})
        checks.fits(minutes, starts_at, ends_at)
    found.dates.exclude(starts_at__in=[starts_at for starts_at, _ends_at in wanted]).delete()
    for starts_at, ends_at in wanted:
        PollDate.objects.update_or_create(session=found, starts_at=starts_at, defaults={"ends_at": ends_at})
    is_new = {starts_at for starts_at, _ends_at in wanted} - set(there)
    if found.state == State.POLL and is_new:
        found.sequence += 1
    found.state = State.POLL
    found.save()
    tell_all(found)
    return found


@transaction.atomic
def choose_date(*, session: PlanningSession, user: User, poll_date: PollDate) -> PlanningSession:
    """Take one of the proposed dates, and call the session for it."""
    found = _open(session)
    if found.state != State.POLL or poll_date.session_id != found.pk:
        raise ValidationError(_("No date is looked for. Open the page anew."))
    times.check_times(poll_date.starts_at, poll_date.ends_at)
    found.starts_at, found.ends_at = poll_date.starts_at, poll_date.ends_at
    found.save()
    return call_session(session=found, user=user)


# --- Calling it, and calling it off ---


@transaction.atomic
def call_session(*, session: PlanningSession, user: User) -> PlanningSession:  # noqa: ARG001
    """Ask everybody who is invited to come. Who may see it does so from now on."""
    found = _open(session)
    if found.state == State.CALLED:
        return found
    if found.starts_at is None or found.ends_at is None:
        raise ValidationError(_("Set day and time first, or propose dates."))
    _check_times(found, was_called=False)
    if not (found.place_name or found.address or found.online_url):
        raise ValidationError(_("Say where it takes place first: a place, or a link to join online."))
    if found.state == State.POLL:
        found.sequence += 1
    found.state = State.CALLED
    found.told = marks_passed(found)
    found.save()
    tell_all(found)
    return found


@transaction.atomic
def cancel_session(*, session: PlanningSession, user: User, reason: str) -> PlanningSession:  # noqa: ARG001
    """Call a session off, and tell why all who were asked."""
    found = _open(session)
    reason = reason.replace("\x00", "").strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise ValidationError({"reason": _("Say in a few words why, for those who were asked.")})
    found.state, found.reason = State.CANCELLED, reason
    found.sequence += 1
    found.save()
    tell_all(found)
    return found


@transaction.atomic
def discard_session(*, session: PlanningSession, user: User) -> None:  # noqa: ARG001
    """Remove a draft of which nobody was told."""
    found = locked(session)
    if found.state != State.DRAFT:
        raise ValidationError(_("People know of it. Cancel it and say why instead."))
    found.delete()


# --- Series ---


@transaction.atomic
def plan_series(*, session: PlanningSession, user: User, every: int, unit: str, until: date) -> list[PlanningSession]:
    """Plan the same session again every so many weeks, or months on the same weekday, until a day: drafts of their own.

    They have its agenda, places and the people who are asked, and the same hour on the clock all year. Gives the new ones.
    """
    found = _open(session)
    if found.starts_at is None or found.ends_at is None:
        raise ValidationError(_("Set day and time of the first session, then how it comes again."))
    if found.series_id:
        raise ValidationError(_("It belongs to a series already."))
    if unit not in Series.Unit.values or not 1 <= every <= times.MOST_OF_SERIES:
        raise ValidationError({"every": _("Choose every how many weeks or months.")})
    zone = ZoneInfo(found.time_zone)
    days = []
    for day in times.days_after(times.here(found, found.starts_at).date(), every=every, unit=unit, until=until):
        days.append(day)
        if len(days) >= times.MOST_OF_SERIES:
            raise ValidationError(
                {
                    "until": _("That makes more than %(number)s sessions. Choose an earlier last day.")
                    % {"number": times.MOST_OF_SERIES}
                }
            )
    if not days:
        raise ValidationError({"until": _("No other session falls before that day. Choose a later one.")})
    found.series = Series.objects.create(city=found.city, every=every, unit=unit, until=until)
    found.save()
    took = found.ends_at - found.starts_at
    return [_again(found, user, times.same_hour(day, found.starts_at, zone), took) for day in days]


def _again(session: PlanningSession, user: User, starts_at: datetime, took: Any) -> PlanningSession:
    names = [name for name in CHANGEABLE if name not in ("starts_at", "ends_at")]
    made: PlanningSession = PlanningSession.objects.create(
        city=session.city,
        made_by=user,
        series=session.series,
        thread=session.thread,
        template=session.template,
        time_zone=session.time_zone,
        code=_code(),
        starts_at=starts_at,
        ends_at=starts_at + took,
        **{name: getattr(session, name) for name in names},
    )
    points = session.agenda.all()
    _write_agenda(
        made, [Point(point.title, point.minutes, point.lead, point.section, point.figure_id) for point in points]
    )
    inviting.ask_again(session, made, user)
    return made


# --- Parts of these ---


def _open(session: PlanningSession) -> PlanningSession:
    """The session, locked. Raises ValidationError where it is over."""
    found = locked(session)
    if found.state == State.CANCELLED:
        raise ValidationError(_("It was cancelled. Plan a new one."))
    if found.state == State.HELD or (
        found.state == State.CALLED and found.ends_at is not None and found.ends_at <= timezone.now()
    ):
        raise ValidationError(_("It took place already. Plan a new one."))
    return found


def _check_times(session: PlanningSession, *, was_called: bool) -> None:
    """Refuse times that cannot be, or in which the agenda does not fit."""
    if session.starts_at is None or session.ends_at is None:
        if was_called:
            raise ValidationError({"starts_at": _("People know when it is. Change the time, or cancel it.")})
        return
    times.check_times(session.starts_at, session.ends_at)
    checks.fits(_agenda_minutes(session), session.starts_at, session.ends_at)


def _agenda_minutes(session: PlanningSession) -> int:
    return session.agenda.aggregate(all=Sum("minutes"))["all"] or 0


def _write_agenda(session: PlanningSession, points: Sequence[Point]) -> None:
    there = {item.pk: item for item in session.agenda.all()}
    removed = session.agenda.exclude(pk__in=[point.number for point in points if point.number])
    if noted := removed.exclude(notes="").first():
        raise ValidationError(
            _("“%(point)s” has notes already. Leave it on the agenda, or move its notes first.")
            % {"point": noted.title}
        )
    removed.delete()
    for position, point in enumerate(points):
        item = there.pop(point.number, None) if point.number else None
        item = item or AgendaItem(session=session)
        item.position, item.title, item.minutes, item.lead = position, point.title, point.minutes, point.lead
        item.section, item.figure_id = point.section, point.figure_id
        item.save()


def _code() -> str:
    return "".join(secrets.choice(LETTERS) for _letter in range(8))
