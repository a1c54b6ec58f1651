"""Read a CSV, XLSX or Parquet file as text, exactly as it stands, or say where it cannot be read.

CSV is read by polars once its structure is known to be sound; what polars could not explain is left to a slow reader
that names the row.
"""

import csv
import io
import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from allcity.declaration.messages import Message
from allcity.formats.problems import Problem, ProblemsError

SEPARATORS = (b",", b";", b"\t", b"|")
BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
SAVE_AS_UTF8 = Message('Save the file again as "CSV UTF-8".')
MOST_CELLS = 5_000_000
"""Of a sheet. A few bytes can claim a billion empty cells."""
MOST_NUL = 100
"""How many cells are named that hold what is not text."""
QUOTE, NEWLINE = ord('"'), ord("\n")


@dataclass(frozen=True)
class RawTable:
    """A table as text: trimmed cells, null where a cell is empty, no row that is empty throughout.

    `rows` (UInt32, one for each row of `frame`) are row numbers in a spreadsheet: the header is row 1.
    """

    file: str
    frame: pl.DataFrame
    rows: pl.Series


def read_table(path: Path, *, sheet: str | None = None) -> RawTable:
    """The table in a .csv, .tsv, .txt, .xlsx, .xlsm or .parquet file; of a workbook the named sheet, or the first.

    Commas, semicolons, tabs and bars separate cells alike, whichever the header has. Formulas stay the text they are
    written as. Raises `ProblemsError` for everything that keeps the file from being read.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        message = Message("Files of the kind {kind} are not read.", kind=repr(path.suffix or path.name))
        raise ProblemsError([Problem(path.name, message, Message("Save it as CSV, XLSX or Parquet."))])
    try:
        return reader(path, sheet)
    except OSError as error:
        message = Message("The file cannot be opened: {reason}.", reason=error.strerror or error)
        raise ProblemsError(
            [Problem(path.name, message, Message("Check that it is there and that you may read it."))]
        ) from error


def _read_csv(path: Path, _sheet: str | None) -> RawTable:
    file = path.name
    data = _as_utf8(path.read_bytes(), file).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not data.strip():
        raise ProblemsError(
            [Problem(file, Message("The file is empty."), Message("Give it a row of column names, or delete it."))]
        )
    if not data.partition(b"\n")[0].strip():
        raise ProblemsError([_no_header(file)])
    separator = _separator(data)
    layout = _layout(data, separator)
    if layout is None:
        return _read_csv_slowly(data, separator, file)
    ends, cells = layout
    header = next(csv.reader([data[: ends[0]].decode()], delimiter=separator.decode()), [])
    blank = np.diff(ends) == 1
    if (cells[1:] != len(header))[~blank].any():
        return _read_csv_slowly(data, separator, file)
    names = [str(number) for number in range(len(header))]
    numbered = separator.join(name.encode() for name in names) + data[ends[0] :]
    frame = pl.read_csv(io.BytesIO(numbered), separator=separator.decode(), infer_schema=False)
    if frame.height != len(ends) - 1:
        return _read_csv_slowly(data, separator, file)
    return _table(file, header, frame)


def _as_utf8(data: bytes, file: str) -> bytes:
    """The text's bytes in UTF-8 without a byte order mark."""
    mark, encoding = next((pair for pair in BYTE_ORDER_MARKS if data.startswith(pair[0])), (b"", "utf-8"))
    data = data[len(mark) :]
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start]
        row = before.count(b"\n") - _newlines_in_quotes(before) + 1
        cell = data[before.rfind(b"\n") + 1 :].partition(b"\n")[0].decode("cp1252", "replace")
        message = Message("The text is not in the encoding UTF-8, so letters such as é would be read wrongly.")
        raise ProblemsError([Problem(file, message, SAVE_AS_UTF8, row, value=_shown(cell))]) from error
    return text.encode() if mark else data


def _newlines_in_quotes(data: bytes) -> int:
    """How many line breaks stand inside of quotation marks."""
    buffer = np.frombuffer(data, np.uint8)
    inside = np.cumsum(buffer == QUOTE, dtype=np.uint8) & 1
    return int(((buffer == NEWLINE) & (inside == 1)).sum())


def _separator(data: bytes) -> bytes:
    header = b"".join(data.partition(b"\n")[0].split(b'"')[::2])
    return max(SEPARATORS, key=header.count)


def _layout(data: bytes, separator: bytes) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]] | None:
    """Where each record ends and how many cells it has, or None unless every quotation mark stands as RFC 4180 says.

    Quotes toggle whether a byte is inside of a quoted cell, which doubled quotes leave as it is.
    """
    buffer = np.frombuffer(data if data.endswith(b"\n") else data + b"\n", np.uint8)
    ends = buffer == NEWLINE
    separators = buffer == separator[0]
    quotes = np.flatnonzero(buffer == QUOTE)
    if len(quotes):
        if len(quotes) % 2:
            return None
        edge = ends | separators
        opening, closing = quotes[::2], quotes[1::2]
        before = np.where(opening == 0, True, (edge | (buffer == QUOTE))[opening - 1])
        after = (edge | (buffer == QUOTE))[closing + 1]
        if not (before.all() and after.all()):
            return None
        outside = (np.cumsum(buffer == QUOTE, dtype=np.uint8) & 1) == 0
        ends &= outside
        separators &= outside
    positions = np.flatnonzero(ends)
    cells = np.diff(np.searchsorted(np.flatnonzero(separators), positions), prepend=0) + 1
    return positions, cells


def _read_csv_slowly(data: bytes, separator: bytes, file: str) -> RawTable:
    records: list[list[str]] = []
    lines_before = 0
    reader = csv.reader(io.StringIO(data.decode(), newline=""), delimiter=separator.decode(), strict=True)
    limit = csv.field_size_limit(len(data) + 1)
    try:
        for record in reader:
            records.append(record)
            lines_before = reader.line_num
    except csv.Error as error:
        line = data.split(b"\n", lines_before + 1)[lines_before].decode()
        message = Message(
            "A quotation mark opens in this row and is not closed where its cell ends, "
            "so the rows after it cannot be told apart (seen at line {line}).",
            line=reader.line_num,
        )
        remedy = Message('Close it, delete it, or write it twice ("") if it belongs to the text.')
        raise ProblemsError([Problem(file, message, remedy, len(records) + 1, value=_shown(line))]) from error
    finally:
        csv.field_size_limit(limit)
    problems = [
        _with_nul(file, records[0], row, number, cell)
        for row, record in enumerate(records if b"\0" in data else (), start=1)
        for number, cell in enumerate(record)
        if "\0" in cell
    ][:MOST_NUL]
    if problems:
        raise ProblemsError([one for one in problems if one.row == 1] or problems)
    width = len(records[0])
    for row, record in enumerate(records, start=1):
        if not any(cell.strip() for cell in record):
            record[:] = [""] * width
        elif len(record) < width or any(cell.strip() for cell in record[width:]):
            message = Message("The header has {width} cells, this row {number}.", width=width, number=len(record))
            remedy = Message(
                "Put text that holds a separator or a line break into quotation marks, and fill the row up."
            )
            problems.append(Problem(file, message, remedy, row, value=_shown(separator.decode().join(record))))
    if problems:
        raise ProblemsError(problems)
    columns = zip(*(record[:width] for record in records[1:]), strict=True)
    series = list(columns) or [()] * width
    frame = pl.DataFrame({str(number): pl.Series(values, dtype=pl.String) for number, values in enumerate(series)})
    return _table(file, records[0], frame)


def _read_workbook(path: Path, sheet: str | None) -> RawTable:
    # Imported here because no other file needs it, and it takes longer to load than a small folder to read.
    import openpyxl

    file = path.name
    try:
        with warnings.catch_warnings():
            # It warns of styles and checks that it does not keep; nothing but the cells is read.
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(path, read_only=True, data_only=False)
            if sheet is not None and sheet not in workbook.sheetnames:
                remedy = Message("It has {names}.", names=", ".join(workbook.sheetnames))
                raise ProblemsError(
                    [Problem(file, Message('The workbook has no sheet "{sheet}".', sheet=sheet), remedy)]
                )
            worksheet = workbook[sheet] if sheet is not None else workbook.worksheets[0]
            records = _records(worksheet.iter_rows(values_only=True), file)
            workbook.close()
    except (ProblemsError, OSError):
        raise
    except Exception as error:  # a damaged workbook fails in any of a dozen libraries' own ways
        message = Message("The file is not a workbook that can be read.")
        raise ProblemsError(
            [Problem(file, message, Message("Open it in a spreadsheet and save it as XLSX or CSV."))]
        ) from error
    if not any(any(record) for record in records):
        raise ProblemsError(
            [Problem(file, Message("The sheet is empty."), Message("Give it a row of column names, or delete it."))]
        )
    width = max(len(record) for record in records)
    filled = [record + ("",) * (width - len(record)) for record in records]
    columns = list(zip(*filled[1:], strict=True)) or [()] * width
    frame = pl.DataFrame({str(number): pl.Series(values, dtype=pl.String) for number, values in enumerate(columns)})
    return _table(file, filled[0], frame)


def _records(rows: Iterable[tuple[object, ...]], file: str) -> list[tuple[str, ...]]:
    records = []
    cells = 0
    for row in rows:
        cells += max(len(row), 1)
        if cells > MOST_CELLS:
            message = Message("The sheet has more than {number} cells, empty ones included.", number=f"{MOST_CELLS:,}")
            raise ProblemsError([Problem(file, message, Message("Delete what is empty, or save the sheet as CSV."))])
        records.append(tuple(_as_text(value) for value in row))
    return records


def _as_text(value: object) -> str:
    """A workbook's value as it would stand in a CSV file."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes")
    # A formula over several cells comes as an object that holds its text.
    return str(getattr(value, "text", value))


def _read_parquet(path: Path, _sheet: str | None) -> RawTable:
    file = path.name
    content = path.read_bytes()
    # A damaged file can make the reader end its whole process, so that another one has to read it first.
    trial = [sys.executable, "-c", "import io, polars, sys; polars.read_parquet(io.BytesIO(sys.stdin.buffer.read()))"]
    spoiled = not content.startswith(b"PAR1")
    if not spoiled:
        result = subprocess.run(trial, input=content, capture_output=True, check=False)  # noqa: S603 - our own program
        spoiled = result.returncode != 0
    if spoiled:
        remedy = Message("Write it again, or save the table as CSV.")
        raise ProblemsError([Problem(file, Message("The file is not a Parquet file that can be read."), remedy)])
    frame = pl.read_parquet(io.BytesIO(content))
    problems = [
        Problem(
            file,
            Message("The column holds {dtype}, which has no form as text.", dtype=dtype),
            Message("Leave it out."),
            column=_shown(name),
        )
        for name, dtype in frame.schema.items()
        if isinstance(dtype, pl.Struct | pl.Object) or dtype == pl.Binary
    ]
    if problems:
        raise ProblemsError(problems)
    columns = [_column_as_text(series).alias(str(number)) for number, series in enumerate(frame)]
    return _table(file, frame.columns, pl.DataFrame(columns))


def _column_as_text(series: pl.Series) -> pl.Series:
    match series.dtype:
        case pl.Float32() | pl.Float64():
            return series.cast(pl.String).str.strip_suffix(".0")
        case pl.Time():
            return series.dt.to_string("%H:%M")
        case pl.Datetime() if series.dt.time().drop_nulls().eq(time()).all():
            return series.dt.date().cast(pl.String)
        case pl.List():
            return series.cast(pl.List(pl.String)).list.join(";")
    return series.cast(pl.String)


def _table(file: str, header: Sequence[str], frame: pl.DataFrame) -> RawTable:
    """The raw table of a frame of text whose columns are named by their position."""
    _refuse_nul(file, header, frame)
    text = [pl.col(name).str.strip_chars() for name in frame.columns]
    cells = frame.select(pl.when(cell != "").then(cell) for cell in text)
    unnamed = [number for number, name in enumerate(header) if not name.strip()]
    named = {str(number): name.strip() for number, name in enumerate(header) if name.strip()}
    problems = [
        Problem(
            file,
            Message("Column {number} has cells but no name.", number=number + 1),
            Message("Name it in the first row, or delete it."),
            row=1,
        )
        for number in unnamed
        if cells[str(number)].null_count() < cells.height
    ]
    for name, times in Counter(named.values()).items():
        if times > 1:
            message, remedy = (
                Message("{times} columns have this name.", times=times),
                Message("Give each column a name of its own."),
            )
            problems.append(Problem(file, message, remedy, row=1, column=name))
    if not named and not problems:
        problems.append(_no_header(file))
    if problems:
        raise ProblemsError(problems)
    rows = pl.Series("row", np.arange(2, cells.height + 2, dtype=np.uint32))
    cells = cells.select(list(named)).rename(named)
    filled = cells.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    return RawTable(file, cells.filter(filled), rows.filter(filled))


def _refuse_nul(file: str, header: Sequence[str], frame: pl.DataFrame) -> None:
    """Refuse the character NUL, which no text holds and no database takes. In a header, the whole file is no text."""
    places = [(1, number, name) for number, name in enumerate(header) if "\0" in name]
    if not places:
        with_nul = frame.select(pl.all().str.contains("\0", literal=True))
        for number, name in enumerate(frame.columns):
            if with_nul[name].any():
                rows = with_nul[name].arg_true().head(MOST_NUL)
                places += [(row + 2, number, frame[name][row]) for row in rows]
    if places:
        raise ProblemsError(_with_nul(file, header, *place) for place in sorted(places))


def _with_nul(file: str, header: Sequence[str], row: int, number: int, cell: str) -> Problem:
    name = header[number].replace("\0", "").strip() if number < len(header) else ""
    message = Message("The cell holds a character that is not text (NUL).")
    # Text in another encoding has it everywhere, in the header already.
    remedy = SAVE_AS_UTF8 if row == 1 else Message('Take it out, or save the file again as "CSV UTF-8".')
    return Problem(file, message, remedy, row, name or str(number + 1), _shown(cell))


def _shown(text: str) -> str:
    """The beginning of a text, as anybody can keep and show it."""
    return text[:80].replace("\0", "\ufffd")


def _no_header(file: str) -> Problem:
    return Problem(file, Message("The first row is empty."), Message("Put the column names into the first row."), row=1)


_READERS: dict[str, Callable[[Path, str | None], RawTable]] = {
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".txt": _read_csv,
    ".xlsx": _read_workbook,
    ".xlsm": _read_workbook,
    ".parquet": _read_parquet,
}
