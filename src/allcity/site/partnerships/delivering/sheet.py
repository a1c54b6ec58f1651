"""Sessions in a spreadsheet: which columns one has, how it is read, and what is wrong with it row by row."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from allcity.declaration.messages import told
from allcity.formats.columns import Column, Table
from allcity.formats.problems import ProblemsError
from allcity.formats.raw import RawTable, read_table
from allcity.formats.tabular import table_csv, table_xlsx
from allcity.formats.typed import conform, explain, typed
from allcity.site.partnerships.delivering import domain
from allcity.site.partnerships.delivering.checks import Entry
from allcity.site.partnerships.delivering.queries import Choices
from allcity.site.partnerships.models import Partnership, Session
from allcity.site.partnerships.parties import Party
from allcity.site.uploads import UploadError, check_content

KINDS = ("csv", "xlsx")
MOST_ROWS = 2000
LARGEST = 2 * 2**20
UNPACKED = 30 * 2**20
"""How many bytes a workbook may hold unpacked."""
_SALT = "partnerships.sessions"
_A_DAY = 24 * 60 * 60


class SheetError(ValueError):
    """A file that cannot be read at all, with the next step in words."""


@dataclass(frozen=True)
class Fault:
    """Something that is wrong in a row, where the header is row 1. `column` is empty where it is about all of it."""

    row: int
    column: str
    words: str


@dataclass(frozen=True)
class Read:
    """What a file holds: entries by their row, what is wrong, what is on record already, and what is in it twice."""

    entries: Mapping[int, Entry]
    faults: Sequence[Fault]
    known: int = 0
    twice: Sequence[int] = ()

    @property
    def is_good(self) -> bool:
        return not self.faults and bool(self.entries)


def table_of(choices: Choices) -> Table:
    """The columns of a spreadsheet of sessions: those that the partnership needs, and no others."""
    columns = [
        Column("date", "date", "The day.", required=True),
        Column("hours", "number", "How many hours it lasted.", required=True),
        Column("students", "integer", "How many students came."),
    ]
    if choices.asks_teacher:
        columns.append(Column("certified_teacher", "boolean", "Whether a certified teacher was there."))
    if choices.amounts:
        columns.append(Column("amount", "number", "How many items or teachers."))
    if len(choices.schools) > 1:
        columns.append(Column("school", "text", "The school's name or id.", required=not choices.can_be_nowhere))
    if len(choices.organizations) > 1:
        columns.append(Column("organization", "text", "The organization's name or id.", required=True))
    if len(choices.contributions) > 1:
        columns.append(Column("contribution", "text", "What was given, by its id.", required=True))
    return Table("sessions", "Sessions of a partnership.", ("date",), tuple(columns))


def written(choices: Choices, sessions: Iterable[Session], kind: str) -> bytes:
    """Sessions as a file of such columns, which can be sent in again; without any it is a template."""
    table = table_of(choices)
    rows = [
        {
            "date": each.date,
            "hours": each.hours,
            "students": each.students,
            "certified_teacher": each.certified_teacher,
            "amount": each.amount,
            "school": each.school.name if each.school else None,
            "organization": each.organization.name,
            "contribution": each.contribution,
        }
        for each in sessions
    ]
    frame = pl.DataFrame(
        {name: [row[name] for row in rows] for name in table.names},
        schema_overrides={"date": pl.Date, "hours": pl.Float64, "students": pl.Int64},
        strict=False,
    )
    return (table_xlsx if kind == "xlsx" else table_csv)(table, conform(table, frame))


def read(upload: UploadedFile, choices: Choices, partnership: Partnership, party: Party) -> Read:
    """What an uploaded file holds, looked through, and nothing written. Raises SheetError."""
    table = table_of(choices)
    raw = _raw(upload)
    names = {name: name.strip().lower().replace(" ", "_") for name in raw.frame.columns}
    if len(set(names.values())) < len(names):
        raise SheetError(_("Two columns have the same name. Give each a name of its own."))
    frame = raw.frame.rename(names)
    missing = [column.name for column in table.columns if column.required and column.name not in frame.columns]
    if missing:
        raise SheetError(
            _("The column %(names)s is missing. Take the template, and fill it in.") % {"names": ", ".join(missing)}
        )
    if not len(frame):
        raise SheetError(_("There is no row in it but the names of the columns."))
    if len(frame) > MOST_ROWS:
        raise SheetError(_("There are more than %(number)s rows. Send them in parts.") % {"number": MOST_ROWS})
    faults = list(_of_cells(table, frame, raw.rows))
    entries: dict[int, Entry] = {}
    for row, values in zip(raw.rows, typed(table, frame).frame.iter_rows(named=True), strict=True):
        found, wrong = _entry(choices, values)
        faults += [Fault(row, column, words) for column, words in wrong.items()]
        if found:
            entries[row] = found
    if faults:
        return Read(entries, sorted(faults, key=lambda fault: fault.row))
    rows = list(entries)
    new = {rows[place]: entries[rows[place]] for place in domain.new_among(partnership, party, list(entries.values()))}
    checked = domain.check_entries(partnership, party, new)
    faults = [Fault(row, column, words) for row, wrong in checked.items() for column, words in wrong.items()]
    seen: set[Entry] = set()
    twice = [row for row, entry in new.items() if entry in seen or seen.add(entry)]  # type: ignore[func-returns-value] # adds it
    return Read(new, faults, len(entries) - len(new), twice)


def packed(read: Read, partnership: Partnership, party: Party) -> str:
    """What was read, signed, so that it can be sent back to be written and is what was shown."""
    rows = [
        [
            each.date.isoformat(), each.hours, each.students, each.amount, each.certified_teacher, each.contribution,
            each.organization.pk, each.school and each.school.pk,
        ]
        for each in read.entries.values()
    ]  # fmt: skip
    return signing.dumps([partnership.pk, str(party.public_id), rows], salt=_SALT, compress=True)


def unpacked(text: str, choices: Choices, partnership: Partnership) -> tuple[str, list[Entry]]:
    """The public id of the party and the entries that `packed` was given. Raises SheetError for what is not ours, or is old."""
    gone = SheetError(_("This has been open for too long, or the partnership has changed. Send the file again."))
    try:
        pk, party, rows = signing.loads(text, salt=_SALT, max_age=_A_DAY)
    except signing.BadSignature as error:
        raise gone from error
    organizations = {each.pk: each for each in choices.organizations}
    schools = {each.pk: each for each in choices.schools}
    if pk != partnership.pk or any(row[6] not in organizations or (row[7] and row[7] not in schools) for row in rows):
        raise gone
    return party, [
        Entry(
            date.fromisoformat(day), hours, contribution, organizations[organization], schools.get(school),
            students, amount, teacher,
        )
        for day, hours, students, amount, teacher, contribution, organization, school in rows
    ]  # fmt: skip


def _raw(upload: UploadedFile) -> RawTable:
    suffix = PurePosixPath(upload.name or "").suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        raise SheetError(_("Save it as CSV or XLSX: files of other kinds are not read."))
    if (upload.size or 0) > LARGEST:
        raise SheetError(
            _("The file is very large for sessions. Leave out pictures and other sheets, or save it as CSV.")
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sessions{suffix}"
        path.write_bytes(upload.read())
        try:
            check_content(path, upload.name or path.name, most=UNPACKED)
            return read_table(path)
        except UploadError as error:
            raise SheetError(str(error)) from error
        except ProblemsError as error:
            raise SheetError(" ".join(problem.told(_) for problem in error.problems[:5])) from error


def _of_cells(table: Table, frame: pl.DataFrame, rows: pl.Series) -> Iterator[Fault]:
    """Cells that cannot be read as what their column holds, and those that are empty where something is needed."""
    failed = typed(table, frame).failed
    for column in table.columns:
        if column.name not in frame.columns:
            continue
        for place in failed[column.name].arg_true():
            message, remedy = explain(column, frame[column.name][place])
            yield Fault(rows[place], column.name, f"{told(message, _)} {told(remedy, _)}")
        if column.required:
            for place in frame[column.name].is_null().arg_true():
                yield Fault(rows[place], column.name, _("The cell is empty. Fill it in, or delete the row."))


def _entry(choices: Choices, values: Mapping[str, Any]) -> tuple[Entry | None, dict[str, str]]:
    """The entry of a row, None where a cell is missing or names nothing that is known."""
    wrong: dict[str, str] = {}
    found: dict[str, Any] = {}
    for name, records in (("school", choices.schools), ("organization", choices.organizations)):
        text = values.get(name)
        by_name = {word.casefold(): each for each in records for word in (each.name, each.key, each.slug)}
        if len(records) == 1 and name not in values:
            found[name] = records[0]
        elif text and text.casefold() in by_name:
            found[name] = by_name[text.casefold()]
        elif text:
            wrong[name] = _("“%(text)s” is not in this partnership. Write one of: %(names)s.") % {
                "text": text[:80], "names": ", ".join(each.name for each in records)
            }  # fmt: skip
        else:
            found[name] = None
    codes = [code for code, _title in choices.contributions]
    contribution = values.get("contribution") or (codes[0] if len(codes) == 1 else "")
    if contribution and contribution not in codes:
        wrong["contribution"] = _("“%(text)s” is not known. Write one of: %(names)s.") % {
            "text": contribution[:80], "names": ", ".join(codes)
        }  # fmt: skip
    if wrong or values["date"] is None or values["hours"] is None or not contribution or not found["organization"]:
        return None, wrong
    numbers: dict[str, Any] = {name: values.get(name) for name in ("students", "amount", "certified_teacher")}
    return Entry(values["date"], values["hours"], contribution, **found, **numbers), {}
