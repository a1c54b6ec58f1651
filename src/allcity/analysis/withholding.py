"""Withhold figures that rest on counts of too few students, together with what would let them be worked out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allcity.analysis.figures import Figure
from allcity.analysis.suppression import Mask, Relation, suppress


@dataclass(frozen=True)
class Observed:
    """Figures with the observed counts of students behind them.

    `counts` are parts that do not overlap, such as met and unmet, or those who have something and those who have not.
    `figures` are either one for the counts as a whole (a count, or the share of the first in all of them), which is
    withheld with any of them, or one for their sum and then one for each. `sum_is_public` where the sum is a published
    enrolment. `bounds` are the same counts as the low and the high ends of the figures have them, where these differ.
    """

    figures: tuple[Figure, ...]
    counts: tuple[float, ...]
    sum_is_public: bool = False
    bounds: tuple[tuple[float, ...], ...] = ()

    def whole(self, reading: int) -> list[int]:
        """The counts, or for a `reading` above 0 one of their bounds, as whole numbers of the same size.

        A part of a person is one, and a count under the threshold stays under it.
        """
        counts = (self.counts, *self.bounds)[reading if reading <= len(self.bounds) else 0]
        return [int(np.floor(count + 1e-9)) if count >= 1 else int(count > 1e-9) for count in counts]


def withhold(total: Observed, *breakdowns: Sequence[Observed], threshold: int) -> list[Figure]:
    """The figures of a total and of the parts of each breakdown of it, in order, safe to publish together.

    What a breakdown leaves of its total (schools without an area, say) is protected as well.
    """
    lines = [total, *(line for breakdown in breakdowns for line in breakdown)]
    readings = range(1 + max(len(line.bounds) for line in lines))
    hidden = np.any([_hidden(total, breakdowns, threshold, reading) for reading in readings], axis=0)
    return [figure for line, row in zip(lines, hidden, strict=True) for figure in _published(line, row)]


def _hidden(total: Observed, breakdowns: Sequence[Sequence[Observed]], threshold: int, reading: int) -> Mask:
    """(lines, counts) what to withhold of each line, its sum first where there is more than one count."""
    parts = [np.array([part.whole(reading) for part in breakdown], dtype=np.int64) for breakdown in breakdowns]
    # Rounding may make the parts differ from the total by less than their number.
    whole = np.max([total.whole(reading), *(part.sum(axis=0) for part in parts if len(part))], axis=0)
    cells, relations, exempt = [_with_sum(whole)], _sum_relation(0, len(whole)), [_public(total)]
    rests, width = [], len(cells[0])
    for breakdown, part in zip(breakdowns, parts, strict=True):
        if not len(part):
            continue
        rows = range(len(cells), len(cells) + len(part) + 1)
        rests.append(rows[-1])
        cells += [_with_sum(line) for line in (*part, whole - part.sum(axis=0))]
        exempt += [*(_public(line) for line in breakdown), _public(total)]
        for row in rows:
            relations += _sum_relation(row * width, len(whole))
        relations += [Relation(column, tuple(row * width + column for row in rows)) for column in range(width)]
    mask = suppress(np.concatenate(cells), relations, threshold=threshold, exempt=np.concatenate(exempt))
    return np.delete(mask.reshape(len(cells), width), rests, axis=0)


def _with_sum(counts: np.ndarray) -> np.ndarray:
    return np.append(counts.sum(), counts) if len(counts) > 1 else counts


def _public(observed: Observed) -> np.ndarray:
    marks = np.zeros(len(observed.counts) + (len(observed.counts) > 1), dtype=bool)
    marks[0] = observed.sum_is_public
    return marks


def _sum_relation(first: int, counts: int) -> list[Relation]:
    return [Relation(first, tuple(range(first + 1, first + 1 + counts)))] if counts > 1 else []


def _published(line: Observed, hidden: Mask) -> list[Figure]:
    if len(line.figures) == 1:
        hidden = np.array([hidden.any()])
    return [figure.withheld() if mask else figure for figure, mask in zip(line.figures, hidden, strict=False)]
