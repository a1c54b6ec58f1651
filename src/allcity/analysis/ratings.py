"""Published ratings of schools over the years: which reports measured anything, how steady ratings are, and what may be compared.

A report of a school year often holds the rating of the year before: each rating belongs to the year that it describes. A report
that repeats the one before it school by school was carried forward and measured nothing, so that it is no year of its own.
Ratings are steps, not amounts: where they are compared before and after, the numbers are ranks and their differences are steps.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import polars as pl

from allcity.analysis.cells import BoolArray
from allcity.analysis.supplanting import Panel

LAG = 1
"""Years from the one that a rating describes to that of the report which holds it, where it does not say."""
CARRIED_FORWARD = 0.99
"""The share of schools with the same rating as in the report before, from which on nobody can have measured anew. An
assumption of ours: among Chicago's reports that were measured, about six of ten schools keep theirs."""


def measured(reports: pl.DataFrame) -> pl.DataFrame:
    """What reports measured, in the order of their years.

    `reports` has school_id, `year` of the report, `rating` (null: none) and, if it is known, `rating_year`, that which it
    describes. Columns: school_id, year, rating, `rating_year`; reports without a rating, or carried forward, are not there.
    """
    rated = reports.drop_nulls("rating")
    if "rating_year" not in rated.columns:
        rated = rated.with_columns(rating_year=pl.lit(None, pl.Int64))
    rated = rated.with_columns(pl.col("rating_year").fill_null(pl.col("year") - LAG))
    years = rated["year"].unique().sort().to_list()
    carried = {later for earlier, later in pairwise(years) if is_carried_forward(rated, earlier, later)}
    return rated.filter(~pl.col("year").is_in(carried)).select("school_id", "year", "rating", "rating_year").sort(
        "year", "school_id"
    )  # fmt: skip


def is_carried_forward(reports: pl.DataFrame, earlier: int, later: int) -> bool:
    """Whether the report of one year repeats that of another, school by school."""
    kept = _kept(reports, earlier, later)
    share = kept.mean()
    return isinstance(share, float) and share >= CARRIED_FORWARD


def stability(ratings: pl.DataFrame) -> pl.DataFrame:
    """How many schools keep their rating from one measured report to the next. `ratings` is what `measured` gives.

    Columns: `earlier`, `later`, `schools` that are in both, and `kept`, their share.
    """
    years = ratings["year"].unique().sort().to_list()
    rows = [
        (earlier, later, len(kept), kept.mean())
        for earlier, later in pairwise(years)
        if len(kept := _kept(ratings, earlier, later))
    ]
    schema = {"earlier": pl.Int64, "later": pl.Int64, "schools": pl.Int64, "kept": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def panel_of_ratings(
    ratings: pl.DataFrame, *, steps: Sequence[str], partnered: BoolArray | None = None
) -> tuple[Panel, Sequence[str], Sequence[int]]:
    """Ratings as what a school itself gives, for `supplanting.screen`; the school_id of each row, and the year of each column.

    `steps` are the ratings from the lowest up: 0, 1, …; any other, as one for incomplete data, is unknown. Columns are all years
    from the first that a rating describes to the last. `partnered` is (schools, years); without it no partner came anywhere.
    """
    schools = ratings["school_id"].unique().sort().to_list()
    years = list(range(ratings["rating_year"].min(), ratings["rating_year"].max() + 1))  # type: ignore[operator, arg-type]
    rank = {step: float(number) for number, step in enumerate(steps)}
    own = np.full((len(schools), len(years)), np.nan)
    row = {school: number for number, school in enumerate(schools)}
    for school, rating, year in ratings.select("school_id", "rating", "rating_year").iter_rows():
        own[row[school], year - years[0]] = rank.get(rating, np.nan)
    nowhere: BoolArray = np.zeros(own.shape, dtype=bool)
    undocumented: BoolArray = np.zeros(len(schools), dtype=bool)
    kind = np.zeros(len(schools), dtype=np.int64)
    return Panel(own, nowhere if partnered is None else partnered, kind, undocumented), schools, years


def _kept(ratings: pl.DataFrame, earlier: int, later: int) -> pl.Series:
    """Of each school with a rating in both reports, whether it is the same."""
    before, after = (ratings.filter(pl.col("year") == year).select("school_id", "rating") for year in (earlier, later))
    both = before.join(after, on="school_id", suffix="_after")
    return both["rating"] == both["rating_after"]
