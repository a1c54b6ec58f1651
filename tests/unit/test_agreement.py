"""How far people agree: the measures against versions that look at every pair of people, and what they never do."""

from itertools import product
from statistics import median_high, median_low

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allcity.analysis.agreement import AGREED, SPLIT, apart, consensus, delta, middle, pooled, together

counts = st.lists(st.integers(0, 6), min_size=4, max_size=4)


def levels(of):
    return [level for level, number in enumerate(of, 1) for _ in range(number)]


@given(counts)
def test_the_middle_is_that_of_the_sorted_answers(of):
    said = levels(of)
    assert middle(of) == ((median_low(said), median_high(said)) if said else None)


@given(counts)
def test_consensus_is_leiks(of):
    """Leik 1966 in other words: the distance of the cumulated shares from the nearer of 0 and 1, over its largest."""
    said = levels(of)
    if len(said) < 2:
        assert consensus(of) is None
        return
    dispersion = 0.0
    for level in (1, 2, 3):
        share = sum(each <= level for each in said) / len(said)
        dispersion += share if share <= 0.5 else 1 - share
    assert consensus(of) == pytest.approx(1 - dispersion / 1.5)
    assert 0 <= consensus(of) <= 1
    assert consensus(of[::-1]) == pytest.approx(consensus(of))


def test_consensus_of_known_cases():
    assert consensus([0, 5, 0, 0]) == 1
    assert consensus([4, 0, 0, 4]) == 0
    assert consensus([0, 3, 3, 0]) == pytest.approx(2 / 3)
    assert consensus([2, 2, 2, 2]) == pytest.approx(1 / 3)
    assert consensus([1, 1, 1, 1]) < SPLIT < AGREED < consensus([0, 3, 3, 0])


@given(counts, counts)
def test_delta_is_over_all_pairs_of_people(one, other):
    pairs = list(product(levels(one), levels(other)))
    if not pairs:
        assert delta(one, other) is None
        return
    naive = (sum(a > b for a, b in pairs) - sum(a < b for a, b in pairs)) / len(pairs)
    assert delta(one, other) == pytest.approx(naive)
    assert delta(other, one) == pytest.approx(-naive)


@given(st.dictionaries(st.sampled_from("abcde"), counts))
def test_groups_stand_apart_where_their_middles_do_not_meet(groups):
    found = apart(groups)
    assert [pair.delta for pair in found] == sorted((pair.delta for pair in found), reverse=True)
    for pair in found:
        assert middle(groups[pair.higher])[0] > middle(groups[pair.lower])[1]
        assert pair.delta >= 0.33
    assert together(groups) == tuple(sum(group[i] for group in groups.values()) for i in range(4))


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12)), st.integers(1, 6), st.integers(1, 12))
def test_no_group_is_told_of_that_is_too_small_and_none_can_be_worked_out(sizes, floor, floor_of_a):
    floors = {group: floor_of_a if group == "a" else floor for group in sizes}
    pool = pooled(sizes, floors, floor)
    if pool is None:
        assert any(0 < sizes[group] < floors[group] for group in sizes)
        return
    shown = [group for group, size in sizes.items() if size and group not in pool]
    assert all(sizes[group] >= floors[group] for group in shown)
    if pool:
        assert len(pool) >= 2
        assert sum(sizes[group] for group in pool) >= floor
    else:
        assert all(not 0 < sizes[group] < floors[group] for group in sizes)


def test_one_small_group_takes_the_smallest_other_along():
    floors = dict.fromkeys("abc", 3)
    assert pooled({"a": 1, "b": 8, "c": 4}, floors, 3) == ("a", "c")
    assert pooled({"a": 1, "b": 2, "c": 4}, floors, 3) == ("a", "b")
    assert pooled({"a": 1, "b": 1, "c": 4}, floors, 3) == ("a", "b", "c")
    assert pooled({"a": 2}, floors, 3) is None
    assert pooled({"a": 1, "b": 1}, floors, 3) is None
    assert pooled({"a": 3, "b": 5}, floors, 3) == ()
