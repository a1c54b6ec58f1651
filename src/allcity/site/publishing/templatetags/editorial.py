"""What blocks of pages show: pictures that everybody in them agreed to, the city's figures, and where to act."""

from typing import Any

from django import template
from django.urls import reverse

from allcity.site.cities.models import City
from allcity.site.directory.models import Organization
from allcity.site.directory.words import key_of_schools
from allcity.site.publishing.blocks import ACTIONS
from allcity.site.publishing.editorial import figures, queries
from allcity.site.publishing.media.queries import is_shown
from allcity.site.publishing.models import EditorialPage, Picture, Video
from allcity.site.publishing.templatetags.media import SIZES, picture, video

register = template.Library()
IN_A_CITY = {
    "tell": "city:story-new",
    "endorse": "city:endorse",
    "sessions": "city:planning-sessions",
    "programs": "city:finder",
    "needs": "city:needs",
    "plan": "city:plan",
}
ANYWHERE = {"tell": "stories:new"}


@register.inclusion_tag("publishing/media/picture.html", takes_context=True)
def page_picture(
    context: Any, of: Picture | None, *, sizes: str = SIZES, eager: bool = False, caption: bool = True
) -> dict[str, Any]:
    """A picture on a page, while everybody in it agrees; before it is published, in a preview alone."""
    see = bool(getattr(context.get("request"), "is_preview", False))
    shown = of if of is not None and (see or is_shown(of)) else None
    return picture(shown, sizes=sizes, eager=eager, see=see, caption=caption)


@register.inclusion_tag("publishing/media/video.html", takes_context=True)
def page_video(context: Any, of: Video | None) -> dict[str, Any]:
    """A video on a page, likewise."""
    see = bool(getattr(context.get("request"), "is_preview", False))
    return video(of if of is not None and (see or is_shown(of)) else None, see=see)


@register.simple_tag
def translations(page: EditorialPage) -> list[EditorialPage]:
    """The same page in other languages."""
    return queries.translations_of(page)


@register.simple_tag(takes_context=True)
def city_of_page(context: Any) -> City | None:
    """The city in whose tree the page stands."""
    found: City | None = context.get("city")
    return found


register.simple_tag(key_of_schools)


@register.simple_tag(takes_context=True)
def city_figure(context: Any, said: Any) -> figures.Told:
    """A figure of the city, as a block asks for it."""
    return figures.told(context.get("city"), said)


@register.simple_tag(takes_context=True)
def directory_entry(context: Any, of: Organization | None) -> dict[str, str] | None:
    """An organization of the page's city, if everybody may read of it still."""
    city = context.get("city")
    if of is None or city is None or of.city_id != city.pk:
        return None
    if not Organization.objects.of(city).public().current().filter(pk=of.pk).exists():
        return None
    return {"name": of.name, "url": reverse("city:organization", args=[city.slug, of.slug])}


@register.simple_tag(takes_context=True)
def action_link(context: Any, said: Any) -> dict[str, str] | None:
    """Where a reader can act; nothing where there is nowhere."""
    city, action = context.get("city"), said["action"]
    if city is None and action not in ANYWHERE:
        return None
    url = reverse(IN_A_CITY[action], args=[city.slug]) if city else reverse(ANYWHERE[action])
    return {"url": url, "label": str(ACTIONS[action])}
