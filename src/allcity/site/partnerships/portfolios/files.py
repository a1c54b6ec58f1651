"""A portfolio as CSV, for whoever reads it on the page: what they may not read there is empty."""

from collections.abc import Iterable, Sequence

import polars as pl

from allcity.formats.typed import inert
from allcity.site.partnerships.portfolios.queries import Amount, Row

_TEXTS = (
    "partnership_id",
    "name",
    "organizations",
    "schools",
    "districts",
    "contributions",
    "phase",
    "start_date",
    "end",
)
_ENDS = ("", "_low", "_high")


def portfolio_file(rows: Iterable[Row], *, criteria: Sequence[str], units: Sequence[str]) -> bytes:
    """The partnerships with what each adds, `met_` by unit, and its level by each criterion; what is not known is empty."""
    numbers = [f"{name}{end}" for name in ("placed", *(f"met_{unit}" for unit in units)) for end in _ENDS]
    schema = (
        dict.fromkeys(_TEXTS, pl.String)
        | dict.fromkeys(numbers, pl.Float64)
        | {f"level_{criterion}": pl.Int64 for criterion in criteria}
    )
    frame = pl.DataFrame([_row(row, criteria, units) for row in rows], schema=schema, orient="row", strict=False)
    return frame.with_columns(inert(pl.col(pl.String))).write_csv().encode()


def _row(row: Row, criteria: Sequence[str], units: Sequence[str]) -> tuple[object, ...]:
    each, found = row.partnership, row.found
    end = each.end_date or each.planned_end_date
    texts = (
        each.key,
        each.name,
        *("; ".join(str(one) for one in places.all()) for places in (each.organizations, each.schools, each.districts)),
        "; ".join(each.contributions),
        row.phase.value,
        each.start_date.isoformat(),
        end.isoformat() if end else None,
    )
    amounts = [found.placed if found else None, *(found.met.get(unit) if found else None for unit in units)]
    numbers = [number for amount in amounts for number in _numbers(amount)]
    return (*texts, *numbers, *(found.levels.get(criterion) if found else None for criterion in criteria))


def _numbers(amount: Amount | None) -> tuple[float | None, ...]:
    return (amount.value, amount.low, amount.high) if amount else (None, None, None)
