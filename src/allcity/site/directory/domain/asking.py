"""Asking people once a month whether what they look after is still true, with a link that needs no sign-in."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts import mail
from allcity.site.accounts.models import User
from allcity.site.cities.models import Kept, Membership
from allcity.site.directory.kinds import KINDS, kind_of
from allcity.site.directory.models import Asking
from allcity.site.directory.queries.upkeep import to_confirm
from allcity.site.notices.kinds import Delivery, Kind, register
from allcity.site.notices.mail import stop_token
from allcity.site.notices.queries import deliveries_of

EVERY = timedelta(days=28)
VALID = timedelta(days=60)
IN_A_MAIL = 10
STILL_TRUE = register(
    Kind(
        "still-true",
        _("Whether what you look after is still true, once a month"),
        _("Is what you look after still true?"),
        Delivery.AT_ONCE,
    )
)
"""Asked by a mail of its own, which holds a link for each record. Whoever wants none finds the same under "My work"."""
_SALT = "directory.still-true"


def make_token(record: Kept, user: User) -> str:
    """What a link holds with which this person can say that this record is still true, and nothing else."""
    return signing.dumps([kind_of(record).name, record.pk, user.pk], salt=_SALT)


def read_token(token: str) -> tuple[Kept, User] | None:
    """The record and the person of a link; None where it is not ours, is older than 60 days, or one of them is gone."""
    try:
        kind, record_id, user_id = signing.loads(token, salt=_SALT, max_age=VALID)
    except signing.BadSignature:
        return None
    records = KINDS[kind].model._default_manager.current().select_related("city", *KINDS[kind].paths)
    record = records.filter(pk=record_id).first()
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return (record, user) if record and user else None


def ask_everybody() -> int:
    """Ask everybody who looks after something that may be out of date, and was not asked for a month. Gives how many."""
    resting = Asking.objects.filter(asked_at__gt=timezone.now() - EVERY).values("user")
    holders = Membership.objects.filter(place__isnull=False).values("user")
    people = User.objects.filter(is_active=True, pk__in=holders).exclude(pk__in=resting)
    return sum(_ask(user) for user in people.iterator())


def _ask(user: User) -> bool:
    if deliveries_of(user)[STILL_TRUE.id] == Delivery.OFF:
        return False
    places = Membership.objects.filter(user=user, place__isnull=False).values_list("place", flat=True)
    records = to_confirm([place for place in places if place])
    if not records:
        return False
    with transaction.atomic():
        Asking.objects.update_or_create(user=user, defaults={"asked_at": timezone.now()})
        # One address that cannot be reached does not keep the others from being asked.
        transaction.on_commit(_mail(user, records).send, robust=True)
    return True


def _mail(user: User, records: Sequence[Kept]) -> EmailMultiAlternatives:
    with translation.override(user.language):
        stop = settings.SITE_ADDRESS + reverse("notices:stop", args=[stop_token(user, STILL_TRUE.id)])
        context = {
            "person": user.first_name,
            "lines": list(_lines(records[:IN_A_MAIL], user)),
            "more": max(0, len(records) - IN_A_MAIL),
            "work": settings.SITE_ADDRESS + reverse("notices:work"),
            "stop": stop,
        }
        text = render_to_string("directory/still_true.txt", context).strip()
        message = mail.compose(to=user.email, subject=gettext("Is this still true?"), text=text)
    message.extra_headers = {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    return message


def _lines(records: Iterable[Any], user: User) -> Iterable[dict[str, Any]]:
    for record in records:
        address = reverse("directory:still-true", args=[make_token(record, user)])
        yield {
            "name": str(record),
            "kind": kind_of(record).one,
            "as_of": record.as_of,
            "url": settings.SITE_ADDRESS + address,
        }


def forget(user: User) -> None:
    """Forget when the person was asked. That they confirmed a record stays as a date without a name."""
    Asking.objects.filter(user=user).delete()
