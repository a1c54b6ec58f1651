"""Import exports into a city folder: what it would add, change and leave out, and why; all of it or nothing."""

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import shapely
from shapely.geometry.base import BaseGeometry

from allcity.declaration import Framework
from allcity.declaration.messages import Message, clause
from allcity.formats.account import EXAMPLES, FILE, MOST_PLACES, ROW, Account, LeftOut, without_repeats
from allcity.formats.check import CITY_FILE, SHAPES_FILE, TABLE_SUFFIXES, read_settings
from allcity.formats.columns import LIST_SEPARATOR, Table
from allcity.formats.folder import read_folder, write_folder
from allcity.formats.geojson import feature_collection, read_shapes
from allcity.formats.journal import MANAGED, Undone, managed_files, put, undo_import
from allcity.formats.mapping import ExportMapping, MappingError, load_mapping
from allcity.formats.problems import Problem, ProblemsError
from allcity.formats.raw import read_table
from allcity.formats.records import check_tables
from allcity.formats.schema import SCHEMA
from allcity.formats.transform import Extract, Progress, extract, missing_files
from allcity.formats.typed import as_text, empty_tables, explain, typed

__all__ = ["ImportResult", "LeftOut", "TableChange", "Undone", "import_mapping", "import_tables", "undo_import"]


@dataclass(frozen=True)
class TableChange:
    """What an import makes of one table: rows added, changed and found to be the same already.

    `columns` counts the changed cells of each column; `examples` shows the first few as "record: column, old → new".
    """

    table: str
    added: int
    changed: int
    unchanged: int
    columns: Mapping[str, int]
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportResult:
    """What an import did, or would do in a dry run.

    `read` counts the rows of each export; `left_out` names everything that was not taken over. `written` is False in a
    dry run, and where the folder held all of it already.
    """

    folder: Path
    new_folder: bool
    dry_run: bool
    written: bool
    tables: tuple[TableChange, ...]
    outlines_changed: bool
    left_out: tuple[LeftOut, ...]
    read: Mapping[str, int]

    @property
    def changes(self) -> bool:
        """Whether the folder differs, or would differ, from before."""
        return self.outlines_changed or self.new_folder or any(one.added or one.changed for one in self.tables)


def import_mapping(
    mapping: Path, *, data: Path, folder: Path, dry_run: bool = False, progress: Progress | None = None
) -> ImportResult:
    """Import the exports in `data` into a city folder, by one mapping file or by all in a folder of them.

    A row whose key the folder has is changed in the columns that the mapping names and keeps the others; other rows are
    added, none is deleted. The rest of the folder's checks apply too: a record that they find wrong is left out, a value
    that they find wrong is left empty where it may be. A folder that does not exist is made, with the city.toml that lies
    beside the mappings. `progress` is told what is being done, how many steps are done, and of how many.

    Raises:
        MappingError: a mapping cannot be used.
        ProblemsError: an export is missing or cannot be read, or the folder has errors; nothing has been written.
    """
    mappings = load_mappings(mapping)
    beside = mapping if mapping.is_dir() else mapping.parent
    new_folder = not folder.exists() or not managed_files(folder)
    if new_folder and not (beside / CITY_FILE).is_file():
        remedy = Message(
            "Add one to {folder}, with at least the city's id, name and time_zone under [city].", folder=folder
        )
        raise ProblemsError(
            [Problem(CITY_FILE, Message("The folder is new, and there is no city.toml to begin it with."), remedy)]
        )
    problems = [problem for one in mappings.values() for problem in missing_files(one, data)]
    if problems:
        raise ProblemsError(dict.fromkeys(problems))
    settings = read_settings((beside if new_folder else folder) / CITY_FILE)
    old_tables, old_shapes = _old(folder, new_folder)

    steps = sum(len(one.file) for one in mappings.values()) + 2
    extracts: list[Extract] = []
    done = 0
    for one in mappings.values():
        extracts.append(extract(one, data, progress=_further(progress, done, steps)))
        done += len(one.file)
    if progress:
        progress("checking", steps - 2, steps)
    incoming = {name: [part.tables[name] for part in extracts if name in part.tables] for name in SCHEMA}
    incoming["sources"] = [_source_rows(mappings)]
    shapes = {**old_shapes, **_shapes(mappings.values(), data)}
    left_out = [entry for part in extracts for entry in part.left_out]
    new_tables = _checked(old_tables, incoming, shapes, settings.framework, left_out)
    shapes = _of_areas(shapes, new_tables["areas"], left_out)

    result = ImportResult(
        folder=folder,
        new_folder=new_folder,
        dry_run=dry_run,
        written=False,
        tables=_changes(old_tables, new_tables, incoming),
        outlines_changed=bool(shapes) and feature_collection(shapes) != _text(folder / SHAPES_FILE),
        left_out=tuple(left_out),
        read={name: rows for part in extracts for name, rows in part.read.items()},
    )
    if dry_run or not result.changes:
        return result
    if progress:
        progress("writing", steps - 1, steps)
    city_text = (beside / CITY_FILE).read_text(encoding="utf-8-sig") if new_folder else None
    files = _files(folder, _typed(new_tables), city_text, shapes if result.outlines_changed else None)
    put(folder, files, mappings=tuple(path.name for path in mappings))
    return replace(result, written=True)


def import_tables(paths: Mapping[str, Path], *, folder: Path, progress: Progress | None = None) -> ImportResult:
    """Import tables that are in the city folder's own form already, each the file of its name, into a city folder.

    As with mappings: rows whose key the folder has are changed in the columns that the file has, others are added, none
    is deleted; what is wrong is left out and accounted for. The folder's journal does not know of it.

    Raises ProblemsError where a file cannot be read or has no column of its table's key; nothing has been written.
    """
    settings = read_settings(folder / CITY_FILE)
    old_tables, shapes = _old(folder, new_folder=False)
    incoming: dict[str, list[pl.DataFrame]] = {name: [] for name in SCHEMA}
    left_out: list[LeftOut] = []
    read, problems = {}, []
    for number, (name, path) in enumerate(paths.items()):
        if progress:
            progress(path.name, number, len(paths) + 1)
        table = SCHEMA[name]
        raw = read_table(path)
        read[path.name] = raw.frame.height
        for missing in [key for key in table.key if key not in raw.frame.columns]:
            problems.append(
                Problem(path.name, Message("The column is missing."), Message("Add it."), row=1, column=missing)
            )
        for unknown in [one for one in raw.frame.columns if one not in table.names]:
            message = Message("The table {name} has no such column.", name=name)
            problems.append(Problem(path.name, message, Message("Rename it, or delete it."), row=1, column=unknown))
        if problems:
            continue
        rows = raw.frame.with_columns(pl.lit(path.name).alias(FILE), raw.rows.alias(ROW))
        account = Account()
        _note_unreadable(table, rows, account)
        incoming[name].append(without_repeats(table, "leave out", _readable(table, rows), account))
        left_out += account.entries
    if problems:
        raise ProblemsError(problems)
    if progress:
        progress("checking", len(paths), len(paths) + 1)
    new_tables = _checked(old_tables, incoming, shapes, settings.framework, left_out)
    changes = _changes(old_tables, new_tables, incoming)
    result = ImportResult(folder, False, False, True, changes, False, tuple(left_out), read)
    if result.changes:
        write_folder(folder, tables=_typed(new_tables))
    return result


def _note_unreadable(table: Table, rows: pl.DataFrame, account: Account) -> None:
    """Count the cells that cannot be read as their column wants."""
    failed = typed(table, rows).failed
    for name in failed.columns:
        for value in rows.filter(failed[name])[name].unique(maintain_order=True):
            here = failed[name] & (rows[name] == value)
            message, remedy = explain(table[name], value)
            account.note(
                rows.filter(here),
                table=table.name,
                what="cells",
                reason=f"unreadable_{name}",
                because=clause(message),
                column=name,
                values=rows[name].filter(here),
                remedy=remedy,
            )


def _readable(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows as the text that the folder would hold, empty where a cell cannot be read."""
    columns = [name for name in table.names if name in rows.columns]
    return as_text(table, typed(table, rows.select(columns)).frame).select(columns).with_columns(rows[FILE], rows[ROW])


def _typed(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    return {name: typed(SCHEMA[name], frame.drop(FILE, ROW)).frame for name, frame in tables.items()}


def _changes(
    old: Mapping[str, pl.DataFrame], new: Mapping[str, pl.DataFrame], incoming: Mapping[str, list[pl.DataFrame]]
) -> tuple[TableChange, ...]:
    return tuple(_change(SCHEMA[name], old[name], new[name]) for name in SCHEMA if incoming[name])


def load_mappings(path: Path) -> dict[Path, ExportMapping]:
    """The mapping in a file, or those in all TOML files of a folder but city.toml, in the order of their names.

    Raises:
        MappingError: mappings cannot be used; it names every problem there is.
        ProblemsError: there is no mapping.
    """
    paths = sorted(one for one in path.glob("*.toml") if one.name != CITY_FILE) if path.is_dir() else [path]
    if not paths or not all(one.is_file() for one in paths):
        remedy = Message("Name a mapping file, or a folder of them.")
        raise ProblemsError([Problem(str(path), Message("There is no mapping here."), remedy)])
    mappings, problems = {}, []
    for one in paths:
        try:
            mappings[one] = load_mapping(one)
        except MappingError as error:
            problems += error.problems
    if problems:
        raise MappingError(problems)
    return mappings


def _old(folder: Path, new_folder: bool) -> tuple[dict[str, pl.DataFrame], Mapping[str, BaseGeometry]]:
    """The folder's tables as text, with the columns FILE and ROW empty, and its outlines."""
    if new_folder:
        tables: Mapping[str, pl.DataFrame] = empty_tables()
        shapes: Mapping[str, BaseGeometry] = {}
    else:
        city = read_folder(folder)
        tables, shapes = city.tables, city.shapes
    nowhere = (pl.lit(None, pl.String).alias(FILE), pl.lit(None, pl.UInt32).alias(ROW))
    return {name: as_text(SCHEMA[name], frame).with_columns(nowhere) for name, frame in tables.items()}, shapes


def _further(progress: Progress | None, done: int, steps: int) -> Progress | None:
    return (lambda name, number, _total: progress(name, done + number, steps)) if progress else None


def _source_rows(mappings: Mapping[Path, ExportMapping]) -> pl.DataFrame:
    """A row of the table of sources for each source; mappings that share one have to say the same of it."""
    rows: dict[str, dict[str, object]] = {}
    for path, mapping in mappings.items():
        source = mapping.source.model_dump(mode="json")
        tables = {table.name for table in mapping.table}
        row = {"source_id": source.pop("id"), **source, FILE: path.name}
        other = rows.setdefault(str(row["source_id"]), {**row, "tables": set()})
        differing = [name for name in row if name != FILE and row[name] != other[name]]
        if differing:
            message = Message("{file} has another {column} for the same source.", file=other[FILE], column=differing[0])
            remedy = Message("Say the same in both, or give the sources two ids.")
            raise ProblemsError(
                [Problem(path.name, message, remedy, column=differing[0], value=str(row[differing[0]]))]
            )
        other["tables"] |= tables  # type: ignore[operator] # a set
    schema = SCHEMA["sources"]
    frame = pl.DataFrame(
        [
            {name: None if value is None else str(value) for name, value in row.items()}
            | {"tables": LIST_SEPARATOR.join(name for name in SCHEMA if name in row["tables"])}  # type: ignore[operator] # a set
            for row in rows.values()
        ],
        schema=dict.fromkeys((*schema.names, FILE), pl.String),
    )
    return frame.with_columns(pl.lit(None, pl.UInt32).alias(ROW))


def _shapes(mappings: Iterable[ExportMapping], data: Path) -> dict[str, BaseGeometry]:
    """The outlines that mappings name, on a grid of their decimals: what neighbors share falls on the same points."""
    found: dict[str, BaseGeometry] = {}
    for mapping in mappings:
        if mapping.shapes and (data / mapping.shapes.file).is_file():
            named = read_shapes(data / mapping.shapes.file, key=mapping.shapes.area_id)
            grid = 10**-mapping.shapes.decimals
            found |= {name: shapely.set_precision(shape, grid).normalize() for name, shape in named.items()}
    return found


def _of_areas(
    shapes: Mapping[str, BaseGeometry], areas: pl.DataFrame, left_out: list[LeftOut]
) -> dict[str, BaseGeometry]:
    """The outlines that belong to a record of the table of areas."""
    strangers = sorted(set(shapes) - set(areas["area_id"]))
    if strangers:
        because = Message(
            "areas has no {names}",
            names=", ".join(strangers[:EXAMPLES]) + (" …" if len(strangers) > EXAMPLES else ""),
        )
        left_out.append(LeftOut(SHAPES_FILE, "areas", "outlines", "no_area", because, len(strangers)))
    return {name: shape for name, shape in shapes.items() if name not in strangers}


def _checked(
    old: Mapping[str, pl.DataFrame],
    incoming: dict[str, list[pl.DataFrame]],
    shapes: Mapping[str, BaseGeometry],
    framework: Framework,
    left_out: list[LeftOut],
) -> dict[str, pl.DataFrame]:
    """The folder's tables with the incoming rows, without those records and values that its checks find wrong.

    What is left out may be what other records point to, so that it goes on until nothing wrong is left.
    """
    while True:
        new = {name: _merged(SCHEMA[name], frame, incoming[name]) for name, frame in old.items()}
        filled = {name: frame.drop(FILE, ROW) for name, frame in new.items() if frame.height}
        frames = {name: typed(SCHEMA[name], frame).frame for name, frame in filled.items()}
        problems = [
            problem
            for problem in check_tables(frames, framework=framework, shapes=shapes)
            if problem.severity == "error" and problem.row is not None
        ]
        wrong: dict[tuple[str, str], dict[int, Problem]] = {}
        for problem in problems:
            place = (problem.file.removesuffix(".csv"), problem.column or "")
            wrong.setdefault(place, {}).setdefault((problem.row or 0) - 2, problem)
        if not wrong:
            return new
        found = [
            entry for (table, column), at in wrong.items() for entry in _drop(new[table], table, column, incoming, at)
        ]
        if not found:
            raise ProblemsError(problems)
        left_out += found


def _drop(
    rows: pl.DataFrame,
    table: str,
    column: str,
    incoming: dict[str, list[pl.DataFrame]],
    problems: Mapping[int, Problem],
) -> list[LeftOut]:
    """Take wrong records out of the incoming rows, or their value alone where the column may be empty.

    `problems` are by the record's index in `rows`; the folder's own records are not ours to leave out.
    """
    schema = SCHEMA[table]
    key = list(schema.key)
    if not incoming[table]:
        return []
    records = rows.with_row_index("@index").filter(pl.col("@index").is_in(list(problems)) & pl.col(FILE).is_not_null())
    cells = bool(column) and not schema[column].required and column not in key
    emptied = ["latitude", "longitude"] if column in ("latitude", "longitude") else [column]
    still_there = [
        part.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in set(emptied) & set(part.columns)))
        if cells
        else part
        for part in incoming[table]
    ]
    records = records.join(pl.concat([part.select(key) for part in still_there]), on=key, how="semi")
    parts = []
    for part in incoming[table]:
        hit = part.select(pl.struct(key).is_in(records.select(pl.struct(key)).to_series().implode())).to_series()
        if cells:
            parts.append(part.with_columns(part[name].set(hit, None) for name in emptied if name in part.columns))
        else:
            parts.append(part.filter(~hit))
    incoming[table] = parts
    found = []
    for (file,), group in records.group_by(FILE, maintain_order=True):
        ours = [problems[index] for index in group["@index"]]
        places = tuple(
            replace(problem, file=str(file), row=row)
            for problem, row in zip(ours[:MOST_PLACES], group[ROW][:MOST_PLACES], strict=True)
        )
        because = (
            clause(ours[0].message)
            if len({one.message for one in ours}) == 1
            else Message("their {column} is wrong", column=column)
        )
        if column and (reference := schema[column].references):
            because = Message("there is no such {column} in {table}", column=column, table=reference[0])
        reason = f"wrong_{column}" if column else "wrong"
        found.append(LeftOut(str(file), table, "cells" if cells else "rows", reason, because, group.height, places))
    return found


def _merged(table: Table, old: pl.DataFrame, parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """A table's rows with those of the parts put over them by key, each part in the columns that it has."""
    key = list(table.key)
    for part in parts:
        # Through their types and back, so that "7" and "7.0" are the same.
        columns = [name for name in part.columns if name in table.names]
        new = (
            as_text(table, typed(table, part.select(columns)).frame).select(columns).with_columns(part[FILE], part[ROW])
        )
        over = [name for name in new.columns if name not in key]
        matched = old.join(
            new.with_columns(pl.lit(True).alias("@new")), on=key, how="left", suffix="@", maintain_order="left"
        )
        kept = matched.with_columns(
            pl.when(pl.col("@new")).then(pl.col(f"{name}@")).otherwise(pl.col(name)).alias(name) for name in over
        )
        added = new.join(old, on=key, how="anti", maintain_order="left")
        old = pl.concat([kept.select(old.columns), added], how="diagonal")
    return old


def _change(table: Table, old: pl.DataFrame, new: pl.DataFrame) -> TableChange:
    key = list(table.key)
    ours = new.filter(pl.col(FILE).is_not_null())
    before = ours.join(
        old.with_columns(pl.lit(True).alias("@old")), on=key, how="left", suffix="@", maintain_order="left"
    )
    was_there = before["@old"].is_not_null()
    others = [name for name in table.names if name not in key]
    differs = before.select((pl.col(name).ne_missing(pl.col(f"{name}@"))).alias(name) for name in others).filter(
        was_there
    )
    changed = differs.select(pl.any_horizontal(pl.all())).to_series()
    both = before.filter(was_there)
    examples = [
        f"{', '.join(both.select(key).row(index))}: {name}, {both[f'{name}@'][index]} → {both[name][index]}"
        for name in others
        for index in differs[name].arg_true().head(EXAMPLES)
    ]
    return TableChange(
        table.name,
        added=ours.height - both.height,
        changed=int(changed.sum()),
        unchanged=both.height - int(changed.sum()),
        columns={name: int(differs[name].sum()) for name in others if differs[name].any()},
        examples=tuple(examples[:EXAMPLES]),
    )


def _files(
    folder: Path, tables: Mapping[str, pl.DataFrame], city_text: str | None, shapes: Mapping[str, BaseGeometry] | None
) -> dict[str, bytes]:
    """The files that the folder is to hold, made in another place."""
    workshop = Path(tempfile.mkdtemp(prefix="allcity-"))
    try:
        if folder.is_dir():
            for path in folder.iterdir():
                if path.name in MANAGED or path.suffix in TABLE_SUFFIXES:
                    shutil.copyfile(path, workshop / path.name)
        write_folder(workshop, tables=tables, city_text=city_text, shapes=shapes)
        return managed_files(workshop)
    finally:
        shutil.rmtree(workshop)


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
