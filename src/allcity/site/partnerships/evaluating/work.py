"""What looking back has waiting for people: the partnerships of which their school or organization has not said anything yet."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.needs.survey.reminding import today_in
from allcity.site.notices.work import WorkItem
from allcity.site.partnerships.evaluating.queries import SETTLES_BEFORE
from allcity.site.partnerships.evaluating.telling import url_of
from allcity.site.partnerships.models import Evaluation, Partnership
from allcity.site.partnerships.parties import parties


def evaluations(user: User) -> Iterator[WorkItem]:
    """Each year to look back on that is due, or of which another party has said something, for a place of the person's."""
    own = {place for place in user.memberships.values_list("place", flat=True) if place}
    if not own:
        return
    rows = Evaluation.objects.filter(decision="", partnership__in=_of_places(own)).select_related("partnership__city")
    rows = rows.prefetch_related(
        "views", "partnership__organizations", "partnership__schools", "partnership__districts"
    )
    for evaluation in rows.order_by("due_on", "pk"):
        partnership = evaluation.partnership
        said = {view.place for view in evaluation.views.all() if view.wish}
        mine = [party for party in parties(partnership) if party.public_id in own - said and party.is_there]
        is_soon = evaluation.due_on and evaluation.due_on - SETTLES_BEFORE <= today_in(partnership.city)
        if mine and (is_soon or said):
            yield WorkItem(
                _("Look back together: %(name)s") % {"name": partnership.name},
                url_of(evaluation),
                detail=mine[0].name,
                due_on=evaluation.due_on,
                city=partnership.city,
                weight=30,
            )


def _of_places(own: Iterable[UUID]) -> Any:
    found = Partnership.objects.current()
    return found.filter(Q(organizations__public_id__in=own) | Q(schools__public_id__in=own)).values("pk")
