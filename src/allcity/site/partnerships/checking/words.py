"""Check-ins in words: what each side says of a goal, side by side, and where they differ."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from allcity.site.directory.words import catalogue
from allcity.site.partnerships.checking import domain
from allcity.site.partnerships.checking.queries import Growth, Said, Turn, Voice
from allcity.site.partnerships.checking.questions import COMMUNICATION, GROWTH, PROGRESS, VOICE, face
from allcity.site.partnerships.models import CheckIn, VoiceForm
from allcity.site.partnerships.parties import Party


def who(said: Said) -> str:
    """Who says it: the organization, the school, or a teacher of the school."""
    first = said.first
    if first.side == CheckIn.Side.ORGANIZATION:
        return str(first.organization or first.get_side_display())
    if first.side == CheckIn.Side.SCHOOL:
        return str(first.school or first.get_side_display())
    kind = first.teacher.get_kind_display() if first.teacher else first.get_side_display()
    return f"{kind}, {first.school}" if first.school else str(kind)


@dataclass(frozen=True)
class Compared:
    """What was asked, with each side's level beside the others' and whether they differ."""

    title: str
    levels: Sequence[tuple[str, str]]
    difference: str
    is_different: bool


@dataclass(frozen=True)
class Words:
    """What one side says in words."""

    who: str
    said: Said
    texts: Sequence[tuple[str, str]]
    before: Sequence[tuple[str, Sequence[tuple[str, str]]]]


def compared(said: Sequence[Said]) -> list[Compared]:
    """Each goal, and how the sides speak with each other, as each side says it. Nothing is averaged."""
    goals = {row.goal.pk: row.goal.goal for one in said for row in one.rows if row.goal}
    parts = [
        _compared(text, [(who(one), one.progress.get(goal)) for one in said], PROGRESS) for goal, text in goals.items()
    ]
    speak = [(who(one), one.first.communication) for one in said]
    if any(level for _who, level in speak):
        parts.append(_compared(_("How we speak with each other"), speak, COMMUNICATION))
    return parts


def _compared(title: str, levels: Sequence[tuple[str, int | None]], words: Any) -> Compared:
    told = [(name, level) for name, level in levels if level is not None]
    shown = [(name, level_in_words(words, level) if level else _("not said")) for name, level in levels]
    return Compared(title, shown, _difference(told), len({level for _who, level in told}) > 1)


def level_in_words(words: Any, level: int) -> str:
    """A level with its number: its place among the four."""
    return _("%(words)s (%(level)s of 4)") % {"words": words[level], "level": level}


def _difference(told: Sequence[tuple[str, int]]) -> str:
    if len(told) < 2:  # one alone cannot differ
        return ""
    least, most = min(told, key=lambda one: one[1]), max(told, key=lambda one: one[1])
    if least[1] == most[1]:
        return _("Both see it alike.") if len(told) == 2 else _("All see it alike.")
    values = {"one": least[0], "low": least[1], "other": most[0], "high": most[1]}
    return _("They see it differently: %(one)s says %(low)s, %(other)s says %(high)s.") % values


def texts(said: Said) -> list[tuple[str, str]]:
    """What was written, with what was asked; without what was left empty."""
    first = said.first
    return _texts({name: getattr(first, name) for name in _ASKED}, school=first.side != CheckIn.Side.ORGANIZATION)


_ASKED = ("recognizes", "helps", "hinders", "next_step", "serves")


def asked(*, school: bool) -> dict[str, str]:
    """What is asked in words, as a side is asked."""
    other = _("What the partner contributes that we value")
    return {
        "recognizes": other if school else _("What the school contributes that we value"),
        "helps": _("What helps"),
        "hinders": _("What is in the way"),
        "next_step": _("The next step"),
        "serves": _("How it can serve our students better: in music, in school, in living together"),
    }


def _texts(values: dict[str, str], *, school: bool) -> list[tuple[str, str]]:
    return [(title, values[name]) for name, title in asked(school=school).items() if values.get(name)]


def in_words(said: Said) -> Words:
    """What one side wrote, and what it had said before each change."""
    school = said.first.side != CheckIn.Side.ORGANIZATION
    before = []
    for old in said.first.before:
        lines = [(goal, level_in_words(PROGRESS, level)) for goal, level in old["progress"].items() if level]
        if old["communication"]:
            lines.append((_("How we speak with each other"), level_in_words(COMMUNICATION, old["communication"])))
        before.append((old["until"][:10], [*lines, *_texts(old, school=school)]))
    return Words(who(said), said, texts(said), before)


@dataclass(frozen=True)
class Card:
    """A round as it is shown: who has answered, what one may do, and what may be read."""

    turn: Turn
    parties: Sequence[tuple[Party, bool]]
    mine: Sequence[tuple[Party, Said | None, bool]]
    compared: Sequence[Compared]
    words: Sequence[Words]


def card(turn: Turn, *, is_open: bool) -> Card:
    """A round in words. `mine` are the parties for which the reader speaks, and whether they can answer or change."""
    mine = []
    for party in turn.own:
        said = turn.of(party)
        mine.append((party, said, domain.may_change(said) if said else is_open))
    return Card(
        turn,
        [(party, turn.of(party) is not None) for party in turn.parties],
        mine,
        compared(turn.shown),
        [in_words(said) for said in turn.shown],
    )


def growth_rows(growth: Iterable[Growth]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Growth of each school on a goal: the school, how many were counted, and each level with its number or a word."""
    told = catalogue()
    rows = []
    for one in growth:
        levels = [(str(GROWTH[level]), _shown(count)) for level, count in one.counts.items()]
        counted = _("%(number)s students counted") % {"number": told.number(one.asked)} if one.asked is not None else ""
        rows.append((one.school.name, counted, levels))
    return rows


def _shown(count: int | None) -> str:
    return _("not shown: few") if count is None else catalogue().number(count)


def voice_rows(voices: dict[str, Voice]) -> list[tuple[str, str, str, list[tuple[str, str, str]]]]:
    """What students said: the question, how many answered, the middle or nothing where no count is shown, and each level."""
    rows = []
    for question in VOICE:
        voice = voices.get(question.id)
        if voice is None:
            continue
        levels = [
            (str(words), face(level) if question.faces else "", _shown(voice.counts.get(level)))
            for level, words in question.levels.items()
        ]
        answered = _("%(number)s answered") % {"number": catalogue().number(voice.asked)}
        middle = ""
        if voice.middle:
            middle = _("The answer in the middle: %(words)s") % {"words": question.levels[voice.middle]}
        is_told = any(voice.counts.values())
        rows.append((str(question.text), answered, middle, levels if is_told else []))
    return rows


def received(form: VoiceForm, threshold: int) -> str:
    """How many replies came; under the city's threshold only that they are fewer."""
    if form.received == 0:
        return _("nobody so far")
    if form.received < threshold:
        return _("fewer than %(number)s") % {"number": threshold}
    return catalogue().number(form.received)
