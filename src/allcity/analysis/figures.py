"""A figure: one number that says what it is, how sure it is, and where it comes from.

`low` and `high` bound what the unknowns could make of the value. Sampling error is a different thing and stands apart in
`interval`. A `high` of None means that nothing bounds the figure from above, because a source names only part of what
there is; `high_if_complete` then says how high the records that we do have could take it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Literal

Status = Literal["measured", "estimated", "modelled"]
Unit = Literal[
    "count", "share", "seats per 100 students", "hours", "ratio", "index", "full-time equivalents", "minutes"
]


@dataclass(frozen=True)
class Interval:
    """The sampling error of a value: between `low` and `high` with probability `level`, by the method `kind`."""

    kind: str
    low: float
    high: float
    level: float = 0.95


@dataclass(frozen=True)
class Figure:
    """One value of one city-year.

    `value` is None where nothing is known. `known` of `total` records went into it, of the kind that `records` names.
    Shares run from 0 to 1. `by` is None for the whole city, otherwise one or more dimensions with their keys.
    `source` lists source ids. `narrows` names what would narrow the range, as ids that the reports put into words.
    """

    id: str
    value: float | None
    unit: Unit
    year: int
    low: float | None = None
    high: float | None = None
    high_if_complete: float | None = None
    interval: Interval | None = None
    status: Status = "measured"
    known: int | None = None
    total: int | None = None
    records: str = "schools"
    by: Mapping[str, str] | None = None
    source: tuple[str, ...] = ()
    as_of: date | None = None
    suppressed: bool = False
    narrows: tuple[str, ...] = ()

    def withheld(self) -> "Figure":
        """The same figure with its numbers withheld, because they would tell of too few people."""
        return replace(
            self, value=None, low=None, high=None, high_if_complete=None, interval=None, known=None, suppressed=True
        )

    def as_record(self) -> dict[str, Any]:
        """The figure as plain values, ready for JSON: dates as ISO text, `by` as a mapping or None."""
        record = {name: getattr(self, name) for name in _FIELDS}
        record["by"] = dict(self.by) if self.by else None
        record["interval"] = dict(vars(self.interval)) if self.interval else None
        record["as_of"] = self.as_of.isoformat() if self.as_of else None
        record["source"] = list(self.source)
        record["narrows"] = list(self.narrows)
        return record


_FIELDS = tuple(field.name for field in fields(Figure))


class Figures:
    """The figures of one city-year, in order, found by id and dimension."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        self._figures = tuple(figures)
        self._index = {(f.id, _key(f.by)): f for f in self._figures}
        if len(self._index) != len(self._figures):
            raise ValueError("two figures have the same id and dimension")

    def __iter__(self) -> Iterator[Figure]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)

    def get(self, figure_id: str, **by: str) -> Figure | None:
        """The figure with this id, for the whole city or for one key of a dimension: `get("access.reach", area="35")`."""
        return self._index.get((figure_id, _key(by)))

    def along(self, figure_id: str, dimension: str) -> dict[str, Figure]:
        """Every figure with this id along one dimension alone, by its key, in the order they were computed."""
        return {
            f.by[dimension]: f
            for f in self._figures
            if f.id == figure_id and f.by is not None and set(f.by) == {dimension}
        }


def _key(by: Mapping[str, str] | None) -> frozenset[tuple[str, str]]:
    return frozenset((by or {}).items())


def at_least(figure: Figure, value: float, *, bounded: bool) -> Figure:
    """Fill in a count of records: it has no high end where the sources do not name all there are."""
    return replace(
        figure, value=value, low=value, high=value if bounded else None, high_if_complete=value,
        narrows=figure.narrows if bounded else (*figure.narrows, "coverage"),
    )  # fmt: skip


def not_known(figure: Figure, narrows: str) -> Figure:
    """Fill in a figure of which no source tells anything: not even 0 is known."""
    return replace(figure, value=None, low=0.0, high=None, high_if_complete=None, known=0, total=0, narrows=(narrows,))
