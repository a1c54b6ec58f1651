"""What was decided to be done: who does it, until when, and which need or figure it should move; and the city's plan of it."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.accounts.staff import is_on_duty
from allcity.site.cities.models import CityRecord, Membership, RecordQuerySet
from allcity.site.conversations.models import Thread
from allcity.site.needs.models import Need


class CommitmentQuerySet(RecordQuerySet):
    """Commitments by who may see them: public ones of a public city, and all of a city for its members."""

    def public(self) -> Self:
        return super().public().filter(is_public=True).exclude(state=Commitment.State.PROPOSED)

    def for_user(self, user: User | AnonymousUser) -> Self:
        shown = Q(city__is_public=True, is_public=True) & ~Q(state=Commitment.State.PROPOSED)
        if not user.is_authenticated:
            return self.filter(shown)
        is_member = Exists(Membership.objects.filter(city=OuterRef("city"), user=user))
        return self.filter(shown | Q(is_member) | Q(Value(is_on_duty(user))))

    def open(self) -> Self:
        """Those of which something is still to be done."""
        return self.filter(state__in=Commitment.OPEN)


class Commitment(CityRecord):
    """An action that somebody takes on.

    `place` is the public id of the school or organization that takes it on, `owner` the person who answers for it; one whose
    account is gone leaves `owner` empty and `was_owned` true. `section` is the part of the self-examination it belongs to.
    It should move either `need` or the figure `figure_id` (of the city as a whole, or `figure_by` one key of a dimension);
    `before` is what that figure said when it was agreed: a record of `allcity.analysis.figures.Figure`. `strategy` is the id
    of one of the framework's strategies. `thread` is the conversation that it came from. `told` is the last of the marks
    around `due_on` of which its owner was told.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        AGREED = "agreed", _("agreed")
        IN_WORK = "in_work", _("in work")
        DONE = "done", _("done")
        VERIFIED = "verified", _("verified")
        DROPPED = "dropped", _("dropped")

    OPEN = (State.PROPOSED, State.AGREED, State.IN_WORK)

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    title = models.CharField(_("what is to be done"), max_length=200)
    details = models.TextField(_("more about it"), max_length=4000, blank=True)
    language = models.CharField(max_length=12, blank=True)
    section = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    was_owned = models.BooleanField(default=False, editable=False)
    place = models.UUIDField(null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    need = models.ForeignKey(Need, on_delete=models.SET_NULL, null=True, blank=True, related_name="commitments")
    figure_id = models.CharField(max_length=100, blank=True)
    figure_by = models.JSONField(null=True, blank=True)
    before = models.JSONField(null=True, blank=True)
    strategy = models.CharField(max_length=60, blank=True)
    is_public = models.BooleanField(_("everybody can see it"), default=False)
    thread = models.ForeignKey(Thread, on_delete=models.SET_NULL, null=True, blank=True, related_name="commitments")
    reason = models.TextField(_("why it was dropped"), max_length=2000, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    told = models.CharField(max_length=10, blank=True)

    objects: ClassVar[Any] = CommitmentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("city", "state", "due_on", name="action_commitment_due")]

    def __str__(self) -> str:
        return self.title


class Milestone(models.Model):
    """A step on the way to a commitment."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(_("step"), max_length=200)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.title


class Change(models.Model):
    """A step in the life of a commitment: the state it came to, or an edit where that is empty, by whom, in which words."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="changes")
    state = models.CharField(max_length=10, choices=Commitment.State, blank=True)
    words = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.commitment}: {self.get_state_display()}"


class Plan(CityRecord):
    """How a city shows its plan, which is its commitments by section: whether in public, and with which opening words."""

    is_public = models.BooleanField(_("everybody can see it"), default=False)
    opening = models.TextField(_("opening words"), max_length=4000, blank=True)
    language = models.CharField(max_length=12, blank=True)
    changed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint("city", name="action_plan_of_city")]

    def __str__(self) -> str:
        return str(self.city)


class PlanStrategy(CityRecord):
    """A strategy that a city has chosen for a section of its plan, and why, in its own words."""

    section = models.CharField(max_length=60)
    strategy = models.CharField(max_length=60)
    words = models.TextField(_("why, and how here"), max_length=2000, blank=True)
    chosen_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    chosen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("city", "section", "strategy", name="action_planstrategy_once")]

    def __str__(self) -> str:
        return f"{self.section}: {self.strategy}"
