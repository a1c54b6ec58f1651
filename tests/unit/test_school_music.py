"""Music in school by the city's targets, and all three contexts together, against whatever could turn out to be true."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.city import Row, city_year, school, spread

from allcity.analysis.baseline import measure_contexts, measure_school_music
from allcity.analysis.cells import students_by_cell
from allcity.analysis.city import CityYear
from allcity.analysis.figures import Figure, Figures

AREAS = [{"area_id": "north"}, {"area_id": "south"}]


def figures(city: CityYear) -> Figures:
    return Figures(measure_school_music(city, students_by_cell(city))[0])


def range_of(figure: Figure | None) -> tuple[float | None, ...]:
    assert figure is not None
    return figure.value, figure.low, figure.high


def baseline(school_id: str, **said: Any) -> Row:
    return {"school_id": school_id, **said}


class TestStaff:
    @pytest.mark.parametrize(
        ("students", "staff", "enough"), [(350, 1.0, 1), (351, 1.0, 0), (245, 0.7, 1), (0, 0.0, None), (1, 0.0, 0)]
    )
    def test_one_certified_teacher_for_so_many_students(self, students: int, staff: float, enough: int | None) -> None:
        city = spread(schools=[school("a", students)], baselines=[baseline("a", music_staff=staff)])
        assert range_of(figures(city).get("school_music.staffed"))[0] == enough

    def test_a_total_spread_over_grades_is_no_larger_than_it_was(self) -> None:
        rows = [school("a", 350, grades=["1", "2", "3"])]
        city = spread(schools=rows, baselines=[baseline("a", music_staff=1)])
        assert range_of(figures(city).get("school_music.staffed")) == (1, 1, 1)

    def test_schools_that_did_not_answer_make_the_range(self) -> None:
        schools = [school("a", 60, area_id="north"), school("b", 20, area_id="north"), school("c", 20, area_id="south")]
        rows = [baseline("a", music_staff=1), baseline("b", music_staff=0), baseline("c")]
        found = figures(spread(schools=schools, baselines=rows, areas=AREAS))
        assert range_of(found.get("school_music.staffed")) == pytest.approx((0.75, 0.6, 0.8))
        assert range_of(found.get("school_music.staffed", area="south")) == (None, 0, 1)
        figure = found.get("school_music.staffed")
        assert (figure.status, figure.known, figure.total, figure.narrows) == ("estimated", 2, 3, ("baseline",))


class TestMinutes:
    def test_counts_the_students_of_bands_with_a_target(self) -> None:
        schools = [school("a", 30, grades=["1", "4", "9"]), school("b", 10, grades=["12"])]
        rows = [baseline("a", minutes_pk_2=90, minutes_3_5=89, minutes_9_12=10)]
        found = figures(spread(schools=schools, baselines=rows))
        assert range_of(found.get("school_music.minutes")) == pytest.approx((0.5, 0.5, 0.5))
        assert found.get("school_music.minutes").total == 1

    def test_a_band_that_was_not_answered_widens_the_range(self) -> None:
        rows = [baseline("a", minutes_pk_2=90)]
        found = figures(spread(schools=[school("a", 30, grades=["1", "4", "9"])], baselines=rows))
        assert range_of(found.get("school_music.minutes")) == pytest.approx((1, 0.5, 1))


class TestCountsOfStudents:
    def test_enrolled(self) -> None:
        schools = [
            school("a", 100, area_id="north"),
            school("b", 100, area_id="south"),
            school("c", 50, area_id="south"),
        ]
        rows = [baseline("a", students_enrolled=40), baseline("b", students_enrolled=20)]
        found = figures(spread(schools=schools, baselines=rows, areas=AREAS))
        assert range_of(found.get("school_music.enrolled")) == pytest.approx((0.3, 60 / 250, 110 / 250))
        assert range_of(found.get("school_music.enrolled", area="south")) == pytest.approx((0.2, 20 / 150, 70 / 150))

    def test_without_a_place_of_those_who_asked(self) -> None:
        schools = [school("a", 100), school("b", 100), school("c", 50)]
        rows = [
            baseline("a", students_enrolled=60, students_without_place=20),
            baseline("b", students_enrolled=30, students_without_place=10),
        ]
        found = figures(spread(schools=schools, baselines=rows))
        assert range_of(found.get("school_music.without_place")) == pytest.approx((0.25, 30 / 170, 80 / 170))

    @given(st.lists(st.tuples(*(st.integers(0, 60) for _ in range(2)), st.booleans()), min_size=1, max_size=5))
    @settings(max_examples=60, deadline=None)
    def test_whatever_the_silent_schools_would_say_is_in_range(self, schools: list[tuple[int, int, bool]]) -> None:
        rows = [school(f"s{n}", 120) for n in range(len(schools))]
        truth = [
            baseline(f"s{n}", students_enrolled=enrolled, students_without_place=without)
            for n, (enrolled, without, _) in enumerate(schools)
        ]
        told = [row for row, (_, _, tells) in zip(truth, schools, strict=True) if tells]
        unsuppressed, ids = "[targets]\nsuppression_threshold = 5\n", ("enrolled", "without_place")
        all_told, some = (
            figures(spread(schools=rows, baselines=said, settings=unsuppressed)) for said in (truth, told)
        )
        for figure_id in (f"school_music.{name}" for name in ids):
            true, found = all_told.get(figure_id), some.get(figure_id)
            if true is not None and found is not None and true.value is not None and found.low is not None:
                assert found.low - 1e-9 <= true.value <= found.high + 1e-9

    def test_small_counts_are_withheld_with_what_would_tell_them(self) -> None:
        schools = [school(f"s{n}", 100, area_id=area) for n, area in enumerate(("north", "south"))]
        rows = [baseline("s0", students_enrolled=4), baseline("s1", students_enrolled=50)]
        found = figures(spread(schools=schools, baselines=rows, areas=AREAS))
        city, north, south = (
            found.get("school_music.enrolled", **by) for by in ({}, {"area": "north"}, {"area": "south"})
        )
        assert north.suppressed
        assert city.suppressed or south.suppressed  # either with the other would tell of the north
        assert (north.value, north.low, north.high, north.known) == (None,) * 4

    def test_where_the_enrolled_are_withheld_so_are_those_without_a_place(self) -> None:
        rows = [baseline("a", students_enrolled=95, students_without_place=40)]
        found = figures(spread(schools=[school("a", 100)], baselines=rows))
        assert found.get("school_music.enrolled").suppressed  # five are not
        assert found.get("school_music.without_place").suppressed


def test_ratings_are_shares_of_students() -> None:
    schools = [school("a", 60), school("b", 20), school("c", 20)]
    rows = [baseline("a", rating="Strong"), baseline("b", rating="Weak")]
    found = figures(spread(schools=schools, baselines=rows))
    assert range_of(found.get("school_music.rating", rating="Strong")) == pytest.approx((0.75, 0.6, 0.8))
    assert range_of(found.get("school_music.rating", rating="Weak")) == pytest.approx((0.25, 0.2, 0.4))


def test_without_any_source_there_are_no_figures() -> None:
    city = spread(schools=[school("a", 60)], coverage={"schools": "complete", "students": "complete"})
    found, tallies = measure_school_music(city, students_by_cell(city))
    assert found == []
    assert [(tally.id, tally.number, tally.of) for tally in tallies] == [("baseline", 1, 1)]


# ------------------------------------------------------------------------------------------------- all three contexts


def contexts(city: CityYear, placed: list[tuple[float | None, float | None]]) -> Figures:
    frame = pl.DataFrame(placed, schema={"placed_low": pl.Float64, "placed_high": pl.Float64}, orient="row")
    return Figures(measure_contexts(city, students_by_cell(city), frame, most_placed=None))


def said_yes(school_id: str, number: int, asked: int, question: str = "informal_music", **more: Any) -> Row:
    return {
        "answer_id": f"{school_id} {question} {more}",
        "school_id": school_id,
        "question_id": question,
        "number": number,
        "asked": asked,
        **more,
    }


JOINT = st.lists(st.integers(0, 30), min_size=8, max_size=8)


@given(st.lists(JOINT, min_size=1, max_size=4), st.data())
@settings(max_examples=80, deadline=None)
def test_every_joint_distribution_of_the_three_contexts_is_in_range(
    joints: list[list[int]], data: st.DataObject
) -> None:
    """Each joint distribution counts a school's students by whether they have each of the contexts, 2 × 2 × 2."""
    tables = np.array(joints).reshape(-1, 2, 2, 2)
    students = tables.sum(axis=(1, 2, 3))
    of_school, of_city, informal = (tables.take(1, axis=axis + 1).sum(axis=(1, 2)) for axis in range(3))
    tells = data.draw(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=len(joints), max_size=len(joints)))
    slack = st.floats(0, 0.5)
    rows, answers, placed = [], [], []
    for n, (music, asked) in enumerate(tells):
        if music:
            rows.append(baseline(f"s{n}", students_enrolled=int(of_school[n])))
        if asked and students[n]:
            answers.append(said_yes(f"s{n}", int(informal[n]), int(students[n])))
        share = of_city[n] / students[n] if students[n] else 0.0
        placed.append(
            (max(share - data.draw(slack), 0), data.draw(st.none() | slack.map(lambda s, b=share: min(b + s, 1))))
        )
    schools = [school(f"s{n}", int(total)) for n, total in enumerate(students)]
    figure = contexts(spread(schools=schools, baselines=rows, answers=answers), placed).get("contexts.all")
    assert figure is not None
    if students.sum():
        assert figure.low - 1e-9 <= tables[:, 1, 1, 1].sum() / students.sum() <= figure.high + 1e-9


def test_the_bounds_are_those_of_frechet() -> None:
    schools = [school("a", 100), school("b", 100)]
    rows = [baseline("a", students_enrolled=90), baseline("b", students_enrolled=50)]
    answers = [said_yes("a", 80, 100), said_yes("b", 50, 100)]
    found = contexts(spread(schools=schools, baselines=rows, answers=answers), [(0.7, 0.7), (0.2, 0.3)])
    figure = found.get("contexts.all")
    assert range_of(figure) == (None, pytest.approx((0.4 + 0) / 2), pytest.approx((0.7 + 0.3) / 2))
    assert (figure.status, figure.known, figure.total) == ("modelled", 2, 2)
    assert range_of(found.get("informal.share")) == pytest.approx((0.65, 0.65, 0.65))


def test_where_a_survey_asked_for_all_three_the_share_is_theirs() -> None:
    schools = [school("a", 100), school("b", 100)]
    answers = [said_yes("a", 20, 50, "all_contexts")]
    found = contexts(spread(schools=schools, answers=answers), [(0.0, None), (0.0, 0.3)]).get("contexts.all")
    assert range_of(found) == pytest.approx((0.35, 0.2, 0.35))  # 0.4 at the school asked, at most 0.3 at the other
    assert found.status == "estimated"


def test_few_answers_are_withheld() -> None:
    answers = [said_yes("a", 4, 50), said_yes("a", 48, 50, "all_contexts")]
    found = contexts(spread(schools=[school("a", 100)], answers=answers), [(0.0, 1.0)])
    assert found.get("informal.share").suppressed
    assert found.get("contexts.all").suppressed


def test_answers_of_groups_are_not_counted_twice() -> None:
    answers = [
        said_yes("a", 50, 100),
        said_yes("a", 40, 40, group_id="few"),
        said_yes("a", 30, 30, grade_band="3-5"),
        said_yes("b", 20, 30, grade_band="3-5"),
        said_yes("b", 10, 30, grade_band="6-8"),
    ]
    found = contexts(spread(schools=[school("a", 100), school("b", 100)], answers=answers), [(0.0, 1.0)] * 2)
    assert range_of(found.get("informal.share")) == pytest.approx((0.5, 0.5, 0.5))


def test_where_nobody_was_asked_anything_is_possible() -> None:
    found = contexts(spread(schools=[school("a", 100)]), [(0.0, None)])
    assert range_of(found.get("informal.share")) == (None, 0, 1)
    assert range_of(found.get("contexts.all")) == (None, 0, 1)


def test_a_city_without_students_has_no_share() -> None:
    found = contexts(city_year(schools=[school("a", None)]), [(None, None)])
    assert found.get("contexts.all").value is None
