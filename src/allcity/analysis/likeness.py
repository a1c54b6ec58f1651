"""Which cities are alike by figures that they publish, and in what.

Five dimensions are compared one by one and never added up to one number for readers: a reader is told in what two cities
are alike. The limits are conventions of this project, chosen so that a difference within them is one that readers would
call small; no study sets them.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from math import isfinite, log
from typing import TypeVar

SIZE_FACTOR = 2.0
"""Cities of which one has at most twice as many people, or students, as the other are alike in size."""
SHARE_DIFFERENCE = 0.10
"""Shares that differ by at most ten of a hundred students are alike."""
SIZES, SHARES = ("population", "students"), ("low_income", "staffed", "reach")
K = TypeVar("K", bound=Hashable)


class Alike(Enum):
    """Whether two cities are alike in a dimension."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PublicFigures:
    """What a city publishes of itself; None where it does not.

    `population` is all who live there, `students` are those of its schools. The others are shares of the students, from
    0 to 1: from low-income families, in schools with enough certified music teachers, and with a program in reach that
    fits them. Raises ValueError for a number that cannot be.
    """

    population: int | None = None
    students: int | None = None
    low_income: float | None = None
    staffed: float | None = None
    reach: float | None = None

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if value is None:
                continue
            if not isfinite(value) or value < 0:
                raise ValueError(f"{each.name} is {value}, and has to be a number of 0 or more.")
            if each.name in SHARES and value > 1:
                raise ValueError(f"{each.name} is {value}, and has to be a share from 0 to 1.")


DIMENSIONS = tuple(each.name for each in fields(PublicFigures))


@dataclass(frozen=True)
class Likeness:
    """How alike two cities are: by dimension the distance, in units of its limit, or None where one is not known."""

    distances: Mapping[str, float | None]

    def of(self, dimension: str) -> Alike:
        """Whether they are alike in a dimension."""
        distance = self.distances[dimension]
        if distance is None:
            return Alike.UNKNOWN
        return Alike.YES if distance <= 1 else Alike.NO

    @property
    def alike(self) -> tuple[str, ...]:
        """The dimensions in which they are alike."""
        return tuple(each for each in DIMENSIONS if self.of(each) is Alike.YES)

    @property
    def unlike(self) -> tuple[str, ...]:
        """Those in which they are known not to be."""
        return tuple(each for each in DIMENSIONS if self.of(each) is Alike.NO)

    @property
    def mean(self) -> float | None:
        """The mean of the distances that are known; None where none is."""
        known = [each for each in self.distances.values() if each is not None]
        return sum(known) / len(known) if known else None


def likeness(mine: PublicFigures, other: PublicFigures) -> Likeness:
    """How alike two cities are. It is the same whichever comes first."""
    distances = {name: _by_factor(getattr(mine, name), getattr(other, name)) for name in SIZES}
    return Likeness(distances | {name: _by_difference(getattr(mine, name), getattr(other, name)) for name in SHARES})


def most_alike(mine: PublicFigures, others: Mapping[K, PublicFigures], *, most: int) -> list[tuple[K, Likeness]]:
    """The cities most alike: in most dimensions, then unlike in fewest, then by mean distance, then by key.

    Those that are alike in nothing that is known are left out.
    """
    found = [(key, likeness(mine, figures)) for key, figures in others.items()]
    found = [(key, each) for key, each in found if each.alike]
    found.sort(key=lambda pair: (-len(pair[1].alike), len(pair[1].unlike), pair[1].mean or 0.0, str(pair[0])))
    return found[:most]


def _by_factor(one: float | None, two: float | None) -> float | None:
    """The distance on a scale of proportions; nothing and something are as far apart as can be."""
    if one is None or two is None:
        return None
    if one == two:
        return 0.0
    return float("inf") if 0 in (one, two) else round(abs(log(one) - log(two)) / log(SIZE_FACTOR), 9)


def _by_difference(one: float | None, two: float | None) -> float | None:
    return None if one is None or two is None else round(abs(one - two) / SHARE_DIFFERENCE, 9)
