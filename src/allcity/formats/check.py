"""Everything that is wrong with a city folder, found in one go."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from shapely.geometry.base import BaseGeometry

from allcity.analysis.city import ALL
from allcity.declaration import CityFileError, CitySettings, apply_overrides, load_framework
from allcity.declaration.messages import Message, sentence
from allcity.formats.columns import Table
from allcity.formats.geojson import read_backdrop, read_shapes
from allcity.formats.problems import Problem, ProblemsError
from allcity.formats.raw import RawTable, read_table
from allcity.formats.records import Sheet, check_sheets, did_you_mean
from allcity.formats.schema import SCHEMA
from allcity.formats.typed import explain, typed

CITY_FILE = "city.toml"
SHAPES_FILE = "areas.geojson"
BACKDROP_FILE = "backdrop.geojson"
PACKAGE_FILE = "datapackage.json"
TABLE_SUFFIXES = (".csv", ".xlsx", ".parquet")
_DATA_SUFFIXES = (*TABLE_SUFFIXES, ".tsv", ".xlsm", ".xls", ".ods", ".toml", ".geojson", ".json")


@dataclass
class Inspection:
    """What a folder holds, as far as it can be read, and everything that is wrong with it."""

    settings: CitySettings | None = None
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    shapes: Mapping[str, BaseGeometry] = field(default_factory=dict)
    backdrop: Sequence[tuple[str, BaseGeometry]] = ()
    problems: list[Problem] = field(default_factory=list)


def check_folder(folder: Path) -> list[Problem]:
    """Every problem of a city folder, errors and notices; none means that it can be examined as it is."""
    return inspect_folder(folder).problems


def inspect_folder(folder: Path) -> Inspection:
    """Read all of a city folder and check it."""
    found = Inspection()
    if not folder.is_dir():
        found.problems.append(Problem(str(folder), Message("There is no such folder."), Message("Check its name.")))
        return found
    try:
        found.settings = read_settings(folder / CITY_FILE)
    except ProblemsError as error:
        found.problems += error.problems
    framework = found.settings.framework if found.settings else load_framework()
    boundary = found.settings.city.boundary if found.settings else None
    found.problems += _unknown_files(folder, boundary)

    sheets: dict[str, Sheet] = {}
    unreadable = []
    for name, table in SCHEMA.items():
        paths = [path for suffix in TABLE_SUFFIXES if (path := folder / f"{name}{suffix}").exists()]
        if len(paths) > 1:
            message = Message("The table is also in {name}.", name=paths[0].name)
            found.problems.append(Problem(paths[1].name, message, Message("Keep one of the two files.")))
        if not paths:
            continue
        try:
            raw = read_table(paths[0])
        except ProblemsError as error:
            found.problems += error.problems
            unreadable.append(name)
            continue
        sheet = _sheet(table, raw)
        found.problems += [*_columns(table, raw), *_types(sheet)]
        sheets[name] = sheet
    for name in SCHEMA:
        has_rows = name in sheets and not sheets[name].frame.is_empty()
        if name not in unreadable and not has_rows and (pointing := _pointing(sheets, name)):
            message = Message(
                "The table has no rows, but {names} point to some.", names=", ".join(dict.fromkeys(pointing))
            )
            found.problems.append(
                Problem(f"{name}.csv", message, Message("Add its rows, or empty the cells that name them."))
            )
            unreadable.append(name)
    if "schools" not in sheets and "schools" not in unreadable:
        message, remedy = (
            Message("There is no table of schools, so there is nothing to examine yet."),
            Message("Add schools.csv."),
        )
        found.problems.append(Problem("schools.csv", message, remedy, severity="notice"))

    if (folder / SHAPES_FILE).is_file():
        try:
            found.shapes = read_shapes(folder / SHAPES_FILE)
        except ProblemsError as error:
            found.problems += error.problems
    if (folder / BACKDROP_FILE).is_file():
        try:
            found.backdrop = read_backdrop(folder / BACKDROP_FILE)
        except ProblemsError as error:
            found.problems += error.problems
    found.problems += _shapes(found.shapes, sheets.get("areas"))
    found.tables = {name: sheet.frame for name, sheet in sheets.items()}
    found.problems += check_sheets(sheets, framework=framework, shapes=found.shapes, unreadable=unreadable)
    return found


def read_settings(path: Path) -> CitySettings:
    """A city's own settings from its city.toml. Raises `ProblemsError`."""
    try:
        return apply_overrides(load_framework(), read_text(path), path.name)
    except FileNotFoundError as error:
        remedy = Message("Add it with at least the city's id, name and time_zone under [city].")
        raise ProblemsError(
            [Problem(path.name, Message("The file that says which city this is is missing."), remedy)]
        ) from error
    except OSError as error:
        message = Message("The file cannot be opened: {reason}.", reason=error.strerror or error)
        raise ProblemsError([Problem(path.name, message, Message("Check that you may read it."))]) from error
    except CityFileError as error:
        raise ProblemsError(
            Problem(one.file, sentence(one.message), sentence(one.remedy), one.line) for one in error.problems
        ) from error


def read_text(path: Path) -> str:
    """A file's text. Raises `ProblemsError` where it is not UTF-8 or holds NUL, which no database takes, and OSError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = Message("The text is not in the encoding UTF-8.")
        raise ProblemsError([Problem(path.name, message, Message("Save it as plain text in UTF-8."))]) from error
    before, nul, _after = text.partition("\0")
    if nul:
        message = Message("The text holds a character that is not text (NUL).")
        remedy = Message("Take it out.")
        raise ProblemsError([Problem(path.name, message, remedy, row=before.count("\n") + 1)])
    return text


def _unknown_files(folder: Path, boundary: str | None) -> Iterator[Problem]:
    others = {CITY_FILE, SHAPES_FILE, BACKDROP_FILE, PACKAGE_FILE, *([boundary] if boundary else [])}
    known = others | {f"{name}{suffix}" for name in SCHEMA for suffix in TABLE_SUFFIXES}
    for path in sorted(folder.iterdir()):
        # Names that begin like this are left by spreadsheet programs and file managers.
        is_data = path.suffix.lower() in _DATA_SUFFIXES and not path.name.startswith((".", "~"))
        if path.is_file() and is_data and path.name not in known:
            names = {Path(name).stem for name in known if name.endswith(path.suffix.lower())}
            remedy = did_you_mean(path.stem, names) or Message(
                "Give it the name of a table, or move it out of the folder."
            )
            yield Problem(path.name, Message("The file is none that a city folder knows."), remedy)
    if boundary and not (folder / boundary).is_file():
        message = Message("The file {boundary}, which city.toml names as the boundary, is missing.", boundary=boundary)
        yield Problem(boundary, message, Message("Add it, or take boundary out of city.toml."))


def _sheet(table: Table, raw: RawTable) -> Sheet:
    read = typed(table, raw.frame)
    text = raw.frame.select(name for name in table.names if name in raw.frame.columns)
    return Sheet(table, raw.file, read.frame, text, raw.rows, read.failed)


def _pointing(sheets: Mapping[str, Sheet], name: str) -> list[str]:
    """The files with cells that point to rows of a table."""
    return [
        sheet.file
        for sheet in sheets.values()
        for column in sheet.table.columns
        if column.references and column.references[0] == name and column.name in sheet.text.columns
        if (sheet.text[column.name].drop_nulls() != ALL).any()
    ]


def _columns(table: Table, raw: RawTable) -> Iterator[Problem]:
    unused = [name for name in table.names if name not in raw.frame.columns]
    for name in raw.frame.columns:
        if name not in table.names:
            message = Message("The table {name} has no such column.", name=table.name)
            remedy = did_you_mean(name, unused) or Message("Rename it, or delete it.")
            yield Problem(raw.file, message, remedy, row=1, column=name)
    for name in unused:
        if table[name].required:
            yield Problem(raw.file, Message("The column is missing."), Message("Add it."), row=1, column=name)


def _types(sheet: Sheet) -> Iterator[Problem]:
    for name in sheet.failed.columns:
        for index in sheet.failed[name].arg_true() if sheet.failed[name].any() else ():
            message, remedy = explain(sheet.table[name], sheet.text[name][int(index)])
            yield from sheet.flag([int(index)], name, message, remedy)
    texts = [name for name in sheet.text.columns if sheet.table[name].kind in ("text", "list")]
    formulas = sheet.text.select(pl.col(texts).str.starts_with("="))
    for name in texts:
        message = Message("The cell looks like a formula. It is kept as text, and never executed.")
        remedy = Message("Replace it with its value, or put an apostrophe before it.")
        yield from sheet.flag(formulas[name], name, message, remedy, severity="notice")


def _shapes(shapes: Mapping[str, BaseGeometry], areas: Sheet | None) -> Iterator[Problem]:
    known = set() if areas is None else set(areas.frame["area_id"].drop_nulls())
    for name in sorted(set(shapes) - known):
        remedy = did_you_mean(name, known) or Message("Add it to areas, or correct its area_id.")
        yield Problem(SHAPES_FILE, Message("The outline belongs to no area of the table areas."), remedy, value=name)
    if areas is not None and shapes:
        missing = ~areas.frame["area_id"].is_in(list(shapes))
        message, remedy = (
            Message("The area has no outline in {shapes_file}.", shapes_file=SHAPES_FILE),
            Message("Add it to be able to place schools in it."),
        )
        yield from areas.flag(missing, "area_id", message, remedy, severity="notice")
