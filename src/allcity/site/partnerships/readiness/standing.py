"""How an organization stands with something that the city asks for, on a day."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from allcity.site.partnerships.models import Readiness, Requirement

SOON = timedelta(days=30)
"""How long before its last day something is said to run out soon, and its organization is reminded."""


class State(models.TextChoices):
    """What needs somebody first comes first."""

    RAN_OUT = "ran_out", _("has run out")
    NOT_YET = "not_yet", _("not yet in order")
    RUNS_OUT = "runs_out", _("runs out soon")
    NOT_SAID = "not_said", _("not said")
    IN_ORDER = "in_order", _("in order")


OPEN = (State.RAN_OUT, State.NOT_YET, State.NOT_SAID)
"""States in which something is missing."""


@dataclass(frozen=True)
class Standing:
    """A requirement, what an organization says of it (None where it has said nothing), and what that comes to."""

    requirement: Requirement
    said: Readiness | None
    state: State

    @property
    def valid_until(self) -> date | None:
        """The last day, of what is or was in order."""
        return self.said.valid_until if self.said and self.said.in_order else None

    @property
    def order(self) -> tuple[int, date, int]:
        """What needs somebody first, and of that what runs out first."""
        return list(State).index(self.state), self.valid_until or date.max, self.requirement.position


def standing(requirement: Requirement, said: Readiness | None, today: date) -> Standing:
    """How it stands on a day."""
    return Standing(requirement, said, _state(said, today))


def _state(said: Readiness | None, today: date) -> State:
    if said is None or said.in_order is None:
        return State.NOT_SAID
    if not said.in_order:
        return State.NOT_YET
    if said.valid_until is None or said.valid_until > today + SOON:
        return State.IN_ORDER
    return State.RAN_OUT if said.valid_until < today else State.RUNS_OUT
