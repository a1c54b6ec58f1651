"""Records as the tables of a city folder: which model keeps which table, and reading a whole city out of them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import cached_property
from typing import Any

import polars as pl
import shapely
from django.db import models

from allcity.formats.columns import Column, Table
from allcity.formats.folder import CityFolder, in_order
from allcity.formats.geojson import parse_backdrop
from allcity.formats.schema import SCHEMA
from allcity.formats.typed import DTYPES
from allcity.site.cities.models import Area, City, District, Group, RecordQuerySet, Source
from allcity.site.directory.models import (
    Identifier,
    Location,
    Offering,
    Organization,
    ParticipantCount,
    Program,
    School,
    SchoolYear,
    StudentCount,
)
from allcity.site.needs.models import Answer, Baseline, Need
from allcity.site.partnerships.models import Agreement, CheckIn, Delivery, Goal, Partnership

OUTLINE = "outline"
"""The outline of an area as GeoJSON, which stands beside the columns of its table."""

_MODELS: Mapping[str, type[models.Model]] = {
    # In the order in which records can be made: what others point to comes first.
    "sources": Source,
    "districts": District,
    "areas": Area,
    "groups": Group,
    "schools": SchoolYear,
    "students": StudentCount,
    "organizations": Organization,
    "participants": ParticipantCount,
    "programs": Program,
    "locations": Location,
    "baselines": Baseline,
    "needs": Need,
    "partnerships": Partnership,
    "agreements": Agreement,
    "goals": Goal,
    "offerings": Offering,
    "deliveries": Delivery,
    "check_ins": CheckIn,
    "answers": Answer,
    "identifiers": Identifier,
}
_NAMED_OTHERWISE = {("identifiers", "record_id"): "record_key", ("answers", "partnership_id"): "partnership_key"}


@dataclass(frozen=True)
class Binding:
    """A column of a table and the field that keeps it. `points_to` is the model that a reference leads to.

    `everything` is the word for all where an empty reference means all, as in the counts of students of every group.
    """

    column: Column
    field: str
    points_to: type[models.Model] | None = None
    everything: str | None = None

    @property
    def is_many(self) -> bool:
        return self.points_to is not None and self.column.kind == "list"

    @property
    def path(self) -> str:
        """The field as a query names it: a reference by the id of what it leads to."""
        return f"{self.field}__key" if self.points_to else self.field

    def out(self, value: Any) -> Any:
        """A stored value as the table has it."""
        if value is None and self.everything:
            return self.everything
        if value == "" and self.column.kind == "text":
            return None
        return value.hour * 60 + value.minute if isinstance(value, time) else value

    def back(self, value: Any) -> Any:
        """A value of the table as it is stored; references stay the ids that they are."""
        if self.points_to:
            return None if value == self.everything else value
        if value is None:
            return {"text": "", "list": []}.get(self.column.kind) if self.blank else None
        return time(*divmod(value, 60)) if self.column.kind == "time" else value

    @property
    def blank(self) -> bool:
        """Whether nothing is stored as an empty text or list rather than as null."""
        return self.column.kind in ("text", "list")


@dataclass(frozen=True)
class Keeping:
    """How a table is kept: its model and a binding for each column."""

    table: Table
    model: type[models.Model]
    bindings: tuple[Binding, ...]

    @cached_property
    def single(self) -> tuple[Binding, ...]:
        return tuple(binding for binding in self.bindings if not binding.is_many)

    @cached_property
    def key(self) -> tuple[Binding, ...]:
        """The bindings of the table's key, in its order."""
        bindings = {binding.column.name: binding for binding in self.bindings}
        return tuple(bindings[name] for name in self.table.key)

    @cached_property
    def many(self) -> tuple[Binding, ...]:
        return tuple(binding for binding in self.bindings if binding.is_many)

    def records(self, city: City) -> RecordQuerySet:
        """The city's current records of the table: none that is archived, and none of a school that is."""
        records: RecordQuerySet = self.model._default_manager.of(city).current()  # type: ignore[attr-defined] # models of records have such a manager
        return records.filter(school__archived_at=None) if self.table.name == "schools" else records


def _target(table: str) -> type[models.Model]:
    return School if table == "schools" else _MODELS[table]


def _binding(table: Table, column: Column) -> Binding:
    renamed = _NAMED_OTHERWISE.get((table.name, column.name))
    if renamed:
        return Binding(column, renamed)
    if column.references:
        stem = column.name.removesuffix("_ids").removesuffix("_id")
        field = stem + "s" if column.kind == "list" else stem
        everything = "all" if (table.name, column.name) == ("students", "group_id") else None
        return Binding(column, field, _target(column.references[0]), everything)
    if column.name == "school_id":  # the table of schools has a row for each year of a school
        return Binding(column, "school", School)
    is_own = column.name == table.key[0] and column.name.endswith("_id")
    return Binding(column, "key" if is_own else column.name)


KEPT: Mapping[str, Keeping] = {
    name: Keeping(SCHEMA[name], model, tuple(_binding(SCHEMA[name], column) for column in SCHEMA[name].columns))
    for name, model in _MODELS.items()
}
"""Every table of the schema, in the order in which records can be made."""


def read_city(city: City) -> CityFolder:
    """The city's current records as a city folder has them, in the order in which a folder is read."""
    tables: dict[str, pl.DataFrame] = {}
    for name, keeping in KEPT.items():
        tables[name] = in_order(keeping.table, _without_loose_ends(keeping, _frame(keeping, city), tables))
    return CityFolder(city.settings, tables, outlines(city), parse_backdrop(city.backdrop) if city.backdrop else ())


def outlines(city: City) -> dict[str, shapely.geometry.base.BaseGeometry]:
    """The outlines of the city's areas by area id."""
    rows = Area.objects.of(city).exclude(outline="").values_list("key", OUTLINE)
    return {key: shapely.from_geojson(outline) for key, outline in rows}


def _frame(keeping: Keeping, city: City) -> pl.DataFrame:
    records = keeping.records(city)
    single = keeping.single
    rows = list(records.order_by("pk").values_list("pk", *(binding.path for binding in single)))
    columns: dict[str, pl.Series] = {
        binding.column.name: pl.Series(
            [binding.out(row[index]) for row in rows], dtype=DTYPES[binding.column.kind], strict=False
        )
        for index, binding in enumerate(single, start=1)
    }
    for binding in keeping.many:
        lists = _lists(keeping, binding, city)
        columns[binding.column.name] = pl.Series(
            [lists.get(row[0]) for row in rows], dtype=DTYPES["list"], strict=False
        )
    # An empty list is an empty cell, and so is no list at all.
    frame = pl.DataFrame({name: columns[name] for name in keeping.table.names})
    return frame.with_columns(
        pl.when(pl.col(column.name).list.len() > 0).then(pl.col(column.name)).alias(column.name)
        for column in keeping.table.columns
        if column.kind == "list"
    )


def _lists(keeping: Keeping, binding: Binding, city: City) -> dict[int, list[str]]:
    field: Any = keeping.model._meta.get_field(binding.field)
    rows = (
        field.remote_field.through._default_manager.filter(**{f"{field.m2m_field_name()}__city": city})
        .order_by("pk")
        .values_list(f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}__key")
    )
    lists: dict[int, list[str]] = defaultdict(list)
    for pk, key in rows:
        lists[pk].append(key)
    return lists


def _without_loose_ends(keeping: Keeping, frame: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Leave out references to records that are archived, and whole records that cannot be without them."""
    for binding in keeping.bindings:
        reference = binding.column.references
        if not reference or reference[0] == keeping.table.name or frame.is_empty():
            continue
        known = tables[reference[0]][reference[1]].unique()
        cell = pl.col(binding.column.name)
        if binding.is_many:
            kept = cell.list.eval(pl.element().filter(pl.element().is_in(known.implode())))
            frame = frame.with_columns(pl.when(kept.list.len() > 0).then(kept).alias(binding.column.name))
        else:
            there = cell.is_in(known.implode()) | (cell == binding.everything if binding.everything else False)
            if binding.column.required:
                frame = frame.filter(there)
            else:
                frame = frame.with_columns(pl.when(there).then(cell).alias(binding.column.name))
    return frame
