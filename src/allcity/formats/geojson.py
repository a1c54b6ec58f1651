"""Outlines and points as GeoJSON (RFC 7946): longitude and latitude in WGS 84."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from allcity.declaration.messages import Message
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
                raise ValueError(Message('Another feature has the {key} "{name}" too.', key=key, name=name))
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
                raise ValueError(
                    Message(
                        'Its kind is "{kind}", which is none of {names}.', kind=kind, names=", ".join(BACKDROP_KINDS)
                    )
                )
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
        message = Message("The file cannot be opened: {reason}.", reason=error.strerror or error)
        raise ProblemsError([Problem(path.name, message, Message("Check that you may read it."))]) from error


def _features(content: str | bytes, name: str) -> list[object]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        message = Message("The file is not GeoJSON that can be read ({error}).", error=error)
        raise ProblemsError([Problem(name, message, Message("Export it again as GeoJSON in UTF-8."))]) from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        message = Message("The file is not a GeoJSON FeatureCollection.")
        raise ProblemsError([Problem(name, message, Message("Export it as a FeatureCollection."))])
    return features


def _unusable(file: str, number: int, error: ValueError) -> Problem:
    return Problem(
        file,
        Message("Feature {number}: {fault}", number=number, fault=error.args[0]),
        Message("Correct the feature, or take it out."),
    )


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
            raise ValueError(Message("It is none of {kinds} with properties.", kinds=", ".join(of)))
    if isinstance(name, str) and "\0" in name:
        raise ValueError(Message("Its {key} holds a character that is not text (NUL).", key=key))
    if not isinstance(name, str | int) or isinstance(name, bool) or name == "":
        raise ValueError(Message("It has no property {key}.", key=key))
    try:
        shape = shapely.geometry.shape(geometry)
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise ValueError(Message('The outline of "{name}" has no valid coordinates.', name=name)) from None
    if shape.is_empty:
        raise ValueError(Message('The outline of "{name}" is empty.', name=name))
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError(Message('The outline of "{name}" is not in longitude and latitude (WGS 84).', name=name))
    return str(name).strip(), shape if shape.is_valid else shapely.make_valid(shape)


def _rounded(value: Any) -> Any:
    """A geometry's mapping with its coordinates rounded."""
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_rounded(item) for item in value]
    return round(value, DECIMALS) if isinstance(value, float) else value
