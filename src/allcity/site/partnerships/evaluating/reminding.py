"""What is done each day so that partnerships are looked back on in time: asking the parties, and reminding who has not said."""

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from allcity.analysis.city import year_of
from allcity.site.needs.proposals.queries import attended
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.agreeing.domain.keeping import locked
from allcity.site.partnerships.evaluating import domain, queries, telling
from allcity.site.partnerships.models import Evaluation, Partnership, Side
from allcity.site.partnerships.parties import parties
from allcity.site.partnerships.reminding import Unattended
from allcity.site.worker import each_by_itself

AFTER = timedelta(days=7)
LONG_AGO = timedelta(days=120)
"""How long after the day nobody is asked any more; the page stays open."""


class Mark(models.TextChoices):
    """The marks around the day at which parties are told, in their order."""

    NONE = "", "none"
    BEFORE = "before", "before"
    DUE = "due", "due"
    AFTER = "after", "after"


def look_back(*, now: datetime | None = None) -> int:
    """Ask and remind the parties of each partnership that is due, at each mark once. Gives how many were asked or reminded."""
    now = now or timezone.now()
    today = now.date()
    rows = Partnership.objects.current().filter(start_date__lte=today)
    rows = rows.filter(Q(end_date=None) | Q(end_date__gte=today - LONG_AGO))
    unattended = Unattended()
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    done = each_by_itself(pks, lambda pk: _look_at(pk, now, unattended))
    unattended.tell()
    return done


def _look_at(pk: int, now: datetime, unattended: Unattended) -> bool:
    if not Partnership.objects.filter(pk=pk).exists():
        return False
    partnership = locked(Partnership(pk=pk))
    domain.reckon_due(partnership)
    today = today_in(partnership.city, now)
    year = _year_due(partnership, today)
    if year is None:
        return False
    mark = _mark(queries.due_on(partnership, year), today)
    order = list(Mark)
    evaluation = Evaluation.objects.filter(partnership=partnership, year=year).first()
    if mark == Mark.NONE or (
        evaluation and (evaluation.decision or order.index(mark) <= order.index(Mark(evaluation.told)))
    ):
        return False
    evaluation = evaluation or domain.open_evaluation(partnership=partnership, year=year)
    evaluation.told = mark
    evaluation.save(update_fields=["told"])
    said = set(evaluation.views.exclude(wish="").values_list("place", flat=True))
    silent = [party for party in parties(partnership) if party.is_there and party.public_id not in said]
    telling.tell(evaluation, telling.DUE, among=silent, due_on=evaluation.due_on)
    if len(attended(party.place for party in silent)) < sum(party.side != Side.DISTRICT for party in silent):
        unattended.note(partnership)
    return True


def _year_due(partnership: Partnership, today: date) -> int | None:
    """The school year that is to be looked back on these days."""
    for year in (year_of(today), year_of(today) - 1):
        due = queries.due_on(partnership, year)
        if year in queries.years_of(partnership) and due - queries.SETTLES_BEFORE <= today <= due + LONG_AGO:
            return year
    return None


def _mark(due: date, today: date) -> Mark:
    if today >= due + AFTER:
        return Mark.AFTER
    if today >= due:
        return Mark.DUE
    return Mark.BEFORE if today >= due - queries.SETTLES_BEFORE else Mark.NONE
