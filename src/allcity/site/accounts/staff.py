"""Staff on duty: somebody of the staff acts in a city only for a while, with a reason that is kept."""

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.accounts.models import StaffSession, User

LONGEST = timedelta(hours=1)


def session_of(user: User | AnonymousUser) -> StaffSession | None:
    """The staff session that a person is in now; read once for each request."""
    if not user.is_authenticated or not user.is_staff:
        return None
    if "_staff_session" not in user.__dict__:
        now = timezone.now()
        user.__dict__["_staff_session"] = StaffSession.objects.filter(
            user=user, started_at__lte=now, ends_at__gt=now
        ).first()
    return user.__dict__["_staff_session"]


def is_on_duty(user: User | AnonymousUser) -> bool:
    """Whether the person is of the staff and has said, within the hour, why they act in others' cities."""
    return session_of(user) is not None


@transaction.atomic
def start_session(*, user: User, reason: str) -> StaffSession:
    """Begin an hour of duty, in the place of one that goes on.

    Raises:
        PermissionDenied: the person is not of the staff.
        ValidationError: no reason is given.
    """
    if not user.is_staff:
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError(_("Say why. The reason is kept."))
    end_session(user=user)
    user.__dict__["_staff_session"] = session = StaffSession.objects.create(
        user=user, reason=reason.strip(), ends_at=timezone.now() + LONGEST
    )
    return session


def end_session(*, user: User) -> None:
    """End the person's duty now."""
    now = timezone.now()
    StaffSession.objects.filter(user=user, ends_at__gt=now).update(ends_at=now)
    user.__dict__.pop("_staff_session", None)


def personal_data(user: User) -> object:
    """The person's times of duty."""
    return list(StaffSession.objects.filter(user=user).values("reason", "started_at", "ends_at"))


def forget(user: User) -> None:
    """Take the name off the person's times of duty. That there were some, when and why, is kept for those concerned."""
    StaffSession.objects.filter(user=user).update(user=None)
