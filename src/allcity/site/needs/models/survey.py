"""The yearly survey of a city's schools: what each school said of which question, and who was asked to help."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allcity.analysis.city import year_name
from allcity.site.accounts.models import User
from allcity.site.cities.models import CityRecord
from allcity.site.directory.models import School


class Survey(CityRecord):
    """The survey of one school year. It takes answers until it is closed, those after `due_on` as late ones."""

    year = models.PositiveSmallIntegerField(_("school year"))
    opened_at = models.DateTimeField(auto_now_add=True)
    opened_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    due_on = models.DateField(_("answers are due on"))
    message = models.TextField(_("your words to the schools"), blank=True, max_length=2000)
    reminds = models.BooleanField(_("schools are reminded by mail"), default=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("city", "year", name="needs_survey_key")]

    def __str__(self) -> str:
        return f"{self.city}, {self.year}"

    @property
    def year_name(self) -> str:
        """As people write it: "2025-26"."""
        return year_name(self.year)


class Reply(CityRecord):
    """One school's answers to a survey. Handed in, they are written to its baseline and needs; it can be handed in again."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="replies")
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="replies")
    begun_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("survey", "school", name="needs_reply_key")]

    def __str__(self) -> str:
        return f"{self.school}, {self.survey.year}"


class Reminder(CityRecord):
    """When the liaisons of a school were last reminded of a survey."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="reminders")
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("survey", "school", name="needs_reminder_key")]

    def __str__(self) -> str:
        return f"{self.school}, {self.sent_at:%Y-%m-%d}"


class Handover(CityRecord):
    """Questions of a reply that somebody else was asked to answer, by a link in a mail that needs no account.

    The address is forgotten once the questions are answered or the link has ended.
    """

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="handovers")
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("mail address"), blank=True)
    token = models.CharField(max_length=64, unique=True, editable=False)
    questions = models.JSONField(default=list)
    message = models.TextField(_("message"), blank=True, max_length=1000)
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.reply}"

    @property
    def is_open(self) -> bool:
        """Whether its link still works."""
        return not self.finished_at and not self.withdrawn_at and self.expires_at > timezone.now()


class Said(models.Model):
    """What was said to one question of a survey. `value` is None and `is_unknown` true where somebody said "I don't know".

    `version` rises with each change, so that two people who answer at once notice each other. `answered_by` is None where
    it was answered by the link of a `handover`.
    """

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="said")
    question = models.CharField(max_length=100)
    value = models.JSONField(null=True)
    is_unknown = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    answered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    handover = models.ForeignKey(Handover, on_delete=models.SET_NULL, null=True, blank=True, related_name="said")
    answered_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint("reply", "question", name="needs_said_key")]

    def __str__(self) -> str:
        return f"{self.question}: {self.value}"
