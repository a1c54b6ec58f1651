"""Text to typed columns and back, as the schema says: null is an empty cell, in both directions."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from allcity.analysis.city import ALL
from allcity.declaration.messages import Message
from allcity.formats.columns import LIST_SEPARATOR, Column, Kind, Table
from allcity.formats.schema import SCHEMA

DTYPES: Mapping[Kind, pl.DataType] = {
    "text": pl.String(),
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "time": pl.Int16(),
    "year": pl.Int64(),
    "list": pl.List(pl.String()),
}
_LIVE = r"[=+\-@＝＋－＠]"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)$"
_SCIENTIFIC = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([,.'\s]\d{3})+([.,]\d+)?")


def is_formula(cell: pl.Expr) -> pl.Expr:
    """Whether a spreadsheet would execute a cell's text."""
    return cell.str.contains("^" + _LIVE) & ~cell.str.contains(_NUMBER)


def inert(cell: pl.Expr) -> pl.Expr:
    """The text with an apostrophe before it where a spreadsheet would execute it; `revived` takes it away again.

    Text that already stands behind apostrophes in this way gets one more, so that nothing is lost on the way back.
    """
    return pl.when(cell.str.contains(_NUMBER)).then(cell).otherwise(cell.str.replace(f"^('*{_LIVE})", "'${1}"))


def revived(cell: pl.Expr) -> pl.Expr:
    """The text that `inert` was given."""
    return pl.when(cell.str.contains(f"^'+{_LIVE}")).then(cell.str.slice(1)).otherwise(cell)


@dataclass(frozen=True)
class Typed:
    """A table's typed columns, and for each column a row's cell is True in `failed` if its text does not fit."""

    frame: pl.DataFrame
    failed: pl.DataFrame


def typed(table: Table, text: pl.DataFrame) -> Typed:
    """A table's columns from trimmed text; columns that are absent are null, those the table does not know left out."""
    columns = [column for column in table.columns if column.name in text.columns]
    frame = text.select(_PARSERS[column.kind](pl.col(column.name)).alias(column.name) for column in columns)
    failed = text.select(
        (pl.col(column.name).is_not_null() & frame[column.name].is_null()).alias(column.name) for column in columns
    )
    # Of a need or an answer, every group is no group: one way to say it, so that it is counted one way.
    frame = frame.with_columns(
        pl.when(pl.col(column.name) != ALL).then(pl.col(column.name)).alias(column.name)
        for column in columns
        if column.references == ("groups", "group_id") and not column.required
    )
    return Typed(conform(table, frame), failed)


def conform(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every column of the table, in its order and of its type; those that are absent are null.

    Raises ValueError for a column that the table does not have.
    """
    unknown = set(frame.columns) - set(table.names)
    if unknown:
        raise ValueError(f"{table.name} has no column {', '.join(sorted(unknown))}")
    return frame.select(
        (pl.col(column.name) if column.name in frame.columns else pl.lit(None))
        .cast(DTYPES[column.kind])
        .alias(column.name)
        for column in table.columns
    )


def empty_tables() -> dict[str, pl.DataFrame]:
    """Every table of the schema, without rows."""
    return {
        name: pl.DataFrame(schema={column.name: DTYPES[column.kind] for column in table.columns})
        for name, table in SCHEMA.items()
    }


def as_text(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The text of each cell of a frame that conforms to the table, as it is written but for `inert`."""
    text = frame.select(_FORMATTERS[column.kind](pl.col(column.name)) for column in table.columns)
    return text.select(pl.when(pl.all().str.len_bytes() > 0).then(pl.all()))


def explain(column: Column, value: str) -> tuple[str, str]:
    """What is wrong with text that could not be read as the column's kind, and what to write instead."""
    if re.match(_LIVE, value) and not re.search(_SCIENTIFIC, value):
        return Message("The cell holds a formula, which is never executed."), Message("Replace it with its value.")
    match column.kind:
        case "integer" | "number" if _THOUSANDS.fullmatch(value):
            return Message("The number has marks between its thousands."), Message(
                "Write digits without them: 1200, not 1,200."
            )
        case "integer" if re.search(_NUMBER, value):
            return Message("This is not a whole number."), Message("Round it, or correct it.")
        case "number" if re.fullmatch(r"[+-]?\d+,\d+", value):
            return Message("The number has a decimal comma."), Message("Write a point: 1.5, not 1,5.")
        case "integer" | "number":
            return Message("This is not a number."), Message(
                "Write digits alone. Leave the cell empty if it is not known."
            )
        case "boolean":
            return Message("This is neither true nor false."), Message(
                "Write true or false. Leave the cell empty if it is not known."
            )
        case "date":
            return Message("This is not a date."), Message("Write year-month-day, such as 2022-09-01.")
        case "time":
            return Message("This is not a time of day."), Message("Write hours and minutes, such as 15:30.")
        case "year":
            return Message("This is not a school year."), Message("Write its first calendar year: 2022 for 2022-23.")
    return Message("This is not a list."), Message('Put "{separator}" between its items.', separator=LIST_SEPARATOR)


# What polars casts is what it should be, nothing more, and far faster than a regular expression before it.
def _integer(cell: pl.Expr) -> pl.Expr:
    return cell.str.strip_suffix(".0").cast(pl.Int64, strict=False)


def _number(cell: pl.Expr) -> pl.Expr:
    number = cell.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def _boolean(cell: pl.Expr) -> pl.Expr:
    return cell.str.to_lowercase().replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)


def _date(cell: pl.Expr) -> pl.Expr:
    return cell.str.to_date("%Y-%m-%d", strict=False)


def _time(cell: pl.Expr) -> pl.Expr:
    parts = cell.str.extract_groups(r"^([01]?\d|2[0-3]):([0-5]\d)(?::00)?$")
    hours, minutes = (parts.struct[str(number)].cast(pl.Int16) for number in (1, 2))
    return hours * 60 + minutes


def _year(cell: pl.Expr) -> pl.Expr:
    return pl.when(cell.str.len_bytes() == 4).then(cell).cast(pl.Int64, strict=False)


def _list(cell: pl.Expr) -> pl.Expr:
    untidy = cell.str.contains(rf"\s{LIST_SEPARATOR}|{LIST_SEPARATOR}[\s{LIST_SEPARATOR}]")
    tidied = cell.str.replace_all(rf"\s*{LIST_SEPARATOR}[\s{LIST_SEPARATOR}]*", LIST_SEPARATOR)
    items = revived(pl.when(untidy).then(tidied).otherwise(cell).str.strip_chars(LIST_SEPARATOR))
    return pl.when(items.str.len_bytes() > 0).then(items).str.split(LIST_SEPARATOR)


_PARSERS: Mapping[Kind, Callable[[pl.Expr], pl.Expr]] = {
    "text": revived,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "time": _time,
    "year": _year,
    "list": _list,
}


def _clean(cell: pl.Expr) -> pl.Expr:
    """Text as a CSV reader would give it back: trimmed, without NUL, every line break a line feed."""
    return cell.str.replace_all("\0", "", literal=True).str.replace_all("\r\n?", "\n").str.strip_chars()


def _clock(cell: pl.Expr) -> pl.Expr:
    hours, minutes = ((part.cast(pl.String).str.zfill(2)) for part in (cell // 60, cell % 60))
    return pl.concat_str(hours, pl.lit(":"), minutes)


def _joined(cell: pl.Expr) -> pl.Expr:
    """The items with the separator between them alone: one inside of an item becomes a comma."""
    items = cell.list.eval(pl.element().str.replace_all(LIST_SEPARATOR, ",", literal=True))
    return _clean(items.list.join(LIST_SEPARATOR))


_FORMATTERS: Mapping[Kind, Callable[[pl.Expr], pl.Expr]] = {
    "text": _clean,
    "integer": lambda cell: cell.cast(pl.String),
    "number": lambda cell: cell.cast(pl.String).str.strip_suffix(".0"),
    "boolean": lambda cell: cell.cast(pl.String),
    "date": lambda cell: cell.dt.to_string("%Y-%m-%d"),
    "time": _clock,
    "year": lambda cell: cell.cast(pl.String),
    "list": _joined,
}
