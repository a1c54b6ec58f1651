"""Reach, seats per 100 students and placed students: what is certain, and what unknowns leave open."""

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.city import DEGREE_KM, Row, offering, school, spread

from allcity.analysis.access import Spots
from allcity.analysis.access_figures import Access, measure_access
from allcity.analysis.cells import students_by_cell
from allcity.analysis.city import CityYear
from allcity.analysis.figures import Figure, Figures
from allcity.analysis.season import arcs, season


def measured(city: CityYear) -> Access:
    return measure_access(city, students_by_cell(city), season(city))


def figure(city: CityYear, figure_id: str, **by: str) -> Figure:
    found = Figures(measured(city).figures).get(figure_id, **by)
    assert found is not None
    return found


def range_of(found: Figure) -> list[float | None]:
    return [found.value, found.low, found.high]


FAR = 20.0
REACH_KM = 30 / 60 * 4.8 / 1.3
TWO_SCHOOLS = [school("big", 30, area_id="north"), school("small", 10, km=FAR, area_id="south")]
AREAS = [{"area_id": "north"}, {"area_id": "south"}]


class TestReach:
    def test_of_one_offering(self) -> None:
        city = spread(schools=TWO_SCHOOLS, offerings=[offering("x")], areas=AREAS)
        assert range_of(figure(city, "access.reach")) == [0.75, 0.75, 0.75]
        assert range_of(figure(city, "access.reach", area="south")) == [0, 0, 0]
        assert measured(city).schools["reach"].to_list() == [1, 0]

    def test_an_offering_without_a_place_is_in_its_best_one_for_the_city_and_near_for_each_part(self) -> None:
        city = spread(schools=TWO_SCHOOLS, offerings=[offering("x", km=None)], areas=AREAS)
        assert range_of(figure(city, "access.reach")) == [0, 0, 0.75]
        assert range_of(figure(city, "access.reach", area="south")) == [0, 0, 1]
        assert measured(city).schools["reach_high"].to_list() == [1, 1]

    def test_two_offerings_without_a_place_may_be_in_two_places(self) -> None:
        city = spread(schools=TWO_SCHOOLS, offerings=[offering(id_, km=None) for id_ in "xy"])
        assert figure(city, "access.reach").high == 1

    def test_one_place_reaches_what_is_near_to_it_alone(self) -> None:
        rows = [school(f"s{n}", 10, km=n * 1.5) for n in range(5)]
        city = spread(schools=rows, offerings=[offering("x", km=None)])
        assert figure(city, "access.reach").high == pytest.approx(3 / 5)

    def test_a_school_without_a_place_may_be_near_an_offering_without_one(self) -> None:
        schools = [school("lost", 30, km=None), school("placed", 10)]
        city = spread(schools=schools, offerings=[offering("x", km=None)])
        assert figure(city, "access.reach").high == 1

    def test_a_school_without_a_place_may_be_near_but_only_what_fits_it(self) -> None:
        schools = [school("lost", 30, km=None, grades=["12"]), school("other", 10, km=FAR)]
        for ages, high in (((17, 18), 0.75), ((8, 8), 0)):
            assert figure(spread(schools=schools, offerings=[offering("x", ages=ages)]), "access.reach").high == high

    def test_an_unknown_age_widens_the_range(self) -> None:
        city = spread(schools=TWO_SCHOOLS, offerings=[offering("x", ages=(None, 12))])
        assert range_of(figure(city, "access.reach")) == [0, 0, 0.75]
        assert figure(city, "access.reach").narrows == ("ages",)

    def test_what_offerings_give(self) -> None:
        rows = [offering("x", program_id="strings"), offering("y", km=FAR, program_id="unsaid")]
        programs = [{"program_id": "strings", "contributions": ["mentorship"]}, {"program_id": "unsaid"}]
        city = spread(schools=TWO_SCHOOLS, offerings=rows, programs=programs)
        assert range_of(figure(city, "access.reach", contribution="mentorship")) == [0.75, 0.75, 1]
        assert range_of(figure(city, "access.reach", contribution="small_ensembles")) == [0, 0, 0.25]

    @pytest.mark.parametrize(
        ("fees", "free", "within"),
        [
            ((0, 0), [1, 1], [1, 1]),
            ((500, 500), [0, 0], [1, 1]),
            ((0, 2000), [0, 1], [0, 1]),
            ((2000, 2500), [0, 0], [0, 0]),
            ((None, None), [0, 1], [0, 1]),
            ((None, 900), [0, 1], [1, 1]),
            ((100, None), [0, 0], [0, 1]),
        ],
    )
    def test_fees(self, fees: tuple[int | None, int | None], free: list[int], within: list[int]) -> None:
        row = offering("x", minimum_fee=fees[0], maximum_fee=fees[1])
        city = spread(schools=[school("a", 9)], offerings=[row], settings="[targets]\nfee_limit = 10\n")
        assert range_of(figure(city, "access.reach.free"))[1:] == free
        assert range_of(figure(city, "access.reach.fee"))[1:] == within

    @pytest.mark.parametrize(
        ("column", "said", "expected"),
        [
            ("languages", ["es", "en"], [1, 1]),
            ("languages", ["en"], [0, 0]),
            ("languages", None, [0, 1]),
            ("accommodations", ["interpreter"], [1, 1]),
            ("accommodations", [], [0, 1]),
        ],
    )
    def test_languages_and_accommodations(self, column: str, said: list[str] | None, expected: list[int]) -> None:
        city = spread(schools=[school("a", 9)], offerings=[offering("x", **{column: said})])
        figure_id = "access.reach.language" if column == "languages" else "access.reach.accommodation"
        assert range_of(figure(city, figure_id))[1:] == expected

    def test_a_city_of_one_language_has_no_figure_of_others(self) -> None:
        city = spread(schools=[school("a", 9)], settings='languages = ["en"]\n')
        assert Figures(measured(city).figures).get("access.reach.language") is None


class TestSpots:
    @given(
        st.floats(-70, 70),
        st.sampled_from([0.0, 179.99, -120.0]),
        st.lists(st.tuples(st.floats(0, 2 * math.pi), st.floats(0.99, 0.9999)), min_size=1, max_size=5),
    )
    @settings(max_examples=60, deadline=None)
    def test_no_place_on_earth_reaches_more_than_the_best_spot(
        self, latitude: float, longitude: float, around: list[tuple[float, float]]
    ) -> None:
        """Schools at the very end of the reach of a place, in all directions: that place reaches them all."""
        rows = []
        for n, (direction, part) in enumerate(around):
            north, east = (part * REACH_KM * way / DEGREE_KM for way in (math.cos(direction), math.sin(direction)))
            at = {
                "latitude": latitude + north,
                "longitude": longitude + east / math.cos(math.radians(latitude + north / 2)),
            }
            rows.append({**school(f"s{n}", n + 1), **at})
        row = offering("x")
        at = {"latitude": latitude, "longitude": longitude}
        city = spread(schools=rows, offerings=[{**row, "locations": {**row["locations"], **at}}])
        cells = students_by_cell(city)
        reached = figure(city, "access.reach").value
        assert reached is not None
        assert reached * cells.students.sum() <= Spots(city, cells).best(cells.students[:, None])[0] + 1e-9


class TestSeats:
    def test_are_shared_among_the_students_they_fit(self) -> None:
        schools = [school("a", 30), school("b", 10, km=1), school("c", 60, km=FAR)]
        city = spread(
            schools=schools, offerings=[offering("x", seats=20), offering("y", km=1, ages=(17, 18), seats=99)]
        )
        assert range_of(figure(city, "access.seats_per_100")) == pytest.approx([20, 20, 20])
        assert measured(city).schools["seats_per_100"].to_list() == pytest.approx([50, 50, 0])

    def test_others_who_may_share_them_lower_the_low_end(self) -> None:
        city = spread(schools=[school("a", 30), school("lost", 10, km=None)], offerings=[offering("x", seats=12)])
        frame = measured(city).schools
        assert frame["seats_per_100"].to_list() == pytest.approx([40, 0])
        assert frame["seats_per_100_low"].to_list() == pytest.approx([30, 0])
        assert frame["seats_per_100_high"].to_list() == pytest.approx([40, 120])
        assert range_of(figure(city, "access.seats_per_100")) == pytest.approx([30, 30, 30])

    def test_of_an_area_too(self) -> None:
        schools = [school("sure", 30, area_id="north"), school("lost", 10, km=None, area_id="south")]
        city = spread(schools=schools, offerings=[offering("x", seats=12)], areas=AREAS)
        assert range_of(figure(city, "access.seats_per_100", area="north")) == pytest.approx([40, 30, 40])
        assert range_of(figure(city, "access.seats_per_100", area="south")) == pytest.approx([0, 0, 30])

    def test_unknown_seats_are_bounded_by_the_cap(self) -> None:
        city = spread(schools=[school("a", 40)], offerings=[offering("x"), offering("y", seats=10)])
        assert range_of(figure(city, "access.seats_per_100")) == pytest.approx([25, 25, 100])
        assert range_of(figure(city, "access.placed")) == pytest.approx([0.25, 0.25, 1])

    def test_without_a_cap_nothing_bounds_them(self) -> None:
        schools = [school("a", 40), school("b", 40, km=FAR)]
        uncapped = "[targets]\nseats_cap_unknown = { enabled = false }\n"
        city = spread(schools=schools, offerings=[offering("x"), offering("y", seats=10)], settings=uncapped)
        assert range_of(figure(city, "access.seats_per_100")) == [12.5, 12.5, None]
        assert figure(city, "access.seats_per_100").narrows == ("seats",)
        assert range_of(figure(city, "access.placed")) == pytest.approx([0.125, 0.125, 0.5])
        assert measured(city).schools["seats_per_100_high"].to_list() == [None, 0]


class TestPlaced:
    def test_the_term_with_most_is_reported_and_each_is_shown(self) -> None:
        rows = [
            offering("x", seats=10, **running("09-01", "12-31")),
            offering("y", seats=15, **running("07-01", "08-31")),
        ]
        city = spread(schools=[school("a", 100)], offerings=rows)
        assert range_of(figure(city, "access.placed")) == [0.15, 0.15, 0.15]
        terms = {
            term: figure(city, "access.placed", term=term).value for term in ("summer", "autumn", "winter", "spring")
        }
        assert terms == {"summer": 0.15, "autumn": 0.1, "winter": 0, "spring": 0}

    def test_a_term_that_could_turn_out_best_belongs_to_the_range(self) -> None:
        rows = [
            offering("x", seats=10, **running("09-01", "12-31")),
            offering("y", **running("07-01", "08-31")),
        ]
        city = spread(schools=[school("a", 100)], offerings=rows)
        assert range_of(figure(city, "access.placed")) == pytest.approx([0.1, 0.1, 0.3])

    def test_who_may_lose_seats_to_others_has_a_lower_low_end(self) -> None:
        schools = [school("sure", 10, area_id="north"), school("lost", 10, km=None, area_id="south")]
        city = spread(schools=schools, offerings=[offering("x", seats=10)], areas=AREAS)
        assert range_of(figure(city, "access.placed", area="north")) == pytest.approx([1, 0.5, 1])
        assert range_of(figure(city, "access.placed", area="south")) == pytest.approx([0, 0, 1])
        assert range_of(figure(city, "access.placed")) == pytest.approx([0.5, 0.5, 0.5])
        assert measured(city).schools["placed_low"].to_list() == pytest.approx([0.5, 0])

    def test_a_group_has_the_places_of_its_school_in_proportion(self) -> None:
        schools = [school("a", None, grades=["1", "12"]), school("b", 10, km=FAR)]
        students = [
            {"school_id": "a", "grade": "1", "students": 10},
            {"school_id": "a", "grade": "12", "students": 10},
            {"school_id": "a", "grade": "12", "group_id": "few", "students": 10},
            {"school_id": "a", "grade": "1", "group_id": "few", "students": 0},
        ]
        row = offering("x", ages=(5, 8), seats=6)
        city = spread(schools=schools, offerings=[row], students=students, groups=[{"group_id": "few"}])
        assert range_of(figure(city, "access.placed", group="few")) == pytest.approx([0.3, 0.3, 0.3])

    def test_a_city_that_has_dropped_all_terms_has_no_figure_of_places(self) -> None:
        dropped = "".join(f"[terms.{term}]\nenabled = false\n" for term in ("summer", "autumn", "winter", "spring"))
        found = measured(spread(schools=[school("a", 9)], offerings=[offering("x", seats=3)], settings=dropped))
        assert not Figures(found.figures).get("access.placed")
        assert found.schools["placed"].to_list() == [None]


def running(first: str, last: str) -> Row:
    return {"start_date": date.fromisoformat(f"2025-{first}"), "end_date": date.fromisoformat(f"2025-{last}")}


class TestWhatIsNotKnown:
    def test_without_a_source_nothing_is_known_not_even_a_zero(self) -> None:
        city = spread(schools=TWO_SCHOOLS, areas=AREAS, coverage={"schools": "complete", "students": "complete"})
        found = measured(city)
        for each in found.figures:
            assert (each.value, each.low, each.high, each.high_if_complete) == (None, 0, None, None)
            assert each.narrows == ("no_program_source",)
        assert [tally.id for tally in found.unknown] == ["no_program_source"]
        assert found.schools["reach_low"].to_list() == [0, 0]
        assert found.schools["reach"].null_count() == found.schools["placed_high"].null_count() == 2

    def test_a_complete_source_that_names_no_offering_is_a_zero(self) -> None:
        assert range_of(figure(spread(schools=TWO_SCHOOLS), "access.reach")) == [0, 0, 0]

    def test_without_students_a_share_is_not_told(self) -> None:
        city = spread(schools=[school("a", None), school("b", 0)], offerings=[offering("x", seats=3)])
        assert range_of(figure(city, "access.reach")) == [None, None, None]
        assert measured(city).schools["reach"].to_list() == [None, None]

    def test_students_of_totals_alone_make_an_estimate(self) -> None:
        schools = [school("a", 9), school("b", None, grades=["1"])]
        students = [{"school_id": "b", "grade": "1", "students": 5}]
        city = spread(schools=schools, students=students, offerings=[offering("x")])
        assert figure(city, "access.reach").status == "estimated"
        assert figure(city, "access.reach", band="PK-2").status == "measured"
        assert figure(city, "access.placed").status == "modelled"

    def test_the_unknown_of_most_offerings_narrows_most(self) -> None:
        rows = [offering("x", km=None), offering("y", km=None, ages=(None, 9)), offering("z", seats=3)]
        found = figure(spread(schools=TWO_SCHOOLS, offerings=rows, coverage="partial"), "access.seats_per_100")
        assert found.narrows[0] == "coverage"
        assert set(found.narrows[1:3]) == {"location", "seats"}
        assert found.narrows[3] == "ages"
        assert (found.known, found.total) == (1, 3)

    def test_of_how_many_what_is_unknown(self) -> None:
        rows = [offering("x", km=None), offering("y", seats=2, sessions=9, ages=(5, None))]
        schools = [school("a", 9, km=None), school("b", 9)]
        tallies = {
            tally.id: (tally.number, tally.of) for tally in measured(spread(schools=schools, offerings=rows)).unknown
        }
        expected = {
            "location": (1, 2),
            "ages": (1, 2),
            "seats": (1, 2),
            "sessions": (1, 2),
            "coordinates_of_school": (1, 2),
        }
        assert {id_: tallies[id_] for id_ in expected} == expected


def test_many_schools_without_a_place_cost_no_pairs_with_every_offering() -> None:
    schools = [school(f"s{n}", 10, km=None, grades=["1", "2"]) for n in range(300)]
    city = spread(
        schools=schools, offerings=[offering(f"o{n}", km=None if n % 2 else 0.0, seats=1) for n in range(400)]
    )
    cells = students_by_cell(city)
    found = arcs(city, season(city).access, cells)
    assert len(found.cell) == 0
    assert found.over_cells(np.ones(len(cells.students))).tolist() == [600] * 400
    assert figure(city, "access.placed").high == pytest.approx(400 / 3000)
