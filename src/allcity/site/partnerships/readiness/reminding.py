"""What is done each day so that nothing runs out unnoticed: 30 days before, on the last day, and a week after it."""

from datetime import datetime, timedelta

from django.utils import timezone

from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.models import Readiness
from allcity.site.partnerships.readiness import telling
from allcity.site.partnerships.readiness.standing import SOON
from allcity.site.worker import each_by_itself

BEFORE, DUE, AFTER = "before", "due", "after"
MARKS = ((AFTER, timedelta(days=7)), (DUE, timedelta(0)), (BEFORE, -SOON))
"""The marks with their days from the last day on, the latest first."""
ORDER = ("", BEFORE, DUE, AFTER)
KINDS = {BEFORE: telling.SOON, DUE: telling.SOON, AFTER: telling.RAN_OUT}
LONGEST = timedelta(days=60)
"""What ran out longer ago is told of no more: an installation that stood still would else tell of everything at once."""


def remind_of_what_runs_out(*, now: datetime | None = None) -> int:
    """Tell organizations of what runs out, each mark once even where a day was missed. Gives how many were told."""
    now = now or timezone.now()
    last = now.date() + SOON + timedelta(days=1)  # a day more, for cities where it is tomorrow already
    rows = Readiness.objects.filter(
        in_order=True,
        valid_until__lte=last,
        valid_until__gte=now.date() - LONGEST,
        requirement__archived_at=None,
        organization__archived_at=None,
    ).exclude(told=AFTER)
    return each_by_itself(list(rows.order_by("pk").values_list("pk", flat=True)), lambda pk: _look_at(pk, now))


def _look_at(pk: int, now: datetime) -> bool:
    rows = Readiness.objects.select_for_update(of=("self",)).select_related("organization__city", "requirement")
    row = rows.filter(pk=pk, in_order=True).first()
    if row is None or row.valid_until is None:
        return False
    late = today_in(row.organization.city, now) - row.valid_until
    mark = next((mark for mark, days in MARKS if late >= days), "")
    if ORDER.index(mark) <= ORDER.index(row.told):
        return False
    Readiness.objects.filter(pk=pk).update(told=mark)  # `said_at` stays the day on which somebody said it
    telling.tell(row, KINDS[mark])
    return True
