"""A city's editorial pages, kept by Wagtail: each city has a tree and a collection of pictures of its own."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Collection, Page
from wagtail.search import index

from allcity.site.cities.models import City


def _at(path: str) -> tuple[int, str, str]:
    """An address as Wagtail puts it together: no site of its own, this installation, the path."""
    return 0, settings.SITE_ADDRESS, path


class CityTree(Page):
    """The root of a city's pages. It is not shown itself: the city's front page stands in its place."""

    city = models.OneToOneField(City, on_delete=models.PROTECT, related_name="tree", editable=False)
    collection = models.OneToOneField(Collection, on_delete=models.PROTECT, related_name="+", editable=False)
    two_look_at_minors = models.BooleanField(default=False, editable=False)
    """Whether two people look at what shows children or young people before it is published."""

    parent_page_types: list[str] = []
    subpage_types = ["publishing.ArticlePage"]
    content_panels = [FieldPanel("title", read_only=True)]
    promote_panels: list[FieldPanel] = []

    class Meta:
        verbose_name = _("pages of a city")

    def get_url_parts(self, *_args: object, **_kwargs: object) -> tuple[int, str, str]:
        return _at(reverse("city:front", args=[self.city.slug]))


class ArticlePage(Page):
    """A page in an editor's own words, such as what the coalition is."""

    introduction = models.CharField(_("introduction"), max_length=500, blank=True)
    body = RichTextField(_("text"), features=["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"])

    parent_page_types = ["publishing.CityTree", "publishing.ArticlePage"]
    subpage_types = ["publishing.ArticlePage"]
    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("introduction"), index.SearchField("body")]
    template = "publishing/article.html"

    class Meta:
        verbose_name = _("page")

    @property
    def city(self) -> City:
        """The city in whose tree the page stands."""
        tree: CityTree = CityTree.objects.ancestor_of(self).select_related("city").get()
        return tree.city

    def get_url_parts(self, *_args: object, **_kwargs: object) -> tuple[int, str, str]:
        return _at(reverse("city:article", args=[self.city.slug, self.pk, self.slug]))

    def get_context(self, request: object, *args: object, **kwargs: object) -> dict[str, object]:
        context: dict[str, object] = super().get_context(request, *args, **kwargs)
        return context | {"city": self.city}
