"""Students by school and grade: nobody is lost or made up when totals are spread."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.city import city_year, school, spread

from allcity.analysis.cells import Cells, slices, students_by_cell
from allcity.analysis.city import GRADES, CityYear

GRADE_SETS = st.lists(st.sampled_from(GRADES), min_size=1, max_size=5, unique=True)


def by_cell(city: CityYear, cells: Cells) -> dict[tuple[str, str], float]:
    schools = city.schools["school_id"].to_list()
    return {(schools[s], GRADES[g + 1]): n for s, g, n in zip(cells.school, cells.grade, cells.students, strict=True)}


def test_counts_by_grade_are_taken_as_they_are() -> None:
    city = city_year(
        schools=[school("a", None, grades=["K", "1"])],
        students=[
            {"school_id": "a", "grade": "K", "students": 40},
            {"school_id": "a", "grade": "1", "students": 50},
            {"school_id": "a", "students": 90},
        ],
    )
    cells = students_by_cell(city)
    assert by_cell(city, cells) == {("a", "K"): 40, ("a", "1"): 50}
    assert not cells.spread.any()


def test_a_total_is_spread_evenly_over_the_grades_offered() -> None:
    city = spread(schools=[school("a", 10, grades=["2", "K", "1", "K"])])
    cells = students_by_cell(city)
    assert by_cell(city, cells) == pytest.approx({("a", "K"): 10 / 3, ("a", "1"): 10 / 3, ("a", "2"): 10 / 3})
    assert cells.spread.tolist() == [True]


def test_what_counts_leave_of_a_total_is_spread_over_the_other_grades() -> None:
    city = spread(
        schools=[school("a", 100, grades=["1", "2", "3"])], students=[{"school_id": "a", "grade": "2", "students": 60}]
    )
    cells = students_by_cell(city)
    assert by_cell(city, cells) == {("a", "1"): 20, ("a", "2"): 60, ("a", "3"): 20}
    assert cells.spread.all()


def test_a_school_that_does_not_say_is_not_a_school_without_students() -> None:
    city = spread(schools=[school("silent", None), school("empty", 0), school("full", 5)])
    cells = students_by_cell(city)
    assert cells.known.tolist() == [False, True, True]
    assert cells.by_school(cells.students).tolist() == [0, 0, 5]


@given(st.lists(st.tuples(st.integers(0, 500), GRADE_SETS), min_size=1, max_size=6))
@settings(max_examples=50, deadline=None)
def test_spreading_conserves_students(schools: list[tuple[int, list[str]]]) -> None:
    city = spread(schools=[school(f"s{n}", total, grades=grades) for n, (total, grades) in enumerate(schools)])
    cells = students_by_cell(city)
    assert cells.by_school(cells.students) == pytest.approx([total for total, _ in schools])
    assert len(cells.students) == sum(len(grades) for _, grades in schools)
    assert (np.diff(cells.school) >= 0).all()


def group_in(city: CityYear, group: str) -> dict[tuple[str, str], float]:
    cells = students_by_cell(city)
    names = list(by_cell(city, cells))
    return dict(zip(names, cells.groups[group].tolist(), strict=True))


def test_the_total_of_a_group_is_spread_as_the_students_are() -> None:
    city = spread(
        schools=[school("a", None, grades=["1", "2"]), school("b", 10), school("c", 0)],
        students=[
            {"school_id": "a", "grade": "1", "students": 30},
            {"school_id": "a", "grade": "2", "students": 10},
            {"school_id": "a", "group_id": "few", "students": 8},
            {"school_id": "c", "group_id": "few", "students": 0},
        ],
        groups=[{"group_id": "few"}],
    )
    few = group_in(city, "few")
    assert few["a", "1"] == 6
    assert few["a", "2"] == 2
    assert np.isnan(few["b", "3"])
    assert few["c", "3"] == 0


def test_a_group_counted_in_some_grades_is_unknown_in_the_others_unless_its_total_is_known() -> None:
    grades = [{"school_id": s, "grade": g, "students": 20} for s in ("a", "b") for g in ("1", "2", "3")]
    city = city_year(
        schools=[school(s, None, grades=["1", "2", "3"]) for s in ("a", "b")],
        students=[
            *grades,
            {"school_id": "a", "grade": "1", "group_id": "few", "students": 5},
            {"school_id": "b", "grade": "1", "group_id": "few", "students": 5},
            {"school_id": "b", "group_id": "few", "students": 9},
        ],
        groups=[{"group_id": "few"}],
    )
    few = group_in(city, "few")
    assert few["a", "1"] == few["b", "1"] == 5
    assert np.isnan([few["a", "2"], few["a", "3"]]).all()
    assert few["b", "2"] == few["b", "3"] == 2


def test_slices_part_the_city_by_area_and_band_and_a_group_from_everyone_else() -> None:
    city = spread(
        schools=[
            school("a", 60, grades=["K", "4", "7"], area_id="north"),
            school("b", 30, grades=["10"], area_id="south"),
            school("c", 7, grades=["1"]),
        ],
        areas=[{"area_id": "south"}, {"area_id": "north"}, {"area_id": "empty"}],
        groups=[{"group_id": "few", "compared": True}, {"group_id": "shown"}, {"group_id": "nobody", "compared": True}],
        students=[
            {"school_id": "a", "group_id": "few", "students": 45},
            {"school_id": "b", "group_id": "few", "students": 40},
            {"school_id": "a", "group_id": "shown", "students": 6},
        ],
    )
    found = {
        tuple(*(part.by or {"": ""}).items()): np.nansum(part.weights) for part in slices(city, students_by_cell(city))
    }
    assert found == pytest.approx(
        {
            ("", ""): 97,
            ("area", "south"): 30,
            ("area", "north"): 60,
            ("band", "PK-2"): 27,
            ("band", "3-5"): 20,
            ("band", "6-8"): 20,
            ("band", "9-12"): 30,
            ("group", "few"): 85,
            ("group", "other_than_few"): 15,  # more of b's students are said to be in the group than there are
            ("group", "shown"): 6,
        }
    )
