"""What a figure said when a commitment was agreed to, and what it says since: side by side, never as a cause."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from math import inf
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allcity.analysis.figures import Figure
from allcity.site.action import readings
from allcity.site.action.models import Commitment
from allcity.site.action.readings import Shown


class Told(Enum):
    """What two measurements of a figure tell of its change. There is no better or worse: a figure knows neither."""

    HIGHER = "higher"
    LOWER = "lower"
    SAME = "same"
    OVERLAP = "overlap"
    UNKNOWN = "unknown"


SENTENCES: Mapping[Told, str | Promise] = {
    Told.HIGHER: _("It is higher than it was. That does not show that the commitment is the cause."),
    Told.LOWER: _("It is lower than it was. That does not show that the commitment is the cause."),
    Told.SAME: _("It is what it was. That does not show what would be without the commitment."),
    Told.OVERLAP: _("The two ranges overlap, so that nobody can tell whether it has changed."),
    Told.UNKNOWN: _("One of the two is not known, so that nobody can tell whether it has changed."),
}
"""In words, and each without a claim of a cause."""


@dataclass(frozen=True)
class Comparison:
    """A figure when the commitment was agreed to, and measured anew since; either may be missing. `sentence` sums it up."""

    title: str
    before: Shown | None
    now: Shown | None
    sentence: str | Promise


def comparison_of(commitment: Commitment) -> Comparison | None:
    """The figure that a commitment should move, before and now; None where it should move none."""
    if not commitment.figure_id:
        return None
    city = commitment.city
    newest = readings.record_of(city, commitment.figure_id, by=commitment.figure_by)
    now = readings.in_words(city, newest) if newest else None
    if not commitment.agreed_at:
        return Comparison(
            now.title if now else commitment.figure_id,
            None,
            now,
            _("What it says on the day of the agreement is kept, to be compared with later years.") if now else NOT_NOW,
        )
    if commitment.before is None:
        sentence = _("It was not known when this was agreed to, so that nothing can be compared.")
        return Comparison(now.title if now else commitment.figure_id, None, now, sentence)
    before = readings.in_words(city, commitment.before)
    if newest is None or not is_newer(newest, commitment.before):
        return Comparison(before.title, before, None, NOT_ANEW)
    return Comparison(before.title, before, now, SENTENCES[told(commitment.before, newest)])


NOT_NOW = _("The city has not measured it.")
NOT_ANEW = _("It has not been measured anew since this was agreed to.")


def is_newer(record: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether a stored figure is of a later year than another, or a correction of it."""
    return record["year"] > before["year"] or (record["year"] == before["year"] and dict(record) != dict(before))


def told(before: Mapping[str, Any], now: Mapping[str, Any]) -> Told:
    """What two stored figures tell of a change.

    Each could be anything within its range: what the unknowns could make of it, widened by its sampling error. Only where
    the two ranges have nothing in common is there a change to be told.
    """
    first, second = readings.figure_of(before), readings.figure_of(now)
    if any(one.value is None or one.suppressed for one in (first, second)) or first.unit != second.unit:
        return Told.UNKNOWN
    low, high = bounds(first)
    least, most = bounds(second)
    if low == high == least == most:
        return Told.SAME
    if least > high:
        return Told.HIGHER
    return Told.LOWER if most < low else Told.OVERLAP


def bounds(figure: Figure) -> tuple[float, float]:
    """The lowest and highest that a figure could be. A bound that is not known is without end."""
    low = -inf if figure.low is None else figure.low
    high = inf if figure.high is None else figure.high
    if figure.interval:
        low, high = min(low, figure.interval.low), max(high, figure.interval.high)
    return low, high
