"""Withhold figures that rest on counts of too few students, together with what would let them be worked out.

Figures of a city-year are published again when its records were corrected. So each version is weighed in view of what
the last one told: see `Versions`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from allcity.analysis.figures import Figure
from allcity.analysis.suppression import Counts, Mask, Relation, suppress_revision

Told = Mapping[str, Sequence[Any]]
"""What the versions of a city-year's figures told, as JSON can hold it: for each table a list of its `Line`s."""
_Cells = tuple[str, Counts | None]


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
    told_by_records: tuple[bool, ...] = ()
    """Which of the sum and the counts would tell, with public records, of single ones that are withheld; empty: none."""

    def whole(self, reading: int) -> list[int]:
        """The counts, or for a `reading` above 0 one of their bounds, as whole numbers of the same size.

        A part of a person is one, and a count under the threshold stays under it.
        """
        counts = (self.counts, *self.bounds)[reading if reading <= len(self.bounds) else 0]
        return [int(np.floor(count + 1e-9)) if count >= 1 else int(count > 1e-9) for count in counts]


class Line(NamedTuple):
    """Cells as a version told them: of a total, a part of it or what is left, the sum first where there are more counts.

    `present` is false where the last version had the line no more, and this is what was told of it before.
    """

    name: str
    values: list[int]
    withheld: list[bool]
    present: bool = True


class Versions:
    """What the versions of a city-year's figures so far `told`, and, once all were weighed, what the new one `tells`.

    The reader is taken to hold the last version and the new one, and to know which counts did not change. What was
    withheld stays withheld while its line is there, even if the line was gone in between, and nothing that was published
    is relied on to protect another count. The same counts once more are told the same.
    """

    def __init__(self, told: Told) -> None:
        self._told = {table: {line[0]: Line(*line) for line in lines} for table, lines in told.items()}
        self.tells: dict[str, list[Line]] = {
            table: [line._replace(present=False) for line in lines.values()] for table, lines in self._told.items()
        }

    def gone(self, table: str, prefix: str, names: Iterable[str]) -> list[str]:
        """The lines of the last version, of those whose name begins so, that are not among `names`."""
        there = {name for name, line in self._told.get(table, {}).items() if line.present and name.startswith(prefix)}
        return sorted(there.difference(names))

    def weigh(
        self,
        table: str,
        lines: Sequence[_Cells],
        relations: Sequence[Relation],
        exempt: Mask,
        threshold: int,
        hidden: Mask | None = None,
    ) -> Mask:
        """(lines, cells) what to withhold. A line of None is one that is gone; `exempt` has the shape of the answer.

        `hidden`, of the same shape, are cells that are withheld for another reason already.
        """
        told = self._told.get(table, {})
        there = np.array([values is not None for _name, values in lines])
        new, old = np.zeros((2, *exempt.shape), dtype=np.int64)
        was_withheld, already = np.zeros((2, *exempt.shape), dtype=np.bool_)
        public = exempt | ~there[:, None]  # that a line is gone can be seen
        for row, (name, values) in enumerate(lines):
            before = told.get(name)
            if values is not None:
                new[row] = values
            if before and before.present:
                old[row], was_withheld[row] = before.values, before.withheld
            elif before:  # it comes back
                small = (new[row] > 0) & (new[row] < threshold)
                public[row] |= (new[row] == before.values) & ~np.array(before.withheld) & ~small
                already[row] = before.withheld & ~public[row]
        if hidden is not None:
            already |= hidden & ~public
        hidden = suppress_revision(
            new.ravel(),
            relations,
            earlier=[(old.ravel(), was_withheld.ravel())] if any(line.present for line in told.values()) else [],
            threshold=threshold,
            exempt=public.ravel(),
            already=already.ravel(),
        ).reshape(exempt.shape)
        tells = [
            Line(name, new[row].tolist(), hidden[row].tolist())
            for row, (name, values) in enumerate(lines)
            if values is not None
        ]
        names = {line.name for line in tells}
        tells += [line._replace(present=False) for line in told.values() if line.name not in names]
        self.tells[table] = tells
        return hidden


def withhold(
    total: Observed, *breakdowns: Sequence[Observed], threshold: int, versions: Versions | None = None
) -> list[Figure]:
    """The figures of a total and of the parts of each breakdown of it, in order, safe to publish together.

    What a breakdown leaves of its total (schools without an area, say) is protected as well. The `versions` published
    before know a total by the id of its first figure, and a part by what the figure is `by`.
    """
    lines = [total, *(line for breakdown in breakdowns for line in breakdown)]
    readings = range(1 + max(len(line.bounds) for line in lines))
    versions = versions or Versions({})
    hidden = np.any([_hidden(total, breakdowns, threshold, reading, versions) for reading in readings], axis=0)
    return [figure for line, row in zip(lines, hidden, strict=True) for figure in _published(line, row)]


def _hidden(
    total: Observed, breakdowns: Sequence[Sequence[Observed]], threshold: int, reading: int, versions: Versions
) -> Mask:
    """(lines, counts) what to withhold of each line, its sum first where there is more than one count."""
    table = f"{total.figures[0].id} {reading}"
    size = len(total.counts)
    parts = [
        np.array([part.whole(reading) for part in breakdown], dtype=np.int64).reshape(-1, size)
        for breakdown in breakdowns
    ]
    # Rounding may make the parts differ from the total by less than their number.
    whole = np.max([total.whole(reading), *(part.sum(axis=0) for part in parts)], axis=0)
    lines: list[_Cells] = [("", _with_sum(whole))]
    exempt, given, width = [_public(total)], [0], len(_with_sum(whole))
    already = [_by_records(total, width)]
    relations = []
    for number, (breakdown, part) in enumerate(zip(breakdowns, parts, strict=True)):
        first = len(lines)
        names = [f"{number} {_name(line)}" for line in breakdown]
        gone = versions.gone(table, f"{number} ", names)
        lines += zip(names, map(_with_sum, part), strict=True)
        lines += [(name, None) for name in gone]
        lines.append((f"{number}", _with_sum(whole - part.sum(axis=0))))
        given += range(first, first + len(names))
        exempt += [*map(_public, breakdown), *[_public(total)] * (len(gone) + 1)]
        already += [*(_by_records(line, width) for line in breakdown), *[[False] * width] * (len(gone) + 1)]
        rows = range(first, len(lines))
        relations += [Relation(column, tuple(row * width + column for row in rows)) for column in range(width)]
    for row in range(len(lines)):
        relations += _sum_relation(row * width, size)
    return versions.weigh(table, lines, relations, np.array(exempt), threshold, np.array(already))[given]


def _name(line: Observed) -> str:
    return " ".join(f"{dimension}={key}" for dimension, key in sorted((line.figures[0].by or {}).items()))


def _with_sum(counts: Counts) -> Counts:
    return np.append(counts.sum(), counts) if len(counts) > 1 else counts


def _public(observed: Observed) -> Mask:
    marks = np.zeros(len(observed.counts) + (len(observed.counts) > 1), dtype=bool)
    marks[0] = observed.sum_is_public
    return marks


def _by_records(observed: Observed, width: int) -> list[bool]:
    return list(observed.told_by_records) or [False] * width


def _sum_relation(first: int, counts: int) -> list[Relation]:
    return [Relation(first, tuple(range(first + 1, first + 1 + counts)))] if counts > 1 else []


def _published(line: Observed, hidden: Mask) -> list[Figure]:
    if len(line.figures) == 1:
        hidden = np.array([hidden.any()])
    return [figure.withheld() if mask else figure for figure, mask in zip(line.figures, hidden, strict=False)]
