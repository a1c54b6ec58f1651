"""Figures of several cities together, against a naive version that tries out every corner."""

import math
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allcity.analysis.figures import Figure
from allcity.analysis.national import SHARES, SUMS, combine, least_mean


def count(name: str, value: float | None, low: float | None = None, high: float | None = None, **more) -> Figure:
    return Figure(name, value, "count", more.pop("year", 2025), low=value if low is None else low, high=high, **more)


def share(name: str, value: float | None, low: float, high: float | None, **more) -> Figure:
    return Figure(name, value, "share", 2025, low=low, high=high, **more)


def exact(name: str, value: float) -> Figure:
    return count(name, value, value, value, high_if_complete=value)


def together(*cities: list[Figure]) -> dict[str, Figure]:
    return {figure.id: figure for figure in combine(cities)}


def test_no_city_gives_no_figure():
    assert combine([]) == []


def test_known_counts_are_added_with_their_bounds():
    seats = together([count("seats", 100, 90, 130)], [count("seats", 50, 50, 50)])["seats"]
    assert (seats.value, seats.low, seats.high) == (150, 140, 180)
    assert (seats.known, seats.total, seats.records) == (2, 2, "cities")


def test_a_city_that_knows_nothing_takes_away_value_and_high_end_but_not_what_is_sure():
    seats = together([exact("seats", 100)], [exact("schools", 3)])["seats"]
    assert (seats.value, seats.low, seats.high, seats.high_if_complete) == (None, 100, None, None)
    assert (seats.known, seats.total) == (1, 2)


def test_a_city_without_a_high_end_leaves_the_sum_without_one():
    seats = together([exact("seats", 100)], [count("seats", 10, 10, None, high_if_complete=12)])["seats"]
    assert (seats.value, seats.low, seats.high, seats.high_if_complete) == (110, 110, None, 112)


def test_what_is_withheld_cannot_be_worked_out():
    whole = exact("deliveries.students", 7)
    told = together([exact("deliveries.students", 100)], [whole.withheld()])["deliveries.students"]
    assert (told.value, told.low, told.high, told.known) == (None, 100, None, 1)


def test_figures_of_parts_of_a_city_are_left_alone():
    assert not combine([[Figure("students", 5, "count", 2025, by={"area": "a"})]])


def test_a_share_is_weighed_by_students():
    big = [exact("students", 900), share("access.reach", 0.5, 0.4, 0.6)]
    small = [exact("students", 100), share("access.reach", 1.0, 1.0, 1.0)]
    reach = together(big, small)["access.reach"]
    assert (reach.value, reach.low, reach.high) == pytest.approx((0.55, 0.46, 0.64))


def test_a_city_without_a_share_may_reach_nobody():
    reach = together(
        [exact("students", 300), share("access.reach", 0.8, 0.8, 0.9)],
        [exact("students", 100)],
    )["access.reach"]
    assert reach.value is None
    assert reach.low == pytest.approx(0.6)
    assert reach.high is None


def test_students_nobody_counted_leave_the_share_to_its_least():
    reach = together(
        [exact("students", 300), share("access.reach", 0.8, 0.8, 0.9)],
        [share("access.reach", 0.2, 0.1, 0.3)],
    )["access.reach"]
    assert (reach.value, reach.low) == (None, pytest.approx(0.1))


def test_year_day_and_certainty_are_those_of_the_weakest():
    told = together(
        [count("seats", 1, high=1, year=2024, as_of=date(2024, 1, 1))],
        [count("seats", 1, high=1, year=2025, as_of=date(2025, 1, 1), status="estimated")],
    )["seats"]
    assert (told.year, told.as_of, told.status) == (2025, date(2024, 1, 1), "estimated")


@st.composite
def weighed(draw):
    number = draw(st.integers(1, 5))
    values = draw(st.lists(st.floats(0, 1), min_size=number, max_size=number))
    ends = st.tuples(st.floats(0, 1000), st.floats(0, 1000)).map(lambda pair: tuple(sorted(pair)))
    return values, draw(st.lists(ends, min_size=number, max_size=number))


def mean(values, weights) -> float:
    return sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)


@given(weighed())
def test_least_mean_is_that_of_the_best_corner(case):
    values, ends = case
    corners = [mean(values, corner) for corner in product(*ends) if sum(corner) > 0]
    if corners:
        assert least_mean(values, ends) == pytest.approx(min(corners), abs=1e-9)


@given(weighed(), st.data())
def test_no_weights_between_the_ends_give_less(case, data):
    values, ends = case
    inside = [data.draw(st.floats(low, high)) for low, high in ends]
    if sum(inside) > 0:
        assert least_mean(values, ends) <= mean(values, inside) + 1e-9


@given(weighed(), st.data())
def test_an_endless_weight_is_the_limit_of_large_ones(case, data):
    values, ends = case
    which = data.draw(st.integers(0, len(values) - 1))
    endless = [(low, math.inf) if i == which else (low, high) for i, (low, high) in enumerate(ends)]
    large = [(low, 1e12) if i == which else (low, high) for i, (low, high) in enumerate(ends)]
    assert least_mean(values, endless) == pytest.approx(least_mean(values, large), abs=1e-6)


numbers = st.integers(0, 10_000)


@st.composite
def city(draw) -> list[Figure]:
    """A city's figures, some of them unknown, open above, withheld or not there."""
    figures = []
    for name in SUMS:
        low, value, high = sorted((draw(numbers), draw(numbers), draw(numbers)))
        kind = draw(st.sampled_from(("known", "open", "unknown", "absent", "withheld")))
        if kind == "unknown":
            figures.append(Figure(name, None, "count", 2025, low=0.0))
        elif kind != "absent":
            figure = count(name, value, low, None if kind == "open" else high, high_if_complete=high)
            figures.append(figure.withheld() if kind == "withheld" else figure)
    for name in SHARES:
        low, value, high = sorted(draw(st.floats(0, 1)) for _ in range(3))
        figures.append(share(name, value, low, high))
    return figures


@given(st.lists(city(), min_size=1, max_size=4))
def test_bounds_hold_the_value_and_known_is_what_has_one(cities):
    for figure in combine(cities):
        named = [next((one for one in each if one.id == figure.id), None) for each in cities]
        assert figure.total == len(cities)
        assert figure.known == sum(one is not None and one.value is not None for one in named)
        if figure.value is not None:
            assert figure.low <= figure.value
            assert figure.high is None or figure.value <= figure.high


@given(st.lists(city(), min_size=1, max_size=3), st.randoms())
def test_the_order_of_cities_does_not_matter(cities, random):
    other = list(cities)
    random.shuffle(other)
    for one, two in zip(combine(cities), combine(other), strict=True):
        assert (one.id, one.known, one.high is None) == (two.id, two.known, two.high is None)
        assert one.low == pytest.approx(two.low)


@given(city())
def test_one_city_alone_is_itself(figures):
    own = {figure.id: figure for figure in figures}
    for figure in combine([figures]):
        if figure.id in SUMS and not own[figure.id].suppressed:
            assert (figure.value, figure.low, figure.high) == (
                own[figure.id].value, own[figure.id].low, own[figure.id].high
            )  # fmt: skip
