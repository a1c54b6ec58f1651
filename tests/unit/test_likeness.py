"""Which cities are alike, in what: by hand, by properties, and against a plain version written apart."""

from dataclasses import replace
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allcity.analysis.likeness import DIMENSIONS, Alike, PublicFigures, likeness, most_alike

MINE = PublicFigures(population=60_000, students=10_000, low_income=0.5, staffed=0.4, reach=0.6)
FIGURES = st.builds(
    PublicFigures,
    population=st.none() | st.integers(0, 10**7),
    students=st.none() | st.integers(0, 10**6),
    low_income=st.none() | st.floats(0, 1),
    staffed=st.none() | st.floats(0, 1),
    reach=st.none() | st.floats(0, 1),
)


def plain(one, two):
    """In what two cities are alike, without logarithms."""
    alike = set()
    for name in ("population", "students"):
        a, b = getattr(one, name), getattr(two, name)
        if a is not None and b is not None and max(a, b) <= 2 * min(a, b):
            alike.add(name)
    for name in ("low_income", "staffed", "reach"):
        a, b = getattr(one, name), getattr(two, name)
        if a is not None and b is not None and abs(a - b) <= 0.1 + 1e-10:
            alike.add(name)
    return alike


def test_limits_are_within():
    other = PublicFigures(population=30_000, students=20_000, low_income=0.6, staffed=0.3, reach=0.5)
    assert likeness(MINE, other).alike == DIMENSIONS
    further = PublicFigures(population=29_999, students=20_001, low_income=0.61, staffed=0.29, reach=0.49)
    assert likeness(MINE, further).unlike == DIMENSIONS
    assert likeness(MINE, PublicFigures()).mean is None
    assert likeness(MINE, replace(other, low_income=None)).of("low_income") is Alike.UNKNOWN


@given(FIGURES, FIGURES)
def test_it_is_the_same_whichever_comes_first_and_as_a_plain_version_finds(one, two):
    found, back = likeness(one, two), likeness(two, one)
    assert found.alike == back.alike
    assert found.unlike == back.unlike
    shares = [getattr(city, name) for city in (one, two) for name in ("low_income", "staffed", "reach")]
    if all(each is None or round(each, 6) == each for each in shares):
        assert set(found.alike) == plain(one, two)


@given(FIGURES)
def test_a_city_is_alike_to_itself_in_all_that_it_publishes(one):
    found = likeness(one, one)
    assert set(found.alike) == {name for name in DIMENSIONS if getattr(one, name) is not None}
    assert not found.unlike


@given(FIGURES, st.dictionaries(st.integers(), FIGURES, max_size=8), st.randoms())
def test_the_order_in_which_they_come_changes_nothing(mine, others, chance):
    keys = list(others)
    chance.shuffle(keys)
    found = most_alike(mine, others, most=5)
    assert found == most_alike(mine, {key: others[key] for key in keys}, most=5)
    assert all(each.alike for _key, each in found)
    counts = [len(each.alike) for _key, each in found]
    assert counts == sorted(counts, reverse=True)
    assert len(found) == min(5, sum(bool(likeness(mine, each).alike) for each in others.values()))


def test_more_likenesses_come_first_then_fewer_differences_then_the_nearer():
    others = {
        "two": PublicFigures(students=10_000, low_income=0.5),
        "three": PublicFigures(students=11_000, low_income=0.55, reach=0.6),
        "two, and one unlike": PublicFigures(students=10_000, low_income=0.5, reach=0.1),
        "two, further": PublicFigures(students=15_000, low_income=0.5),
        "none": PublicFigures(students=10**6),
    }
    assert [key for key, _each in most_alike(MINE, others, most=9)] == [
        "three", "two", "two, further", "two, and one unlike",
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", [{"students": -1}, {"low_income": 1.01}, {"reach": nan}, {"population": inf}])
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        PublicFigures(**wrong)
