"""The map of a city as SVG: areas with their names, water and streets behind, schools as noteheads, places as diamonds.

A map is a few paths, whatever the number of schools: one for each area, one for each look of a notehead.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from shapely import box, contains_xy, get_parts, make_valid, transform
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from allcity.reports.charts import COLOURS, diamond, drawing, number, text, text_width, tone
from allcity.reports.model import Picture, Tone

WIDE, NARROW = 720, 358
_TALLEST = 1.25
_MARGIN = 10

Floats = NDArray[np.float64]


class School(NamedTuple):
    """A school on the map. Its notehead is met, unmet or unknown, and grows with its students."""

    longitude: float
    latitude: float
    students: float
    tone: Tone


@dataclass(frozen=True)
class _View:
    """How degrees become pixels: equirectangular, true to scale at the middle latitude."""

    west: float
    north: float
    scale: float
    squeeze: float
    width: float
    height: float

    def x(self, longitude: float) -> float:
        return _MARGIN + (longitude - self.west) * self.squeeze * self.scale

    def y(self, latitude: float) -> float:
        return _MARGIN + (self.north - latitude) * self.scale

    def project(self, shape: BaseGeometry) -> BaseGeometry:
        """The shape in pixels, simplified to half of one and cut at the edge of the map."""

        def pixels(points):  # type: ignore[no-untyped-def] # of arrays, which shapely does not name
            return points @ ((self.squeeze * self.scale, 0), (0, -self.scale)) + (self.x(0), self.y(0))

        seen = make_valid(transform(shape, pixels)).simplify(0.5)
        return make_valid(seen).intersection(box(0, 0, self.width, self.height))


def city_map(
    schools: Sequence[School],
    *,
    alt: str,
    shapes: Mapping[str, BaseGeometry] | None = None,
    names: Mapping[str, str] | None = None,
    places: Sequence[tuple[float, float]] = (),
    backdrop: Sequence[tuple[str, BaseGeometry]] = (),
) -> Picture | None:
    """A map of schools and places (longitude, latitude); None where no school and no shape has a place in the world.

    `shapes` are the areas by id in WGS 84 and `names` what they are called; `backdrop` holds pairs of "water" or "street"
    and a shape. Names that find no room on the map are left out: the list beside the map has them all.
    """
    areas = {area: shape for area, shape in (shapes or {}).items() if not shape.is_empty}

    def draw(width: float) -> str | None:
        view = _view(areas, schools, width)
        if view is None:
            return None
        drawn = {area: view.project(shape) for area, shape in areas.items()}
        seen = [(kind, view.project(shape)) for kind, shape in backdrop]
        content = "".join(
            (
                _paths("water", (path(shape) for kind, shape in seen if kind == "water")),
                _paths("area", (path(shape) for shape in drawn.values())),
                _paths("street", (path(shape) for kind, shape in seen if kind == "street")),
                _places(places, view),
                _noteheads(schools, view),
                _names(drawn, names or {}, schools, view),
            )
        )
        return drawing(width, view.height, content, alt)

    wide, narrow = draw(WIDE), draw(NARROW)
    return Picture(alt, wide, narrow) if wide and narrow else None


def path(shape: BaseGeometry) -> str:
    """Polygons and lines as path data in pixels, each point relative to the one before; anything else draws nothing."""
    data = ""
    for part in get_parts(shape):
        rings: Sequence[BaseGeometry] = ()
        if isinstance(part, Polygon):
            rings = (part.exterior, *part.interiors)
        elif isinstance(part, LineString):
            rings = (part,)
        elif not isinstance(part, Point):
            data += path(part)
        for ring in rings:
            data += _ring(list(ring.coords), closed=isinstance(part, Polygon))
    return data


def _ring(points: list[tuple[float, ...]], *, closed: bool) -> str:
    tenths = [(round(x * 10), round(y * 10)) for x, y, *_ in points]
    (x, y), *rest = tenths
    data = f"M{number(x / 10)} {number(y / 10)}l"
    steps = []
    for next_x, next_y in rest[:-1] if closed else rest:
        if (next_x, next_y) != (x, y):
            steps.append(f"{number((next_x - x) / 10)} {number((next_y - y) / 10)}".replace(" -", "-"))
            x, y = next_x, next_y
    return data + " ".join(steps) + ("z" if closed else "") if steps else ""


def _paths(kind: str, data: Iterator[str]) -> str:
    paint = {
        "water": 'class="water" fill="#dfe9ec"',
        "area": 'class="area" fill="none" stroke="#cfc5b3"',
        "street": 'class="street" fill="none" stroke="#ded6c8"',
    }
    paths = "".join(f'<path d="{one}"/>' for one in data if one)
    return f"<g {paint[kind]}>{paths}</g>" if paths else ""


def _view(areas: Mapping[str, BaseGeometry], schools: Sequence[School], width: float) -> _View | None:
    bounds = [shape.bounds for shape in areas.values()]
    bounds += [(s.longitude, s.latitude, s.longitude, s.latitude) for s in schools]
    if not bounds:
        return None
    west, south = min(b[0] for b in bounds), min(b[1] for b in bounds)
    east, north = max(b[2] for b in bounds), max(b[3] for b in bounds)
    squeeze = math.cos(math.radians((south + north) / 2))
    across, down = max((east - west) * squeeze, 1e-3), max(north - south, 1e-3)
    scale = min((width - 2 * _MARGIN) / across, (width * _TALLEST - 2 * _MARGIN) / down)
    spare = (width - 2 * _MARGIN) / scale - across
    return _View(west - spare / 2 / squeeze, north, scale, squeeze, width, down * scale + 2 * _MARGIN)


def _places(places: Sequence[tuple[float, float]], view: _View) -> str:
    data = "".join(
        diamond(view.x(longitude), view.y(latitude), 2.6 if view.width == WIDE else 2)
        for longitude, latitude in dict.fromkeys(places)
        if 0 <= view.x(longitude) <= view.width and 0 <= view.y(latitude) <= view.height
    )
    return tone("soft", f'<path d="{data}" fill="currentColor"/>') if data else ""


def _noteheads(schools: Sequence[School], view: _View) -> str:
    """Heads of an area as their students, within bounds; unknown ones lie beneath. Many schools make all of them smaller."""
    counts = sorted(school.students for school in schools)
    large = (counts[len(counts) * 9 // 10] if counts else 0) or 1
    full = min(max(view.width / (4 * math.sqrt(len(schools) or 1)), 3.2), 9)
    content = ""
    for kind in ("unknown", "unmet", "met"):
        data = ""
        for school in schools:
            if school.tone == kind:
                size = min(max(math.sqrt(max(school.students, 0) / large), 0.45), 1.3)
                data += _head(view.x(school.longitude), view.y(school.latitude), full * size)
        if data:
            head = f'class="open" fill="{COLOURS["paper"]}" stroke="currentColor" stroke-width="1.4"'
            filled = f'class="edge" fill="currentColor" stroke="{COLOURS["paper"]}" stroke-width="0.8"'
            content += tone(kind, f'<path d="{data}" {head if kind == "unknown" else filled}/>')
    return content


def _head(x: float, y: float, radius: float) -> str:
    """An ellipse turned by 20 degrees as two arcs, from one end of its long axis to the other and back."""
    across, up = radius * math.cos(math.radians(20)), radius * math.sin(math.radians(20))
    arc = f"a{number(radius)} {number(radius * 0.72)}-20 1 1 "
    there = f"{number(2 * across)} {number(-2 * up)}"
    back = f"{number(-2 * across)} {number(2 * up)}"
    return f"M{number(x - across)} {number(y + up)}{arc}{there}{arc}{back}z"


def _names(drawn: Mapping[str, BaseGeometry], names: Mapping[str, str], schools: Sequence[School], view: _View) -> str:
    """Names of areas, the largest areas first, each inside its area where it covers no other name and fewest schools."""
    size = 12 if view.width == WIDE else 10.5
    heads = np.array([(view.x(school.longitude), view.y(school.latitude)) for school in schools]).reshape(-1, 2)
    taken = np.empty((0, 4))
    content = ""
    for area, shape in sorted(drawn.items(), key=lambda item: -item[1].area):
        west, _, east, _ = shape.bounds
        room = (east - west) * 1.1
        ways = (lines for lines in _ways(names.get(area, "")) if max(text_width(line, size) for line in lines) <= room)
        lines = next(ways, None)
        if lines is None or not names.get(area):
            continue
        half = np.array([max(text_width(line, size) for line in lines), len(lines) * size * 1.1]) / 2
        middles = _inside(shape)
        boxes = np.hstack([middles - half, middles + half])
        boxes = boxes[(boxes[:, 0] >= 0) & (boxes[:, 2] <= view.width)]
        free = boxes[~_meet(boxes, taken).any(axis=1)]
        if len(free):
            near = heads[((heads > free.min(axis=0)[:2]) & (heads < free.max(axis=0)[2:])).all(axis=1)]
            spot = free[_meet(free, np.hstack([near, near])).sum(axis=1).argmin()]
            taken = np.vstack([taken, spot])
            x, top = (spot[0] + spot[2]) / 2, spot[1] + size * 0.9
            content += "".join(
                text(x, top + i * size * 1.1, line, size=size, anchor="middle") for i, line in enumerate(lines)
            )
    halo = f'class="names" paint-order="stroke" stroke="{COLOURS["paper"]}" stroke-width="3" stroke-linejoin="round"'
    return tone("soft", f"<g {halo}>{content}</g>") if content else ""


def _inside(shape: BaseGeometry) -> Floats:
    """Points inside a shape, (points, 2): its inner point, and those of a grid over it."""
    west, north, east, south = shape.bounds
    inner = shape.representative_point()
    x, y = (axis.ravel() for axis in np.meshgrid(np.linspace(west, east, 9)[1:-1], np.linspace(north, south, 9)[1:-1]))
    within = contains_xy(shape, x, y)
    return np.vstack([[(inner.x, inner.y)], np.column_stack([x[within], y[within]])])


def _meet(first: Floats, second: Floats) -> NDArray[np.bool_]:
    """Which boxes (left, top, right, bottom) of one array overlap which of another, (first, second)."""
    a, b = first[:, None, :], second[None, :, :]
    apart = (a[..., :2] >= b[..., 2:]) | (b[..., :2] >= a[..., 2:])
    return ~(apart[..., 0] | apart[..., 1])


def _ways(name: str) -> Iterator[tuple[str, ...]]:
    """A name in one line, else in two halves as even as its words allow."""
    yield (name,)
    words = name.split()
    halves = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    if halves:
        yield min(halves, key=lambda pair: max(map(len, pair)))
