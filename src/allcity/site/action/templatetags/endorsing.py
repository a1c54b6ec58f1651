"""What sites that show links are told of a page."""

from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse

from allcity.site.action.endorsing.drawing import HIGH, WIDE
from allcity.site.cities.models import City

register = template.Library()


@register.inclusion_tag("action/endorsing/social.html", takes_context=True)
def social_preview(
    context: dict[str, Any], city: City, title: str, description: str, of: str, record: Any = None
) -> dict[str, object]:
    """Title, description and picture of a page as it is shown where its link is shared. Nothing for a city that is not public.

    `of` names the picture: one of `share_views.PREVIEWS`, or the address of a picture of its own, for which `record` is named.
    """
    if record is None:
        image = reverse("city:share-preview", args=[city.slug, of])
    else:
        image = reverse(of, args=[city.slug, record])
    return {
        "is_shown": city.is_public,
        "title": title,
        "description": description,
        "address": settings.SITE_ADDRESS + context["request"].path,
        "image": settings.SITE_ADDRESS + image,
        "width": WIDE,
        "height": HIGH,
    }
