"""What resources have waiting for people: links that do not answer any more."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import ngettext

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.notices.work import WorkItem
from allcity.site.publishing.resources import queries
from allcity.site.publishing.resources.telling import LOOK_AFTER

WEIGHT = 8


def dead_links(user: User) -> Iterator[WorkItem]:
    """One line for each city whose resources somebody looks after, and for staff one of the library for all."""
    rows = City.objects.filter(memberships__user=user, memberships__role__in=LOOK_AFTER).distinct()
    cities = {city.pk: city for city in rows}
    for number, dead in queries.dead_in(cities).items() if cities else ():
        city = cities[number]
        title = ngettext(
            "%(number)s link of the city's resources does not answer",
            "%(number)s links of the city's resources do not answer",
            dead,
        )
        url = reverse("city:resources-kept", args=[city.slug])
        yield WorkItem(title % {"number": dead}, url, city=city, weight=WEIGHT)
    if user.is_staff and (dead := queries.dead_for_all()):
        title = ngettext(
            "%(number)s link of the library for all cities does not answer",
            "%(number)s links of the library for all cities do not answer",
            dead,
        )
        yield WorkItem(title % {"number": dead}, reverse("resources:kept"), weight=WEIGHT)
