"""What can be done to a proposal: one table of who may do what in which state, and where it leads."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allcity.site.needs.models import Proposal, Side

_State, _Next = Proposal.State, Proposal.NextStep


class Situation(StrEnum):
    """How far a proposal is, as its page tells it: its state, and within a conversation what comes next."""

    WAITING = "waiting"
    OPEN = "open"
    SUGGESTED = "suggested"
    PLANNED = "planned"
    PASSED = "passed"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


def situation_of(proposal: Proposal, today: date) -> Situation:
    """How far it is on a day."""
    if proposal.state in (*Proposal.OVER, _State.AGREED, _State.WAITING):
        return Situation(proposal.state)
    if not proposal.next_step or proposal.next_on is None:
        return Situation.OPEN
    if not proposal.next_agreed:
        return Situation.SUGGESTED
    return Situation.PLANNED if proposal.next_on > today else Situation.PASSED


def other(side: str) -> Side:
    """The side across from one."""
    return Side.SCHOOL if side == Side.ORGANIZATION else Side.ORGANIZATION


def _asking(proposal: Proposal) -> frozenset[Side]:
    return frozenset({Side(proposal.made_by_side)})


def _asked(proposal: Proposal) -> frozenset[Side]:
    return frozenset({other(proposal.made_by_side)})


def _either(_proposal: Proposal) -> frozenset[Side]:
    return frozenset(Side)


def _other_than_suggested(proposal: Proposal) -> frozenset[Side]:
    return frozenset({other(proposal.next_by)}) if proposal.next_by else frozenset()


@dataclass(frozen=True, eq=False)  # each is itself: by its label it would be another in another language
class Step:
    """Something that a side may do. `leads` is the state after it; None where it stays, or its kind says so.

    `asks` is true where more is to be said, on a page of its own; `ends` where nothing follows.
    """

    name: str
    label: str | Promise
    who: Callable[[Proposal], frozenset[Side]]
    situations: tuple[Situation, ...]
    leads: str | None = None
    asks: bool = False
    ends: bool = False


_S = Situation
_TALKING = (_S.OPEN, _S.SUGGESTED, _S.PLANNED, _S.PASSED)
_ENDING = (_S.WAITING, *_TALKING, _S.AGREED)
YES = Step("yes", _("Yes, let us talk"), _asked, (_S.WAITING,), _State.TALKING)
AGREE = Step("agree", _("Yes, agreed"), _other_than_suggested, (_S.SUGGESTED,))
HAPPENED = Step("happened", _("Yes, it took place"), _either, (_S.PASSED,))
SUGGEST = Step("next", _("Suggest what comes next"), _either, _TALKING, asks=True)
TAKE_UP = Step("take-up", _("Take it up again"), _asked, (_S.LAPSED,), _State.TALKING)
ASK_AGAIN = Step("ask-again", _("Ask once more"), _asking, (_S.LAPSED,), _State.WAITING)
NO = Step("no", _("It does not work for us"), _asked, _ENDING, _State.DECLINED, asks=True, ends=True)
WITHDRAW = Step("withdraw", _("Take it back"), _asking, _ENDING, _State.WITHDRAWN, asks=True, ends=True)
STEPS: Mapping[str, Step] = {
    step.name: step for step in (YES, AGREE, HAPPENED, SUGGEST, TAKE_UP, ASK_AGAIN, NO, WITHDRAW)
}
"""Every step by its name, the one that carries on first."""

LEADS: Mapping[str, str] = {
    _Next.TALK: _State.TALKING,
    _Next.VISIT: _State.VISIT,
    _Next.TRIAL: _State.TRIAL,
    _Next.AGREEMENT: _State.AGREED,
}
"""The state to which a next step leads, by its kind, once both sides agree to it."""
_FAR = (_State.WAITING, _State.TALKING, _State.VISIT, _State.TRIAL, _State.AGREED)


def after_agreeing(proposal: Proposal) -> str:
    """The state once what is suggested is agreed. A talk after a trial leads no step back."""
    return max(proposal.state, LEADS[proposal.next_step], key=lambda state: _FAR.index(_State(state)))


def suggestion(proposal: Proposal) -> str:
    """What is suggested, as a form says that somebody has seen it: kind and day."""
    return f"{proposal.next_step} {proposal.next_on or ''}"


def possible(proposal: Proposal, sides: frozenset[Side], today: date) -> Iterator[Step]:
    """What somebody who speaks for these sides may do now."""
    situation = situation_of(proposal, today)
    for step in STEPS.values():
        if situation in step.situations and step.who(proposal) & sides:
            yield step
