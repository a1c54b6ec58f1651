import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from allcity.analysis.catchment import DEFAULT_STEPS, CatchmentIndex, Gaussian, seats_per_student
from allcity.analysis.travel import Pairs, Travel, pairs_within

METHODS = tuple(DEFAULT_STEPS)
STEPS = st.dictionaries(st.floats(1, 60), st.sampled_from([0.0, 0.1, 0.5, 1.0, 3.0]), min_size=1, max_size=5).map(
    lambda steps: tuple(steps.items())
)
GAUSSIANS = st.builds(Gaussian, st.floats(5, 60))


def pairs_from_minutes(minutes: np.ndarray, *, limit: float = 60) -> Pairs:
    """Pairs of a full (n, m) table, in an order that knows nothing of neighbours."""
    within = minutes <= limit
    return Pairs(
        origin_start=np.concatenate(([0], np.cumsum(within.sum(axis=1)))),
        destination=within.nonzero()[1].astype(np.int32),
        minutes=minutes[within],
        destinations=minutes.shape[1],
        order=np.arange(len(minutes)),
    )


@st.composite
def cities(draw):
    """Pairs, the table of minutes they came from, students and seats."""
    n, m = draw(st.integers(1, 9)), draw(st.integers(0, 6))
    minutes = draw(arrays(float, (n, m), elements=st.integers(0, 70).map(float)))
    demand = draw(arrays(float, n, elements=st.integers(0, 50).map(float)))
    supply = draw(arrays(float, m, elements=st.integers(0, 50).map(float)))
    return pairs_from_minutes(minutes), minutes, demand, supply


@st.composite
def questions(draw):
    method = draw(st.sampled_from(METHODS))
    weights = None if method == "two_step" else draw(st.none() | STEPS | GAUSSIANS)
    return {"method": method, "weights": weights}


def weight(minutes: float, *, method: str, weights) -> float:
    if minutes > 60:
        return 0.0
    if isinstance(weights, Gaussian):
        return math.exp(-(minutes**2) / (2 * weights.sigma**2))
    for upper, value in sorted(DEFAULT_STEPS[method] if weights is None else weights):
        if minutes <= upper:
            return value
    return 0.0


def naive_seats_per_student(minutes, demand, supply, *, method, weights):
    origins, sites = range(len(demand)), range(len(supply))
    w = [[weight(minutes[i][j], method=method, weights=weights) for j in sites] for i in origins]
    if method == "three_step":
        w = [[one**2 / sum(row) if one else 0.0 for one in row] for row in w]
    access = [0.0] * len(demand)
    for j in sites:
        around = sum(w[i][j] * demand[i] for i in origins)
        for i in origins:
            if around > 0:
                access[i] += w[i][j] * supply[j] / around
    return access


@given(cities(), questions())
def test_agrees_with_plain_loops(city, question):
    pairs, minutes, demand, supply = city
    access = seats_per_student(pairs=pairs, demand=demand, supply=supply, **question)
    np.testing.assert_allclose(
        access, naive_seats_per_student(minutes, demand, supply, **question), rtol=1e-9, atol=1e-300
    )


@given(cities(), questions())
def test_every_seat_that_students_reach_is_shared_out(city, question):
    pairs, minutes, demand, supply = city
    access = seats_per_student(pairs=pairs, demand=demand, supply=supply, **question)
    reached = [
        any(students and weight(time, **question) for students, time in zip(demand, column, strict=True))
        for column in minutes.T
    ]
    assert demand @ access == pytest.approx(supply[reached].sum(), rel=1e-9)


@given(cities(), questions(), st.data())
def test_more_seats_never_give_less_access(city, question, data):
    pairs, _, demand, supply = city
    more = supply + data.draw(arrays(float, len(supply), elements=st.integers(0, 9).map(float)))
    index = CatchmentIndex(pairs, **question)
    before, after = (index.seats_per_student(demand=demand, supply=seats) for seats in (supply, more))
    assert (after >= before * (1 - 1e-12)).all()


@given(cities(), questions(), st.floats(0.01, 100))
def test_access_scales_with_seats_and_against_students(city, question, factor):
    pairs, _, demand, supply = city
    index = CatchmentIndex(pairs, **question)
    access = index.seats_per_student(demand=demand, supply=supply)
    more_seats = index.seats_per_student(demand=demand, supply=supply * factor)
    more_students = index.seats_per_student(demand=demand * factor, supply=supply)
    np.testing.assert_allclose(more_seats, access * factor, rtol=1e-9)
    np.testing.assert_allclose(more_students, access / factor, rtol=1e-9)


@given(cities(), questions(), st.data())
def test_the_order_of_origins_changes_nothing(city, question, data):
    pairs, _, demand, supply = city
    order = np.array(data.draw(st.permutations(range(pairs.origins))))
    reordered = Pairs(**{**vars(pairs), "order": order})
    access, again = (
        seats_per_student(pairs=one, demand=demand, supply=supply, **question) for one in (pairs, reordered)
    )
    np.testing.assert_allclose(access, again, rtol=1e-12)


@pytest.fixture(scope="module")
def large_city() -> tuple[Pairs, np.ndarray, np.ndarray]:
    """More origins than one tree holds, with places unknown, schools without students and programs without seats."""
    rng = np.random.default_rng(11)
    origins, sites = (
        rng.uniform((41.7, -87.8), (41.9, -87.6), (1300, 2)),
        rng.uniform((41.7, -87.8), (41.9, -87.6), (90, 2)),
    )
    origins[5], sites[7] = math.nan, math.nan
    pairs = pairs_within(origins, sites, travel=Travel(minutes=60))
    return pairs, rng.integers(0, 90, 1300).astype(float), rng.integers(0, 30, (90, 11)).astype(float)


@pytest.mark.parametrize(
    ("method", "weights"),
    [*((method, None) for method in METHODS), ("enhanced", Gaussian(20)), ("three_step", Gaussian(20))],
)
def test_a_city_of_several_trees_agrees_with_plain_loops(large_city, method, weights):
    pairs, demand, supply = large_city
    minutes = np.full((1300, 90), np.inf)
    minutes[np.repeat(np.arange(1300), np.diff(pairs.origin_start)), pairs.destination] = pairs.minutes
    access = seats_per_student(pairs=pairs, demand=demand, supply=supply[:, 0], method=method, weights=weights)
    naive = naive_seats_per_student(minutes, demand, supply[:, 0], method=method, weights=weights)
    np.testing.assert_allclose(access, naive, rtol=1e-9)
    assert access[5] == 0


@pytest.mark.parametrize("method", METHODS)
def test_kinds_of_seat_are_counted_together_as_one_by_one(large_city, method):
    pairs, demand, supply = large_city
    index = CatchmentIndex(pairs, method=method)
    singly = np.column_stack([index.seats_per_student(demand=demand, supply=seats) for seats in supply.T])
    np.testing.assert_allclose(index.seats_per_student(demand=demand, supply=supply), singly, rtol=1e-12)

    demands = np.column_stack([demand * kind for kind in range(11)])
    singly = np.column_stack(
        [index.seats_per_student(demand=demands[:, kind], supply=supply[:, kind]) for kind in range(11)]
    )
    np.testing.assert_allclose(index.seats_per_student(demand=demands, supply=supply), singly, rtol=1e-12)
    np.testing.assert_allclose(
        index.seats_per_student(demand=demands, supply=supply[:, 0])[:, 3],
        index.seats_per_student(demand=demands[:, 3], supply=supply[:, 0]),
        rtol=1e-12,
    )


def test_a_tiny_share_beside_a_huge_one_keeps_its_precision():
    minutes = np.array([[5.0, math.inf], [5.0, 5.0], [math.inf, 5.0]])
    access = seats_per_student(
        pairs=pairs_from_minutes(minutes),
        demand=np.array([0.0, 1e-9, 1e9]),
        supply=np.array([1e9, 1e-9]),
        method="two_step",
    )
    assert access[2] == pytest.approx(1e-18, rel=1e-12)


def test_unknown_seats_are_unknown_where_they_are_in_reach_alone():
    minutes = np.array([[5.0, math.inf], [25.0, 5.0], [math.inf, 5.0]])
    access = seats_per_student(
        pairs=pairs_from_minutes(minutes), demand=np.ones(3), supply=np.array([math.nan, 4.0]), method="enhanced"
    )
    assert np.isnan(access).tolist() == [True, True, False]
    assert access[2] == 2


def test_a_bound_belongs_to_its_step():
    minutes = np.array([[10.0], [np.nextafter(10, 11)]])
    near, far = seats_per_student(
        pairs=pairs_from_minutes(minutes), demand=np.ones(2), supply=np.array([1.68]), method="enhanced"
    )
    assert (near, far) == pytest.approx((1, 0.68))


@pytest.mark.parametrize("weights", [None, Gaussian(9)])
@pytest.mark.parametrize(("origins", "sites"), [(0, 0), (0, 3), (3, 0), (3, 3)])
def test_where_nothing_is_in_reach_there_are_no_seats(origins, sites, weights):
    pairs = pairs_from_minutes(np.full((origins, sites), np.inf))
    access = seats_per_student(
        pairs=pairs, demand=np.ones(origins), supply=np.ones(sites), method="three_step", weights=weights
    )
    assert access.tolist() == [0.0] * origins


@pytest.mark.parametrize(
    ("question", "remedy"),
    [
        ({"method": "two_step", "weights": ((30, 1),)}, "leave out weights, or use enhanced"),
        ({"method": "enhanced", "weights": ()}, "give 1 to 255 steps"),
        ({"method": "enhanced", "weights": ((10, 1), (20, -0.5))}, "weights of 0 or more"),
        ({"method": "enhanced", "weights": ((10, math.nan),)}, "weights of 0 or more"),
    ],
)
def test_impossible_weights_are_refused(question, remedy):
    with pytest.raises(ValueError, match=remedy):
        CatchmentIndex(pairs_from_minutes(np.ones((2, 2))), **question)


def test_an_impossible_gaussian_is_refused():
    with pytest.raises(ValueError, match="sigma = 0: give a number of minutes above 0"):
        Gaussian(0)


def test_a_row_for_each_place_is_asked_for():
    index = CatchmentIndex(pairs_from_minutes(np.ones((3, 2))), method="two_step")
    with pytest.raises(ValueError, match="1 rows of demand for 3 places"):
        index.seats_per_student(demand=np.ones(1), supply=np.ones(2))
    with pytest.raises(ValueError, match="3 rows of supply for 2 places"):
        index.seats_per_student(demand=np.ones(3), supply=np.ones(3))
