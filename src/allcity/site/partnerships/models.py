"""Partnerships with their agreements, goals, deliveries and check-ins."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from allcity.site.cities.models import District, Keyed, Known
from allcity.site.directory.models import Organization, School
from allcity.site.needs.models import Need


class Setting(models.TextChoices):
    """When and where a partner works with students."""

    IN_SCHOOL_HOURS = "in_school_hours", _("in school hours")
    OUT_OF_HOURS = "out_of_hours", _("at school, out of hours")
    OUT_OF_SCHOOL = "out_of_school", _("out of school")


class Partnership(Keyed):
    """One or more organizations with schools or districts."""

    TABLE = "partnerships"
    name = models.CharField(_("name"), max_length=300)
    organizations = models.ManyToManyField(Organization, related_name="partnerships")
    schools = models.ManyToManyField(School, related_name="partnerships", blank=True)
    districts = models.ManyToManyField(District, related_name="partnerships", blank=True)
    needs = models.ManyToManyField(Need, related_name="partnerships", blank=True)
    contributions = models.JSONField(default=list, blank=True)
    setting = models.CharField(max_length=20, choices=Setting, blank=True)
    start_date = models.DateField(_("first day"))
    planned_end_date = models.DateField(_("planned last day"), null=True, blank=True)
    end_date = models.DateField(_("last day"), null=True, blank=True)
    money = models.PositiveBigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    funding_source = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name


class Agreement(Keyed):
    """A version of a partnership's agreement, and who has signed it."""

    TABLE = "agreements"
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="agreements")
    version = models.PositiveIntegerField()
    start_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)
    signed_by_organization = models.DateField(null=True, blank=True)
    signed_by_school = models.DateField(null=True, blank=True)


class Goal(Keyed):
    """What a partnership means to reach, with both sides' words."""

    TABLE = "goals"

    class Type(models.TextChoices):
        CURRICULUM = "curriculum", _("curriculum")
        MUSICAL = "musical", _("musical development")
        EDUCATIONAL = "educational", _("educational development")
        SOCIAL = "social", _("social development")

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="goals")
    goal = models.TextField()
    goal_type = models.CharField(max_length=20, choices=Type, blank=True)
    standard = models.CharField(max_length=100, blank=True)
    agreed_on = models.DateField(null=True, blank=True)


class Delivery(Known):
    """What was given, as one side tells it: a delivery of two accounts is two rows with one key."""

    TABLE = "deliveries"

    class Account(models.TextChoices):
        ORGANIZATION = "organization", _("the partner")
        SCHOOL = "school", _("the school")

    key = models.CharField(max_length=250)
    key_before = models.CharField(max_length=250, blank=True, editable=False)
    """The id under which the school alone told of it, before it was found to be what a partner reports."""
    account = models.CharField(max_length=12, choices=Account)
    partnership = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries"
    )
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="deliveries")
    school = models.ForeignKey(School, on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries")
    need = models.ForeignKey(Need, on_delete=models.SET_NULL, null=True, blank=True, related_name="deliveries")
    contribution = models.CharField(max_length=60)
    start_date = models.DateField()
    end_date = models.DateField()
    sessions = models.PositiveIntegerField(null=True, blank=True)
    hours = models.FloatField(null=True, blank=True)
    students = models.PositiveIntegerField(null=True, blank=True)
    amount = models.FloatField(null=True, blank=True)
    setting = models.CharField(max_length=20, choices=Setting, blank=True)
    certified_teacher = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("city", "key", "account", name="partnerships_delivery_key")]


class CheckIn(Keyed):
    """What one side says of a partnership as it goes."""

    TABLE = "check_ins"

    class Side(models.TextChoices):
        ORGANIZATION = "organization", _("the partner")
        SCHOOL = "school", _("the school")
        TEACHER = "teacher", _("the teacher")

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="check_ins")
    year = models.PositiveSmallIntegerField(_("school year"))
    date = models.DateField()
    side = models.CharField(max_length=12, choices=Side)
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, null=True, blank=True, related_name="check_ins")
    progress = models.PositiveSmallIntegerField(null=True, blank=True)
    communication = models.PositiveSmallIntegerField(null=True, blank=True)
    next_step = models.TextField(blank=True)
