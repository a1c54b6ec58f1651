"""The words of a brief: the parts it has, and what each says for an audience until somebody writes it anew.

A brief leads with rights and with who is left out. It never argues with test scores.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.site.action.models import Brief
from allcity.site.cities.models import City

Audience = Brief.Audience
TITLE = "title"


@dataclass(frozen=True)
class PartOf:
    """A part of every brief: its id, its heading, what it is for, and how long its words may be."""

    id: str
    heading: str | Promise
    help: str | Promise
    longest: int


PARTS = (
    PartOf("right", gettext_lazy("The right"), gettext_lazy("Why this concerns everybody."), 500),
    PartOf("access", gettext_lazy("Who has access"), gettext_lazy("The city's figures of access stand below it."), 350),
    PartOf("gap", gettext_lazy("Who is left out"), gettext_lazy("The widest gap stands below it."), 350),
    PartOf("needs", gettext_lazy("What is needed"), gettext_lazy("The needs that are least met stand below it."), 350),
    PartOf("ask", gettext_lazy("What we ask of you"), gettext_lazy("Three things at most, each on its line."), 600),
)
"""In the order in which they stand. The title stands above all of them."""
LONGEST_TITLE, MOST_LINES = 120, 6
LONGEST: Mapping[str, int] = {TITLE: LONGEST_TITLE, **{part.id: part.longest for part in PARTS}}


def default_words(city: City, audience: str) -> dict[str, str]:
    """What every part says for an audience, in the language of the moment."""
    name = {"city": city.display_name()}
    return {
        TITLE: (_("Music for every student in %(city)s") % name)[:LONGEST_TITLE],
        "right": _RIGHT[audience]() % name,
        "access": _(
            "A program is access for a student only if it fits the student's age and is near enough to go to. A range "
            "stands where something is not known yet."
        ),
        "gap": _(
            "An average hides who is left out. This is where students have least, beside where they have most. "
            "It says what is, and not why."
        ),
        "needs": _(
            "Schools have said what their students need. Partners add to a school's own music; they do not replace it."
        ),
        "ask": _ASK[audience]() % name,
    }


_RIGHT: Mapping[str, Callable[[], str]] = {
    Audience.BOARD: lambda: _(
        "Every student in %(city)s has a right to an active life in music, whoever they are and wherever they live. "
        "What every school offers as a matter of course is in your hands: it reaches those whom nothing else reaches."
    ),
    Audience.COUNCIL: lambda: _(
        "Every student in %(city)s has a right to an active life in music, whoever they are and wherever they live. "
        "Parks, libraries, buses and budgets decide whether a student gets there. They are yours to decide."
    ),
    Audience.PRINCIPAL: lambda: _(
        "Every student in %(city)s has a right to an active life in music, whoever they are and wherever they live. "
        "For most students your school is where it begins, and where they find out that they belong."
    ),
    Audience.FUNDER: lambda: _(
        "Every student in %(city)s has a right to an active life in music, whoever they are and wherever they live. "
        "What you give can go where students have least, and add to what schools owe them."
    ),
    Audience.FAMILY: lambda: _(
        "Your child has a right to make music, whoever you are, wherever in %(city)s you live, and whatever you can pay. "
        "You know best what your child wishes for, and what is in the way."
    ),
}
_ASK: Mapping[str, Callable[[], str]] = {
    Audience.BOARD: lambda: _(
        "Decide what music every school offers, with whom and for how many minutes a week.\n"
        "Begin with the schools where students have least.\n"
        "Ask once a year, in public, how far it has come."
    ),
    Audience.COUNCIL: lambda: _(
        "Fund places in the areas where students have least, before those where they have most.\n"
        "Open rooms of the city for rehearsals after school, and see that a bus goes home.\n"
        "Ask once a year, in public, how far it has come."
    ),
    Audience.PRINCIPAL: lambda: _(
        "Keep music in the week of every grade, with a certified teacher.\n"
        "Say what your students need: what nobody has said, nobody can give.\n"
        "Name one person in your school who looks after partnerships."
    ),
    Audience.FUNDER: lambda: _(
        "Give where the gap is widest, for three years rather than one.\n"
        "Ask of every program whom it reaches that nobody else does.\n"
        "Pay for the way there: buses, instruments, somebody who speaks the family's language."
    ),
    Audience.FAMILY: lambda: _(
        "Look for a program that fits, by age, day, fee and way there.\n"
        "Tell your school what your child wishes for.\n"
        "Come to a planning session: your voice counts there."
    ),
}
