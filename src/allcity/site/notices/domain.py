"""What is done about notices: people are told, by mail too if they want, and choose how."""

from collections.abc import Mapping
from datetime import date
from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.notices.kinds import ASKED_TO_JOIN, Delivery, Kind, kinds
from allcity.site.notices.mail import in_language
from allcity.site.notices.models import EVERY_KIND, Notice, Preference
from allcity.site.notices.queries import deliveries_of
from allcity.site.notices.tasks import mail_notice


@transaction.atomic
def notify(
    *,
    user: User,
    kind: Kind,
    city: City | None = None,
    values: Mapping[str, str | int | float | None] | None = None,
    url: str = "",
    due_on: date | None = None,
) -> Notice:
    """Tell a person something. They read it on the site, and by mail at once or once a day if they want that.

    `values` fill the kind's text; `url` is a path of the site. Raises KeyError where the text needs another value.
    """
    values = dict(values or {})
    kind.words(values)
    notice = Notice.objects.create(user=user, city=city, kind=kind.id, values=values, url=url, due_on=due_on)
    if deliveries_of(user)[kind.id] == Delivery.AT_ONCE:
        transaction.on_commit(partial(mail_notice.enqueue, notice.pk))
    return notice


def mark_read(*, user: User, notice: Notice | None = None) -> int:
    """Mark one of the person's notices as read, or all of them. Returns how many were unread."""
    unread = Notice.objects.filter(user=user, read_at=None)
    return (unread.filter(pk=notice.pk) if notice else unread).update(read_at=timezone.now())


@transaction.atomic
def choose_delivery(*, user: User, choices: Mapping[str, Delivery]) -> None:
    """Have kinds of notices reach the person as they choose, by the kind's id."""
    for kind, delivery in choices.items():
        Preference.objects.update_or_create(user=user, kind=kind, defaults={"delivery": delivery})


def stop_mail(*, user: User, kind: str = EVERY_KIND) -> None:
    """Send the person no more mail of a kind of notice, or of any."""
    stopped = [kind] if kind else [EVERY_KIND, *kinds()]
    choose_delivery(user=user, choices=dict.fromkeys(stopped, Delivery.OFF))


def erase(user: User) -> None:
    """Forget what the person was told, how they wanted to hear, and what tells others of them by name."""
    Notice.objects.filter(user=user).delete()
    pages = [
        reverse("city:request", args=[asked.city.slug, asked.pk]) for asked in user.requests.select_related("city")
    ]
    pages = [in_language(page, language) for page in pages for language, _name in settings.LANGUAGES]
    Notice.objects.filter(kind=ASKED_TO_JOIN.id, url__in=pages).delete()
    Preference.objects.filter(user=user).delete()
