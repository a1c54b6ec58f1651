"""What goes with an agreement: who signed it, what happened to the partnership, and whether a partner is ready to work."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.accounts.staff import is_on_duty
from allcity.site.cities.models import CityRecord, Membership, RecordQuerySet, Role
from allcity.site.directory.models import Organization
from allcity.site.partnerships.models.records import Agreement, Partnership


class Side(models.TextChoices):
    """The sides of a partnership. A district's is kept by the city's coordinators."""

    ORGANIZATION = "organization", _("the partner")
    SCHOOL = "school", _("the school")
    DISTRICT = "district", _("the district")


class Signature(models.Model):
    """One party's typed consent to a version: who for whom, when, and to exactly which words.

    `place` is the public id of the party. `fingerprint` is that of the document which was signed.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="signatures")
    side = models.CharField(max_length=12, choices=Side)
    place = models.UUIDField()
    place_name = models.CharField(max_length=300)
    name = models.CharField(_("your full name"), max_length=200)
    function = models.CharField(_("what you are there"), max_length=200, blank=True)
    fingerprint = models.CharField(max_length=64)
    signed_at = models.DateTimeField(auto_now_add=True)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["signed_at", "pk"]
        constraints = [models.UniqueConstraint("agreement", "place", name="partnerships_signature_key")]

    def __str__(self) -> str:
        return f"{self.name}: {self.place_name}"


class Event(models.Model):
    """What happened to a partnership: which step, on whose behalf, and what it was about. Its parties read it as a history."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="events")
    step = models.CharField(max_length=30)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    side = models.CharField(max_length=12, choices=Side, blank=True)
    values = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.step}: {self.partnership}"


class Requirement(CityRecord):
    """Something that the city wants to be in order before a partner works with students. Never the papers themselves."""

    class Kind(models.TextChoices):
        CLEARANCE = "clearance", _("background clearance")
        INSURANCE = "insurance", _("insurance")
        TRAINING = "training", _("training")
        DATA = "data", _("data terms")
        PHOTO = "photo", _("photo terms")
        OTHER = "other", _("something else")

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    title = models.CharField(_("what it is called here"), max_length=200)
    months = models.PositiveSmallIntegerField(_("valid for how many months"), null=True, blank=True)
    settings = models.JSONField(default=list, blank=True)
    """The settings in which it is asked for; empty for all."""
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class ReadinessQuerySet(models.QuerySet[Any]):
    """What organizations say, by who may read it: they themselves, whoever works with them now, and coordinators. Never all."""

    def public(self) -> Self:
        return self.none()

    def for_user(self, user: User | AnonymousUser) -> Self:
        return self.filter(organization__in=self.organizations_for(user))

    @staticmethod
    def organizations_for(user: User | AnonymousUser) -> RecordQuerySet:
        """The organizations of which the person may read it."""
        organizations: RecordQuerySet = Organization.objects.filter(archived_at=None)
        if not user.is_authenticated:
            return organizations.none()
        if is_on_duty(user):
            return organizations
        roles = Membership.objects.filter(user=user)
        together = Partnership.objects.of_parties(user).going_on()
        return organizations.filter(
            Q(public_id__in=roles.filter(place__isnull=False).values("place"))
            | Q(city__in=roles.filter(role=Role.COORDINATOR).values("city"))
            | Q(pk__in=together.values("organizations"))
        )


class Readiness(models.Model):
    """What an organization says of a requirement: whether it is in order, until when, and who is with the students.

    `told` is the last mark around `valid_until` of which its people were told.
    """

    class Supervision(models.TextChoices):
        UNKNOWN = "", _("not said")
        TOGETHER = "together", _("somebody of the school is always there")
        ALONE = "alone", _("alone with students, with everybody cleared")

    requirement = models.ForeignKey(Requirement, on_delete=models.CASCADE, related_name="readiness")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="readiness")
    in_order = models.BooleanField(_("in order"), null=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    supervision = models.CharField(max_length=12, choices=Supervision, blank=True)
    said_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    said_at = models.DateTimeField(auto_now=True)
    told = models.CharField(max_length=10, blank=True)

    objects: ClassVar[Any] = ReadinessQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("requirement", "organization", name="partnerships_readiness_key")]

    def __str__(self) -> str:
        return f"{self.organization}: {self.requirement}"
