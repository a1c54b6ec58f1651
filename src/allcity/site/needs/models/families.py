"""What families and students answer in two minutes, without a name: counts alone, and those only in batches."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import CityRecord
from allcity.site.directory.models import School


class FamilyForm(CityRecord):
    """A form for the families of one school, or of the whole city, in one school year; whoever has the link may answer.

    What is answered becomes part of the records once as many have answered since the last time as the city's threshold:
    nobody can tell from two looks what one family said. `received` counts all replies, `waiting` those not yet counted in.
    """

    year = models.PositiveSmallIntegerField(_("school year"))
    school = models.ForeignKey(School, on_delete=models.CASCADE, null=True, blank=True, related_name="family_forms")
    code = models.CharField(max_length=20, unique=True, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    received = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("city", "year", "school"), name="needs_familyform_of_school"),
            models.UniqueConstraint(
                fields=("city", "year"), condition=models.Q(school=None), name="needs_familyform_of_city"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school or self.city}, {self.year}"


class WaitingCount(models.Model):
    """How many of those who wait to be counted in said yes to a question, of how many who answered it."""

    form = models.ForeignKey(FamilyForm, on_delete=models.CASCADE, related_name="counts")
    question_id = models.CharField(max_length=100)
    participant_type = models.CharField(max_length=60)
    grade_band = models.CharField(max_length=60, blank=True)
    number = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "form", "question_id", "participant_type", "grade_band", name="needs_waitingcount_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.number} of {self.asked}"
