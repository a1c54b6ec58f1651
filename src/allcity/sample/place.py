"""Where the sample city lies: its areas, river, sea and streets, and points on its dry land.

The city is drawn on a grid, u from -1 in the west to 1 in the east and v from 0 at the shore to 1 in the north. The grid
is bent into kilometers and then laid on the globe around the point of the ocean that is farthest from any land, so that
no one can take it for a real city. The river runs along u = 0.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from allcity.sample.draws import Floats, Integers
from allcity.sample.names import ids, invented_names

LATITUDE, LONGITUDE = -48.8767, -123.3933
KM_PER_DEGREE = 111.195
PARALLEL = 0.657685
"""The cosine of the city's latitude: how much shorter a degree of longitude is there than at the equator."""

HALF_WIDTH, HEIGHT = 9.2, 14.4
PEOPLE_PER_AREA = 17_400
STEPS = 8
"""Into how many pieces each side of an area is cut, so that it bends with the grid."""

FIRST_AREAS = (
    "Saltgate",
    "Ropewalk",
    "Netmakers",
    "Eelmarket",
    "Lanternhill",
    "Millrace",
    "Ferrystep",
    "Tallow Row",
    "Orchardside",
    "Bellfounders",
    "Kilnfield",
    "Farwillow",
)


@dataclass(frozen=True)
class Place:
    """The ground of the city.

    Attributes:
        areas: area_id, name, population, hardship (0 to 100); one row for each area.
        shapes: the outlines of the areas, by area_id.
        backdrop: river, sea and streets by name, each with its kind, water or street.
        corners: (areas, 4, 2) corners of each area on the grid: southwest, southeast, northeast, northwest.
        growth: how many times wider and higher the city is than at scale 1.
    """

    areas: pl.DataFrame
    shapes: dict[str, BaseGeometry]
    backdrop: dict[str, tuple[str, BaseGeometry]]
    corners: Floats
    growth: float

    @property
    def hardship(self) -> Floats:
        """(areas,) hardship from 0 to 1."""
        return self.areas["hardship"].to_numpy() / 100

    def spread(self, count: int, weights: Floats, random: np.random.Generator) -> Integers:
        """(count,) areas in proportion to their weights, in random order."""
        share = np.cumsum(weights) / weights.sum()
        return random.permutation(np.searchsorted(share, (np.arange(count) + 0.5) / count)).astype(np.int64)

    def points(self, area: Integers, random: np.random.Generator) -> Floats:
        """(points, 2) latitudes and longitudes on dry land, one in each of the areas given."""
        east, north = random.uniform(0.17, 0.83, (2, len(area)))
        southwest, southeast, northeast, northwest = np.moveaxis(self.corners[area], 1, 0)
        south = southwest + (southeast - southwest) * east[:, None]
        grid = south + (northwest + (northeast - northwest) * east[:, None] - south) * north[:, None]
        x, y = _plane(grid, self.growth).T
        river, half = _river(grid[:, 1], self.growth)
        dry = half + random.uniform(0.1, 0.3, len(area))
        side = np.where(grid[:, 0] < 0, -1.0, 1.0)
        x = np.where(np.abs(x - river[:, 0]) < dry, river[:, 0] + side * dry, x)
        return _degrees(np.column_stack([x, y]))[:, ::-1]


def make_place(scale: int, random: np.random.Generator) -> Place:
    """A city of about twelve areas, times the scale, half of them on each bank of the river."""
    growth = float(np.sqrt(scale))
    columns, rows = 2 * round(2 * growth), round(3 * growth)
    across, along = _sides(columns, rows, random)
    corners = np.stack([across[:-1, :, 0], across[:-1, :, -1], across[1:, :, -1], across[1:, :, 0]], axis=2).reshape(
        -1, 4, 2
    )
    rings = np.concatenate([across[:-1], along[:, 1:], across[1:, :, ::-1], along[:, :-1, ::-1]], axis=2).reshape(
        len(corners), -1, 2
    )
    areas = _areas(corners.mean(axis=1), random)
    shapes: dict[str, BaseGeometry] = {
        area_id: Polygon(ring) for area_id, ring in zip(areas["area_id"], _degrees(_plane(rings, growth)), strict=True)
    }
    waters = {name: ("water", shape) for name, shape in _waters(across[0], growth)}
    streets = {f"Street {number}": ("street", line) for number, line in enumerate(_streets(across, along, growth), 1)}
    return Place(areas, shapes, waters | streets, corners, growth)


def _areas(centers: Floats, random: np.random.Generator) -> pl.DataFrame:
    """Hardship rises from west to east with a step at the river, and a little toward the shore."""
    u, v = centers.T
    banks = np.where(u < 0, 30 + 16 * u, 55 + 30 * u) + 6 * (0.5 - v)
    count = len(centers)
    names = list(FIRST_AREAS) + [f"{name} Ward" for name in invented_names(max(0, count - len(FIRST_AREAS)), random)]
    return pl.DataFrame(
        {
            "area_id": ids("a", count),
            "name": names[:count],
            "population": np.rint(PEOPLE_PER_AREA * random.uniform(0.7, 1.3, count) / 10).astype(np.int64) * 10,
            "hardship": np.round(banks + random.uniform(-6, 6, count), 1),
        }
    )


def _sides(columns: int, rows: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """The sides of the areas on the grid, west to east (rows+1, columns, steps+1, 2) and south to north."""
    cell = np.array([2 / columns, 1 / rows])
    v, u = np.meshgrid(np.linspace(0, 1, rows + 1), np.linspace(-1, 1, columns + 1), indexing="ij")
    crossings = np.stack([u, v], axis=2)
    shift = random.uniform(-0.14, 0.14, crossings.shape) * cell
    shift[:, [0, columns // 2, -1], 0] = 0
    shift[[0, -1], :, 1] = 0
    crossings += shift
    across = _bent(crossings[:, :-1], crossings[:, 1:])
    along = _bent(crossings[:-1], crossings[1:])
    lift = 2 * np.minimum(np.linspace(0, 1, STEPS + 1), np.linspace(1, 0, STEPS + 1))
    across[1:-1, ..., 1] += lift * random.uniform(-0.06, 0.06, (rows - 1, columns, 1)) * cell[1]
    inner = [column for column in range(1, columns) if column != columns // 2]
    along[..., 0][:, inner] += lift * random.uniform(-0.06, 0.06, (rows, len(inner), 1)) * cell[0]
    return across, along


def _bent(start: Floats, end: Floats) -> Floats:
    part = np.linspace(0, 1, STEPS + 1)[:, None]
    return start[..., None, :] * (1 - part) + end[..., None, :] * part


def _plane(grid: Floats, growth: float) -> Floats:
    """Grid to kilometers from the middle of the shore: the north is rounded, the shore is a bay around the mouth."""
    u, v = grid[..., 0], grid[..., 1]
    bay = 0.08 * (1 - v) * (1 - np.abs(u)) ** 2
    y = HEIGHT * growth * (v * (1 - 0.14 * u**2) + bay)
    x = HALF_WIDTH * growth * u * (1 - 0.2 * (v - 0.4) ** 2) + _meander(v, growth) * (1 - np.abs(u))
    return np.stack([x, y], axis=-1)


def _meander(v: Floats, growth: float) -> Floats:
    return 0.95 * np.sin(7.1 * growth * v + 0.4) + 0.35 * np.sin(16.3 * growth * v)


def _river(v: Floats, growth: float) -> tuple[Floats, Floats]:
    """The middle of the river in kilometers, and half its width, which opens toward the mouth."""
    middle = _plane(np.stack([np.zeros_like(v), v], axis=-1), growth)
    return middle, 0.15 + 0.5 / (1 + (HEIGHT * growth * v / 0.9) ** 2)


def _degrees(plane: Floats) -> Floats:
    """Kilometers to longitude and latitude, to about a tenth of a meter."""
    x, y = plane[..., 0], plane[..., 1]
    globe: Floats = np.stack([LONGITUDE + x / (KM_PER_DEGREE * PARALLEL), LATITUDE + y / KM_PER_DEGREE], axis=-1)
    return globe.round(6)


def _waters(shore: Floats, growth: float) -> Iterator[tuple[str, BaseGeometry]]:
    middle, half = _river(np.linspace(0, 1, round(60 * growth) + 1), growth)
    line = np.concatenate([middle[:1] - [0, 0.9], middle])
    west, east = (line + np.outer(np.append(half[0], half), [side, 0]) for side in (-1, 1))
    yield "River Marl", Polygon(_degrees(np.concatenate([west, east[::-1]])))
    coast = _plane(shore.reshape(-1, 2), growth)
    yield "Marl Sound", Polygon(_degrees(np.concatenate([coast, [[coast[-1, 0], -2], [coast[0, 0], -2]]])))


def _streets(across: Floats, along: Floats, growth: float) -> Iterator[BaseGeometry]:
    """Streets run between the areas, where they cross the river on bridges, and twice through each, where they do not."""
    for row in range(len(across) - 1):
        for part in (0, 1 / 3, 2 / 3):
            grid = (across[row] * (1 - part) + across[row + 1] * part).reshape(-1, 2)
            line = _plane(grid, growth)
            middle, half = _river(grid[:, 1], growth)
            east = line[:, 0] - middle[:, 0]
            if part > 0:
                yield from (LineString(_degrees(line[bank])) for bank in (east < -half, east > half))
            elif row > 0:
                yield LineString(_degrees(line))
    columns = along.shape[1] - 1
    for column in range(columns):
        for part in (0, 1 / 3, 2 / 3):
            if part > 0 or column not in (0, columns // 2):
                grid = (along[:, column] * (1 - part) + along[:, column + 1] * part).reshape(-1, 2)
                yield LineString(_degrees(_plane(grid, growth)))
