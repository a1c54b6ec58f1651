"""One school's survey: every question with what was said to it, by whom, and what was known before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Sum

from allcity.analysis.city import ALL
from allcity.site.cities.models import City
from allcity.site.directory.models import School, SchoolYear, StudentCount
from allcity.site.needs.models import Baseline, Handover, Need, Reply, Said, Survey
from allcity.site.needs.survey.questions import (
    BASELINE_FIELDS,
    CONTRIBUTIONS,
    DETAIL_FIELDS,
    DROP,
    EVERY_GRADE,
    MOVED,
    NOTHING,
    Given,
    Question,
    Step,
    detail,
    details,
    needed,
    own_music,
)
from allcity.site.needs.survey.steps import adders

SPOKEN = ("en", "es")


@dataclass(frozen=True)
class Line:
    """A question with what was said to it (`now`), by whom, and what was known `before`, of the school year `before_year`.

    `version` is 0 where nobody has said anything.
    """

    question: Question
    now: Given = NOTHING
    version: int = 0
    who: str = ""
    before: Given = NOTHING
    before_year: int = 0
    asked: str = ""
    """Who was asked by mail to answer it, and has not done so yet."""
    is_new: bool = False
    """Whether something was said to it that has not been handed in."""

    @property
    def shown(self) -> Given:
        """What a form begins with."""
        return self.now if self.version else self.before

    @property
    def is_from_before(self) -> bool:
        """Whether it has an answer of an earlier year that nobody has confirmed."""
        return not self.version and self.before.is_said

    @property
    def is_left(self) -> bool:
        """Whether nobody has answered it who could have."""
        return not self.now.is_said and not self.question.is_optional


@dataclass(frozen=True)
class SheetStep:
    step: Step
    lines: tuple[Line, ...]

    @property
    def asked(self) -> tuple[Line, ...]:
        """The questions that are asked, given what was said to those they depend on."""
        said = {line.question.id: line.now.value for line in self.lines}
        return tuple(
            line
            for line in self.lines
            if line.question.only_if is None or said.get(line.question.only_if[0]) == line.question.only_if[1]
        )

    @property
    def counted(self) -> tuple[Line, ...]:
        return tuple(line for line in self.asked if not line.question.is_optional)

    @property
    def answered(self) -> int:
        return sum(line.now.is_said for line in self.counted)

    @property
    def left(self) -> tuple[Line, ...]:
        return tuple(line for line in self.asked if line.is_left)

    @property
    def from_before(self) -> tuple[Line, ...]:
        return tuple(line for line in self.asked if line.is_from_before)

    @property
    def waits_for(self) -> list[str]:
        """Who was asked to help with a question of the step, and has not answered it."""
        return list(dict.fromkeys(line.asked for line in self.lines if line.asked and not line.now.is_said))


@dataclass(frozen=True)
class Sheet:
    """All steps of a school's survey. `students` is how many the school has in the year, None where it is not known.

    `chosen` are the contributions that the school says it needs, None where it has not said.
    """

    survey: Survey
    school: School
    reply: Reply | None
    students: int | None
    chosen: tuple[str, ...] | None
    steps: tuple[SheetStep, ...]

    @cached_property
    def lines(self) -> Mapping[str, Line]:
        return {line.question.id: line for each in self.steps for line in each.lines}

    def find(self, step: str) -> SheetStep | None:
        return next((each for each in self.steps if each.step.id == step), None)

    def after(self, step: str) -> SheetStep | None:
        """The step after this one that asks something."""
        place = next(index for index, each in enumerate(self.steps) if each.step.id == step)
        return next((each for each in self.steps[place + 1 :] if each.lines), None)

    @property
    def first_left(self) -> SheetStep | None:
        return next((each for each in self.steps if each.left), None)

    @property
    def left(self) -> int:
        return sum(len(each.left) for each in self.steps)

    @property
    def answered(self) -> int:
        return sum(each.answered for each in self.steps)

    @property
    def asked(self) -> int:
        return sum(len(each.counted) for each in self.steps)

    @property
    def is_changed(self) -> bool:
        """Whether something was said after it was handed in."""
        if not self.reply or not self.reply.submitted_at:
            return False
        handed_in = self.reply.submitted_at
        return any(said.answered_at > handed_in for said in self.reply.said.all())


def sheet_of(survey: Survey, school: School) -> Sheet:
    """A school's survey, in a number of queries that does not grow with its answers."""
    city, year = survey.city, survey.year
    reply = (
        Reply.objects.filter(survey=survey, school=school)
        .select_related("submitted_by")
        .prefetch_related("said__answered_by", "said__handover", "handovers")
        .first()
    )
    said = {each.question: each for each in reply.said.all()} if reply else {}
    grades = SchoolYear.objects.filter(school=school, year=year).values_list("grades", flat=True).first() or []
    needs = _needs_before(survey, school)
    before = {**_music_before(survey, school), **_details_before(needs)}
    further = [each.ask(survey, school) for each in adders()]
    before |= {question: (given, year) for each in further for question, given in each.known.items()}
    unused = [code for code in needs if code not in city.settings.framework.contributions]
    if CONTRIBUTIONS in before:
        codes, of = before[CONTRIBUTIONS]
        before[CONTRIBUTIONS] = (Given([code for code in codes.value if code not in unused]), of)
    chosen = _chosen(city, said, before)
    for old in unused:  # what a need was moved to begins with its details
        new = given(said.get(f"{MOVED}{old}")).value
        for name in DETAIL_FIELDS if new in chosen else ():
            if detail(old, name) in before:
                before.setdefault(detail(new, name), before[detail(old, name)])
    spoken = {code for need in needs.values() for code in need.languages} | _codes_said(said, ".languages")
    steps = [
        *own_music(city, grades),
        *(each.step for each in further),
        needed(city, unused),
        details(city, grades, chosen, (*SPOKEN, *sorted(spoken))),
    ]
    waiting = _waiting(reply)
    handed_in = reply.submitted_at if reply else None
    return Sheet(
        survey=survey,
        school=school,
        reply=reply,
        students=students_of(school, year),
        chosen=chosen if given(said.get(CONTRIBUTIONS)).value is not None else None,
        steps=tuple(
            SheetStep(step, tuple(_line(question, said, before, waiting, handed_in) for question in step.questions))
            for step in steps
        ),
    )


def given(said: Said | None) -> Given:
    """What a stored answer says."""
    return Given(said.value, said.is_unknown) if said else NOTHING


def who_said(said: Said) -> str:
    """The name of whoever gave an answer: by a link in a mail, or signed in."""
    if said.handover:
        return said.handover.name
    return said.answered_by.get_full_name() if said.answered_by else ""


def students_of(school: School, year: int) -> int | None:
    """How many students the school has in a year, None where it is not known."""
    counts = StudentCount.objects.filter(school=school, year=year, group=None)
    total = counts.filter(grade=ALL).values_list("students", flat=True).first()
    return counts.aggregate(Sum("students"))["students__sum"] if total is None else total


def _line(
    question: Question,
    said: Mapping[str, Said],
    before: Mapping[str, tuple[Given, int]],
    waiting: Mapping[str, str],
    handed_in: datetime | None,
) -> Line:
    was, year = before.get(question.id, (NOTHING, 0))
    one = said.get(question.id)
    if one is None:
        return Line(question, before=was, before_year=year, asked=waiting.get(question.id, ""))
    asked = waiting.get(question.id, "")
    is_new = handed_in is None or one.answered_at > handed_in
    return Line(question, given(one), one.version, who_said(one), was, year, asked, is_new)


def _chosen(city: City, said: Mapping[str, Said], before: Mapping[str, tuple[Given, int]]) -> tuple[str, ...]:
    """The contributions that the school needs, by what it says, or what was known before as long as it says nothing."""
    now = said.get(CONTRIBUTIONS)
    codes = given(now) if now else before.get(CONTRIBUTIONS, (NOTHING, 0))[0]
    moved = [one.value for key, one in said.items() if key.startswith(MOVED) and one.value not in (None, DROP)]
    in_use = city.settings.framework.contributions
    return tuple(code for code in dict.fromkeys((*(codes.value or ()), *moved)) if code in in_use)


def _codes_said(said: Mapping[str, Said], ending: str) -> set[str]:
    return {code for key, one in said.items() if key.endswith(ending) for code in one.value or ()}


def _music_before(survey: Survey, school: School) -> dict[str, tuple[Given, int]]:
    """What the newest two rows up to this year say of the school's own music, cell by cell."""
    rows = Baseline.objects.filter(school=school, year__lte=survey.year).order_by("-year")[:2]
    found: dict[str, tuple[Given, int]] = {}
    for row in rows:
        for name in BASELINE_FIELDS:
            value = getattr(row, name)
            if value not in (None, "", []):
                found.setdefault(name, (Given(value), row.year))
    return found


def _needs_before(survey: Survey, school: School) -> dict[str, Need]:
    """What the school needs by what is known: by contribution, needs of this year before those of the last, none closed."""
    rows = Need.objects.filter(school=school, year__in=(survey.year - 1, survey.year)).exclude(state=Need.State.CLOSED)
    years = {row.year for row in rows}
    found: dict[str, Need] = {}
    for row in sorted(rows, key=lambda row: (row.priority or 9, row.pk)):
        if row.year == max(years):
            found.setdefault(row.contribution, row)
    return found


def _details_before(needs: Mapping[str, Need]) -> dict[str, tuple[Given, int]]:
    if not needs:
        return {}
    year = next(iter(needs.values())).year
    found: dict[str, tuple[Given, int]] = {CONTRIBUTIONS: (Given(list(needs)), year)}
    for code, need in needs.items():
        values: dict[str, Any] = {
            "amount": need.amount,
            "grade_band": need.grade_band or EVERY_GRADE,
            "days": need.days or None,
            "times": need.times or None,
            "languages": need.languages or None,
            "priority": str(need.priority) if need.priority else None,
            "description": need.description or None,
        }
        found |= {detail(code, name): (Given(value), year) for name, value in values.items() if value is not None}
    return found


def _waiting(reply: Reply | None) -> dict[str, str]:
    """Who was asked to answer which question, where the link still works."""
    handovers: list[Handover] = [each for each in reply.handovers.all() if each.is_open] if reply else []
    return {question: each.name for each in handovers for question in each.questions}
