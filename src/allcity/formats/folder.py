"""The city folder: one city's tables, its city.toml and its outlines, read as a whole and written as a whole."""

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import shapely
from shapely.geometry.base import BaseGeometry

from allcity.analysis.city import CityYear, year_dates, year_name
from allcity.declaration import CitySettings, Framework
from allcity.declaration.messages import Message
from allcity.formats.check import (
    CITY_FILE,
    PACKAGE_FILE,
    SHAPES_FILE,
    TABLE_SUFFIXES,
    inspect_folder,
    read_settings,
)
from allcity.formats.columns import Table
from allcity.formats.geojson import feature_collection
from allcity.formats.package import datapackage
from allcity.formats.problems import Problem, ProblemsError
from allcity.formats.schema import SCHEMA
from allcity.formats.tabular import table_csv
from allcity.formats.typed import as_text, conform, empty_tables


@dataclass(frozen=True)
class CityFolder:
    """What a city folder holds: every table of the schema, typed, and the outlines of areas by area_id.

    `backdrop` is what lies behind the report's map: pairs of "water" or "street" and a shape.
    """

    settings: CitySettings
    tables: Mapping[str, pl.DataFrame]
    shapes: Mapping[str, BaseGeometry]
    backdrop: Sequence[tuple[str, BaseGeometry]] = ()

    @property
    def framework(self) -> Framework:
        return self.settings.framework

    @property
    def years(self) -> list[int]:
        """The school years in which there are schools, by their first calendar year."""
        return sorted(self.tables["schools"]["year"].unique().to_list())

    def city_year(self, year: int) -> CityYear:
        """The records of one school year. Raises `ProblemsError` if there are no schools in it."""
        if year not in self.years:
            known = ", ".join(year_name(one) for one in self.years)
            message = (
                Message("There are no schools in {year}.", year=year_name(year))
                if known
                else Message("The table has no schools.")
            )
            remedy = (
                Message("Choose one of {known}.", known=known)
                if known
                else Message("Add them, one row for each school year.")
            )
            raise ProblemsError([Problem("schools.csv", message, remedy)])
        return self._records_of(year)

    def city_years_until(self, year: int) -> list[CityYear]:
        """The records of each school year from the first up to one, without a gap: a year without schools has what it has."""
        return [self._records_of(one) for one in range(self.years[0], year + 1)]

    def _records_of(self, year: int) -> CityYear:
        tables = {name: _of_year(SCHEMA[name], frame, year) for name, frame in self.tables.items()}
        for name in ("schools", "locations"):
            tables[name] = with_areas(tables[name], self.shapes)
        return CityYear(city=self.settings.city, framework=self.framework, year=year, shapes=self.shapes, **tables)


def read_folder(folder: Path) -> CityFolder:
    """A city folder that has no errors. Raises `ProblemsError` with every error there is; notices pass."""
    found = inspect_folder(folder)
    errors = [problem for problem in found.problems if problem.severity == "error"]
    if errors or found.settings is None:
        raise ProblemsError(errors)
    return CityFolder(found.settings, {**empty_tables(), **found.tables}, found.shapes, found.backdrop)


def write_folder(
    folder: Path,
    *,
    tables: Mapping[str, pl.DataFrame],
    city_text: str | None = None,
    shapes: Mapping[str, BaseGeometry] | None = None,
) -> None:
    """Make the folder hold exactly these tables, as CSV; its city.toml and outlines stay unless they are given.

    The same tables always give the same bytes: rows sorted by key, columns as in the schema, UTF-8, line feeds, ISO
    dates, HH:MM, lists joined by ";", no file for a table without rows. Text that a spreadsheet would execute gets an
    apostrophe before it, which reading takes away. Everything is written beside the folder first and then moved into it
    file by file, so that a failure on the way leaves the folder as it was.

    Raises `ProblemsError` if there is no usable city.toml, or a table lies in the folder as XLSX or Parquet.
    """
    folder = folder.resolve()
    others = [folder / f"{name}{suffix}" for name in tables for suffix in TABLE_SUFFIXES[1:]]
    problems = [
        Problem(
            path.name,
            Message("The table is kept in a file that is not CSV."),
            Message("Save it as CSV and delete this file."),
        )
        for path in others
        if path.exists()
    ]
    if problems:
        raise ProblemsError(problems)
    folder.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        if city_text is not None:
            (workshop / CITY_FILE).write_bytes(city_text.encode())
        settings = read_settings((workshop if city_text is not None else folder) / CITY_FILE)
        filled = {name: conform(SCHEMA[name], frame) for name, frame in tables.items() if frame.height}
        for name, frame in filled.items():
            (workshop / f"{name}.csv").write_bytes(table_csv(SCHEMA[name], in_order(SCHEMA[name], frame)))
        if shapes is not None:
            (workshop / SHAPES_FILE).write_bytes(feature_collection(shapes).encode())
        has_shapes = shapes is not None or (folder / SHAPES_FILE).exists()
        package = datapackage(settings, filled, shapes_file=SHAPES_FILE if has_shapes else None)
        (workshop / PACKAGE_FILE).write_text(json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        folder.mkdir(exist_ok=True)
        for path in sorted(workshop.iterdir()):
            path.replace(folder / path.name)
        for name in set(SCHEMA) - set(filled):
            (folder / f"{name}.csv").unlink(missing_ok=True)
    finally:
        shutil.rmtree(workshop)


def in_order(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows in the order in which they are written and read, so that measures add them up alike."""
    return frame[_order(table, frame)]


def _order(table: Table, frame: pl.DataFrame) -> pl.Series:
    # The whole row breaks ties, so that the order does not depend on that of the input.
    text = as_text(table, frame).with_columns(frame.select(table.key)).with_row_index("index")
    return text.sort([*table.key, *table.names])["index"]


def _of_year(table: Table, frame: pl.DataFrame, year: int) -> pl.DataFrame:
    first, last = year_dates(year)
    match table.dated:
        case "year":
            return frame.filter(pl.col("year") == year)
        case "overlap":
            return frame.filter(
                (pl.col("start_date") <= last) & (pl.col("end_date").is_null() | (pl.col("end_date") >= first))
            )
    return frame


def with_areas(frame: pl.DataFrame, shapes: Mapping[str, BaseGeometry]) -> pl.DataFrame:
    """The frame with the area that holds each place, where none is named. A place on a border has the first of them."""
    unplaced = frame["area_id"].is_null() & frame["latitude"].is_not_null() & frame["longitude"].is_not_null()
    if not shapes or not unplaced.any():
        return frame
    rows = unplaced.arg_true()
    points = shapely.points(frame["longitude"].to_numpy()[rows], frame["latitude"].to_numpy()[rows])
    names = sorted(shapes)
    inside, area = shapely.STRtree([shapes[name] for name in names]).query(points, predicate="intersects")
    found = pl.DataFrame({"index": rows[inside], "found": pl.Series([names[one] for one in area], dtype=pl.String)})
    first = found.group_by("index").agg(pl.col("found").min())
    return (
        frame.with_row_index("index")
        .join(first, on="index", how="left", maintain_order="left")
        .with_columns(area_id=pl.coalesce("area_id", "found"))
        .select(frame.columns)
    )
