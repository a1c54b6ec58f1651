"""How far a commitment is: every step from one state to another, who takes it, and whether it takes words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import rules
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allcity.site.action.models import Commitment
from allcity.site.cities.rules import Person, is_coordinator, is_member
from allcity.site.directory.rules import places_of

State = Commitment.State


@rules.predicate
def owns(user: Person, commitment: Commitment) -> bool:
    return commitment.owner_id is not None and commitment.owner_id == user.pk


@rules.predicate
def looks_after_its_place(user: Person, commitment: Commitment) -> bool:
    return commitment.place in places_of(user, commitment)


@rules.predicate
def proposed_it(user: Person, commitment: Commitment) -> bool:
    return commitment.made_by_id is not None and commitment.made_by_id == user.pk


keeps = is_coordinator
"""Coordinators agree to commitments, verify and drop them, and choose what is public."""
looks_after = keeps | (is_member & (owns | looks_after_its_place))
"""Who answers for it, by themselves or for its school or organization, works on it."""
takes_back = ~keeps & is_member & proposed_it
"""Whoever proposed it may think again. Coordinators drop it instead."""
Who = Callable[[Person, Commitment], bool]


@dataclass(frozen=True)
class Transition:
    """A step from one state to another. `asks` is what is asked in words before it is taken; nothing, nothing is asked.

    Where `needs_words`, an empty answer is refused.
    """

    name: str
    label: str | Promise
    before: tuple[str, ...]
    after: str
    may: Who
    asks: str | Promise = ""
    needs_words: bool = False


TRANSITIONS: tuple[Transition, ...] = (
    Transition("agree", _("Agree to it"), (State.PROPOSED,), State.AGREED, keeps),
    Transition("begin", _("Begin work"), (State.AGREED,), State.IN_WORK, looks_after),
    Transition(
        "finish",
        _("It is done"),
        (State.AGREED, State.IN_WORK),
        State.DONE,
        looks_after,
        _("What was done, and where can it be seen?"),
    ),
    Transition(
        "verify",
        _("Verify that it is done"),
        (State.DONE,),
        State.VERIFIED,
        keeps,
        _("How do you know that it is done?"),
    ),
    Transition(
        "not_yet",
        _("Not done yet"),
        (State.DONE,),
        State.IN_WORK,
        keeps,
        _("What is still to be done?"),
        needs_words=True,
    ),
    Transition(
        "drop",
        pgettext_lazy("commitment", "Drop it"),
        (State.PROPOSED, State.AGREED, State.IN_WORK),
        State.DROPPED,
        keeps,
        _("Why is it dropped?"),
        needs_words=True,
    ),
    Transition(
        "take_back",
        _("Take the proposal back"),
        (State.PROPOSED,),
        State.DROPPED,
        takes_back,
        _("Why do you take it back?"),
        needs_words=True,
    ),
    Transition(
        "reopen",
        pgettext_lazy("commitment", "Take it up again"),
        (State.VERIFIED,),
        State.IN_WORK,
        keeps,
        _("Why is it taken up again?"),
        needs_words=True,
    ),
    Transition(
        "propose_again",
        _("Propose it again"),
        (State.DROPPED,),
        State.PROPOSED,
        keeps,
        _("What is different now?"),
        needs_words=True,
    ),
)
"""Every way from one state to another; there is none other."""

BY_NAME = {step.name: step for step in TRANSITIONS}

COLUMNS = (State.PROPOSED, State.AGREED, State.IN_WORK, State.DONE, State.VERIFIED)
"""The states of the board. What was dropped stands in the list alone."""

TONES = {
    State.PROPOSED: "plain",
    State.AGREED: "unknown",
    State.IN_WORK: "unknown",
    State.DONE: "met",
    State.VERIFIED: "met",
    State.DROPPED: "plain",
}


def steps_for(commitment: Commitment, user: Person) -> list[Transition]:
    """The steps that a person may take now."""
    return list(_allowed(commitment, user, TRANSITIONS))


def may_take(step: Transition, commitment: Commitment, user: Person) -> bool:
    """Whether a person may take a step, whichever state the commitment is in."""
    return user.is_authenticated and step.may(user, commitment)


def _allowed(commitment: Commitment, user: Person, steps: Iterable[Transition]) -> Iterable[Transition]:
    return (step for step in steps if commitment.state in step.before and may_take(step, commitment, user))
