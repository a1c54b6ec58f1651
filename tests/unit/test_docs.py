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
from allcity.site.checks import unsafe
from allcity.site.environment import Environment, variable

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


def test_every_setting_of_an_installation_is_documented(pages) -> None:
    there = rows(pages["settings"])
    assert set(there) == {variable(name) for name in Environment.model_fields}
    assert all(field.description for field in Environment.model_fields.values())


def test_every_address_is_documented_with_what_it_shows(pages) -> None:
    from django.urls import URLResolver, get_resolver

    def names(resolver: URLResolver, before: str = "") -> Iterable[str]:
        for one in resolver.url_patterns:
            if isinstance(one, URLResolver):
                yield from names(one, f"{before}{one.namespace}:" if one.namespace else before)
            elif one.callback.__module__.startswith("allcity."):
                yield f"{before}{one.name}"

    there = rows(pages["addresses"])
    assert set(there) == set(names(get_resolver()))
    silent = [name for name, row in there.items() if not row.rstrip(" |").endswith((".", "!", "?"))]
    assert not silent, "the view's docstring says in a sentence what the page shows"


def test_every_role_and_permission_is_documented(pages) -> None:
    from rules.permissions import permissions

    from allcity.site.cities.models import Role

    matrix, meanings = pages["permissions"].split("## What each lets somebody do")
    assert set(rows(matrix)) == set(rows(meanings)) == set(permissions)
    assert all(f"| {role.label} |" in matrix for role in Role)
    asked = set(re.findall(r"`(\w+\.\w+)`", section(pages["addresses"], "## Work in a city")))
    assert asked <= set(permissions)


def test_the_matrix_of_permissions_tells_whose_records_are_whose(pages) -> None:
    who = [cell.strip() for cell in pages["permissions"].split("| Permission |")[1].splitlines()[0].split("|")]
    may = [cell.strip() for cell in rows(pages["permissions"].split("## What each")[0])["directory.archive"].split("|")]
    archives = dict(zip(who, may[2:], strict=False))
    assert (archives["school liaison"], archives["organization manager"], archives["coordinator"]) == ("", "own", "yes")


def test_every_kind_of_notice_is_documented(pages) -> None:
    from allcity.site.notices.kinds import kinds

    there = rows(pages["notices"])
    assert set(there) == set(kinds())
    assert all(str(kind.delivery.label) in there[name] for name, kind in kinds().items())


def test_every_background_task_is_documented(pages) -> None:
    sources = (ROOT / "src" / "allcity" / "site").rglob("*.py")
    tasks = {name for path in sources for name in re.findall(r"^@task\(\)\ndef (\w+)", path.read_text("utf-8"), re.M)}
    there = rows(pages["tasks"])
    assert {name.rpartition(".")[2] for name in there} == tasks
    assert all(row.rstrip(" |").endswith(".") for row in there.values())


def test_every_part_of_a_page_is_documented(pages) -> None:
    from django.template import engines

    engine = engines["django"].engine
    there = rows(section(pages["page-parts"], "## Tags and filters"))
    names = re.findall(
        r"^@register\.(?:filter|simple_tag|inclusion_tag)\b.*\n(?:@.*\n)*def (\w+)",
        "".join(
            path.read_text("utf-8")
            for path in (ROOT / "src" / "allcity" / "site" / "components" / "templatetags").glob("*.py")
        ),
        re.M,
    )
    assert set(there) == set(names)
    base = engine.find_template("base.html")[0].source
    assert set(rows(section(pages["page-parts"], "## Blocks of base.html"))) == set(re.findall(r"{% block (\w+)", base))


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


@pytest.mark.parametrize(
    "page",
    [
        "start-city",
        "import-browser",
        "settings-forms",
        "people",
        "records",
        "export",
        "administrator",
        "single-sign-on",
    ],
)
def test_what_a_page_says_to_choose_is_there_to_be_chosen(page: str) -> None:
    site = (path for path in (ROOT / "src" / "allcity" / "site").rglob("*") if path.suffix in (".html", ".py"))
    words = " ".join(" ".join(path.read_text(encoding="utf-8") for path in site).split()).casefold()
    text = " ".join((DOCS / "how-to" / f"{page}.md").read_text(encoding="utf-8").split())
    assert not [one for one in re.findall(r"(?<![*\w])\*([^*]+)\*(?![*\w])", text) if one.casefold() not in words]


def test_the_example_of_settings_is_safe_but_for_its_secret(monkeypatch) -> None:
    for name in Environment.model_fields:
        monkeypatch.delenv(variable(name), raising=False)
    for page in ("run", "single-sign-on", "tiles"):
        for line in re.findall(r"^([A-Z_]+=.+)$", (DOCS / "how-to" / f"{page}.md").read_text(encoding="utf-8"), re.M):
            name, _equals, value = line.partition("=")
            assert name in map(variable, Environment.model_fields)
            monkeypatch.setenv(name, value)
    (problem,) = unsafe(Environment())
    assert variable("secret_key") in problem


def test_the_address_for_single_sign_on_is_the_one_that_answers(pages) -> None:
    from django.urls import reverse

    page = (DOCS / "how-to" / "single-sign-on.md").read_text(encoding="utf-8")
    assert reverse("openid_connect_callback", args=["single-sign-on"]) in page


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
