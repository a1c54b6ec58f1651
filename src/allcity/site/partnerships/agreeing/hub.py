"""What the parties of a partnership read on its page beyond what everybody does: what is next, and what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import rules
from django.utils.translation import gettext as _

from allcity.site.cities.rules import Person
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.agreeing import words
from allcity.site.partnerships.agreeing.domain import may
from allcity.site.partnerships.agreeing.queries import open_version, unsigned
from allcity.site.partnerships.agreeing.telling import url_of
from allcity.site.partnerships.models import Agreement, Partnership
from allcity.site.partnerships.parties import Party, parties, speaking_for
from allcity.site.partnerships.phases import TRANSITIONS, Phase, phase_of

STEPS = {"drop": "drop", "end": "end", "hand_over": "hand-over"}
"""The transitions that somebody makes on a page of its own, with its name in the address."""


@dataclass(frozen=True)
class Action:
    """Something that can be done, with the page where it is."""

    label: str
    url: str


def of_parties(partnership: Partnership, user: Person) -> dict[str, Any]:
    """What its page has for the parties and coordinators; the way to the agreement for whom it brings in, else nothing."""
    if not rules.has_perm("partnerships.take_part", user, partnership):
        if rules.has_perm("partnerships.agree", user, partnership):
            return {"to_join": url_of(partnership, "partnership-agreement")}
        return {}
    today = today_in(partnership.city)
    everybody = parties(partnership)
    own = speaking_for(everybody, partnership, user)
    version = open_version(partnership)
    waits: list[Any] | None = None
    if version and version.state == Agreement.State.SIGNING:
        version.partnership = partnership
        waits = unsigned(version)
    events = partnership.events.select_related("by")
    coordinates = rules.has_perm("cities.manage_city", user, partnership)
    return {
        "of_parties": True,
        "standing": words.standing(partnership, today, unsigned=waits),
        "first": _first(partnership, version, own, waits or []),
        "actions": _actions(partnership),
        "may_leave": bool(own) and may(partnership, "end", today),
        "may_change_parties": coordinates and partnership.stage == Partnership.Stage.DRAFT,
        "coordinates": coordinates,
        "gone": [party for party in everybody if not party.is_there],
        "speaks_for": [party.name for party in own],
        "history": [(event, text) for event in events.reverse() if (text := words.happened(event))],
    }


def _first(partnership: Partnership, version: Agreement | None, own: Sequence[Party], waits: Sequence[Party]) -> Action:
    """The one thing to do next, for whoever speaks for the parties `own`; `waits` are those that have not signed."""
    url = url_of(partnership, "partnership-agreement")
    if version and version.state == Agreement.State.DRAFT:
        return Action(_("Go on with the agreement"), url)
    if version:
        is_to_sign = not {one.public_id for one in own}.isdisjoint(one.public_id for one in waits)
        return Action(_("Read it and sign") if is_to_sign else _("See who has signed"), url)
    phase = phase_of(partnership, today_in(partnership.city))
    if own and phase == Phase.RUNNING:
        return Action(_("Log a session"), f"{url_of(partnership, 'partnership-sessions')}#log")
    if phase == Phase.LOOKING_BACK:
        return Action(_("Look back together"), url_of(partnership, "partnership-evaluation"))
    return Action(_("Read the agreement"), url)


def _actions(partnership: Partnership) -> list[tuple[str, str]]:
    """What else can be done now: the name of the step in its address, and what it is called."""
    today = today_in(partnership.city)
    return [
        (STEPS[transition.name], str(transition.label))
        for transition in TRANSITIONS
        if transition.name in STEPS and may(partnership, transition.name, today)
    ]
