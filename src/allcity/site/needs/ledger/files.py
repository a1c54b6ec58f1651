"""The ledger as a file, for those who keep it."""

import io
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from allcity.formats.typed import inert
from allcity.site.needs.models import Need

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_NUMBERS = ("asked", "met", "met_low", "met_high", "unmet", "low", "high")
_TEXTS = (
    "need_id", "year", "school", "district", "contribution", "unit", "grade_band", "group", "state", "priority",
    "description", "as_of",
)  # fmt: skip


def ledger_file(kind: str, needs: Iterable[Need], found: Mapping[tuple[int, str], Mapping[str, Any]]) -> bytes:
    """The needs with what examinations found of them, by year and key, as "csv" or "xlsx".

    What is met and not met of them is empty where it is withheld or not known.
    """
    rows = [_row(need, found.get((need.year, need.key), {})) for need in needs]
    schema = dict.fromkeys(_TEXTS, pl.String) | dict.fromkeys(_NUMBERS, pl.Float64)
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_columns(inert(pl.col(pl.String)))
    if kind == "csv":
        return frame.write_csv().encode()
    target = io.BytesIO()
    frame.write_excel(target, worksheet="ledger")
    return target.getvalue()


def _row(need: Need, found: Mapping[str, Any]) -> tuple[Any, ...]:
    texts = (
        need.key, need.year, need.school, need.district, need.contribution, need.unit, need.grade_band, need.group,
        need.state, need.priority, need.description, need.as_of,
    )  # fmt: skip
    told = (None if text is None else str(text) for text in texts)
    return (*told, need.amount, *(found.get(name) for name in _NUMBERS[1:]))
