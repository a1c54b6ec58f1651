"""What was given in the sample city, as the partner and the school tell it."""

import numpy as np
import polars as pl

from allcity.sample.draws import dates, day_number, next_monday
from allcity.sample.links import KINDS
from allcity.sample.names import ids
from allcity.sample.partnerships import link_years


def deliveries_table(
    links: pl.DataFrame, needs: pl.DataFrame, rows: pl.DataFrame, random: np.random.Generator
) -> pl.DataFrame:
    """Each link's work of a year, as the partner and the school tell it. Some is told by one alone, some by neither."""
    answered = rows.select("school_id", "year", "answered", "students")
    table = (
        link_years(links)
        .join(KINDS, on="kind", how="left", maintain_order="left")
        .join(answered, on=("school_id", "year"), how="left", maintain_order="left")
        .join(
            needs.select("school_id", "year", "contribution", "need_id"),
            on=("school_id", "year", "contribution"),
            how="left",
            maintain_order="left",
        )
    )
    table = table.filter(pl.Series(random.random(len(table)) >= 0.05) | pl.col("case").is_not_null())
    count = len(table)
    replaced = pl.col("case") == "supplanting"
    part = pl.Series(random.random(count))
    days = next_monday(day_number(table["year"].to_numpy(), 9, 29)) + 7 * random.integers(0, 12, count)
    sessions = (pl.col("fewest") + part * (pl.col("most") - pl.col("fewest") + 1)).floor().cast(pl.Int64)
    sessions = pl.when(replaced).then(64).otherwise(sessions)
    students = pl.col("smallest") + pl.Series(random.random(count)) * (pl.col("greatest") - pl.col("smallest"))
    students = pl.min_horizontal(students.round(), (pl.col("students") * 0.9).round())
    weeks = pl.min_horizontal(sessions - 1, 24)
    amount = (
        pl.when(pl.col("kind") == "resources")
        .then(pl.Series(random.integers(5, 40, count)))
        .when(pl.col("kind") == "development")
        .then(pl.Series(random.integers(1, 4, count)))
        .when(pl.col("contribution") == "performance_expertise")
        .then(sessions * pl.col("each_hours"))
    )
    in_hours = pl.col("setting") == "in_school_hours"
    table = table.with_columns(
        delivery_id=pl.Series(ids("d", count)),
        start_date=dates(days),
        end_date=dates(days) + pl.duration(days=7 * weeks),
        sessions=sessions,
        hours=sessions * pl.col("each_hours"),
        students=pl.when(pl.col("smallest").is_not_null()).then(students.cast(pl.Int64)),
        amount=amount,
        certified_teacher=pl.when(in_hours).then(
            pl.Series(random.random(count) < 0.68) & ~replaced.fill_null(value=False)
        ),
    )
    return pl.concat([_account(table, account, random) for account in ("organization", "school")]).sort(
        "delivery_id", "account"
    )


def district_deliveries(partnerships: pl.DataFrame, needs: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """The universities' courses for the districts' teachers, each answering that year's need."""
    table = link_years(partnerships).explode("district_ids").rename({"district_ids": "district_id"})
    table = table.join(
        needs.select("district_id", "year", "need_id"), on=("district_id", "year"), maintain_order="left"
    )
    count = len(table)
    start = next_monday(day_number(table["year"].to_numpy(), 10, 10))
    return table.select(
        "partnership_id",
        "organization_id",
        "contribution",
        "need_id",
        "setting",
        "year",
        delivery_id=pl.lit("district-") + pl.Series(ids("d", count)),
        account=pl.lit("organization"),
        start_date=dates(start),
        end_date=dates(start + 7 * 20),
        sessions=pl.lit(6),
        hours=pl.lit(12.0),
        amount=pl.Series(random.integers(12, 30, count)).cast(pl.Float64),
    )


def _account(table: pl.DataFrame, account: str, random: np.random.Generator) -> pl.DataFrame:
    """One side's account: often complete, sometimes with other numbers than the other side's, sometimes missing."""
    count = len(table)
    by_school = account == "school"
    drawn = pl.Series(random.random(count) < (0.75 if by_school else 0.92))
    told = (drawn & pl.col("answered")) if by_school else (drawn | pl.col("case").is_not_null())
    differs = random.random(count) < (0.3 if by_school else 0)
    factor = pl.Series(np.where(differs, random.uniform(0.55, 1.15, count), 1))
    return table.with_columns(
        account=pl.lit(account),
        hours=pl.when(pl.Series(random.random(count) >= 0.15)).then((pl.col("hours") * factor * 4).round() / 4),
        students=pl.when(pl.Series(random.random(count) >= 0.08)).then(
            (pl.col("students") * factor).round().cast(pl.Int64)
        ),
        certified_teacher=pl.when(pl.Series(random.random(count) >= 0.1)).then("certified_teacher"),
    ).filter(told)
