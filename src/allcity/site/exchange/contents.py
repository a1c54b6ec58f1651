"""What the files of an import are: mappings, exports that they read, tables in the city folder's own form, or what else."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from pathlib import Path

from django.utils.translation import gettext

from allcity.formats.check import (
    BACKDROP_FILE,
    CITY_FILE,
    PACKAGE_FILE,
    SHAPES_FILE,
    TABLE_SUFFIXES,
    read_settings,
)
from allcity.formats.mapping import ExportMapping, MappingError, load_mapping
from allcity.formats.problems import ProblemsError
from allcity.formats.schema import SCHEMA
from allcity.site.exchange.files import data_of, mappings_of
from allcity.site.exchange.models import Import

EXPORTS = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")
MATCHED = ".matched.toml"
"""How the name of a mapping ends that was made on the page of matching columns, after the name of its file."""


class Part(Enum):
    """What a file is for."""

    MAPPING = "mapping"
    EXPORT = "export"
    TABLE = "table"
    SETTINGS = "settings"
    MAP = "map"
    UNMATCHED = "unmatched"
    UNUSED = "unused"


@dataclass(frozen=True)
class Item:
    """A file, what it is for, and where its columns can be matched."""

    name: str
    size: int
    part: Part
    is_matched: bool = False
    """Whether its columns were matched here, so that they can be matched otherwise."""

    @property
    def can_be_matched(self) -> bool:
        return self.part in (Part.UNMATCHED, Part.TABLE) or self.is_matched


@dataclass(frozen=True)
class Contents:
    """The files of an import by what they are for. `mappings` are those that can be used, `broken` say why others cannot."""

    data: Path
    items: tuple[Item, ...]
    mappings: Mapping[str, ExportMapping] = field(default_factory=dict)
    broken: tuple[str, ...] = ()
    city_id: str | None = None

    @property
    def tables(self) -> dict[str, Path]:
        """The files in the city folder's own form by the table they are."""
        by_name = {Path(item.name).stem: self.data / item.name for item in self.items if item.part is Part.TABLE}
        return {name: by_name[name] for name in SCHEMA if name in by_name}

    @property
    def kind(self) -> Import.Kind:
        """A whole city folder takes the place of all that the city has; everything else is put over it."""
        is_folder = self.has(CITY_FILE) and bool(self.tables) and not self.mappings
        return Import.Kind.FOLDER if is_folder else Import.Kind.EXPORTS

    def has(self, name: str) -> bool:
        return any(item.name == name for item in self.items)

    @cached_property
    def missing(self) -> list[tuple[str, str]]:
        """Files that mappings name and that are not here, each with its mapping."""
        found = []
        for mapping_name, mapping in self.mappings.items():
            named = [(file.name, file.optional) for file in mapping.file]
            named += [(join.file, file.optional or join.optional) for file in mapping.file for join in file.join]
            named += [(mapping.shapes.file, mapping.shapes.optional)] if mapping.shapes else []
            found += [
                (name, mapping_name) for name, optional in dict.fromkeys(named) if not optional and not self.has(name)
            ]
        return found

    @property
    def unmatched(self) -> list[Item]:
        return [item for item in self.items if item.part is Part.UNMATCHED]

    @property
    def is_ready(self) -> bool:
        """Whether it can be tried out."""
        return bool(self.mappings or self.tables) and not (self.missing or self.broken)


def contents_of(record: Import) -> Contents:
    """Look at the files of an import."""
    data, mapping_folder = data_of(record), mappings_of(record)
    mappings: dict[str, ExportMapping] = {}
    broken = []
    for path in sorted(mapping_folder.iterdir()):
        try:
            mappings[path.name] = load_mapping(path)
        except MappingError as error:
            broken += [problem.told(gettext) for problem in error.problems]
    read = {name for mapping in mappings.values() for name in _named(mapping)}
    items = [Item(path.name, path.stat().st_size, Part.MAPPING) for path in sorted(mapping_folder.iterdir())]
    city_id = None
    if (data / CITY_FILE).is_file():
        try:
            city_id = read_settings(data / CITY_FILE).city.id.lower()
        except ProblemsError as error:
            broken += [problem.told(gettext) for problem in error.problems]
        if city_id and city_id != record.city.slug:
            broken.append(
                gettext("city.toml is that of another city, %(other)s. Take it away to use the rest.")
                % {"other": city_id}
            )
    for path in sorted(data.iterdir()):
        is_matched = (mapping_folder / f"{path.name}{MATCHED}").is_file()
        items.append(Item(path.name, path.stat().st_size, _part(path, read), is_matched))
    return Contents(data, tuple(items), mappings, tuple(broken), city_id)


def _named(mapping: ExportMapping) -> set[str]:
    names = {file.name for file in mapping.file} | {join.file for file in mapping.file for join in file.join}
    return names | ({mapping.shapes.file} if mapping.shapes else set())


def _part(path: Path, read: set[str]) -> Part:
    if path.name in read:
        return Part.EXPORT
    if path.name in (CITY_FILE, PACKAGE_FILE):
        return Part.SETTINGS
    if path.name in (SHAPES_FILE, BACKDROP_FILE):
        return Part.MAP
    if path.stem in SCHEMA and path.suffix in TABLE_SUFFIXES and _has_columns_of(path):
        return Part.TABLE
    return Part.UNMATCHED if path.suffix.lower() in EXPORTS else Part.UNUSED


def _has_columns_of(path: Path) -> bool:
    """Whether the header is that of the table; kinds that are slow to open are taken at their name."""
    if path.suffix != ".csv":
        return True
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        line = file.readline(100_000)
    header = {name.strip() for name in next(csv.reader([line]), [])} - {""}
    return bool(header) and header <= set(SCHEMA[path.stem].names)
