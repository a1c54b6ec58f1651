"""A school's own music in a year, what schools and districts need from others, and what people answered, as counts."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from allcity.site.cities.models import Area, District, Group, Keyed, Known
from allcity.site.directory.models import School


class Baseline(Known):
    """The school's own music in a year. None is unknown: nobody has answered."""

    TABLE = "baselines"

    class Space(models.TextChoices):
        OWN = "own", _("a room of its own")
        SHARED = "shared", _("a room that others use too")
        NONE = "none", _("no room")

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="baselines")
    year = models.PositiveSmallIntegerField(_("school year"))
    music_staff = models.FloatField(_("certified music teachers"), null=True, blank=True)
    minutes_pk_2 = models.FloatField(_("minutes a week, PK to 2"), null=True, blank=True)
    minutes_3_5 = models.FloatField(_("minutes a week, 3 to 5"), null=True, blank=True)
    minutes_6_8 = models.FloatField(_("minutes a week, 6 to 8"), null=True, blank=True)
    minutes_9_12 = models.FloatField(_("minutes a week, 9 to 12"), null=True, blank=True)
    students_enrolled = models.PositiveIntegerField(_("students in sequential music"), null=True, blank=True)
    students_without_place = models.PositiveIntegerField(
        _("students who asked and found no place"), null=True, blank=True
    )
    ensembles = models.PositiveIntegerField(_("ensembles"), null=True, blank=True)
    instruments = models.PositiveIntegerField(_("instruments"), null=True, blank=True)
    music_budget = models.PositiveBigIntegerField(_("money for music"), null=True, blank=True)
    space = models.CharField(_("room for music"), max_length=10, choices=Space, blank=True)
    informal_music = models.JSONField(_("music that students make by themselves"), default=list, blank=True)
    rating = models.CharField(_("arts rating"), max_length=200, blank=True)
    rating_year = models.PositiveSmallIntegerField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint("school", "year", name="needs_baseline_key")]


PRESSING_FIRST = F("priority").asc(nulls_last=True)
"""An order of needs. Those of which nobody said how pressing they are come last, which databases see differently."""
BY_PLACE = (F("school__name").asc(nulls_last=True), F("district__name").asc(nulls_last=True))
"""An order of needs: those of schools, then those of districts, each by name."""


class Need(Keyed):
    """What a school or district needs from others, as it says itself."""

    TABLE = "needs"

    class State(models.TextChoices):
        STATED = "stated", _("stated")
        OFFERED = "offered", _("offered")
        AGREED = "agreed", _("agreed")
        DELIVERING = "delivering", _("under way")
        CLOSED = "closed", _("closed")

    class Unit(models.TextChoices):
        STUDENTS = "students", _("students")
        TEACHERS = "teachers", _("teachers")
        ITEMS = "items", _("items")
        HOURS = "hours", _("hours")

    class Time(models.TextChoices):
        IN_SCHOOL_HOURS = "in_school_hours", _("in school hours")
        AFTER_SCHOOL = "after_school", _("right after school")
        EVENING = "evening", _("in the evening")
        WEEKEND = "weekend", _("on the weekend")

    year = models.PositiveSmallIntegerField(_("school year"))
    school = models.ForeignKey(School, on_delete=models.CASCADE, null=True, blank=True, related_name="needs")
    district = models.ForeignKey(District, on_delete=models.CASCADE, null=True, blank=True, related_name="needs")
    contribution = models.CharField(max_length=60)
    amount = models.FloatField(null=True, blank=True)
    unit = models.CharField(max_length=10, choices=Unit)
    dosage_hours = models.FloatField(null=True, blank=True)
    grade_band = models.CharField(max_length=60, blank=True)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    days = models.JSONField(default=list, blank=True)
    times = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    description = models.TextField(_("in your own words"), blank=True, max_length=2000)
    state = models.CharField(max_length=12, choices=State)
    history = HistoricalRecords()


class Answer(Keyed):
    """Answers to a question of the self-examination or of a short form, as counts."""

    TABLE = "answers"
    year = models.PositiveSmallIntegerField(_("school year"))
    question_id = models.CharField(max_length=250)
    """A question, or the id of a goal of a partnership."""
    participant_type = models.CharField(max_length=60, blank=True)
    school = models.ForeignKey(School, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    grade_band = models.CharField(max_length=60, blank=True)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    partnership_key = models.CharField(max_length=250, blank=True)
    """The id of the partnership that it is about: partnerships stand above."""
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    number = models.PositiveIntegerField()
    asked = models.PositiveIntegerField()
