"""Students by school and grade: the cells that every measure of access counts in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allcity.analysis.city import ALL, GRADES, CityYear

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

EVERYONE_ELSE = "other_than_"
LOWEST_GRADE = -1


@dataclass(frozen=True)
class Slice:
    """A part of the city's students: `weights` (cells,) says how many of each cell belong to it, NaN where unknown."""

    by: Mapping[str, str] | None
    weights: FloatArray


@dataclass(frozen=True)
class Cells:
    """Students of each school and grade, sorted by school and then grade.

    Attributes:
        school: (cells,) row of the school in the city-year's schools.
        grade: (cells,) grade number, pre-kindergarten -1, kindergarten 0.
        students: (cells,) students, fractional where a total was spread.
        groups: by group id, (cells,) students of the group; NaN where the school does not say.
        spread: (schools,) whether a total was spread over grades, so that they are estimated.
        known: (schools,) whether the school's students are known at all.
    """

    school: IntArray
    grade: IntArray
    students: FloatArray
    groups: Mapping[str, FloatArray]
    spread: BoolArray
    known: BoolArray

    def by_school(self, values: FloatArray) -> FloatArray:
        """(cells,) values summed over each school's cells: (schools,)."""
        return summed(self.school, values, len(self.spread))

    def by_school_and_grade(self, values: FloatArray) -> FloatArray:
        """(cells,) values as a table of schools and grades: (schools, grades), from pre-kindergarten on."""
        place = self.school * len(GRADES) + self.grade - LOWEST_GRADE
        return summed(place, values, len(self.spread) * len(GRADES)).reshape(-1, len(GRADES))

    def in_proportion(self, values: FloatArray) -> FloatArray:
        """(cells,) values of each school, spread over its cells as its students are."""
        share = divided(self.by_school(values), self.by_school(self.students))
        result: FloatArray = self.students * share[self.school]
        return result


def summed(index: IntArray, values: FloatArray, size: int) -> FloatArray:
    """Sums of values by index, (size,)."""
    return np.bincount(index, weights=values, minlength=size).astype(np.float64)


def divided(part: FloatArray, whole: FloatArray) -> FloatArray:
    """part / whole, of one shape, and 0 where either is not above 0."""
    result: FloatArray = np.divide(part, whole, out=np.zeros_like(part), where=(part > 0) & (whole > 0))
    return result


def students_by_cell(city_year: CityYear) -> Cells:
    """Count students by school and grade; spread a total evenly over the grades offered where grades are not known.

    Of a school that counts some of its grades and its total, the rest is spread over the other grades. What a group's total
    leaves is spread as the school's students are; a grade of which nobody says how many of the group are in it is unknown.
    """
    schools = city_year.schools.with_row_index("school")
    rows = city_year.students.join(schools.select("school_id", "school"), on="school_id").with_columns(
        pl.col("students").cast(pl.Float64)
    )
    by_grade, totals = rows.filter(pl.col("grade") != ALL), rows.filter(pl.col("grade") == ALL)

    counted = by_grade.filter(pl.col("group_id") == ALL).select(
        "school", "grade", "students", spread=pl.lit(value=False)
    )
    rest = (
        totals.filter(pl.col("group_id") == ALL)
        .join(counted.group_by("school").agg(counted=pl.col("students").sum()), on="school", how="left")
        .select("school", "counted", rest=(pl.col("students") - pl.col("counted").fill_null(0)).clip(0))
        .filter((pl.col("rest") > 0) | pl.col("counted").is_null())
    )
    offered = schools.select("school", grade=pl.col("grades").list.unique()).explode("grade").drop_nulls()
    evenly = (
        offered.join(counted, on=("school", "grade"), how="anti")
        .join(rest, on="school")
        .select("school", "grade", students=pl.col("rest") / pl.len().over("school"), spread=pl.lit(value=True))
    )
    number = pl.col("grade").replace_strict({grade: n for n, grade in enumerate(GRADES, -1)}, return_dtype=pl.Int64)
    cells = pl.concat([counted, evenly]).with_columns(number=number).sort("school", "number")

    groups = {}
    for (group,), mine in rows.filter(pl.col("group_id") != ALL).partition_by("group_id", as_dict=True).items():
        joined = cells.join(
            mine.select("school", "grade", graded="students"), on=("school", "grade"), how="left", maintain_order="left"
        ).join(
            mine.filter(pl.col("grade") == ALL).select("school", total="students"),
            on="school", how="left", maintain_order="left",
        )  # fmt: skip
        left = (pl.col("total") - pl.col("graded").sum().over("school")).clip(0)
        others = pl.col("students").filter(pl.col("graded").is_null()).sum().over("school")
        spread_rest = pl.when(left == 0).then(0.0).otherwise(left * pl.col("students") / others)
        values = joined.select(pl.coalesce("graded", spread_rest))
        groups[str(group)] = values.to_series().fill_null(np.nan).to_numpy()

    count = len(schools)
    school = cells["school"].to_numpy().astype(np.int64)
    known, spread = np.zeros(count, bool), np.zeros(count, bool)
    known[rows.filter(pl.col("group_id") == ALL)["school"].unique().to_numpy()] = True
    spread[school[(cells["spread"] & (cells["students"] > 0)).to_numpy()]] = True
    order = [group for group in city_year.groups["group_id"] if group in groups]
    return Cells(
        school=school,
        grade=cells["number"].to_numpy(),
        students=cells["students"].to_numpy(),
        groups={group: groups[group] for group in order},
        spread=spread,
        known=known,
    )


def slices(city_year: CityYear, cells: Cells) -> Iterator[Slice]:
    """The whole city, then each area, grade band and group that has students; beside a compared group everyone else."""
    yield Slice(None, cells.students)
    for part in (*area_slices(city_year, cells), *_band_slices(city_year, cells), *_group_slices(city_year, cells)):
        if np.nansum(part.weights) > 0:
            yield part


def area_slices(city_year: CityYear, cells: Cells) -> Iterator[Slice]:
    """Each area that has a school, in the order of the areas table."""
    present, area = np.unique(city_year.schools["area_id"].fill_null("").to_list(), return_inverse=True)
    number = {str(area_id): code for code, area_id in enumerate(present)}
    for area_id in city_year.areas["area_id"]:
        if area_id in number:
            yield Slice({"area": area_id}, np.where(area[cells.school] == number[area_id], cells.students, 0))


def _band_slices(city_year: CityYear, cells: Cells) -> Iterator[Slice]:
    for band_id, band in city_year.framework.grade_bands.items():
        within = (cells.grade >= band.first) & (cells.grade <= band.last)
        yield Slice({"band": band_id}, np.where(within, cells.students, 0))


def _group_slices(city_year: CityYear, cells: Cells) -> Iterator[Slice]:
    for group_id, compared in city_year.groups.select("group_id", "compared").iter_rows():
        counts = cells.groups.get(group_id)
        if counts is not None:
            yield Slice({"group": group_id}, counts)
            if compared:
                yield Slice({"group": EVERYONE_ELSE + group_id}, np.maximum(cells.students - counts, 0))
