"""Organizations of every kind, and the numbers of people who take part."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from allcity.site.cities.models import Area, Kept, Keyed
from allcity.site.directory.models.schools import School


class Organization(Kept):
    """A music organization, university, venue, funder, family group or public service.

    `participant_type` is one of the city's participant types.
    """

    TABLE = "organizations"
    name = models.CharField(_("name"), max_length=300)
    participant_type = models.CharField(_("kind"), max_length=60, blank=True)
    description = models.TextField(_("what it does"), blank=True, max_length=5000)
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    website = models.CharField(_("web address"), max_length=1000, blank=True)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.name


class ParticipantCount(Keyed):
    """How many people of a participant type take part, and where. No person is named."""

    TABLE = "participants"
    year = models.PositiveSmallIntegerField(_("school year"))
    participant_type = models.CharField(max_length=60)
    school = models.ForeignKey(School, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    number = models.PositiveIntegerField()
