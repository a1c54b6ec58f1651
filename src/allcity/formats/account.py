"""The account of an import: what was left out, where it stands, and why."""

from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import polars as pl

from allcity.declaration.messages import Message, listed, sentence
from allcity.formats.columns import Table
from allcity.formats.mapping import Repeated
from allcity.formats.problems import Problem

FILE, ROW = "@file", "@row"
"""Columns that say where a row comes from; no header or column of a table starts with @."""
EXAMPLES = 3
MOST_PLACES = 10_000
"""How many places of one reason are named at most; whoever corrects an export needs no more in one go."""


@dataclass(frozen=True)
class LeftOut:
    """What was not taken over for one reason: `number` rows of a file, cells of one of its columns, or outlines.

    `because` completes "… were left out because …"; `places` say where, with the value that stands there.
    """

    file: str
    table: str
    what: Literal["rows", "cells", "outlines"]
    reason: str
    because: str
    number: int
    places: tuple[Problem, ...] = ()

    @property
    def examples(self) -> tuple[Problem, ...]:
        """The first few places."""
        return self.places[:EXAMPLES]


@dataclass
class Account:
    """What has been left out so far, and how many rows each export has."""

    entries: list[LeftOut] = field(default_factory=list)
    read: dict[str, int] = field(default_factory=dict)

    def note(
        self,
        rows: pl.DataFrame,
        *,
        table: str,
        what: Literal["rows", "cells"],
        reason: str,
        because: str,
        column: str | None = None,
        values: pl.Series | None = None,
        remedy: str = "",
    ) -> None:
        """Count rows, which have FILE and ROW, by file. `values` are what stands in their cells under `column`."""
        if rows.is_empty():
            return
        places = rows.select(FILE, ROW).with_columns((pl.lit(None) if values is None else values).alias("value"))
        for (file,), group in places.group_by(FILE, maintain_order=True):
            found = tuple(
                Problem(
                    str(file),
                    sentence(because),
                    remedy,
                    row,
                    column,
                    value,
                    severity="notice",
                )
                for row, value in group.select(ROW, "value").head(MOST_PLACES).iter_rows()
            )
            self.entries.append(LeftOut(str(file), table, what, reason, because, group.height, found))


def without_repeats(schema: Table, repeated: Repeated, rows: pl.DataFrame, account: Account) -> pl.DataFrame:
    """The rows with each key once, as the mapping's `repeated` says."""
    key = list(schema.key)
    first = rows.select(pl.struct(key).is_first_distinct()).to_series()
    if first.all() and repeated != "sum":
        return rows
    numbers = [name for name in rows.columns if name in schema.names and schema[name].kind in ("integer", "number")]
    numbers = [name for name in numbers if name not in key]
    if repeated == "sum":
        return _summed(rows, key, numbers, schema, account)
    later = rows.filter(~first)
    names = listed(key)
    note = partial(account.note, table=schema.name, column=key[0])
    if repeated == "leave out":
        because = Message("an earlier row has their {names}", names=names)
        note(later, what="rows", reason="repeated_key", because=because, values=later[key[0]])
        return rows.filter(first)
    others = [name for name in rows.columns if name not in (*key, FILE, ROW)]
    merged = rows.group_by(key, maintain_order=True).agg(pl.col(FILE, ROW).first(), pl.col(others).drop_nulls().first())
    because = Message("they name the same {table} as an earlier row", table=schema.name)
    note(later, what="rows", reason="merged", because=because, values=later[key[0]])
    kept = later.select(*key, *others).join(merged, on=key, how="left", maintain_order="left", suffix=" kept")
    for name in others:
        differs = (kept[name] != kept[f"{name} kept"]).fill_null(False)
        because = Message("another {name} stands in an earlier row of the same {table}", name=name, table=schema.name)
        account.note(
            later.filter(differs),
            table=schema.name,
            what="cells",
            reason=f"differing_{name}",
            because=because,
            column=name,
            values=later[name].filter(differs),
        )
    return merged.select(rows.columns)


def _summed(rows: pl.DataFrame, key: list[str], numbers: list[str], schema: Table, account: Account) -> pl.DataFrame:
    """One row for each key with the sums; none where one of its numbers is unknown, for then the sum is too."""
    for name in (name for name in numbers if schema[name].required):
        unknown = rows.select(pl.col(name).is_null().any().over(key)).to_series()
        because = Message("not all {name} that add up to theirs are known", name=name)
        account.note(rows.filter(unknown), table=schema.name, what="rows", reason=f"no_{name}", because=because)
        rows = rows.filter(~unknown)
    others = [name for name in rows.columns if name not in (*key, *numbers)]
    whole = [name for name in numbers if schema[name].kind == "integer"]
    sums = rows.group_by(key, maintain_order=True).agg(
        pl.col(others).first(),
        *(
            pl.when(pl.col(name).is_not_null().all())
            .then(pl.col(name).cast(pl.Int64 if name in whole else pl.Float64).sum())
            .cast(pl.String)
            for name in numbers
        ),
    )
    return sums.select(rows.columns)
