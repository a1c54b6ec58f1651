"""People who would like to be asked: the page of people knows them by a mark in its address that nobody else can make."""

from django.core import signing

from allcity.site.accounts.models import User
from allcity.site.action.models import PlanningSession

_signer = signing.Signer(salt="allcity.action.wish")


def mark(session: PlanningSession, user: User) -> str:
    """What stands in the address for a person and a session: the same each time."""
    return _signer.sign_object([session.pk, user.pk])


def wisher(session: PlanningSession, mark: str) -> User | None:
    """Who would like to be asked, where the mark is ours, and they are not asked yet."""
    try:
        number, user = _signer.unsign_object(mark)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if number != session.pk or session.invitees.filter(user=user).exists():
        return None
    return User.objects.filter(pk=user, is_active=True).first()
