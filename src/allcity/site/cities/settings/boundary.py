"""The outline of a city: read from whatever GeoJSON somebody has, checked, and drawn small."""

import json
from math import cos, radians
from typing import Any

import shapely
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from allcity.formats.geojson import feature_collection

MOST_BYTES = 5 * 2**20
_SIZE = 300
_POLYGONS = ("Polygon", "MultiPolygon")


def boundary_text(content: bytes) -> str:
    """The outline as the text of a FeatureCollection with one feature. Raises ValidationError in words for its uploader.

    `content` is GeoJSON: a collection of features, one feature, or a geometry; what are not polygons in it are left out.
    """
    if len(content) > MOST_BYTES:
        raise ValidationError(_("The file is larger than 5 MB. Simplify the outline, then upload it again."))
    try:
        document = json.loads(content, parse_constant=float)
    except (ValueError, RecursionError):
        raise ValidationError(_("This is not GeoJSON that can be read. Export it again as GeoJSON in UTF-8.")) from None
    try:
        shapes = [shapely.geometry.shape(geometry) for geometry in _geometries(document)]
        shape = shapely.union_all([shapely.make_valid(shape) for shape in shapes])
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise ValidationError(_("The outline has coordinates that cannot be read.")) from None
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    if not parts:
        raise ValidationError(_("There is no outline in it: a city's boundary is a polygon, or several."))
    shape = shapely.MultiPolygon(parts) if len(parts) > 1 else parts[0]
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValidationError(_("The outline is not in longitude and latitude (WGS 84). Export it in those."))
    return feature_collection({"boundary": shape}, key="name")


def _geometries(document: Any) -> list[Any]:
    match document:
        case {"type": "FeatureCollection", "features": list() as features}:
            found = [feature["geometry"] for feature in features]
        case {"type": "Feature", "geometry": geometry}:
            found = [geometry]
        case _:
            found = [document]
    return [one for one in found if isinstance(one, dict) and one.get("type") in _POLYGONS]


def outline_path(text: str) -> tuple[str, int, int]:
    """The outline as the path of a small drawing, with the drawing's width and height; empty where there is none."""
    if not text:
        return "", 0, 0
    shapes: list[BaseGeometry] = [shapely.geometry.shape(geometry) for geometry in _geometries(json.loads(text))]
    if not shapes:
        return "", 0, 0
    shape = shapely.union_all(shapes)
    west, south, east, north = shape.bounds
    # At the city's latitude a degree of longitude is shorter than one of latitude.
    narrow = max(cos(radians((south + north) / 2)), 0.01)
    width, height = (east - west) * narrow, north - south
    scale = _SIZE / max(width, height, 1e-9)
    rings = [
        ring.coords
        for part in shapely.get_parts(shapely.simplify(shape, max(width, height) / 400))
        for ring in (part.exterior, *part.interiors)
        if part.geom_type == "Polygon"
    ]
    path = "".join(
        "M"
        + " ".join(f"{(x - west) * narrow * scale + 2:.1f} {(north - y) * scale + 2:.1f}" for x, y, *_z in ring)
        + "Z"
        for ring in rings
    )
    return path, round(width * scale) + 4, round(height * scale) + 4
