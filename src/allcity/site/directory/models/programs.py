"""Programs, the places where they are held, and their offerings: dates, seats, ages, fee and schedule."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from allcity.site.cities.models import Area, Kept
from allcity.site.directory.models.organizations import Organization

AGE = (MinValueValidator(0), MaxValueValidator(120))


class Program(Kept):
    """What an organization offers, apart from its dates and places. `contributions` are ids of the framework."""

    TABLE = "programs"
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="programs", verbose_name=_("organization")
    )
    name = models.CharField(_("name"), max_length=300)
    description = models.TextField(_("what students do in it"), blank=True, max_length=5000)
    contributions = models.JSONField(_("what it gives"), default=list, blank=True)
    website = models.CharField(_("web address"), max_length=1000, blank=True)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.name


class Location(Kept):
    """A place where offerings are held."""

    TABLE = "locations"
    name = models.CharField(_("name"), max_length=300)
    address = models.CharField(_("address"), max_length=500, blank=True)
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.name


class Offering(Kept):
    """A program at a place in a season. Fees are in minor units of `currency`, or of the city's own where it is empty.

    Times of day are local. `seats`, ages and fees are None where nobody has said them: unknown, not zero.
    """

    TABLE = "offerings"

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", _("in person")
        ONLINE = "online", _("online")

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="offerings", verbose_name=_("program"))
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, blank=True, related_name="offerings", verbose_name=_("place")
    )
    mode = models.CharField(_("how it is held"), max_length=10, choices=Mode, default=Mode.IN_PERSON)
    start_date = models.DateField(_("first day"))
    end_date = models.DateField(_("last day"))
    sessions = models.PositiveIntegerField(_("sessions"), null=True, blank=True)
    days = models.JSONField(_("days of the week"), default=list, blank=True)
    start_time = models.TimeField(_("begins at"), null=True, blank=True)
    end_time = models.TimeField(_("ends at"), null=True, blank=True)
    seats = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    minimum_age = models.FloatField(_("youngest age"), null=True, blank=True, validators=AGE)
    maximum_age = models.FloatField(_("oldest age"), null=True, blank=True, validators=AGE)
    minimum_fee = models.PositiveIntegerField(_("lowest fee"), null=True, blank=True)
    maximum_fee = models.PositiveIntegerField(_("highest fee"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    accommodations = models.JSONField(_("accommodations"), default=list, blank=True)
    transport = models.BooleanField(_("brings students there"), null=True, blank=True)
    food = models.BooleanField(_("gives food"), null=True, blank=True)
    partnership = models.ForeignKey(
        "partnerships.Partnership", on_delete=models.PROTECT, null=True, blank=True, related_name="offerings"
    )
    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.program}, {self.start_date:%Y-%m-%d}"
