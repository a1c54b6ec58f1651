"""The frame of a city's records: its sources, districts, areas and groups of students."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from allcity.site.cities.models.record import CityRecord, Keyed


class Source(CityRecord):
    """Where records come from, under which terms, and how much of their kind it names."""

    TABLE = "sources"

    class Coverage(models.TextChoices):
        COMPLETE = "complete", _("names all of its kind")
        PARTIAL = "partial", _("names a part of its kind")
        UNKNOWN = "unknown", _("nobody knows how much it names")

    key = models.CharField(_("id"), max_length=250, editable=False)
    name = models.CharField(_("name"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=300, blank=True)
    url = models.CharField(_("web address"), max_length=1000, blank=True)
    licence = models.CharField(_("licence"), max_length=300, blank=True)
    attribution = models.TextField(_("attribution"), blank=True)
    tables = models.JSONField(default=list)
    first_year = models.PositiveSmallIntegerField(null=True, blank=True)
    last_year = models.PositiveSmallIntegerField(null=True, blank=True)
    coverage = models.CharField(_("coverage"), max_length=10, choices=Coverage)
    note = models.TextField(_("note"), blank=True)
    as_of = models.DateField(_("known to be true on"))

    class Meta:
        constraints = [models.UniqueConstraint("city", "key", name="cities_source_key")]

    def __str__(self) -> str:
        return self.name


class District(Keyed):
    """A school district."""

    TABLE = "districts"
    name = models.CharField(_("name"), max_length=300)
    website = models.CharField(_("web address"), max_length=1000, blank=True)

    def __str__(self) -> str:
        return self.name


class Area(Keyed):
    """A neighborhood or other part of the city. `outline` is its GeoJSON geometry (WGS 84), empty where there is none."""

    TABLE = "areas"
    name = models.CharField(_("name"), max_length=300)
    population = models.PositiveIntegerField(null=True, blank=True)
    hardship = models.FloatField(null=True, blank=True)
    outline = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class Group(Keyed):
    """A group of students for whom figures are given."""

    TABLE = "groups"
    name = models.CharField(_("name"), max_length=300)
    name_es = models.CharField(max_length=300, blank=True)
    dimension = models.CharField(max_length=100)
    compared = models.BooleanField(null=True)

    def __str__(self) -> str:
        return self.name_es if self.name_es and (get_language() or "").startswith("es") else self.name
