"""Pictures and videos on pages: in modern formats and fitting sizes, with their words, and with no call to another host."""

from typing import Any

from django import template
from django.conf import settings

from allcity.site.publishing.media import queries, renditions
from allcity.site.publishing.media.links import link_of
from allcity.site.publishing.media.tasks import make_sizes
from allcity.site.publishing.models import Picture, Video

register = template.Library()
SIZES = "(min-width: 60rem) 50rem, 100vw"


def words_of_widths(widths: object) -> list[int]:
    """The widths that a tag names; those that are never made are left out."""
    return [int(word) for word in str(widths).replace("width-", " ").split() if word.isdigit()]


@register.inclusion_tag("publishing/media/picture.html")
def picture(
    picture: Picture | None,
    widths: str = "400 800 1200",
    *,
    sizes: str = SIZES,
    eager: bool = False,
    see: bool = False,
    caption: bool = True,
    alt: str | None = None,
) -> dict[str, Any]:
    """A picture with its caption. `see` shows it for an hour before it is published, on pages of those who may see it.

    What was stopped leaves nothing behind. `alt` replaces the words for those who do not see it where they are said beside.
    """
    if picture is None or (queries.is_stopped(picture) if see else picture.withdrawn_at or picture.removed_at):
        return {"shown": None}
    shown, is_whole = renditions.shown(picture, words_of_widths(widths))
    if not is_whole:
        make_sizes.enqueue(picture.pk)
    more = f"?see={queries.see(picture)}" if see else ""
    return {
        "picture": picture,
        "shown": {"plain": shown.plain, "url": shown.plain.url + more},
        "sources": [
            (kind, ", ".join(f"{row.url}{more} {row.width}w" for row in rows)) for kind, rows in shown.sources.items()
        ],
        "sizes": sizes,
        "eager": eager,
        "has_caption": caption and bool(picture.caption or picture.credit),
        "alt": picture.description if alt is None else alt,
    }


@register.inclusion_tag("publishing/media/video.html")
def video(video: Video | None, *, see: bool = False, level: int = 3) -> dict[str, Any]:
    """A video of our own with its captions, or a card that leads to the page on which another service plays it."""
    if video is None or (queries.is_stopped(video) if see else video.withdrawn_at or video.removed_at):
        return {"video": None}
    names = dict(settings.LANGUAGES)
    return {
        "video": video,
        "link": link_of(video.url) if video.url else None,
        "see": f"?see={queries.see(video)}" if see else "",
        "tracks": [(row.language, names.get(row.language, row.language)) for row in video.subtitles.all()]
        if video.file
        else [],
        "poster": renditions.shown(video.poster, [800])[0].plain.url
        if video.poster and not see and queries.is_shown(video.poster)
        else "",
        "level": level,
    }


@register.inclusion_tag("publishing/media/social.html", takes_context=True)
def social_preview(context: Any, title: str, text: str, picture: Picture | None = None) -> dict[str, Any]:
    """What services show of a page whose link somebody shares there; a picture if all in it agreed to social media."""
    shown = picture and queries.may_be_shared(picture) and renditions.shown(picture, [1200])[0].plain
    return {
        "address": settings.SITE_ADDRESS + context["request"].path,
        "title": title,
        "text": text,
        "shown": shown,
        "image": settings.SITE_ADDRESS + shown.url if shown else "",
        "picture": picture,
    }
