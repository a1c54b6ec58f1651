"""A report as a tagged PDF (PDF/UA-1), set by typst with the fonts that lie beside this module.

The template takes the report as JSON, so that no text in it is ever read as markup.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, time, timezone
from importlib.resources import as_file, files
from typing import Any, Literal

from allcity.reports.model import Report
from allcity.reports.text import load_catalogue

_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))
_NARROWEST, _WIDEST = 6, 42


def render_pdf(report: Report) -> bytes:
    """The report on pages that fit A4 and US Letter. The same report gives the same bytes.

    Where no font of ours has a character of the city's names, the system's fonts are tried; if they have not got it
    either, the PDF is still tagged but makes no claim to PDF/UA.
    """
    try:
        return _compile(report, standard="ua-1", system_fonts=False)
    except RuntimeError:
        try:
            return _compile(report, standard="ua-1", system_fonts=True)
        except RuntimeError:
            return _compile(report, standard=None, system_fonts=True)


def _compile(report: Report, *, standard: Literal["ua-1"] | None, system_fonts: bool) -> bytes:
    import typst  # noqa: PLC0415 - no other command should spend its start-up on it

    place = files("allcity.reports")
    with as_file(place / "fonts") as fonts:
        pdf = typst.compile(
            place.joinpath("templates/report.typ").read_bytes(),
            format="pdf",
            font_paths=[fonts],
            ignore_system_fonts=not system_fonts,
            sys_inputs={"report": json.dumps(_document(report), ensure_ascii=False)},
            pdf_standards=standard,
            timestamp=datetime.combine(report.generated, time(), timezone.utc),
        )
    assert isinstance(pdf, bytes)
    return pdf


def _document(report: Report) -> dict[str, Any]:
    """The report as the template takes it, with the widths of columns and the few words of the page itself."""
    say = load_catalogue(report.language)
    document: dict[str, Any] = _legible(asdict(report))
    document["words"] = {word: say(f"page.{word}") for word in ("in_short", "read", "show_table")}
    for section in document["sections"]:
        for block in section["blocks"]:
            for table in block["tables"]:
                alike = (other["rows"] for other in block["tables"] if other["columns"] == table["columns"])
                table["widths"] = _widths([column["title"] for column in table["columns"]], alike)
    return document
