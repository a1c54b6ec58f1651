"""Mappings: how an export with its own column names becomes tables of a city folder, as typed data read from TOML.

A mapping file has a `[source]`, the export's `[[file]]`s and a `[[table]]` for each table that they fill. Headers are
the export's column names; tables and columns are those of the city folder.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from allcity.analysis.city import GRADES
from allcity.declaration.framework import Address, Id, Part, Words
from allcity.declaration.loader import as_tuples, read_toml
from allcity.declaration.messages import Message
from allcity.declaration.problems import CityFileError, Document, Problem, one_of
from allcity.formats.columns import LIST_SEPARATOR, Column
from allcity.formats.convert import CONVERTERS, CellPart, Converter, ConverterName, Options, stored
from allcity.formats.schema import SCHEMA


def _wrong(remedy: str) -> PydanticCustomError:
    return PydanticCustomError("form", "{remedy}", {"remedy": remedy})


def _some(value: tuple[Any, ...]) -> tuple[Any, ...]:
    if not value:
        raise _wrong(Message("name at least one"))
    return value


def _constant(value: Any) -> str:
    """A constant as the text that the city folder holds for it."""
    match value:
        case bool():
            return str(value).lower()
        case str() | int() | float():
            return str(value)
        case date():
            return value.isoformat()
        case tuple() if all(isinstance(item, str) for item in value):
            return LIST_SEPARATOR.join(value)
    raise _wrong(Message("write a text, a number, true or false, a date or a list of texts"))


Constant = Annotated[Any, AfterValidator(_constant)]
Texts = Annotated[tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]
Repeated = Literal["leave out", "merge", "sum"]
Some = AfterValidator(_some)
Headers = Annotated[tuple[Words, ...], Some]
AUTOMATIC = ("year", "source_id", "as_of")
"""Columns that are filled from the file and the source where the mapping does not name them."""


class MappingError(CityFileError):
    """A mapping cannot be used. `problems` holds everything that is wrong with it, in the file's order."""


def _pattern(value: str) -> str:
    try:
        groups = re.compile(value).groups
    except re.error as error:
        raise _wrong(Message("write a regular expression that Python reads ({error})", error=error)) from None
    if groups != 1:
        raise _wrong(Message("put the part to keep into one pair of parentheses, and write others as (?:…)"))
    return value


class Source(Part):
    """`[source]`: who made the export and under which terms; it becomes a row of the sources table.

    `as_of` is the day on which the export was known to be true, where its `[[file]]` does not give another.
    """

    id: Id
    name: Words
    publisher: Words | None = None
    url: Address | None = None
    licence: Words | None = None
    attribution: Words | None = None
    coverage: Literal["complete", "partial", "unknown"]
    first_year: int | None = None
    last_year: int | None = None
    note: Words | None = None
    as_of: date


class Join(Part):
    """A second export whose rows are added to those of a `[[file]]` where both hold the same key.

    `on` is the key's header in the file, `key` in the second export if it differs. Its headers are then called
    `name.header`. Rows on neither side are lost silently: those of the second export that match none are reported, those
    of the file keep empty cells, which `leave_out` may test.
    """

    name: Id
    file: Words
    on: Words
    key: Words | None = None
    sheet: Words | None = None
    optional: bool = False


class File(Part):
    """`[[file]]`: an export. `year` is the school year that its rows describe, where they do not say so themselves.

    `optional` is for a file that may be absent: without it, a missing file is a problem.
    """

    name: Words
    sheet: Words | None = None
    year: int | None = None
    as_of: date | None = None
    optional: bool = False
    join: tuple[Join, ...] = ()


class Condition(Part):
    """A test of the export's cell under `header`: exactly one of the others. Texts that are numbers compare as numbers."""

    header: Words
    equals: Texts | None = None
    differs_from: Texts | None = None
    at_least: float | None = None
    at_most: float | None = None
    same_as: Words | None = None
    empty: bool | None = None

    @model_validator(mode="after")
    def _one_test(self) -> "Condition":
        if len(self.model_fields_set) != 2:
            raise _wrong(Message("give one of equals, differs_from, at_least, at_most, same_as and empty"))
        return self


class LeaveOut(Part):
    """`[[table.leave_out]]`: rows for which every condition of `when` holds are not imported, and are counted by reason.

    `because` completes the sentence "… were left out because …".
    """

    reason: Id
    because: Words
    when: Annotated[tuple[Condition, ...], Some]


class Unknown(LeaveOut):
    """`[[table.unknown]]`: where every condition of `when` holds, these columns are left empty: their value is unknown."""

    columns: Headers


class ColumnMapping(Part):
    """How one column is filled: `"Header"`, or a table with one of these and how to read it.

    `header` names one column of the export; `headers` several, put together with `glue` where all are filled;
    `first_of` several, of which the first filled one counts; `value` is a constant.

    `pattern` keeps of the text what its one pair of parentheses matches. `unknown` lists texts that mean "not known".
    `codes` replaces texts ("PE" by "PK"); with `exact`, others are problems. `convert` names a converter, the one that
    fits the column if it is left out; `part` says which end of a span or which coordinate it gives, `formats` how dates
    are written (as in strptime), `separator` what stands between the items of a list. `optional` is for headers that
    some files lack. What cannot be read leaves the cell empty; where the column is required, or the mapping calls it
    `needed`, the row is left out.
    """

    header: Words | None = None
    headers: Headers | None = None
    first_of: Headers | None = None
    value: Constant = None
    glue: str = " "
    pattern: Annotated[str, AfterValidator(_pattern)] | None = None
    unknown: tuple[str, ...] = ()
    codes: Mapping[str, str] = {}
    exact: bool = False
    convert: ConverterName | None = None
    part: CellPart | None = None
    formats: tuple[Words, ...] = ()
    separator: Words | None = None
    optional: bool = False
    needed: bool = False

    @model_validator(mode="before")
    @classmethod
    def _header_alone(cls, value: Any) -> Any:
        return {"header": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _fits(self) -> "ColumnMapping":
        if len({"header", "headers", "first_of", "value"} & self.model_fields_set) != 1:
            raise _wrong(Message("give one of header, headers, first_of and value"))
        parts = CONVERTERS[self.convert].parts if self.convert else ()
        if parts and self.part not in parts:
            raise _wrong(Message('add part = "{one}" or part = "{other}"', one=parts[0], other=parts[1]))
        if self.part and not parts:
            raise _wrong(Message("leave out part, which is for time_range, range, money_range and point"))
        return self

    @property
    def sources(self) -> tuple[str, ...]:
        """The headers that it reads."""
        return self.headers or self.first_of or ((self.header,) if self.header else ())

    @property
    def options(self) -> Options:
        return Options(self.codes, self.exact, self.formats, self.separator, self.part)


class TableMapping(Part):
    """`[[table]]`: the rows of one table of the city folder.

    Where an export holds several kinds of rows, `only` are the conditions that those of this table meet; rows that no
    table of the mapping is about are counted as left out.

    Each row of the export gives one row with `columns`, or one for each item of `each`, whose columns are added: so that
    an export with a column for each group of students becomes one row for each group. `rows` are rows of their own, with
    constants, such as the names of the groups.

    `repeated` says what happens where several rows have the same key: "leave out" keeps the first and reports the
    others; "merge" makes one row of them, each cell the first that is filled, for tables that a list of something else
    names again and again; "sum" adds their numbers.
    """

    name: Words
    only: tuple[Condition, ...] = ()
    columns: Mapping[Words, ColumnMapping] = {}
    each: tuple[Mapping[Words, ColumnMapping], ...] = ()
    rows: tuple[Mapping[Words, Constant], ...] = ()
    leave_out: tuple[LeaveOut, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    repeated: Repeated = "leave out"

    @field_validator("name")
    @classmethod
    def _known_table(cls, value: str) -> str:
        if value not in SCHEMA or value == "sources":
            known = [name for name in SCHEMA if name != "sources"]
            raise PydanticCustomError(
                "unknown_id", "unknown", {"kind": Message("city folder's tables"), "known": known}
            )
        return value

    @model_validator(mode="after")
    def _has_rows(self) -> "TableMapping":
        if bool(self.rows) == bool(self.columns or self.each):
            raise _wrong(Message("give it either columns, which read the export, or rows of its own"))
        return self

    @property
    def variants(self) -> tuple[Mapping[str, ColumnMapping], ...]:
        """The columns of each row that one row of the export gives."""
        return tuple({**self.columns, **extra} for extra in self.each or ({},))


class Shapes(Part):
    """`[shapes]`: outlines of areas in a GeoJSON file; `area_id` is the property that holds the area's id.

    Outlines are simplified to `decimals` of a degree, neighbors alike, so that no gap opens between them.
    """

    file: Words
    area_id: Words
    decimals: Annotated[int, Field(ge=3, le=9)] = 5
    optional: bool = False


class ExportMapping(Part):
    """A mapping file.

    `unknown` lists texts that mean "not known" in every column. `[fields]` are further headers, made of others in the
    ways of a column, for what several columns are made of: a code list for the names of organizations, for instance.
    """

    source: Source
    unknown: tuple[str, ...] = ()
    fields: Mapping[Words, ColumnMapping] = {}
    file: tuple[File, ...] = ()
    table: Annotated[tuple[TableMapping, ...], Some]
    shapes: Shapes | None = None


def load_mapping(path: Path) -> ExportMapping:
    """The mapping in a TOML file.

    Raises:
        MappingError: it is not TOML, or a key or value does not fit; it names every problem there is, with its line.
        OSError: the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        message, remedy = Message("the text is not in the encoding UTF-8"), Message("save it as plain text in UTF-8")
        raise MappingError([Problem(path.name, None, "", message, remedy)]) from None
    return parse_mapping(text, file_name=path.name)


def parse_mapping(document: str, *, file_name: str) -> ExportMapping:
    """The mapping in the text of a TOML file; see `load_mapping`."""
    try:
        place = read_toml(document, file_name)
    except CityFileError as error:
        raise MappingError(error.problems) from None
    try:
        mapping = ExportMapping.model_validate(as_tuples(place.values))
    except ValidationError as error:
        raise MappingError(place.problems(error, ExportMapping)) from None
    problems = [problem for name, mapped in mapping.fields.items() for problem in _unfit_field(name, mapped, place)]
    problems += [
        problem
        for number, table in enumerate(mapping.table)
        for problem in _unfitting(table, ("table", number), mapping, place)
    ]
    if problems:
        raise MappingError(problems)
    return mapping


def converter_of(column: Column, mapped: ColumnMapping) -> Converter:
    """The converter that fills a column: the one that the mapping names, or that of the column's kind, or of grades."""
    return CONVERTERS[mapped.convert or ("grades" if column.codes == GRADES else column.kind)]


def _unfitting(
    table: TableMapping, path: tuple[str | int, ...], mapping: ExportMapping, place: Document
) -> Iterator[Problem]:
    """Where a table's mapping does not fit the schema of the city folder."""
    schema = SCHEMA[table.name]
    named = [(("columns",), table.columns), *((("each", number), one) for number, one in enumerate(table.each))]
    for where, columns in named:
        for name, mapped in columns.items():
            here = (*path, *where, name)
            if name not in schema.names:
                yield _no_column(name, here, table, place)
            elif mapped.value is None and schema[name].kind not in converter_of(schema[name], mapped).kinds:
                fitting = [name_ for name_, one in CONVERTERS.items() if schema[name].kind in one.kinds]
                message = Message(
                    "{name} holds values of the kind {kind}, which {convert} does not give",
                    name=name,
                    kind=schema[name].kind,
                    convert=mapped.convert,
                )
                yield place.problem(here, message, Message("use one of {names}", names=", ".join(fitting)))
            elif mapped.value is not None:
                yield from _unfit_constant(schema[name], mapped.value, here, place)
    for number, row in enumerate(table.rows):
        for name, value in row.items():
            here = (*path, "rows", number, name)
            if name not in schema.names:
                yield _no_column(name, here, table, place)
            else:
                yield from _unfit_constant(schema[name], value, here, place)
    for number, rule in enumerate(table.unknown):
        for name in rule.columns:
            if name not in schema.names or schema[name].required:
                message = Message("{name} is no column of {table} that may be left empty", name=name, table=table.name)
                yield place.problem((*path, "unknown", number, "columns"), message, Message("name one that may"))
    automatic = {"source_id", "as_of"} | ({"year"} if all(file.year is not None for file in mapping.file) else set())
    for filled in [*map(set, table.rows), *map(set, table.variants if not table.rows else ())]:
        missing = [one.name for one in schema.columns if one.required and one.name not in filled | automatic]
        if missing:
            message = Message("the table {name} lacks {names}", name=table.name, names=", ".join(missing))
            remedy = Message("add {names}", names=", ".join(missing))
            if "year" in missing:
                remedy = Message("add {names}, or give each [[file]] its year", names=", ".join(missing))
            yield place.problem(path, message, remedy)
            break
    if not table.rows and not mapping.file:
        yield place.problem(
            path,
            Message("its columns read an export, but no [[file]] is named"),
            Message("add a [[file]] with its name"),
        )


def _unfit_field(name: str, mapped: ColumnMapping, place: Document) -> Iterator[Problem]:
    if mapped.convert and "text" not in CONVERTERS[mapped.convert].kinds:
        fitting = [one for one, converter in CONVERTERS.items() if "text" in converter.kinds]
        message = Message("{name} is a text, which {convert} does not give", name=name, convert=mapped.convert)
        yield place.problem(
            ("fields", name),
            message,
            Message("use one of {names}, or convert the column instead", names=", ".join(fitting)),
        )


def _no_column(name: str, path: tuple[str | int, ...], table: TableMapping, place: Document) -> Problem:
    message = Message("the table {table} has no column {name}", table=table.name, name=name)
    return place.problem(path, message, one_of(name, SCHEMA[table.name].names))


def _unfit_constant(column: Column, value: str, path: tuple[str | int, ...], place: Document) -> Iterator[Problem]:
    options = Options(separator=LIST_SEPARATOR)
    try:
        stored(column, CONVERTERS[column.kind].read(value, options))
    except ValueError as error:
        yield place.problem(path, Message('{name} cannot be "{value}"', name=column.name, value=value), error.args[0])
