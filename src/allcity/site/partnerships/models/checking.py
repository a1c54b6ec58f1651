"""Check-ins that are due, teachers who answer by a link, and what students say without a name, as counts."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import CityRecord
from allcity.site.directory.models import School
from allcity.site.partnerships.models.delivering import OfParties
from allcity.site.partnerships.models.records import Partnership


class Round(CityRecord):
    """A check-in that was agreed, due on a day: each side and the teacher answer it separately.

    `told` is the last mark around `due_on` of which those who have not answered were told.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="rounds")
    due_on = models.DateField()
    told = models.CharField(max_length=10, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = OfParties.as_manager()

    class Meta:
        ordering = ["due_on"]
        constraints = [models.UniqueConstraint("partnership", "due_on", name="partnerships_round_key")]

    def __str__(self) -> str:
        return f"{self.partnership}, {self.due_on}"


class Teacher(CityRecord):
    """A teacher in a partnership, who answers by a link in a mail and needs no account.

    `name` and `email` are forgotten when they leave it or it has ended.
    """

    class Kind(models.TextChoices):
        MUSIC = "music", _("music teacher")
        CLASSROOM = "classroom", _("classroom teacher")

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="teachers")
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("who it is"), max_length=12, choices=Kind, default=Kind.MUSIC)
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("mail address"), blank=True)
    token = models.CharField(max_length=64, unique=True, editable=False)
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = OfParties.as_manager()

    def __str__(self) -> str:
        return f"{self.name}: {self.partnership}"


class VoiceForm(CityRecord):
    """A form for the students of a partnership at a school in a school year; whoever has the link may answer.

    As with families' forms, answers become part of the records in batches no smaller than the city's threshold.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="voice_forms")
    school = models.ForeignKey(School, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    year = models.PositiveSmallIntegerField(_("school year"))
    code = models.CharField(max_length=20, unique=True, editable=False)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    received = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = OfParties.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("partnership", "school", "year"), name="partnerships_voiceform_of_school"),
            models.UniqueConstraint(
                fields=("partnership", "year"), condition=models.Q(school=None), name="partnerships_voiceform_of_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership}, {self.year}"


class VoiceCount(models.Model):
    """How many of those who wait to be counted in chose a level of a question."""

    form = models.ForeignKey(VoiceForm, on_delete=models.CASCADE, related_name="counts")
    question_id = models.CharField(max_length=100)
    level = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("form", "question_id", "level", name="partnerships_voicecount_key")]

    def __str__(self) -> str:
        return f"{self.question_id}, {self.level}: {self.number}"
