"""What is told of an import: rows read, added, changed and gone, with examples, and what was left out and why.

What is stored of it is told in the language of whoever reads it.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
from django.utils.translation import gettext

from allcity.declaration import CityFileError
from allcity.declaration.messages import from_json, sentence, to_json, told
from allcity.formats.account import LeftOut
from allcity.formats.columns import Column
from allcity.formats.problems import Problem, ProblemsError
from allcity.formats.schema import SCHEMA
from allcity.formats.typed import inert
from allcity.site.exchange.changes import Change, Changes

EXAMPLES = 5
SHOWN = 200
"""How many problems are kept for the page; the file to correct has all of them."""


def account_of(changes: Changes, *, read: Mapping[str, int], left_out: Iterable[LeftOut]) -> dict[str, Any]:
    """The account as JSON can hold it: `read`, `tables`, `left_out`."""
    return {
        "read": [[name, rows] for name, rows in read.items()],
        "tables": [_table(name, changes[name]) for name in SCHEMA if name in changes],
        "left_out": [
            {
                "file": entry.file,
                "table": entry.table,
                "what": entry.what,
                "because": to_json(entry.because),
                "number": entry.number,
            }
            for entry in left_out
        ],
    }


def problem_rows(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems as rows that JSON can hold: file, row, column, value, problem, remedy."""
    return [
        {
            "file": one.file,
            "row": one.row,
            "column": one.column,
            "value": one.value,
            "problem": to_json(one.message),
            "remedy": to_json(one.remedy),
        }
        for one in problems
    ]


def rows_of_error(error: ProblemsError | CityFileError) -> list[dict[str, Any]]:
    """The problems of an error as such rows."""
    if isinstance(error, ProblemsError):
        return problem_rows(error.problems)
    return problem_rows(
        Problem(one.file, sentence(one.message), sentence(one.remedy), one.line, one.key or None)
        for one in error.problems
    )


def told_rows(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Stored rows in the reader's language: problems, or what was left out."""
    words = ("problem", "remedy", "because")
    return [
        {name: told(from_json(value), gettext) if name in words else value for name, value in row.items()}
        for row in rows
    ]


def problems_csv(stored: Path) -> bytes:
    """The rows in a JSON file as CSV to correct an export by; nothing in it is live in a spreadsheet."""
    names = ("file", "row", "column", "value", "problem", "remedy")
    rows = told_rows(json.loads(stored.read_text(encoding="utf-8")))
    frame = pl.DataFrame(rows, schema={name: pl.Int64 if name == "row" else pl.String for name in names})
    return frame.with_columns(inert(pl.col(pl.String))).write_csv(line_terminator="\n").encode()


def _table(name: str, change: Change) -> dict[str, Any]:
    cells = [
        {"record": _key(key), "column": column, "old": _shown(name, column, old), "new": _shown(name, column, new)}
        for key, columns in list(change.changed.items())[:EXAMPLES]
        for column, (old, new) in columns.items()
    ]
    return {
        "table": name,
        "added": len(change.added),
        "changed": len(change.changed),
        "removed": len(change.removed),
        "new": [_named(key, row) for key, row in list(change.added.items())[:EXAMPLES]],
        "gone": [_named(key, row) for key, row in list(change.removed.items())[:EXAMPLES]],
        "cells": cells[:EXAMPLES],
    }


def _named(key: tuple[Any, ...], row: Mapping[str, Any]) -> str:
    return f"{row['name']} ({_key(key)})" if row.get("name") else _key(key)


def _key(key: tuple[Any, ...]) -> str:
    return ", ".join(str(part) for part in key)


def _shown(table: str, name: str, value: Any) -> str:
    """A value as its file has it."""
    column: Column = SCHEMA[table][name]
    if value is None:
        return ""
    if column.kind == "time":
        return f"{value // 60:02d}:{value % 60:02d}"
    return ";".join(value) if column.kind == "list" else str(value).removesuffix(".0")
