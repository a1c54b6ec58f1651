"""The need ledger: what schools and districts ask for, and how much of it is met.

A need is met by what deliveries gave it, at the dosage it asked for:

    met = min(asked, Σ delivered),   people count in full from the asked hours each on, else in proportion.

School and partner may tell of one delivery differently: the value takes the mean of their accounts, the range the lesser
and the greater. What one side does not say is taken from the other. A delivery of which neither says how many hours, or
how much, may have met all or nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from allcity.analysis.cells import Cells
from allcity.analysis.city import CityYear
from allcity.analysis.figures import Figure
from allcity.analysis.findings import Tally
from allcity.analysis.owed import measure_owed
from allcity.analysis.partners import accounts
from allcity.analysis.provenance import provenance
from allcity.analysis.public import AREA_AXIS, CONTRIBUTION_AXIS, Told, withheld_rows, withheld_totals
from allcity.analysis.withholding import Observed, Versions, withhold


def ledger(city_year: CityYear) -> pl.DataFrame:
    """Each stated need with what met it: need_id, contribution, unit, area_id, asked, met, met_low, met_high.

    `asked` is null where the need does not say how much.
    """
    needs = city_year.needs.join(
        city_year.schools.select("school_id", "area_id"), on="school_id", how="left", maintain_order="left"
    ).with_columns(asked=pl.col("amount"))
    people = pl.col("unit").is_in(["students", "teachers"])
    given = pl.when(pl.col("unit") == "students").then("students").otherwise("amount")
    part = pl.when(people & (pl.col("dosage_hours") > 0)).then(pl.col("hours") / pl.col("dosage_hours")).otherwise(1.0)
    met = pl.col("given") * pl.col("part").clip(0, 1)
    deliveries = (
        accounts(city_year)
        .join(needs.select("need_id", "unit", "dosage_hours"), on="need_id", how="inner")
        .with_columns(given=given, part=part)
        .with_columns(met=met.fill_null(0), most=pl.coalesce(met, "given", np.inf))
        .group_by("need_id", "delivery_id")
        .agg(pl.col("met").mean(), met_low=pl.col("met").min(), met_high=pl.col("most").max())
        .group_by("need_id")
        .agg(pl.col("met", "met_low", "met_high").sum())
    )
    ends = ("met", "met_low", "met_high")
    return (
        needs.join(deliveries, on="need_id", how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("asked").is_not_null()).then(pl.min_horizontal(pl.col(end).fill_null(0), "asked")).alias(end)
            for end in ends
        )
        .select("need_id", "contribution", "unit", "area_id", "asked", *ends)
    )


def deliveries_told(city_year: CityYear) -> bool:
    """Whether anything is known of deliveries at all; where it is not, nobody knows what is met."""
    return provenance(city_year, "deliveries").coverage != "none" or len(city_year.deliveries) > 0


def measure_needs(
    city_year: CityYear, cells: Cells, versions: Versions | None = None, records: Told | None = None
) -> tuple[list[Figure], list[Tally]]:
    """What was asked for, met and unmet: in students for the city and its areas, by contribution in its own unit."""
    rows = ledger(city_year)
    owed = list(measure_owed(city_year, cells))
    if provenance(city_year, "needs").coverage == "none" and rows.is_empty():
        return owed, [Tally("no_need_source", "sources", 1, 1)]
    line = _Line.of(city_year)
    threshold = city_year.framework.targets.suppression_threshold.value
    students = rows.filter(pl.col("unit") == "students")

    untold = _told_by_deliveries(city_year, rows, records or {}, threshold)

    def told_by_records(axis: int, column: str, group: str) -> tuple[bool, ...]:
        asked = group in withheld_totals(records or {}, "needs", city_year.year, axis)
        given = group in untold[column]
        return asked, given, given

    areas = [
        replace(line.observed({"area": area_id}, mine), told_by_records=told_by_records(AREA_AXIS, "area_id", area_id))
        for area_id in city_year.areas["area_id"]
        if len(mine := students.filter(pl.col("area_id") == area_id))
    ]
    lines = {
        contribution: replace(
            line.observed({"contribution": contribution}, mine),
            told_by_records=told_by_records(CONTRIBUTION_AXIS, "contribution", contribution),
        )
        for contribution, mine in _by_contribution(city_year, rows)
    }
    # Teachers, things and hours are not students, so that none of them is withheld.
    of_students = {id_ for id_, entry in city_year.framework.contributions.items() if entry.unit == "students"}
    protected = [lines[contribution] for contribution in lines if contribution in of_students]
    figures = withhold(line.observed(None, students), areas, protected, threshold=threshold, versions=versions)
    figures += [figure for id_, observed in lines.items() if id_ not in of_students for figure in observed.figures]
    hidden = {f.by["contribution"] for f in figures if f.suppressed and f.by and "contribution" in f.by}
    for contribution, mine in _by_contribution(city_year, rows):
        share = line.met_share(contribution, mine)
        figures.append(share.withheld() if contribution in hidden else share)
    unsaid = rows["asked"].null_count()
    return [*figures, *owed], [Tally("amount", "needs", unsaid, len(rows))]


def _told_by_deliveries(
    city_year: CityYear, rows: pl.DataFrame, records: Told, threshold: int
) -> dict[str, set[str | None]]:
    """The groups of which what was met would tell of a delivery that the public records withhold, by column.

    It tells of one that is the only one of its group, and of two that are too few together.
    """
    given = city_year.deliveries.filter(pl.col("delivery_id").is_in(list(withheld_rows(records, "deliveries"))))
    met = rows.filter(pl.col("need_id").is_in(given["need_id"].drop_nulls().implode()))
    few = (pl.len() < 2) | (pl.col("met").fill_null(0).sum() < threshold)
    return {
        column: set(met.group_by(column).agg(few=few).filter("few")[column]) for column in ("area_id", "contribution")
    }


def _by_contribution(city_year: CityYear, rows: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """The needs for each contribution that are counted in its own unit."""
    for contribution, entry in city_year.framework.contributions.items():
        yield contribution, rows.filter((pl.col("contribution") == contribution) & (pl.col("unit") == entry.unit))


@dataclass(frozen=True)
class _Line:
    """How lines of the ledger become figures: `named` where the sources name all needs, `delivered` all deliveries.

    `told` is whether anything is known of deliveries at all.
    """

    base: Figure
    named: bool
    delivered: bool
    told: bool

    @classmethod
    def of(cls, city_year: CityYear) -> "_Line":
        needs, deliveries = provenance(city_year, "needs"), provenance(city_year, "deliveries")
        both = provenance(city_year, "needs", "deliveries")
        narrows = (() if needs.bounded else ("needs_coverage",)) + (
            () if deliveries.bounded else ("deliveries_coverage",)
        )
        base = Figure(
            "", None, "count", city_year.year, records="needs", source=both.source, as_of=both.as_of, narrows=narrows
        )
        return cls(base, named=needs.bounded, delivered=deliveries.bounded, told=deliveries_told(city_year))

    def observed(self, by: dict[str, str] | None, rows: pl.DataFrame) -> Observed:
        """Stated, met and unmet, in that order. A need that does not say how much leaves the high ends open.

        Deliveries that no source names may have met all the rest.
        """
        asked, met, least, most = _sums(rows)
        told = rows.drop_nulls("asked")
        complete = self.named and len(told) == len(rows)
        base = replace(
            self.base, by=by, known=len(told), total=len(rows),
            narrows=self.base.narrows + (("amount",) if len(told) < len(rows) else ()),
        )  # fmt: skip

        def figure(name: str, value: float, low: float, high: float, if_complete: float) -> Figure:
            return replace(
                base, id=f"needs.{name}", value=value if self.told or name == "stated" else None, low=low,
                high=high if complete else None, high_if_complete=if_complete,
            )  # fmt: skip

        at_most = most if self.delivered else asked
        figures = (
            figure("stated", asked, asked, asked, asked),
            figure("met", met, least, at_most, most),
            figure("unmet", asked - met, asked - at_most, asked - least, asked - least),
        )
        bounds = ((least, asked - least), (most, asked - most))
        return Observed(figures, (met, asked - met), bounds=bounds)

    def met_share(self, contribution: str, rows: pl.DataFrame) -> Figure:
        """What was met of what was asked for; needs that no source names, or without an amount, may lower it."""
        asked, met, least, most = _sums(rows)
        told = rows["asked"].count()
        figure = replace(
            self.base,
            id="needs.met_share",
            unit="share",
            by={"contribution": contribution},
            known=told,
            total=len(rows),
        )
        if not asked > 0:
            return figure
        complete = self.named and told == len(rows)
        return replace(
            figure, value=met / asked if self.told else None, low=least / asked if complete else 0.0,
            high=(most / asked if self.delivered else 1.0) if complete else None, high_if_complete=most / asked,
        )  # fmt: skip


def _sums(rows: pl.DataFrame) -> list[float]:
    """Asked, met, and the least and the most that may be met, of the needs that say how much."""
    return [float(rows[name].sum()) for name in ("asked", "met", "met_low", "met_high")]
