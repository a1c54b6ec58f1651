"""Who comes: answers of those who are asked, places, and the line of those who wait for one.

Every write locks the session first, so that of many who answer at once each finds the places as they are, and the line is
in the order in which they came.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.action import participants
from allcity.site.action.convening import telling
from allcity.site.action.convening.locking import locked
from allcity.site.action.convening.tasks import tell_standing
from allcity.site.action.models import Invitee, PlanningSession, PollAnswer

State = Invitee.State
LONGEST_ASKS = 1000
LONGEST_NAME = 200
AN_INSTANT = timedelta(microseconds=1)


@transaction.atomic
def answer(
    *, invitee: Invitee, comes: bool, asks: str | None = None, participant: str | None = None, name: str | None = None
) -> Invitee:
    """Say whether somebody comes, and what they need. Where no place is left they wait for one, behind all who wait already.

    None leaves as it is what they need, are, and are called. Whoever comes or waits and says so again keeps their place.
    """
    session = locked(invitee.session)
    found = _found(invitee, session)
    _refuse_over(session)
    if session.state != PlanningSession.State.CALLED:
        raise ValidationError(_("It has no date yet. Say which dates suit you instead."))
    _say(found, session, asks, participant, name)
    before = found.state
    if comes and before not in (State.COMING, State.WAITING):
        found.queued_at = _next_in_line(session)
        found.state = State.COMING if _has_place(session) else State.WAITING
    elif not comes:
        found.state, found.queued_at = State.DECLINED, None
    found.save()
    if found.state != before:
        tell_standing(found, before)
    if before == State.COMING and found.state == State.DECLINED:
        promote(session)
    return found


def leave(*, invitee: Invitee) -> Invitee:
    """Give back a place, or one's place in the line. Whoever waits longest has the place at once."""
    return answer(invitee=invitee, comes=False)


@transaction.atomic
def answer_poll(*, invitee: Invitee, answers: Mapping[int, str], asks: str | None = None) -> Invitee:
    """Say which of the proposed dates suit somebody, by the date's number. Dates that are gone meanwhile are left out."""
    session = locked(invitee.session)
    found = _found(invitee, session)
    if session.state != PlanningSession.State.POLL:
        raise ValidationError(_("The date is chosen already. Say whether you come."))
    _say(found, session, asks, None, None)
    found.save()
    dates = {date.pk: date for date in session.dates.all()}
    for number, suits in answers.items():
        if number in dates and suits in PollAnswer.Suits.values:
            PollAnswer.objects.update_or_create(date=dates[number], invitee=found, defaults={"suits": suits})
    return found


@transaction.atomic
def not_for_me(*, invitee: Invitee) -> Invitee:
    """End an invitation whose link reached somebody else; whoever sent it is told. Once it was answered it stays as it is."""
    session = locked(invitee.session)
    found = _found(invitee, session)
    if found.state != State.INVITED or found.poll_answers.exists():
        raise ValidationError(_("Somebody has answered with this link. Ask whoever runs the session for your own."))
    found.token = secrets.token_urlsafe(32)
    if found.user_id is None:
        found.state = State.DECLINED
    found.save()
    telling.tell_not_for_them(found)
    return found


def promote(session: PlanningSession) -> list[Invitee]:
    """Give places that are free to those who wait, the earliest first, and tell each. The session is locked already."""
    if session.state != PlanningSession.State.CALLED or is_over(session):
        return []
    waiting = session.invitees.filter(state=State.WAITING).order_by("queued_at", "pk")
    if session.capacity is not None:
        free = session.capacity - session.invitees.filter(state=State.COMING).count()
        waiting = waiting[: max(free, 0)]
    promoted = list(waiting)
    for invitee in promoted:
        invitee.state = State.COMING
        invitee.save(update_fields=["state"])
        tell_standing(invitee, State.WAITING)
    return promoted


def is_over(session: PlanningSession, now: datetime | None = None) -> bool:
    """Whether nobody can say any more that they come."""
    over = (PlanningSession.State.HELD, PlanningSession.State.CANCELLED)
    return session.state in over or (session.ends_at is not None and session.ends_at <= (now or timezone.now()))


@transaction.atomic
def forget(user: User) -> None:
    """Take a person out of every session to which they were asked; whoever waits has their place."""
    rows = Invitee.objects.filter(user=user).select_related("session").order_by("pk")
    for row in rows:
        session = locked(row.session)
        row.delete()
        promote(session)


def _refuse_over(session: PlanningSession) -> None:
    if session.state == PlanningSession.State.CANCELLED:
        raise ValidationError(_("The session was cancelled."))
    if is_over(session):
        raise ValidationError(_("The session is over. Thank you for thinking of it."))


def _found(invitee: Invitee, session: PlanningSession) -> Invitee:
    """The invitee as they are now. Raises ValidationError where they are not asked any more."""
    found = Invitee.objects.filter(pk=invitee.pk).select_related("user").first()
    if found is None:
        raise ValidationError(_("This invitation has ended. Ask whoever runs the session for another one."))
    found.session = session
    return found


def _say(
    invitee: Invitee, session: PlanningSession, asks: str | None, participant: str | None, name: str | None
) -> None:
    if asks is not None:
        asks = asks.replace("\x00", "").strip()
        if len(asks) > LONGEST_ASKS:
            raise ValidationError(
                {"asks": _("That is too long: %(longest)s letters at most.") % {"longest": LONGEST_ASKS}}
            )
        invitee.asks = asks
    if participant is not None:
        if participant and participant not in participants.titles(session.city):
            raise ValidationError({"participant": _("Choose who you are from the list.")})
        invitee.participant = participant
    if name is not None and invitee.user_id is None:
        invitee.name = name.replace("\x00", "").strip()[:LONGEST_NAME]


def _has_place(session: PlanningSession) -> bool:
    """Whether somebody who says now that they come has a place: one is free, and nobody waits for it."""
    if session.capacity is None:
        return True
    if session.invitees.filter(state=State.WAITING).exists():
        return False
    return session.invitees.filter(state=State.COMING).count() < session.capacity


def _next_in_line(session: PlanningSession) -> datetime:
    """Now, or just behind whoever is last in line: clocks may stand still, or go back."""
    last = session.invitees.aggregate(last=Max("queued_at"))["last"]
    now = timezone.now()
    return max(now, last + AN_INSTANT) if last else now
