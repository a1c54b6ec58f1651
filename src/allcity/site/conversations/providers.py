"""What conversations have waiting for people: what is new where they take part, and what they are to decide."""

from collections.abc import Iterator

from django.db.models import Count
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allcity.site.accounts.models import User
from allcity.site.accounts.staff import is_on_duty
from allcity.site.cities.models import City
from allcity.site.cities.people.queries import coordinated_by
from allcity.site.conversations.domain import address_of
from allcity.site.conversations.models import Case
from allcity.site.conversations.queries import followed_by, unread_of
from allcity.site.notices.mine import SHOWN, Mine, MineItem
from allcity.site.notices.work import WorkItem


def to_moderate(user: User) -> Iterator[WorkItem]:
    """For each city that the person coordinates, how much waits in its queue."""
    cases = Case.objects.waiting().filter(city__in=coordinated_by(user)).exclude(author=user)
    counts = dict(cases.values_list("city").annotate(number=Count("pk")).order_by())
    for city in City.objects.filter(pk__in=counts):
        number = counts[city.pk]
        title = ngettext(
            "%(number)s thing that somebody wrote waits for you",
            "%(number)s things that people wrote wait for you",
            number,
        )
        yield WorkItem(title % {"number": number}, reverse("city:moderation", args=[city.slug]), city=city, weight=25)


def escalated(user: User) -> Iterator[WorkItem]:
    """For each city, how much its coordinators ask the staff of the site to look at."""
    if not user.is_staff:
        return
    counts = dict(Case.objects.escalated().values_list("city").annotate(number=Count("pk")).order_by())
    for city in City.objects.filter(pk__in=counts):
        number = counts[city.pk]
        title = ngettext(
            "Coordinators ask you to look at %(number)s thing that somebody wrote",
            "Coordinators ask you to look at %(number)s things that people wrote",
            number,
        )
        queue = reverse("city:moderation", args=[city.slug]) + "?show=escalated"
        url = queue if is_on_duty(user) else reverse("accounts:staff")
        yield WorkItem(title % {"number": number}, url, city=city, weight=30)


def to_read(user: User) -> Iterator[WorkItem]:
    """For each city, in how many conversations that the person follows there is something new."""
    counts = dict(unread_of(user).order_by().values_list("city").annotate(number=Count("pk", distinct=True)))
    for city in City.objects.filter(pk__in=counts):
        number = counts[city.pk]
        title = ngettext(
            "Something new in %(number)s conversation", "Something new in %(number)s conversations", number
        )
        url = reverse("city:conversations", args=[city.slug]) + "?show=new"
        yield WorkItem(title % {"number": number}, url, city=city, weight=5)


def followed(user: User) -> Mine:
    """The conversations that the person follows and that go on, those of which something was said last first."""
    threads = followed_by(user)[: SHOWN + 1]
    items = [
        MineItem(
            title=thread.title,
            url=address_of(thread),
            detail=_("Last written in on %(date)s") % {"date": date_format(thread.last_post_at)}
            if thread.last_post_at
            else "",
            city=thread.city,
        )
        for thread in threads
    ]
    cities = {thread.city for thread in threads}
    # Each city has a page of its own with those that one follows there.
    more = len(cities) == 1 and len(items) > SHOWN
    more_url = reverse("city:conversations", args=[cities.pop().slug]) + "?show=followed" if more else ""
    return Mine("conversations", _("Your conversations"), items[:SHOWN], more_url, weight=10)
