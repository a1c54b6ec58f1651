"""The need ledger: what schools and districts ask for, how much of it is met, and what they are owed by targets.

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

from allcity.analysis.baseline import band_minutes, bounded_share
from allcity.analysis.cells import BoolArray, Cells, FloatArray
from allcity.analysis.city import CityYear
from allcity.analysis.figures import Figure, Unit
from allcity.analysis.findings import Tally
from allcity.analysis.partners import accounts
from allcity.analysis.provenance import provenance
from allcity.analysis.season import known
from allcity.analysis.withholding import Observed, withhold


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


def measure_needs(city_year: CityYear, cells: Cells) -> tuple[list[Figure], list[Tally]]:
    """What was asked for, met and unmet: in students for the city and its areas, by contribution in its own unit."""
    rows = ledger(city_year)
    owed = list(_owed(city_year, cells))
    if provenance(city_year, "needs").coverage == "none" and rows.is_empty():
        return owed, [Tally("no_need_source", "sources", 1, 1)]
    line = _Line.of(city_year)
    threshold = city_year.framework.targets.suppression_threshold.value
    students = rows.filter(pl.col("unit") == "students")
    areas = [
        line.observed({"area": area_id}, mine)
        for area_id in city_year.areas["area_id"]
        if len(mine := students.filter(pl.col("area_id") == area_id))
    ]
    lines = {
        contribution: line.observed({"contribution": contribution}, mine)
        for contribution, mine in _by_contribution(city_year, rows)
    }
    # Teachers, things and hours are not students, so that none of them is withheld.
    of_students = {id_ for id_, entry in city_year.framework.contributions.items() if entry.unit == "students"}
    protected = [lines[contribution] for contribution in lines if contribution in of_students]
    figures = withhold(line.observed(None, students), areas, protected, threshold=threshold)
    figures += [figure for id_, observed in lines.items() if id_ not in of_students for figure in observed.figures]
    hidden = {f.by["contribution"] for f in figures if f.suppressed and f.by and "contribution" in f.by}
    for contribution, mine in _by_contribution(city_year, rows):
        share = line.met_share(contribution, mine)
        figures.append(share.withheld() if contribution in hidden else share)
    unsaid = rows["asked"].null_count()
    return [*figures, *owed], [Tally("amount", "needs", unsaid, len(rows))]


def _by_contribution(city_year: CityYear, rows: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """The needs for each contribution that are counted in its own unit."""
    for contribution, entry in city_year.framework.contributions.items():
        yield contribution, rows.filter((pl.col("contribution") == contribution) & (pl.col("unit") == entry.unit))


@dataclass(frozen=True)
class _Line:
    """How lines of the ledger become figures: `named` where the sources name all needs, `delivered` all deliveries.

    `told` is whether anything is known of deliveries at all; where it is not, nobody knows what is met.
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
        told = deliveries.coverage != "none" or len(city_year.deliveries) > 0
        return cls(base, named=needs.bounded, delivered=deliveries.bounded, told=told)

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


@dataclass(frozen=True)
class Owed:
    """What each school is owed by the city's targets, in the order of the schools table; NaN where it did not answer.

    `staff` is certified teachers in full-time equivalents, `minutes` whether any grade band has less time than its target,
    `concerned` whether it has students in a band that has a target.
    These needs are the school's and district's own to meet: they feed commitments and are never matched with partners.
    """

    staff: FloatArray
    minutes: FloatArray
    concerned: BoolArray
    students: FloatArray


def owed(city_year: CityYear, cells: Cells) -> Owed:
    """Staff: max(0, students / target − staff). Minutes: 1 where a band is under its target, 0 where none is."""
    rows = city_year.schools.select("school_id").join(
        city_year.baselines.drop("year"), on="school_id", how="left", maintain_order="left"
    )
    targets = city_year.framework.targets
    students = cells.by_school(cells.students)
    ratio = targets.students_per_certified_teacher.value
    staff = np.maximum(0, students / ratio - known(rows["music_staff"])) if ratio else np.zeros(len(rows))
    short, unknown, concerned = (np.zeros(len(rows), dtype=bool) for _ in range(3))
    for band_id, minutes in targets.minutes_per_week.value.items():
        taught, within = band_minutes(city_year, cells, rows, band_id)
        taught_here = within * cells.students > 0
        concerned |= cells.by_school(taught_here.astype(float)) > 0
        short |= cells.by_school((taught_here & (taught < minutes)).astype(float)) > 0
        unknown |= cells.by_school((taught_here & np.isnan(taught)).astype(float)) > 0
    result = np.where(short, 1.0, np.where(unknown, np.nan, 0.0))
    return Owed(staff=staff, minutes=result, concerned=concerned, students=students)


def _owed(city_year: CityYear, cells: Cells) -> Iterator[Figure]:
    """What schools are owed together, as far as they answered; of the others the most that it could be."""
    amounts = owed(city_year, cells)
    origin, targets = provenance(city_year, "baselines"), city_year.framework.targets
    open_schools = amounts.students > 0
    ratio = targets.students_per_certified_teacher.value

    def figure(figure_id: str, unit: Unit, told: BoolArray, of: BoolArray) -> Figure:
        complete = bool(told[of].all())
        return Figure(
            figure_id, None, unit, city_year.year, known=int(told[of].sum()), total=int(of.sum()),
            status="measured" if complete else "estimated", source=origin.source, as_of=origin.as_of,
            narrows=() if complete else ("baseline",),
        )  # fmt: skip

    if ratio is not None:
        told = np.isfinite(amounts.staff)
        known_staff = float(amounts.staff[told & open_schools].sum())
        most = known_staff + float(amounts.students[~told].sum()) / ratio
        base = figure("needs.owed.staff", "full-time equivalents", told, open_schools)
        yield replace(
            base, value=known_staff if base.known else None, low=known_staff, high=most, high_if_complete=most
        )
    if amounts.concerned.any():
        told, of = np.isfinite(amounts.minutes), amounts.concerned
        yield bounded_share(
            figure("needs.owed.minutes", "share", told, of),
            yes=float(amounts.minutes[told & of].sum()),
            asked=float((told & of).sum()),
            everyone=float(of.sum()),
        )
