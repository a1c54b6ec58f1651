"""A city's schools, places and areas as GeoJSON for the maps of its pages."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import shapely
from django.db.models import QuerySet
from django.urls import reverse

from allcity.reports.sections.schools import school_cell, school_tone
from allcity.site.cities.models import Area, City
from allcity.site.directory.words import catalogue
from allcity.site.figures.models import Examination
from allcity.site.insight.ecosystem import TONES, school_partner
from allcity.site.insight.lists import MEASURES

DECIMALS = 5
"""Five decimals of a degree are about a meter."""
SMALLEST = 0.00015
"""Bends of an outline smaller than this, in degrees, are left out: about 15 meters."""

Feature = dict[str, Any]


def collection(features: Iterable[Feature]) -> str:
    """The text of a FeatureCollection."""
    return json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False, allow_nan=False)


def school_features(
    city: City, rows: Iterable[Mapping[str, Any]], slugs: Mapping[str, str], *, by_partner: bool = False
) -> list[Feature]:
    """Schools with a place: toned by the programs in reach of their students, or by whether they have a partner."""
    say = catalogue()
    found = [row for row in rows if row["latitude"] is not None and row["longitude"] is not None]
    most = max((row["students"] or 0 for row in found), default=0)
    reach = say("columns.reach")
    return [
        _point(
            row["longitude"],
            row["latitude"],
            key=f"school-{row['school_id']}" if by_partner else row["school_id"],
            name=row["name"],
            tone=TONES[school_partner(row)] if by_partner else school_tone(row),
            size=round(0.7 + 0.7 * ((row["students"] or 0) / most) ** 0.5, 2) if most else 1,
            note=row["area"] or ""
            if by_partner
            else f"{reach}: {school_cell(say, row, 'reach', MEASURES['reach'][1])}",
            **(
                {"url": reverse("city:school", args=[city.slug, slugs[row["school_id"]]])}
                if row["school_id"] in slugs
                else {}
            ),
        )
        for row in found
    ]


def place_features(city: City, offerings: "QuerySet[Any]") -> list[Feature]:
    """The places of some offerings, each with the organizations that work there."""
    places: dict[str, dict[str, Any]] = {}
    rows = (
        offerings.filter(location__latitude__isnull=False, location__longitude__isnull=False, location__archived_at=None)
        .order_by("location__key", "program__organization__name")
        .values_list(
            "location__key", "location__name", "location__longitude", "location__latitude",
            "program__organization__name", "program__organization__slug",
        )
        .distinct()
    )  # fmt: skip
    for key, name, longitude, latitude, organization, slug in rows:
        place = places.setdefault(key, {"name": name, "at": (longitude, latitude), "organizations": [], "slug": slug})
        place["organizations"].append(organization)
    return [
        _point(
            *place["at"],
            key=f"place-{key}",
            name=place["name"],
            tone="place",
            note=", ".join(name for name in place["organizations"] if name != place["name"]),
            url=reverse("city:organization", args=[city.slug, place["slug"]]),
        )
        for key, place in places.items()
    ]


def location_features(locations: Iterable[Any]) -> list[Feature]:
    """The places of one organization or program."""
    return [
        _point(place.longitude, place.latitude, key=place.key, name=place.name, tone="place", note=place.address)
        for place in locations
        if place.latitude is not None and place.longitude is not None
    ]


def area_features(city: City, examination: Examination | None, areas: Iterable[Area]) -> list[Feature]:
    """The areas with their outlines, made lighter for the web so that neighbors still meet, and the share in reach."""
    drawn = [(area, shapely.from_geojson(area.outline)) for area in areas if area.outline]
    if not drawn:
        return []
    outlines = _lighter([outline for _area, outline in drawn])
    shares = reach_by_area(examination)
    say, reach, page = catalogue(), catalogue()("columns.reach"), reverse("city:schools", args=[city.slug])
    features = []
    for (area, whole), outline in zip(drawn, outlines, strict=True):
        share = shares.get(area.key)
        label = whole.representative_point()
        features.append(
            {
                "type": "Feature",
                "properties": {
                    "key": area.key,
                    "name": area.name,
                    "share": share,
                    "label": [round(label.x, DECIMALS), round(label.y, DECIMALS)],
                    "url": f"{page}?area={area.key}",
                    "note": f"{reach}: {say('words.not_known') if share is None else say.share(share)}",
                },
                "geometry": json.loads(shapely.to_geojson(outline)),
            }
        )
    return features


def _lighter(outlines: list[Any]) -> list[Any]:
    """Outlines without small bends. Borders that two areas share stay shared where the outlines fit together."""
    whole = shapely.make_valid(outlines)
    simple = (
        shapely.coverage_simplify(whole, SMALLEST)
        if shapely.coverage_is_valid(whole)
        else shapely.simplify(whole, SMALLEST, preserve_topology=True)
    )
    return list(shapely.set_precision(simple, 10.0**-DECIMALS, mode="pointwise"))


def reach_by_area(examination: Examination | None) -> dict[str, float]:
    """The share of students with a program in reach by area, where it is known at all."""
    if examination is None:
        return {}
    return {
        figure["by"]["area"]: figure["value"]
        for figure in examination.figures
        if figure["id"] == "access.reach"
        and set(figure["by"] or ()) == {"area"}
        and figure["value"] is not None
        and not (figure["known"] == 0 and not figure["low"])
    }


def _point(longitude: float, latitude: float, **properties: Any) -> Feature:
    at = [round(longitude, DECIMALS), round(latitude, DECIMALS)]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": at}}
