"""What a missing answer costs, against figures that are measured anew with the answer given."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.city import Row, school, spread

from allcity.analysis.baseline import measure_school_music
from allcity.analysis.cells import students_by_cell
from allcity.analysis.certainty import missing_answers, whom_to_ask
from allcity.analysis.city import CityYear
from allcity.analysis.figures import Figures
from allcity.analysis.owed import measure_owed

ADDITIVE = (
    "school_music.staffed", "school_music.minutes", "school_music.enrolled", "needs.owed.staff", "needs.owed.minutes"
)  # fmt: skip
WITHOUT_PLACE = "school_music.without_place"
BANDS = ("minutes_pk_2", "minutes_3_5")
ROUNDING = 1e-5
"""What a school lacks is rounded where it is told."""
UNSUPPRESSED = "[targets]\nsuppression_threshold = 5\n"


def figures(city: CityYear) -> Figures:
    cells = students_by_cell(city)
    return Figures([*measure_school_music(city, cells)[0], *measure_owed(city, cells)])


def missing(city: CityYear) -> dict[tuple[str, str], tuple[float, float]]:
    """The least and the most that goes, by school and figure."""
    rows = missing_answers(city, students_by_cell(city), figures(city))
    return {(row["school_id"], row["figure"]): (row["least"], row["most"]) for row in rows.iter_rows(named=True)}


def width(city: CityYear, figure_id: str) -> float:
    """How wide a range of the city is; of one that is not there nothing is open."""
    figure = figures(city).get(figure_id)
    assert figure is not None
    return 0.0 if figure.low is None or figure.high is None else figure.high - figure.low


def town(schools: list[Row], baselines: list[Row]) -> CityYear:
    return spread(schools=schools, baselines=baselines, settings=UNSUPPRESSED)


def said(draw: st.DrawFn, school_id: str, students: int) -> Row:
    """What a school may have said: each question answered or left open."""

    def maybe(values: st.SearchStrategy[Any]) -> Any:
        return draw(st.none() | values)

    enrolled = maybe(st.integers(0, students))
    return {
        "school_id": school_id,
        "music_staff": maybe(st.sampled_from([0.0, 0.3, 5.0])),
        **{band: maybe(st.sampled_from([0.0, 30.0, 600.0])) for band in BANDS},
        "students_enrolled": enrolled,
        "students_without_place": maybe(st.integers(0, students - (enrolled or 0))),
    }


@st.composite
def towns(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    sizes = draw(st.lists(st.integers(1, 400), min_size=1, max_size=5))
    grades = st.sampled_from([["1"], ["1", "4"], ["4"], ["10"]])
    schools = [school(f"s{n}", size, grades=draw(grades)) for n, size in enumerate(sizes)]
    return schools, [said(draw, f"s{n}", size) for n, size in enumerate(sizes)]


def shown(city: CityYear) -> set[str]:
    """The figures whose range is published."""
    return {each.id for each in figures(city) if each.by is None and each.low is not None}


class TestWhatGoes:
    def test_a_schools_students_of_all_students(self) -> None:
        schools = [school("a", 60), school("b", 30), school("c", 10)]
        found = missing(town(schools, [{"school_id": "a", "music_staff": 0.0}]))
        assert found["b", "school_music.staffed"] == pytest.approx((0.3, 0.3))
        assert found["c", "school_music.staffed"] == pytest.approx((0.1, 0.1))
        assert found["b", "needs.owed.staff"] == pytest.approx((30 / 350, 30 / 350), abs=ROUNDING)
        assert ("a", "school_music.staffed") not in found

    def test_of_a_school_that_has_said_something_what_is_left(self) -> None:
        schools = [school("a", 30, grades=["1", "4", "10"]), school("b", 30, grades=["10"])]
        found = missing(town(schools, [{"school_id": "a", "minutes_pk_2": 90.0, "minutes_9_12": 0.0}]))
        assert found["a", "school_music.minutes"] == pytest.approx((0.5, 0.5))
        assert ("b", "school_music.minutes") not in found  # the target does not concern its grades

    def test_what_depends_on_the_answer_has_a_least_and_a_most(self) -> None:
        rows = [{"school_id": "a", "students_enrolled": 60, "students_without_place": 20}]
        found = missing(town([school("a", 100), school("b", 40), school("c", 40)], rows))
        # From 20 ÷ 160 to 100 ÷ 160: half. If nobody asked at b, 40 of 120 are open; if everybody did, 40 of 160.
        assert found["b", WITHOUT_PLACE] == pytest.approx((0.5 - 40 / 120, 0.5 - 40 / 160))

    def test_a_range_that_would_be_gone_goes_whole(self) -> None:
        assert missing(town([school("a", 100)], [{"school_id": "a", "music_staff": 1.0}]))["a", WITHOUT_PLACE] == (1, 1)

    def test_of_what_is_withheld_nothing_is_told(self) -> None:
        city = town([school("a", 100), school("b", 50)], [{"school_id": "a", "students_enrolled": 3}])
        assert "school_music.enrolled" not in shown(city)
        assert ("b", "school_music.enrolled") not in missing(city)

    def test_schools_without_students_can_tell_nothing(self) -> None:
        found = missing(town([school("a", 100), school("b", None), school("c", 0)], []))
        assert {school_id for school_id, _figure in found} == {"a"}


@given(towns())
@settings(max_examples=60, deadline=None)
def test_over_all_schools_it_is_the_whole_range(rows: tuple[list[Row], list[Row]]) -> None:
    city = town(*rows)
    found = missing(city)
    for figure_id in set(ADDITIVE) & shown(city):
        least, most = (sum(ends[at] for (_, figure), ends in found.items() if figure == figure_id) for at in (0, 1))
        assert least == pytest.approx(width(city, figure_id), abs=ROUNDING)
        assert most == pytest.approx(least)


@given(towns(), st.data())
@settings(max_examples=60, deadline=None)
def test_it_is_what_measuring_with_the_answer_finds(rows: tuple[list[Row], list[Row]], data: st.DataObject) -> None:
    schools, baselines = rows
    before = town(schools, baselines)
    found = missing(before)
    at = data.draw(st.integers(0, len(schools) - 1))
    row, students = baselines[at], schools[at]["students"]
    extreme = data.draw(st.sampled_from(["nobody", "everybody", "nobody asked"]))
    answer = {
        "nobody": {"music_staff": 0.0, **dict.fromkeys(BANDS, 0.0), "students_enrolled": students, "without": 0},
        "everybody": {"music_staff": 9.0, **dict.fromkeys(BANDS, 900.0), "students_enrolled": 0, "without": students},
        "nobody asked": {"music_staff": 0.0, **dict.fromkeys(BANDS, 0.0), "students_enrolled": 0, "without": 0},
    }[extreme]
    full = {name: answer[name] if row[name] is None else row[name] for name in answer if name != "without"}
    open_places = min(answer["without"], students - full["students_enrolled"])
    full["students_without_place"] = row["students_without_place"]
    if full["students_without_place"] is None:
        full["students_without_place"] = open_places
    elif row["students_enrolled"] is None:
        full["students_enrolled"] = min(full["students_enrolled"], students - full["students_without_place"])
    after = town(schools, [*baselines[:at], {"school_id": row["school_id"], **full}, *baselines[at + 1 :]])
    measured = figures(after)
    for figure_id in {*ADDITIVE, WITHOUT_PLACE} & shown(before):
        figure = measured.get(figure_id)
        assert figure is not None
        if figure.suppressed:
            continue
        left = 0.0 if figure.low is None or figure.high is None else figure.high - figure.low
        least, most = found.get((row["school_id"], figure_id), (0.0, 0.0))
        gone = width(before, figure_id) - left
        assert least - ROUNDING <= gone <= most + ROUNDING
        if figure_id == WITHOUT_PLACE and extreme == "nobody asked":
            assert gone == pytest.approx(least)


class TestWhomToAsk:
    def test_first_whose_answers_take_most_from_all_shares(self) -> None:
        # b has more students than c, but has said all except one thing.
        told = {"music_staff": 0.0, "minutes_3_5": 0.0, "students_enrolled": 10}
        city = town([school("a", 100), school("b", 60), school("c", 50)], [{"school_id": "b", **told}])
        order = whom_to_ask(missing_answers(city, students_by_cell(city), figures(city)))
        assert order["school_id"].to_list() == ["a", "c", "b"]
        assert order["rank"].to_list() == [1, 2, 3]

    def test_nobody_where_everything_is_known(self) -> None:
        told = {"music_staff": 0.0, "minutes_3_5": 0.0, "students_enrolled": 10, "students_without_place": 10}
        city = town([school("a", 100)], [{"school_id": "a", **told}])
        assert whom_to_ask(missing_answers(city, students_by_cell(city), figures(city))).is_empty()
