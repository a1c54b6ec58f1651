"""Figures and schools as a spreadsheet for people, with the sources' terms and every figure's definition beside them.

Every text is written as text, so that nothing in it is executed. The same findings give the same bytes.
"""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from typing import Any, NamedTuple

import polars as pl
from xlsxwriter import Workbook

from allcity.analysis.city import year_dates, year_name
from allcity.analysis.definitions import DEFINITIONS
from allcity.analysis.figures import Unit
from allcity.analysis.findings import Findings
from allcity.reports.charts import plain
from allcity.reports.sections import limits
from allcity.reports.tables import MEASURES, derived_table, licences, schools_table
from allcity.reports.teller import Teller
from allcity.reports.text import load_catalogue

FORMATS: Mapping[Unit, str] = {
    "count": "#,##0",
    "share": "0.0%",
    "seats per 100 students": "0.0",
    "hours": "#,##0",
    "ratio": "0.00",
    "index": "0.000",
    "full-time equivalents": "0.0",
    "minutes": "#,##0",
}
_SCHOOL_UNITS: Mapping[str, Unit] = {"students": "count", "reach": "share", "placed": "share"}
_WIDEST, _PADDING, _SAMPLE = 60, 2, 200
_LONGEST = 32_767
"""The longest text that a cell may hold."""


class Shown(NamedTuple):
    """A value with the number format in which it is shown."""

    value: float | None
    number_format: str


Row = Mapping[str, Any]


def figures_xlsx(findings: Findings, language: str) -> bytes:
    """A workbook of figures, schools, needs, sources and notes; titles in the language, columns by their ids.

    Raises ValueError for a language that reports are not written in.
    """
    teller = Teller(findings, load_catalogue(language))
    year = findings.city_year
    day = max((day for day in year.sources["as_of"] if day is not None), default=year_dates(year.year)[1])
    title = teller.say("page.title", city=year.city.name.in_language(language), year=year_name(year.year))
    target = io.BytesIO()
    with Workbook(target, {"constant_memory": True, "in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        # The day is that of the data, not of the clock.
        book.set_properties({"title": plain(title), "author": "Allcity", "created": datetime.combine(day, time())})
        for name, rows, frozen in (
            ("Figures", list(_figures(teller)), 2),
            ("Schools", list(_schools(findings)), 2),
            ("Needs", list(_numbers(findings.ledger)), 1),
            ("Needs by the figures", list(_numbers(derived_table(findings))), 2),
            ("Sources", year.sources.to_dicts(), 1),
            ("Notes", list(_notes(teller)), 2),
        ):
            _write(book, name, rows, frozen=frozen)
    return target.getvalue()


def _figures(teller: Teller) -> Iterator[Row]:
    city = teller.findings.city_year.city.name.in_language(teller.say.language)
    name: Callable[[str, str], str] = cache(teller.name)
    for figure in teller.findings.figures:
        teller.noted(figure)
        record, interval, by = figure.as_record(), figure.interval, figure.by or {}
        shown = FORMATS[figure.unit]
        yield {
            "title": teller.title(figure),
            "of": " · ".join(name(dimension, key) for dimension, key in by.items()) or city,
            **{bound: Shown(record[bound], shown) for bound in ("value", "low", "high", "high_if_complete")},
            "unit": figure.unit,
            "status": figure.status,
            "known": Shown(figure.known, FORMATS["count"]),
            "total": Shown(figure.total, FORMATS["count"]),
            "records": figure.records,
            "interval_low": Shown(interval.low if interval else None, shown),
            "interval_high": Shown(interval.high if interval else None, shown),
            "interval_level": Shown(interval.level if interval else None, "0%"),
            "interval_kind": interval.kind if interval else None,
            "suppressed": figure.suppressed,
            "narrows": "; ".join(figure.narrows),
            "year": figure.year,
            "as_of": figure.as_of,
            "source": "; ".join(figure.source),
            "licence": "; ".join(licences(figure, teller.findings)),
            "id": figure.id,
            "dimension": "; ".join(by),
            "key": "; ".join(by.values()),
        }


def _schools(findings: Findings) -> Iterator[Row]:
    formats = {
        f"{name}{bound}": FORMATS[_SCHOOL_UNITS.get(name, "seats per 100 students")]
        for name in ("students", *MEASURES)
        for bound in ("", "_low", "_high")
    }
    for school in schools_table(findings).iter_rows(named=True):
        yield {name: Shown(value, formats[name]) if name in formats else value for name, value in school.items()}


def _numbers(table: pl.DataFrame) -> Iterator[Row]:
    """The rows of a table, its counts with one digit at most."""
    counts = {name for name, kind in table.schema.items() if kind == pl.Float64}
    for row in table.iter_rows(named=True):
        yield {name: Shown(value, "#,##0.#") if name in counts else value for name, value in row.items()}


def _notes(teller: Teller) -> Iterator[Row]:
    """What the figures leave open, what was left out, and how each figure is made."""
    for table in (table for block in limits.section(teller).blocks for table in block.tables):
        for title, *rest in table.rows:
            yield _note(table.caption, title, ". ".join(filter(None, rest)))
    told = [figure_id for figure_id in DEFINITIONS if figure_id in teller.told]
    for figure_id, entry in zip(told, limits.definitions(teller), strict=True):
        origin = DEFINITIONS[figure_id].source
        yield _note(teller.say("notes.definitions"), entry.term, entry.text, figure_id, origin)


def _note(about: str, title: str, text: str, figure_id: str = "", origin: str = "") -> Row:
    return {"about": about, "title": title, "text": text, "id": figure_id, "origin": origin}


def _write(book: Workbook, name: str, rows: Sequence[Row], *, frozen: int) -> None:
    """Write rows under a header that stays in sight, as do the first `frozen` columns."""
    sheet, header = book.add_worksheet(name), list(rows[0]) if rows else []
    sheet.freeze_panes(1, frozen)
    bold, formats = book.add_format({"bold": True}), {}
    for column, title in enumerate(header):
        lengths = (len(str(row[title])) for row in rows[:_SAMPLE] if not isinstance(row[title], Shown))
        sheet.set_column(column, column, min(max(len(title), 8, *lengths), _WIDEST) + _PADDING)
        sheet.write_string(0, column, title, bold)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row.values()):
            match value:
                case None | Shown(value=None):
                    continue
                case Shown(value=amount, number_format=shown):
                    if shown not in formats:
                        formats[shown] = book.add_format({"num_format": shown})
                    sheet.write_number(number, column, amount, formats[shown])
                case bool():
                    sheet.write_boolean(number, column, value)
                case int() | float():
                    sheet.write_number(number, column, value)
                case date():
                    sheet.write_datetime(number, column, value)
                case _:
                    text = "; ".join(value) if isinstance(value, list) else value
                    sheet.write_string(number, column, plain(text)[:_LONGEST])
