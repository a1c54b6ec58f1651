"""Needs in words: how much is asked for, met and unmet, with what is not known, and what became of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from allcity.site.cities.models import City
from allcity.site.directory.words import DAYS, catalogue, contribution_title, listing
from allcity.site.needs.ledger.domain import REASONS
from allcity.site.needs.ledger.queries import Moved
from allcity.site.needs.models import Need
from allcity.site.needs.survey.records import NO_LONGER_NEEDED


@dataclass(frozen=True)
class Ledger:
    """How far a need is met, in words."""

    asked: str
    met: str
    unmet: str


def ledger_of(need: Need, found: Mapping[str, Any] | None, *, is_withheld: bool = False) -> Ledger:
    """What an examination `found` of a need. `is_withheld`: its numbers are not to be told, whatever that says."""
    say = catalogue()
    if is_withheld:
        return Ledger(*[say("words.withheld")] * 3)
    asked = say("words.not_known") if need.amount is None else say.counted(need.unit, need.amount)
    if found is None:
        return Ledger(asked, *[say("words.not_known")] * 2)
    if found["suppressed"]:
        return Ledger(say("words.withheld") if found["asked"] is None else asked, *[say("words.withheld")] * 2)
    return Ledger(
        asked,
        ranged(found["met"], found["met_low"], found["met_high"], need.unit),
        ranged(found["unmet"], found["low"], found["high"], need.unit),
    )


def ranged(value: float | None, low: float | None, high: float | None, unit: str) -> str:
    """A number with its range: "20 students", "between 16 and 20 students", "18 students (16 to 20)"."""
    say = catalogue()
    if low is None or high is None:
        least = None if low is None else say.counted(unit, low)
        return _("at least %(number)s") % {"number": least} if least and low else say("words.not_known")
    if value is not None and low == high:
        return say.counted(unit, value)
    least_of, most = say.number(low), say.counted(unit, high)
    if value is None or value in (low, high):
        return _("between %(least)s and %(most)s") % {"least": least_of, "most": most}
    told = {"value": say.counted(unit, value), "least": least_of, "most": say.number(high)}
    return _("%(value)s (%(least)s to %(most)s)") % told


def who_asks(need: Need) -> str:
    """The name of the school or district."""
    return str(need.school or need.district or _("not said"))


def when_of(need: Need) -> str:
    """The days and times that suit, empty where any does or nobody has said."""
    days = listing(str(DAYS[day]) for day in need.days if day in DAYS)
    times = listing(str(Need.Time(time).label) for time in need.times if time in Need.Time)
    return " · ".join(filter(None, (days, times)))


def title_of(city: City, need: Need) -> str:
    """A need in a line: what, and who asks for it."""
    return _("%(what)s for %(who)s") % {"what": contribution_title(city, need.contribution), "who": who_asks(need)}


@dataclass(frozen=True)
class Step:
    """A state that a need came to, in words."""

    when: datetime
    text: str
    reason: str
    who: str


def steps(moves: Iterable[Moved], *, in_full: bool) -> list[Step]:
    """What became of a need. Somebody's own words and names are told `in_full` only, to those who keep the ledger."""
    labels = dict(Need.State.choices)
    told = []
    for at, move in enumerate(moves):
        text = _("Stated again") if at and move.state == Need.State.STATED else str(labels.get(move.state, move.state))
        code, _colon, words = move.reason.partition(": ")
        code = "not_needed" if code == NO_LONGER_NEEDED else code
        reason = str(REASONS.get(code, ""))
        if words and in_full and reason:
            reason = f"{reason}: {words}"
        told.append(Step(move.when, text[:1].upper() + text[1:], reason, move.who if in_full else ""))
    return told
