"""Threads, those who take part in them, what they write, and how far each has read.

Who may read is said here, in `public()` and `for_user(user)`, and nowhere else.
"""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.accounts.staff import is_on_duty
from allcity.site.cities.models import City, CityRecord, Membership, RecordQuerySet, Role

LONGEST_TEXT = 5000


class ThreadQuerySet(RecordQuerySet):
    """Threads by who may read them.

    A circle is read by those who take part in it and still have a role in the city, and by nobody else: no coordinator,
    no staff. A thread whose opening nobody has let through as yet is there for its author and for coordinators.
    """

    def public(self) -> Self:
        return self.filter(city__is_public=True, audience=Thread.Audience.PUBLIC, shown_at__isnull=False)

    def for_user(self, user: User | AnonymousUser) -> Self:
        if not user.is_authenticated:
            return self.public()
        roles = Membership.objects.filter(city=OuterRef("city"), user=user)
        on_duty = Q(Value(is_on_duty(user)))
        is_member = Exists(roles) | on_duty
        is_for_all = Q(audience=Thread.Audience.PUBLIC, city__is_public=True)
        is_for_members = Q(audience__in=[Thread.Audience.PUBLIC, Thread.Audience.MEMBERS]) & is_member
        is_for_circle = Q(audience=Thread.Audience.CIRCLE) & Exists(roles) & _takes_part(user)
        has_opened = (
            Q(shown_at__isnull=False) | Q(started_by=user) | Exists(roles.filter(role=Role.COORDINATOR)) | on_duty
        )
        return self.filter(is_for_all | is_for_members | is_for_circle).filter(has_opened)

    def followed_by(self, user: User) -> Self:
        """Those that the person follows: by choice, or because they take part and have not chosen otherwise."""
        readings = Reading.objects.filter(thread=OuterRef("pk"), user=user)
        return self.filter(
            Exists(readings.filter(follows=True)) | (_takes_part(user) & ~Exists(readings.filter(follows=False)))
        )

    def unread_by(self, user: User) -> Self:
        """Those in which something has happened since the person looked last, if ever."""
        seen = Reading.objects.filter(thread=OuterRef("pk"), user=user, read_at__gte=OuterRef("last_post_at"))
        return self.filter(~Exists(seen), last_post_at__isnull=False)


class Thread(CityRecord):
    """A conversation in a city, about a record or an open topic.

    `subject_kind` and `subject` are the kind and public id of what it is about; features above register how a kind is named
    and linked. Who may read: everybody, the members of the city, or the circle of its parties alone. `shown_at` is empty
    while the post that opens it waits for a coordinator, or has been taken down.
    """

    class Audience(models.TextChoices):
        PUBLIC = "public", _("everybody")
        MEMBERS = "members", _("members of the city")
        CIRCLE = "circle", _("those who take part")

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    title = models.CharField(_("title"), max_length=200)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject = models.UUIDField(null=True, blank=True)
    audience = models.CharField(_("who may read"), max_length=10, choices=Audience)
    started_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    shown_at = models.DateTimeField(null=True, blank=True)
    last_post_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = ThreadQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("city", "subject_kind", "subject", name="conversations_thread_subject"),
            models.Index("city", "last_post_at", name="conversations_thread_newest"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_circle(self) -> bool:
        return self.audience == self.Audience.CIRCLE


class Party(models.Model):
    """Somebody in the circle of a thread: a person, or whoever looks after a school or organization (its public id).

    In threads that more people may read, parties are those who follow without having asked to.
    """

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="parties")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    place = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("thread", "user", name="conversations_party_user"),
            models.UniqueConstraint("thread", "place", name="conversations_party_place"),
            models.CheckConstraint(
                condition=models.Q(user=None, place__isnull=False) | models.Q(user__isnull=False, place=None),
                name="conversations_party_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.place}: {self.thread}"


def _takes_part(user: User) -> Exists:
    """Whether the person is a party of the thread, by themselves or through a place that they look after today."""
    places = Membership.objects.filter(user=user, place__isnull=False).values("place")
    return Exists(Party.objects.filter(Q(user=user) | Q(place__in=places), thread=OuterRef("pk")))


class PostQuerySet(models.QuerySet["Post"]):
    """Posts by who may read them: `for_user` gives those whose text a person may read."""

    def standing(self) -> Self:
        """Those whose text is there for all who may read the thread."""
        return self.filter(_standing())

    def public(self) -> Self:
        return self.standing().filter(thread__in=Thread.objects.public())

    def for_user(self, user: User | AnonymousUser) -> Self:
        return self.listed_for(user).filter(is_readable=True)

    def listed_for(self, user: User | AnonymousUser) -> Self:
        """Those of which a person sees that they are there. Each says as `is_readable` whether its text is for them too.

        What was taken back or taken down leaves its place behind. What waits for a coordinator is seen by its author and
        the city's coordinators alone; they read what was taken down as well.
        """
        is_theirs = Q(Value(False))
        if user.is_authenticated:
            coordinates = Membership.objects.filter(city=OuterRef("thread__city"), user=user, role=Role.COORDINATOR)
            moderates = ~Q(thread__audience=Thread.Audience.CIRCLE) & (Exists(coordinates) | Q(Value(is_on_duty(user))))
            is_theirs = Q(author=user) | moderates
        return self.filter(Q(shown_at__isnull=False) | is_theirs, thread__in=Thread.objects.for_user(user)).annotate(
            is_readable=Case(
                When(taken_back_at__isnull=False, then=Value(False)),
                When(_standing() | is_theirs, then=Value(True)),
                default=Value(False),
                output_field=models.BooleanField(),
            )
        )


def _standing() -> Q:
    return Q(shown_at__isnull=False, taken_down_at=None, taken_back_at=None)


class Post(models.Model):
    """What somebody wrote in a thread, or an event that a feature noted in it.

    An `event` is the id of its words, which are made from `values` in the reader's language; it may have an author, whom
    the words name. `shown_at` is empty while a coordinator has not let the text through. What its author took back has no
    text any more; what a coordinator took down keeps it.
    """

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="posts")
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("text"), max_length=LONGEST_TEXT, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    quoted = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    mentioned = models.ManyToManyField(User, related_name="+")
    event = models.CharField(max_length=60, blank=True)
    values = models.JSONField(default=dict)
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    shown_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_down_at = models.DateTimeField(null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index("author", "written_at", name="conversations_post_author")]

    def __str__(self) -> str:
        return self.text[:60] or self.event

    @property
    def city(self) -> City:
        return self.thread.city

    @property
    def is_standing(self) -> bool:
        """Whether its text is there for all who may read the thread."""
        return bool(self.shown_at and not self.taken_back_at and not self.taken_down_at)


class Reading(models.Model):
    """How far somebody has read a thread, and whether they chose to follow it. Without a choice (None) parties follow."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="readings")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    follows = models.BooleanField(null=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("thread", "user", name="conversations_reading_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.thread}"
