"""Which editorial pages, pictures and documents belong to whom."""

from collections.abc import Iterator

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Collection, Page

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.publishing.models import CityTree, SiteTree

ELSEWHERE = "elsewhere"
"""The name of the collection of what is of no city on the installation."""


def hindrances_to_discarding(city: City) -> Iterator[str]:
    """That pages of the city are published."""
    tree = CityTree.objects.filter(city=city).first()
    if tree and tree.get_descendants().live().exists():
        yield _("Pages in the city's own words are published. Unpublish them first.")


def trees_of(user: User | AnonymousUser) -> QuerySet[CityTree]:
    """The trees of the cities in which the person has a role."""
    return CityTree.objects.filter(city__memberships__user=user.pk).distinct()


def pages_of(user: User | AnonymousUser, pages: QuerySet[Page]) -> QuerySet[Page]:
    """Those of the pages that stand in a tree of the person's own cities, and for staff those of no city."""
    mine = Q(pk__in=[])
    trees = list(trees_of(user).values_list("path", flat=True))
    if user.is_authenticated and user.is_staff:
        trees += SiteTree.objects.values_list("path", flat=True)
    for path in trees:
        mine |= Q(path__startswith=path)
    return pages.filter(mine)


def collections_of(user: User | AnonymousUser) -> QuerySet[Collection]:
    """The collections of the person's own cities, and for staff that of no city."""
    mine = Q(pk__in=trees_of(user).values("collection"))
    if user.is_authenticated and user.is_staff:
        mine |= Q(name=ELSEWHERE, depth=2)
    return Collection.objects.filter(mine)
