"""The trees in which editorial pages stand, kept by Wagtail: each city has one with a collection of pictures of its own."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Collection, Page

from allcity.site.cities.models import City


def address_of(path: str) -> tuple[int, str, str]:
    """An address as Wagtail puts it together: no site of its own, this installation, the path."""
    return 0, settings.SITE_ADDRESS, path


class CityTree(Page):
    """The root of a city's pages. It is not shown itself: the city's front page stands in its place."""

    city = models.OneToOneField(City, on_delete=models.PROTECT, related_name="tree", editable=False)
    collection = models.OneToOneField(Collection, on_delete=models.PROTECT, related_name="+", editable=False)
    two_look_at_minors = models.BooleanField(default=False, editable=False)
    """Whether two people look at what shows children or young people before it is published."""

    parent_page_types: list[str] = []
    subpage_types = ["publishing.ArticlePage", "publishing.NewsPage", "publishing.SpotlightPage"]
    content_panels = [FieldPanel("title", read_only=True)]
    promote_panels: list[FieldPanel] = []

    class Meta:
        verbose_name = _("pages of a city")

    @classmethod
    def cities_of(cls, pages: Iterable[Page]) -> dict[str, City | None]:
        """The city in whose tree each of the pages stands, by the page's path; trees stand right under the root."""
        roots = {page.path: page.path[: 2 * cls.steplen] for page in pages}
        trees = cls.objects.filter(path__in=set(roots.values())).select_related("city") if roots else ()
        cities = {tree.path: tree.city for tree in trees}
        return {path: cities.get(root) for path, root in roots.items()}

    def get_url_parts(self, *_args: object, **_kwargs: object) -> tuple[int, str, str]:
        return address_of(reverse("city:front", args=[self.city.slug]))


class SiteTree(Page):
    """The root of the pages of no city: about the site, news, and spotlights of cities that are not here. Staff edit them."""

    parent_page_types: list[str] = []
    subpage_types = ["publishing.ArticlePage", "publishing.NewsPage", "publishing.SpotlightPage"]
    content_panels = [FieldPanel("title", read_only=True)]
    promote_panels: list[FieldPanel] = []
    max_count = 1

    class Meta:
        verbose_name = _("pages of no city")

    def get_url_parts(self, *_args: object, **_kwargs: object) -> tuple[int, str, str]:
        return address_of(reverse("home:front"))
