"""Reminding whoever has not checked in: a week before it is due, on the day, and a week after, once each."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from allcity.site.needs.proposals.queries import attended
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.checking import queries, telling
from allcity.site.partnerships.checking.rounds import OPENS, is_open, takes_teachers
from allcity.site.partnerships.models import Partnership, Round
from allcity.site.partnerships.reminding import Unattended
from allcity.site.worker import each_by_itself

MARKS: Final = (("after", timedelta(days=7)), ("due", timedelta(0)), ("before", timedelta(days=-7)))
"""Each mark and how long after the due day it is, the last first."""
_ORDER = ("", "before", "due", "after")


def remind_where_due(*, now: datetime | None = None) -> int:
    """Remind of every round that has come to a mark, each mark once even where a day was missed. Gives how many rounds."""
    now = now or timezone.now()
    earliest, latest = now.date() - timedelta(days=30), now.date() + OPENS
    near = Round.objects.filter(due_on__range=(earliest, latest)).exclude(told="after").order_by("pk")
    unattended = Unattended()
    pks = list(near.values_list("pk", flat=True))
    done = each_by_itself(pks, lambda pk: _look_at(pk, now, unattended))
    unattended.tell()
    return done


def _look_at(pk: int, now: datetime, unattended: Unattended) -> bool:
    one = Round.objects.select_for_update(of=("self",)).select_related("partnership__city").filter(pk=pk).first()
    if one is None or one.partnership.stage in Partnership.HIDDEN:
        return False
    today = today_in(one.partnership.city, now)
    mark = next((name for name, after in MARKS if today >= one.due_on + after), "")
    if _ORDER.index(mark) <= _ORDER.index(one.told):
        return False
    one.told = mark
    one.save(update_fields=["told"])
    said = queries.said_in([one]).get(one.pk, ())
    if is_open(one, today):
        among = queries.asked(one.partnership)
        looked_after = attended(party.place for party in among)
        for party in among:
            if any(each.is_of(party) for each in said):
                continue
            if party.public_id in looked_after:
                telling.tell_due(one, party)
            else:
                unattended.note(one.partnership)
    if takes_teachers(one, today):
        have = {each.first.teacher_id for each in said}
        for teacher in queries.teachers_of(one.partnership):
            if teacher.pk not in have:
                telling.mail_teacher(teacher, due_on=one.due_on)
    return True
