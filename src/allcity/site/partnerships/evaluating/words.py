"""The three conditions in words: each criterion by itself, in the framework's steps, with its range and its evidence."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from allcity.declaration.framework import Condition, Criterion
from allcity.reports.model import Block, Column, Entry, Section, Table
from allcity.site.cities.models import City
from allcity.site.directory.words import listing
from allcity.site.partnerships.evaluating.evidence import REASONS, Found, lines
from allcity.site.partnerships.models import CheckIn, Side
from allcity.site.partnerships.reviewing.queries import SCREENED
from allcity.site.partnerships.reviewing.words import compared, errors

PARTS: Mapping[str, str] = {"staff_kept": "staff", "minutes_kept": "minutes"}
"""The criteria that a part of the screen stands beside, with that part."""
LOWEST, HIGHEST = 1, 4


@dataclass(frozen=True)
class Step:
    """One of four steps of a criterion. `here`: it is what is on record; `possible`: it may be so, with what is not."""

    number: int
    name: str
    words: str
    here: bool
    possible: bool


@dataclass(frozen=True)
class CriterionShown:
    """A criterion of a partnership in words.

    `of_school` is the key of the school whose own music it tells of, empty for others; `hidden` says, in place of everything
    else, why a reader does not see it. `told` are sentences, `answers` what school and partner say to it: name and words.
    """

    id: str
    title: str
    explanation: str
    standing: str
    range: str = ""
    steps: tuple[Step, ...] = ()
    evidence: Table | None = None
    said: Table | None = None
    told: tuple[str, ...] = ()
    of_school: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    hidden: str = ""


@dataclass(frozen=True)
class ConditionShown:
    """A condition with its criteria side by side. `answer` says how many stand at which step; there is no mean."""

    id: str
    title: str
    summary: str
    answer: str
    criteria: tuple[CriterionShown, ...]


def conditions_shown(
    city: City,
    rows: Iterable[Mapping[str, Any]],
    *,
    schools: Mapping[str, str],
    screens: Mapping[str, Mapping[str, Any]],
    withheld: Mapping[str, Collection[str]],
) -> tuple[ConditionShown, ...]:
    """What was found of a partnership by the criteria of the city's framework, in their order.

    `schools` are names by key, `screens` what the screens say of each, by key; `withheld` the keys of the evidence that are not
    told, by criterion.
    """
    found = {(row["condition"], row["criterion"]): row for row in rows}
    shown = []
    for condition_id, condition in city.settings.framework.conditions.items():
        criteria = tuple(
            _criterion(city, condition, criterion_id, criterion, row, schools, screens, withheld.get(criterion_id, ()))
            for criterion_id, criterion in condition.criteria.items()
            if (row := found.get((condition_id, criterion_id)))
        )
        if criteria:
            title, summary = _in_language(condition.title), _in_language(condition.summary)
            levels = [row["level"] for (of, _criterion_id), row in found.items() if of == condition_id]
            shown.append(ConditionShown(condition_id, title, summary, _distribution(levels), criteria))
    return tuple(shown)


def _criterion(
    city: City,
    condition: Condition,
    criterion_id: str,
    criterion: Criterion,
    row: Mapping[str, Any],
    schools: Mapping[str, str],
    screens: Mapping[str, Mapping[str, Any]],
    withheld: Collection[str],
) -> CriterionShown:
    level, low, high = row["level"], row["low"], row["high"]
    words = [_in_language(text) for text in criterion.levels]
    names = [_in_language(text) for text in condition.levels]
    found = Found(row["evidence"], city.settings.city.currency, schools, withheld)
    school = str(row["evidence"].get("school_id") or "") if criterion_id in PARTS else ""
    evidence = lines(criterion_id, found)
    title = _in_language(criterion.title)
    return CriterionShown(
        id=criterion_id,
        title=title,
        explanation=_in_language(criterion.explanation),
        standing=_standing(level, names, words),
        range=_range(criterion_id, level, low, high),
        steps=tuple(
            Step(number, name, text, number == level, number != level and low <= number <= high)
            for number, (name, text) in enumerate(zip(names, words, strict=True), start=LOWEST)
        ),
        evidence=_evidence_table(title, evidence) if evidence else None,
        said=_said_table(title, row["said"], words) if row["said"] else None,
        told=_screen_told(screens.get(school, {}), PARTS[criterion_id]) if school else (),
        of_school=school,
    )


def _standing(level: int | None, names: Sequence[str], words: Sequence[str]) -> str:
    if level is None:
        return _("It cannot be told yet.")
    values = {"number": level, "of": HIGHEST, "name": names[level - 1], "words": words[level - 1]}
    return _("Step %(number)s of %(of)s, “%(name)s”: %(words)s") % values


def _range(criterion: str, level: int | None, low: int, high: int) -> str:
    if low == high == level:
        return ""
    reason = REASONS.get(criterion, _("no record tells of it"))
    if low == high:
        return _("It would be step %(low)s, but %(reason)s.") % {"low": low, "reason": reason}
    values = {"low": low, "high": high, "reason": reason}
    return _("It may be anywhere between step %(low)s and step %(high)s, because %(reason)s.") % values


def _distribution(levels: Sequence[int | None]) -> str:
    """How many criteria stand at which step. Never a mean."""
    parts = []
    for level in range(HIGHEST, LOWEST - 1, -1):
        if number := levels.count(level):
            parts.append(_("%(number)s at step %(level)s") % {"number": number, "level": level})
    if number := levels.count(None):
        parts.append(ngettext("%(number)s cannot be told", "%(number)s cannot be told", number) % {"number": number})
    total = len(levels)
    words = ngettext("Of %(total)s criterion: %(parts)s.", "Of %(total)s criteria: %(parts)s.", total)
    return words % {"total": total, "parts": listing(parts)}


def _evidence_table(title: str, evidence: Sequence[tuple[str, str]]) -> Table:
    columns = (Column(_("What is on record")), Column(_("How much"), numeric=True))
    return Table(_("%(title)s: what is on record") % {"title": title}, columns, tuple(evidence), folded=True)


def _said_table(title: str, said: Iterable[Mapping[str, Any]], words: Sequence[str]) -> Table:
    """What each side chose when it was asked, side by side and averaged with nothing."""
    sides = dict(CheckIn.Side.choices) | dict(Side.choices)
    rows = tuple(
        (
            str(sides.get(row["side"], row["side"])),
            f"{row['level']} · {words[row['level'] - 1]}",
            str(row["number"]),
        )
        for row in said
    )
    columns = (Column(_("Who says it")), Column(_("Step")), Column(_("People"), numeric=True))
    return Table(_("%(title)s: what each side says itself") % {"title": title}, columns, rows)


def _screen_told(screened: Mapping[str, Any], part: str) -> tuple[str, ...]:
    """What the comparison says of a school, and how often it is wrong."""
    sentences = [sentence for one in compared({part: screened.get(part)}) for sentence in one.sentences]
    return (*sentences, *errors()) if sentences else ()


def hide_screens(
    conditions: Iterable[ConditionShown],
    *,
    sees: Callable[[str | None], bool],
    answers: Mapping[str, Sequence[tuple[str, str]]],
) -> tuple[ConditionShown, ...]:
    """The same as a reader may see it. `sees` says whether they see what screens say of a school, by its key; beside that stands
    what the school and its partners answer."""

    told = tuple(conditions)
    schools = {criterion.id: criterion.of_school for condition in told for criterion in condition.criteria}

    def shown(criterion: CriterionShown) -> CriterionShown:
        if sees(schools.get(SCREENED.get(criterion.id, ""))):
            return replace(criterion, answers=tuple(answers.get(criterion.of_school, ())))
        why = _(
            "This tells of the school's own music. The school and the city's coordinators see it first, and the school can "
            "answer it. It is shown here once a coordinator has looked at it with the school."
        )
        return CriterionShown(criterion.id, criterion.title, criterion.explanation, "", hidden=why)

    result = []
    for condition in told:
        criteria = tuple(map(shown, condition.criteria))
        answer = condition.answer
        if any(criterion.hidden for criterion in criteria):
            # How many stand where would tell of what is not shown.
            levels = [
                next((step.number for step in criterion.steps if step.here), None)
                for criterion in criteria
                if not criterion.hidden
            ]
            answer = _distribution(levels)
        result.append(replace(condition, criteria=criteria, answer=answer))
    return tuple(result)


def condition_section(condition: ConditionShown) -> Section:
    """A condition as a part of a report on paper."""
    return Section(
        condition.id, condition.title, condition.answer, tuple(map(_block, condition.criteria)), (condition.summary,)
    )


def _block(criterion: CriterionShown) -> Block:
    if criterion.hidden:
        return Block(criterion.title, (criterion.explanation, criterion.hidden))
    text = (criterion.explanation, criterion.standing, criterion.range, *criterion.told)
    answers = tuple(
        _("%(name)s answers: %(words)s") % {"name": name, "words": said} for name, said in criterion.answers
    )
    return Block(
        heading=criterion.title,
        text=tuple(filter(None, (*text, *answers))),
        tables=tuple(replace(table, folded=False) for table in (criterion.evidence, criterion.said) if table),
        entries=tuple(Entry(_step_name(step), step.words) for step in criterion.steps),
        numbered=True,
    )


def _step_name(step: Step) -> str:
    if step.here:
        return _("%(name)s (this is on record)") % {"name": step.name}
    return _("%(name)s (this is possible)") % {"name": step.name} if step.possible else step.name


def _in_language(text: Any) -> str:
    return str(text.in_language(get_language() or "en"))
