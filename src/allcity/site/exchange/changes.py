"""What differs between two states of a city's tables, as plain values that can be stored, and taken back later.

A change of a table holds rows added and removed, and for each changed row the cells that differ, before and after.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from allcity.analysis.city import ALL
from allcity.formats.columns import Table
from allcity.formats.schema import SCHEMA
from allcity.formats.typed import empty_tables

Key = tuple[Any, ...]
Row = dict[str, Any]


@dataclass
class Change:
    """What differs in one table. Keys are the values of the table's key columns; cells are (before, after)."""

    added: dict[Key, Row] = field(default_factory=dict)
    removed: dict[Key, Row] = field(default_factory=dict)
    changed: dict[Key, dict[str, tuple[Any, Any]]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    @property
    def inverse(self) -> "Change":
        """The change that takes this one back."""
        back = {key: {name: (new, old) for name, (old, new) in cells.items()} for key, cells in self.changed.items()}
        return Change(added=self.removed, removed=self.added, changed=back)


Changes = dict[str, Change]


@dataclass(frozen=True)
class Conflict:
    """A row or cell that has been changed since, so that taking a change back would lose what somebody did."""

    table: str
    key: Key
    column: str | None = None


def difference(old: Mapping[str, pl.DataFrame], new: Mapping[str, pl.DataFrame]) -> Changes:
    """What differs from `old` to `new`, by table; tables that `new` does not name stay as they are."""
    changes = {}
    for name, frame in new.items():
        table = SCHEMA[name]
        before, after = _by_key(table, old[name]), _by_key(table, frame)
        change = Change(
            added={key: row for key, row in after.items() if key not in before},
            removed={key: row for key, row in before.items() if key not in after},
        )
        for key, row in after.items():
            was = before.get(key)
            if was is not None and was != row:
                change.changed[key] = {
                    column: (was[column], row[column]) for column in table.names if was[column] != row[column]
                }
        if change:
            changes[name] = change
    return changes


def take_back(
    changes: Changes, tables: Mapping[str, pl.DataFrame], *, staying: Mapping[str, Collection[Key]] | None = None
) -> tuple[Changes, list[Conflict]]:
    """The changes that take `changes` back where the tables still are as they left them, and where they are not.

    Rows of the keys that are `staying`, by table, are not removed.
    """
    back: Changes = {}
    conflicts: list[Conflict] = []
    for name, change in changes.items():
        now = _by_key(SCHEMA[name], tables[name])
        undone, kept = Change(), (staying or {}).get(name, ())
        for key, row in change.added.items():
            if key in now and now[key] == row and key not in kept:
                undone.removed[key] = row
            elif key in now:
                conflicts.append(Conflict(name, key))
        for key, row in change.removed.items():
            if key in now:
                conflicts.append(Conflict(name, key))
            else:
                undone.added[key] = row
        for key, cells in change.changed.items():
            for column, (old, new) in cells.items():
                if key in now and now[key][column] == new:
                    undone.changed.setdefault(key, {})[column] = (new, old)
                else:
                    conflicts.append(Conflict(name, key, column))
        back[name] = undone
    conflicts += _keep_whole(back, tables)
    return back, conflicts


def _keep_whole(back: Changes, tables: Mapping[str, pl.DataFrame]) -> list[Conflict]:
    """Take out of the changes what would leave a record pointing to nothing, until no record does."""
    conflicts: list[Conflict] = []
    while found := _loose_ends(back, patched(tables, back)):
        for table, key in found:
            change = back[table]
            if change.removed.pop(key, None) is None:
                change.added.pop(key)
            conflicts.append(Conflict(table, key))
    return conflicts


def _loose_ends(back: Changes, after: Mapping[str, pl.DataFrame]) -> set[tuple[str, Key]]:
    """Rows removed to which others still point, and rows brought back that point to what is gone."""
    found: set[tuple[str, Key]] = set()
    for name, table in SCHEMA.items():
        for column in table.columns:
            if column.references is None:
                continue
            target, target_column = column.references
            there = set(after[target][target_column])
            returned = back[name].added if name in back else {}
            removed: dict[Any, list[Key]] = {}
            for key in back[target].removed if target in back else ():
                removed.setdefault(key[0], []).append(key)
            if not removed and not returned:
                continue
            for row in after[name].select(list(dict.fromkeys((*table.key, column.name)))).iter_rows(named=True):
                cell = row[column.name]
                missing = {one for one in (cell if isinstance(cell, list) else [cell]) if one is not None} - there
                for one in missing - {ALL}:
                    found |= {(target, key) for key in removed.get(one, ())}
                    key = tuple(row[part] for part in table.key)
                    if one not in removed and key in returned:
                        found.add((name, key))
    return found


def patched(tables: Mapping[str, pl.DataFrame], changes: Changes) -> dict[str, pl.DataFrame]:
    """The tables with the changes made to them."""
    empty = empty_tables()
    result = dict(tables)
    for name, change in changes.items():
        rows = _by_key(SCHEMA[name], tables[name])
        rows = {key: row for key, row in rows.items() if key not in change.removed} | change.added
        for key, cells in change.changed.items():
            rows[key] = {**rows[key], **{column: new for column, (_old, new) in cells.items()}}
        result[name] = pl.DataFrame(list(rows.values()), schema=empty[name].schema)
    return result


def to_json(changes: Changes) -> dict[str, Any]:
    """The changes as JSON can hold them: dates as ISO text, keys as lists."""
    return {
        name: {
            part: [[_plain(key), _plain(value)] for key, value in getattr(change, part).items()]
            for part in ("added", "removed", "changed")
        }
        for name, change in changes.items()
    }


def from_json(stored: Mapping[str, Any]) -> Changes:
    """The changes that `to_json` was given."""
    return {name: _change_from(SCHEMA[name], parts) for name, parts in stored.items()}


def _change_from(table: Table, parts: Mapping[str, Iterable[tuple[list[Any], Any]]]) -> Change:
    dates = {column.name for column in table.columns if column.kind == "date"}

    def value(column: str, item: Any) -> Any:
        return date.fromisoformat(item) if column in dates and item is not None else item

    def key(items: list[Any]) -> Key:
        return tuple(value(column, item) for column, item in zip(table.key, items, strict=True))

    return Change(
        **{
            part: {key(k): {name: value(name, item) for name, item in row.items()} for k, row in parts[part]}
            for part in ("added", "removed")
        },
        changed={
            key(k): {name: (value(name, old), value(name, new)) for name, (old, new) in cells.items()}
            for k, cells in parts["changed"]
        },
    )


def _by_key(table: Table, frame: pl.DataFrame) -> dict[Key, Row]:
    return {tuple(row[column] for column in table.key): row for row in frame.iter_rows(named=True)}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
