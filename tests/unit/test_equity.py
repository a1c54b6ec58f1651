"""Equity measures: the defined edge cases, and the properties that make each a measure of inequality."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from allcity.analysis.equity import (
    bootstrap,
    concentration_index,
    gap,
    gini,
    mean,
    ratio,
    share_of_neediest,
    theil,
)

MEASURES = {
    "mean": mean,
    "gini": gini,
    "concentration": lambda y, w, **kw: concentration_index(y, w, np.arange(len(y)), **kw),
    "neediest": lambda y, w, **kw: share_of_neediest(y, w, np.arange(len(y)), **kw),
    "theil": lambda y, w, **kw: theil(y, w, np.arange(len(y)) % 2, **kw).total,
}
RELATIVE = {name: measure for name, measure in MEASURES.items() if name != "mean"}


@st.composite
def cities(draw, smallest=0.0):
    units = draw(st.integers(2, 12))
    column = st.lists(st.floats(0.01, 50) | st.just(smallest or 0.01) | st.just(0.0), min_size=units, max_size=units)
    values = np.array(draw(column))
    weights = np.array(draw(st.lists(st.integers(1, 900), min_size=units, max_size=units)), dtype=float)
    assume(values.sum() > 0)
    return values, weights


def test_gap_and_ratio():
    assert gap(0.5, 0.2) == pytest.approx(0.3)
    assert ratio(0.5, 0.2) == pytest.approx(2.5)
    assert ratio(0.0, 0.2) == 0
    for unknown in (
        gap(math.nan, 1),
        gap(1, math.nan),
        ratio(math.nan, 1),
        ratio(1, 0),
        ratio(0, 0),
        ratio(1, math.nan),
    ):
        assert math.isnan(unknown)


@pytest.mark.parametrize("name", MEASURES)
def test_no_known_unit_cannot_be_told(name):
    for values, weights in ([[], []], [[math.nan, 3], [10, math.nan]], [[1, 2], [0, 0]]):
        estimate = MEASURES[name](values, weights, draws=3)
        assert math.isnan(estimate.value)
        assert math.isnan(estimate.interval.low)
        assert math.isnan(estimate.interval.high)


@pytest.mark.parametrize("name", RELATIVE)
def test_no_provision_at_all_cannot_be_told(name):
    assert math.isnan(RELATIVE[name]([0, 0, 0], [5, 5, 9]).value)


def test_all_equal_is_no_inequality():
    values, weights, need = np.full(40, 0.1), np.arange(1, 41), np.arange(40) % 7
    assert mean(values, weights).value == pytest.approx(0.1)
    assert gini(values, weights).value == pytest.approx(0, abs=1e-12)
    assert concentration_index(values, weights, need).value == pytest.approx(0, abs=1e-12)
    assert share_of_neediest(values, weights, need).value == pytest.approx(0.25)
    parts = theil(values, weights, need)
    assert [parts.total.value, parts.between.value, parts.within.value] == pytest.approx([0, 0, 0], abs=1e-12)


@pytest.mark.parametrize("name", MEASURES)
def test_unknown_units_are_left_out_and_counted(name):
    known = MEASURES[name]([1, 2, 7, 4], [3, 4, 5, 6])
    with_unknown = MEASURES[name]([1, 2, 7, 4, math.nan, 8], [3, 4, 5, 6, 9, math.nan])
    assert with_unknown.value == pytest.approx(known.value)
    assert (with_unknown.known, with_unknown.total) == (4, 6)
    assert (known.known, known.total) == (4, 4)


def test_unknown_need_is_left_out():
    estimate = share_of_neediest([1, 3, 100], [10, 10, 10], [5, 1, math.nan], part=0.5)
    assert estimate.value == pytest.approx(0.25)
    assert (estimate.known, estimate.total) == (2, 3)


def test_concentration_leans_to_the_neediest_below_zero():
    need = [3, 2, 1]
    assert concentration_index([9, 1, 0], [10, 10, 10], need).value < 0
    assert concentration_index([0, 1, 9], [10, 10, 10], need).value > 0
    assert concentration_index([0, 1, 9], [10, 10, 10], [4, 4, 4]).value == pytest.approx(0)
    # All provision to the one neediest of ten equal units: 1/n − 1.
    assert concentration_index([1] + [0] * 9, [1] * 10, range(10, 0, -1)).value == pytest.approx(-0.9)


def test_share_of_neediest_takes_the_boundary_unit_in_proportion():
    # 100 students; the neediest quarter is the first 10 and 15 of the next 30.
    assert share_of_neediest([4, 2, 0], [10, 30, 60], [9, 8, 1]).value == pytest.approx((40 + 30) / 100)
    # Equally needy units share the boundary, whatever their order.
    for values, weights in ([[4, 2, 0], [10, 30, 60]], [[0, 2, 4], [60, 30, 10]]):
        assert share_of_neediest(values, weights, [1, 1, 1]).value == pytest.approx(0.25)


@given(cities(), st.floats(0.01, 100), st.integers(2, 5), st.sampled_from(sorted(RELATIVE)))
def test_scale_and_replication_change_nothing(city, scale, copies, name):
    values, weights = city
    measure = RELATIVE[name]
    first = measure(values, weights).value
    assert measure(values * scale, weights).value == pytest.approx(first, abs=1e-9)
    assert measure(values, weights * copies).value == pytest.approx(first, abs=1e-9)


@given(cities(), st.randoms(use_true_random=False))
def test_order_of_units_does_not_matter_nor_their_splitting(city, random):
    values, weights = city
    need, groups = np.round(values) % 3, np.round(weights) % 3
    places = list(range(len(values))) * 2
    random.shuffle(places)

    def measures(values, weights, need, groups):
        parts = theil(values, weights, groups)
        return [
            gini(values, weights).value,
            concentration_index(values, weights, need).value,
            share_of_neediest(values, weights, need).value,
            *(part.value for part in (parts.total, parts.between, parts.within)),
        ]

    split = measures(values[places], weights[places] / 2, need[places], groups[places])
    assert split == pytest.approx(measures(values, weights, need, groups), abs=1e-9)


@given(cities(), st.data())
def test_a_transfer_from_richer_to_poorer_lowers_inequality(city, data):
    values, weights = city
    rich, poor = int(np.argmax(values)), int(np.argmin(values))
    assume(values[rich] > values[poor] + 0.01)
    most = (values[rich] - values[poor]) / (1 / weights[rich] + 1 / weights[poor])
    moved = most * data.draw(st.floats(0.05, 1))  # at most until both are level
    after = values.copy()
    after[rich] -= moved / weights[rich]
    after[poor] += moved / weights[poor]
    assert gini(after, weights).value < gini(values, weights).value
    one_group = np.zeros(len(values))
    assert theil(after, weights, one_group).total.value < theil(values, weights, one_group).total.value


@given(cities(), st.data())
def test_theil_within_and_between_add_up(city, data):
    values, weights = city
    groups = data.draw(
        st.lists(st.sampled_from(["north", "south", "west"]), min_size=len(values), max_size=len(values))
    )
    parts = theil(values, weights, groups)
    assert parts.within.value + parts.between.value == pytest.approx(parts.total.value, abs=1e-9)
    assert min(parts.within.value, parts.between.value) >= 0
    assert theil(values, weights, np.zeros(len(values))).between.value == pytest.approx(0, abs=1e-9)
    assert theil(values, weights, np.arange(len(values))).within.value == pytest.approx(0, abs=1e-9)


@given(cities())
def test_concentration_index_stays_within_gini(city):
    values, weights = city
    inequality = gini(values, weights).value
    assert 0 <= inequality < 1
    assert abs(concentration_index(values, weights, np.round(values * 7) % 5).value) <= inequality + 1e-9
    assert concentration_index(values, weights, -values).value == pytest.approx(inequality, abs=1e-9)


@pytest.mark.parametrize("name", MEASURES)
def test_bootstrap_range_holds_the_estimate_and_is_the_same_again(name):
    random = np.random.default_rng(3)
    values, weights = random.gamma(2, 2, 400), random.integers(50, 900, 400)
    estimate = MEASURES[name](values, weights, draws=200, seed=8)
    assert estimate.interval.low < estimate.value < estimate.interval.high
    assert (estimate.interval.kind, estimate.interval.level) == ("bootstrap", 0.95)
    assert MEASURES[name](values, weights, draws=200, seed=8) == estimate
    assert MEASURES[name](values, weights, draws=200, seed=9).interval != estimate.interval
    narrower = MEASURES[name](values, weights, draws=200, seed=8, level=0.5).interval
    assert estimate.interval.low < narrower.low < narrower.high < estimate.interval.high
    assert MEASURES[name](values, weights).interval is None


def test_bootstrap_range_of_a_mean_agrees_with_theory():
    values = np.random.default_rng(4).normal(10, 2, 2000)
    interval = bootstrap(lambda times: float(np.average(values, weights=times)), 2000, draws=2000)
    error = 1.96 * values.std() / math.sqrt(2000)
    assert interval.low == pytest.approx(values.mean() - error, abs=0.1 * error)
    assert interval.high == pytest.approx(values.mean() + error, abs=0.1 * error)


def test_bootstrap_of_one_unit_or_of_nothing_told_cannot_be_told():
    one = gini([3], [10], draws=50)
    assert one.value == 0
    assert math.isnan(one.interval.low)
    assert math.isnan(one.interval.high)
    assert math.isnan(bootstrap(lambda times: math.nan, 9, draws=5).low)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: gini([1, -2], [1, 1]), "Unit 1 has -2.0 in values"),
        (lambda: gini([1, 2], [math.inf, 1]), "Unit 0 has inf in weights"),
        (lambda: theil([1, 2], [1, 1], ["a"]), "one entry in every column"),
        (lambda: share_of_neediest([1], [1], [1], part=1), "between 0 and 1, such as 0.25"),
        (lambda: bootstrap(np.sum, 4, draws=0), "at least 1 draw"),
    ],
)
def test_impossible_input_says_what_is_wrong(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
