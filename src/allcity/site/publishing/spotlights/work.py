"""What spotlights have waiting for people: to be read once a year, whether they are still true."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Role
from allcity.site.notices.work import WorkItem
from allcity.site.publishing.models import SpotlightPage
from allcity.site.publishing.spotlights.queries import FRESH, is_fresh, looked_at

WEIGHT = 6


def to_look_at(user: User) -> Iterator[WorkItem]:
    """One line for each city whose pages the person edits and whose spotlight nobody looked at for a year."""
    roles = (Role.EDITOR, Role.COORDINATOR)
    rows = City.objects.filter(memberships__user=user, memberships__role__in=roles).select_related("tree").distinct()
    trees = {city.tree.path: city for city in rows if hasattr(city, "tree")}
    if not trees:
        return
    for page in SpotlightPage.objects.live():
        city = trees.get(page.path[: -SpotlightPage.steplen])
        day = looked_at(page)
        if city and day and not is_fresh(page):
            yield WorkItem(
                _("Read your city's spotlight: is it still true?"),
                reverse("city:spotlight-workshop", args=[city.slug]),
                due_on=day + FRESH,
                city=city,
                weight=WEIGHT,
            )
