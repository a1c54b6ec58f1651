"""Readiness in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allcity.site.directory.models import Organization
from allcity.site.partnerships.models import Requirement, Setting
from allcity.site.partnerships.readiness.standing import OPEN, Standing, State

TONES: Mapping[State, str] = {
    State.RAN_OUT: "unmet",
    State.NOT_YET: "unmet",
    State.NOT_SAID: "unknown",
    State.RUNS_OUT: "met",
    State.IN_ORDER: "met",
}
"""How a state is marked beside its words."""


@dataclass(frozen=True)
class Line:
    """How an organization stands with one requirement, as it is read."""

    title: str
    tone: str
    state: str
    detail: str


@dataclass(frozen=True)
class Row:
    """How an organization stands with all of them: what is missing, and what runs out first."""

    organization: Organization
    tone: str
    state: str
    first: str
    missing: str
    is_working: bool
    """Whether it is in a partnership that goes on."""


def line(standing: Standing) -> Line:
    """One of them in words."""
    return Line(
        standing.requirement.title,
        TONES[standing.state],
        capfirst(str(standing.state.label)),
        " ".join(part for part in (_until(standing), _supervision(standing)) if part),
    )


def row(organization: Organization, standings: Sequence[Standing], *, is_working: bool) -> Row:
    """All of an organization's in words, of which what needs somebody first comes first."""
    missing = [one for one in standings if one.state in OPEN]
    said = [one for one in standings if one.state != State.NOT_SAID]
    runs_out = min(
        (one for one in standings if one.valid_until), key=lambda one: one.valid_until or date.max, default=None
    )
    if not standings:
        tone, state = "plain", _("nothing is asked for")
    elif not said:
        tone, state = "unknown", _("nothing said so far")
    elif missing:
        text = ngettext("%(number)s thing is missing", "%(number)s things are missing", len(missing))
        told = [one for one in missing if one.state != State.NOT_SAID]
        tone, state = ("unmet" if told else "unknown"), text % {"number": len(missing)}
    else:
        tone, state = "met", _("all in order")
    return Row(
        organization,
        tone,
        state,
        f"{runs_out.requirement.title}: {_until(runs_out)}" if runs_out else "",
        "; ".join(f"{one.requirement.title}: {one.state.label}" for one in missing) if said else "",
        is_working,
    )


def asked_in_months(requirement: Requirement) -> str:
    """For how long it is valid, in words; empty where that is not said."""
    if not requirement.months:
        return ""
    text = ngettext("Valid for %(number)s month.", "Valid for %(number)s months.", requirement.months)
    return text % {"number": requirement.months}


def _until(standing: Standing) -> str:
    if standing.valid_until is None:
        return ""
    day = {"day": date_format(standing.valid_until, "DATE_FORMAT")}
    return (_("It ran out on %(day)s.") if standing.state == State.RAN_OUT else _("Valid until %(day)s.")) % day


def _supervision(standing: Standing) -> str:
    if standing.said is None or not standing.said.supervision:
        return ""
    return _("With the students: %(who)s.") % {"who": standing.said.get_supervision_display()}


def settings_of(requirement: Requirement) -> str:
    """In which settings it is asked for, in words; empty for all."""
    return ", ".join(str(Setting(one).label) for one in requirement.settings if one in Setting.values)
