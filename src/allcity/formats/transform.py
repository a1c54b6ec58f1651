"""Apply a mapping to its exports: rows of city folder tables, as text, and an account of everything that was left out."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Literal

import polars as pl

from allcity.declaration.messages import Message
from allcity.formats.account import FILE, ROW, Account, LeftOut, without_repeats
from allcity.formats.columns import Column, Table
from allcity.formats.convert import coded, stored
from allcity.formats.mapping import (
    ColumnMapping,
    Condition,
    ExportMapping,
    File,
    Join,
    TableMapping,
    converter_of,
)
from allcity.formats.problems import Problem, ProblemsError
from allcity.formats.raw import read_table
from allcity.formats.schema import SCHEMA
from allcity.formats.typed import typed

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Extract:
    """The rows that a mapping gives for each table, as text in the columns that it names, and what was left out.

    The columns FILE and ROW name the export and its row. `read` counts the rows of each export, joined ones too.
    """

    tables: Mapping[str, pl.DataFrame]
    left_out: tuple[LeftOut, ...]
    read: Mapping[str, int]


def missing_files(mapping: ExportMapping, data: Path) -> list[Problem]:
    """A problem for every file that a mapping names and the folder of exports lacks, unless it is optional."""
    named = [(file.name, file.optional) for file in mapping.file]
    named += [(join.file, file.optional or join.optional) for file in mapping.file for join in file.join]
    if mapping.shapes:
        named.append((mapping.shapes.file, mapping.shapes.optional))
    remedy = Message("Put it into {data}, or remove it from the mapping, or give it optional = true there.", data=data)
    return [
        Problem(name, Message("The mapping names this file, but it is not there."), remedy)
        for name, optional in dict.fromkeys(named)
        if not optional and not (data / name).is_file()
    ]


def extract(mapping: ExportMapping, data: Path, *, progress: Progress | None = None) -> Extract:
    """The tables that a mapping makes of the exports in a folder.

    `progress` is told the name of each file, how many files were read before it, and of how many.

    Raises:
        ProblemsError: an export is missing, cannot be read, or lacks a header; it names every problem there is.
    """
    problems = missing_files(mapping, data)
    account = Account()
    files = [file for file in mapping.file if (data / file.name).is_file()]
    parts: list[list[pl.DataFrame]] = [[] for _ in mapping.table]
    for number, file in enumerate(files):
        if progress:
            progress(file.name, number, len(files))
        try:
            frame = _export(file, data, mapping, account)
            problems += _missing_headers(mapping, frame, file)
            frame = _with_fields(mapping, frame, account)
        except ProblemsError as error:
            problems += error.problems
        if not account.read.get(file.name, 1) and not file.optional:
            remedy = Message("Export it again, or give it optional = true in the mapping.")
            problems.append(Problem(file.name, Message("The file has column names but no rows."), remedy))
        if not problems:
            _note_unused(mapping, frame, account)
            for table, rows in zip(mapping.table, parts, strict=True):
                if not table.rows:
                    about = frame.filter(_all_hold(table.only, frame)) if table.only else frame
                    rows += _rows(table, about, mapping, file, account)
    if problems:
        raise ProblemsError(dict.fromkeys(problems))
    tables: dict[str, list[pl.DataFrame]] = {}
    for table, rows in zip(mapping.table, parts, strict=True):
        if table.rows:
            rows = [_constant_rows(table, mapping)]
        if rows:
            joined = pl.concat(rows, how="diagonal")
            tables.setdefault(table.name, []).append(
                without_repeats(SCHEMA[table.name], table.repeated, joined, account)
            )
    merged = {
        name: without_repeats(SCHEMA[name], "leave out", frame, account)
        for name, frame in ((name, pl.concat(frames, how="diagonal")) for name, frames in tables.items())
    }
    return Extract(merged, tuple(account.entries), account.read)


def _export(file: File, data: Path, mapping: ExportMapping, account: Account) -> pl.DataFrame:
    """The rows of an export as text, with those that are joined to them, and with FILE and ROW."""
    raw = read_table(data / file.name, sheet=file.sheet)
    account.read[file.name] = raw.frame.height
    frame = _known(raw.frame, mapping.unknown).with_columns(raw.rows.alias(ROW), pl.lit(file.name).alias(FILE))
    for join in file.join:
        if (data / join.file).is_file():
            frame = _joined(frame, join, data, mapping, account)
    return frame


def _known(frame: pl.DataFrame, unknown: tuple[str, ...]) -> pl.DataFrame:
    folded = [value.casefold() for value in unknown]
    return frame.select(pl.when(~pl.all().str.to_lowercase().is_in(folded)).then(pl.all())) if unknown else frame


def _joined(frame: pl.DataFrame, join: Join, data: Path, mapping: ExportMapping, account: Account) -> pl.DataFrame:
    raw = read_table(data / join.file, sheet=join.sheet)
    account.read[join.file] = raw.frame.height
    key = join.key or join.on
    missing = [(frame, join.on, str(frame[FILE][0]) if frame.height else ""), (raw.frame, key, raw.file)]
    problems = [_no_header(name, rows.columns, file) for rows, name, file in missing if name not in rows.columns]
    if problems:
        raise ProblemsError(problems)
    other = _known(raw.frame, mapping.unknown).with_columns(raw.rows.alias(ROW), pl.lit(raw.file).alias(FILE))
    repeated = other.filter(~pl.col(key).is_first_distinct() | pl.col(key).is_null())
    tables = ", ".join(dict.fromkeys(table.name for table in mapping.table if _uses(table, f"{join.name}.")))
    because = Message("their {key} is empty or that of an earlier row", key=key)
    account.note(repeated, table=tables, what="rows", reason="repeated_key", because=because, values=repeated[key])
    other = other.filter(pl.col(key).is_first_distinct() & pl.col(key).is_not_null())
    alone = other.filter(~pl.col(key).is_in(frame[join.on].drop_nulls().implode()))
    because = (
        Message("no row of {file} has their {key}", file=frame[FILE][0], key=key)
        if frame.height
        else Message("the file they belong to is empty")
    )
    account.note(alone, table=tables, what="rows", reason="no_match", because=because, column=key, values=alone[key])
    other = other.drop(ROW, FILE).rename(lambda name: f"{join.name}.{name}")
    return frame.join(
        other, left_on=join.on, right_on=f"{join.name}.{key}", how="left", coalesce=False, maintain_order="left"
    )


def _uses(table: TableMapping, prefix: str) -> bool:
    return any(header.startswith(prefix) for header, _ in _headers(table))


def _headers(table: TableMapping) -> Iterable[tuple[str, bool]]:
    """Every header that a table's mapping names, and whether it may be absent."""
    for columns in table.variants if not table.rows else ():
        for mapped in columns.values():
            yield from ((header, mapped.optional) for header in mapped.sources)
    rules = (*table.leave_out, *table.unknown)
    for condition in (*table.only, *(condition for rule in rules for condition in rule.when)):
        yield condition.header, False
        if condition.same_as:
            yield condition.same_as, False


def _with_fields(mapping: ExportMapping, frame: pl.DataFrame, account: Account) -> pl.DataFrame:
    """The rows with the mapping's fields, each of which may be made of those before it."""
    for name, mapped in mapping.fields.items():
        column = Column(name, "text", name)
        raw = _cells(mapped, column, frame)
        values, reasons = _read(raw, column, mapped)
        for because, failed in reasons.items():
            where = raw.is_in([*failed]).fill_null(False)
            account.note(
                frame.filter(where),
                table="fields",
                what="cells",
                reason=f"unreadable_{name}",
                because=because,
                column=name,
                values=raw.filter(where),
            )
        frame = frame.with_columns(values.alias(name))
    return frame


def _missing_headers(mapping: ExportMapping, frame: pl.DataFrame, file: File) -> list[Problem]:
    absent = {
        f"{join.name}." for join in file.join if not any(name.startswith(f"{join.name}.") for name in frame.columns)
    }
    named = [(header, mapped.optional) for mapped in mapping.fields.values() for header in mapped.sources]
    named += [one for table in mapping.table for one in _headers(table)]
    missing = {
        header: None
        for header, optional in named
        if not optional
        and header not in frame.columns
        and header not in mapping.fields
        and not header.startswith(tuple(absent) or ("@",))
    }
    return [_no_header(header, frame.columns, file.name) for header in missing]


def _no_header(header: str, columns: Iterable[str], file: str) -> Problem:
    columns = [name for name in columns if not name.startswith("@")]
    folded = {name.casefold(): name for name in columns}
    near = get_close_matches(header.casefold(), folded, n=1)
    remedy = Message("Correct the header in the mapping, or give it optional = true if some files lack it.")
    if near:
        guess = Message('Did you mean "{name}"?', name=folded[near[0]])
        remedy = Message("{guess} {remedy}", guess=guess, remedy=remedy)
    return Problem(
        file, Message("The mapping names this column, but the file has none of that name."), remedy, 1, header
    )


def _note_unused(mapping: ExportMapping, frame: pl.DataFrame, account: Account) -> None:
    """Count the rows that no table of the mapping is about."""
    readers = [table for table in mapping.table if not table.rows]
    if readers and all(table.only for table in readers):
        used = pl.any_horizontal(_all_hold(table.only, frame) for table in readers)
        header = readers[0].only[0].header
        unused = frame.filter(~used)
        account.note(
            unused,
            table=", ".join(dict.fromkeys(table.name for table in readers)),
            what="rows",
            reason="no_table",
            because=Message("no table of the mapping is about them"),
            column=header,
            values=unused[header],
        )


def _rows(
    table: TableMapping, frame: pl.DataFrame, mapping: ExportMapping, file: File, account: Account
) -> list[pl.DataFrame]:
    """The rows that an export gives for a table, one frame for each variant."""
    for rule in table.leave_out:
        here = _all_hold(rule.when, frame)
        out = frame.filter(here)
        first = rule.when[0].header
        account.note(
            out,
            table=table.name,
            what="rows",
            reason=rule.reason,
            because=rule.because,
            column=first,
            values=out[first] if first in frame.columns else None,
        )
        frame = frame.filter(~here)
    automatic = {
        "year": None if file.year is None else str(file.year),
        "source_id": mapping.source.id,
        "as_of": (file.as_of or mapping.source.as_of).isoformat(),
    }
    schema = SCHEMA[table.name]
    return [
        _converted(schema, table, {**_constants(automatic, schema, columns), **columns}, frame, account)
        for columns in table.variants
    ]


def _constants(
    automatic: Mapping[str, str | None], schema: Table, columns: Mapping[str, ColumnMapping]
) -> dict[str, ColumnMapping]:
    return {
        name: ColumnMapping(value=value)
        for name, value in automatic.items()
        if name in schema.names and name not in columns and value is not None
    }


def _constant_rows(table: TableMapping, mapping: ExportMapping) -> pl.DataFrame:
    automatic = {"source_id": mapping.source.id, "as_of": mapping.source.as_of.isoformat()}
    filled = {name: value for name, value in automatic.items() if name in SCHEMA[table.name].names}
    rows = [{**filled, **row, FILE: "the mapping", ROW: None} for row in table.rows]
    names = dict.fromkeys(name for row in rows for name in row)
    return pl.DataFrame(rows, schema={name: pl.UInt32 if name == ROW else pl.String for name in names})


def _all_hold(conditions: Iterable[Condition], frame: pl.DataFrame) -> pl.Expr:
    """Whether a row meets every condition; cells under headers that the file lacks are empty."""
    return pl.all_horizontal(_holds(condition, frame) for condition in conditions)


def _holds(condition: Condition, frame: pl.DataFrame) -> pl.Expr:
    def cell(header: str) -> pl.Expr:
        return pl.col(header) if header in frame.columns else pl.lit(None, pl.String)

    here = cell(condition.header)
    amount = here.cast(pl.Float64, strict=False)
    if condition.empty is not None:
        return here.is_null() if condition.empty else here.is_not_null()
    if condition.at_least is not None:
        return (amount >= condition.at_least).fill_null(False)
    if condition.at_most is not None:
        return (amount <= condition.at_most).fill_null(False)
    if condition.same_as is not None:
        return (here == cell(condition.same_as)).fill_null(False)
    same = pl.any_horizontal(_equal(here, amount, text) for text in condition.equals or condition.differs_from or ())
    return same if condition.equals is not None else ~same


def _equal(here: pl.Expr, amount: pl.Expr, text: str) -> pl.Expr:
    equal = here.str.to_lowercase() == text.strip().lower()
    if re.fullmatch(r"-?\d+(\.\d+)?", text.strip()):
        equal |= amount == float(text)
    return equal.fill_null(False)


def _converted(
    schema: Table,
    table: TableMapping,
    columns: Mapping[str, ColumnMapping],
    frame: pl.DataFrame,
    account: Account,
) -> pl.DataFrame:
    """A table's rows of one variant, without those that lack what the schema requires."""
    masks = [(rule, frame.select(_all_hold(rule.when, frame)).to_series()) for rule in table.unknown]
    result = frame.select(FILE, ROW)
    keep = pl.repeat(True, frame.height, dtype=pl.Boolean, eager=True)
    for name, mapped in columns.items():
        column = schema[name]
        raw = _cells(mapped, column, frame)
        for rule, mask in masks:
            if name in rule.columns:
                hidden = mask & raw.is_not_null()
                _note_cells(account, frame, hidden, raw, schema, name, rule.reason, rule.because)
                raw = raw.set(hidden, None)
        values, reasons = _read(raw, column, mapped)
        summed = table.repeated == "sum" and column.kind in ("integer", "number")
        needed = column.required or mapped.needed
        for because, failed in reasons.items():
            what: Literal["rows", "cells"] = "rows" if needed and not summed else "cells"
            where = raw.is_in([*failed]).fill_null(False) & (keep if what == "rows" else True)
            reason = f"unreadable_{name}"
            remedy = Message("Correct the cell, or give the mapping a code for it.")
            _note_cells(account, frame, where, raw, schema, name, reason, because, what=what, remedy=remedy)
            if what == "rows":
                keep &= ~where
        if needed and not summed:
            empty = values.is_null() & keep
            _note_cells(
                account,
                frame,
                empty,
                raw,
                schema,
                name,
                f"no_{name}",
                Message("they have no {name}", name=name),
                what="rows",
            )
            keep &= ~empty
        result.insert_column(-1, values.alias(name))
    return _in_order(schema, result.filter(keep), account)


def _note_cells(
    account: Account,
    frame: pl.DataFrame,
    where: pl.Series,
    raw: pl.Series,
    schema: Table,
    column: str,
    reason: str,
    because: str,
    *,
    what: Literal["rows", "cells"] = "cells",
    remedy: str = "",
) -> None:
    if where.any():
        account.note(
            frame.filter(where),
            table=schema.name,
            what=what,
            reason=reason,
            because=because,
            column=column,
            values=raw.filter(where),
            remedy=remedy,
        )


def _cells(mapped: ColumnMapping, column: Column, frame: pl.DataFrame) -> pl.Series:
    """The text that a column is made of, before it is converted."""
    if mapped.value is not None:
        return pl.Series([mapped.value], dtype=pl.String).new_from_index(0, frame.height)
    present = [header for header in mapped.sources if header in frame.columns]
    if not present or (mapped.headers and len(present) < len(mapped.headers)):
        return pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    if mapped.headers:
        # Each part is known or not, and has its code, before they become one text.
        by_item = converter_of(column, mapped).by_item
        parts = [frame[header] if by_item else _replaced(frame[header], mapped) for header in present]
        return pl.select(pl.concat_str(parts, separator=mapped.glue)).to_series()
    return pl.select(pl.coalesce(frame[header] for header in present)).to_series()


def _replaced(cells: pl.Series, mapped: ColumnMapping) -> pl.Series:
    values = {cell: _known_code(cell, mapped) for cell in cells.drop_nulls().unique()}
    return cells.replace_strict(values, default=None, return_dtype=pl.String)


def _known_code(cell: str, mapped: ColumnMapping) -> str | None:
    if cell.casefold() in {value.casefold() for value in mapped.unknown}:
        return None
    return coded(cell, mapped.options) or None


def _read(raw: pl.Series, column: Column, mapped: ColumnMapping) -> tuple[pl.Series, dict[str, set[str]]]:
    """The column's values, null where a cell names none or cannot be read; and the texts that cannot, by the reason."""
    if mapped.value is not None:
        return raw, {}
    values: dict[str, str | None] = {}
    failed: dict[str, set[str]] = {}
    for cell in raw.drop_nulls().unique().sort():
        try:
            values[cell] = _value(cell, column, mapped) or None
        except ValueError as error:
            values[cell] = None
            failed.setdefault(error.args[0], set()).add(cell)
    return raw.replace_strict(values, default=None, return_dtype=pl.String), failed


def _value(cell: str, column: Column, mapped: ColumnMapping) -> str:
    converter = converter_of(column, mapped)
    if cell.casefold() in {value.casefold() for value in mapped.unknown}:
        return ""
    if mapped.pattern:
        match = re.search(mapped.pattern, cell)
        if not match:
            raise ValueError(Message("it does not match the mapping's pattern"))
        cell = (match[1] or "").strip()
    if not converter.by_item and not mapped.headers:
        cell = coded(cell, mapped.options)
    return stored(column, converter.read(cell, mapped.options)) if cell else ""


def _in_order(schema: Table, rows: pl.DataFrame, account: Account) -> pl.DataFrame:
    """The rows with neither of two columns that the schema wants in order where they are not."""
    pairs = [pair for pair in schema.ordered if set(pair) <= set(rows.columns)]
    frame = typed(schema, rows.select(name for pair in pairs for name in pair)).frame
    keep = pl.repeat(True, rows.height, dtype=pl.Boolean, eager=True)
    for low, high in pairs:
        reversed_ = (frame[low] > frame[high]).fill_null(False)
        whole = schema[low].required or schema[high].required
        note = partial(_note_cells, account, rows, raw=rows[low], schema=schema, column=low)
        because = Message("{low} is after {high}", low=low, high=high)
        note(where=reversed_, reason=f"reversed_{low}", because=because, what="rows" if whole else "cells")
        if whole:
            keep &= ~reversed_
        else:
            rows = rows.with_columns(
                rows[name].set(reversed_, None) for name in (low, high) if not schema[name].required
            )
    return rows.filter(keep)
