"""What conversations have waiting for people: what is new where they take part, and what they are to decide."""

from collections.abc import Iterator

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import ngettext

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.cities.people.queries import coordinated_by
from allcity.site.conversations.models import Case
from allcity.site.conversations.queries import unread_of
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
