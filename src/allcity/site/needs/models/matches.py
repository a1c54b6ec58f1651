"""Who could answer which need, as last measured, and what nobody could."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allcity.site.cities.models import CityRecord
from allcity.site.directory.models import Offering, Organization, Program, School
from allcity.site.needs.models.records import Need


class Match(CityRecord):
    """A program of an organization that could answer a need: a stated one, or one that a school has by its figures.

    `reasons` are what `allcity.analysis.matching` found of it, as numbers; pages put them into words. Ranks begin at 1,
    among all that could answer the need, and among all needs that the organization could answer. `found_at` is when the
    pair was first found. The need's numbers are told only where `shows_amount`: they are not too few.
    """

    year = models.PositiveSmallIntegerField()
    need = models.ForeignKey(Need, on_delete=models.CASCADE, null=True, related_name="matches")
    school = models.ForeignKey(School, on_delete=models.CASCADE, null=True, related_name="matches")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="matches")
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    offering = models.ForeignKey(Offering, on_delete=models.CASCADE, null=True, related_name="+")
    rank_for_need = models.PositiveIntegerField()
    rank_for_organization = models.PositiveIntegerField()
    score = models.FloatField()
    reasons = models.JSONField(default=dict)
    found_at = models.DateTimeField(default=timezone.now)
    shows_amount = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index("city", "year", "organization", "rank_for_organization", name="needs_match_organization"),
            models.Index("city", "year", "school", "rank_for_need", name="needs_match_school"),
        ]

    def __str__(self) -> str:
        return f"{self.organization}: {self.need or self.school}"


class Unmatched(CityRecord):
    """A need that nobody could answer, with the nearest reason; or an organization with seats free that answers none.

    Of a need by the figures `need` is None. `free_seats` are those of the organization.
    """

    class Reason(models.TextChoices):
        CONTRIBUTION = "contribution", _("nobody gives this")
        REACH = "reach", _("nobody who gives this is within reach")
        AGES = "ages", _("nobody within reach is for these grades")
        SEATS = "seats", _("nobody for these grades has a free seat")
        IN_HAND = "in_hand", _("a partnership answers it already")
        IDLE = "idle", _("free seats, and no need to answer with them")

    year = models.PositiveSmallIntegerField()
    need = models.ForeignKey(Need, on_delete=models.CASCADE, null=True, related_name="+")
    school = models.ForeignKey(School, on_delete=models.CASCADE, null=True, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, null=True, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason)
    free_seats = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index("city", "year", "school", name="needs_unmatched_school")]

    def __str__(self) -> str:
        return f"{self.need or self.organization or self.school}: {self.reason}"


class News(CityRecord):
    """When an organization was last told of needs that it could newly answer, and of how many: once a week at most."""

    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, related_name="+")
    told_at = models.DateTimeField()
    needs = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.organization}: {self.needs}"
