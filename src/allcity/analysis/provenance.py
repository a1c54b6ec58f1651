"""Where a figure comes from, how old that is, and whether it names all of its kind."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from allcity.analysis.city import CityYear

Coverage = Literal["complete", "partial", "unknown", "none"]


@dataclass(frozen=True)
class Provenance:
    """`coverage` is "none" where no source speaks of these tables in this year: then nothing is known, not even a zero.

    `as_of` is the day up to which all of the sources were known to be true, so the oldest of their newest days.
    """

    source: tuple[str, ...]
    as_of: date | None
    coverage: Coverage

    @property
    def bounded(self) -> bool:
        """Whether the records name all there is, so that a figure has a high bound."""
        return self.coverage == "complete"


def provenance(city_year: CityYear, *tables: str) -> Provenance:
    """What stands behind figures that are computed from the rows of these tables of the city-year.

    A table is completely covered where one of the sources that feed it in this year declares so; the tables together
    are covered as well as the least covered of them.
    """
    sources = city_year.sources.filter(
        (pl.col("first_year").is_null() | (pl.col("first_year") <= city_year.year))
        & (pl.col("last_year").is_null() | (pl.col("last_year") >= city_year.year))
    )
    worst: Coverage = max((_coverage(sources, table) for table in tables), key=_RANK.index, default="none")
    rows = pl.concat([getattr(city_year, table).select("source_id", "as_of") for table in tables])
    days = rows.group_by("source_id").agg(pl.col("as_of").max()).sort("source_id")
    return Provenance(
        source=tuple(days["source_id"].drop_nulls()),
        as_of=min(days["as_of"].to_list(), default=None),
        coverage=worst,
    )


_RANK: tuple[Coverage, ...] = ("complete", "partial", "unknown", "none")


def _coverage(sources: pl.DataFrame, table: str) -> Coverage:
    declared: list[Coverage] = sources.filter(pl.col("tables").list.contains(table))["coverage"].to_list()
    return min(declared, key=_RANK.index, default="none")
