"""A map with its key, beside the list that says the same: `{% load maps %}{% city_map … %}`."""

import json
from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

register = template.Library()

TONES: dict[str, str | Promise] = {
    "met": _("met"),
    "unmet": _("not met yet"),
    "unknown": _("not known yet"),
    "place": _("a place with music"),
}


@register.inclusion_tag("components/map.html")
def city_map(
    label: str,
    *,
    list_id: str,
    points: str = "",
    areas: str = "",
    backdrop: str = "",
    key: str | Iterable[tuple[str, str | Promise]] = "met unmet unknown",
    shares: str = "",
    attribution: str = "",
    map_id: str = "map",
) -> dict[str, object]:
    """A map that is loaded when it comes near, and the key to its marks.

    `label` says what the map shows. `points`, `areas` and `backdrop` are addresses of GeoJSON on this site:
    points have `key`, `name`, `tone` (met, unmet, unknown or place), and may have `shape` (head, split, ring or
    diamond), `size` (1 is usual), `url` and `note`; areas have `key`, `name`, and may have `share` (0 to 1, null
    for unknown), `tone`, `label` (`[longitude, latitude]` of the name), `url` and `note`; the backdrop has `kind`
    (water, street or place) and, for places, `name`.

    `list_id` is the id of the list beside it, whose items carry `data-key`. `key` is the tones in use, or pairs of
    a tone and what it means here; `shares`, where areas are filled by share, says of what. `attribution` names the
    sources of what is drawn. Several maps on a page differ in `map_id`.
    """
    marks = [(tone, TONES[tone]) for tone in key.split()] if isinstance(key, str) else list(key)
    tiles = settings.MAP_TILES
    return {
        "label": label,
        "list_id": list_id,
        "points": points,
        "areas": areas,
        "backdrop": backdrop,
        "marks": marks,
        "shares": shares,
        "attribution": "; ".join(filter(None, [attribution, str((tiles or {}).get("attribution", ""))])),
        "map_id": map_id,
        "tiles": json.dumps(tiles) if tiles else "",
        "labels": _labels(label, get_language()),
    }


@lru_cache(maxsize=100)
def _labels(title: str, _language: str | None) -> str:
    """What the map itself says, in the language of the reader."""
    return json.dumps(
        {
            "title": title,
            "loading": gettext("The map is loading."),
            "empty": gettext("Nothing here has a place on the map yet. See the list."),
            "failed": gettext("The map cannot be drawn here. The list has everything that it shows."),
            "help": gettext("Arrow keys move the map, + and − change its size, Enter opens what is in the middle."),
            "closer": gettext("Closer"),
            "farther": gettext("Farther"),
            "close": gettext("Close"),
            "control": gettext("Hold Ctrl and scroll to change the size of the map"),
            "command": gettext("Hold ⌘ and scroll to change the size of the map"),
            "fingers": gettext("Move the map with two fingers"),
        }
    )
