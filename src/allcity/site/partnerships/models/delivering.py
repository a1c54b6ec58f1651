"""Single sessions as they are logged, and the schedules that plan them. Deliveries are what they sum up to."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.accounts.staff import is_on_duty
from allcity.site.cities.models import CityRecord, Membership, RecordQuerySet, Role
from allcity.site.directory.models import Organization, School
from allcity.site.partnerships.models.records import Delivery, Partnership


class OfParties(RecordQuerySet):
    """What belongs to a partnership, and is seen by its parties and the city's coordinators alone."""

    def public(self) -> Self:
        return self.none()

    def for_user(self, user: User | AnonymousUser) -> Self:
        if not user.is_authenticated:
            return self.none()
        return self.filter(partnership__in=Partnership.objects.of_parties(user))


class OfSessions(OfParties):
    """Sessions and plans of them. Of one at a school, no other school reads; organizations and coordinators read all."""

    def for_user(self, user: User | AnonymousUser) -> Self:
        if not user.is_authenticated:
            return self.none()
        if is_on_duty(user):
            return self
        places = Membership.objects.filter(user=user, place__isnull=False).values("place")
        given = Partnership.objects.filter(organizations__public_id__in=places).values("pk")
        with_theirs = Partnership.objects.filter(schools__public_id__in=places).values("pk")
        return self.filter(
            models.Q(city__in=Membership.objects.filter(user=user, role=Role.COORDINATOR).values("city"))
            | models.Q(partnership__in=given)
            | models.Q(school__public_id__in=places)
            | models.Q(school=None, partnership__in=with_theirs)
        )


class Schedule(CityRecord):
    """On which days of the week sessions are held; each that is planned waits to be confirmed."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="schedules")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    school = models.ForeignKey(School, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    contribution = models.CharField(max_length=60)
    account = models.CharField(max_length=12, choices=Delivery.Account)
    days = models.JSONField(default=list)
    """Codes of days of the week, as in the tables: mo, tu, …"""
    every_weeks = models.PositiveSmallIntegerField(default=1)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    hours = models.FloatField(_("hours"))
    students = models.PositiveIntegerField(_("students expected"), null=True, blank=True)
    certified_teacher = models.BooleanField(null=True, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = OfSessions.as_manager()


class Session(CityRecord):
    """One session on one day, as one side tells it: planned, held, or called off."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        HELD = "held", _("held")
        CALLED_OFF = "called_off", _("called off")

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="sessions")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    school = models.ForeignKey(School, on_delete=models.CASCADE, null=True, blank=True, related_name="sessions")
    contribution = models.CharField(max_length=60)
    account = models.CharField(max_length=12, choices=Delivery.Account)
    date = models.DateField(_("day"))
    hours = models.FloatField(_("hours"), null=True, blank=True)
    students = models.PositiveIntegerField(_("students"), null=True, blank=True)
    amount = models.FloatField(null=True, blank=True)
    certified_teacher = models.BooleanField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.HELD)
    schedule = models.ForeignKey(Schedule, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions")
    told_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    told_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[Any] = OfSessions.as_manager()

    class Meta:
        indexes = [models.Index("partnership", "date", name="partnerships_session_day")]

    def __str__(self) -> str:
        return f"{self.partnership}, {self.date}"
