"""How fairly places are spread: between groups of students, over schools, within and between areas, and by need."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from allcity.analysis import equity
from allcity.analysis.cells import EVERYONE_ELSE, Cells, FloatArray
from allcity.analysis.city import CityYear
from allcity.analysis.definitions import DEFINITIONS
from allcity.analysis.figures import Figure, Figures
from allcity.analysis.season import known

DRAWS = 500
NEED_DIMENSION = "income"


def measure_fairness(city_year: CityYear, cells: Cells, figures: Figures, schools: pl.DataFrame) -> list[Figure]:
    """Gap and ratio of reach between a group and everyone else; Gini, Theil and concentration of places over schools.

    `figures` holds access.reach by group, `schools` the column `placed`. Nothing is told where access is not known.
    """
    return [*_between_groups(figures), *_over_schools(city_year, cells, figures, schools)]


def _between_groups(figures: Figures) -> Iterator[Figure]:
    reach = figures.along("access.reach", "group")
    for other_id, other in reach.items():
        group_id = other_id.removeprefix(EVERYONE_ELSE)
        group = reach.get(group_id)
        if group_id == other_id or group is None or group.value is None or other.value is None:
            continue
        base = replace(group, high_if_complete=None, low=None, high=None)
        gap = replace(base, id="equity.gap", value=equity.gap(other.value, group.value))
        ratio = replace(base, id="equity.ratio", unit="ratio", value=_told(equity.ratio(other.value, group.value)))
        if not (group.low is None or group.high is None or other.low is None or other.high is None):
            gap = replace(gap, low=equity.gap(other.low, group.high), high=equity.gap(other.high, group.low))
            ratio = replace(
                ratio, low=_told(equity.ratio(other.low, group.high)), high=_told(equity.ratio(other.high, group.low))
            )
        yield gap
        yield ratio


def _told(value: float) -> float | None:
    return None if np.isnan(value) else value


def _over_schools(city_year: CityYear, cells: Cells, figures: Figures, schools: pl.DataFrame) -> Iterator[Figure]:
    whole = figures.get("access.placed")
    if whole is None or whole.value is None:
        return
    placed, students = known(schools["placed"]), cells.by_school(cells.students)
    used = students > 0
    placed, students = placed[used], students[used]
    area = city_year.schools["area_id"].fill_null("").to_numpy()[used]
    base = replace(whole, status="modelled", records="schools", low=None, high=None, high_if_complete=None, by=None)

    def figure(figure_id: str, estimate: equity.Estimate) -> Figure:
        interval = estimate.interval if estimate.interval and np.isfinite(estimate.interval.low) else None
        return replace(
            base, id=figure_id, unit=DEFINITIONS[figure_id].unit, value=_told(estimate.value), interval=interval,
            known=estimate.known, total=estimate.total,
        )  # fmt: skip

    yield figure("equity.gini", equity.gini(placed, students, draws=DRAWS))
    if (area != "").any():
        theil = equity.theil(placed, students, area, draws=DRAWS)
        yield figure("equity.theil", theil.total)
        yield figure("equity.theil.between", theil.between)
        yield figure("equity.theil.within", theil.within)
    need = need_of_schools(city_year, cells)[used]
    if np.isfinite(need).any():
        yield figure("equity.concentration", equity.concentration_index(placed, students, need, draws=DRAWS))
        yield figure("equity.neediest_quarter", equity.share_of_neediest(placed, students, need, draws=DRAWS))


def need_of_schools(city_year: CityYear, cells: Cells) -> FloatArray:
    """(schools,) need, higher is harder: the share of students from low-income families, else the area's hardship."""
    groups = city_year.groups.filter(pl.col("dimension") == NEED_DIMENSION)["group_id"].to_list()
    students = cells.by_school(cells.students)
    for group in groups:
        if group in cells.groups:
            low_income = cells.by_school(cells.groups[group])
            share: FloatArray = np.divide(low_income, students, out=np.full(len(students), np.nan), where=students > 0)
            return share
    hardship = city_year.schools.select("area_id").join(
        city_year.areas.select("area_id", "hardship"), on="area_id", how="left", maintain_order="left"
    )
    return known(hardship["hardship"])
