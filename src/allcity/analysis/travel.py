"""Travel times as the crow flies, for cities without street or timetable data, and the pairs of places in reach.

A trip takes the great-circle distance, lengthened by a detour factor, at a constant speed. The great circle is on a
sphere with the mean radius of the Earth; its length comes from the chord between the two places,

    kilometres = 2 · 6371.0088 · arcsin(chord / 2),

which rounds far below a millimetre over any distance within a country.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

FloatArray = NDArray[np.float64]
Int32Array = NDArray[np.int32]
Int64Array = NDArray[np.int64]

EARTH_RADIUS_KM = 6371.0088

_ORIGINS_AT_ONCE = 64
_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True)
class Travel:
    """How far counts as within reach, and how fast one gets there.

    The defaults are the platform's own: 30 minutes' walk at 4.8 km/h on 1.3 times the great-circle distance.

    Raises:
        ValueError: minutes or speed are not above 0, or the detour is shorter than a straight line.
    """

    mode: str = "walking"
    minutes: float = 30.0
    speed_kmh: float = 4.8
    detour: float = 1.3

    def __post_init__(self) -> None:
        for name in ("minutes", "speed_kmh"):
            if not 0 < getattr(self, name) < np.inf:
                raise ValueError(f"Travel by {self.mode} has {name} = {getattr(self, name)}: give a number above 0.")
        if not 1 <= self.detour < np.inf:
            raise ValueError(f"Travel by {self.mode} has detour = {self.detour}: give 1 (a straight line) or more.")

    def minutes_for(self, kilometres: FloatArray) -> FloatArray:
        """Minutes on the way for great-circle distances in kilometres, of any shape."""
        return kilometres * (60 * self.detour / self.speed_kmh)

    @property
    def limit_km(self) -> float:
        """The great-circle distance in kilometres that takes `minutes`."""
        return self.minutes * self.speed_kmh / (60 * self.detour)


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """The destinations within reach of each of n origins, in compressed rows.

    Origin i reaches `destination[origin_start[i]:origin_start[i + 1]]`, in ascending order, in the `minutes` at the
    same positions. A place with an unknown coordinate reaches nothing and is reached by nobody.

    Attributes:
        origin_start: (n + 1,) position of the first pair of each origin; the last is the number of pairs.
        destination: (pairs,) index of the destination.
        minutes: (pairs,) travel time.
        destinations: how many destinations there are, in reach or not.
        order: (n,) the origins in an order in which neighbours follow each other. It changes no result; measures that
            share work between neighbours are faster by it.
    """

    origin_start: Int64Array
    destination: Int32Array
    minutes: FloatArray
    destinations: int
    order: Int64Array

    @property
    def origins(self) -> int:
        return len(self.origin_start) - 1


def great_circle_km(origins: FloatArray, destinations: FloatArray) -> FloatArray:
    """Kilometres from each origin to each destination on a sphere of radius 6371.0088 km.

    Args:
        origins: (n, 2) latitude and longitude in degrees.
        destinations: (m, 2) likewise.

    Returns:
        (n, m) distances, NaN from or to a place with an unknown coordinate.
    """
    return _kilometres(cdist(_unit_vectors(origins), _unit_vectors(destinations)))


def pairs_within(origins: FloatArray, destinations: FloatArray, *, travel: Travel) -> Pairs:
    """All pairs of an origin and a destination at most `travel.minutes` apart, the limit included.

    Args:
        origins: (n, 2) latitude and longitude in degrees; NaN where unknown.
        destinations: (m, 2) likewise.
        travel: speed and limit.
    """
    here, there = _unit_vectors(origins), _unit_vectors(destinations)
    order = _neighbours_together(origins)
    known = order[np.isfinite(here[order]).all(axis=1)]
    placed = np.flatnonzero(np.isfinite(there).all(axis=1)).astype(np.int32)
    tree = cKDTree(there[placed])
    chord = 2 * np.sin(min(travel.limit_km / EARTH_RADIUS_KM, np.pi) / 2)

    def neighbourhoods() -> Iterator[tuple[Int64Array, Int32Array, FloatArray]]:
        """Groups of neighbouring origins, all destinations that any of them may reach, and the minutes between."""
        for first in range(0, len(known), _ORIGINS_AT_ONCE):
            group = known[first : first + _ORIGINS_AT_ONCE]
            centre = here[group].mean(axis=0)
            radius = np.linalg.norm(here[group] - centre, axis=1).max()
            near = placed[tree.query_ball_point(centre, (radius + chord) * (1 + _ROUNDING), return_sorted=True)]
            yield group, near, travel.minutes_for(_kilometres(cdist(here[group], there[near])))

    # Distances are taken twice, to count and to fill: cheaper than holding tens of millions of pairs twice.
    origin_start = np.zeros(len(here) + 1, dtype=np.int64)
    for group, _, minutes in neighbourhoods():
        origin_start[group + 1] = np.count_nonzero(minutes <= travel.minutes, axis=1)
    np.cumsum(origin_start, out=origin_start)
    destination, duration = np.empty(origin_start[-1], dtype=np.int32), np.empty(origin_start[-1])
    for group, near, minutes in neighbourhoods():
        for origin, row, within in zip(group, minutes, minutes <= travel.minutes, strict=True):
            row_of_pairs = slice(origin_start[origin], origin_start[origin + 1])
            destination[row_of_pairs], duration[row_of_pairs] = near[within], row[within]
    return Pairs(
        origin_start=origin_start, destination=destination, minutes=duration, destinations=len(there), order=order
    )


def _neighbours_together(places: FloatArray) -> Int64Array:
    """The indices of (n, 2) places, ordered so that neighbours follow each other; unknown places come last.

    All are split at the median latitude, each half at its median longitude, and so on: a k-d tree. It is laid out on a
    power of two, so that any aligned block of 2, 4, 8, … in the order is one of its cells.
    """
    depth = max(len(places) - 1, 0).bit_length()
    padded = np.full((2**depth, 2), np.nan)
    padded[: len(places)] = np.where(np.isfinite(places).all(axis=1, keepdims=True), places, np.nan)
    order = np.arange(2**depth)
    for level in range(depth):
        cells = order.reshape(2**level, -1)
        order = np.take_along_axis(cells, padded[cells, level % 2].argsort(axis=1), axis=1).ravel()
    return order[order < len(places)]


def _unit_vectors(places: FloatArray) -> FloatArray:
    latitude, longitude = np.radians(places).T
    across = np.cos(latitude)
    return np.column_stack((across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude)))


def _kilometres(chord: FloatArray) -> FloatArray:
    """Great-circle distances from chords of the unit sphere, which they overwrite."""
    np.minimum(chord, 2, out=chord)
    chord /= 2
    np.arcsin(chord, out=chord)
    chord *= 2 * EARTH_RADIUS_KM
    return chord
