"""Cities that nobody foresaw, through every output: hardly anything known, one school, texts that would do harm."""

import csv
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from pypdf import PdfReader
from tests.factories.command import REPORT, Run
from tests.factories.folders import EXPORT, MAPPING, Row, city_of, export_of, fiddles, pupils, school, three_schools

FORMULAS = [
    '=HYPERLINK("http://evil.example","x")',
    "+cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "\t=1+1",
    "-2+3",
    "＝1+1",
]
HOSTILE = [
    "<script>alert(1)</script>",
    "\"double\" 'single' & <b>",
    "🎵 emoji 👩‍👩‍👧",
    "مدرسة الموسيقى",
    "\u202eturned round",
    "x" * 300,
    "two\nlines",
    "[bold red]markup[/bold red] [/]",
    "\x1b[31mred\x1b]0;title\x07",
    "{{ 7 * 7 }} {% raw %}",
    '#include "x" $m$ *b* _i_ @ref <label> \\u{41}',
    "](javascript:alert(1))",
    "\u0301combining \uffff",
    "%s {0}",
]
NOWHERE = {"latitude": "", "longitude": ""}
CITIES: dict[str, Mapping[str, Sequence[Row]]] = {
    "hardly anything": three_schools(),
    "one school": {"schools": [school(1)], "students": [pupils(1)], **fiddles()},
    "no students": {"schools": [school(1)], **fiddles()},
    "one school without students": {"schools": [school(1), school(2)], "students": [pupils(1)], **fiddles()},
    "nobody there": {"schools": [school(1)], "students": [pupils(1, 0)], **fiddles()},
    "one empty school": {**three_schools(), "students": [pupils(1, 0), pupils(2), pupils(3)], **fiddles()},
    "three students": {"schools": [school(1)], "students": [pupils(1, 3)], **fiddles()},
    "some places": {**three_schools(), "schools": [school(1), school(2, **NOWHERE), school(3, **NOWHERE)], **fiddles()},
    "no places": {**three_schools(), "schools": [school(n, **NOWHERE) for n in (1, 2, 3)], **fiddles()},
    "offering nowhere": {**three_schools(), **fiddles(location_id="")},
    "offering unknown": {**three_schools(), **fiddles(seats="", minimum_age="", maximum_age="")},
    "offering of a day": {**three_schools(), **fiddles(start_date="2022-09-01", end_date="2022-09-01")},
    "areas without shapes": {
        **three_schools(),
        "schools": [school(n, area_id="a") for n in (1, 2, 3)],
        "areas": [{"area_id": "a", "name": "A"}, {"area_id": "b", "name": "B"}],
        **fiddles(),
    },
}


@pytest.mark.parametrize("tables", CITIES.values(), ids=CITIES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_city_of_which_little_is_known_gets_its_whole_report(
    tmp_path: Path, run: Run, tables: Mapping[str, Sequence[Row]], language: str
) -> None:
    city, out = city_of(tmp_path / "city", tables), tmp_path / "report"
    said = run("examine", city, "--out", out, "--language", language)
    assert (said.code, said.err) == (0, "")
    assert {path.name for path in out.iterdir()} == REPORT
    figures = json.loads((out / "figures.json").read_text(encoding="utf-8"))
    assert figures == json.loads(run("examine", city, "--out", out, "--language", language, "--json").out)
    schools = pl.read_csv(out / "schools.csv", infer_schema=False)
    assert schools.height == len(tables["schools"])
    assert f'<html lang="{language}">' in (out / "report.html").read_text(encoding="utf-8")
    assert PdfReader(out / "report.pdf").pages
    sheets = openpyxl.load_workbook(out / "figures.xlsx").sheetnames
    assert sheets == ["Figures", "Schools", "Needs", "Needs by the figures", "Sources", "Notes"]
    for figure in figures:
        ends = [figure["low"], figure["value"], figure["high"]]
        known = [end for end in ends if end is not None]
        assert known == sorted(known), figure
        assert figure["unit"] != "share" or all(0 <= end <= 1 for end in known), figure


def test_each_definition_in_the_spreadsheet_is_that_of_its_figure(tmp_path: Path, run: Run) -> None:
    run("examine", city_of(tmp_path / "city", {**three_schools(), **fiddles()}), "--out", tmp_path / "report")
    book = openpyxl.load_workbook(tmp_path / "report" / "figures.xlsx")
    figures, notes = (list(book[name].iter_rows(values_only=True)) for name in ("Figures", "Notes"))
    titles = {row[figures[0].index("id")]: row[figures[0].index("title")] for row in figures[1:]}
    defined = {
        row[notes[0].index("id")]: row[notes[0].index("title")] for row in notes[1:] if row[notes[0].index("id")]
    }
    assert defined.items() <= titles.items()
    assert len(defined) > 10


def test_what_no_table_tells_is_unknown_and_not_zero(tmp_path: Path, run: Run) -> None:
    city, out = city_of(tmp_path / "city", three_schools()), tmp_path / "report"
    run("examine", city, "--out", out)
    figures = {f["id"]: f for f in json.loads((out / "figures.json").read_text(encoding="utf-8")) if f["by"] is None}
    assert figures["students"]["value"] == 300
    assert figures["access.reach"]["value"] is None
    assert figures["access.reach"]["high"] is None


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A city whose every name is a formula or worse."""
    names = [*HOSTILE, *FORMULAS]
    tables: dict[str, list[Row]] = {
        **fiddles(),
        "schools": [school(n, name=name, area_id=f"a{n}") for n, name in enumerate(names)],
        "students": [
            *(pupils(n) for n in range(len(names))),
            *(pupils(n, 40, group_id=f"g{n}") for n in range(len(names))),
        ],
        "areas": [{"area_id": f"a{n}", "name": name} for n, name in enumerate(names)],
        "groups": [{"group_id": f"g{n}", "name": name, "dimension": "income"} for n, name in enumerate(names)],
        "organizations": [{"organization_id": f"o{n}", "name": name} for n, name in enumerate(names, start=1)],
        "needs": [{"need_id": "=1+1", "school_id": "s1", "year": 2022, "contribution": "private_lessons", "amount": 20,
                   "unit": "students", "state": "stated"}],
    }  # fmt: skip
    tables["sources"] = [
        {"source_id": "register", "name": FORMULAS[0], "publisher": HOSTILE[0], "url": "javascript:alert(1)",
         "licence": FORMULAS[1], "attribution": FORMULAS[2], "note": HOSTILE[8], "tables": ";".join(tables),
         "coverage": "complete"}
    ]  # fmt: skip
    return city_of(tmp_path / "city", tables)


def test_no_text_is_executed_by_page_terminal_or_spreadsheet(hostile: Path, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "report"
    said = run("examine", hostile, "--out", out)
    assert (said.code, said.err) == (0, "")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", said.out)

    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{ 7 * 7 }}" in page

    with (out / "schools.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    number = re.compile(r"-?\d+(\.\d+)?")
    assert "'" + FORMULAS[0] in cells
    assert not [cell for cell in cells if cell.strip()[:1] in ("=", "+", "-", "@", "＝") and not number.fullmatch(cell)]

    book = openpyxl.load_workbook(out / "figures.xlsx")
    filled = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert FORMULAS[0] in {cell.value for cell in filled}
    assert {cell.data_type for cell in filled} <= {"s", "n", "b", "d"}
    assert not [cell for cell in filled if cell.hyperlink]


def test_problems_are_shown_without_obeying_what_they_quote(tmp_path: Path, run: Run) -> None:
    students = [pupils(1, school_id=name) for name in HOSTILE if name.startswith(("[", "\x1b", "\u202e"))]
    said = run("check", city_of(tmp_path / "city", {"schools": [school(1)], "students": students}))
    assert said.code == 1
    assert "[bold red]markup[/bold red] [/]" in said.out
    assert "\x1b" not in said.out
    assert "\u202e" not in said.out


def test_formulas_are_imported_as_text_and_stay_so(tmp_path: Path, run: Run) -> None:
    export = EXPORT.replace("Bunche", '"=HYPERLINK(""http://evil.example"")"').replace("Clark", "@SUM(A1)")
    export_of(tmp_path, export)
    workbook = openpyxl.Workbook()
    for row in csv.reader(export.splitlines()):
        workbook.active.append(row)
    workbook.save(tmp_path / "exports" / "schools.xlsx")
    for kind in ("csv", "xlsx"):
        mapping = MAPPING.replace("schools.csv", f"schools.{kind}")
        (tmp_path / "mappings" / "schools.toml").write_text(mapping, encoding="utf-8")
        said = run("import", tmp_path / "mappings", "--data", tmp_path / "exports", "--to", tmp_path / kind)
        assert said.code == 0
        names = pl.read_csv(tmp_path / kind / "schools.csv")["name"].to_list()
        assert names == ["Ñuñoa", '\'=HYPERLINK("http://evil.example")', "'@SUM(A1)"]
        assert run("check", tmp_path / kind).code == 0
