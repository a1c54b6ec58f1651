"""Figures and schools as data: strict, complete, the same every time, and never live in a spreadsheet."""

import csv
import io
import json
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zipfile import ZipFile

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.city import YEAR, school, spread
from tests.factories.findings import findings, findings_of_nothing, schools_frame

from allcity.analysis.figures import Figure, Figures, Interval
from allcity.formats.typed import revived
from allcity.reports.spreadsheet import figures_xlsx
from allcity.reports.tables import figures_json, schools_csv

NASTY = (
    "=1+1",
    "+A1",
    "-2+3",
    "@SUM(A1)",
    "＝1+1",
    "#N/A",
    "'=1",
    'He said "=1"',
    "a,b;c",
    "Ñandú",
    '=HYPERLINK("http://x")',
)

MADE_UP = findings()


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def read_json(text: str) -> list[dict[str, Any]]:
    records = json.loads(text, parse_constant=refuse)
    assert isinstance(records, list)
    return records


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def named_schools(names: Sequence[str]) -> pl.DataFrame:
    return schools_frame().head(len(names)).with_columns(pl.Series("name", names))


def is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def sheets(workbook: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook))


def records(sheet: Any) -> list[dict[str, Any]]:
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_json_has_every_figure_with_what_it_says() -> None:
    found = findings()
    written = read_json(figures_json(found))
    assert len(written) == len(found.figures)
    for record, figure in zip(written, found.figures, strict=True):
        assert (record["id"], record["value"], record["low"], record["high"]) == (
            figure.id,
            figure.value,
            figure.low,
            figure.high,
        )
        assert record["by"] == (dict(figure.by) if figure.by else None)
        assert set(record) >= {
            "id", "value", "low", "high", "interval", "status", "known", "total", "unit", "year", "by", "source", "as_of",
            "suppressed",
        }  # fmt: skip
    reach = next(record for record in written if record["id"] == "access.reach" and record["by"] is None)
    assert reach["as_of"] == "2026-02-03"
    assert reach["licence"] == ["Reuse allowed", "ODbL 1.0"]


def test_json_withholds_what_is_withheld() -> None:
    hidden = [record for record in read_json(figures_json(findings())) if record["suppressed"]]
    assert hidden
    assert all(record[key] is None for record in hidden for key in ("value", "low", "high", "interval", "known"))


@settings(deadline=None)
@given(
    value=st.none() | st.floats(),
    low=st.none() | st.floats(),
    interval=st.none() | st.tuples(st.floats(), st.floats()),
)
def test_json_is_strict_whatever_the_number(
    value: float | None, low: float | None, interval: tuple[float, float] | None
) -> None:
    sampled = Interval("bootstrap", *interval) if interval else None
    text = figures_json(
        replace(MADE_UP, figures=Figures([Figure("students", value, "count", YEAR, low=low, interval=sampled)]))
    )
    (record,) = read_json(text)
    numbers = [(value, record["value"]), (low, record["low"])]
    if interval:
        numbers += [(interval[0], record["interval"]["low"]), (interval[1], record["interval"]["high"])]
    for given_number, written in numbers:
        expected = None if given_number is None or not math.isfinite(given_number) else given_number
        assert written == expected
    assert "-0," not in text
    assert not re.search(r"-0\.0(?!\d)", text.replace("e-0", ""))


def test_csv_has_every_school_with_its_bounds_and_the_terms_of_its_source() -> None:
    sources = [{"source_id": "test", "licence": "ODbL-1.0", "attribution": "© OpenStreetMap contributors"}]
    year = spread(
        schools=[school("s0", 150, area_id="north"), school("s1", 210)],
        areas=[{"area_id": "north", "name": "North Bank"}],
        sources=sources,
    )
    rows = read_csv(schools_csv(replace(MADE_UP, city_year=year, schools=schools_frame().head(2))))
    assert [(row["school_id"], row["name"], row["students"], row["area"]) for row in rows] == [
        ("s0", "School 0", "150", "North Bank"),
        ("s1", "School 1", "210", ""),
    ]
    assert {(row["licence"], row["attribution"]) for row in rows} == {("ODbL-1.0", "© OpenStreetMap contributors")}
    for measure in ("reach", "seats_per_100", "placed"):
        assert {measure, f"{measure}_low", f"{measure}_high"} <= set(rows[0])


def test_csv_leaves_what_is_not_known_empty() -> None:
    rows = {row["school_id"]: row for row in read_csv(schools_csv(findings()))}
    assert (rows["s7"]["reach"], rows["s7"]["reach_low"], rows["s7"]["reach_high"]) == ("", "", "")
    assert (rows["s0"]["reach"], rows["s0"]["seats_per_100"], rows["s2"]["latitude"]) == ("0.0", "", "")
    assert rows["s1"]["alone"] == ""
    nothing = read_csv(schools_csv(findings_of_nothing()))
    assert {row["reach"] for row in nothing} == {""}


@settings(deadline=None)
@given(names=st.lists(st.sampled_from(NASTY) | st.text(min_size=1), min_size=1, max_size=8))
def test_csv_holds_no_live_cell_and_loses_no_name(names: list[str]) -> None:
    names = [name.replace("\0", "").replace("\r", "") for name in names]
    rows = read_csv(schools_csv(replace(MADE_UP, schools=named_schools(names))))
    cells = pl.Series("name", [row["name"] for row in rows])
    assert not any(cell[:1] in "=@＝＠" or (cell[:1] in "+-＋－" and not is_number(cell)) for cell in cells if cell)
    assert pl.select(revived(cells)).to_series().to_list() == names


def test_workbook_holds_the_figures_the_schools_the_sources_and_the_notes() -> None:
    found = findings()
    book = sheets(figures_xlsx(found, "en"))
    assert book.sheetnames == ["Figures", "Schools", "Needs", "Needs by the figures", "Sources", "Notes"]
    assert all(sheet.freeze_panes and sheet.freeze_panes.endswith("2") for sheet in book)
    figures = records(book["Figures"])
    assert [row["id"] for row in figures] == [figure.id for figure in found.figures]
    for row, figure in zip(figures, found.figures, strict=True):
        assert (row["value"], row["low"], row["high"]) == pytest.approx((figure.value, figure.low, figure.high))
        assert row["title"]
    north = next(row for row in figures if row["id"] == "access.reach" and row["key"] == "north")
    assert (north["of"], north["dimension"], north["licence"]) == ("North Bank", "area", "Reuse allowed; ODbL 1.0")
    assert {row["licence"] for row in records(book["Sources"])} == {"Reuse allowed", "ODbL 1.0"}
    assert {row["id"] for row in records(book["Notes"])} >= {figure.id for figure in found.figures}


def test_workbook_shows_shares_as_percentages_and_unknown_as_empty() -> None:
    book = sheets(figures_xlsx(findings(), "en"))
    header = [cell.value for cell in book["Schools"][1]]
    for row in book["Schools"].iter_rows(min_row=2):
        reach = row[header.index("reach")]
        assert reach.value is None or reach.number_format == "0.0%"
    seventh = records(book["Schools"])[7]
    assert (seventh["reach"], seventh["reach_low"], seventh["seats_per_100_high"]) == (None, None, None)


def test_workbook_has_no_formula_in_it_and_loses_no_name() -> None:
    workbook = figures_xlsx(findings(schools=named_schools(NASTY), areas=[{"area_id": "north", "name": "=1+1"}]), "en")
    book = sheets(workbook)
    assert [row["name"] for row in records(book["Schools"])] == list(NASTY)
    assert not any(cell.data_type in "fe" for sheet in book for row in sheet.iter_rows() for cell in row)
    with ZipFile(io.BytesIO(workbook)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


def test_workbook_takes_texts_that_xml_cannot_hold() -> None:
    rows = records(
        sheets(figures_xlsx(findings(schools=named_schools(("a\x07b\ufffe", "x" * 40_000))), "en"))["Schools"]
    )
    assert [row["name"] for row in rows] == ["ab", "x" * 32_767]


def test_files_are_the_same_every_time() -> None:
    assert figures_xlsx(findings(), "en") == figures_xlsx(findings(), "en")
    assert figures_json(findings()) == figures_json(findings())
    assert schools_csv(findings()) == schools_csv(findings())


def test_workbook_is_dated_by_its_sources_and_names_the_city() -> None:
    found = findings()
    workbook = figures_xlsx(found, "en")
    properties = sheets(workbook).properties
    assert properties.title == "Music in Testville, 2025-26"
    newest = max(found.city_year.sources["as_of"])
    assert properties.created.date() == properties.modified.date() == newest


def test_workbook_of_nothing_known_can_be_opened() -> None:
    book = sheets(figures_xlsx(findings_of_nothing(), "en"))
    assert {row["value"] for row in records(book["Figures"]) if row["id"] != "schools"} == {None}


def test_workbook_is_not_written_in_an_unknown_language() -> None:
    with pytest.raises(ValueError, match="en, es"):
        figures_xlsx(findings(), "tlh")
