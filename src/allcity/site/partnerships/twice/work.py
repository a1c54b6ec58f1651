"""What partnerships have waiting for people: coordinators say whether two accounts are of one delivery."""

from collections import Counter
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allcity.site.accounts.models import User
from allcity.site.cities.people.queries import coordinated_by
from allcity.site.notices.work import WorkItem
from allcity.site.partnerships.twice.queries import told_alone


def told_twice(user: User) -> Iterator[WorkItem]:
    """For each city that the person coordinates, how much may be told of twice."""
    for city, count in Counter(each.own.city for each in told_alone(coordinated_by(user))).items():
        title = ngettext("%(count)s delivery may be counted twice", "%(count)s deliveries may be counted twice", count)
        yield WorkItem(
            title % {"count": count},
            reverse("city:deliveries-told-twice", args=[city.slug]),
            detail=_("A school and an organization each told of it. Say whether it is one."),
            city=city,
            weight=15,
        )
