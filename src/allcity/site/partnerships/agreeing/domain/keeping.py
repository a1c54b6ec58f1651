"""What every write to a partnership does: lock it, see who acts for whom, keep what happened."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.cities.domain import note_change
from allcity.site.cities.rules import is_coordinator
from allcity.site.directory.domain import source_of_people
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.agreeing.queries import SIDES
from allcity.site.partnerships.answering import lock_needs, of_it
from allcity.site.partnerships.models import Agreement, Event, Partnership, Side
from allcity.site.partnerships.parties import Party, parties_of, signatories, speaking_for
from allcity.site.partnerships.phases import TRANSITIONS, Transition, phase_of

_BY_NAME: dict[str, Transition] = {transition.name: transition for transition in TRANSITIONS}


def locked(partnership: Partnership) -> Partnership:
    """The partnership as it is now, which nobody else changes until this is done."""
    rows: Any = Partnership.objects.select_for_update(of=("self",)).select_related("city").prefetch_related(*SIDES)
    found: Partnership = rows.get(pk=partnership.pk)
    lock_needs(of_it(found))
    return found


def acting(partnership: Partnership, user: User) -> Party | None:
    """A party for which the person acts; None for coordinators, who keep the record where all parties have their own people.

    Raises PermissionDenied for everybody else.
    """
    own = parties_of(partnership, user)
    if own:
        return own[0]
    if is_coordinator(user, partnership):
        return None
    raise PermissionDenied


def writing(partnership: Partnership, user: User, *states: str) -> tuple[Agreement, Party | None]:
    """The version that is open, in one of some states, and for whom the person acts in it: also whoever it brings in does.

    Under the partnership's lock. Raises PermissionDenied, and ValidationError where none is open.
    """
    version: Agreement | None = partnership.agreements.filter(state__in=Agreement.OPEN).first()
    if version is not None:
        version.partnership = partnership
        if own := speaking_for(signatories(version), partnership, user):
            return open_of(partnership, *states), own[0]
    party = acting(partnership, user)
    return open_of(partnership, *states), party


def places_of(of: Partnership | Agreement, side: Side) -> Any:
    """The relation in which a partnership keeps its parties of a side, or a version those whom it brings in."""
    return {Side.ORGANIZATION: of.organizations, Side.SCHOOL: of.schools, Side.DISTRICT: of.districts}[side]


def part_with(partnership: Partnership, party: Party) -> None:
    """Take a party out, and its needs where nothing is agreed yet. What was agreed for them stays on record."""
    places_of(partnership, party.side).remove(party.place)
    if partnership.stage == Partnership.Stage.DRAFT and party.side != Side.ORGANIZATION:
        partnership.needs.remove(*partnership.needs.filter(**{party.side.value: party.place}))


def may(partnership: Partnership, name: str, today: date) -> bool:
    """Whether a transition leads on from where a partnership is."""
    return phase_of(partnership, today) in _BY_NAME[name].before


def check(partnership: Partnership, name: str) -> None:
    """Raises ValidationError where a transition does not lead on from where a partnership is."""
    today = today_in(partnership.city)
    if not may(partnership, name, today):
        raise ValidationError(
            _("This has gone on meanwhile. It is now: %(state)s.") % {"state": phase_of(partnership, today).label}
        )


def open_of(partnership: Partnership, *states: str) -> Agreement:
    """The version that is open, in one of some states, under the partnership's lock. Raises ValidationError where none is."""
    found: Agreement | None = partnership.agreements.filter(state__in=Agreement.OPEN).first()
    if found is None or found.state not in (states or Agreement.OPEN):
        raise ValidationError(_("This has gone on meanwhile. Look at the agreement as it stands now."))
    found.partnership = partnership
    return found


def record(
    partnership: Partnership, step: str, *, user: User | None, party: Party | None, **values: str | int | None
) -> Event:
    """Keep what happened. Values may not name a person; without a party it was done for the city."""
    return Event.objects.create(
        partnership=partnership,
        step=step,
        by=user,
        side=party.side if party else "",
        values={**values, **({"place": party.name} if party else {})},
    )


def save_record(record: Any) -> None:
    """Write a record of the city's tables, with the people of the city as its source."""
    record.source = source_of_people(record.city, record.TABLE)
    record.as_of = today_in(record.city)
    record.save()
    note_change(record.city)
