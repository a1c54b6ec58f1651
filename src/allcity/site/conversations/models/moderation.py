"""The queue of moderation: contributions that were reported or wait to be let through, and what was decided."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.accounts.staff import is_on_duty
from allcity.site.cities.models import CityRecord, Membership, RecordQuerySet, Role


class CaseQuerySet(RecordQuerySet):
    """Cases are for the city's coordinators, and never for the public."""

    def public(self) -> Self:
        return self.none()

    def for_user(self, user: User | AnonymousUser) -> Self:
        if not user.is_authenticated:
            return self.none()
        if is_on_duty(user):
            return self.all()
        return self.filter(city__in=Membership.objects.filter(user=user, role=Role.COORDINATOR).values("city"))

    def waiting(self) -> Self:
        """Those that a coordinator has to decide."""
        return self.filter(state=Case.State.WAITING)

    def escalated(self) -> Self:
        """Those of them at which somebody of the staff is asked to look."""
        return self.waiting().filter(escalated_at__isnull=False)


class Case(CityRecord):
    """A contribution that coordinators were asked to look at: its kind, and its public id there.

    `is_new` is true while it waits to be let through before everybody sees it. The author of what was taken down may answer
    once, which brings the case back to the queue. `escalated_at` is set while coordinators want somebody of the staff of
    the site to look at it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        KEPT = "kept", _("kept")
        TAKEN_DOWN = "taken-down", _("taken down")
        TAKEN_BACK = "taken-back", _("taken back by its author")

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=40)
    subject = models.UUIDField()
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    is_new = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    opened_at = models.DateTimeField()
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    escalated_because = models.TextField(max_length=2000, blank=True)

    objects: ClassVar[Any] = CaseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("kind", "subject", name="conversations_case_once")]
        indexes = [models.Index("city", "state", name="conversations_case_state")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.get_state_display()}"


class Report(models.Model):
    """Why somebody asked coordinators to look. Who does not sign in has no name here."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.TextField(_("reason"), max_length=2000)
    reported_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.reason[:60]


class Decision(models.Model):
    """What a coordinator decided of a case, and why. None is ever removed."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    state = models.CharField(max_length=10, choices=Case.State)
    reason = models.TextField(_("reason"), max_length=2000)
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.reason[:60]}"
