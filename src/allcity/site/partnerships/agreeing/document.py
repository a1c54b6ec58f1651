"""An agreement as a document: what is signed, its fingerprint, and how one version differs from another."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from allcity.analysis.city import year_of
from allcity.site.needs.models import Need
from allcity.site.partnerships.models import Agreement, Goal, Side
from allcity.site.partnerships.parties import parties, signatories

FORMAT = 1
TEXTS = (
    "what",
    "schedule",
    "teaching_artist",
    "music_teacher",
    "classroom_teacher",
    "organization_gives",
    "school_gives",
    "funding_source",
    "hand_over",
    "data_terms",
    "photo_terms",
)
"""Fields that hold people's own words."""
PLAIN = ("setting", "money", "currency", "check_in_weeks")
DAYS = ("start_date", "end_date")
FIELDS = (*DAYS, *PLAIN, *TEXTS)
"""What the document has of an agreement's own fields."""


def document_of(agreement: Agreement) -> dict[str, Any]:
    """The document that was signed or is to be; of a version that can still change, as it stands now.

    Days are ISO dates. Needs are told by contribution and school year, goals in the order in which they were added.
    """
    if agreement.document:
        found: dict[str, Any] = agreement.document
        return found
    partnership = agreement.partnership
    days = {name: _iso(getattr(agreement, name)) for name in DAYS}
    return {
        "format": FORMAT,
        "partnership": str(partnership.public_id),
        "name": partnership.name,
        "version": agreement.version,
        "language": agreement.language,
        "parties": [
            {"side": party.side.value, "place": str(party.public_id), "name": party.name}
            for party in signatories(agreement)
        ],
        "contributions": list(partnership.contributions),
        "needs": [
            {"need": str(need.public_id), "contribution": need.contribution, "year": need.year}
            for need in needs_of(agreement)
        ],
        "goals": [
            {"key": goal.key, "goal": goal.goal, "goal_type": goal.goal_type, "standard": goal.standard}
            for goal in goals_of(agreement)
        ],
        **days,
        **{name: getattr(agreement, name) for name in (*PLAIN, *TEXTS)},
    }


def needs_of(agreement: Agreement) -> list[Need]:
    """The needs that a version answers: the partnership's, and of whom it brings in those for what the partner gives."""
    partnership = agreement.partnership
    joining = parties(agreement)
    theirs = Q(school__in=[party.place.pk for party in joining if party.side == Side.SCHOOL]) | Q(
        district__in=[party.place.pk for party in joining if party.side == Side.DISTRICT]
    )
    added = Need.objects.of(partnership.city).filter(
        theirs,
        contribution__in=partnership.contributions,
        state__in=(Need.State.STATED, Need.State.OFFERED),
        year__gte=year_of(agreement.start_date),
    )
    return list(
        Need.objects.filter(Q(partnerships=partnership) | Q(pk__in=added.values("pk"))).distinct().order_by("pk")
    )


def goals_of(agreement: Agreement) -> list[Goal]:
    """The goals that hold under a version: its own, and those of versions before it that were not dropped."""
    rows = Goal.objects.filter(partnership=agreement.partnership).select_related("agreement").order_by("pk")
    dropped = set(agreement.dropped_goals)
    return [
        goal
        for goal in rows
        if goal.key not in dropped
        and (goal.agreement_id == agreement.pk or (_holds(goal, agreement) and goal.dropped_on is None))
    ]


def _holds(goal: Goal, agreement: Agreement) -> bool:
    if goal.agreement is None:
        return True
    return goal.agreement.version < agreement.version and goal.agreement.state not in Agreement.HIDDEN


def fingerprint_of(document: Mapping[str, Any]) -> str:
    """The SHA-256 of a document, as hexadecimal digits. The same content has the same."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Change:
    """A field of the document that two versions have differently, or a goal: before None where it is new, after where it went."""

    field: str
    before: Any
    after: Any


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What is otherwise in the later document, in the order in which it is read."""
    found: list[Change] = []
    names = ("name", "parties", "contributions", *FIELDS)
    for name in names:
        old, new = _comparable(before.get(name)), _comparable(after.get(name))
        if old != new:
            found.append(Change(name, before.get(name), after.get(name)))
    old_goals, new_goals = _by_key(before.get("goals", ())), _by_key(after.get("goals", ()))
    for key in {**old_goals, **new_goals}:
        if old_goals.get(key) != new_goals.get(key):
            found.append(Change("goals", old_goals.get(key), new_goals.get(key)))
    return found


def _comparable(value: Any) -> Any:
    """A value as it is compared: an empty text is none, and whoever is renamed is who they were."""
    if isinstance(value, list):
        return [item["place"] if isinstance(item, dict) else item for item in value]
    return None if value == "" else value


def _by_key(goals: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {goal["key"]: goal for goal in goals}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
