"""Versions of a city-year's figures, put to a reader who has kept the last one and the new one."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.city import school, spread
from tests.unit.test_withholding import Reader

from allcity.analysis.examine import examine
from allcity.analysis.figures import Figure
from allcity.analysis.withholding import Observed, Told, Versions, withhold

THRESHOLD = 10
Counts = tuple[int, ...]
Areas = Mapping[str, Counts]
"""Counts of students by area, "" for those in no area."""
Shown = dict[tuple[str, int], int | None]
"""What is published of each count, by its area ("city" for all) and place; the sum is first where there are more."""


def version(areas: Areas, told: Told | None = None, *, of_enrolled: bool = False) -> tuple[Shown, Told]:
    """What everybody sees of a version, and what is kept of it. `of_enrolled`: only a share, of a sum that is public."""
    versions = Versions(told or {})
    everyone = tuple(map(sum, zip(*areas.values(), strict=True)))
    names = [area for area in areas if area]
    lines = [observed(areas.get(name, everyone), name, of_enrolled=of_enrolled) for name in ("city", *names)]
    figures = iter(withhold(lines[0], lines[1:], threshold=THRESHOLD, versions=versions))
    shown: Shown = {}
    for name, line in zip(("city", *names), lines, strict=True):
        hidden = [next(figures).suppressed for _ in line.figures]
        if of_enrolled:
            hidden = [False, *hidden * 2]
        counts = with_sum(areas.get(name, everyone))
        shown |= {(name, place): None if hidden[place] else one for place, one in enumerate(counts)}
    return shown, json.loads(json.dumps(versions.tells))


def observed(counts: Counts, name: str, *, of_enrolled: bool) -> Observed:
    by = None if name == "city" else {"area": name}
    figures = [Figure(f"count.{n}", float(one), "count", 2025, by=by) for n, one in enumerate(with_sum(counts))]
    return Observed(tuple(figures[: 1 if of_enrolled else 3]), tuple(map(float, counts)), sum_is_public=of_enrolled)


def with_sum(counts: Counts) -> Counts:
    return (sum(counts), *counts) if len(counts) > 1 else counts


def singles(**counts: int) -> Areas:
    return {area: (count,) for area, count in counts.items()}


def test_a_count_that_has_grown_stays_withheld_and_so_does_what_hid_it() -> None:
    first, told = version(singles(a=4, b=15, c=40))
    assert first == {("city", 0): 59, ("a", 0): None, ("b", 0): None, ("c", 0): 40}
    grown = singles(a=20, b=15, c=40)
    assert None not in version(grown)[0].values()
    assert version(grown, told)[0] == {**first, ("city", 0): 75}


def test_what_was_published_hides_nothing_afterwards() -> None:
    first, told = version(singles(a=12, b=15, c=40))
    assert None not in first.values()
    shown, _ = version(singles(a=4, b=15, c=40), told)
    assert shown == {("city", 0): None, ("a", 0): None, ("b", 0): 15, ("c", 0): 40}


@pytest.mark.parametrize("between", [singles(b=15, c=40), singles(a=0, c=40)])
def test_an_area_that_was_gone_is_remembered_when_it_comes_back(between: Areas) -> None:
    _, told = version(singles(a=4, b=15, c=40))
    _, told = version(between, told)
    shown, _ = version(singles(a=20, b=15, c=40), told)
    assert (shown["a", 0], shown["b", 0]) == (None, None)


def test_a_published_count_that_was_gone_hides_nothing_when_it_comes_back() -> None:
    _, told = version(singles(a=12, b=15, c=40))
    _, told = version(singles(a=12, c=40), told)
    shown, _ = version(singles(a=4, b=15, c=41), told)
    assert (shown["a", 0], shown["b", 0]) == (None, 15)


COUNT = st.integers(0, 14) | st.sampled_from([3, 12, 15, 40, 60])
NAMES = st.sampled_from(["", "north", "south", "west"])


@st.composite
def corrections(draw: st.DrawFn) -> tuple[Areas, Areas, bool]:
    """A version, the next with some areas new, some gone, and some counts changed, and whether they are `of_enrolled`."""
    width = draw(st.integers(1, 2))
    of_enrolled = width > 1 and draw(st.booleans())
    tables = st.dictionaries(NAMES, st.tuples(*[COUNT] * width), min_size=1)
    first, other = draw(tables), draw(tables)
    changed = draw(st.sets(NAMES))
    second = {area: one for area, one in {**first, **other}.items() if area in changed or one == first.get(area)}
    return first, second or first, of_enrolled


@settings(deadline=None, max_examples=100)
@given(corrections())
def test_two_versions_put_together_tell_no_small_count(corrected: tuple[Areas, Areas, bool]) -> None:
    first, second, of_enrolled = corrected
    shown, told = version(first, of_enrolled=of_enrolled)
    after, tells = version(second, told, of_enrolled=of_enrolled)
    assert version(second, tells, of_enrolled=of_enrolled)[0] == after
    truth = [counted(areas) for areas in (first, second)]
    if of_enrolled:  # enrolment is public everywhere
        for sums, cells in zip((shown, after), truth, strict=True):
            sums |= {cell: count for cell, count in cells.items() if cell[1] == 0}
    withheld = [{cell for cell, count in one.items() if count is None} for one in (shown, after)]
    assert withheld[0] & after.keys() <= withheld[1]
    reader = reader_of((truth[0], shown), (truth[1], after))
    # Whoever sees nothing of the new version: what the counts that did not change tell even so cannot be hidden.
    nothing = {cell: count if of_enrolled and cell[1] == 0 else None for cell, count in after.items()}
    at_best = reader_of((truth[0], shown), (truth[1], nothing))
    for number, cells in enumerate((shown, after)):
        small = {
            cell: at_best.bounds(f"{number} {cell}")
            for cell, count in truth[number].items()
            if 0 < count < THRESHOLD and not (of_enrolled and cell[1] == 0)
        }
        # What public enrolment tells of one anyway, be it of those in no area, tells of the city's sum that it is in.
        is_told_anyway = of_enrolled and any(least == most or most < THRESHOLD for least, most in small.values())
        for cell in small.keys() & cells.keys():
            assert cell in withheld[number]
            low, high = reader.bounds(f"{number} {cell}")
            least, most = small[cell]
            is_such_a_sum = is_told_anyway and cell[0] == "city"
            assert low < high or least == most or is_such_a_sum
            assert high >= min(THRESHOLD, most) or is_such_a_sum


def counted(areas: Areas) -> dict[tuple[str, int], int]:
    """Every count there is, those in no area too."""
    everyone = tuple(map(sum, zip(*areas.values(), strict=True)))
    lines = {"": (0,) * len(everyone), **areas, "city": everyone}
    return {(name, place): one for name, counts in lines.items() for place, one in enumerate(with_sum(counts))}


def reader_of(*versions: tuple[dict[tuple[str, int], int], Shown]) -> Reader:
    """A reader of versions, of the sums of their counts, and of which counts did not change."""
    reader = Reader()
    for number, (truth, shown) in enumerate(versions):
        for cell in truth:
            reader.knows(f"{number} {cell}", shown.get(cell))
        places = {place for _name, place in truth}
        for place in places:
            parts = [f"{number} {cell}" for cell in truth if cell[1] == place and cell[0] != "city"]
            reader.knows_sum(f"{number} {('city', place)}", parts)
        for name in {name for name, _place in truth if len(places) > 1}:
            reader.knows_sum(
                f"{number} {(name, 0)}", [f"{number} {(name, place)}" for place in sorted(places) if place]
            )
    (before, _), (now, _) = versions
    for cell in before.keys() & now.keys():
        if before[cell] == now[cell]:
            reader.knows_sum(f"0 {cell}", [f"1 {cell}"])
    return reader


def needs(**students: int) -> Any:
    """A city of three areas with a need of students in each."""
    return spread(
        schools=[school(area, 99, area_id=area) for area in students],
        areas=[{"area_id": area} for area in students],
        needs=[
            {"need_id": area, "school_id": area, "contribution": "mentorship", "amount": amount}
            for area, amount in students.items()
        ],
    )


def test_an_examination_knows_what_the_last_one_told() -> None:
    first = examine(needs(a=4, b=15, c=40))
    again = examine(needs(a=20, b=15, c=40), told=json.loads(json.dumps(first.tells)))
    for findings in (first, again):
        stated = findings.figures.along("needs.stated", "area")
        assert [figure.suppressed for figure in stated.values()] == [True, True, False]
    assert replace(again, tells={}).figures.get("needs.stated").value == 75
