"""What a column and a table of the city folder are: `schema` has all of them."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "integer", "number", "boolean", "date", "time", "year", "list"]

LIST_SEPARATOR = ";"


@dataclass(frozen=True)
class Column:
    """One column. `codes` are its allowed values; `vocabulary` names the part of the framework that holds them.

    `references` is the (table, column) that its values must be found in. Money is in minor units, times are HH:MM.
    """

    name: str
    kind: Kind
    description: str
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    unit: str | None = None
    codes: tuple[str, ...] = ()
    vocabulary: Literal["contributions", "participants", "bands"] | None = None
    references: tuple[str, str] | None = None


@dataclass(frozen=True)
class Table:
    """One table: a CSV, XLSX or Parquet file of its name. `dated` says how its rows belong to a school year.

    `ordered` are pairs of columns of which the first may not be greater than the second.
    """

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    dated: Literal["year", "overlap"] | None = None
    ordered: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)
