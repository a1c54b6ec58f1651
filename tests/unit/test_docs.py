"""The documentation speaks of everything there is, and of nothing that there is not."""

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path

import click
import pytest
from tests.factories.small_city import CITY_TEXT, SHAPES, small_city

from allcity.analysis.definitions import DEFINITIONS
from allcity.analysis.examine import examine
from allcity.analysis.figures import Figure, Interval
from allcity.cli import allcity
from allcity.declaration import City, apply_overrides, load_framework
from allcity.declaration.loader import as_tuples
from allcity.formats import mapping
from allcity.formats.convert import CONVERTERS
from allcity.formats.folder import read_folder, write_folder
from allcity.formats.schema import SCHEMA

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
WRITTEN = sorted(path for path in (*ROOT.glob("*.md"), *DOCS.rglob("*.md")) if "generated" not in path.parts)


@pytest.fixture(scope="module")
def pages() -> Mapping[str, str]:
    """The pages of the reference that are made from the code, by name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(DOCS / "_extension"))
        from reference_pages import PAGES

        return {name: write() for name, write in PAGES.items()}


def section(page: str, title: str) -> str:
    """What stands under a heading, up to the next one of its level or above."""
    level = title.partition(" ")[0]
    found = re.search(rf"^{re.escape(title)}$(.*?)(?=^#{{1,{len(level)}}} |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"there is no heading {title!r}"
    return found[1]


def rows(page: str) -> Mapping[str, str]:
    """The rows of all tables of a page whose first cell is a name, by that name."""
    return {name: line for line in page.splitlines() for name in re.findall(r"^\| `([^`]+)`", line)}


def missing(names: Iterable[str], there: Iterable[str]) -> set[str]:
    return set(names) - set(there)


@pytest.mark.parametrize("table", SCHEMA.values(), ids=lambda table: table.name)
def test_every_column_of_a_table_is_documented(table, pages) -> None:
    there = rows(section(pages["city-folder"], f"## `{table.name}`"))
    assert not missing(table.names, there)
    for column in table.columns:
        assert all(f"`{code}`" in there[column.name] for code in column.codes)
        assert (column.references is None) or f"`{column.references[0]}`" in there[column.name]


@pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=lambda one: one.id)
def test_every_figure_is_documented(definition, pages) -> None:
    text = section(pages["figures"], f"### `{definition.id}`")
    assert f"Unit: {definition.unit}." in text
    assert all(f"each {dimension}" in text for dimension in definition.dimensions)
    assert definition.equation in text


def test_every_figure_of_an_examination_is_documented(pages, tmp_path) -> None:
    folder = tmp_path / "city"
    write_folder(folder, tables=small_city(), city_text=CITY_TEXT, shapes=SHAPES)
    findings = examine(read_folder(folder).city_year(2022))
    assert not missing({figure.id for figure in findings.figures}, re.findall(r"^### `(.+)`$", pages["figures"], re.M))
    dimensions = {dimension for figure in findings.figures for dimension in figure.by or {}}
    told = {one.id for one in (*findings.unknown, *findings.left_out)}
    narrows = {name for figure in findings.figures for name in figure.narrows}
    assert not missing(dimensions | told, rows(pages["figures"]))
    assert "coverage" in rows(pages["figures"])
    assert narrows


def test_every_field_of_a_figure_is_documented(pages) -> None:
    there = rows(pages["outputs"])
    assert not missing((field.name for kind in (Figure, Interval) for field in fields(kind)), there)


@pytest.mark.parametrize("name", allcity.commands)
def test_every_command_and_option_is_documented(name, pages) -> None:
    command = allcity.commands[name]
    text = section(pages["commands"], f"## `allcity {name}`")
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert all(f"`{spelling}`" in text for spelling in parameter.opts)
        else:
            assert parameter.make_metavar(click.Context(command)) in text


def test_every_target_is_documented_with_its_source(pages) -> None:
    for id_, target in load_framework().targets:
        text = section(pages["targets"], f"## `{id_}`")
        assert f"`{target.standing}`" in text
        assert all(source.url in text for source in target.sources if source.url)
        assert target.value is not None or "not set" in text


def test_every_converter_is_documented(pages) -> None:
    there = rows(section(pages["mappings"], "## Converters"))
    for name, converter in CONVERTERS.items():
        assert converter.read.__doc__
        assert all(f"`{word}`" in there[name] for word in (*converter.kinds, *converter.parts))


def test_every_key_of_a_mapping_is_documented(pages) -> None:
    parts = [one for one in vars(mapping).values() if isinstance(one, type) and issubclass(one, mapping.Part)]
    keys = {key for part in parts if part is not mapping.Part for key in part.model_fields}
    assert not missing(keys, rows(pages["mappings"]))


def test_every_key_of_city_toml_is_documented(pages) -> None:
    assert not missing(City.model_fields, rows(section(pages["city-toml"], "## `[city]`")))


@pytest.mark.parametrize("kind", [kind for kind in load_framework().kinds() if kind != "targets"])
def test_every_entry_of_the_framework_is_documented(kind, pages) -> None:
    entries = load_framework().kinds()[kind]
    everything = "\n".join(pages.values())
    for id_, entry in entries.items():
        inner = (*getattr(entry, "questions", {}), *getattr(entry, "criteria", {}))
        assert all(f"`{name}`" in everything for name in (id_, *inner))


def test_every_target_and_setting_of_the_makefile_is_documented(pages) -> None:
    targets = re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE)
    settings = re.findall(r"^([A-Z]+) \??:?=", MAKEFILE, re.MULTILINE)
    assert not missing([*(f"make {name}" for name in targets), *settings], rows(pages["make"]))


def shown_commands() -> list[tuple[str, str]]:
    """Every command that the written pages show, with the page it is on."""
    return [
        (command, str(path.relative_to(ROOT)))
        for path in WRITTEN
        for block in re.findall(r"^```(?:console|text)\n(.*?)^```$", path.read_text(encoding="utf-8"), re.M | re.S)
        for command in re.findall(r"^(?:\$ )?((?:allcity|make) [^#\n]+)", block, re.M)
    ]


@pytest.mark.parametrize(("command", "page"), shown_commands())
def test_every_command_that_is_shown_exists(command: str, page: str) -> None:
    program, name, *arguments = shlex.split(command)
    if program == "make":
        assert re.search(rf"^{name}:", MAKEFILE, re.MULTILINE), page
    else:
        # Parses names, options and values, and runs nothing.
        allcity.commands[name].make_context(name, arguments)


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_named_in_the_text_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    roots = "|".join({re.escape(id_.partition(".")[0]) for id_ in DEFINITIONS if "." in id_})
    named = re.findall(rf"`((?:{roots})\.[a-z_.]+[a-z])`", text)
    files = {"csv", "py", "toml", "md", "xlsx", "parquet", "geojson"}
    assert not missing((name for name in named if name.rpartition(".")[2] not in files), DEFINITIONS)
    links = [link.partition("#")[0] for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text)]
    broken = [link for link in links if link and "generated" not in link and not (path.parent / link).exists()]
    assert not broken


def test_the_examples_of_settings_and_columns_can_be_used() -> None:
    city = '[city]\nid = "c"\nname = "C"\ntime_zone = "UTC"\n'
    for page, needs_city in (("targets", True), ("suppression", True)):
        blocks = toml_blocks(page)
        assert blocks
        for block in blocks:
            apply_overrides(load_framework(), (city if needs_city else "") + block)
    columns, settings = toml_blocks("import")
    for column in tomllib.loads(columns).values():
        mapping.ColumnMapping.model_validate(as_tuples(column))
    assert apply_overrides(load_framework(), settings).city.id == "larkfield"
    (files,) = toml_blocks("refresh")
    assert [mapping.File.model_validate(one).year for one in tomllib.loads(files)["file"]] == [2024, 2025]


def toml_blocks(page: str) -> list[str]:
    text = (DOCS / "how-to" / f"{page}.md").read_text(encoding="utf-8")
    return re.findall(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_built_pages_load_nothing_from_elsewhere(tmp_path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-d", tmp_path / "trees", DOCS, tmp_path / "html"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    loads = re.compile(
        r'(?:src|srcset)="(?:https?:)?//|<link[^>]+href="(?:https?:)?//|url\(["\']?(?:https?:)?//|@import'
    )
    for path in (*(tmp_path / "html").rglob("*.html"), *(tmp_path / "html").rglob("*.css")):
        assert not loads.search(path.read_text(encoding="utf-8")), path.name
    assert "<math" in (tmp_path / "html" / "explanation" / "measures.html").read_text(encoding="utf-8")
