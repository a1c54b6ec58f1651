"""A generated Frictionless Data Package (version 1) that describes a city folder to other programs."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from allcity.declaration import CitySettings
from allcity.formats.columns import LIST_SEPARATOR, Column, Kind, Table
from allcity.formats.schema import SCHEMA

_TYPES: Mapping[Kind, dict[str, Any]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    "date": {"type": "date", "format": "default"},
    "time": {"type": "time", "format": "%H:%M"},
    "year": {"type": "year"},
    "list": {"type": "string"},
}


def datapackage(
    settings: CitySettings, tables: Mapping[str, pl.DataFrame], *, shapes_file: str | None = None
) -> dict[str, Any]:
    """The descriptor of a folder with these tables as CSV files: their schemas, keys, sources and licences."""
    present = {name: SCHEMA[name] for name, frame in tables.items() if frame.height}
    sources = tables["sources"].to_dicts() if "sources" in present else []
    resources = [_resource(table, settings, present, sources) for name, table in SCHEMA.items() if name in present]
    if shapes_file is not None:
        resources.append(
            {"name": "area_outlines", "path": shapes_file, "format": "geojson", "mediatype": "application/geo+json"}
        )
    descriptor = {
        "profile": "data-package",
        "name": re.sub(r"[^a-z0-9._-]+", "-", settings.city.id.lower()),
        "title": settings.city.name.in_language("en"),
        "licenses": _licences(settings.city.licence, *(source["licence"] for source in sources)),
        "sources": _sources(sources),
        "resources": resources,
    }
    return {name: value for name, value in descriptor.items() if value}


def _resource(
    table: Table, settings: CitySettings, present: Mapping[str, Table], sources: list[dict[str, Any]]
) -> dict[str, Any]:
    feeding = [source for source in sources if table.name in (source["tables"] or ())]
    resource = {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "licenses": _licences(*(source["licence"] for source in feeding)),
        "sources": _sources(feeding),
        "schema": {
            "fields": [_field(column, settings) for column in table.columns],
            "missingValues": [""],
            "primaryKey": list(table.key),
            "foreignKeys": list(_foreign_keys(table, present)),
        },
    }
    return {name: value for name, value in resource.items() if value}


def _field(column: Column, settings: CitySettings) -> dict[str, Any]:
    framework = settings.framework
    vocabularies = {
        "contributions": framework.contributions,
        "participants": framework.participants,
        "bands": framework.grade_bands,
    }
    codes = column.codes or tuple(vocabularies.get(column.vocabulary or "", ()))
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    for name, bound in (("minimum", column.minimum), ("maximum", column.maximum)):
        if bound is not None:
            constraints[name] = bound
    if codes and column.kind == "list":
        one = "(" + "|".join(re.escape(code) for code in codes) + ")"
        constraints["pattern"] = f"{one}({LIST_SEPARATOR}{one})*"
    elif codes:
        constraints["enum"] = list(codes)
    unit = f" Unit: {column.unit}." if column.unit else ""
    field = {"name": column.name, "description": column.description + unit, **_TYPES[column.kind]}
    return {**field, "constraints": constraints} if constraints else field


def _foreign_keys(table: Table, present: Mapping[str, Table]) -> Iterator[dict[str, Any]]:
    """References that a data package can state: of single values, to tables that are there, without "all" for every group."""
    for column in table.columns:
        if column.references is None or column.kind == "list" or column.name == "group_id":
            continue
        name, key = column.references
        if name in present:
            yield {"fields": [column.name], "reference": {"resource": name, "fields": [key]}}


def _licences(*terms: str | None) -> list[dict[str, str]]:
    return [
        {"name": re.sub(r"[^A-Za-z0-9._-]+", "-", term).strip("-") or "other", "title": term}
        for term in sorted({term for term in terms if term})
    ]


def _sources(sources: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [
        {"title": source["name"], **({"path": source["url"]} if source["url"] else {})}
        for source in sources
        if source["name"]
    ]
