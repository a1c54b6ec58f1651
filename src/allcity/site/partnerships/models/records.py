"""Partnerships with their agreements, goals, deliveries and check-ins, as the tables of a city folder have them."""

from typing import Any, ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.accounts.staff import is_on_duty
from allcity.site.cities.models import City, District, Keyed, Known, Membership, RecordQuerySet, Role
from allcity.site.directory.models import Organization, School
from allcity.site.needs.models import Need, Proposal


class Setting(models.TextChoices):
    """When and where a partner works with students."""

    IN_SCHOOL_HOURS = "in_school_hours", _("in school hours")
    OUT_OF_HOURS = "out_of_hours", _("at school, out of hours")
    OUT_OF_SCHOOL = "out_of_school", _("out of school")


class PartnershipQuerySet(RecordQuerySet):
    """Partnerships by who may see them. One that has not been agreed is its parties' and the coordinators' alone."""

    def current(self) -> Self:
        return self.exclude(stage__in=Partnership.HIDDEN)

    def for_user(self, user: User | AnonymousUser) -> Self:
        if not user.is_authenticated:
            return self.public()
        seen = ~Q(stage__in=Partnership.HIDDEN) & Q(city__in=City.objects.for_user(user))
        return self.filter(Q(pk__in=self.model.objects.filter(seen).values("pk")) | Q(pk__in=self._own(user)))

    def of_parties(self, user: User) -> Self:
        """Those of which the person looks after a party, or keeps a district's side as a coordinator."""
        return self.filter(pk__in=self._own(user))

    def to_agree_on(self, user: User) -> Self:
        """Those, and whatever somebody of the person's is to join by a version that is written or signed now."""
        places = Membership.objects.filter(user=user, place__isnull=False).values("place")
        asked = Agreement.objects.filter(state__in=Agreement.OPEN).filter(
            Q(organizations__public_id__in=places) | Q(schools__public_id__in=places)
        )
        return self.filter(Q(pk__in=self._own(user)) | Q(pk__in=asked.values("partnership")))

    def going_on(self) -> Self:
        """Those in which something is still to come: being prepared, agreed, under way, or being looked back on."""
        stage = Partnership.Stage
        is_to_come = Q(end_date=None) | Q(end_date__gte=timezone.localdate()) | Q(stage=stage.DRAFT)
        return self.exclude(stage=stage.DROPPED).filter(is_to_come)

    def _own(self, user: User) -> "models.QuerySet[Any]":
        places = Membership.objects.filter(user=user, place__isnull=False).values("place")
        coordinated = Membership.objects.filter(user=user, role=Role.COORDINATOR).values("city")
        mine = Q(organizations__public_id__in=places) | Q(schools__public_id__in=places) | Q(city__in=coordinated)
        everything = self.model.objects.all()
        return (everything if is_on_duty(user) else everything.filter(mine)).values("pk")


class Partnership(Keyed):
    """One or more organizations with schools or districts.

    `stage` is empty where its days alone say how far it is, as for what an import brings; see `lifecycle.phase_of`.
    """

    TABLE = "partnerships"

    class Stage(models.TextChoices):
        BY_DATES = "", _("as its days say")
        DRAFT = "draft", _("being prepared")
        DROPPED = "dropped", _("not begun")
        HANDED_OVER = "handed_over", _("carried on by the school")

    HIDDEN = (Stage.DRAFT, Stage.DROPPED)

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
    stage = models.CharField(max_length=12, choices=Stage, blank=True, default=Stage.BY_DATES)
    check_in_weeks = models.PositiveSmallIntegerField(_("weeks from one check-in to the next"), null=True, blank=True)
    proposal = models.OneToOneField(
        Proposal, on_delete=models.SET_NULL, null=True, blank=True, related_name="partnership"
    )
    asked_on = models.DateField(null=True, blank=True, editable=False)
    """When those who log its sessions were last reminded of some."""

    objects: ClassVar[Any] = PartnershipQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class AgreementQuerySet(RecordQuerySet):
    """Versions of agreements. What is still written, or was never signed, is its parties' alone."""

    def current(self) -> Self:
        return self.exclude(state__in=Agreement.HIDDEN)


class Agreement(Keyed):
    """A version of a partnership's agreement, and who has signed it.

    `state` is empty for what was recorded elsewhere. Its words can change while it is a draft. When it is put up for
    signatures they are frozen as `document`, with the parties and goals of that day; `fingerprint` is its SHA-256.
    `edition` rises with each change of a draft, so that two who write at once notice each other. `dropped_goals` are ids of
    goals that are pursued no more once it is signed. `organizations`, `schools` and `districts` are those whom this version
    brings into a partnership that was agreed before: they sign it too, and are its parties once all have.
    """

    TABLE = "agreements"

    class State(models.TextChoices):
        RECORDED = "", _("recorded")
        DRAFT = "draft", _("being written")
        SIGNING = "signing", _("to be signed")
        SIGNED = "signed", _("signed by all")
        WITHDRAWN = "withdrawn", _("taken back")

    HIDDEN = (State.DRAFT, State.SIGNING, State.WITHDRAWN)
    OPEN = (State.DRAFT, State.SIGNING)

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="agreements")
    version = models.PositiveIntegerField()
    start_date = models.DateField(_("first day"))
    end_date = models.DateField(_("last day"), null=True, blank=True)
    signed_by_organization = models.DateField(null=True, blank=True)
    signed_by_school = models.DateField(null=True, blank=True)

    state = models.CharField(max_length=12, choices=State, blank=True, default=State.RECORDED)
    edition = models.PositiveIntegerField(default=1)
    language = models.CharField(max_length=12, blank=True)
    setting = models.CharField(_("setting"), max_length=20, choices=Setting, blank=True)
    what = models.TextField(_("what we do together"), blank=True, max_length=2000)
    schedule = models.TextField(_("days and times"), blank=True, max_length=1000)
    teaching_artist = models.TextField(_("what the teaching artist does"), blank=True, max_length=1000)
    music_teacher = models.TextField(_("what the music teacher does"), blank=True, max_length=1000)
    classroom_teacher = models.TextField(_("what the classroom teacher does"), blank=True, max_length=1000)
    organization_gives = models.TextField(_("what the organization undertakes"), blank=True, max_length=2000)
    school_gives = models.TextField(_("what the school undertakes"), blank=True, max_length=2000)
    money = models.PositiveBigIntegerField(_("what it costs in a year"), null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    funding_source = models.CharField(_("who pays"), max_length=300, blank=True)
    check_in_weeks = models.PositiveSmallIntegerField(_("weeks from one check-in to the next"), null=True, blank=True)
    hand_over = models.TextField(_("what stays when it ends"), blank=True, max_length=2000)
    data_terms = models.TextField(
        _("what is written down about students, and what never is"), blank=True, max_length=2000
    )
    photo_terms = models.TextField(_("photos, sound and video"), blank=True, max_length=2000)
    dropped_goals = models.JSONField(default=list, blank=True)
    organizations = models.ManyToManyField(Organization, related_name="+", blank=True)
    schools = models.ManyToManyField(School, related_name="+", blank=True)
    districts = models.ManyToManyField(District, related_name="+", blank=True)
    document = models.JSONField(null=True, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)

    objects: ClassVar[Any] = AgreementQuerySet.as_manager()

    class Meta(Keyed.Meta):
        constraints = [
            *Keyed.Meta.constraints,
            models.UniqueConstraint(
                "partnership", condition=Q(state__in=["draft", "signing"]), name="partnerships_agreement_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership}, {self.version}"


class GoalQuerySet(RecordQuerySet):
    """Goals. What stands only in a draft of an agreement is its parties' alone."""

    def current(self) -> Self:
        return self.exclude(agreement__state__in=Agreement.HIDDEN)


class Goal(Keyed):
    """What a partnership means to reach, with both sides' words.

    `agreement` is the version that brought it in, None where it was recorded elsewhere; `dropped_on` the day since which it
    is pursued no more.
    """

    TABLE = "goals"

    class Type(models.TextChoices):
        CURRICULUM = "curriculum", _("curriculum")
        MUSICAL = "musical", _("musical development")
        EDUCATIONAL = "educational", _("educational development")
        SOCIAL = "social", _("social development")

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="goals")
    goal = models.TextField(_("goal"), max_length=500)
    goal_type = models.CharField(_("what it serves"), max_length=20, choices=Type, blank=True)
    standard = models.CharField(_("standard"), max_length=100, blank=True)
    agreed_on = models.DateField(null=True, blank=True)
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, null=True, blank=True, related_name="goals")
    dropped_on = models.DateField(null=True, blank=True)

    objects: ClassVar[Any] = GoalQuerySet.as_manager()

    def __str__(self) -> str:
        return self.goal


class Delivery(Known):
    """What was given, as one side tells it: a delivery of two accounts is two rows with one key."""

    TABLE = "deliveries"

    class Account(models.TextChoices):
        ORGANIZATION = "organization", _("the partner")
        SCHOOL = "school", _("the school")

    key = models.CharField(max_length=250)
    key_before = models.CharField(max_length=250, blank=True, editable=False)
    """The id under which the school alone told of it, before it was found to be what a partner reports."""
    from_sessions = models.BooleanField(default=False, editable=False)
    """Whether it is the sum of sessions that were logged, and is made anew with each of them."""
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


class CheckInQuerySet(RecordQuerySet):
    """Check-ins. Until its round is closed one is in no table, so that no side reads the other's before it answers."""

    def current(self) -> Self:
        return self.filter(Q(round=None) | Q(round__closed_at__isnull=False))


class CheckIn(Keyed):
    """What one side says of a partnership, or of one of its goals, as it goes.

    What somebody says of several goals at once are several rows; the words and `communication` stand in the first. `school`
    is for whom a school or teacher speaks. `recognizes` to `serves` are for the parties and are in no table. `before` of the
    first row is what was said before each change, the oldest first.
    """

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
    next_step = models.TextField(blank=True, max_length=1000)

    round = models.ForeignKey(
        "partnerships.Round", on_delete=models.SET_NULL, null=True, blank=True, related_name="check_ins"
    )
    organization = models.ForeignKey(Organization, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    school = models.ForeignKey(School, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    recognizes = models.TextField(blank=True, max_length=1000)
    helps = models.TextField(blank=True, max_length=1000)
    hinders = models.TextField(blank=True, max_length=1000)
    serves = models.TextField(blank=True, max_length=1000)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField(null=True, blank=True)
    teacher = models.ForeignKey(
        "partnerships.Teacher", on_delete=models.SET_NULL, null=True, blank=True, related_name="check_ins"
    )
    before = models.JSONField(default=list, blank=True)

    objects: ClassVar[Any] = CheckInQuerySet.as_manager()
