"""What schools need without saying so: places for students who have none, and what they are owed by the city's targets.

*Additional* needs are what partners may give. Of a school with n students of whom the share p is placed (`placed.py`), and that
asks itself for A students in needs that are not closed, they are

    max(0, n (1 − p) − A)                                                                                            (1)

students: whom a school asks for is taken to be among those who have no place, so that nobody is counted twice. The low end
takes the highest p that unknowns leave open, the high end the lowest. A need that does not say for how many students it is
may be for all of them, which leaves the low end at 0. What a district asks for names no school and is not taken off.

*Owed* needs are the school's and district's own to meet: they feed commitments and are never matched with partners.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from allcity.analysis.baseline import band_minutes, bounded_share
from allcity.analysis.cells import BoolArray, Cells, FloatArray
from allcity.analysis.city import CityYear
from allcity.analysis.figures import Figure, Unit
from allcity.analysis.provenance import provenance
from allcity.analysis.season import known

OF_STUDENTS = "students"


def additional_needs(city_year: CityYear, cells: Cells, access: pl.DataFrame) -> pl.DataFrame:
    """Each school's students who, by the figures, have no place and whom it does not ask for itself.

    Columns: school_id, contribution (null: any that is counted in students), unit, amount, low, high; null where it is not
    known. Schools of which it is known that nobody is left out are not among them. `access` has `placed`, `placed_low` and
    `placed_high`, shares in the order of the city-year's schools.
    """
    asked = city_year.needs.filter((pl.col("unit") == OF_STUDENTS) & (pl.col("state") != "closed"))
    of_schools = asked.group_by("school_id").agg(pl.col("amount").sum(), unsaid=pl.col("amount").null_count() > 0)
    rows = city_year.schools.select("school_id").join(of_schools, on="school_id", how="left", maintain_order="left")
    stated = np.nan_to_num(known(rows["amount"]))
    unsaid = rows["unsaid"].fill_null(value=False).to_numpy()
    students = np.where(cells.known, cells.by_school(cells.students), np.nan)

    def without_place(share: FloatArray) -> FloatArray:
        left: FloatArray = np.maximum(students * (1 - share) - stated, 0).round(6)  # sums of fractions
        return left

    ends = {
        "amount": np.where(unsaid, np.nan, without_place(known(access["placed"]))),
        "low": np.where(unsaid, 0, without_place(np.nan_to_num(known(access["placed_high"]), nan=1))),
        "high": without_place(np.nan_to_num(known(access["placed_low"]), nan=0)),
    }
    return rows.select(
        "school_id",
        contribution=pl.lit(None, pl.String),
        unit=pl.lit(OF_STUDENTS),
        **{name: pl.Series(values).fill_nan(None) for name, values in ends.items()},
    ).filter(pl.col("high").is_null() | (pl.col("high") > 0))


@dataclass(frozen=True)
class Owed:
    """What each school is owed by the city's targets, in the order of the schools table; NaN where it did not answer.

    `staff` is certified teachers in full-time equivalents, `minutes` whether any grade band has less time than its target,
    `concerned` whether it has students in a band that has a target.
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


def owed_by_school(city_year: CityYear, cells: Cells) -> pl.DataFrame:
    """What each school is owed, in the order of the schools table; null where it is not known, or no target asks for it.

    Columns: school_id, owed_staff (full-time equivalents) with _low and _high, and owed_minutes: whether a grade band has less
    music than the city's target.
    """
    amounts, ratio = owed(city_year, cells), city_year.framework.targets.students_per_certified_teacher.value
    asked = cells.known & (ratio is not None)
    ends = {
        "owed_staff": amounts.staff,
        "owed_staff_low": np.nan_to_num(amounts.staff),
        "owed_staff_high": np.where(np.isnan(amounts.staff), amounts.students / (ratio or 1), amounts.staff),
    }
    minutes = np.where(amounts.concerned, amounts.minutes, np.nan)
    return city_year.schools.select("school_id").with_columns(
        *(pl.Series(name, np.where(asked, values, np.nan).round(6)).fill_nan(None) for name, values in ends.items()),
        pl.Series("owed_minutes", minutes).fill_nan(None).cast(pl.Boolean),
    )


def measure_owed(city_year: CityYear, cells: Cells) -> Iterator[Figure]:
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
