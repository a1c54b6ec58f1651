"""What is done in check-ins: a party or a teacher answers a round, or changes what it said.

Each function locks the partnership, so that of two who answer at once for the same party the second is told.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.analysis import city as analysis
from allcity.site.accounts.models import User
from allcity.site.cities.domain import note_change
from allcity.site.cities.models import public_id
from allcity.site.directory.domain import source_of_people
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.checking import queries, telling
from allcity.site.partnerships.checking.queries import Said
from allcity.site.partnerships.checking.rounds import is_open, takes_teachers
from allcity.site.partnerships.models import CheckIn, Event, Partnership, Round, Side, Teacher
from allcity.site.partnerships.parties import Party, parties_of

CHANGES = timedelta(days=14)
"""So long after it was written an answer can be changed."""
_STEM = 100


@dataclass(frozen=True)
class Saying:
    """What somebody says in a check-in. `progress` is by the goal's number; what is left out is not known."""

    progress: Mapping[int, int] = field(default_factory=dict)
    communication: int | None = None
    recognizes: str = ""
    helps: str = ""
    hinders: str = ""
    next_step: str = ""
    serves: str = ""

    @property
    def words(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "progress"}

    @property
    def says_something(self) -> bool:
        return bool(self.progress) or any(self.words.values())


class CheckInConflictError(ValidationError):
    """Somebody has answered for the same party meanwhile. `now` is what it says."""

    def __init__(self, now: Said | None) -> None:
        super().__init__(_("Somebody else has answered meanwhile. See both, and save again to keep yours."))
        self.now = now


@transaction.atomic
def check_in(*, due: Round, party: Party, user: User, saying: Saying, version: int = 0) -> CheckIn:
    """Answer a round for a party, or change what it said; `version` is that of the answer which the change began from.

    Raises PermissionDenied for those who do not speak for the party, CheckInConflictError, and ValidationError where the
    round is closed, nothing was said, or it is too late for a change.
    """
    partnership = _locked(due.partnership)
    if party.side == Side.DISTRICT or party not in parties_of(partnership, user):
        raise PermissionDenied
    one = _fresh(due, partnership)
    today = today_in(partnership.city)
    before = next((said for said in _said(one) if said.is_of(party)), None)
    _check(saying, before, version, is_open=is_open(one, today))
    place = {"organization": party.place} if party.side == Side.ORGANIZATION else {"school": party.place}
    first = _write(one, before, saying, today, side=party.side, by=user, **place)
    step = "check-in-changed" if before else "checked-in"
    _note(one, step, party.side, party.name, user)
    _close_when_answered(one, user)
    note_change(partnership.city)
    return first


@transaction.atomic
def teacher_checks_in(*, due: Round, teacher: Teacher, saying: Saying, version: int = 0) -> CheckIn:
    """The same for a teacher, by the link. Raises ValidationError."""
    partnership = _locked(due.partnership)
    teacher = Teacher.objects.select_related("school").get(pk=teacher.pk)
    if teacher.ended_at or teacher.partnership_id != partnership.pk:
        raise ValidationError(_("This link has ended."))
    one = _fresh(due, partnership)
    today = today_in(partnership.city)
    before = queries.said_by_teacher(one, teacher)
    _check(saying, before, version, is_open=takes_teachers(one, today))
    first = _write(one, before, saying, today, side=CheckIn.Side.TEACHER, school=teacher.school, teacher=teacher)
    step = "teacher-check-in-changed" if before else "teacher-checked-in"
    _note(one, step, Side.SCHOOL, teacher.school.name, None)
    note_change(partnership.city)
    return first


def _locked(partnership: Partnership) -> Partnership:
    found: Partnership = (
        Partnership.objects.select_for_update(of=("self",)).select_related("city").get(pk=partnership.pk)
    )
    return found


def _fresh(one: Round, partnership: Partnership) -> Round:
    fresh: Round = Round.objects.get(pk=one.pk, partnership=partnership)
    fresh.partnership = partnership
    return fresh


def _said(one: Round) -> tuple[Said, ...]:
    return queries.said_in([one]).get(one.pk, ())


def _check(saying: Saying, before: Said | None, version: int, *, is_open: bool) -> None:
    if not saying.says_something:
        raise ValidationError(_("Nothing is answered so far. Answer at least one question."))
    if before is None and not is_open:
        raise ValidationError(_("This check-in is closed. Say it at the next one, or write to the other side."))
    if before and not may_change(before):
        raise ValidationError(_("What was said can be changed for two weeks. Say what is new at the next check-in."))
    if version != (before.version if before else 0):
        raise CheckInConflictError(before)


def may_change(said: Said, *, now: datetime | None = None) -> bool:
    """Whether what was said can still be changed."""
    written = said.first.written_at
    return written is not None and (now or timezone.now()) - written <= CHANGES


def _write(
    one: Round,
    before: Said | None,
    saying: Saying,
    today: date,
    **whose: Any,
) -> CheckIn:
    """Write the rows: one for each goal of which something is said, with the words in the first."""
    partnership = one.partnership
    pursued = {goal.pk: goal for goal in queries.goals_of(partnership, today)}
    if before:  # a goal may be dropped meanwhile: what was said of it stays
        pursued |= {row.goal.pk: row.goal for row in before.rows if row.goal}
    goals = [goal for pk, goal in pursued.items() if pk in saying.progress]
    stem = before.first.key.rpartition("-")[0] if before else f"{partnership.key[:_STEM]}-{uuid4().hex[:12]}"
    shared = {
        "city": partnership.city,
        "partnership": partnership,
        "round": one,
        "year": before.first.year if before else analysis.year_of(today),
        "date": before.first.date if before else today,
        "written_at": before.first.written_at if before else timezone.now(),
        "source": source_of_people(partnership.city, CheckIn.TABLE),
        "as_of": today,
        **whose,
    }
    earlier = [*before.first.before, _as_it_was(before)] if before else []
    rows = []
    for number, goal in enumerate(goals or [None], start=1):
        key = f"{stem}-{number}"
        words: dict[str, Any] = {**saying.words, "before": earlier} if number == 1 else dict.fromkeys(_TEXTS, "")
        words.setdefault("communication", None)
        row, _new = CheckIn.objects.update_or_create(
            city=partnership.city,
            key=key,
            defaults={
                **shared,
                "public_id": public_id(partnership.city.slug, CheckIn.TABLE, key),
                "goal": goal,
                "progress": saying.progress[goal.pk] if goal else None,
                **words,
            },
        )
        rows.append(row)
    if before:
        CheckIn.objects.filter(pk__in={row.pk for row in before.rows} - {row.pk for row in rows}).delete()
    return rows[0]


_TEXTS = ("recognizes", "helps", "hinders", "next_step", "serves")


def _as_it_was(said: Said) -> dict[str, Any]:
    """What was said, for the history of the answer."""
    return {
        "until": timezone.now().isoformat(),
        "progress": {row.goal.goal: row.progress for row in said.rows if row.goal},
        "communication": said.first.communication,
        **{name: getattr(said.first, name) for name in _TEXTS},
    }


def _note(one: Round, step: str, side: str, place: str, user: User | None) -> None:
    values = {"place": place, "day": one.due_on.isoformat()}
    Event.objects.create(partnership=one.partnership, step=step, by=user, side=side, values=values)


def _close_when_answered(one: Round, user: User) -> None:
    """Close a round as soon as every party has answered, and tell them."""
    among = queries.asked(one.partnership)
    said = _said(one)
    if one.closed_at is None and all(any(each.is_of(party) for each in said) for party in among):
        one.closed_at = timezone.now()
        one.save(update_fields=["closed_at"])
        telling.tell_answered(one.partnership, among, but=user)
