"""Outlines and points as GeoJSON (RFC 7946): longitude and latitude in WGS 84."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from allcity.formats.problems import Problem, ProblemsError

BACKDROP_KINDS = ("water", "street")
DECIMALS = 7
"""Seven decimals of a degree are about a centimetre."""


def read_shapes(path: Path, *, key: str = "area_id") -> dict[str, BaseGeometry]:
    """The polygons of a FeatureCollection by a property of theirs. Outlines that cross themselves are mended.

    Raises `ProblemsError` with every feature that cannot be used.
    """
    shapes: dict[str, BaseGeometry] = {}
    problems = []
    for number, feature in enumerate(_features(_content(path), path.name), start=1):
        try:
            name, shape = _named_shape(feature, key, of=("Polygon", "MultiPolygon"))
            if name in shapes:
                raise ValueError(f'Another feature has the {key} "{name}" too.')
            shapes[name] = shape
        except ValueError as error:
            problems.append(_unusable(path.name, number, error))
    if problems:
        raise ProblemsError(problems)
    return shapes


def read_backdrop(path: Path) -> list[tuple[str, BaseGeometry]]:
    """What lies behind a map: pairs of the feature's property `kind` ("water" or "street") and its shape.

    Raises `ProblemsError` with every feature that cannot be used.
    """
    return parse_backdrop(_content(path), name=path.name)


def parse_backdrop(content: str | bytes, *, name: str = "backdrop.geojson") -> list[tuple[str, BaseGeometry]]:
    """The same from the file's content; `name` is what problems call it."""
    backdrop, problems = [], []
    for number, feature in enumerate(_features(content, name), start=1):
        try:
            kind, shape = _named_shape(feature, "kind", of=("Polygon", "MultiPolygon", "LineString", "MultiLineString"))
            if kind not in BACKDROP_KINDS:
                raise ValueError(f'Its kind is "{kind}", which is none of {", ".join(BACKDROP_KINDS)}.')
            backdrop.append((kind, shape))
        except ValueError as error:
            problems.append(_unusable(name, number, error))
    if problems:
        raise ProblemsError(problems)
    return backdrop


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"The file cannot be opened: {error.strerror or error}."
        raise ProblemsError([Problem(path.name, message, "Check that you may read it.")]) from error


def _features(content: str | bytes, name: str) -> list[object]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        message = f"The file is not GeoJSON that can be read ({error})."
        raise ProblemsError([Problem(name, message, "Export it again as GeoJSON in UTF-8.")]) from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        message = "The file is not a GeoJSON FeatureCollection."
        raise ProblemsError([Problem(name, message, "Export it as a FeatureCollection.")])
    return features


def _unusable(file: str, number: int, error: ValueError) -> Problem:
    return Problem(file, f"Feature {number}: {error}", "Correct the feature, or take it out.")


def feature_collection(
    geometries: Mapping[str, BaseGeometry],
    *,
    key: str = "area_id",
    properties: Mapping[str, Mapping[str, Any]] | None = None,
) -> str:
    """Polygons or points by id as the text of a FeatureCollection, sorted by id, with more properties by id."""
    features = [
        {
            "type": "Feature",
            "properties": {key: name, **(properties or {}).get(name, {})},
            "geometry": _rounded(shapely.geometry.mapping(geometries[name])),
        }
        for name in sorted(geometries)
    ]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, allow_nan=False) for feature in features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'


def _named_shape(feature: object, key: str, *, of: tuple[str, ...]) -> tuple[str, BaseGeometry]:
    match feature:
        case {"properties": {**properties}, "geometry": {"type": kind, **_rest} as geometry} if kind in of:
            name = properties.get(key)
        case _:
            raise ValueError(f"It is not a {of[0]} or {' or '.join(of[1:])} with properties.")
    if not isinstance(name, str | int) or isinstance(name, bool) or name == "":
        raise ValueError(f"It has no property {key}.")
    try:
        shape = shapely.geometry.shape(geometry)
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise ValueError(f'The outline of "{name}" has no valid coordinates.') from None
    if shape.is_empty:
        raise ValueError(f'The outline of "{name}" is empty.')
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError(f'The outline of "{name}" is not in longitude and latitude (WGS 84).')
    return str(name).strip(), shape if shape.is_valid else shapely.make_valid(shape)


def _rounded(value: Any) -> Any:
    """A geometry's mapping with its coordinates rounded."""
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_rounded(item) for item in value]
    return round(value, DECIMALS) if isinstance(value, float) else value
