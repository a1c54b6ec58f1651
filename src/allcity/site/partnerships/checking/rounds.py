"""Rounds of check-ins: on which days one is due, when it can be answered, and when it is over."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count

from django.db.models import Q
from django.utils import timezone

from allcity.site.cities.domain import note_change
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.models import Partnership, Round
from allcity.site.partnerships.phases import Phase, phase_of
from allcity.site.worker import each_by_itself

USUAL_WEEKS = 12
"""About once in each term, where the parties have agreed on nothing else."""
OPENS = timedelta(days=14)
"""So long before the day it is due a check-in can be answered."""
CLOSES = timedelta(days=28)
"""So long after it; then both sides see what there is."""


def due_days(partnership: Partnership, until: date) -> list[date]:
    """The days up to one on which a check-in is due: by the rhythm agreed, from the first day to the last.

    A partnership that is shorter than its rhythm has one on its last day.
    """
    ends = [day for day in (partnership.end_date, partnership.planned_end_date) if day]
    last = min(ends, default=date.max)
    days = []
    for day in _days(partnership):
        if day > last or day > until:
            break
        days.append(day)
    if last <= until and not days and last > partnership.start_date:
        days.append(last)
    return days


def _days(partnership: Partnership) -> Iterator[date]:
    weeks = partnership.check_in_weeks or USUAL_WEEKS
    return (partnership.start_date + timedelta(weeks=weeks * number) for number in count(1))


def is_open(one: Round, today: date) -> bool:
    """Whether parties can answer it now."""
    return one.closed_at is None and one.due_on - OPENS <= today <= one.due_on + CLOSES


def takes_teachers(one: Round, today: date) -> bool:
    """Whether teachers can: also once both sides have answered, as teachers see the answers of nobody else."""
    return one.due_on - OPENS <= today <= one.due_on + CLOSES


def keep_rounds(partnership: Partnership, *, today: date | None = None) -> None:
    """Have the rounds there that can be answered now, and none that is to come on another day than agreed.

    It may be done as often as one likes. What is long past is not asked for any more.
    """
    today = today or today_in(partnership.city)
    days = due_days(partnership, today + OPENS)
    untouched = Round.objects.filter(partnership=partnership, closed_at=None, check_ins=None)
    untouched.filter(due_on__gte=today).exclude(due_on__in=days).delete()
    close_overdue(today=today, partnership=partnership)
    if phase_of(partnership, today) != Phase.RUNNING:
        return
    for day in days:
        if day >= today - OPENS:
            Round.objects.get_or_create(partnership=partnership, due_on=day, defaults={"city_id": partnership.city_id})


def close_overdue(*, today: date, partnership: Partnership) -> None:
    """Close the partnership's rounds whose time is over, so that both sides and the city's tables have what was said."""
    over = Round.objects.filter(partnership=partnership, closed_at=None, due_on__lt=today - CLOSES)
    if list(over):
        over.update(closed_at=timezone.now())
        note_change(partnership.city)


def keep_all(*, now: datetime | None = None) -> None:
    """The same for every partnership that runs, or has a round that is not closed."""
    now = now or timezone.now()
    day = now.date()
    running = Q(start_date__lte=day + timedelta(days=1)) & (Q(end_date=None) | Q(end_date__gte=day - timedelta(days=1)))
    unclosed = Q(pk__in=Round.objects.filter(closed_at=None).values("partnership"))
    partnerships = Partnership.objects.exclude(stage__in=Partnership.HIDDEN).filter(running | unclosed)

    def keep(pk: int) -> None:
        partnership = Partnership.objects.select_related("city").get(pk=pk)
        keep_rounds(partnership, today=today_in(partnership.city, now))

    each_by_itself(list(partnerships.order_by("pk").values_list("pk", flat=True)), keep)
