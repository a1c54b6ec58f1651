"""What is done to sessions: logged, changed, taken back, planned, confirmed, called off, and brought by a spreadsheet.

Each function finds for which party the person acts and locks the partnership, so that of two who write at once the second is
held to what the first wrote. All of what is sent is written, or none. Raises PermissionDenied for those who speak for no party
that may, and ValidationError by field.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allcity.analysis.city import year_of
from allcity.site.accounts.models import User
from allcity.site.needs.models import Need
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.answering import lock_needs, of_it
from allcity.site.partnerships.delivering.checks import Entry, Faults, Ground
from allcity.site.partnerships.delivering.gathering import gather
from allcity.site.partnerships.delivering.queries import BROUGHT, of_parties
from allcity.site.partnerships.models import Delivery, Event, Partnership, Schedule, Session, Side
from allcity.site.partnerships.parties import Party, parties_of

MOST_PLANNED = 400
"""Sessions of one plan."""
SIDES = (Side.ORGANIZATION, Side.SCHOOL)
"""Who logs sessions; a district's schools do it for it."""
_State = Session.State


@dataclass(frozen=True)
class Outcome:
    """The sessions that were written, and the needs that began to be answered by them."""

    sessions: Sequence[Session]
    begun: Sequence[Need] = ()


class TwiceError(ValidationError):
    """A session of that day is on record already. Whoever knows that this is another one says so."""

    def __init__(self, there: Session) -> None:
        self.there = there
        super().__init__(_("A session of this day is logged already. Is this another one?"))


class ChangedError(ValidationError):
    """Somebody else changed it meanwhile to what `now` says."""

    def __init__(self, now: Session) -> None:
        self.now = now
        super().__init__(_("Somebody changed this while you were writing. Look at both, and save what is right."))


class SessionsError(ValidationError):
    """Faults of some of several sessions, by whatever names each, so that none of them was written."""

    def __init__(self, faults: Mapping[Any, Faults]) -> None:
        self.faults = faults
        super().__init__(_("Nothing is written yet. Correct what is marked, and send it again."))


def loggers(partnership: Partnership, user: User) -> list[Party]:
    """The parties for which a person logs sessions."""
    return [party for party in parties_of(partnership, user) if party.side in SIDES]


@transaction.atomic
def log_session(
    *, partnership: Partnership, user: User, party: Party, entry: Entry, is_another: bool = False
) -> Outcome:
    """Log a session that was held, as one party tells it. Raises TwiceError where its day has one, unless this is another."""
    found = _begin(partnership, user, party)
    if faults := Ground.of(found, [entry.date]).check(entry, account_of(party)):
        raise ValidationError(dict(faults))
    session = _session(found, party, entry, user)
    alike = Session.objects.filter(
        partnership=found, state=_State.HELD, account=session.account, organization=session.organization,
        school=session.school, contribution=session.contribution, date=session.date,
    )  # fmt: skip
    if not is_another and (there := alike.first()):
        raise TwiceError(there)
    session.save()
    return Outcome([session], _added(found, [session], user, party))


@transaction.atomic
def change_session(*, session: Session, user: User, entry: Entry, seen: datetime | None = None) -> Outcome:
    """Say otherwise what was held. `seen` is when the version was told that the person began from.

    Raises ChangedError where somebody changed it since; sent again with the time of that version, theirs counts.
    """
    found, party = _own(session, user)
    if found.state != _State.HELD:
        raise ValidationError(_("Only what was held can be changed."))
    if seen is not None and found.told_at != seen and not _says(found, entry):
        raise ChangedError(found)
    if _says(found, entry):
        return Outcome([found])
    ground = Ground.of(found.partnership, [entry.date], but=[found.pk])
    if faults := ground.check(entry, found.account):
        raise ValidationError(dict(faults))
    before, days = told(found), [found.date, entry.date]
    for name in _TOLD:
        setattr(found, name, getattr(entry, name))
    found.told_by = user
    found.save()
    _note(found.partnership, "session-changed", user, party, {"session": str(found.public_id), "before": before})
    return Outcome([found], _gathered(found.partnership, days, user))


@transaction.atomic
def take_back(*, session: Session, user: User) -> Partnership:
    """Remove a session that one's own side told of. What it said stays in the partnership's history."""
    found, party = _own(session, user)
    partnership = found.partnership
    _note(partnership, "session-taken-back", user, party, {"before": told(found)})
    found.delete()
    if found.state == _State.HELD:
        _gathered(partnership, [found.date], user)
    return partnership


# --- Plans


@transaction.atomic
def plan(
    *,
    partnership: Partnership,
    user: User,
    party: Party,
    entry: Entry,
    days: Collection[str],
    last_day: date,
    every_weeks: int = 1,
) -> Schedule:
    """Plan sessions on days of the week, as codes mo to su, from the entry's day on. Each waits to be confirmed."""
    found = _begin(partnership, user, party)
    dates = _dates(entry.date, last_day, days, every_weeks)
    _check_plan(found, entry, dates, last_day)
    schedule: Schedule = Schedule.objects.create(
        city=found.city,
        partnership=found,
        account=account_of(party),
        organization=_organization(party, entry),
        school=_school(party, entry),
        contribution=entry.contribution,
        days=[day for day in DAYS if day in days],
        every_weeks=every_weeks,
        first_day=entry.date,
        last_day=last_day,
        hours=entry.hours,
        students=entry.students,
        certified_teacher=entry.certified_teacher,
        made_by=user,
    )
    planned = []
    for day in dates:
        session = _session(found, party, entry, user)
        session.date, session.state, session.schedule = day, _State.PLANNED, schedule
        planned.append(session)
    Session.objects.bulk_create(planned)
    _note(found, "sessions-planned", user, party, {"number": len(planned)})
    return schedule


@transaction.atomic
def end_plan(*, schedule: Schedule, user: User) -> int:
    """Take what is still to come off a plan. What has passed still waits to be confirmed. Gives how many went."""
    found = _locked(schedule.partnership)
    now: Schedule = Schedule.objects.select_for_update(of=("self",)).get(pk=schedule.pk)
    party = party_of(found, now, user)
    coming = Session.objects.filter(schedule=now, state=_State.PLANNED, date__gt=today_in(found.city))
    number: int = coming.delete()[0]
    if now.ended_at is None:
        now.ended_at = timezone.now()
        now.save(update_fields=["ended_at"])
        _note(found, "plan-ended", user, party, {"number": number})
    return number


@transaction.atomic
def confirm_planned(*, partnership: Partnership, user: User, numbers: Mapping[UUID, Mapping[str, Any]]) -> Outcome:
    """Say that planned sessions took place, each with what differs: hours, students, amount, certified_teacher.

    What was confirmed or called off meanwhile stays as it is. Raises SessionsError by the session's public id.
    """
    found = _locked(partnership)
    planned = _planned(found, numbers, user)
    ground = Ground.of(found, [each.date for each in planned])
    faults: dict[UUID, Faults] = {}
    for session in planned:
        for name, value in numbers[session.public_id].items():
            setattr(session, name, value)
        if wrong := ground.check(_entry(session), session.account):
            faults[session.public_id] = wrong
        session.state, session.told_by, session.told_at = _State.HELD, user, timezone.now()
    if faults:
        raise SessionsError(faults)
    Session.objects.bulk_update(
        planned, ["state", "told_by", "told_at", "hours", "students", "amount", "certified_teacher"], batch_size=200
    )
    if not planned:
        return Outcome([])
    return Outcome(planned, _added(found, planned, user, party_of(found, planned[0], user)))


@transaction.atomic
def call_off(*, partnership: Partnership, user: User, sessions: Collection[UUID]) -> int:
    """Say that planned sessions did not take place, or will not. Gives how many there were."""
    planned = _planned(_locked(partnership), sessions, user)
    rows = Session.objects.filter(pk__in=[each.pk for each in planned])
    return int(rows.update(state=_State.CALLED_OFF, told_by=user, told_at=timezone.now()))


# --- Spreadsheets


def new_among(partnership: Partnership, party: Party, entries: Sequence[Entry]) -> list[int]:
    """The places in a list of those that are not on record yet: of two that are alike, one of which is, one is new."""
    there = Counter(
        Session.objects.filter(partnership=partnership, account=account_of(party), state=_State.HELD).values_list(
            "date", "hours", "students", "contribution", "organization", "school"
        )
    )
    new = []
    for place, entry in enumerate(entries):
        said = (entry.date, entry.hours, entry.students, entry.contribution)
        key = (*said, _organization(party, entry).pk, getattr(_school(party, entry), "pk", None))
        if there[key]:
            there[key] -= 1
        else:
            new.append(place)
    return new


def check_entries(partnership: Partnership, party: Party, entries: Mapping[int, Entry]) -> dict[int, Faults]:
    """What is wrong with several entries together, by whatever number each has."""
    ground = Ground.of(partnership, [entry.date for entry in entries.values()])
    found = {number: ground.check(entry, account_of(party)) for number, entry in entries.items()}
    return {number: faults for number, faults in found.items() if faults}


@transaction.atomic
def bring(*, partnership: Partnership, user: User, party: Party, entries: Sequence[Entry]) -> Outcome:
    """Log many sessions at once; those that are on record already are left out. They can be taken back together.

    Raises SessionsError by the place in the list.
    """
    found = _begin(partnership, user, party)
    chosen = {place: entries[place] for place in new_among(found, party, entries)}
    if faults := check_entries(found, party, chosen):
        raise SessionsError(faults)
    sessions = Session.objects.bulk_create([_session(found, party, entry, user) for entry in chosen.values()])
    if not sessions:
        return Outcome([])
    values = {"number": len(sessions), "sessions": [str(each.public_id) for each in sessions]}
    _note(found, BROUGHT, user, party, values)
    return Outcome(sessions, _added(found, sessions, user, party))


@transaction.atomic
def undo_bring(*, event: Event, user: User) -> int:
    """Take back what a spreadsheet brought, as far as it is still there and unchanged by hand. Gives how many went."""
    found = _locked(event.partnership)
    rows = Session.objects.filter(
        of_parties(loggers(found, user)), partnership=found, public_id__in=event.values["sessions"]
    ).select_related("organization", "school")
    changed = Event.objects.filter(partnership=found, step="session-changed", pk__gt=event.pk)
    by_hand = {each.values["session"] for each in changed}
    going = [each for each in rows if str(each.public_id) not in by_hand]
    Session.objects.filter(pk__in=[each.pk for each in going]).delete()
    if going:
        values = {"number": len(going), "before": [told(each) for each in going]}
        _note(found, "sessions-undone", user, party_of(found, going[0], user), values)
        _gathered(found, [each.date for each in going], user)
    return len(going)


def erase(user: User) -> None:
    """Take the person's name off what they logged and planned, which stays."""
    Session.objects.filter(told_by=user).update(told_by=None)
    Schedule.objects.filter(made_by=user).update(made_by=None)


# --- Parts of these

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_TOLD = ("date", "hours", "students", "amount", "certified_teacher", "contribution", "organization", "school")


def account_of(party: Party) -> str:
    """Whose account a party tells."""
    return Delivery.Account.ORGANIZATION if party.side == Side.ORGANIZATION else Delivery.Account.SCHOOL


def told(session: Session) -> dict[str, Any]:
    """What a session says, as a history keeps it."""
    values = {name: getattr(session, name) for name in ("hours", "students", "amount", "certified_teacher")}
    places = {"organization": session.organization.key, "school": session.school and session.school.key}
    said = {"date": session.date.isoformat(), "contribution": session.contribution}
    return {**said, "account": session.account, "state": str(session.state), **places, **values}


def _locked(partnership: Partnership) -> Partnership:
    rows: Any = Partnership.objects.select_for_update(of=("self",)).select_related("city")
    found: Partnership = rows.prefetch_related("organizations", "schools", "districts").get(pk=partnership.pk)
    if found.stage in (Partnership.Stage.DRAFT, Partnership.Stage.DROPPED):
        raise ValidationError(_("This partnership is not agreed yet. Sign the agreement first."))
    lock_needs(of_it(found))
    return found


def _begin(partnership: Partnership, user: User, party: Party) -> Partnership:
    found = _locked(partnership)
    if party not in loggers(found, user):
        raise PermissionDenied
    return found


def _own(session: Session, user: User) -> tuple[Session, Party]:
    """The session under a lock, and the party for which the person may change it."""
    partnership = _locked(session.partnership)
    found = (
        Session.objects.select_for_update(of=("self",)).select_related("organization", "school").filter(pk=session.pk)
    )
    now: Session | None = found.first()
    if now is None:
        raise ValidationError(_("Somebody has taken this back meanwhile."))
    now.partnership = partnership
    return now, party_of(partnership, now, user)


def party_of(partnership: Partnership, of: Session | Schedule, user: User) -> Party:
    """The party that tells of something, if the person speaks for it. Raises PermissionDenied."""
    place = of.organization if of.account == Delivery.Account.ORGANIZATION else of.school
    for party in loggers(partnership, user):
        if party.place == place:
            return party
    raise PermissionDenied


def _planned(partnership: Partnership, sessions: Iterable[UUID], user: User) -> list[Session]:
    """Of some sessions those that are planned still, under a lock. Raises PermissionDenied where one is another party's."""
    rows = Session.objects.select_for_update(of=("self",)).select_related("organization", "school")
    found = list(rows.filter(partnership=partnership, public_id__in=list(sessions)).order_by("date", "pk"))
    places = {(account_of(party), party.place) for party in loggers(partnership, user)}
    for each in found:
        place = each.organization if each.account == Delivery.Account.ORGANIZATION else each.school
        if (each.account, place) not in places:
            raise PermissionDenied
    return [each for each in found if each.state == _State.PLANNED]


def _organization(party: Party, entry: Entry) -> Any:
    return party.place if party.side == Side.ORGANIZATION else entry.organization


def _school(party: Party, entry: Entry) -> Any:
    return party.place if party.side == Side.SCHOOL else entry.school


def _session(partnership: Partnership, party: Party, entry: Entry, user: User) -> Session:
    """What an entry is as a session of the party's, not saved yet."""
    return Session(
        city=partnership.city,
        partnership=partnership,
        account=account_of(party),
        told_by=user,
        told_at=timezone.now(),
        **{name: getattr(entry, name) for name in _TOLD if name not in ("organization", "school")},
        organization=_organization(party, entry),
        school=_school(party, entry),
    )


def _entry(session: Session) -> Entry:
    """What a session says. Without hours it says 0, which is asked about."""
    return Entry(**{name: getattr(session, name) for name in _TOLD} | {"hours": session.hours or 0})


def _says(session: Session, entry: Entry) -> bool:
    return all(getattr(session, name) == getattr(entry, name) for name in _TOLD)


def _dates(first: date, last: date, days: Collection[str], every_weeks: int) -> list[date]:
    monday = first - timedelta(days=first.weekday())
    every = (first + timedelta(days=number) for number in range(min((last - first).days, 1000) + 1))
    return [day for day in every if DAYS[day.weekday()] in days and ((day - monday).days // 7) % every_weeks == 0]


def _check_plan(partnership: Partnership, entry: Entry, dates: Sequence[date], last_day: date) -> None:
    end = partnership.end_date or partnership.planned_end_date
    errors: dict[str, str] = {}
    if last_day < entry.date:
        errors["last_day"] = _("The last day is before the first. Correct one of them.")
    elif not dates:
        errors["days"] = _("None of these days of the week is in that time. Choose others, or a later last day.")
    elif len(dates) > MOST_PLANNED:
        errors["last_day"] = _("That is more than %(number)s sessions. Plan one school year at a time.") % {
            "number": MOST_PLANNED
        }
    if entry.date < partnership.start_date:
        errors["date"] = _("The partnership begins on %(day)s. Correct the day.") % {
            "day": date_format(partnership.start_date)
        }
    if end and last_day > end:
        errors["last_day"] = _("Its last day is %(day)s. Choose that day or an earlier one.") % {
            "day": date_format(end)
        }
    ground = Ground(partnership, [])
    faults = ground.check(entry, "")
    errors |= {name: words for name, words in faults.items() if name != "date"}
    if errors:
        raise ValidationError(errors)


def _added(partnership: Partnership, sessions: Sequence[Session], user: User, party: Party) -> list[Need]:
    """What follows from sessions that were held: the first is noted, and what they sum up to is made anew."""
    if not partnership.events.filter(step="first-session").exists():
        _note(partnership, "first-session", user, party, {})
    return _gathered(partnership, [session.date for session in sessions], user)


def _gathered(partnership: Partnership, days: Iterable[date], user: User) -> list[Need]:
    return gather(partnership=partnership, years={year_of(day) for day in days}, user=user)


def _note(partnership: Partnership, step: str, user: User, party: Party, values: Mapping[str, Any]) -> None:
    said = {"place": party.name, **values}
    Event.objects.create(partnership=partnership, step=step, by=user, side=party.side, values=said)
