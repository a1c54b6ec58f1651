"""What commitments do in the background."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from allcity.site.action.committing.telling import MARKS, mark_reached, tell_of_mark
from allcity.site.action.models import Commitment
from allcity.site.needs.survey.reminding import today_in
from allcity.site.worker import each_by_itself

A_DAY = timedelta(days=1)
_ORDER = ["", *(mark for mark, _after, _kind in MARKS)]
_OPEN = (Commitment.State.AGREED, Commitment.State.IN_WORK)


@task()
def remind_of_commitments() -> None:
    """Tell whoever answers for a commitment a week before its day, on it, and a week after: of each mark once."""
    latest = timezone.now().date() + A_DAY - min(after for _mark, after, _kind in MARKS)  # a day later in the east
    near = Commitment.objects.filter(due_on__lte=latest, state__in=_OPEN)
    each_by_itself(list(near.exclude(told=_ORDER[-1]).order_by("pk").values_list("pk", flat=True)), remind)


def remind(number: int) -> bool:
    """Tell of the mark that a commitment has reached, if it was not told of it or a later one. Those missed are let go."""
    rows = Commitment.objects.select_for_update(of=("self",)).select_related("city", "owner", "made_by")
    commitment = rows.get(pk=number)
    if commitment.due_on is None or commitment.state not in _OPEN:
        return False
    mark = mark_reached(commitment.due_on, today_in(commitment.city))
    if _ORDER.index(mark) <= _ORDER.index(commitment.told):
        return False
    commitment.told = mark
    commitment.save(update_fields=["told"])
    return bool(tell_of_mark(commitment, mark))
