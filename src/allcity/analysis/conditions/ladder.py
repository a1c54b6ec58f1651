"""Four levels as a ladder: what must be on record for each, and how sure that is.

A level is the highest of which what its words ask for is on record. As records may be missing, each sign is read three
times: it holds *surely*, whatever the unknown turns out to be; as *shown* by what is known; or *possibly*, if the unknown
turns out well. The three readings give the low end, the level and the high end.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

LOWEST, HIGHEST = 1, 4

JUDGED = {
    "partnership_id": pl.String, "level": pl.Int64, "low": pl.Int64, "high": pl.Int64, "evidence": pl.String,
}  # fmt: skip
"""What a criterion says of each partnership."""


@dataclass(frozen=True)
class Sign:
    """Whether something holds, in three readings: `surely` implies `shown`, and `shown` implies `possibly`."""

    surely: pl.Expr
    shown: pl.Expr
    possibly: pl.Expr

    def __and__(self, other: "Sign") -> "Sign":
        return Sign(self.surely & other.surely, self.shown & other.shown, self.possibly & other.possibly)

    def __or__(self, other: "Sign") -> "Sign":
        return Sign(self.surely | other.surely, self.shown | other.shown, self.possibly | other.possibly)


def holds(known: pl.Expr, possibly: pl.Expr | None = None) -> Sign:
    """A sign that holds where it is `known` to; where that is null, and wherever else `possibly` says so, it may."""
    known_to = known.fill_null(value=False)
    may = known.is_null() if possibly is None else known.is_null() | possibly.fill_null(value=True)
    return Sign(known_to, known_to, known_to | may)


def in_part(shown: pl.Expr) -> Sign:
    """A sign for words of which records show a part alone: where that is shown, the rest is taken to be so, not known."""
    return Sign(pl.lit(value=False), shown.fill_null(value=False), pl.lit(value=True))


def at_least(name: str, threshold: float) -> Sign:
    """Whether a number with its ends, `name`_low and `name`_high, is at least so high; a null end bounds nothing."""
    low, high = pl.col(f"{name}_low").fill_null(0) >= threshold, pl.col(f"{name}_high") >= threshold
    surely = low.fill_null(value=False)
    shown = surely | (pl.col(name) >= threshold).fill_null(value=False)
    return Sign(surely, shown, shown | high.fill_null(value=True))


def judged(
    rows: pl.DataFrame, *, levels: tuple[Sign, Sign, Sign], told: pl.Expr | None = None, evidence: Mapping[str, pl.Expr]
) -> pl.DataFrame:
    """What a criterion says of each row: the columns of `JUDGED`, in the order of the rows.

    `levels` are the signs of the second, third and fourth level. The level is null where nothing is `told`. `evidence` is
    written as a JSON object, with null for what is not known.
    """
    low, level, high = (
        _highest([getattr(sign, reading).fill_null(value=reading == "possibly") for sign in levels])
        for reading in ("surely", "shown", "possibly")
    )
    known = pl.lit(value=True) if told is None else told.fill_null(value=False)
    return rows.select(
        "partnership_id",
        level=pl.when(known).then(level),
        low=low,
        high=high,
        evidence=_as_json(evidence),
    )


def unknown(rows: pl.DataFrame, *, evidence: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """What can be said of a criterion of which no record tells anything, in the same columns."""
    return rows.select(
        "partnership_id",
        level=pl.lit(None, pl.Int64),
        low=pl.lit(LOWEST, pl.Int64),
        high=pl.lit(HIGHEST, pl.Int64),
        evidence=_as_json(evidence),
    )


def _as_json(evidence: Mapping[str, pl.Expr]) -> pl.Expr:
    named = [value.alias(name) for name, value in evidence.items()]
    return pl.struct(named).struct.json_encode() if named else pl.lit("{}")


def _highest(signs: list[pl.Expr]) -> pl.Expr:
    reached = pl.lit(LOWEST, pl.Int64)
    for level, sign in enumerate(signs, start=LOWEST + 1):
        reached = pl.when(sign).then(pl.lit(level, pl.Int64)).otherwise(reached)
    return reached
