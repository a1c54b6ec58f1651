"""What offers and requests have waiting for people: answers that are due, and what nobody is there to answer."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.cities.people.queries import coordinated_by
from allcity.site.needs.models import Proposal, Side
from allcity.site.needs.proposals import queries
from allcity.site.needs.proposals.steps import Situation, other, situation_of
from allcity.site.needs.proposals.telling import url_of
from allcity.site.needs.survey.reminding import today_in
from allcity.site.notices.work import WorkItem

TITLES: Mapping[Situation, str | Promise] = {
    Situation.WAITING: _("%(other)s waits for an answer"),
    Situation.OPEN: _("Say what comes next with %(other)s"),
    Situation.SUGGESTED: _("%(other)s suggests what comes next: %(what)s"),
    Situation.PLANNED: _("With %(other)s: %(what)s"),
    Situation.PASSED: _("Did it take place? With %(other)s: %(what)s"),
}
"""What is to be done, by how far a proposal is."""


def proposals(user: User) -> Iterator[WorkItem]:
    """Each proposal in which it is the turn of a place of the person's; and where nobody is there to answer, for coordinators."""
    own = {place for place in user.memberships.values_list("place", flat=True) if place}
    if own:
        yield from _of_own(user, own)
    for city, number in _of_nobody(user):
        title = ngettext(
            "%(number)s offer or request is for a place that nobody looks after",
            "%(number)s offers and requests are for places that nobody looks after",
            number,
        )
        yield WorkItem(
            title % {"number": number},
            reverse("city:proposals", args=[city.slug]) + "?show=all&state=nobody",
            detail=_("Invite somebody, or answer yourself."),
            city=city,
            weight=20,
        )


def _of_own(user: User, own: set[UUID]) -> Iterator[WorkItem]:
    found = Proposal.objects.open().of_places_of(user).select_related(*queries.RELATED)
    for proposal in found.order_by("due_on", "pk"):
        sides = [side for side in Side if _is_in(own, proposal.place_of(side))]
        its_turn = [side for side in sides if proposal.awaits in ("", side)]
        if not its_turn:
            continue
        situation = situation_of(proposal, today_in(proposal.city))
        values = {"other": proposal.place_of(other(its_turn[0])), "what": proposal.get_next_step_display()}
        is_to_come = situation == Situation.PLANNED
        yield WorkItem(
            str(TITLES[situation]) % values,
            url_of(proposal),
            detail=str(proposal.place_of(its_turn[0])),
            due_on=proposal.next_on if is_to_come else proposal.due_on,
            city=proposal.city,
            weight=35,
        )


def _is_in(own: set[UUID], place: queries.Place) -> bool:
    return place.public_id in own and not queries.is_archived(place)


def _of_nobody(user: User) -> Iterator[tuple[City, int]]:
    """The cities that the person coordinates in which somebody waits for a place that nobody looks after, with how many."""
    rows = Proposal.objects.open().filter(queries.of_nobody(), city__in=coordinated_by(user))
    rows = rows.exclude(next_agreed=True, next_on__gt=timezone.localdate())
    numbers = dict(rows.order_by().values_list("city").annotate(number=Count("pk")))
    for city in City.objects.filter(pk__in=numbers):
        yield city, numbers[city.pk]
