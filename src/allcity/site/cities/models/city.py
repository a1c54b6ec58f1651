"""A city: a tenant with its settings, its outlines and the version of its data."""

from functools import lru_cache
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from allcity.declaration import CitySettings, apply_overrides, load_framework
from allcity.site.accounts.models import User
from allcity.site.accounts.staff import is_on_duty


class CityQuerySet(models.QuerySet["City"]):
    """Which cities somebody may see: public ones, and those in which the person has a role; staff on duty see all."""

    def public(self) -> Self:
        return self.filter(is_public=True)

    def for_user(self, user: User | AnonymousUser) -> Self:
        if not user.is_authenticated:
            return self.public()
        if is_on_duty(user):
            return self.all()
        return self.filter(models.Q(is_public=True) | models.Q(memberships__user=user)).distinct()

    def drafts(self) -> Self:
        """Cities that have never been public."""
        return self.filter(is_public=False).exclude(pk__in=City.history.filter(is_public=True).values("id"))


class City(models.Model):
    """One city. `settings_text` is its city.toml, word for word: whoever takes the city elsewhere takes all of it along.

    `data_version` rises with every change to a record of the city, so that whatever was made from its records can tell
    whether it is still of today; `page_version` rises too when figures are published, and tells how old a page is.
    `boundary` and `backdrop` are GeoJSON texts for maps.
    """

    public_id = models.UUIDField(unique=True, editable=False)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    settings_text = models.TextField(_("settings"))
    boundary = models.TextField(blank=True)
    backdrop = models.TextField(blank=True)
    is_public = models.BooleanField(_("everybody can see it"), default=False)
    in_totals = models.BooleanField(_("counts in the national totals"), default=False)
    data_version = models.PositiveBigIntegerField(default=1, editable=False)
    page_version = models.PositiveBigIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CityQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["data_version", "page_version", "boundary", "backdrop"])

    class Meta:
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def settings(self) -> CitySettings:
        """Who the city is and its framework, as its city.toml says."""
        return read_city_settings(self.settings_text)

    @property
    def threshold(self) -> int:
        """The number of people under which a count is withheld."""
        return self.settings.framework.targets.suppression_threshold.value

    def display_name(self) -> str:
        """The city's name in the language of the reader."""
        return self.settings.city.name.in_language(get_language() or "en")


@lru_cache(maxsize=128)
def read_city_settings(text: str) -> CitySettings:
    """A city's settings from the text of its city.toml. Raises `CityFileError` naming every problem."""
    return apply_overrides(load_framework(), text)
