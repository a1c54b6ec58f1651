"""What minutes do in the background: one task for each who gets them, and what is done daily."""

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from allcity.site.action.meeting import attending, telling
from allcity.site.action.models import Invitee, PlanningSession
from allcity.site.worker import each_by_itself

State = PlanningSession.State
REMIND_AFTER = timedelta(days=3)
MISSING = "minutes-missing"
"""The mark of having told the coordinators that minutes are missing."""


def send_to_all(session: PlanningSession, *, again: bool) -> None:
    """Have everybody who was asked told of the minutes, as soon as this is written."""
    numbers = list(session.invitees.order_by("pk").values_list("pk", flat=True))
    transaction.on_commit(partial(_enqueue, numbers, again=again))


@transaction.atomic
def _enqueue(numbers: list[int], *, again: bool) -> None:
    for number in numbers:
        send_minutes_to.enqueue(number, again)


@task()
def send_minutes_to(number: int, again: bool) -> None:
    """Tell somebody of the minutes of the session to which they were asked."""
    found = Invitee.objects.select_related("session__city", "user").filter(pk=number).first()
    if found and found.session.minutes_sent_at:
        with transaction.atomic():
            telling.tell(found, again=again)


@task()
def remind_of_minutes() -> None:
    """Tell coordinators, once, of each session that was over three days ago and whose minutes are not sent."""
    rows = PlanningSession.objects.filter(
        state=State.CALLED, ends_at__lte=timezone.now() - REMIND_AFTER, minutes_sent_at=None
    )
    waiting = [number for number, told in rows.order_by("pk").values_list("pk", "told") if MISSING not in told]
    each_by_itself(waiting, remind)


def remind(number: int) -> bool:
    """Tell of one of them, if nobody did meanwhile."""
    session = PlanningSession.objects.select_for_update(of=("self",)).select_related("city").get(pk=number)
    if session.minutes_sent_at or MISSING in session.told:
        return False
    session.told = [*session.told, MISSING]
    session.save(update_fields=["told"])
    telling.tell_missing(session)
    return True


@task()
def forget_names() -> None:
    """Forget who was there, a year after a session, of those without an account."""
    attending.forget_names()
