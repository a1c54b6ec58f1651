"""Withhold figures that rest on counts of too few students, together with what would let them be worked out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allcity.analysis.figures import Figure
from allcity.analysis.suppression import Relation, suppress


@dataclass(frozen=True)
class Observed:
    """A figure with the observed count behind it, and for a share the count of all of whom it is a share.

    `whole_is_public` where the whole is a published enrolment.
    """

    figure: Figure
    count: float
    whole: float | None = None
    whole_is_public: bool = True


def withhold(parts: Sequence[Observed], *, total: Observed, threshold: int) -> list[Figure]:
    """The total's figure and those of its parts, with the numbers of small counts and what would reveal them withheld.

    Whatever the parts leave of the total (schools without an area, say) is protected as well. Counts are rounded up to
    whole numbers, so that a fraction of a person is one.
    """
    observed = [*parts, total]
    counts = [_whole(part.count) for part in observed]
    rest = counts[-1] - sum(counts[:-1])
    if rest < 0:  # rounding up the parts may exceed the total by less than their number
        counts[-1], rest = sum(counts[:-1]), 0
    values, relations, exempt = (
        [*counts, rest],
        [Relation(len(parts), (*range(len(parts)), len(observed)))],
        [False] * (len(observed) + 1),
    )
    share_cells: list[tuple[int, int]] = []
    for cell, part in enumerate(observed):
        if part.whole is not None:
            whole = max(_whole(part.whole), counts[cell])
            first = len(values)
            values += [whole - counts[cell], whole]
            exempt += [False, part.whole_is_public]
            relations.append(Relation(first + 1, (cell, first)))
            share_cells.append((cell, first))
    mask = suppress(values, relations, threshold=threshold, exempt=exempt)
    for cell, other in share_cells:
        mask[cell] |= mask[other]
    figures = [part.figure.withheld() if hidden else part.figure for part, hidden in zip(observed, mask, strict=False)]
    return [figures[-1], *figures[:-1]]


def _whole(count: float) -> int:
    return int(np.ceil(count - 1e-9))
