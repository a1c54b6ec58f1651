"""A report as a tagged PDF (PDF/UA-1), set by typst with the fonts that lie beside this module.

The template takes the report as JSON, so that no text in it is ever read as markup.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

import typst

from allcity.reports.charts import plain
from allcity.reports.html import web_address
from allcity.reports.model import Report
from allcity.reports.text import load_catalogue

_WIDEST, _PADDING = 44, 3


def render_pdf(report: Report) -> bytes:
    """The report on pages that fit A4 and US Letter. The same report gives the same bytes."""
    with as_file(files("allcity.reports") / "templates" / "report.typ") as template:
        return typeset(template, "report", _document(report), report.generated)


def typeset(template: Path, name: str, document: Mapping[str, Any], day: date) -> bytes:
    """A document as a tagged PDF that says it is of a day. The template takes it as JSON, as `sys.inputs` of this name.

    Where no font of ours has a character of its texts, the system's fonts are tried; if they have not got it either, the
    PDF is still tagged but makes no claim to PDF/UA.
    """
    try:
        return _compile(template, name, document, day, standard="ua-1", system_fonts=False)
    except typst.TypstError:
        try:
            return _compile(template, name, document, day, standard="ua-1", system_fonts=True)
        except typst.TypstError:
            return _compile(template, name, document, day, standard=None, system_fonts=True)


def _compile(
    template: Path,
    name: str,
    document: Mapping[str, Any],
    day: date,
    *,
    standard: Literal["ua-1"] | None,
    system_fonts: bool,
) -> bytes:
    with as_file(files("allcity.reports") / "fonts") as fonts:
        pdf = typst.compile(
            template,
            format="pdf",
            font_paths=[fonts],
            ignore_system_fonts=not system_fonts,
            sys_inputs={name: json.dumps(_printable(document), default=str)},
            pdf_standards=standard,
            timestamp=datetime.combine(day, time(), UTC),
        )
    assert isinstance(pdf, bytes)
    return pdf


def _document(report: Report) -> dict[str, Any]:
    """The report as the template takes it, with the few words of the page itself and the widths of columns."""
    say = load_catalogue(report.language)
    document: dict[str, Any] = asdict(report)
    document["words"] = {word: say(f"page.{word}") for word in ("in_short", "read", "show_table")}
    for section in document["sections"]:
        for block in section["blocks"]:
            widths = _widths(block["tables"])
            for table in block["tables"]:
                table["widths"] = widths[len(table["columns"])]
            for entry in block["entries"]:
                entry["url"] = web_address(entry["url"])
    return document


def _printable(value: Any) -> Any:
    """The same values, their texts without the characters that no font has a shape for."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    return [_printable(item) for item in value] if isinstance(value, list | tuple) else value


def _widths(tables: Sequence[Mapping[str, Any]]) -> dict[int, list[int]]:
    """How wide columns are beside each other, by their longest text: the same for all tables with so many columns."""
    texts: dict[int, list[Sequence[str]]] = {}
    for table in tables:
        titles = [max(column["title"].split(), key=len, default="") for column in table["columns"]]
        texts.setdefault(len(titles), []).extend([titles, *table["rows"]])
    return {
        number: [min(max(map(len, column)), _WIDEST) + _PADDING for column in zip(*rows, strict=True)]
        for number, rows in texts.items()
    }
