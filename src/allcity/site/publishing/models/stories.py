"""Stories that people tell: of a city on the installation or of any other, with pictures and videos."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.accounts.staff import is_on_duty
from allcity.site.cities.models import City, Membership, Role
from allcity.site.publishing.models.media import Picture, Video


class StoryQuerySet(models.QuerySet["Story"]):
    """Stories by who may read them: everybody what is published, coordinators and editors all that was confirmed."""

    def of(self, city: City) -> Self:
        return self.filter(city=city)

    def public(self) -> Self:
        return self.filter(Q(city=None) | Q(city__is_public=True), state=Story.State.PUBLISHED)

    def for_user(self, user: User | AnonymousUser) -> Self:
        if not user.is_authenticated:
            return self.public()
        roles = Membership.objects.filter(city=OuterRef("city"), user=user, role__in=(Role.EDITOR, Role.COORDINATOR))
        runs = Exists(roles) | Value(is_on_duty(user))
        return self.filter(Q(pk__in=self.public().values("pk")) | ~Q(state=Story.State.UNCONFIRMED) & runs)


class Story(models.Model):
    """What somebody tells, in answer to three questions: how it was, what happened, what is different now.

    It belongs to a `city` of the installation, or names a place that is not on it. Its author needs no account: `token` is
    in the link by which it is changed and withdrawn. Until its address is confirmed nobody reads it. `section`,
    `contribution` and `participant` are ids of the framework; `place` is the public id of a school or an organization and
    `partnership` of a partnership of which it is an example. `version` rises with every change of its words.
    """

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("not confirmed yet")
        WAITING = "waiting", _("waits to be looked at")
        ASKED = "asked", _("a change is asked for")
        PUBLISHED = "published", _("published")
        TAKEN_DOWN = "taken_down", _("taken down")
        WITHDRAWN = "withdrawn", _("withdrawn by its author")

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    city = models.ForeignKey(City, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    place_name = models.CharField(_("city or town"), max_length=120, blank=True)
    region = models.CharField(_("state or region"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    language = models.CharField(_("language"), max_length=12)
    title = models.CharField(_("title"), max_length=160)
    before = models.TextField(_("how it was before"), max_length=4000, blank=True)
    happened = models.TextField(_("what happened"), max_length=8000)
    now = models.TextField(_("what is different now"), max_length=4000, blank=True)
    section = models.CharField(max_length=60, blank=True)
    contribution = models.CharField(max_length=60, blank=True)
    participant = models.CharField(max_length=60, blank=True)
    place = models.UUIDField(null=True, blank=True)
    partnership = models.UUIDField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.UNCONFIRMED)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    shown_name = models.CharField(_("name that is shown"), max_length=120, blank=True)
    email = models.EmailField(_("mail address"), blank=True)
    token = models.CharField(max_length=64, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1)
    first_approved_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    asked = models.TextField(_("what to change"), max_length=2000, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    pictures = models.ManyToManyField(Picture, through="StoryPicture", related_name="stories")
    videos = models.ManyToManyField(Video, through="StoryVideo", related_name="stories")

    objects: ClassVar[Any] = StoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("story")
        indexes = [
            models.Index("city", "state", "published_at", name="publishing_story_city"),
            models.Index("state", "published_at", name="publishing_story_state"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(city__isnull=False) | ~Q(place_name=""), name="publishing_story_place")
        ]

    def __str__(self) -> str:
        return self.title


class StoryPicture(models.Model):
    """A picture of a story, in its order."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="+")
    picture = models.OneToOneField(Picture, on_delete=models.CASCADE, related_name="in_story")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return str(self.picture)


class StoryVideo(models.Model):
    """A video of a story."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="+")
    video = models.OneToOneField(Video, on_delete=models.CASCADE, related_name="in_story")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return str(self.video)
