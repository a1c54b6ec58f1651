"""Offers and requests between an organization and a school: how far each is, who has to act until when, and what it takes."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.accounts.staff import is_on_duty
from allcity.site.cities.models import CityRecord, District, Membership, RecordQuerySet, Role
from allcity.site.conversations.models import Thread
from allcity.site.directory.models import Organization, Program, School
from allcity.site.needs.models.records import Need


class Side(models.TextChoices):
    """The two that a proposal is between. A district's side is kept by the city's coordinators."""

    ORGANIZATION = "organization", _("the organization")
    SCHOOL = "school", _("the school")


class ProposalQuerySet(RecordQuerySet):
    """Proposals by who may see them: whoever looks after either side today, and the city's coordinators. Nobody else."""

    def public(self) -> Self:
        return self.none()

    def for_user(self, user: User | AnonymousUser) -> Self:
        if not user.is_authenticated:
            return self.none()
        coordinates = Membership.objects.filter(city=OuterRef("city"), user=user, role=Role.COORDINATOR)
        return self.filter(Q(Exists(coordinates)) | Q(Value(is_on_duty(user))) | _of_places_of(user))

    def of_places_of(self, user: User) -> Self:
        """Those of which the person looks after a side."""
        return self.filter(_of_places_of(user))

    def open(self) -> Self:
        """Those of which somebody still has to say something."""
        return self.filter(state__in=Proposal.OPEN)


def _of_places_of(user: User) -> Q:
    places = Membership.objects.filter(user=user, place__isnull=False).values("place")
    return Q(organization__public_id__in=places) | Q(school__public_id__in=places)


class Proposal(CityRecord):
    """An organization offers to answer a need of a school or district, or a school asks it to.

    `need` is None where the school needs it by the figures alone, or the need has gone since; `about` says what it is
    about whatever becomes of that, so that there is one standing proposal of an organization for each need. `awaits` is
    the side that has to act by `due_on`; empty, while it is not over, both have to. `told` is the last of the marks
    around `due_on` of which they were told. `reason_words` are for the coordinators and the side that wrote them.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for an answer")
        TALKING = "talking", _("in conversation")
        VISIT = "visit", _("a visit is agreed")
        TRIAL = "trial", _("a trial is agreed")
        AGREED = "agreed", _("agreed")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("taken back")
        LAPSED = "lapsed", _("no answer came")

    OPEN = (State.WAITING, State.TALKING, State.VISIT, State.TRIAL)
    STANDING = (*OPEN, State.AGREED)
    OVER = (State.DECLINED, State.WITHDRAWN, State.LAPSED)

    class NextStep(models.TextChoices):
        TALK = "talk", _("a talk")
        VISIT = "visit", _("a visit")
        TRIAL = "trial", _("a trial session")
        AGREEMENT = "agreement", _("an agreement")

    class Reason(models.TextChoices):
        NO_PLACES = "no_places", _("no places left")
        TIMES = "times", _("the times do not fit")
        TOO_FAR = "too_far", _("too far")
        NOT_NEEDED = "not_needed", _("not what we need")
        MONEY = "money", _("money")
        NO_ROOM = "no_room", _("no room at the school")
        FOUND = "found", _("somebody else was found already")
        NO_ANSWER = "no_answer", _("no answer")
        OTHER = "other", _("another reason")

    class Mark(models.TextChoices):
        NONE = "", _("nothing yet")
        BEFORE = "before", _("shortly before")
        DUE = "due", _("on the day")
        AFTER = "after", _("a week after")

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    year = models.PositiveSmallIntegerField(_("school year"))
    about = models.CharField(max_length=100, editable=False)
    need = models.ForeignKey(Need, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposals")
    school = models.ForeignKey(School, on_delete=models.CASCADE, null=True, blank=True, related_name="proposals")
    district = models.ForeignKey(District, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="proposals")
    program = models.ForeignKey(Program, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    contribution = models.CharField(max_length=60, blank=True)
    amount = models.PositiveIntegerField(null=True, blank=True)
    made_by_side = models.CharField(max_length=12, choices=Side)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    reply_due_on = models.DateField(_("an answer is due on"))
    awaits = models.CharField(max_length=12, choices=Side, blank=True)
    due_on = models.DateField(null=True, blank=True)
    told = models.CharField(max_length=10, choices=Mark, blank=True)
    next_step = models.CharField(max_length=12, choices=NextStep, blank=True)
    next_on = models.DateField(null=True, blank=True)
    next_by = models.CharField(max_length=12, choices=Side, blank=True)
    next_agreed = models.BooleanField(default=False)
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    reason_words = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    thread = models.ForeignKey(Thread, on_delete=models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[Any] = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["city", "about", "organization"],
                condition=Q(state__in=["waiting", "talking", "visit", "trial", "agreed"]),
                name="needs_proposal_standing",
            ),
            models.CheckConstraint(
                condition=Q(school=None, district__isnull=False) | Q(school__isnull=False, district=None),
                name="needs_proposal_whose",
            ),
        ]
        indexes = [models.Index("state", "due_on", name="needs_proposal_due")]

    def __str__(self) -> str:
        return f"{self.organization}: {self.school or self.district}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def asker(self) -> "School | District":
        """Whose need it is about."""
        whose = self.school or self.district
        assert whose is not None  # a constraint
        return whose

    def place_of(self, side: str) -> "Organization | School | District":
        """Who is on a side."""
        return self.organization if side == Side.ORGANIZATION else self.asker


class ProposalStep(models.Model):
    """What happened to a proposal: who did what on whose behalf, and from which state it went to which.

    `step` is "offered", "asked", "lapsed", or a name of `proposals.steps`.
    `kind` and `on` are those of a next step, where it is about one.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(max_length=20)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    side = models.CharField(max_length=12, choices=Side, blank=True)
    before = models.CharField(max_length=12, choices=Proposal.State, blank=True)
    after = models.CharField(max_length=12, choices=Proposal.State)
    kind = models.CharField(max_length=12, choices=Proposal.NextStep, blank=True)
    on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.step}: {self.proposal}"


class Bring(models.Model):
    """One of the things that it takes: which side brings it, in a few words, and whether that is settled.

    `version` rises with each change, so that two people who change it at once notice each other.
    """

    class What(models.TextChoices):
        TIMES = "times", _("Times")
        SPACE = "space", _("Space")
        INSTRUMENTS = "instruments", _("Instruments")
        LANGUAGE = "language", _("Language")
        READINESS = "readiness", _("Preparation")

    class Who(models.TextChoices):
        ORGANIZATION = "organization", _("the organization")
        SCHOOL = "school", _("the school")
        BOTH = "both", _("both together")
        NOBODY = "nobody", _("not needed")

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="brings")
    what = models.CharField(max_length=12, choices=What)
    who = models.CharField(_("Who brings it?"), max_length=12, choices=Who, blank=True)
    text = models.CharField(_("In a few words"), max_length=300, blank=True)
    is_settled = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("proposal", "what", name="needs_bring_key")]

    def __str__(self) -> str:
        return f"{self.what}: {self.proposal}"
