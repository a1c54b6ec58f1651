"""Proposals in words: what they are about, where they stand, what may be done, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from allcity.site.cities.models import City
from allcity.site.directory.words import catalogue, contribution_title
from allcity.site.needs.matching.words import asked_for
from allcity.site.needs.models import Bring, Proposal, ProposalStep, Side
from allcity.site.needs.proposals.steps import Situation, Step, other, situation_of
from allcity.site.needs.survey.reminding import today_in

S = Situation
TONES: Mapping[Situation, str] = {
    S.AGREED: "met",
    S.DECLINED: "unmet",
    S.WITHDRAWN: "unmet",
    S.LAPSED: "unmet",
}
"""How a state is marked beside its words; unknown where it is open."""
OURS: Mapping[Situation, str | Promise] = {
    S.WAITING: gettext_lazy("%(other)s waits for your answer until %(date)s. A yes only means: let us talk."),
    S.OPEN: gettext_lazy("You are in conversation with %(other)s. What comes next is open: suggest it by %(date)s."),
    S.SUGGESTED: gettext_lazy("%(other)s suggests %(what)s on %(day)s. Answer by %(date)s."),
    S.PLANNED: gettext_lazy("You have agreed on %(what)s on %(day)s."),
    S.PASSED: gettext_lazy("You had agreed on %(what)s on %(day)s. Did it take place?"),
    S.AGREED: gettext_lazy("You and %(other)s agree. A partnership can begin."),
    S.DECLINED: gettext_lazy("This ended on %(date)s: %(reason)s."),
    S.WITHDRAWN: gettext_lazy("This was taken back on %(date)s: %(reason)s."),
    S.LAPSED: gettext_lazy("No answer came, so this was put aside on %(date)s. It can be taken up again."),
}
"""Where it stands, for a side whose turn it is, and wherever it is nobody's."""
THEIRS: Mapping[Situation, str | Promise] = {
    S.WAITING: gettext_lazy("%(other)s has until %(date)s to answer. You are told, whatever the answer is."),
    S.SUGGESTED: gettext_lazy("You suggested %(what)s on %(day)s. %(other)s has until %(date)s to answer."),
}
"""The same for the side that waits."""
SEEN: Mapping[Situation, str | Promise] = {
    S.WAITING: gettext_lazy("%(asked)s has until %(date)s to answer."),
    S.OPEN: gettext_lazy("The two are in conversation. What comes next is open."),
    S.SUGGESTED: gettext_lazy("%(what)s on %(day)s is suggested. %(asked)s has until %(date)s to answer."),
    S.PLANNED: gettext_lazy("Both have agreed on %(what)s on %(day)s."),
    S.PASSED: gettext_lazy("%(what)s was agreed for %(day)s. Nobody has said yet whether it took place."),
    S.AGREED: gettext_lazy("Both agree. A partnership can begin."),
}
"""The same for coordinators, who look on."""
HAPPENED: Mapping[str, str | Promise] = {
    "offered": gettext_lazy("%(place)s offered"),
    "asked": gettext_lazy("%(place)s asked"),
    "yes": gettext_lazy("%(place)s said yes to talking"),
    "next": gettext_lazy("%(place)s suggested %(what)s on %(day)s"),
    "agree": gettext_lazy("%(place)s agreed to %(what)s on %(day)s"),
    "happened": gettext_lazy("%(place)s said that %(what)s on %(day)s took place"),
    "no": gettext_lazy("%(place)s said no"),
    "withdraw": gettext_lazy("%(place)s took it back"),
    "lapsed": gettext_lazy("No answer came in time, and it was put aside"),
    "take-up": gettext_lazy("%(place)s took it up again"),
    "ask-again": gettext_lazy("%(place)s asked once more"),
}
"""What happened, in words."""
LABELS: Mapping[tuple[str, Situation], str | Promise] = {
    ("next", S.SUGGESTED): gettext_lazy("Suggest something else"),
    ("next", S.PLANNED): gettext_lazy("Choose another day, or something else"),
    ("next", S.PASSED): gettext_lazy("No: choose another day"),
}
"""What a step is called where its own label does not fit."""


@dataclass(frozen=True)
class Row:
    """A proposal in a list: what it is about, where it stands, and how that is marked."""

    proposal: Proposal
    title: str
    what: str
    standing: str
    tone: str
    state: str


def label(step: Step, situation: Situation) -> str:
    """What a step is called on its button."""
    return str(LABELS.get((step.name, situation), step.label))


def what(city: City, proposal: Proposal) -> str:
    """What is offered or asked for."""
    return contribution_title(city, proposal.contribution) if proposal.contribution else asked_for(city, None)


def title(proposal: Proposal) -> str:
    """The names of the two, in whatever language."""
    return f"{proposal.organization} · {proposal.asker}"


def row(city: City, proposal: Proposal, sides: frozenset[Side], today: date) -> Row:
    """A proposal as somebody reads it who speaks for these sides."""
    tone = TONES.get(situation_of(proposal, today), "unknown")
    state = str(proposal.get_state_display())
    return Row(proposal, title(proposal), what(city, proposal), standing(proposal, sides, today), tone, state)


def standing(proposal: Proposal, sides: frozenset[Side], today: date) -> str:
    """Where it stands, in a sentence, for somebody who speaks for these sides."""
    situation = situation_of(proposal, today)
    theirs = bool(proposal.awaits) and Side(proposal.awaits) not in sides
    words = OURS if sides else {**OURS, **SEEN}
    if sides and theirs:
        words = {**OURS, **THEIRS}
    across = proposal.place_of(other(_mine(proposal, sides))) if sides else ""
    values = {
        "other": across,
        "asked": proposal.place_of(proposal.awaits) if proposal.awaits else "",
        "date": _day(today_in(proposal.city, proposal.ended_at) if proposal.ended_at else proposal.due_on),
        "what": proposal.get_next_step_display(),
        "day": _day(proposal.next_on),
        "reason": proposal.get_reason_display(),
    }
    return capfirst(str(words[situation]) % values)


def _mine(proposal: Proposal, sides: frozenset[Side]) -> str:
    """The side that somebody reads for; of both the one whose turn it is."""
    if len(sides) == 1:
        return next(iter(sides))
    return proposal.awaits or other(proposal.made_by_side)


def happened(proposal: Proposal, done: ProposalStep) -> str:
    """Something that happened to it."""
    place = proposal.place_of(done.side) if done.side else ""
    return str(HAPPENED[done.step]) % {"place": place, "what": done.get_kind_display(), "day": _day(done.on)}


def amount(proposal: Proposal) -> str:
    """For how many students, where it was said."""
    if proposal.amount is None:
        return ""
    words = ngettext("%(number)s student", "%(number)s students", proposal.amount)
    return words % {"number": catalogue().number(proposal.amount)}


def who_brings(proposal: Proposal, bring: Bring) -> str:
    """Which side brings something, by its name."""
    if bring.who in Side.values:
        return str(proposal.place_of(bring.who))
    return str(bring.get_who_display()) if bring.who else _("still open")


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""
