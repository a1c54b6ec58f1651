"""The generated data package, judged by the Frictionless framework."""

import json
from pathlib import Path

import frictionless
import polars as pl
import pytest
from tests.factories.small_city import CITY_TEXT, SHAPES, small_city

from allcity.formats.folder import read_folder, write_folder
from allcity.formats.schema import SCHEMA


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_folder(tmp_path / "city", tables=small_city(), city_text=CITY_TEXT, shapes=SHAPES)
    return tmp_path / "city"


def errors(folder: Path) -> set[tuple[str, str]]:
    """The table and the kind of each error that Frictionless finds."""
    report = frictionless.Package(str(folder / "datapackage.json")).validate()
    assert not report.errors
    return {(task.name, error.type) for task in report.tasks for error in task.errors}


def change(folder: Path, table: str, column: str, value: str) -> None:
    path = folder / f"{table}.csv"
    pl.read_csv(path, infer_schema=False).with_columns(pl.lit(value).alias(column)).write_csv(path)


def test_the_package_of_a_sound_folder_is_valid(folder):
    assert errors(folder) == set()
    package = frictionless.Package(str(folder / "datapackage.json"))
    assert {resource.name for resource in package.resources} == set(SCHEMA) | {"area_outlines"}


def test_frictionless_reads_the_values_that_we_read(folder):
    package = frictionless.Package(str(folder / "datapackage.json"))
    tables = read_folder(folder).tables
    for name in ("schools", "offerings", "deliveries"):
        ours = tables[name].select(pl.exclude(pl.List(pl.String))).to_dicts()
        theirs = [row.to_dict() for row in package.get_resource(name).read_rows()]
        for our, their in zip(ours, theirs, strict=True):
            for column, value in our.items():
                there = their[column]
                if SCHEMA[name][column].kind == "time" and there is not None:
                    there = there.hour * 60 + there.minute
                assert there == value if not isinstance(value, float) else float(there) == value


@pytest.mark.parametrize(
    ("table", "column", "value", "kind"),
    [
        ("students", "students", "many", "type-error"),
        ("students", "students", "-1", "constraint-error"),
        ("schools", "grades", "K;13", "constraint-error"),
        ("schools", "name", "", "constraint-error"),
        ("offerings", "mode", "hybrid", "constraint-error"),
        ("offerings", "start_time", "4 pm", "type-error"),
        ("offerings", "program_id", "g9", "foreign-key"),
        ("needs", "contribution", "applause", "constraint-error"),
        ("schools", "year", "2022", "primary-key"),
    ],
)
def test_frictionless_finds_what_our_check_finds(folder, table, column, value, kind):
    change(folder, table, column, value)
    assert (table, kind) in errors(folder)


def test_licences_and_sources_travel_with_their_tables(folder):
    package = json.loads((folder / "datapackage.json").read_text())
    assert {licence["title"] for licence in package["licenses"]} == {"CC-BY-4.0", "CC0-1.0"}
    resources = {resource["name"]: resource for resource in package["resources"]}
    assert resources["schools"]["licenses"] == [{"name": "CC0-1.0", "title": "CC0-1.0"}]
    assert resources["schools"]["sources"] == [{"title": "School register", "path": "https://example.org/register"}]
    assert "licenses" not in resources["goals"]
