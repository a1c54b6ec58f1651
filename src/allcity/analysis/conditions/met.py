"""What a partnership's needs got from it, from others before it, and in all: the ledger, partnership by partnership."""

from dataclasses import replace
from datetime import timedelta

import polars as pl

from allcity.analysis.conditions.records import Records
from allcity.analysis.needs import deliveries_told, ledger

ENDS = ("", "_low", "_high")
ROUNDING = 1e-6
"""Students at a dosage are sums of fractions."""
GIVEN = ("own", "own_now", "before", "all")


def needs_met(records: Records) -> pl.DataFrame:
    """A row for each partnership and need that it answers.

    partnership_id, need_id, `year`, `unit`, `asked`, and what was met of it, each with `_low` and `_high`: `own` by the
    partnership, `own_now` by its deliveries of the newest year, `before` by what others had begun when it first gave
    something for the need, or by now where it has not yet, `all` by everybody. Of what was not over by then it is not known
    how much had been given: it counts in full, and not at all at the low end. Null where the need is in none of the years or
    does not say how much, or nothing is known of deliveries; where sources do not name all deliveries, others may have met
    whatever was asked.
    """
    pairs = pl.concat(
        [
            records.partnerships.select("partnership_id", need_id="need_ids").explode("need_id").drop_nulls(),
            records.deliveries.select("partnership_id", "need_id").drop_nulls(),
        ]
    ).unique(maintain_order=True)
    needs = pairs.join(records.needs, on="need_id", how="left", maintain_order="left")
    of_needs = _deliveries_of(records, pairs)
    begun, over = (~pl.col("own") & (pl.col(day) < pl.col("first")) for day in ("begins", "ends"))
    parts = {
        "own": pl.col("own"),
        "own_now": pl.col("own") & pl.col("now"),
        "before": begun,
        "over": over,
        "all": pl.lit(value=True),
    }
    # An id for each need as each partnership meets it makes one ledger of all of them.
    line = pl.concat_str("partnership_id", pl.lit("\x1f"), "part", pl.lit("\x1f"), "need_id")
    lines, deliveries = (
        pl.concat([rows.filter(which).with_columns(part=pl.lit(part)) for part, which in filters.items()])
        .with_columns(need_id=line)
        .select(columns)
        for rows, filters, columns in (
            (needs, dict.fromkeys(parts, pl.lit(value=True)), records.needs.columns),
            (of_needs, parts, records.accounts.columns),
        )
    )
    found = ledger(replace(records.newest, needs=lines, deliveries=deliveries))
    met = {part: found.slice(at * len(needs), len(needs)) for at, part in enumerate(parts)}
    met["before"] = met["before"].with_columns(met["over"]["met_low"])
    told = any(deliveries_told(city_year) for city_year in records.city_years)
    complete = records.complete("deliveries", every_year=True)
    return needs.select("partnership_id", "need_id", "year", "unit", asked="amount").with_columns(
        met[part][f"met{end}"].alias(f"{part}{end}")
        if told and (complete or end != "_high")
        else (pl.col("asked") if end == "_high" else pl.lit(0.0 if end else None, pl.Float64)).alias(f"{part}{end}")
        for part in GIVEN
        for end in ENDS
    )


def _deliveries_of(records: Records, pairs: pl.DataFrame) -> pl.DataFrame:
    """All accounts of the deliveries for each pair's need: whether they are its `own`, and when the `first` of those began."""
    each = records.each_delivery.select(
        "delivery_id", "need_id", "now", giver="partnership_id", begins="start_date", ends="end_date"
    )
    own = (pl.col("giver") == pl.col("partnership_id")).fill_null(value=False)
    return (
        pairs.join(each, on="need_id")
        .join(records.accounts.drop("partnership_id", "need_id"), on="delivery_id")
        .with_columns(own=own)
        .with_columns(first=pl.col("begins").filter("own").min().over("partnership_id", "need_id"))
        .with_columns(pl.col("first").fill_null(records.until + timedelta(days=1)))
    )
