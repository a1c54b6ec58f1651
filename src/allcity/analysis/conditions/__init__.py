"""Meaningful, collaborative, additive: what records show of each partnership, criterion by criterion.

The levels are those of the framework, in words; the modules beside this one say for each criterion which records stand for
which level. Criteria stand side by side: no number is made of several of them, and what the sides say themselves stands
beside what the records show and is averaged with nothing. See `ladder.py` for how missing records make a range.

It is for the parties of a partnership: counts of students stand in the evidence as they were told, and whoever publishes
them withholds small ones, as everywhere. Of what students answer, small counts are withheld here already.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import get_args

import polars as pl

from allcity.analysis.city import CityYear, year_dates
from allcity.analysis.conditions import additive, collaborative, meaningful
from allcity.analysis.conditions.ladder import HIGHEST, JUDGED, LOWEST, unknown
from allcity.analysis.conditions.records import Records
from allcity.declaration.framework import Side

CRITERIA: Mapping[str, Mapping[str, Callable[[Records], pl.DataFrame]]] = {
    "meaningful": meaningful.CRITERIA,
    "collaborative": collaborative.CRITERIA,
    "additive": additive.CRITERIA,
}
"""The criteria that can be computed, by condition."""

SAID = pl.List(pl.Struct({"side": pl.String, "level": pl.Int64, "number": pl.Int64}))
SIDES_OF = {
    "partner_organizations": "organization", "musicians": "organization", "school_leaders": "school",
    "music_educators": "teacher", "general_teachers": "teacher",
}  # fmt: skip
"""The side on which participants of an ecosystem are."""


def judge(city_years: Sequence[CityYear], *, until: date | None = None) -> pl.DataFrame:
    """What records show of each partnership of the newest year, for every criterion of the city's framework.

    Args:
        city_years: school years in order and without a gap, the newest last. Earlier ones tell of continuity, of needs, and
            of the school's own music before.
        until: the last day that is looked at, today while a year is running; the year's last day without it.

    Returns:
        A row for each partnership and criterion, in the order of the partnerships and of the framework: partnership_id,
        condition, criterion, `level` (1 to 4; null where it cannot be told), `low` and `high` (what missing records could make
        of it), `evidence` (a JSON object of numbers, days as ISO text and null for what is not known) and `said`, a list of
        side, level and number of people: what sides chose when they were asked.

    Raises:
        ValueError: there is no city-year, or they are not consecutive.
    """
    years = [city_year.year for city_year in city_years]
    if not years or years != list(range(years[0], years[-1] + 1)):
        raise ValueError("city-years must be consecutive, the newest last")
    records = Records(city_years, until or year_dates(years[-1])[1])
    parts = []
    for condition_id, condition in records.newest.framework.conditions.items():
        computed = CRITERIA.get(condition_id, {})
        for criterion_id in condition.criteria:
            found = (
                computed[criterion_id](records)
                if criterion_id in computed
                else unknown(records.partnerships, evidence={})
            )
            parts.append(
                found.select(
                    *(pl.col(name).cast(dtype) for name, dtype in JUDGED.items()),
                    condition=pl.lit(condition_id),
                    criterion=pl.lit(criterion_id),
                ).with_row_index("row")
            )
    columns = ("partnership_id", "condition", "criterion", "level", "low", "high", "evidence", "said")
    if not parts:
        return pl.DataFrame(schema={**JUDGED, "condition": pl.String, "criterion": pl.String, "said": SAID}).select(
            columns
        )
    return (
        pl.concat(parts)
        .sort("row", maintain_order=True)
        .join(_said(records), on=["partnership_id", "criterion"], how="left", maintain_order="left")
        .with_columns(pl.col("said").fill_null(pl.lit([], SAID)))
        .select(columns)
    )


def _said(records: Records) -> pl.DataFrame:
    """The levels that sides chose for a criterion, asked as a question, of this partnership or where it is the only one."""
    sides = SIDES_OF | {side: side for side in get_args(Side)}
    return (
        records.answers.filter(pl.col("level").is_not_null())
        .with_columns(side=pl.col("participant_type").replace_strict(sides, default=None, return_dtype=pl.String))
        .drop_nulls("side")
        .group_by("partnership_id", "side", "level", criterion="question_id")
        .agg(pl.col("number").sum())
        .sort("side", "level")
        .group_by("partnership_id", "criterion", maintain_order=True)
        .agg(said=pl.struct("side", "level", "number"))
    )


def by_condition(judged: pl.DataFrame) -> pl.DataFrame:
    """The criteria's levels within each condition of each partnership, as a distribution: what `judge` gives.

    partnership_id, condition, `level_1` to `level_4` (how many criteria are there), `unknown` (how many cannot be told),
    `worst` and `best` of those that can (null where none can), and `lowest` and `highest`, what missing records could make
    of the worst and the best. There is no mean: much of one cannot make up for little of another.
    """
    return judged.group_by("partnership_id", "condition", maintain_order=True).agg(
        *((pl.col("level") == level).sum().alias(f"level_{level}") for level in range(LOWEST, HIGHEST + 1)),
        unknown=pl.col("level").null_count(),
        worst=pl.col("level").min(),
        best=pl.col("level").max(),
        lowest=pl.col("low").min(),
        highest=pl.col("high").max(),
    )
