"""Fairness: gaps that hold whatever the unknowns are, and how evenly places are spread over schools."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.city import YEAR, city_year, offering, school, spread

from allcity.analysis import equity
from allcity.analysis.cells import students_by_cell
from allcity.analysis.city import CityYear
from allcity.analysis.examine import examine
from allcity.analysis.fairness import measure_fairness, need_of_schools
from allcity.analysis.figures import Figure, Figures

AREAS = [{"area_id": "north", "hardship": 80.0}, {"area_id": "south", "hardship": 10.0}]
SCHOOLS = [
    school("a", 40, area_id="north"),
    school("b", 20, km=20, area_id="south"),
    school("c", 40, km=40, area_id="south"),
]
OFFERINGS = [offering("x", seats=10), offering("y", km=20, seats=20)]
GROUPS = [{"group_id": "few", "compared": True}]
FEW = [{"school_id": s, "group_id": "few", "students": n} for s, n in (("a", 10), ("b", 0), ("c", 30))]


def fairness(city: CityYear) -> dict[str, Figure]:
    return {figure.id: figure for figure in examine(city).figures if figure.id.startswith("equity.")}


def test_gap_and_ratio_compare_everyone_else_with_the_group() -> None:
    found = fairness(spread(schools=SCHOOLS, offerings=OFFERINGS, groups=GROUPS, students=FEW))
    assert found["equity.gap"].value == pytest.approx(50 / 60 - 10 / 40)
    assert found["equity.ratio"].value == pytest.approx((50 / 60) / (10 / 40))
    assert found["equity.gap"].by == {"group": "few"}
    assert found["equity.gap"].low == found["equity.gap"].high == found["equity.gap"].value


def test_a_group_that_is_not_compared_has_no_gap() -> None:
    city = spread(schools=SCHOOLS, offerings=OFFERINGS, groups=[{"group_id": "few"}], students=FEW)
    assert "equity.gap" not in fairness(city)


def test_no_ratio_to_a_group_that_nothing_reaches() -> None:
    found = fairness(spread(schools=SCHOOLS, groups=GROUPS, students=FEW))
    assert found["equity.gap"].value == 0
    assert found["equity.ratio"].value is None


SHARE = st.floats(0, 1)


@given(st.lists(SHARE, min_size=3, max_size=3), st.lists(SHARE, min_size=3, max_size=3), st.data())
def test_whatever_two_shares_turn_out_to_be_the_gap_and_ratio_are_in_range(
    of_group: list[float], of_others: list[float], data: st.DataObject
) -> None:
    def reach(group: str, shares: list[float]) -> Figure:
        low, value, high = sorted(shares)
        return Figure("access.reach", value, "share", YEAR, low=low, high=high, by={"group": group})

    pair = reach("few", of_group), reach("other_than_few", of_others)
    city = city_year(schools=[school("a", 9)])
    schools = pl.DataFrame({"placed": [None]}, schema={"placed": pl.Float64})
    found = {f.id: f for f in measure_fairness(city, students_by_cell(city), Figures(pair), schools)}
    group, others = (data.draw(st.floats(figure.low, figure.high)) for figure in pair)
    gap, ratio = found["equity.gap"], found["equity.ratio"]
    assert gap.low <= others - group <= gap.high
    if group > 0:
        assert ratio.low is None or ratio.low <= others / group
        assert ratio.high is None or others / group <= ratio.high


def test_without_a_high_end_of_reach_nothing_bounds_the_gap() -> None:
    found = fairness(spread(schools=SCHOOLS, offerings=OFFERINGS, groups=GROUPS, students=FEW, coverage="partial"))
    assert (found["equity.gap"].low, found["equity.gap"].high) == (None, None)
    assert "coverage" in found["equity.gap"].narrows


def test_over_schools() -> None:
    found = fairness(spread(schools=SCHOOLS, offerings=OFFERINGS, areas=AREAS))
    placed, students, area = [0.25, 1, 0], [40, 20, 40], ["north", "south", "south"]
    assert found["equity.gini"].value == pytest.approx(equity.gini(placed, students).value)
    theil = equity.theil(placed, students, area)
    assert found["equity.theil.within"].value == pytest.approx(theil.within.value)
    assert found["equity.theil"].value == pytest.approx(
        found["equity.theil.between"].value + found["equity.theil.within"].value
    )
    concentration = equity.concentration_index(placed, students, [80, 10, 10]).value
    assert found["equity.concentration"].value == pytest.approx(concentration)
    assert found["equity.neediest_quarter"].value == pytest.approx(10 * 25 / 40 / 30)
    assert found["equity.gini"].interval.kind == "bootstrap"
    assert (found["equity.gini"].known, found["equity.gini"].total) == (3, 3)


def test_need_is_the_share_of_the_group_by_income_else_the_hardship_of_the_area() -> None:
    city = spread(schools=SCHOOLS, areas=AREAS)
    assert need_of_schools(city, students_by_cell(city)).tolist() == [80, 10, 10]
    grouped = spread(schools=SCHOOLS, areas=AREAS, groups=GROUPS, students=FEW)
    assert need_of_schools(grouped, students_by_cell(grouped)).tolist() == [0.25, 0, 0.75]
    language = [{"group_id": "few", "dimension": "language"}]
    other = spread(schools=SCHOOLS, areas=AREAS, groups=language, students=FEW)
    assert need_of_schools(other, students_by_cell(other)).tolist() == [80, 10, 10]


def test_where_access_is_not_known_fairness_is_not_told() -> None:
    covered = {"schools": "complete", "students": "complete"}
    assert fairness(spread(schools=SCHOOLS, groups=GROUPS, students=FEW, areas=AREAS, coverage=covered)) == {}


def test_where_nobody_has_a_place_nothing_is_uneven() -> None:
    found = fairness(spread(schools=SCHOOLS, areas=AREAS))
    assert found["equity.gini"].value is None
    assert found["equity.theil"].value is None
