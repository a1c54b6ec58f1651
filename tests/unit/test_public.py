"""Public tables, edition after edition, put to a reader who has kept them all."""

import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.test_withholding import Reader

from allcity.analysis.public import CONTRIBUTION_AXIS, Told, public_tables, publish, withheld_totals
from allcity.formats.typed import empty_tables

THRESHOLD = 10
Rows = dict[str, tuple[str, str, int]]
"""Needs of one year by id: school, contribution, students."""
Shown = dict[str, int | None]


def filled(**rows: list[dict[str, object]]) -> dict[str, pl.DataFrame]:
    """All tables, those that are named with rows of which the cells are given."""
    tables = empty_tables()
    for name, given_rows in rows.items():
        schema = {column: tables[name].schema[column] for column in given_rows[0]} if given_rows else {}
        tables[name] = pl.concat([tables[name], pl.DataFrame(given_rows, schema=schema)], how="diagonal")
    return tables


def edition(rows: Rows, told: Told | None = None) -> tuple[Shown, Told]:
    """What everybody sees of needs, and what was told by it, as it is kept."""
    needs = [
        {"need_id": key, "year": 2025, "school_id": school, "contribution": what, "amount": count, "unit": "students"}
        for key, (school, what, count) in rows.items()
    ]
    shown, tells = publish(filled(needs=needs), threshold=THRESHOLD, told=told or {})
    return dict(shown["needs"].select("need_id", "amount").iter_rows()), json.loads(json.dumps(tells))


def at_one_school(**counts: int) -> Rows:
    return {key: ("s1", "lessons", count) for key, count in counts.items()}


def test_what_hid_a_small_count_stays_withheld_when_something_smaller_could_hide_it():
    first, told = edition(at_one_school(a=4, b=15, c=40))
    assert first == {"a": None, "b": None, "c": 40}
    later = at_one_school(a=4, b=15, c=40, d=11)
    assert edition(later)[0]["b"] == 15  # alone it would be shown, and with it the 4 of before
    assert edition(later, told)[0] == {"a": None, "b": None, "c": 40, "d": 11}


def test_a_count_that_has_grown_stays_withheld():
    _, told = edition(at_one_school(a=4, b=15, c=40))
    assert edition(at_one_school(a=12, b=15, c=40), told)[0] == {"a": None, "b": None, "c": 40}


def test_what_was_published_hides_nothing_afterwards():
    first, told = edition(at_one_school(a=12, b=15, c=40, d=60))
    assert None not in first.values()
    shown, _ = edition(at_one_school(a=4, b=15, c=40, d=61), told)
    assert shown == {"a": None, "b": 15, "c": 40, "d": None}


@pytest.mark.parametrize("again", [("s1", "lessons", 15), ("s2", "lessons", 15)])
def test_a_row_that_was_gone_is_remembered_wherever_it_comes_back(again):
    _, told = edition(at_one_school(a=4, b=15, c=40))
    _, told = edition(at_one_school(a=4, c=40), told)
    shown, _ = edition({**at_one_school(a=4, c=40, d=11), "b": again}, told)
    assert shown["b"] is None


def test_a_published_row_that_was_gone_hides_nothing_when_it_comes_back():
    _, told = edition(at_one_school(a=12, b=15, c=40))
    _, told = edition(at_one_school(a=12, c=40), told)
    shown, _ = edition(at_one_school(a=4, b=15, c=41), told)
    assert shown == {"a": None, "b": 15, "c": None}


def test_what_is_withheld_for_another_reason_is_protected_like_small_counts():
    students = [
        {"school_id": school, "year": 2025, "grade": "all", "group_id": "all", "students": count}
        for school, count in (("s1", 100), ("s2", 200), ("s3", 300))
    ]
    baselines = [
        {"school_id": school, "year": 2025, "students_enrolled": count}
        for school, count in (("s1", 97), ("s2", 40), ("s3", 60))
    ]
    shown = public_tables(filled(students=students, baselines=baselines), threshold=THRESHOLD)["baselines"]
    # All but 3 of the 100: that count, and another with which the city's total does not give it away.
    assert shown["students_enrolled"].to_list() == [None, None, 60]


COUNTS = st.integers(0, 14) | st.sampled_from([3, 12, 15, 40, 60])
PLACES = st.tuples(st.sampled_from(["s1", "s2"]), st.sampled_from(["lessons", "coaching"]))
ROWS = st.dictionaries(
    st.sampled_from("abcdefg"), st.tuples(PLACES, COUNTS).map(lambda one: (*one[0], one[1])), min_size=2
)


@settings(deadline=None, max_examples=60)
@given(ROWS, ROWS, st.sets(st.sampled_from("abcdefg")))
def test_two_editions_put_together_tell_no_small_count(first: Rows, second: Rows, changed: set[str]):
    second = {key: row for key, row in {**first, **second}.items() if key in changed or row == first.get(key)}
    shown, told = edition(first)
    after, tells = edition(second, told)
    assert edition(second, tells) == (after, tells)
    small = {(number, key) for number, rows in enumerate((first, second)) for key in rows if 0 < rows[key][2] < 10}
    withheld = {(number, key) for number, one in enumerate((shown, after)) for key in one if one[key] is None}
    assert small <= withheld
    assert {key for number, key in withheld if number == 0 and key in second} <= {
        key for number, key in withheld if number == 1
    }
    reader = reader_of((first, shown, told), (second, after, tells))
    # Whoever sees nothing of the second edition but its totals: what even that tells cannot be hidden here.
    at_best = reader_of((first, shown, told), (second, dict.fromkeys(after), tells))
    for number, key in small:
        low, high = reader.bounds(f"{number} {key}")
        least, most = at_best.bounds(f"{number} {key}")
        assert low < high or least == most
        assert high >= min(THRESHOLD, most)


def reader_of(*editions: tuple[Rows, Shown, Told]) -> Reader:
    """A reader of editions, of the totals that figures may tell beside them, and of which counts did not change."""
    reader = Reader()
    for number, (rows, shown, told) in enumerate(editions):
        untold = withheld_totals(told, "needs", 2025, CONTRIBUTION_AXIS)
        for key, count in shown.items():
            reader.knows(f"{number} {key}", count)
        for groups in (lambda _: "all", lambda row: row[1]):
            parts: dict[str, list[str]] = {}
            for key, row in rows.items():
                parts.setdefault(groups(row), []).append(key)
            for name, keys in parts.items():
                total = sum(rows[key][2] for key in keys)
                is_told = total >= THRESHOLD if name == "all" else name not in untold
                reader.knows(f"{number} total {name}", total if is_told else None)
                reader.knows_sum(f"{number} total {name}", [f"{number} {key}" for key in keys])
    (before, *_), (now, *_) = editions
    for key in before.keys() & now.keys():
        if before[key][2] == now[key][2]:
            reader.knows_sum(f"0 {key}", [f"1 {key}"])
    return reader


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 30)] * 4), min_size=1, max_size=3))
def test_of_levels_that_add_up_to_who_was_asked_no_small_one_is_what_is_left(schools: list[tuple[int, ...]]):
    rows = [
        {"answer_id": f"{school} {level}", "year": 2025, "question_id": "g", "participant_type": "students",
         "school_id": f"s{school}", "partnership_id": "p", "level": level, "number": number, "asked": sum(numbers)}
        for school, numbers in enumerate(schools)
        for level, number in enumerate(numbers, start=1)
    ]  # fmt: skip
    shown = public_tables(filled(answers=rows), threshold=THRESHOLD)["answers"]
    for school, numbers in enumerate(schools):
        seen = shown.filter(pl.col("school_id") == f"s{school}")
        assert not seen["number"].is_between(1, THRESHOLD - 1).any()
        left = sum(numbers) - seen["number"].sum()
        if not seen.is_empty() and left > 0:
            assert left >= THRESHOLD
            assert len(seen) < 3, "what is left is one level's"
