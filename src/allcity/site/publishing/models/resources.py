"""The library of resources: guides, toolkits, policies, research and templates of others, in our own words."""

from typing import Any, ClassVar, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.accounts.staff import is_on_duty
from allcity.site.cities.models import City, Membership, Role


class ResourceQuerySet(models.QuerySet["Resource"]):
    """Resources by who may read them: everybody those in the library, and who looks after them those suggested too."""

    def public(self) -> Self:
        return self.filter(Q(city=None) | Q(city__is_public=True), state=Resource.State.LISTED)

    def for_user(self, user: User | AnonymousUser) -> Self:
        if not user.is_authenticated:
            return self.public()
        roles = Membership.objects.filter(city=OuterRef("city"), user=user)
        looks_after = Exists(roles.filter(role__in=(Role.EDITOR, Role.COORDINATOR))) | Value(is_on_duty(user))
        member = Q(state=Resource.State.LISTED) & Exists(roles)
        return self.filter(Q(pk__in=self.public().values("pk")) | member | looks_after)


class Resource(models.Model):
    """Something of use to a city: a link or a file, and what we say of it. Without a `city` it is for all cities.

    `key` is the name of those that come with Allcity, empty for all others; `words` holds title, summary and use by
    language: `{"en": {"title": …, "summary": …, "use": …}}`. `sections`, `contributions` and `audiences` are ids of the
    framework, the last of its types of participants. `checked_at` is when its link was last asked for, `answer` the
    status that came back, 0 where none did, and `dead_since` the first time that it did not work any more. What
    `is_changed` somebody here wrote anew or moved, so that a new version of Allcity leaves it alone: `changed_by` does not
    tell, since it goes with the account.
    """

    class Kind(models.TextChoices):
        GUIDE = "guide", _("guide")
        TOOLKIT = "toolkit", _("toolkit")
        POLICY = "policy", _("policy")
        RESEARCH = "research", _("research")
        TEMPLATE = "template", _("template")

    class State(models.TextChoices):
        SUGGESTED = "suggested", _("suggested")
        LISTED = "listed", _("in the library")
        DECLINED = "declined", _("declined")
        REMOVED = "removed", _("removed")

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    key = models.SlugField(max_length=80, blank=True)
    city = models.ForeignKey(City, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.SUGGESTED)
    words = models.JSONField(default=dict)
    language = models.CharField(_("language of the resource"), max_length=12, blank=True)
    publisher = models.CharField(_("published by"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    url = models.URLField(_("link"), max_length=1000, blank=True)
    file = models.FileField(upload_to="resources", blank=True)
    licence = models.CharField(_("licence or terms of use"), max_length=200, blank=True)
    sections = models.JSONField(default=list)
    contributions = models.JSONField(default=list)
    audiences = models.JSONField(default=list)
    checked_at = models.DateTimeField(null=True, blank=True)
    answer = models.PositiveSmallIntegerField(null=True, blank=True)
    dead_since = models.DateTimeField(null=True, blank=True)
    suggested_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    email = models.EmailField(blank=True)
    is_changed = models.BooleanField(default=False)
    changed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[Any] = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("resource")
        constraints = [
            models.UniqueConstraint("key", condition=~Q(key=""), name="publishing_resource_key"),
            models.CheckConstraint(condition=~(Q(url="") & Q(file="")), name="publishing_resource_somewhere"),
        ]
        indexes = [models.Index("state", "kind", name="publishing_resource_state")]

    def __str__(self) -> str:
        titles = [words["title"] for words in self.words.values()]
        return titles[0] if titles else self.url


class ResourceCollection(models.Model):
    """Resources that go together, such as those for a first planning session, in an order."""

    key = models.SlugField(max_length=80, unique=True)
    words = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)
    resources = models.ManyToManyField(Resource, through="ResourceInCollection", related_name="collections")

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.key


class ResourceInCollection(models.Model):
    """The place of a resource in a collection."""

    collection = models.ForeignKey(ResourceCollection, on_delete=models.CASCADE, related_name="+")
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint("collection", "resource", name="publishing_resource_once")]

    def __str__(self) -> str:
        return f"{self.collection}: {self.resource}"
