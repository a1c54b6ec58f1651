"""Placement against its definition: on cities small enough to look at every set of schools and every cut."""

from fractions import Fraction
from itertools import chain, combinations
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from allcity.analysis.placement import Placement, place


class City(NamedTuple):
    students: list[int]
    school: list[int]
    seats: list[int]
    arcs: list[tuple[int, int]]

    def place(self) -> Placement:
        cell, offering = np.array(self.arcs, dtype=np.int64).reshape(-1, 2).T
        return place(
            students=np.array(self.students),
            school=np.array(self.school, dtype=np.int64),
            seats=np.array(self.seats, dtype=np.int64),
            cell=cell,
            offering=offering,
        )


@st.composite
def cities(draw: st.DrawFn, most: int = 30) -> City:
    schools = draw(st.integers(1, 4))
    school = list(range(schools)) + draw(st.lists(st.integers(0, schools - 1), max_size=4))
    students = draw(st.lists(st.integers(0, most), min_size=len(school), max_size=len(school)))
    seats = draw(st.lists(st.integers(0, most), max_size=5))
    possible = [(cell, offering) for cell in range(len(school)) for offering in range(len(seats))]
    arcs = draw(st.lists(st.sampled_from(possible))) if possible else []
    return City(students, school, seats, arcs)


def subsets(items):
    return chain.from_iterable(combinations(items, size) for size in range(len(items) + 1))


def most_placed(city: City, schools: set[int]) -> int:
    """The least cut: seats of some offerings, and the students of cells that can go elsewhere."""
    cuts = []
    for cut in subsets(range(len(city.seats))):
        elsewhere = {cell for cell, offering in city.arcs if offering not in cut}
        escaping = sum(city.students[cell] for cell in elsewhere if city.school[cell] in schools)
        cuts.append(sum(city.seats[offering] for offering in cut) + escaping)
    return min(cuts)


def leximin_amounts(city: City) -> dict[int, Fraction]:
    """Megiddo's chain by exhaustion: again and again the largest set of schools that can gain the least share."""
    enrolled = {
        s: sum(n for n, own in zip(city.students, city.school, strict=True) if own == s) for s in set(city.school)
    }
    amounts = {school: Fraction(0) for school, n in enrolled.items() if n == 0}
    while waiting := enrolled.keys() - amounts.keys():
        before = most_placed(city, set(amounts))
        share, _, worst = min(
            (
                Fraction(most_placed(city, amounts.keys() | set(some)) - before, sum(enrolled[s] for s in some)),
                -len(some),
                some,
            )
            for some in subsets(sorted(waiting))
            if some
        )
        amounts |= {school: share * enrolled[school] for school in worst}
    return amounts


@given(cities())
@settings(deadline=None)
def test_total_is_certified_by_a_minimum_cut(city):
    assert city.place().total == most_placed(city, set(city.school))


@given(cities())
@settings(deadline=None)
def test_amounts_are_those_of_the_chain_of_bottlenecks(city):
    expected = leximin_amounts(city)
    np.testing.assert_allclose(
        city.place().by_school, [float(expected[s]) for s in sorted(expected)], rtol=0, atol=1e-9
    )


@given(cities())
@settings(deadline=None)
def test_every_student_counted_has_a_seat_and_every_seat_its_student(city):
    placement = city.place()
    np.testing.assert_allclose(
        np.bincount(city.school, weights=placement.by_cell), placement.by_school, rtol=0, atol=1e-9
    )
    assert placement.by_school.sum() == pytest.approx(placement.total, abs=1e-9)
    assert placement.by_offering.sum() == pytest.approx(placement.total, abs=1e-9)
    assert (placement.by_cell >= -1e-9).all()
    assert (placement.by_offering >= -1e-9).all()
    assert (placement.by_cell <= np.array(city.students) + 1e-9).all()
    assert (placement.by_offering <= np.array(city.seats) + 1e-9).all()


@given(cities())
@settings(deadline=None)
def test_the_amounts_by_cell_and_offering_can_flow_on_the_arcs(city):
    arcs = sorted(set(city.arcs))
    placement = city.place()
    if not arcs:
        assert placement.total == 0
        return
    ends = np.array(arcs)
    nodes = [np.arange(len(city.students))[:, None], np.arange(len(city.seats))[:, None]]
    rows = np.vstack([ends[:, 0] == nodes[0], ends[:, 1] == nodes[1]])
    amounts = np.concatenate([placement.by_cell, placement.by_offering])
    misfit = linprog(
        np.concatenate([np.zeros(len(arcs)), np.ones(2 * len(rows))]),
        A_eq=np.hstack([rows, -np.eye(len(rows)), np.eye(len(rows))]),
        b_eq=amounts,
    )
    assert misfit.fun == pytest.approx(0, abs=1e-6)


@given(cities(), st.data())
@settings(deadline=None)
def test_a_seat_more_never_places_fewer_nor_more_than_one_more(city, data):
    if not city.seats:
        return
    offering = data.draw(st.integers(0, len(city.seats) - 1))
    seats = [n + (index == offering) for index, n in enumerate(city.seats)]
    assert 0 <= city._replace(seats=seats).place().total - city.place().total <= 1


@given(cities(), st.data())
@settings(deadline=None)
def test_an_arc_more_never_places_fewer(city, data):
    if not city.seats:
        return
    arc = (data.draw(st.integers(0, len(city.students) - 1)), data.draw(st.integers(0, len(city.seats) - 1)))
    assert city._replace(arcs=[*city.arcs, arc]).place().total >= city.place().total


@given(cities(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_order_and_repetition_of_arcs_do_not_matter(city, random):
    arcs = [*city.arcs, *city.arcs]
    random.shuffle(arcs)
    expected, actual = city.place(), city._replace(arcs=arcs).place()
    np.testing.assert_allclose(actual.by_cell, expected.by_cell, rtol=0, atol=1e-9)
    np.testing.assert_allclose(actual.by_offering, expected.by_offering, rtol=0, atol=1e-9)


def test_scarce_seats_are_shared_by_enrolment_and_the_rest_go_to_who_alone_can_take_them():
    # 12 seats are in reach of both schools, 20 more of the second alone: 12 of 40 are left to the first, 20 of 60 to the second.
    city = City(students=[40, 60], school=[0, 1], seats=[12, 20], arcs=[(0, 0), (1, 0), (1, 1)])
    np.testing.assert_allclose(city.place().by_school, [12, 20])


def test_schools_with_the_same_reach_have_the_same_share():
    city = City(students=[30, 70], school=[0, 1], seats=[10], arcs=[(0, 0), (1, 0)])
    np.testing.assert_allclose(city.place().by_school, [3, 7])


def test_equal_grades_and_equal_offerings_are_treated_alike():
    city = City([10, 30], [0, 0], [6, 2], [(0, 0), (0, 1), (1, 0), (1, 1)])
    np.testing.assert_allclose(city.place().by_cell, [2, 6])
    np.testing.assert_allclose(city.place().by_offering, [6, 2])


def test_a_school_with_nothing_in_reach_places_nobody():
    city = City(students=[10, 10], school=[0, 1], seats=[50], arcs=[(1, 0)])
    np.testing.assert_array_equal(city.place().by_school, [0, 10])


@pytest.mark.parametrize("city", [City([], [], [], []), City([5], [0], [], []), City([0], [0], [3], [(0, 0)])])
def test_a_city_without_students_or_seats_places_nobody(city):
    assert city.place().total == 0
    assert city.place().by_cell.shape == (len(city.students),)


@pytest.mark.parametrize("grades", range(1, 16))
def test_a_total_spread_over_grades_loses_nothing(grades):
    total, seats = 220, 7
    placement = place(
        students=np.full(grades, total / grades),
        school=np.zeros(grades, dtype=np.int64),
        seats=np.full(grades, 1000),
        cell=np.arange(grades),
        offering=np.arange(grades),
    )
    assert placement.total == total
    np.testing.assert_allclose(placement.by_cell, total / grades, rtol=1e-12)
    one_grade = place(
        students=np.full(grades, total / grades),
        school=np.zeros(grades, dtype=np.int64),
        seats=np.array([1000, seats]),
        cell=np.array([0]),
        offering=np.array([0]),
    )
    assert one_grade.total == pytest.approx(total / grades, rel=1e-12)


@given(st.lists(st.floats(0.01, 500), min_size=1, max_size=12))
@settings(deadline=None)
def test_any_fractions_keep_the_schools_total_to_half_a_unit(students):
    placement = place(
        students=np.array(students),
        school=np.zeros(len(students), dtype=np.int64),
        seats=np.array([10_000]),
        cell=np.arange(len(students)),
        offering=np.zeros(len(students), dtype=np.int64),
    )
    assert placement.total == pytest.approx(sum(students), abs=0.5 / 2520 + 1e-9)
    np.testing.assert_allclose(placement.by_cell, students, rtol=0, atol=1 / 2520 + 1e-9)


@given(cities(most=2**28))
@settings(deadline=None)
def test_numbers_near_the_limit_of_the_arithmetic_are_placed_as_exactly(city):
    expected = leximin_amounts(city)
    placement = city.place()
    assert placement.total == sum(expected.values())
    np.testing.assert_allclose(placement.by_school, [float(expected[s]) for s in sorted(expected)], rtol=1e-13, atol=0)


def test_the_small_digits_of_many_large_numbers_add_up():
    rng = np.random.default_rng(0)
    cells = 400
    students, seats = rng.integers(2**20, 2**21, cells), rng.integers(2**19, 2**20, cells)
    school = np.arange(cells) % 2
    placement = place(students=students, school=school, seats=seats, cell=np.arange(cells), offering=np.arange(cells))
    np.testing.assert_array_equal(placement.by_school, [seats[::2].sum(), seats[1::2].sum()])
    np.testing.assert_allclose(placement.by_offering, seats, rtol=1e-13)


def test_shares_are_exact_where_products_exceed_32_and_53_bits():
    # Two cities without a common offering; primes, so that no share is a short fraction.
    students = np.array([1_299_709 / 13, 15_485_863 / 11, 104_729 / 7, 7_919 / 7])
    whole = np.array([1_299_709, 15_485_863, 104_729, 7_919])
    grades = np.array([13, 11, 7, 7])
    school = np.repeat(np.arange(4), grades)
    seats = np.array([999_983, 10_007])
    offering = np.repeat([0, 0, 1, 1], grades)
    placement = place(
        students=students[school], school=school, seats=seats, cell=np.arange(len(school)), offering=offering
    )
    assert placement.total == 999_983 + 10_007
    shares = placement.by_school / whole
    expected = [seats[0] / whole[:2].sum()] * 2 + [seats[1] / whole[2:].sum()] * 2
    np.testing.assert_allclose(shares, expected, rtol=1e-14)


def test_shares_that_differ_by_a_ten_billionth_are_told_apart():
    first, second = 100_003, 100_019
    more = pow(second, -1, first)
    less = (more * second - 1) // first
    assert Fraction(more, first) - Fraction(less, second) == Fraction(1, first * second)

    # The second school can also use what the first has, and does so only where its own share is the lower one.
    city = City([first, second], [0, 1], [more, less], [(0, 0), (1, 0), (1, 1)])
    even = Fraction(more + less, first + second)
    np.testing.assert_allclose(city.place().by_school, [float(even * first), float(even * second)], rtol=1e-14)
    city = City([second, first], [0, 1], [less, more], [(0, 0), (1, 0), (1, 1)])
    np.testing.assert_allclose(city.place().by_school, [less, more], rtol=1e-14)


def test_seats_without_end_cost_nothing():
    assert City([10, 5], [0, 1], [2**62, 2**62], [(0, 0), (1, 1), (1, 0)]).place().total == 15


def test_many_offerings_that_are_alike_and_have_ample_seats_do_not_exhaust_the_arithmetic():
    totals, grades, offerings = np.array([1_299_709, 1_299_721, 1_299_743]), np.array([13, 11, 7]), 5000
    school = np.repeat([0, 1, 2], grades)
    placement = place(
        students=(totals / grades)[school],
        school=school,
        seats=np.full(offerings, 10**9),
        cell=np.repeat(np.arange(len(school)), offerings),
        offering=np.tile(np.arange(offerings), len(school)),
    )
    assert placement.total == totals.sum()
    np.testing.assert_allclose(placement.by_offering, totals.sum() / offerings, rtol=1e-12)


@pytest.mark.parametrize(("students", "seats"), [([-1.0], [1]), ([np.nan], [1]), ([np.inf], [1]), ([1.0], [-1])])
def test_numbers_that_are_none_are_refused(students, seats):
    with pytest.raises(ValueError, match="at least 0"):
        City(students, [0], seats, [(0, 0)]).place()


def test_more_students_than_the_arithmetic_holds_are_refused():
    with pytest.raises(OverflowError, match="parts of the city"):
        City([2**40, 1], [0, 1], [2**40], [(0, 0), (1, 0)]).place()
