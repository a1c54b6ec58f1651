"""Notices of conversations: one for all that is new where somebody has not looked yet."""

from collections.abc import Iterable, Mapping

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.notices.domain import mark_read, notify
from allcity.site.notices.kinds import Kind
from allcity.site.notices.mail import in_language
from allcity.site.notices.models import Notice


def tell(
    users: Iterable[User],
    kind: Kind,
    *,
    city: City,
    url: str,
    values: Mapping[str, str] | None = None,
    again: bool = False,
) -> None:
    """Tell people of what is at the path `url`; unless `again`, only those who have no unread notice of it."""
    users, url = list(users), in_language(url, "en")
    if not again:
        told = set(
            Notice.objects.filter(user__in=users, kind=kind.id, url=url, read_at=None).values_list("user", flat=True)
        )
        users = [user for user in users if user.pk not in told]
    for user in users:
        notify(user=user, kind=kind, city=city, values=values, url=url)


def mark_seen(*, user: User, url: str) -> None:
    """Mark what somebody was told of a page, or of a place in it, as read, since they look at it."""
    for notice in Notice.objects.filter(user=user, url__startswith=in_language(url, "en"), read_at=None):
        mark_read(user=user, notice=notice)
