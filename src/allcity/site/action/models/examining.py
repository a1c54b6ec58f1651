"""A city's examination of itself, section by section: who answered what, what the team makes of it, and with which evidence."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.accounts.staff import is_on_duty
from allcity.site.cities.models import CityRecord, Membership, RecordQuerySet


class SelfExaminationQuerySet(RecordQuerySet):
    """Self-examinations by who may see them: everybody those that were published, members of the city all."""

    def public(self) -> Self:
        return super().public().filter(published_at__isnull=False)

    def for_user(self, user: User | AnonymousUser) -> Self:
        published = Q(city__is_public=True, published_at__isnull=False)
        if not user.is_authenticated:
            return self.filter(published)
        is_member = Exists(Membership.objects.filter(city=OuterRef("city"), user=user))
        return self.filter(published | Q(is_member) | Q(Value(is_on_duty(user))))


class SelfExamination(CityRecord):
    """A city's team goes through the sections of the framework for one school year.

    Where it `is_anonymous`, no answer is kept with a name or an account. While it is open people answer; once it is closed
    nobody does. The public summary is there from `published_at` on.
    """

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    year = models.PositiveSmallIntegerField(_("school year"))
    is_anonymous = models.BooleanField(_("answers have no names"), default=True)
    message = models.TextField(_("words to those who are asked"), max_length=2000, blank=True)
    due_on = models.DateField(_("answers are due on"), null=True, blank=True)
    opened_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = SelfExaminationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("city", "year", name="action_selfexamination_key")]

    def __str__(self) -> str:
        return f"{self.city}, {self.year}"


class AnswerLink(models.Model):
    """A link with which people answer without an account.

    One sent to an `email` takes one answer. One to hand around, or for a screen in the room, takes any number, each by
    itself. `participant` is the type of whoever answers; empty where they say so themselves.
    """

    class Kind(models.TextChoices):
        MAIL = "mail", _("sent to one person")
        SHARED = "shared", _("to hand around")
        ROOM = "room", _("one screen in the room")

    examination = models.ForeignKey(SelfExamination, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=10, choices=Kind)
    participant = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=12, blank=True)
    token = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.examination}"


class Respondent(models.Model):
    """Somebody who answers, as one type of participant. In an anonymous examination neither `user` nor `name` is kept.

    `token` lets whoever began go on and change what they said, until the examination is closed. `answered_by` says with a
    keyed hash which account answered an anonymous examination, so that nobody answers twice; it leads back to nobody.
    """

    examination = models.ForeignKey(SelfExamination, on_delete=models.CASCADE, related_name="respondents")
    participant = models.CharField(max_length=60)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=200, blank=True)
    link = models.ForeignKey(AnswerLink, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    token = models.CharField(max_length=64, unique=True, editable=False)
    answered_by = models.CharField(max_length=64, blank=True, editable=False)
    begun_at = models.DateTimeField(auto_now_add=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "examination", "answered_by", condition=~Q(answered_by=""), name="action_respondent_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.examination}"


class Rating(models.Model):
    """What a respondent says to one question: a level of its scale, 1 to 4, None for “I don't know”, and words."""

    respondent = models.ForeignKey(Respondent, on_delete=models.CASCADE, related_name="ratings")
    question = models.CharField(max_length=100)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    words = models.TextField(max_length=2000, blank=True)
    language = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("respondent", "question", name="action_rating_key"),
            models.CheckConstraint(condition=Q(level=None) | Q(level__range=(1, 4)), name="action_rating_level"),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.level}"


class SectionReview(models.Model):
    """What the team writes of a section: what is met, what is unmet; or why it is left open."""

    examination = models.ForeignKey(SelfExamination, on_delete=models.CASCADE, related_name="sections")
    section = models.CharField(max_length=60)
    met = models.TextField(_("what is met"), max_length=4000, blank=True)
    unmet = models.TextField(_("what is as yet unmet"), max_length=4000, blank=True)
    is_left_open = models.BooleanField(_("left open this year"), default=False)
    why_open = models.TextField(_("why it is left open"), max_length=2000, blank=True)
    language = models.CharField(max_length=12, blank=True)
    changed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint("examination", "section", name="action_sectionreview_key")]

    def __str__(self) -> str:
        return f"{self.section}: {self.examination}"


class QuestionReview(models.Model):
    """The level on which the team sees the city at one question, why, and whether it is a priority."""

    examination = models.ForeignKey(SelfExamination, on_delete=models.CASCADE, related_name="questions")
    question = models.CharField(max_length=100)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    words = models.TextField(max_length=2000, blank=True)
    is_priority = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("examination", "question", name="action_questionreview_key"),
            models.CheckConstraint(
                condition=Q(level=None) | Q(level__range=(1, 4)), name="action_questionreview_level"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.level}"


class Evidence(models.Model):
    """What a section rests on besides its figures: a link, a document, or a figure of the city named by its id."""

    class Kind(models.TextChoices):
        LINK = "link", _("a link")
        DOCUMENT = "document", _("a document")
        FIGURE = "figure", _("a figure of the city")

    examination = models.ForeignKey(SelfExamination, on_delete=models.CASCADE, related_name="evidence")
    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    section = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("web address"), max_length=1000, blank=True)
    file = models.FileField(upload_to="evidence/", blank=True)
    figure_id = models.CharField(max_length=100, blank=True)
    added_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title
