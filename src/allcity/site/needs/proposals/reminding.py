"""What is done each day so that no offer or request is lost in silence: reminding, asking how it went, putting aside."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from allcity.site.needs.models import Proposal, Side
from allcity.site.needs.proposals import domain, queries, telling
from allcity.site.needs.proposals.steps import Situation, situation_of
from allcity.site.needs.survey.reminding import today_in
from allcity.site.notices.kinds import Kind
from allcity.site.worker import each_by_itself

Mark = Proposal.Mark
BEFORE: Mapping[Situation, timedelta] = {
    Situation.WAITING: timedelta(days=3),
    Situation.SUGGESTED: timedelta(days=3),
    Situation.PLANNED: timedelta(days=3),
}
"""How long before the day somebody is reminded. What is agreed for a day is due the day after."""
LAPSES_AFTER: Mapping[Situation, timedelta] = {Situation.WAITING: timedelta(days=7)}
LONG_SILENCE = timedelta(days=28)
"""How long after the day a proposal is put aside; once the two have talked, only after a long silence."""
A_WEEK = timedelta(days=7)
TOLD: Mapping[tuple[Situation, str], Kind] = {
    (Situation.WAITING, Mark.BEFORE): telling.WAITS,
    (Situation.WAITING, Mark.DUE): telling.WAITS,
    (Situation.SUGGESTED, Mark.BEFORE): telling.WAITS,
    (Situation.SUGGESTED, Mark.DUE): telling.WAITS,
    (Situation.SUGGESTED, Mark.AFTER): telling.WAITS,
    (Situation.PLANNED, Mark.BEFORE): telling.SOON,
    (Situation.PASSED, Mark.DUE): telling.HOW_IS_IT,
    (Situation.PASSED, Mark.AFTER): telling.HOW_IS_IT,
    (Situation.OPEN, Mark.DUE): telling.HOW_IS_IT,
    (Situation.OPEN, Mark.AFTER): telling.HOW_IS_IT,
}
"""What whoever has to act is told at each mark."""
TO_COORDINATORS = ((Situation.WAITING, Mark.DUE), *((one, Mark.AFTER) for one in Situation))
"""The marks at which coordinators are told too."""


def lapse_overdue(*, now: datetime | None = None) -> int:
    """Remind, ask, and put aside whatever is due, each mark once even where a day was missed. Gives how many were put aside."""
    now = now or timezone.now()
    soon = now.date() + timedelta(days=4)  # a day more, for cities where it is tomorrow already
    due = Proposal.objects.open().filter(due_on__lte=soon).order_by("pk").values_list("pk", flat=True)
    return each_by_itself(list(due), lambda pk: _look_at(pk, now))


def _look_at(pk: int, now: datetime) -> bool:
    rows = Proposal.objects.select_for_update(of=("self",)).select_related(*queries.RELATED)
    proposal = rows.filter(pk=pk).open().first()
    if proposal is None or proposal.due_on is None:
        return False
    today = today_in(proposal.city, now)
    situation = situation_of(proposal, today)
    late = today - proposal.due_on
    if late >= LAPSES_AFTER.get(situation, LONG_SILENCE):
        domain.lapse(proposal=proposal)
        return True
    mark = _mark(situation, late)
    order = list(Mark)
    if order.index(mark) <= order.index(Mark(proposal.told)):
        return False
    proposal.told = mark
    proposal.save(update_fields=["told"])
    kind = TOLD.get((situation, mark))
    for side in Side:
        if kind and proposal.awaits in ("", side):
            telling.tell_side(proposal, side, kind)
    if (situation, mark) in TO_COORDINATORS:
        telling.tell_coordinators(proposal, proposal.awaits)
    return False


def _mark(situation: Situation, late: timedelta) -> Proposal.Mark:
    if late >= A_WEEK:
        return Mark.AFTER
    if late >= timedelta(0):
        return Mark.DUE
    return Mark.BEFORE if -late <= BEFORE.get(situation, timedelta(0)) else Mark.NONE
