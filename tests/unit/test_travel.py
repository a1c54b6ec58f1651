import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from allcity.analysis.travel import Travel, great_circle_km, pairs_within

WALK = Travel()
CHICAGO = st.tuples(st.floats(41.6, 42.1), st.floats(-87.95, -87.5))
ANYWHERE = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
UNKNOWN = st.sampled_from([(math.nan, math.nan), (41.8, math.nan), (math.nan, -87.6)])


def places(place: st.SearchStrategy[tuple[float, float]], *, most: int = 40) -> st.SearchStrategy[np.ndarray]:
    return st.lists(place, max_size=most).map(lambda rows: np.array(rows, dtype=float).reshape(-1, 2))


def haversine_km(one: np.ndarray, other: np.ndarray) -> float:
    (latitude, longitude), (latitude_2, longitude_2) = np.radians(one), np.radians(other)
    half = math.sin((latitude_2 - latitude) / 2) ** 2
    half += math.cos(latitude) * math.cos(latitude_2) * math.sin((longitude_2 - longitude) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(min(half, 1)))


@given(places(ANYWHERE, most=6), places(ANYWHERE, most=6))
def test_great_circle_agrees_with_the_haversine_formula(origins, destinations):
    kilometres = great_circle_km(origins, destinations)
    assert kilometres.shape == (len(origins), len(destinations))
    for i, origin in enumerate(origins):
        for j, destination in enumerate(destinations):
            assert kilometres[i, j] == pytest.approx(haversine_km(origin, destination), abs=1e-3, rel=1e-9)


def test_great_circle_of_known_arcs():
    pole, equator, opposite = [90.0, 0.0], [0.0, 20.0], [0.0, -160.0]
    quarter = math.pi / 2 * 6371.0088
    kilometres = great_circle_km(np.array([equator]), np.array([equator, pole, opposite]))
    np.testing.assert_allclose(kilometres, [[0, quarter, 2 * quarter]], atol=1e-9)


def test_half_an_hour_of_walking_is_2400_metres_on_the_ground():
    assert WALK.limit_km * 1.3 == pytest.approx(2.4)
    assert WALK.minutes_for(np.array([WALK.limit_km, 1.0])) == pytest.approx([30, 16.25])


@given(
    places(CHICAGO | UNKNOWN),
    places(CHICAGO | UNKNOWN),
    st.builds(Travel, minutes=st.floats(0.1, 400), speed_kmh=st.floats(1, 60), detour=st.floats(1, 2)),
)
def test_pairs_are_all_and_only_those_within_the_limit(origins, destinations, travel):
    pairs = pairs_within(origins, destinations, travel=travel)
    minutes = travel.minutes_for(great_circle_km(origins, destinations))
    assert pairs.origins == len(origins)
    assert pairs.destinations == len(destinations)
    for origin in range(len(origins)):
        row = slice(pairs.origin_start[origin], pairs.origin_start[origin + 1])
        np.testing.assert_array_equal(pairs.destination[row], np.flatnonzero(minutes[origin] <= travel.minutes))
        np.testing.assert_array_equal(pairs.minutes[row], minutes[origin, pairs.destination[row]])
    assert len(pairs.minutes) == pairs.origin_start[-1]
    assert sorted(pairs.order) == list(range(len(origins)))


def test_more_origins_than_fit_in_one_group():
    rng = np.random.default_rng(3)
    origins, destinations = rng.uniform((41.6, -87.9), (42.0, -87.5), (2, 700, 2))
    pairs = pairs_within(origins, destinations, travel=WALK)
    within = WALK.minutes_for(great_circle_km(origins, destinations)) <= 30
    np.testing.assert_array_equal(np.diff(pairs.origin_start), within.sum(axis=1))
    np.testing.assert_array_equal(pairs.destination, within.nonzero()[1])


def test_the_limit_itself_is_within_reach():
    school, program = np.array([[41.8, -87.6]]), np.array([[41.81, -87.61]])
    (minutes,) = WALK.minutes_for(great_circle_km(school, program))[0]
    reached = [
        len(pairs_within(school, program, travel=Travel(minutes=limit)).minutes)
        for limit in (np.nextafter(minutes, 0), minutes, np.nextafter(minutes, 60))
    ]
    assert reached == [0, 1, 1]


def test_a_pair_across_the_date_line_is_near():
    pairs = pairs_within(np.array([[-16.8, 179.999]]), np.array([[-16.8, -179.999]]), travel=WALK)
    assert pairs.minutes == pytest.approx([haversine_km([0, 0], [0, 0.002]) * math.cos(math.radians(16.8)) * 16.25])


def test_a_limit_longer_than_the_globe_reaches_everywhere():
    everywhere = np.array([[0.0, 0.0], [0.0, 180.0], [90.0, 0.0], [math.nan, 0.0]])
    pairs = pairs_within(everywhere, everywhere, travel=Travel(minutes=60 * 24 * 365))
    assert pairs.destination.tolist() == [0, 1, 2] * 3


def test_the_order_keeps_neighbours_together():
    places_on_a_grid = np.array([(latitude, longitude) for latitude in range(8) for longitude in range(8)], dtype=float)
    shuffled = np.random.default_rng(0).permutation(places_on_a_grid)
    pairs = pairs_within(shuffled, np.empty((0, 2)), travel=WALK)
    for block in shuffled[pairs.order].reshape(16, 4, 2):
        assert np.ptp(block, axis=0).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        ({"minutes": 0}, "minutes = 0: give a number above 0"),
        ({"speed_kmh": math.nan}, "speed_kmh = nan: give a number above 0"),
        ({"minutes": math.inf}, "minutes = inf"),
        ({"detour": 0.9}, "detour = 0.9: give 1"),
    ],
)
def test_impossible_travel_is_refused(wrong, remedy):
    with pytest.raises(ValueError, match=remedy):
        Travel(**wrong)


@given(arrays(float, (5, 2), elements=st.floats(-80, 80)))
def test_distance_is_the_same_both_ways(some_places):
    there, back = great_circle_km(some_places, some_places[::-1]), great_circle_km(some_places[::-1], some_places)
    np.testing.assert_allclose(there, back.T, atol=1e-9)
