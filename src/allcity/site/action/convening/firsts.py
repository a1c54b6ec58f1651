"""The first three sessions of a new coalition, to begin from: what each is for, its agenda, and the findings on the table.

Times are for 90 minutes. Words are in the language in which a session is planned.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class FirstPoint:
    """A point of its agenda."""

    title: str | Promise
    minutes: int
    section: str = ""
    figure_id: str = ""


@dataclass(frozen=True)
class First:
    """A session to begin from."""

    id: str
    title: str | Promise
    purpose: str | Promise
    agenda: tuple[FirstPoint, ...]
    findings: tuple[str, ...]


HERE = First(
    "here",
    _("See who is here"),
    _(
        "We meet, hear what each of us does for music in the city, and look together at what is there. "
        "At the end everybody knows who is at the table, and whom we have to ask next."
    ),
    (
        FirstPoint(_("Welcome: who we are, and one song that made a difference"), 15),
        FirstPoint(_("Music in the city today: what the figures tell, and what they do not"), 20, "access", "programs"),
        FirstPoint(_("What each of us offers, and where it reaches"), 25, "ecosystem", "census.participants"),
        FirstPoint(_("Who is missing at this table?"), 20, "ecosystem"),
        FirstPoint(_("Who invites whom, and when we meet again"), 10),
    ),
    ("census.participants", "programs", "programs.sustained", "schools"),
)
LEFT_OUT = First(
    "left-out",
    _("See who is left out"),
    _(
        "We look at where music does not reach: which students, schools and neighborhoods, and why. "
        "We listen first to those who live there. At the end we know which gaps we want to close first."
    ),
    (
        FirstPoint(_("Welcome to those who are here for the first time"), 10),
        FirstPoint(_("How many students can reach a program, and who cannot"), 20, "access", "access.reach"),
        FirstPoint(_("Voices: families, students and teachers tell what stands in the way"), 25, "dignity"),
        FirstPoint(_("The gap between neighborhoods, and between schools"), 20, "inequities", "equity.gap"),
        FirstPoint(_("Which two gaps come first"), 15, "", "needs.unmet"),
    ),
    ("access.reach", "access.reach.free", "equity.gap", "school_music.without_place", "needs.unmet"),
)
STEPS = First(
    "first-steps",
    _("Decide first steps"),
    _(
        "From what we have seen we choose a few steps that we can take within a year. "
        "Each gets somebody who answers for it, a day, and the figure or need that it should move."
    ),
    (
        FirstPoint(_("What we have seen so far, on one page"), 10),
        FirstPoint(_("What could be done about the gaps that come first"), 25, "partnerships", "needs.unmet"),
        FirstPoint(_("Choose: which steps are within our reach this year"), 20),
        FirstPoint(_("Who does it, by when, and how we will know"), 25, "partnerships"),
        FirstPoint(_("Who tells the city, and when we meet again"), 10),
    ),
    ("needs.unmet", "needs.met", "partnerships"),
)
FIRSTS = {each.id: each for each in (HERE, LEFT_OUT, STEPS)}
"""By their ids, in the order in which they are held."""
