"""Pages in editors' own words: about a city, news, and spotlights. Each stands in a tree, in a language."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.dispatch import Signal
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.models import Page
from wagtail.search import index

from allcity.site.cities.models import City
from allcity.site.publishing.blocks import BodyField
from allcity.site.publishing.models.media import Picture
from allcity.site.publishing.models.trees import CityTree, address_of

revision_asked = Signal()
"""Sent with `page` before what it says is kept as a revision."""


class EditorialPage(Page):
    """What all of them have: an introduction, a picture at the head, and a body of blocks.

    Its language is that of its Wagtail locale. What says the same in another language has the same translation key.
    """

    introduction = models.CharField(_("introduction"), max_length=500, blank=True)
    cover = models.ForeignKey(
        Picture,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture at the head"),
    )
    body = BodyField(verbose_name=_("text"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction", widget=AdminAutoHeightTextInput),
        FieldPanel("cover"),
        FieldPanel("body"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("introduction"), index.SearchField("body")]

    class Meta:
        abstract = True

    @cached_property
    def city(self) -> City | None:
        """The city in whose tree the page stands; none in the tree of what belongs to no city."""
        return CityTree.cities_of([self])[self.path]

    def get_url_parts(self, *_args: object, **_kwargs: object) -> tuple[int, str, str]:
        city = self.city
        arguments = [self.pk, self.slug]
        if city:
            return address_of(reverse("city:article", args=[city.slug, *arguments]))
        return address_of(reverse("pages:page", args=arguments))

    def get_context(self, request: object, *args: object, **kwargs: object) -> dict[str, object]:
        context: dict[str, object] = super().get_context(request, *args, **kwargs)
        return context | {"city": self.city}

    def save_revision(self, *args: Any, **kwargs: Any) -> Any:
        """Keep the page as it is now, once those who listen have noted in it what they have to."""
        revision_asked.send(sender=type(self), page=self)
        return super().save_revision(*args, **kwargs)


class ArticlePage(EditorialPage):
    """A page such as what the coalition is, or what it plans."""

    parent_page_types = ["publishing.CityTree", "publishing.SiteTree", "publishing.ArticlePage"]
    subpage_types = ["publishing.ArticlePage"]
    template = "publishing/article.html"

    class Meta:
        verbose_name = _("page")


class NewsPage(EditorialPage):
    """What is new, with its day."""

    day = models.DateField(_("day"), default=timezone.localdate)

    parent_page_types = ["publishing.CityTree", "publishing.SiteTree"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("day"),
        *EditorialPage.content_panels[len(Page.content_panels) :],
    ]
    template = "publishing/news.html"

    class Meta:
        verbose_name = _("news")


_PLACE = (
    "place_name",
    "region",
    "country",
    "population",
    "population_year",
    "population_source",
    "students",
    "low_income",
    "staffed",
    "reach",
    "looked_at",
)
_FOUND_BY = ("strategies", "contributions", "conditions", "sections")


def _share(label: Any) -> models.FloatField:
    """A share of students that a city publishes, from 0 to 1; empty where it does not."""
    limits = [MinValueValidator(0), MaxValueValidator(1)]
    return models.FloatField(label, null=True, blank=True, help_text=_("From 0 to 1."), validators=limits)


class SpotlightPage(EditorialPage):
    """What a city did, and what came of it. Its city need not be on the installation: then its place is named here.

    By `population`, with its year and source, cities are found. It and the public figures from `students` to `reach` are
    what they are compared by; those of a city that is here are read from its own data instead. `looked_at` is the day on
    which somebody last read it as a whole and found it true.
    """

    class Strategy(models.TextChoices):
        PILOT = "pilot", _("begin small, and hand over what grows")
        STAFFING = "staffing", _("certified teachers in every school")
        ALLIANCE = "alliance", _("an alliance of many")
        POOLED_MONEY = "pooled_money", _("money that is pooled")
        INSTRUMENTS = "instruments", _("instruments for all")
        TEACHER_TRAINING = "teacher_training", _("coaching of teachers")
        SPACE = "space", _("rooms and stages that are shared")
        TRANSPORT = "transport", _("ways to get there")
        DATA = "data", _("counting, and telling what was counted")

    place_name = models.CharField(_("city or town"), max_length=120, blank=True)
    region = models.CharField(_("state or region"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("Two letters, such as US."))
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(_("of the year"), null=True, blank=True)
    population_source = models.URLField(_("where it was read"), max_length=500, blank=True)
    students = models.PositiveIntegerField(_("students in city schools"), null=True, blank=True)
    low_income = _share(_("share of students from low-income families"))
    staffed = _share(_("share of students in schools with enough certified music teachers"))
    reach = _share(_("share of students with a program in reach"))
    sections = models.JSONField(_("parts of the Declaration"), default=list, blank=True)
    contributions = models.JSONField(_("what partners brought"), default=list, blank=True)
    conditions = models.JSONField(_("what makes its partnerships good"), default=list, blank=True)
    strategies = models.JSONField(_("what the city did"), default=list, blank=True)
    looked_at = models.DateField(_("last read as a whole, and found true"), null=True, blank=True)

    parent_page_types = ["publishing.CityTree", "publishing.SiteTree"]
    subpage_types: list[str] = []
    template = "publishing/spotlight.html"
    content_panels = [
        *EditorialPage.content_panels,
        MultiFieldPanel(
            [FieldPanel(name) for name in _PLACE],
            heading=_("Its place"),
            help_text=_(
                "The figures of students are read from the data of a city that is here. Write those of others."
            ),
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in _FOUND_BY], heading=_("What it is about, so that others find it")
        ),
    ]
    search_fields = [
        *EditorialPage.search_fields,
        index.SearchField("place_name"),
        index.SearchField("region"),
    ]

    class Meta:
        verbose_name = _("city spotlight")
