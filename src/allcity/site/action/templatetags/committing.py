"""Commitments in pages of other features."""

from datetime import date
from typing import Any

from django import template

from allcity.site.action.committing.phases import TONES, State
from allcity.site.action.committing.queries import is_overdue, public_about
from allcity.site.action.models import Commitment
from allcity.site.needs.models import Need
from allcity.site.needs.survey.reminding import today_in

register = template.Library()
SHOWN = 10


@register.filter
def commitment_tone(commitment: Commitment) -> str:
    """The mark beside how far a commitment is."""
    return TONES[State(commitment.state)]


@register.filter
def commitment_is_overdue(commitment: Commitment) -> bool:
    """Whether its day has passed in its city, and it is not done."""
    today: date = today_in(commitment.city)
    return is_overdue(commitment, today)


@register.inclusion_tag("action/committing/about.html")
def commitments_about(need: Need) -> dict[str, Any]:
    """What everybody may read of that is to move a need. Nothing where there is none."""
    rows = list(public_about(need)[:SHOWN])
    for row in rows:
        row.city = need.city
    return {"commitments": rows, "city": need.city}
