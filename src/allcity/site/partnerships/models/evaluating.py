"""What the parties make of a partnership at the end of a year, and what a school answers to evidence of supplanting."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import CityRecord
from allcity.site.directory.models import School
from allcity.site.partnerships.models.agreeing import Side
from allcity.site.partnerships.models.delivering import OfParties
from allcity.site.partnerships.models.records import Partnership


class Evaluation(CityRecord):
    """A partnership looked back on for a school year. It is decided when all parties wish the same.

    `shown` is what they read of it then: the figures of the day on which it was decided, which never change.
    """

    class Decision(models.TextChoices):
        RENEW = "renew", _("go on as it is")
        CHANGE = "change", _("go on, with changes")
        HAND_OVER = "hand_over", _("hand it over to the school")
        END = "end", _("end it")

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="evaluations")
    year = models.PositiveSmallIntegerField(_("school year"))
    due_on = models.DateField(null=True, blank=True)
    told = models.CharField(max_length=10, blank=True)
    decision = models.CharField(max_length=12, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    shown = models.JSONField(null=True, blank=True)

    objects: ClassVar[Any] = OfParties.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("partnership", "year", name="partnerships_evaluation_key")]

    def __str__(self) -> str:
        return f"{self.partnership}, {self.year}"


class View(models.Model):
    """How one party sees an evaluation: whether it agrees, in its own words, and what it wishes to do next.

    `place` is the public id of the party.
    """

    class Stance(models.TextChoices):
        AGREE = "agree", _("we see it like this too")
        PARTLY = "partly", _("we see some of it otherwise")
        DISSENT = "dissent", _("we see it otherwise")

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="views")
    side = models.CharField(max_length=12, choices=Side)
    place = models.UUIDField()
    place_name = models.CharField(max_length=300)
    stance = models.CharField(max_length=12, choices=Stance, blank=True)
    words = models.TextField(blank=True, max_length=3000)
    wish = models.CharField(max_length=12, choices=Evaluation.Decision, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    said_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("evaluation", "place", name="partnerships_view_key")]

    def __str__(self) -> str:
        return f"{self.place_name}: {self.evaluation}"


class Review(CityRecord):
    """A coordinator's look at what the screen of supplanting shows of a school. Nothing of it is public before that.

    `found` is what the screen said when it was put to the school; it stays beside the answers.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("the school and the district are asked")
        SHARED = "shared", _("shown on the school's page, with the answers")
        CLOSED = "closed", _("closed, and not shown")

    class Reason(models.TextChoices):
        """Why it was closed."""

        EXPLAINED = "explained", _("there was another reason")
        RECORDS = "records", _("the records are not right")
        UNCLEAR = "unclear", _("it is too unsure to say anything")
        OTHER = "other", _("something else")

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="reviews")
    year = models.PositiveSmallIntegerField(_("school year"))
    state = models.CharField(max_length=12, choices=State, default=State.ASKED)
    found = models.JSONField(default=dict)
    words = models.TextField(_("what you want to ask or say"), blank=True, max_length=3000)
    due_on = models.DateField(_("answers are hoped for until"), null=True, blank=True)
    reason = models.CharField(_("why you close it"), max_length=12, choices=Reason, blank=True)
    decided_words = models.TextField(_("what you say to it"), blank=True, max_length=3000)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("school", "year", name="partnerships_review_key")]

    def __str__(self) -> str:
        return f"{self.school}, {self.year}"


class Answer(models.Model):
    """What somebody answers to a review: the school, a partner, or the city's coordinators for the district or themselves.

    It is shown wherever the flag is. `place` is the public id of who speaks, that of the city for its coordinators.
    """

    class Voice(models.TextChoices):
        SCHOOL = Side.SCHOOL.value, Side.SCHOOL.label
        DISTRICT = Side.DISTRICT.value, Side.DISTRICT.label
        ORGANIZATION = Side.ORGANIZATION.value, Side.ORGANIZATION.label
        CITY = "city", _("the city's coordinators")

    class Reason(models.TextChoices):
        """What was the reason, if there was one that records do not tell."""

        STAFF = "staff", _("a teacher retired or left, and nobody was found")
        STUDENTS = "students", _("the school has fewer students")
        MONEY = "money", _("the whole school had less money")
        TIMETABLE = "timetable", _("the timetable or the building changed")
        BEFORE = "before", _("it was decided before the partner came")
        RECORDS = "records", _("the records are not right")
        DOCUMENT = "document", _("a document says that the partner gives it in place of the school's own")
        OTHER = "other", _("something else")

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="answers")
    side = models.CharField(max_length=12, choices=Voice)
    place = models.UUIDField()
    place_name = models.CharField(max_length=300)
    reason = models.CharField(_("what was the reason"), max_length=12, choices=Reason, blank=True)
    words = models.TextField(_("in your own words"), blank=True, max_length=3000)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    said_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("review", "place", name="partnerships_answer_key")]

    def __str__(self) -> str:
        return f"{self.place_name}: {self.review}"
