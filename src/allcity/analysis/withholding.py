"""Withhold figures that rest on counts of too few students, together with what would let them be worked out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allcity.analysis.figures import Figure
from allcity.analysis.suppression import Relation, suppress


@dataclass(frozen=True)
class Observed:
    """Figures with the observed counts of students behind them.

    `counts` are parts that do not overlap, such as met and unmet, or those who have something and those who have not.
    `figures` are either one for the counts as a whole (a count, or the share of the first in all of them), which is
    withheld with any of them, or one for their sum and then one for each. `sum_is_public` where the sum is a published
    enrolment.
    """

    figures: tuple[Figure, ...]
    counts: tuple[float, ...]
    sum_is_public: bool = False


def withhold(total: Observed, *breakdowns: Sequence[Observed], threshold: int) -> list[Figure]:
    """The figures of a total and of the parts of each breakdown of it, in order, safe to publish together.

    What a breakdown leaves of its total (schools without an area, say) is protected as well. Counts are rounded up to
    whole numbers, so that a fraction of a person is one.
    """
    parts = [np.array([_whole(part) for part in breakdown], dtype=np.int64) for breakdown in breakdowns]
    sums = [part.sum(axis=0) for part in parts if len(part)]
    # Rounding up the parts may exceed the total by less than their number.
    whole = np.max([_whole(total), *sums], axis=0)
    cells, relations, exempt, lines = [_with_sum(whole)], _sum_relation(0, len(whole)), [_public(total)], [total]
    for breakdown, part in zip(breakdowns, parts, strict=True):
        if not len(part):
            continue
        first, width = len(cells), len(cells[0])
        cells += [_with_sum(line) for line in (*part, whole - part.sum(axis=0))]
        exempt += [*(_public(line) for line in breakdown), _public(total)]
        lines += [*breakdown, Observed((), ())]
        rows = range(first, len(cells))
        for row in rows:
            relations += _sum_relation(row * width, len(whole))
        relations += [Relation(column, tuple(row * width + column for row in rows)) for column in range(width)]
    mask = suppress(np.concatenate(cells), relations, threshold=threshold, exempt=np.concatenate(exempt))
    hidden = mask.reshape(len(lines), -1)
    return [figure for line, row in zip(lines, hidden, strict=True) for figure in _published(line, row)]


def _whole(observed: Observed) -> list[int]:
    return [int(np.ceil(count - 1e-9)) for count in observed.counts]


def _with_sum(counts: np.ndarray) -> np.ndarray:
    return np.append(counts.sum(), counts) if len(counts) > 1 else counts


def _public(observed: Observed) -> np.ndarray:
    marks = np.zeros(len(observed.counts) + (len(observed.counts) > 1), dtype=bool)
    marks[0] = observed.sum_is_public
    return marks


def _sum_relation(first: int, counts: int) -> list[Relation]:
    return [Relation(first, tuple(range(first + 1, first + 1 + counts)))] if counts > 1 else []


def _published(line: Observed, hidden: np.ndarray) -> list[Figure]:
    if len(line.figures) == 1:
        hidden = hidden.any(keepdims=True)
    return [figure.withheld() if mask else figure for figure, mask in zip(line.figures, hidden, strict=False)]
