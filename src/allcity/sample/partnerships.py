"""The sample city's partnerships with their agreements, goals and check-ins, and the seats they reserve."""

import numpy as np
import polars as pl

from allcity.sample.draws import chosen, dates, day_number, gaps, next_monday, whole
from allcity.sample.links import KINDS
from allcity.sample.names import ids
from allcity.sample.schools import YEARS

_GOALS = [
    ("Each student plays a piece of their own choice for an audience.", "musical", "MU:Pr6"),
    ("Students read simple notation on their instrument by spring.", "curriculum", "MU:Pr4"),
    ("Students write and record a song about their neighborhood.", "curriculum", "MU:Cr2"),
    ("Students who have missed many days come more often.", "educational", None),
    ("Older students lead a section of the younger ones.", "social", None),
]
_NEXT_STEPS = ["Plan the spring concert together", "Find a larger room", "Agree on dates for next year", None]
_FUNDERS = ["School budget", "District", "Lantern Fund (made up)", "Ropewalk Foundation (made up)", "Members and gifts"]
_AGES = {"elementary": (5, 11), "k8": (5, 14), "middle": (11, 14), "high": (14, 18)}


def joined_partnerships(links: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """The links with the `partnership` they belong to, numbered from 0.

    Mostly it is one link; some organizations run the same work at several schools as one partnership.
    """
    count = len(links)
    together = random.random(int(links["organization"].max()) + 1) < 0.2  # type: ignore[arg-type]
    as_one = pl.Series(together[links["organization"].to_numpy()]) & (pl.col("size") > 5) | (pl.col("case") == "handover")
    alone = pl.when(as_one.fill_null(value=False)).then(None).otherwise(pl.int_range(count))
    keys = links.with_columns(alone=alone).select("organization", "kind", "contribution", "first", "last", "alone")
    return links.with_columns(partnership=keys.select(pl.struct(pl.all()).rank("dense") - 1).to_series().cast(pl.Int64))


def partnerships_table(
    links: pl.DataFrame, met: pl.DataFrame, district_needs: pl.DataFrame, random: np.random.Generator
) -> pl.DataFrame:
    """Partnerships with their dates; `met` says which need each link answers. Two of the universities serve districts."""
    table = links.group_by("partnership", maintain_order=True).agg(
        pl.col("organization_id", "organization_name", "kind", "contribution", "first", "last", "case").first(),
        pl.col("school_id").unique().sort().alias("school_ids"),
        pl.col("school_name").first(),
        pl.col("school").first(),
    )
    return table
