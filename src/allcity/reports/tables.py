"""Findings as data: figures as JSON, schools as CSV, and both in a spreadsheet, each with the terms of its sources.

Texts come from the city, so nothing in them is ever left for a spreadsheet to execute.
"""

import json
import math
from typing import Any

import polars as pl

from allcity.analysis.figures import Figure
from allcity.analysis.findings import Findings
from allcity.formats.typed import inert

MEASURES = ("reach", "seats_per_100", "placed")
_BOUNDS = ("", "_low", "_high")


def figures_json(findings: Findings) -> str:
    """A list of figures, one to a line, as `Figure.as_record` has them, with the terms of their sources as `licence`."""
    lines = (
        json.dumps(
            {**_strict(figure.as_record()), "licence": licences(figure, findings)}, ensure_ascii=False, allow_nan=False
        )
        for figure in findings.figures
    )
    return "[\n" + ",\n".join(lines) + "\n]\n"


def schools_table(findings: Findings) -> pl.DataFrame:
    """One row for each school: who and where it is, its access with low and high bounds, its source and that one's terms.

    What is not known is null. Shares run from 0 to 1.
    """
    year = findings.city_year
    areas = year.areas.select("area_id", pl.col("name").alias("area"))
    terms = year.sources.select("source_id", "licence", "attribution")
    sources = year.schools.select("school_id", "source_id", "as_of").join(terms, on="source_id", how="left")
    measures = [f"{measure}{bound}" for measure in MEASURES for bound in _BOUNDS]
    return (
        findings.schools.join(areas, on="area_id", how="left", maintain_order="left")
        .join(sources, on="school_id", how="left", maintain_order="left")
        .select(
            "school_id", "name", "area_id", "area", "latitude", "longitude", "students",
            *((pl.col(measure).fill_nan(None) + 0.0) for measure in measures),
            "alone", "source_id", "as_of", "licence", "attribution",
        )
    )  # fmt: skip


def schools_csv(findings: Findings) -> str:
    """The schools' table as CSV; an empty cell is not known, an apostrophe stands before text that looks like a formula."""
    return _csv(schools_table(findings))


def ledger_csv(findings: Findings) -> str:
    """Each stated need with how much of it is met, as CSV, with the terms of its source."""
    return _csv(_with_terms(findings.ledger, findings))


def derived_table(findings: Findings) -> pl.DataFrame:
    """What each school needs by the figures: who it is, then the columns of `analysis.need_tables.derived_table`."""
    who = schools_table(findings).select("school_id", "name", "area_id", "area", "students")
    return who.join(findings.derived, on="school_id", how="left", maintain_order="left")


def derived_csv(findings: Findings) -> str:
    """What each school needs by the figures, as CSV."""
    return _csv(derived_table(findings))


def _with_terms(rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Rows with the terms of their source."""
    terms = findings.city_year.sources.select("source_id", "licence", "attribution")
    return rows.join(terms, on="source_id", how="left", maintain_order="left")


def _csv(rows: pl.DataFrame) -> str:
    return rows.with_columns(inert(pl.col(pl.String))).write_csv()


def licences(figure: Figure, findings: Findings) -> list[str]:
    """The terms of a figure's sources, each once."""
    sources = findings.city_year.sources
    terms = dict(zip(sources["source_id"], sources["licence"], strict=True))
    return list(dict.fromkeys(filter(None, (terms.get(source) for source in figure.source))))


def _strict(value: Any) -> Any:
    """The value as strict JSON has it: whole numbers without a point, what is not a number as null."""
    if isinstance(value, float):
        return None if not math.isfinite(value) else int(value) if value.is_integer() else value
    return {key: _strict(item) for key, item in value.items()} if isinstance(value, dict) else value
