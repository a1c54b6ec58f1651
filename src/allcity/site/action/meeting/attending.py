"""Who is there: people sign in by the code at the door, by their own link, or are ticked by those who run the session.

Each is noted once, as a type of participant. A name is for those who run the session alone, and is forgotten: of people
without an account after a year, of others when they leave.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.action import participants
from allcity.site.action.committing.checks import text as checked
from allcity.site.action.convening.locking import locked
from allcity.site.action.meeting import window
from allcity.site.action.models import Attendance, Decision, Invitee, PlanningSession
from allcity.site.cities.models import Membership
from allcity.site.cities.people.queries import addresses_of

LONGEST_NAME = 200
MOST_HERE = 2000
NAMES_KEPT = timedelta(days=365)
"""How long after a session the names of those are kept who have no account."""


@transaction.atomic
def sign_in(*, invitee: Invitee, at_door: bool = False) -> Attendance:
    """Note that somebody who was asked is there. Done twice, it is noted once.

    `at_door`, those who run the session do it; they can later too.
    """
    session = locked(invitee.session)
    found = Invitee.objects.filter(pk=invitee.pk).select_related("user").first()
    if found is None:
        raise ValidationError(_("This invitation has ended. Sign in at the door with your name."))
    there = Attendance.objects.filter(invitee=found).first()
    if there:
        return there
    _refuse_closed(session, at_door=at_door)
    return Attendance.objects.create(
        session=session, invitee=found, participant=found.participant, name=_name_of(found, _members(session, [found]))
    )


@transaction.atomic
def sign_in_by_name(*, session: PlanningSession, name: str, participant: str = "", at_door: bool = False) -> Attendance:
    """Note that somebody is there who says who they are. Where one of those who were asked is called so, it is them."""
    found = locked(session)
    _refuse_closed(found, at_door=at_door)
    name = " ".join(checked(name, LONGEST_NAME, empty=_("Type your name."), field="name").split())
    if participant and participant not in participants.titles(found.city):
        raise ValidationError(_("Choose who you are from the list."), code="participant")
    if found.attendances.count() >= MOST_HERE:
        raise ValidationError(_("More people are signed in than fit. Ask whoever runs the session."))
    invitee = _asked_by_name(found, name)
    return Attendance.objects.create(
        session=found,
        invitee=invitee,
        participant=participant or (invitee.participant if invitee else ""),
        name=name,
    )


@transaction.atomic
def undo(*, attendance: Attendance, user: User) -> None:  # noqa: ARG001 - writes take who does it
    """Take back that somebody is there."""
    locked(attendance.session)
    Attendance.objects.filter(pk=attendance.pk).delete()


def _refuse_closed(session: PlanningSession, *, at_door: bool) -> None:
    match window.sign_in_of(session):
        case window.OPEN:
            return
        case window.EARLY:
            opens = window.in_words(session, window.opens_at(session))
            raise ValidationError(_("Come back on %(time)s to sign in: it is not open yet.") % {"time": opens})
        case window.OVER if at_door:
            return
        case window.OVER:
            raise ValidationError(_("Signing in has closed. Tell whoever runs the session that you were there."))
        case _never:
            raise ValidationError(_("The session is not called, or was cancelled. Nobody signs in to it."))


def _name_of(invitee: Invitee, members: Collection[int]) -> str:
    """What they are called. Of whoever has no role in the city the account's name is not told."""
    if invitee.user and invitee.user_id in members:
        return invitee.user.get_full_name()[:LONGEST_NAME]
    return invitee.name


def _members(session: PlanningSession, rows: Iterable[Invitee]) -> set[int]:
    people = [row.user_id for row in rows if row.user_id]
    return set(Membership.objects.filter(city=session.city, user__in=people).values_list("user", flat=True))


def _asked_by_name(session: PlanningSession, name: str) -> Invitee | None:
    """The one among those asked, and not there yet, who is called so; None where there is none, or there are two."""
    rows = list(session.invitees.filter(attendance=None).select_related("user"))
    members, wanted = _members(session, rows), name.casefold()
    found = [row for row in rows if " ".join(_name_of(row, members).split()).casefold() == wanted]
    return found[0] if len(found) == 1 else None


# --- What is kept of a person ---


def _of(user: User) -> QuerySet[Attendance]:
    own = Q(invitee__user=user) | Q(invitee__user=None, invitee__email__in=addresses_of(user))
    return Attendance.objects.filter(own)


def personal_data(user: User) -> dict[str, Any]:
    """The sessions at which somebody was noted, and the decisions that they wrote down."""
    here = _of(user).select_related("session__city").order_by("pk")
    decided = Decision.objects.filter(noted_by=user).select_related("session__city").order_by("pk")
    return {
        "was_there": [
            {
                "city": row.session.city.slug,
                "session": row.session.title,
                "starts_at": row.session.starts_at,
                "name": row.name,
                "as": row.participant,
                "at": row.at,
            }
            for row in here
        ],
        "decisions": [
            {"city": row.session.city.slug, "session": row.session.title, "text": row.text, "at": row.noted_at}
            for row in decided
        ],
    }


def erase(user: User) -> None:
    """Take a person's name off the lists of who was there, and off decisions. That somebody of their type was there stays."""
    rows = list(_of(user).values_list("pk", flat=True))
    Attendance.objects.filter(pk__in=rows).update(name="")
    Decision.objects.filter(noted_by=user).update(noted_by=None)


def forget_names() -> int:
    """Forget, a year after a session, the names of those who were there without an account. Gives how many."""
    before = timezone.now() - NAMES_KEPT
    rows = Attendance.objects.filter(invitee__user=None, session__ends_at__lt=before).exclude(name="")
    return Attendance.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(name="")
