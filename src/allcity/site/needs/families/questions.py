"""What families and students are asked, and what a reply becomes: yes or no to each question, without whoever gave it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

STUDENTS, FAMILIES = "students", "families"
"""The participants of the Declaration who answer."""
INFORMAL = "informal_music"
REPLIES = "replies"
"""Of waiting counts: how many replies wait."""

Titles = Mapping[str, Any]
"""Words by id, translated when they are read."""

WHO: Titles = {
    "family": _("A parent or somebody else of the family"),
    "helped": _("A student, with an adult's help"),
    "student": _("A student who is 13 or older"),
}
CONTEXTS: Titles = {
    "home": _("At home"),
    "worship": _("At a place of worship"),
    "friends": _("With friends"),
}
WISHES: Titles = {
    "sing": _("Sing"),
    "instrument": _("Play an instrument"),
    "ensemble": _("Play in a band, an orchestra or another group"),
    "beats": _("Make beats, record and produce"),
    "dance": _("Dance"),
    "compose": _("Write songs or music of one's own"),
    "tradition": _("Learn the music of the family's tradition"),
}
BARRIERS: Titles = {
    "fee": _("It costs too much"),
    "time": _("The times do not fit"),
    "travel": _("It is too far, or hard to get there"),
    "knowing": _("We do not know what there is"),
    "other": _("Something else"),
}
NOTHING = "nothing"
"""Chosen of wishes or barriers where none of them fits: an answer, unlike choosing nothing at all."""


@dataclass(frozen=True)
class Counted:
    """How many of those who answered a question said yes."""

    number: int
    asked: int


Counts = Mapping[str, Counted]


@dataclass(frozen=True)
class Reply:
    """One reply. `contexts` are yes, no, or None where it was left out; wishes and barriers None where nothing was chosen."""

    who: str
    contexts: Mapping[str, bool | None]
    wishes: frozenset[str] | None
    barriers: frozenset[str] | None

    @property
    def participant_type(self) -> str:
        return FAMILIES if self.who == "family" else STUDENTS

    def counts(self) -> Counts:
        """Yes and no to each question that was answered."""
        return {question: Counted(int(yes), 1) for question, yes in self._answers()}

    def _answers(self) -> Iterator[tuple[str, bool]]:
        answers = [self.contexts.get(name) for name in CONTEXTS]
        if any(answers) or None not in answers:
            yield INFORMAL, any(answers)
        for name, yes in zip(CONTEXTS, answers, strict=True):
            if yes is not None:
                yield f"informal.{name}", yes
        for kind, titles, chosen in (("wish", WISHES, self.wishes), ("barrier", BARRIERS, self.barriers)):
            if chosen is not None:
                yield from ((f"{kind}.{name}", name in chosen) for name in titles)


QUESTIONS: Titles = {
    INFORMAL: _("In any of these places"),
    **{f"informal.{name}": title for name, title in CONTEXTS.items()},
    **{f"wish.{name}": title for name, title in WISHES.items()},
    **{f"barrier.{name}": title for name, title in BARRIERS.items()},
}
"""Every question by its id, as results name it."""

PARTS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "informal": (
        _("Makes music outside of school and programs"),
        (INFORMAL, *(f"informal.{name}" for name in CONTEXTS)),
    ),
    "wish": (_("Would like to"), tuple(f"wish.{name}" for name in WISHES)),
    "barrier": (_("What is in the way"), tuple(f"barrier.{name}" for name in BARRIERS)),
}
"""The parts of the form, each with its questions."""
