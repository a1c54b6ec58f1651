"""Which stories there are, what belongs to one, and which are like it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.publishing.media.queries import is_stopped
from allcity.site.publishing.models import CityTree, Media, Picture, Story, Video

State = Story.State


@dataclass(frozen=True)
class Asked:
    """What somebody looks for among stories."""

    words: str = ""
    section: str = ""
    contribution: str = ""
    participant: str = ""
    language: str = ""

    def __bool__(self) -> bool:
        return any(vars(self).values())


def published(city: City | None = None, asked: Asked | None = None) -> Any:
    """Stories that everybody reads, of a city or of all, the newest first, as few queries for many as for one."""
    rows = Story.objects.public()
    rows = rows.of(city) if city else rows
    for name in ("section", "contribution", "participant", "language"):
        if asked and (chosen := getattr(asked, name)):
            rows = rows.filter(**{name: chosen})
    for word in (asked.words if asked else "").split()[:8]:
        has = Q()
        for name in ("title", "before", "happened", "now", "place_name"):
            has |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(has)
    return rows.select_related("city").prefetch_related("pictures__renditions").order_by("-published_at", "-pk")


def pictures_of(story: Story) -> list[Picture]:
    """All its pictures in their order, be they shown or not."""
    return list(story.pictures.prefetch_related("consents").order_by("in_story__position", "in_story__pk"))


def videos_of(story: Story) -> list[Video]:
    """All its videos, likewise."""
    rows = story.videos.prefetch_related("consents", "subtitles").select_related("poster")
    return list(rows.order_by("in_story__position", "in_story__pk"))


def items_of(story: Story) -> list[Picture | Video]:
    """Its pictures, then its videos."""
    return [*pictures_of(story), *videos_of(story)]


def seen_of(story: Story) -> str:
    """What somebody has before them who looks at it: another value once its words, its pictures or who is in them change."""
    return "-".join([str(story.version), *(f"{item.public_id.hex[:12]}{item.people}" for item in items_of(story))])


def two_look(city: City) -> bool:
    """Whether two people look at what shows children or young people before it is published."""
    return CityTree.objects.filter(city=city, two_look_at_minors=True).exists()


def needs_two(story: Story) -> bool:
    """Whether two people look at it: the city wants that where children or young people can be recognised."""
    if story.city is None or not two_look(story.city):
        return False
    return any(item.people == Media.People.MINORS for item in items_of(story))


def has_new(story: Story) -> bool:
    """Whether something belongs to it that nobody has looked at yet."""
    return any(item.released_at is None and not is_stopped(item) for item in items_of(story))


def shown_items(story: Story) -> tuple[list[Picture], list[Video]]:
    """The pictures and the videos of a story that everybody may see now."""
    pictures = Picture.objects.public().filter(in_story__story=story).prefetch_related("renditions")
    videos = Video.objects.public().filter(in_story__story=story).prefetch_related("subtitles").select_related("poster")
    order = ("in_story__position", "in_story__pk")
    return list(pictures.order_by(*order)), list(videos.order_by(*order))


def cover_of(story: Story, seen: set[int]) -> Picture | None:
    """The first of its pictures that everybody may see, out of those whose numbers are given."""
    rows = sorted(story.pictures.all(), key=lambda row: row.pk)
    return next((row for row in rows if row.pk in seen), None)


def seen_among(stories: list[Story]) -> set[int]:
    """The numbers of the pictures of stories that everybody may see."""
    rows = Picture.objects.public().filter(in_story__story__in=[story.pk for story in stories])
    return set(rows.values_list("pk", flat=True))


def by_token(token: str) -> Story | None:
    """The story to which a link leads."""
    return Story.objects.select_related("city", "author").filter(token=token).first()


def readable(request: HttpRequest, story: Any) -> Story | None:
    """A story that the reader may read."""
    rows = Story.objects.for_user(request.user).select_related("city", "author")
    found: Story | None = rows.filter(public_id=story).first()
    return found


def like(story: Story) -> list[Story]:
    """Other stories of the same address, or with the same title or beginning: whoever looks at one should know of them."""
    rows = Story.objects.exclude(pk=story.pk).exclude(state=State.WITHDRAWN)
    same = Q(title__iexact=story.title) | Q(happened__startswith=story.happened[:80])
    if story.email:
        same |= Q(email=story.email)
    return list(rows.filter(same).select_related("city").order_by("-made_at")[:10])


def waiting_elsewhere() -> Any:
    """Stories of cities that are not here which wait, or have pictures or videos that do; staff on duty look at them."""
    new = {"released_at": None, "withdrawn_at": None, "removed_at": None, "in_story__story": OuterRef("pk")}
    has_new = Exists(Picture.objects.filter(**new)) | Exists(Video.objects.filter(**new))
    waits = Q(state=State.WAITING) | Q(state=State.PUBLISHED) & has_new
    return Story.objects.filter(waits, city=None).order_by("confirmed_at", "pk")


def personal_data(user: User) -> list[dict[str, object]]:
    """What somebody told."""
    names = (
        "public_id",
        "city__slug",
        "place_name",
        "title",
        "before",
        "happened",
        "now",
        "shown_name",
        "email",
        "state",
    )
    return list(Story.objects.filter(author=user).order_by("pk").values(*names, "made_at", "published_at"))
