"""Which offerings are access, when they run, whom they fit, and for whom they are reserved."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from tests.factories.city import START, YEAR, Row, city_year, offering, school, spread

from allcity.analysis.access_figures import measure_access
from allcity.analysis.cells import students_by_cell
from allcity.analysis.city import CityYear
from allcity.analysis.placed import running_in_terms
from allcity.analysis.season import arcs, season


def of_days(offering_id: str, days: int, **more: object) -> dict[str, Row]:
    return offering(offering_id, start_date=START, end_date=START + timedelta(days - 1), **more)


@pytest.mark.parametrize(
    ("sessions", "days", "sustained"),
    [
        (8, 2, True),
        (8, 365, True),
        (7, 365, False),
        (None, 28, True),
        (None, 27, False),
        (8, 1, False),
        (0, 40, False),
    ],
)
def test_sustained_is_eight_sessions_or_where_unknown_four_weeks_both_days_counted(
    sessions: int | None, days: int, sustained: bool
) -> None:
    year = season(spread(schools=[school("a", 9)], offerings=[of_days("x", days, sessions=sessions)]))
    assert year.frame["sustained"].to_list() == [sustained]
    assert len(year.access) == sustained


def test_a_city_may_change_both_numbers() -> None:
    settings = "[targets]\nsustained_sessions = 3\nsustained_days = 10\n"
    rows = [of_days("x", 9), of_days("y", 10), of_days("z", 9, sessions=3)]
    city = spread(schools=[school("a", 9)], offerings=rows, settings=settings)
    assert season(city).access["offering_id"].to_list() == ["y", "z"]


def test_events_short_and_online_offerings_are_not_access_but_counted() -> None:
    city = spread(
        schools=[school("a", 10)],
        offerings=[of_days("event", 1, sessions=20), of_days("short", 20), offering("far", mode="online")],
    )
    found = measure_access(city, students_by_cell(city), season(city))
    figures = {figure.id: figure for figure in found.figures if figure.by is None}
    assert figures["access.reach"].value == figures["access.reach"].high == 0
    assert figures["access.placed"].value == figures["access.seats_per_100"].high == 0
    assert {tally.id: (tally.number, tally.of) for tally in found.left_out} == {
        "event": (1, 3),
        "short": (1, 3),
        "online": (1, 3),
    }


@pytest.mark.parametrize(
    ("grade", "ages", "fits"),
    [
        ("PK", (0, 4), True),
        ("PK", (0, 3), False),
        ("PK", (5, 5), True),
        ("K", (6, 9), True),
        ("K", (7, 9), False),
        ("3", (8, 8), True),
        ("3", (0, 7.5), False),
        ("3", (9, 9), True),
        ("3", (9.5, 12), False),
        ("12", (18, 99), True),
        ("12", (19, 99), False),
    ],
)
def test_ages_fit_a_grade_where_the_closed_intervals_meet(grade: str, ages: tuple[float, float], fits: bool) -> None:
    found = pairs(spread(schools=[school("a", 9, grades=[grade])], offerings=[offering("x", ages=ages)]))
    assert found == ({("a", "x", True)} if fits else set())


@pytest.mark.parametrize(
    ("ages", "possible"), [((None, 10), True), ((None, 7), False), ((9, None), True), ((10, None), False)]
)
def test_an_age_that_is_not_known_excludes_nobody(ages: tuple[float | None, float | None], possible: bool) -> None:
    found = pairs(spread(schools=[school("a", 9)], offerings=[offering("x", ages=ages)]))
    assert found == ({("a", "x", False)} if possible else set())


def pairs(city: CityYear) -> set[tuple[str, str, bool]]:
    """School, offering and whether it is certain, of each listed arc."""
    cells, offerings = students_by_cell(city), season(city).access
    found = arcs(city, offerings, cells)
    schools, names = city.schools["school_id"].to_list(), offerings["offering_id"].to_list()
    school_of = [schools[cells.school[cell]] for cell in found.cell]
    return set(zip(school_of, [names[o] for o in found.offering], found.certain.tolist(), strict=True))


def test_thirty_minutes_on_foot_are_1846_metres() -> None:
    rows = [offering("near", km=1.846), offering("far", km=1.847)]
    assert pairs(spread(schools=[school("a", 9)], offerings=rows)) == {("a", "near", True)}


def test_seats_that_a_partnership_reserves_are_for_its_schools() -> None:
    city = spread(
        schools=[school("a", 9), school("b", 9), school("lost", 9, km=None), school("stranger", 9, km=None)],
        offerings=[offering("x", partnership_id="p"), offering("nowhere", km=None, partnership_id="p"), offering("y")],
        partnerships=[{"partnership_id": "p", "school_ids": ["b", "lost"]}],
    )
    assert pairs(city) == {
        ("b", "x", True),
        ("lost", "x", False),
        ("b", "nowhere", False),
        ("lost", "nowhere", False),
        ("a", "y", True),
        ("b", "y", True),
    }


def test_a_partnership_that_names_no_school_is_with_all_of_its_district() -> None:
    city = spread(
        schools=[school("a", 9, district_id="d"), school("b", 9, district_id="other")],
        offerings=[offering("x", partnership_id="p")],
        partnerships=[{"partnership_id": "p", "district_ids": ["d"]}],
        districts=[{"district_id": "d"}, {"district_id": "other"}],
    )
    assert pairs(city) == {("a", "x", True)}


def test_seats_of_a_partnership_that_nobody_knows_are_for_nobody() -> None:
    city = spread(schools=[school("a", 9)], offerings=[offering("x", partnership_id="gone")])
    assert pairs(city) == set()


def test_without_a_place_an_offering_may_serve_whom_it_fits_everywhere() -> None:
    city = spread(
        schools=[school("a", 9, grades=["1"]), school("b", 5, grades=["12"], km=50), school("lost", 3, km=None)],
        offerings=[offering("x", km=None, ages=(5, 9)), offering("y", km=100, ages=(5, 9))],
    )
    cells = students_by_cell(city)
    found = arcs(city, season(city).access, cells)
    assert found.over_cells(cells.students).tolist() == [12, 3]
    assert found.over_offerings(np.array([1.0, 10.0])).tolist() == [1, 0, 11]


def terms_of(rows: dict[str, tuple[date, date]], settings: str = "") -> dict[str, list[str]]:
    offerings = [{"offering_id": id_, "start_date": start, "end_date": end} for id_, (start, end) in rows.items()]
    city = city_year(schools=[school("a", 9)], offerings=offerings, settings=settings)
    running = running_in_terms(city, city.offerings)
    return {term: city.offerings["offering_id"].filter(pl.Series(mask)).to_list() for term, mask in running.items()}


def test_an_offering_runs_in_each_term_that_it_has_a_day_in() -> None:
    found = terms_of(
        {
            "last_of_summer": (date(YEAR, 5, 1), date(YEAR, 8, 31)),
            "first_of_autumn": (date(YEAR, 9, 1), date(YEAR, 9, 30)),
            "through": (date(YEAR, 12, 31), date(YEAR + 1, 4, 1)),
            "all": (date(YEAR - 1, 1, 1), date(YEAR + 2, 1, 1)),
        }
    )
    assert found == {
        "summer": ["last_of_summer", "all"],
        "autumn": ["first_of_autumn", "through", "all"],
        "winter": ["through", "all"],
        "spring": ["through", "all"],
    }


def test_a_term_across_30_june_is_the_end_of_the_year_and_its_beginning() -> None:
    found = terms_of(
        {
            "july": (date(YEAR, 7, 1), date(YEAR, 7, 31)),
            "autumn": (date(YEAR, 9, 1), date(YEAR, 12, 31)),
            "june": (date(YEAR + 1, 6, 1), date(YEAR + 1, 6, 30)),
        },
        '[terms.summer]\nstarts = "06-15"\nends = "08-15"\n',
    )
    assert found["summer"] == ["july", "june"]


def test_a_term_across_new_year_is_one_piece() -> None:
    rows = {
        "january": (date(YEAR + 1, 1, 5), date(YEAR + 1, 2, 1)),
        "leap": (date(YEAR + 1, 2, 28), date(YEAR + 1, 4, 1)),
        "july": (date(YEAR, 7, 1), date(YEAR, 8, 31)),
    }
    assert terms_of(rows, '[terms.winter]\nstarts = "12-01"\nends = "02-29"\n')["winter"] == ["january", "leap"]


def test_programs_in_reach_of_a_school_are_those_that_some_of_its_students_fit_the_nearest_first() -> None:
    city = spread(
        schools=[school("a", 9, grades=("3", "4")), school("b", 9, km=9.0), school("lost", 9, km=None)],
        offerings=[
            offering("far", km=1.8),
            offering("near", km=0.6),
            offering("old", ages=(15, 18)),
            offering("open", ages=(None, 18)),
        ],
    )
    found = measure_access(city, students_by_cell(city), season(city)).in_reach
    # 1.3 times the way at 4.8 km/h, from one school alone, once for each offering however many grades it fits.
    assert found["school_id"].to_list() == ["a", "a", "a"]
    assert found["offering_id"].to_list() == ["open", "near", "far"]
    assert found["minutes"].to_list() == pytest.approx([0.0, 0.6 * 1.3 / 4.8 * 60, 1.8 * 1.3 / 4.8 * 60], rel=1e-6)
    assert found["certain"].to_list() == [False, True, True]
