"""What is done to surveys: they are opened and closed, questions are answered, and answers are handed in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.cities.domain import note_change
from allcity.site.cities.models import City
from allcity.site.directory.models import School
from allcity.site.needs.models import Handover, Reply, Said, Survey
from allcity.site.needs.survey.errors import SurveyClosedError
from allcity.site.needs.survey.questions import NOTHING, Given
from allcity.site.needs.survey.records import write_baseline, write_needs
from allcity.site.needs.survey.sheet import Sheet, SheetStep, given, sheet_of, who_said
from allcity.site.needs.survey.steps import adders
from allcity.site.needs.survey.tasks import tell_of_opening


@dataclass(frozen=True)
class Saying:
    """What somebody says to a question, with the version and the answer that their form began from."""

    given: Given
    version: int = 0
    began: Given = NOTHING


@dataclass(frozen=True)
class Conflict:
    """What somebody else answered meanwhile, and who that was."""

    theirs: Given
    who: str


@dataclass(frozen=True)
class Saved:
    """Which questions were saved, and which not because somebody else answered them otherwise meanwhile."""

    questions: list[str] = field(default_factory=list)
    conflicts: dict[str, Conflict] = field(default_factory=dict)


# --- The survey itself ---


@transaction.atomic
def open_survey(*, city: City, year: int, due_on: date, user: User, message: str = "", reminds: bool = True) -> Survey:
    """Open the survey of a school year, and tell every liaison. Raises ValidationError where there is one already."""
    if Survey.objects.of(city).filter(year=year).exists():
        raise ValidationError(_("There is a survey of this school year already."))
    survey: Survey = Survey.objects.create(
        city=city, year=year, due_on=due_on, opened_by=user, message=message.strip(), reminds=reminds
    )
    transaction.on_commit(partial(tell_of_opening.enqueue, survey.pk))
    return survey


def change_survey(*, survey: Survey, due_on: date, message: str, reminds: bool) -> Survey:
    """Have the survey be due on another day, say something else, or remind by itself or not."""
    survey.due_on, survey.message, survey.reminds = due_on, message.strip(), reminds
    survey.save(update_fields=["due_on", "message", "reminds"])
    return survey


def close_survey(*, survey: Survey) -> Survey:
    """Take no more answers. What was begun and not handed in stays, and can be handed in if the survey is reopened."""
    survey.closed_at = timezone.now()
    survey.save(update_fields=["closed_at"])
    return survey


def reopen_survey(*, survey: Survey) -> Survey:
    """Take answers again."""
    survey.closed_at = None
    survey.save(update_fields=["closed_at"])
    return survey


# --- Answers ---


@transaction.atomic
def save_answers(
    *,
    survey: Survey,
    school: School,
    sayings: Mapping[str, Saying],
    user: User | None = None,
    handover: Handover | None = None,
    confirm: bool = False,
) -> Saved:
    """Store what somebody changed of what their form began from; with `confirm` also what they left as it was before.

    Two who answer at once notice each other: where somebody else has answered a question otherwise since the form was
    made, it is left alone and told of. Raises SurveyClosedError.
    """
    _check_open(survey)
    wanted = {
        key: each for key, each in sayings.items() if each.given != each.began or (confirm and each.given.is_said)
    }
    if not wanted:
        return Saved()
    reply, _new = Reply.objects.get_or_create(city=survey.city, survey=survey, school=school)
    Reply.objects.select_for_update().get(pk=reply.pk)  # whoever answers at the same time waits
    rows = {row.question: row for row in reply.said.select_related("answered_by", "handover")}
    saved = Saved()
    for key, saying in wanted.items():
        row = rows.get(key)
        now = given(row)
        is_same = saying.given == saying.began
        if (now == saying.given and (row or not saying.given.is_said)) or (is_same and row):
            continue
        if row and row.version != saying.version:
            saved.conflicts[key] = Conflict(now, who_said(row))
            continue
        row = row or Said(reply=reply, question=key, version=0)
        row.value, row.is_unknown = saying.given.value, saying.given.is_unknown
        row.version += 1
        row.answered_by, row.handover = (None if handover else user), handover
        row.save()
        saved.questions.append(key)
    return saved


def confirm_step(*, sheet: Sheet, step: SheetStep, user: User) -> Saved:
    """Say that what is known from before of a step is still true. Raises SurveyClosedError."""
    sayings = {line.question.id: Saying(line.before, 0, line.before) for line in step.from_before}
    return save_answers(survey=sheet.survey, school=sheet.school, sayings=sayings, user=user, confirm=True)


@transaction.atomic
def hand_in(*, survey: Survey, school: School, user: User) -> Reply:
    """Write what was said to the school's baseline and needs, and to what other steps are about.

    Only what was said is written; "I don't know" makes a cell empty again. It can be done again until the survey is
    closed. Raises SurveyClosedError, or ValidationError where nothing was said.
    """
    _check_open(survey)
    reply = Reply.objects.select_for_update().filter(survey=survey, school=school).first()
    sheet = sheet_of(survey, school)
    if reply is None or not sheet.answered:
        raise ValidationError(_("Nothing is answered so far. Answer at least one question, then hand in."))
    write_baseline(sheet=sheet, user=user)
    write_needs(sheet=sheet, user=user)
    for adder in adders():
        adder.write(survey, school, {key: line.now for key, line in sheet.lines.items() if line.version}, user)
    reply.submitted_at, reply.submitted_by = timezone.now(), user
    reply.save(update_fields=["submitted_at", "submitted_by"])
    note_change(survey.city)
    return reply


def _check_open(survey: Survey) -> None:
    """Of a survey as it is now: it may have been closed since it was read."""
    if not Survey.objects.filter(pk=survey.pk, closed_at=None).exists():
        raise SurveyClosedError
