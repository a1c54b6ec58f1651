"""The need ledger: what schools and districts ask for, how much of it is met, and what they are owed by targets.

A need is met by what deliveries gave it, at the dosage it asked for:

    met = min(asked, Σ delivered),   delivered students count in full from the asked hours each on, else in proportion.

School and partner may tell of one delivery differently: the value takes the mean of their accounts, the range the lesser
and the greater. A delivery whose hours are not known may have met all or nothing.
"""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from allcity.analysis.baseline import band_minutes
from allcity.analysis.cells import Cells
from allcity.analysis.city import CityYear
from allcity.analysis.figures import Figure, Unit
from allcity.analysis.findings import Tally
from allcity.analysis.provenance import provenance
from allcity.analysis.season import known
from allcity.analysis.withholding import Observed, withhold


def ledger(city_year: CityYear) -> pl.DataFrame:
    """Each stated need with what met it: need_id, contribution, unit, area_id, asked, met, met_low, met_high.

    `asked` is null where the need does not say how much.
    """
    needs = city_year.needs.join(
        city_year.schools.select("school_id", "area_id"), on="school_id", how="left"
    ).with_columns(asked=pl.col("amount"))
    accounts = city_year.deliveries.join(
        needs.select("need_id", "unit", "dosage_hours"), on="need_id", how="inner"
    ).with_columns(
        given=pl.when(pl.col("unit") == "students")
        .then(pl.col("students").cast(pl.Float64))
        .otherwise(pl.col("amount")),
        part=pl.when(pl.col("dosage_hours").is_null() | (pl.col("unit") != "students"))
        .then(1.0)
        .otherwise((pl.col("hours") / pl.col("dosage_hours")).clip(0, 1)),
    )
    counted = pl.col("given") * pl.col("part")
    deliveries = (
        accounts.with_columns(
            value=counted.fill_null(0), low=counted.fill_null(0), high=pl.coalesce(counted, pl.col("given"), np.inf)
        )
        .group_by("need_id", "delivery_id")
        .agg(pl.col("value").mean(), pl.col("low").min(), pl.col("high").max())
        .group_by("need_id")
        .agg(met=pl.col("value").sum(), met_low=pl.col("low").sum(), met_high=pl.col("high").sum())
    )
    met = [pl.min_horizontal(pl.col(name).fill_null(0), "asked").alias(name) for name in ("met", "met_low", "met_high")]
    return (
        needs.join(deliveries, on="need_id", how="left", maintain_order="left")
        .with_columns(pl.when(pl.col("asked").is_not_null()).then(m).alias(m.meta.output_name()) for m in met)
        .select("need_id", "contribution", "unit", "area_id", "asked", "met", "met_low", "met_high")
    )


def measure_needs(city_year: CityYear, cells: Cells) -> tuple[list[Figure], list[Tally]]:
    """What was asked for, met and unmet: in students for the city and its areas, by contribution in its own unit."""
    rows = ledger(city_year)
    origin = provenance(city_year, "needs", "deliveries")
    owed = _owed(city_year, cells)
    if provenance(city_year, "needs").coverage == "none" and rows.is_empty():
        return owed, [Tally("no_need_source", "sources", 1, 1)]
    base = Figure(
        "", None, "count", city_year.year, records="needs", source=origin.source, as_of=origin.as_of,
        narrows=("needs_coverage",) if not provenance(city_year, "needs").bounded else (),
    )  # fmt: skip
    threshold = city_year.framework.targets.suppression_threshold.value
    students = rows.filter(pl.col("unit") == "students")
    areas = [
        _line(base, {"area": area_id}, mine, bounded=origin.bounded)
        for area_id in city_year.areas["area_id"]
        if len(mine := students.filter(pl.col("area_id") == area_id))
    ]
    contributions = {
        contribution: (
            entry.unit,
            rows.filter((pl.col("contribution") == contribution) & (pl.col("unit") == entry.unit)),
        )
        for contribution, entry in city_year.framework.contributions.items()
    }
    lines = {
        contribution: _line(base, {"contribution": contribution}, mine, bounded=origin.bounded)
        for contribution, (_, mine) in contributions.items()
    }
    # Teachers, things and hours are not students, so that none of them is withheld.
    protected = [line for contribution, line in lines.items() if contributions[contribution][0] == "students"]
    others = [line for contribution, line in lines.items() if contributions[contribution][0] != "students"]
    figures = withhold(_line(base, None, students, bounded=origin.bounded), areas, protected, threshold=threshold)
    figures += [figure for line in others for figure in line.figures]
    hidden = {f.by["contribution"] for f in figures if f.suppressed and f.by and "contribution" in f.by}
    for contribution, (_, mine) in contributions.items():
        share = _met_share(base, contribution, mine)
        figures.append(share.withheld() if contribution in hidden else share)
    unsaid = rows["asked"].null_count()
    return [*figures, *owed], [Tally("amount", "needs", unsaid, len(rows))]


def _line(base: Figure, by: dict[str, str] | None, rows: pl.DataFrame, *, bounded: bool) -> Observed:
    """Stated, met and unmet, in that order. A need that does not say how much leaves the ends open."""
    told = rows.drop_nulls("asked")
    complete = bounded and len(told) == len(rows)
    asked, met, least, most = (float(told[name].sum()) for name in ("asked", "met", "met_low", "met_high"))

    def figure(name: str, value: float, low: float, high: float) -> Figure:
        return replace(
            base, id=f"needs.{name}", by=by, value=value, low=low, high=high if complete else None, high_if_complete=high,
            known=len(told), total=len(rows), narrows=base.narrows + (("amount",) if len(told) < len(rows) else ()),
        )  # fmt: skip

    figures = (
        figure("stated", asked, asked, asked),
        figure("met", met, least, most),
        figure("unmet", asked - met, asked - most, asked - least),
    )
    return Observed(figures, (met, asked - met))


def _met_share(base: Figure, contribution: str, rows: pl.DataFrame) -> Figure:
    told = rows.drop_nulls("asked")
    figure = replace(
        base, id="needs.met_share", unit="share", by={"contribution": contribution}, known=len(told), total=len(rows)
    )
    asked = float(told["asked"].sum())
    if not asked > 0:
        return figure
    value, low, high = (float(told[name].sum()) / asked for name in ("met", "met_low", "met_high"))
    return replace(figure, value=value, low=low, high=high, high_if_complete=high)


@dataclass(frozen=True)
class Owed:
    """What each school is owed by the city's targets, in the order of the schools table; NaN where it did not answer.

    `staff` is certified teachers in full-time equivalents, `minutes` whether any grade band has less time than its target.
    These needs are the school's and district's own to meet: they feed commitments and are never matched with partners.
    """

    staff: np.ndarray
    minutes: np.ndarray
    students: np.ndarray


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
    return Owed(staff=staff, minutes=np.where(concerned, result, 0.0), students=students)


def _owed(city_year: CityYear, cells: Cells) -> list[Figure]:
    amounts = owed(city_year, cells)
    origin = provenance(city_year, "baselines")
    ratio = city_year.framework.targets.students_per_certified_teacher.value
    open_schools = amounts.students > 0
    figures = []
    for figure_id, unit, values, worst in (
        (
            "needs.owed.staff",
            "full-time equivalents",
            amounts.staff,
            amounts.students / ratio if ratio else amounts.staff,
        ),
        (
            "needs.owed.minutes",
            "share",
            amounts.minutes / max(int(open_schools.sum()), 1),
            1 / max(int(open_schools.sum()), 1),
        ),
    ):
        mine = values[open_schools]
        most = np.where(np.isnan(mine), np.broadcast_to(worst, values.shape)[open_schools], mine)
        told = np.isfinite(mine)
        value = float(mine[told].sum())
        figures.append(
            Figure(
                figure_id, value if told.any() else None, _unit(unit), city_year.year, low=value, high=float(most.sum()),
                high_if_complete=float(most.sum()), known=int(told.sum()), total=int(open_schools.sum()),
                status="measured" if told.all() else "estimated", source=origin.source, as_of=origin.as_of,
                narrows=() if told.all() else ("baseline",),
            )
        )  # fmt: skip
    return figures


def _unit(unit: str) -> Unit:
    return "share" if unit == "share" else "full-time equivalents"
