"""What coordinators wrote to schools and organizations from the list to call."""

from django.db import models
from django.db.models import Q

from allcity.site.cities.models import CityRecord
from allcity.site.directory.models import Organization, School


class Letter(CityRecord):
    """When the people of a school were last written to about needs that nobody can answer, or of an organization about its
    free places. That a survey was not handed in has reminders of its own.
    """

    school = models.OneToOneField(School, on_delete=models.CASCADE, null=True, related_name="+")
    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, null=True, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(school=None, organization__isnull=False) | Q(school__isnull=False, organization=None),
                name="needs_letter_to_whom",
            )
        ]

    def __str__(self) -> str:
        return f"{self.school or self.organization}, {self.sent_at:%Y-%m-%d}"
