"""Steps of the survey that features above add. What partners did at a school is known to them, and not here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from allcity.site.accounts.models import User
from allcity.site.directory.models import School
from allcity.site.needs.models import Survey
from allcity.site.needs.survey.questions import Given, Step


@dataclass(frozen=True)
class Further:
    """A step that another feature asks of a school, with what is known of its answers, by the question's id."""

    step: Step
    known: Mapping[str, Given] = field(default_factory=dict)


@dataclass(frozen=True)
class Adder:
    """A feature's step. `ask` makes it for a school; `write` stores what was said when the answers are handed in.

    `write` gets what was said by the question's id, also of questions whose answer was taken back, and runs in the
    transaction of handing in.
    """

    ask: Callable[[Survey, School], Further]
    write: Callable[[Survey, School, Mapping[str, Given], User], None]


_adders: list[Adder] = []


def register(adder: Adder) -> Adder:
    """Have a step asked after those about the school's own music."""
    _adders.append(adder)
    return adder


def adders() -> tuple[Adder, ...]:
    """Every feature's step, in the order in which they were registered."""
    return tuple(_adders)
