"""What sessions do in the background: one task for each person who is told something, and the daily reminders."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from allcity.site.action.convening import kinds, marks, telling
from allcity.site.action.convening.calendars import CANCEL
from allcity.site.action.models import Invitee, PlanningSession
from allcity.site.worker import each_by_itself

State = PlanningSession.State
FORGET_NEEDS, FORGET_ADDRESSES = timedelta(days=30), timedelta(days=365)
"""How long after a session what people need is kept, and the addresses and names of those without an account."""


# --- Asked for as something is written ---


def tell_all(session: PlanningSession) -> None:
    """Have everybody told how the session stands whose calendar knows an older state, as soon as this is written."""
    behind = session.invitees.filter(told_sequence__lt=session.sequence).exclude(state=Invitee.State.DECLINED)
    if session.state == State.CANCELLED:
        behind = behind.filter(told_sequence__gte=0)
    numbers = list(behind.order_by("pk").values_list("pk", flat=True))
    transaction.on_commit(partial(_enqueue, tell_invitee.enqueue, numbers))


def tell_standing(invitee: Invitee, before: str) -> None:
    """Have somebody told that they have a place now, wait for one, or gave it back, as soon as this is written."""
    transaction.on_commit(partial(tell_of_standing.enqueue, invitee.pk, str(before), str(invitee.state)))


@transaction.atomic
def _enqueue(enqueue: Callable[[int], object], numbers: list[int]) -> None:
    for number in numbers:
        enqueue(number)


# --- Tasks ---


@task()
def tell_invitee(number: int) -> None:
    """Tell somebody how their session stands: that they are asked, that it changed, or that it is cancelled; each once."""
    found = _invitee(number)
    if found is None:
        return
    before, now = found.told_sequence, found.session.sequence
    try:
        _tell(found, before)
    except Exception:
        # Who could not be mailed is told by the next daily task.
        Invitee.objects.filter(pk=number, told_sequence=now).update(told_sequence=before)
        raise


@transaction.atomic
def _tell(invitee: Invitee, before: int) -> None:
    session = invitee.session
    mine = Invitee.objects.filter(pk=invitee.pk, told_sequence=before, told_sequence__lt=session.sequence)
    # Whoever marks it first tells: two who do it at once send no mail twice.
    if session.state in (State.DRAFT, State.HELD) or not mine.update(told_sequence=session.sequence):
        return
    if session.state == State.CANCELLED:
        telling.tell(invitee, kinds.CANCELLED, method=CANCEL)
    elif session.state == State.POLL:
        telling.tell(invitee, kinds.DATES)
    else:
        was_asked = before >= 0 and invitee.state != Invitee.State.INVITED
        telling.tell(invitee, kinds.CHANGED if was_asked else kinds.ASKED)


@task()
def tell_of_standing(number: int, before: str, state: str) -> None:
    """Mail somebody what came of their answer, or that they moved up, if that is still so."""
    found = _invitee(number)
    if found is None or found.state != state or found.session.state != State.CALLED:
        return
    with transaction.atomic():
        if state == Invitee.State.COMING and before == Invitee.State.WAITING:
            telling.tell(found, kinds.PROMOTED)
        elif state == Invitee.State.COMING:
            telling.send(found, kinds.PLACE)
        elif state == Invitee.State.WAITING:
            telling.send(found, kinds.WAITS, number=place_in_line(found))
        elif before in (Invitee.State.COMING, Invitee.State.WAITING):
            telling.send(found, kinds.DECLINED, method=CANCEL)


@task()
def remind_invitee(number: int) -> None:
    """Remind somebody who comes, and ask again somebody who has not answered."""
    found = _invitee(number)
    if found is None or found.session.state != State.CALLED:
        return
    if found.state in (Invitee.State.COMING, Invitee.State.INVITED):
        with transaction.atomic():
            telling.tell(found, kinds.REMINDER, opening=f"{kinds.REMINDER.id}-{found.state}")


@task()
def remind_of_sessions() -> None:
    """Remind of every session that is called, a week before it and the day before; of each mark once.

    Whoever should have been told of a change, and was not, is told now.
    """
    soon = PlanningSession.objects.filter(state=State.CALLED, starts_at__gt=timezone.now())
    each_by_itself(list(soon.order_by("pk").values_list("pk", flat=True)), remind)


def remind(number: int) -> bool:
    """Remind of one session, if a mark is reached of which nobody was told."""
    session = PlanningSession.objects.select_for_update(of=("self",)).select_related("city").get(pk=number)
    tell_all(session)
    mark = marks.mark_reached(session)
    if not mark:
        return False
    session.told = marks.marks_passed(session)
    session.save(update_fields=["told"])
    people = session.invitees.filter(
        state__in=(Invitee.State.COMING, Invitee.State.INVITED), told_sequence=session.sequence
    )
    numbers = list(people.order_by("pk").values_list("pk", flat=True))
    transaction.on_commit(partial(_enqueue, remind_invitee.enqueue, numbers))
    return True


@task()
def forget_needs() -> None:
    """Forget what people said they need 30 days after a session, and after a year who came without an account."""
    now = timezone.now()

    def over(since: timedelta) -> Q:
        before = now - since
        never = Q(session__ends_at=None, session__changed_at__lt=before, session__state=State.CANCELLED)
        return Q(session__ends_at__lt=before) | never

    Invitee.objects.filter(over(FORGET_NEEDS)).exclude(asks="").update(asks="")
    named = Invitee.objects.filter(over(FORGET_ADDRESSES)).exclude(email="", name="")
    named.update(email="", name="")


# --- Parts of these ---


def place_in_line(invitee: Invitee) -> int:
    """Which number somebody has among those who wait."""
    ahead = Invitee.objects.filter(session=invitee.session, state=Invitee.State.WAITING)
    is_before = Q(queued_at__lt=invitee.queued_at) | Q(queued_at=invitee.queued_at, pk__lt=invitee.pk)
    return ahead.filter(is_before).count() + 1


def _invitee(number: int) -> Invitee | None:
    rows = Invitee.objects.select_related("session__city", "user", "invited_by")
    return rows.filter(pk=number).first()
