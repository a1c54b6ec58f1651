"""Pictures and videos, who is in them, and who agreed that they are shown.

What was sent in is cleaned before it is kept: no file holds where or by what it was made. Files lie where no address leads;
whoever asks for one is looked at each time. A city's are in its tree's collection; those of places that are not on the
installation in a collection of their own.
"""

from pathlib import PurePosixPath
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Image, ImageQuerySet
from wagtail.models import Collection

from allcity.site.accounts.models import User
from allcity.site.accounts.staff import is_on_duty
from allcity.site.cities.models import City, Membership, Role


class MediaQuerySet(models.QuerySet[Any]):
    """Pictures or videos by who may see them: everybody what is published, with consent of all who can be recognised in it."""

    def consented(self) -> Self:
        """Those in which nobody can be recognised, or everybody who can be agreed that they are shown on the site."""
        of_it = Consent.objects.filter(**{self.model.IN_CONSENT: OuterRef("pk")})
        agreed = Exists(of_it) & ~Exists(of_it.exclude(Consent.stands(Consent.Scope.SITE)))
        return self.filter(Q(people=Media.People.NOBODY) | Q(people__in=Media.RECOGNISABLE) & agreed)

    def released(self) -> Self:
        """Those that may be shown by whatever shows them."""
        return self.consented().filter(released_at__isnull=False, withdrawn_at=None, removed_at=None)

    def public(self) -> Self:
        drafts = City.objects.filter(is_public=False, tree__collection=OuterRef("collection"))
        return self.released().exclude(Exists(drafts))

    def for_user(self, user: User | AnonymousUser) -> Self:
        """What everybody sees, what members see of their city that is a draft, and all of cities whose pages one edits."""
        if not user.is_authenticated:
            return self.public()
        of_them = Membership.objects.filter(user=user, city__tree__collection=OuterRef("collection"))
        edits = of_them.filter(role__in=(Role.EDITOR, Role.COORDINATOR))
        shown = Q(pk__in=self.public().values("pk")) | Exists(of_them) & Q(pk__in=self.released().values("pk"))
        return self.filter(shown | Exists(edits) | Value(is_on_duty(user)))


class PictureQuerySet(MediaQuerySet, ImageQuerySet):
    """Pictures, as Wagtail looks them up too."""


class Media(models.Model):
    """What is known of a picture or a video, whoever sent it in.

    `people` is who can be recognised in it; as long as nobody has said so, it is not shown. `released_at` is when something
    that everybody reads began to show it. `withdrawn_at` is set when somebody in it takes their consent back, `removed_at`
    when a moderator takes it down; both stop it everywhere at once. `kept_until` is the day on which it is deleted unless
    something shows it.
    """

    class People(models.TextChoices):
        UNKNOWN = "unknown", _("nobody has said yet")
        NOBODY = "nobody", _("nobody can be recognised")
        ADULTS = "adults", _("adults can be recognised")
        MINORS = "minors", _("children or young people can be recognised")

    RECOGNISABLE = (People.ADULTS, People.MINORS)
    IN_CONSENT: ClassVar[str]

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    caption = models.CharField(_("caption"), max_length=300, blank=True)
    credit = models.CharField(_("made by"), max_length=120, blank=True)
    language = models.CharField(max_length=12, blank=True)
    people = models.CharField(_("who can be recognised"), max_length=10, choices=People, default=People.UNKNOWN)
    released_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    removed_because = models.CharField(max_length=500, blank=True, editable=False)
    kept_until = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class Picture(Media, AbstractImage):  # type: ignore[django-manager-missing] # Wagtail says no types
    """A picture. Without words for those who do not see it, it cannot be saved."""

    IN_CONSENT = "picture"
    description = models.CharField(_("what it shows"), max_length=255)
    admin_form_fields = (
        "title",
        "description",
        "caption",
        "credit",
        "people",
        "file",
        "collection",
        "tags",
        *(f"focal_point_{part}" for part in ("x", "y", "width", "height")),
    )

    objects: ClassVar[Any] = PictureQuerySet.as_manager()

    class Meta(Image.Meta):
        verbose_name = _("picture")
        permissions = [("choose_image", "Can choose image")]

    @property
    def default_alt_text(self) -> str:
        return self.description

    def generate_rendition_file(self, filter: Any, *, source: Any = None) -> ContentFile[bytes]:  # noqa: A002 - Wagtail's name
        """A size as a file in memory: Wagtail leaves the temporary one open in which it was made."""
        with super().generate_rendition_file(filter, source=source) as made:
            made.seek(0)
            return ContentFile(made.read(), name=made.name)


class Rendition(AbstractRendition):
    """A picture in a size. Its address leads to a view that looks each time whether the picture may be seen."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("image", "filter_spec", "focal_point_key"), name="publishing_rendition_key")
        ]

    @property
    def url(self) -> str:
        name = PurePosixPath(self.file.name).name
        return reverse("picture", args=[self.image.public_id, self.pk, name])


class Video(Media):
    """A video: a file of our own, or the address of one at a service that readers go to only when they choose to.

    `text` says in words what is seen and heard, for those who do not see or hear it. `seconds`, `width` and `height` are of
    the file, which is kept for as long as the video is.
    """

    IN_CONSENT = "video"
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what is seen and heard"), max_length=10000, blank=True)
    url = models.URLField(_("link"), max_length=500, blank=True)
    file = models.FileField(upload_to="videos", blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    poster = models.ForeignKey(Picture, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    uploaded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = MediaQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~(Q(url="") & Q(file="")), name="publishing_video_somewhere"),
        ]

    def __str__(self) -> str:
        return self.title


class Subtitles(models.Model):
    """What is said in a video, in a language, as WebVTT."""

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="subtitles")
    language = models.CharField(_("language"), max_length=12)
    text = models.TextField(max_length=200000)

    class Meta:
        constraints = [models.UniqueConstraint("video", "language", name="publishing_subtitles_key")]

    def __str__(self) -> str:
        return self.language


class Consent(models.Model):
    """One person, or one group, who can be recognised in a picture or a video, and that they agreed to be shown.

    `shown` says who it is without naming a child: "eight students of grade 5". For minors it is given by who is responsible
    for them, or by a school that holds their consent. `until` is the last day on which it holds; none means until it is
    withdrawn. The document lies where only those who look after consents get it. `token` is in the link with which whoever
    gave it takes it back, without an account.
    """

    class Relation(models.TextChoices):
        SELF = "self", _("the person shown")
        GUARDIAN = "guardian", _("a parent or guardian")
        SCHOOL = "school", _("a school or organization that holds the consents")

    class Scope(models.TextChoices):
        SITE = "site", _("on this site")
        PRINT = "print", _("in print")
        SOCIAL = "social", _("on social media")

    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, null=True, blank=True, related_name="consents")
    video = models.ForeignKey(Video, on_delete=models.CASCADE, null=True, blank=True, related_name="consents")
    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    shown = models.CharField(_("who is shown"), max_length=200)
    is_minor = models.BooleanField(_("children or young people"), default=False)
    relation = models.CharField(_("who agreed"), max_length=10, choices=Relation, blank=True)
    given_by = models.CharField(_("name of who agreed"), max_length=200, blank=True)
    email = models.EmailField(_("mail address of who agreed"), blank=True)
    given_on = models.DateField(_("agreed on"), null=True, blank=True)
    for_site = models.BooleanField(_("on this site"), default=False)
    for_print = models.BooleanField(_("in print"), default=False)
    for_social = models.BooleanField(_("on social media"), default=False)
    until = models.DateField(_("until"), null=True, blank=True)
    document = models.FileField(upload_to="consents", blank=True)
    token = models.CharField(max_length=64, unique=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    noted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    noted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(picture=None, video__isnull=False) | Q(picture__isnull=False, video=None),
                name="publishing_consent_of_one",
            )
        ]

    def __str__(self) -> str:
        return self.shown

    @classmethod
    def stands(cls, scope: "Consent.Scope") -> Q:
        """That a consent was given for a scope, was not taken back, and holds today."""
        given = Q(given_on__isnull=False, withdrawn_at=None, **{f"for_{scope.value}": True})
        return given & (Q(until=None) | Q(until__gte=timezone.now().date()))
