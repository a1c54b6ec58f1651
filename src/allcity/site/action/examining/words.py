"""A self-examination in words: levels, groups of people, and how far they agree."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from allcity.analysis import agreement
from allcity.declaration.framework import Question, Section
from allcity.reports.model import Column, Table
from allcity.site.action import participants
from allcity.site.action.examining.seen import Answers, Group, Heard
from allcity.site.cities.models import City
from allcity.site.directory.words import listing


def sections_of(city: City) -> list[Section]:
    """The sections of the city's framework by their number."""
    return sorted(city.settings.framework.sections.values(), key=lambda section: section.number)


def title_of(section: Section) -> str:
    """The name of a section in the reader's language."""
    return section.title.in_language(language())


def text_of(question: Question) -> str:
    """A question in the reader's language."""
    return question.text.in_language(language())


def levels_of(city: City, question: Question) -> list[tuple[str, str]]:
    """The four levels of a question's scale: number and words."""
    code = language()
    scale = city.settings.framework.scales[question.scale]
    return [(str(number), level.in_language(code)) for number, level in enumerate(scale.levels, 1)]


def level_in_words(city: City, question: Question, level: int | None) -> str:
    """A level in words; empty for none."""
    return dict(levels_of(city, question)).get(str(level), "") if level else ""


def group_name(city: City, types: Iterable[str], *, known: Mapping[str, str] | None = None) -> str:
    """One type of participant, or several that are told of together only."""
    titles = known or participants.titles(city)
    names = [titles.get(each, each) for each in types]
    return names[0] if len(names) == 1 else _("%(names)s, together") % {"names": ", ".join(names)}


def answers_table(city: City, question: Question, answers: Answers) -> Table | None:
    """How many of each group chose each level, with all of them at the end; None where that is withheld."""
    if not answers.groups:
        return None
    titles = participants.titles(city)
    columns = (
        Column(_("Who")),
        *(Column(words, numeric=True) for _number, words in levels_of(city, question)),
        Column(_("I don't know"), numeric=True),
    )
    rows = [(group_name(city, group.types, known=titles), *_cells(group)) for group in answers.groups]
    if len(answers.groups) > 1:
        rows.append((_("Everybody"), *_cells(answers.everybody)))
    return Table(_("What people answered: %(question)s") % {"question": text_of(question)}, columns, tuple(rows))


def agreement_told(city: City, question: Question, answers: Answers) -> list[str]:
    """How far people agree, in sentences; nothing where too few answered to say so. Groups that stand apart are named."""
    if answers.apart:
        return [_("Groups do not see it alike."), *_groups_apart(city, question, answers)]
    found = answers.consensus
    if found is None:
        return []
    if found >= agreement.AGREED:
        return [_("People largely agree.")]
    return [_("People do not see it alike.") if found <= agreement.SPLIT else _("People agree in part.")]


def _groups_apart(city: City, question: Question, answers: Answers) -> list[str]:
    """Those who stand apart from somebody, by what they say, the highest level first."""
    titles = participants.titles(city)
    apart = {each for pair in answers.apart for each in (pair.higher, pair.lower)}
    said: dict[tuple[int, int], list[Group]] = {}
    for group in answers.groups:
        if len(group.types) == 1 and group.types[0] in apart:
            said.setdefault(agreement.middle(group.counts) or (0, 0), []).append(group)
    return [
        _("“%(level)s” say %(names)s.")
        % {
            "level": _middle(city, question, groups[0]),
            "names": listing(titles.get(group.types[0], group.types[0]) for group in groups),
        }
        for _level, groups in sorted(said.items(), reverse=True)
    ]


@dataclass(frozen=True)
class HeardLine:
    """How many of a type were heard, in words. `is_missing` where nobody was."""

    title: str
    number: str
    is_missing: bool


def heard_lines(city: City, rows: Iterable[Heard]) -> list[HeardLine]:
    """How many of each type of participant have answered."""
    titles = participants.titles(city)
    return [HeardLine(titles.get(row.participant, row.participant), _number(row), row.number == 0) for row in rows]


def not_heard(lines: Iterable[HeardLine]) -> str:
    """Who has not been heard, in a sentence; empty where all have been."""
    missing = [line.title for line in lines if line.is_missing]
    return _("Not heard so far: %(names)s.") % {"names": ", ".join(missing)} if missing else ""


def change_told(before: int | None, now: int | None) -> str:
    """How a level stands beside that of an earlier year. It does not say why."""
    if before is None or now is None:
        return ""
    if before == now:
        return _("as before")
    steps = abs(now - before)
    text = (
        ngettext("%(number)s level higher", "%(number)s levels higher", steps)
        if now > before
        else ngettext("%(number)s level lower", "%(number)s levels lower", steps)
    )
    return text % {"number": steps}


def _cells(group: Group) -> tuple[str, ...]:
    return (*(str(count) for count in group.counts), str(group.unknown))


def _middle(city: City, question: Question, group: Group) -> str:
    levels = dict(levels_of(city, question))
    lower, upper = agreement.middle(group.counts) or (0, 0)
    return " – ".join(dict.fromkeys(levels.get(str(level), "") for level in (lower, upper)))


def _number(row: Heard) -> str:
    if row.number is None:
        return _("fewer than %(number)s") % {"number": row.floor}
    return str(row.number) if row.number else _("nobody so far")


def language() -> str:
    """The reader's language."""
    return get_language() or "en"
