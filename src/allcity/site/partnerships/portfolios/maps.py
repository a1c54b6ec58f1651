"""Where partnerships go and where need is, as GeoJSON for the map beside the table of areas."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import shapely
from django.urls import reverse
from django.utils.translation import ngettext

from allcity.site.cities.models import Area, City
from allcity.site.directory.words import catalogue
from allcity.site.partnerships.portfolios.queries import AreaRow

DECIMALS = 5
"""Five decimals of a degree are about a meter."""
SMALLEST, LARGEST = 0.8, 2.0
"""The size of a mark where the fewest, and where the most needs are open."""
Feature = dict[str, Any]


def area_features(city: City, rows: Iterable[AreaRow]) -> list[Feature]:
    """The areas that have an outline, filled by the share of their schools with a partner, noting the needs that are open."""
    by_area = {row.area.pk: row for row in rows}
    page = reverse("city:partnership-portfolio", args=[city.slug])
    areas = Area.objects.of(city).filter(pk__in=by_area).exclude(outline="").order_by("key")
    return [_feature(area, by_area[area.pk], f"{page}?area={area.pk}#list") for area in areas]


def _feature(area: Area, row: AreaRow, url: str) -> Feature:
    outline = shapely.set_precision(shapely.make_valid(shapely.from_geojson(area.outline)), 10.0**-DECIMALS)
    label = outline.representative_point()
    words = ngettext("%(number)s need is open", "%(number)s needs are open", row.needs)
    return {
        "type": "Feature",
        "properties": {
            "key": area.key,
            "name": area.name,
            "share": row.with_partner / row.schools if row.schools else None,
            "label": [round(label.x, DECIMALS), round(label.y, DECIMALS)],
            "url": url,
            "note": words % {"number": catalogue().number(row.needs)},
        },
        "geometry": json.loads(shapely.to_geojson(outline)),
    }


def need_features(rows: Iterable[AreaRow], areas: Sequence[Feature]) -> list[Feature]:
    """A mark in each drawn area where a need is open, larger where there are more."""
    needs = {row.area.key: row.needs for row in rows if row.needs}
    most = max(needs.values(), default=1)
    return [
        {
            "type": "Feature",
            "properties": {
                **{name: area["properties"][name] for name in ("name", "url", "note")},
                "key": f"need-{key}",
                "tone": "unmet",
                "size": round(SMALLEST + (LARGEST - SMALLEST) * (needs[key] / most) ** 0.5, 2),
            },
            "geometry": {"type": "Point", "coordinates": area["properties"]["label"]},
        }
        for area in areas
        if (key := area["properties"]["key"]) in needs
    ]


def collection(features: Iterable[Feature]) -> str:
    """The text of a FeatureCollection."""
    return json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False, allow_nan=False)
