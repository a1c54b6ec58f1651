"""Planning sessions: what they are for, when and where, who is asked and who comes, and what was decided."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.accounts.staff import is_on_duty
from allcity.site.action.models.committing import Commitment
from allcity.site.cities.models import City, CityRecord, Membership, RecordQuerySet, Role
from allcity.site.conversations.models import Thread


class Series(CityRecord):
    """Sessions that come again: every so many weeks, or months on the same weekday, until a day."""

    class Unit(models.TextChoices):
        WEEKS = "weeks", _("weeks")
        MONTHS = "months", _("months")

    every = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=10, choices=Unit)
    until = models.DateField()

    def __str__(self) -> str:
        return f"{self.every} {self.unit}"


class PlanningSessionQuerySet(RecordQuerySet):
    """Sessions by who may see that they are: everybody public ones that are called, members all called ones of their city,
    invitees theirs, coordinators all.
    """

    def public(self) -> Self:
        called = self.filter(audience=PlanningSession.Audience.PUBLIC).exclude(state=PlanningSession.State.DRAFT)
        return called.filter(city__is_public=True)

    def for_user(self, user: User | AnonymousUser) -> Self:
        is_public = Q(audience=PlanningSession.Audience.PUBLIC, city__is_public=True)
        called = ~Q(state=PlanningSession.State.DRAFT)
        if not user.is_authenticated:
            return self.filter(is_public & called)
        roles = Membership.objects.filter(city=OuterRef("city"), user=user)
        is_member = Q(Exists(roles)) & Q(audience=PlanningSession.Audience.MEMBERS)
        invited = Q(Exists(Invitee.objects.filter(session=OuterRef("pk"), user=user)))
        coordinates = Q(Exists(roles.filter(role=Role.COORDINATOR))) | Q(Value(is_on_duty(user)))
        return self.filter((is_public | is_member | invited) & called | coordinates)


class PlanningSession(CityRecord):
    """One meeting. Its times are there once a date was chosen; `time_zone` is the zone in which people are told of them.

    `capacity` limits how many come; without it everybody may. `sequence` rises whenever something changes that calendars
    show, and `uid` stays. `code` signs people in at the door. `notes_held_at` says when its minutes were sent round; `told`
    holds the marks of which people were reminded. `online_url` is shown shortly before, and to those who come alone.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("being planned")
        POLL = "poll", _("looking for a date")
        CALLED = "called", _("called")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")

    class Audience(models.TextChoices):
        PUBLIC = "public", _("everybody")
        MEMBERS = "members", _("members of the city")
        INVITED = "invited", _("those who are invited")

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    title = models.CharField(_("title"), max_length=200)
    purpose = models.TextField(_("purpose"), max_length=4000, blank=True)
    language = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    audience = models.CharField(_("who may see it"), max_length=10, choices=Audience, default=Audience.INVITED)
    template = models.CharField(max_length=40, blank=True)
    section = models.CharField(max_length=60, blank=True)
    findings = models.JSONField(default=list)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=60)
    place_name = models.CharField(_("place"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    online_url = models.URLField(_("link to join online"), max_length=1000, blank=True)
    languages = models.JSONField(default=list)
    interpretation = models.CharField(_("interpretation"), max_length=500, blank=True)
    childcare = models.CharField(_("childcare"), max_length=500, blank=True)
    access = models.CharField(_("access"), max_length=500, blank=True)
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True)
    series = models.ForeignKey(Series, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions")
    thread = models.ForeignKey(Thread, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions")
    reason = models.TextField(_("why it was cancelled"), max_length=2000, blank=True)
    notes = models.TextField(_("notes"), max_length=20000, blank=True)
    notes_version = models.PositiveIntegerField(default=0)
    minutes_sent_at = models.DateTimeField(null=True, blank=True)
    code = models.CharField(max_length=12, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0)
    told = models.JSONField(default=list)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[Any] = PlanningSessionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("city", "starts_at", name="action_session_when")]

    def __str__(self) -> str:
        return self.title


class AgendaItem(models.Model):
    """A point of the agenda: how long it takes, who leads it, and what is on the table: a section, or a figure by its id."""

    session = models.ForeignKey(PlanningSession, on_delete=models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("point"), max_length=200)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    lead = models.CharField(_("led by"), max_length=200, blank=True)
    section = models.CharField(max_length=60, blank=True)
    figure_id = models.CharField(max_length=100, blank=True)
    notes = models.TextField(_("notes"), max_length=10000, blank=True)
    notes_version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class PollDate(models.Model):
    """A date that could be chosen."""

    session = models.ForeignKey(PlanningSession, on_delete=models.CASCADE, related_name="dates")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [models.UniqueConstraint("session", "starts_at", name="action_polldate_once")]

    def __str__(self) -> str:
        return str(self.starts_at)


class Invitee(models.Model):
    """Somebody who is asked to a session, with an account or without: who they are there, and whether they come.

    `token` is in their link, and is theirs alone. `queued_at` orders those who come and who wait: among those who wait the
    earliest is next. `told_sequence` is the session's `sequence` of which their calendar was last told.
    """

    class State(models.TextChoices):
        INVITED = "invited", _("has not answered")
        COMING = "coming", _("comes")
        WAITING = "waiting", _("waits for a place")
        DECLINED = "declined", _("does not come")

    session = models.ForeignKey(PlanningSession, on_delete=models.CASCADE, related_name="invitees")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    email = models.EmailField(blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    participant = models.CharField(max_length=60, blank=True)
    place = models.UUIDField(null=True, blank=True)
    language = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.INVITED)
    queued_at = models.DateTimeField(null=True, blank=True)
    asks = models.TextField(_("what you need to take part"), max_length=1000, blank=True)
    token = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    told_sequence = models.IntegerField(default=-1)

    class Meta:
        constraints = [
            models.UniqueConstraint("session", "user", name="action_invitee_user"),
            models.UniqueConstraint("session", "email", condition=~Q(email=""), name="action_invitee_email"),
        ]
        indexes = [models.Index("session", "state", "queued_at", name="action_invitee_queue")]

    def __str__(self) -> str:
        return f"{self.name or self.user}: {self.get_state_display()}"


class PollAnswer(models.Model):
    """Whether a date suits somebody."""

    class Suits(models.TextChoices):
        YES = "yes", _("yes")
        IF_NEEDED = "if_needed", _("if it must be")
        NO = "no", _("no")

    date = models.ForeignKey(PollDate, on_delete=models.CASCADE, related_name="answers")
    invitee = models.ForeignKey(Invitee, on_delete=models.CASCADE, related_name="poll_answers")
    suits = models.CharField(max_length=10, choices=Suits)

    class Meta:
        constraints = [models.UniqueConstraint("date", "invitee", name="action_pollanswer_key")]

    def __str__(self) -> str:
        return f"{self.invitee}: {self.suits}"


class Attendance(models.Model):
    """Somebody who was there, as a type of participant: an invitee, or one who came without having been asked."""

    session = models.ForeignKey(PlanningSession, on_delete=models.CASCADE, related_name="attendances")
    invitee = models.OneToOneField(Invitee, on_delete=models.SET_NULL, null=True, blank=True, related_name="attendance")
    participant = models.CharField(max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Decision(models.Model):
    """What was decided at a session, and the commitment that it became."""

    session = models.ForeignKey(PlanningSession, on_delete=models.CASCADE, related_name="decisions")
    item = models.ForeignKey(AgendaItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="decisions")
    text = models.TextField(_("decision"), max_length=2000)
    commitment = models.ForeignKey(
        Commitment, on_delete=models.SET_NULL, null=True, blank=True, related_name="decisions"
    )
    noted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    noted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]


class CalendarFeed(models.Model):
    """The secret address under which a person's calendar reads all their sessions, or those of one city."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    city = models.ForeignKey(City, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    token = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "city", name="action_calendarfeed_of_city"),
            models.UniqueConstraint("user", condition=Q(city=None), name="action_calendarfeed_of_all"),
        ]

    def __str__(self) -> str:
        return str(self.user)
