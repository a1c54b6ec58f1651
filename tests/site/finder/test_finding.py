"""The search: what fits, what may fit, in which order; held against a naive version that asks one offering at a time."""

from dataclasses import fields, replace
from datetime import date, time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.site.finder.offerings import TODAY, full_offering, index, offering, place, program

from allcity.analysis.city import grade_number
from allcity.analysis.travel import Travel, great_circle_km
from allcity.site.directory.models import Offering
from allcity.site.finder.finding import Found, find
from allcity.site.finder.index import Index
from allcity.site.finder.query import DAYS, Origin, Query

HERE = Origin("here", 0.0, 0.0)
MINUTE = 4.8 / 60 / 1.3 / (6371.0088 * np.pi / 180)
"""Degrees along the equator that take a minute."""


def programs(found: Found, among: Index) -> tuple[list[str], list[str]]:
    """The names of programs that fit and of those that may."""
    names = [(result.fits, among.offerings[result.offerings[0]].program.name) for result in found.results]
    return [name for fits, name in names if fits], [name for fits, name in names if not fits]


def search(*offerings: Offering, **query: object) -> tuple[list[str], list[str]]:
    made = index(*offerings)
    return programs(find(made, Query(**query), today=TODAY), made)


# --- One condition at a time ---


@pytest.mark.parametrize(
    ("query", "said", "unsaid", "other"),
    [
        ({"age": 10}, {}, {"maximum_age": None}, {"minimum_age": 11}),
        ({"grade": "3"}, {}, {"minimum_age": None}, {"maximum_age": 7.5}),
        ({"days": frozenset({"tu"})}, {}, {"days": []}, {"days": ["we"]}),
        ({"times": frozenset({"after_school"})}, {}, {"start_time": None}, {"start_time": time(18)}),
        ({"times": frozenset({"weekend"})}, {"days": ["sa"]}, {"days": []}, {"days": ["fr"]}),
        ({"fee": 0}, {}, {"minimum_fee": None, "maximum_fee": None}, {"minimum_fee": 100, "maximum_fee": 100}),
        ({"fee": 500}, {"maximum_fee": 500}, {"maximum_fee": 501}, {"minimum_fee": 501, "maximum_fee": 501}),
        ({"language": "en"}, {}, {"languages": []}, {"languages": ["es"]}),
        ({"accommodations": frozenset({"step_free"})}, {}, {"accommodations": []}, {"accommodations": ["aide"]}),
        ({"food": True}, {}, {"food": None}, {"food": False}),
        ({"transport": True}, {"transport": True}, {"transport": None}, {}),
        ({"origin": HERE, "minutes": 30}, {}, {"location": None}, {"location": place(0, 31 * MINUTE)}),
        ({"what": "wheelchair"}, {}, {"accommodations": []}, {"accommodations": ["aide"]}),
    ],
)
def test_what_is_not_said_is_asked_and_never_taken_for_a_no(query, said, unsaid, other):
    offerings = [
        full_offering(program("said"), **said),
        full_offering(program("unsaid"), **unsaid),
        full_offering(program("other"), **other),
    ]
    assert search(*offerings, **query) == (["said"], ["unsaid"])


def test_a_program_that_meets_on_another_day_too_may_fit():
    assert search(full_offering(days=["tu", "th"]), days=frozenset({"tu"})) == ([], ["Fiddles"])


def test_one_day_says_which_day_of_the_week_it_is():
    sunday = offering(start_date=date(2026, 11, 22), end_date=date(2026, 11, 22))
    assert search(sunday, days=frozenset({"su"})) == (["Fiddles"], [])
    assert search(sunday, days=frozenset({"mo"})) == ([], [])


def test_travel_is_what_the_measures_say_with_the_limit_included():
    assert search(full_offering(location=place(0, 29.99 * MINUTE)), origin=HERE, minutes=30) == (["Fiddles"], [])
    assert search(full_offering(location=place(0, 30.01 * MINUTE)), origin=HERE, minutes=30) == ([], [])


def test_what_is_online_is_as_near_as_can_be_and_sorted_after_places():
    online = full_offering(program("online"), mode="online", location=None)
    far = full_offering(program("far"), location=place(0, 29 * MINUTE))
    nowhere = full_offering(program("nowhere"), location=None)
    found = search(nowhere, online, far, origin=HERE, minutes=30, sort="nearest")
    assert found == (["far", "online"], ["nowhere"])


def test_a_fee_in_another_currency_cannot_be_compared():
    pesos = full_offering(minimum_fee=100, maximum_fee=100, currency="MXN")
    assert search(pesos, fee=500) == ([], ["Fiddles"])


# --- What it is ---


@pytest.mark.parametrize(
    ("what", "fits", "may"),
    [
        ("strings", ["First Violin"], ["Lessons", "Orchestra"]),
        ("violin", ["First Violin"], ["Lessons", "Orchestra"]),
        ("violín", ["First Violin"], ["Lessons", "Orchestra"]),
        ("trumpet", [], ["Lessons", "Orchestra"]),
        ("coro", ["Young Chorus"], []),
        ("singing", ["Young Chorus"], ["Lessons"]),
        ("robotics", ["Robotics and Sound"], []),
        ("robot", ["Robotics and Sound"], []),
    ],
)
def test_an_instrument_is_found_under_every_name_and_where_it_may_be_taught(what, fits, may):
    names = ["First Violin", "Lessons", "Orchestra", "Robotics and Sound", "Young Chorus"]
    found = search(*(offering(program(name)) for name in names), what=what)
    assert (sorted(found[0]), sorted(found[1])) == (fits, may)


def test_the_name_of_an_organization_does_not_say_what_it_teaches_but_finds_it():
    guitar = offering(program("Guitar at Chapel Choir", organization="Chapel Choir"))
    assert search(guitar, what="choir") == ([], [])
    assert search(guitar, what="chapel choir") == (["Guitar at Chapel Choir"], [])


# --- Seasons, order, places ---


def test_what_is_over_is_not_shown_while_anything_is_now_or_coming():
    over = offering(program("over"), start_date=date(2026, 9, 1), end_date=date(2026, 11, 21))
    made = index(over, offering(program("now")))
    found = find(made, Query(), today=TODAY)
    assert (programs(found, made), found.year) == ((["now"], []), None)


def test_where_nothing_is_now_or_coming_the_newest_school_year_is_shown_and_named():
    older = offering(program("older"), start_date=date(2025, 2, 1), end_date=date(2025, 6, 1))
    newest = offering(program("newest"), start_date=date(2025, 9, 1), end_date=date(2026, 6, 1))
    made = index(older, newest)
    found = find(made, Query(), today=TODAY)
    assert (programs(found, made), found.year) == ((["newest"], []), 2025)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("nearest", ["near", "soon", "cheap"]),
        ("soonest", ["near", "soon", "cheap"]),
        ("cheapest", ["cheap", "near", "soon"]),
    ],
)
def test_the_order(sort, expected):
    offerings = [
        full_offering(program("cheap"), location=place(0, 9 * MINUTE), start_date=date(2027, 2, 1)),
        full_offering(program("soon"), location=place(0, 5 * MINUTE), start_date=date(2026, 12, 1), maximum_fee=900),
        full_offering(program("near"), location=place(0, MINUTE), maximum_fee=800),
    ]
    assert search(*offerings, sort=sort, origin=HERE) == (expected, [])


def test_a_program_is_one_result_with_its_offerings_that_fit():
    of = program()
    made = index(
        full_offering(of), full_offering(of, minimum_age=14, maximum_age=18), full_offering(of, minimum_age=None)
    )
    (result,) = find(made, Query(age=10), today=TODAY).results
    assert (result.fits, [made.offerings[at].minimum_age for at in result.offerings]) == (True, [8])


def test_an_empty_search_says_what_each_condition_keeps_away():
    offerings = [full_offering(program("a")), full_offering(program("b")), full_offering(program("c"), days=["we"])]
    found = find(index(*offerings), Query(age=15, days=frozenset({"tu"})), today=TODAY)
    assert (found.results, dict(found.removed)) == ((), {"age": 2})


def test_nothing_at_all_is_nothing_found():
    found = find(index(), Query(what="guitar", age=10, origin=HERE, minutes=10, days=frozenset({"mo"})), today=TODAY)
    assert (found.results, found.offered) == ((), 0)


# --- Any search, against the naive version ---

TIMES_OF_DAY = st.sampled_from([None, time(9), time(13, 59), time(14), time(17, 59), time(18), time(20)])
PROGRAMS = [program(name) for name in ("Guitar", "Lessons", "Choir", "Jazz band", "Trumpet lessons")]
PLACES = [None, place(None, None), *(place(0, minutes * MINUTE) for minutes in (3, 12, 28, 44))]
MAYBE = st.sampled_from([None, True, False])


@st.composite
def offerings(draw: st.DrawFn) -> Offering:
    low, high = (draw(st.sampled_from([None, 4, 8, 11.5, 14])) for _ in range(2))
    fees = (draw(st.sampled_from([None, 0, 500, 2000])) for _ in range(2))
    lowest, highest = fees
    return offering(
        draw(st.sampled_from(PROGRAMS)),
        location=draw(st.sampled_from(PLACES)),
        mode=draw(st.sampled_from(["in_person", "in_person", "online"])),
        start_date=draw(st.dates(date(2026, 7, 1), date(2026, 12, 31))),
        end_date=draw(st.dates(date(2027, 1, 1), date(2027, 6, 30))),
        days=draw(st.lists(st.sampled_from(DAYS), max_size=3, unique=True)),
        start_time=draw(TIMES_OF_DAY),
        minimum_age=low,
        maximum_age=high if low is None or high is None else max(low, high),
        minimum_fee=lowest,
        maximum_fee=highest if lowest is None or highest is None else max(lowest, highest),
        languages=draw(st.lists(st.sampled_from(["en", "es"]), max_size=2, unique=True)),
        accommodations=draw(st.lists(st.sampled_from(["step_free", "quiet_room"]), max_size=2, unique=True)),
        transport=draw(MAYBE),
        food=draw(MAYBE),
    )


QUERIES = st.builds(
    Query,
    age=st.sampled_from([None, 5, 10]),
    grade=st.sampled_from(["", "K", "6"]),
    days=st.frozensets(st.sampled_from(DAYS), max_size=4),
    times=st.frozensets(st.sampled_from(["daytime", "after_school", "evening", "weekend"]), max_size=3),
    fee=st.sampled_from([None, 0, 1000]),
    language=st.sampled_from(["", "es"]),
    accommodations=st.frozensets(st.sampled_from(["step_free", "quiet_room"])),
    mode=st.sampled_from(["", "online", "in_person"]),
    transport=st.booleans(),
    food=st.booleans(),
    what=st.sampled_from(["", "guitar"]),
    origin=st.sampled_from([None, HERE]),
    minutes=st.sampled_from([None, 15]),
)


SOME = st.lists(offerings(), max_size=6)
CONDITIONS = st.sampled_from(["age", "days", "times", "fee", "language", "food", "what", "minutes"])


def naive(one: Offering, query: Query) -> str:
    """Whether an offering fits: "yes", "no" or "?", by asking each condition in turn."""
    said = [*naive_who(one, query), *naive_when(one, query), *naive_rest(one, query)]
    return "no" if "no" in said else "?" if "?" in said else "yes"


def naive_who(one: Offering, query: Query) -> list[str]:
    said = []
    spans = [(query.age, query.age)] if query.age is not None else []
    if query.grade:
        spans.append((grade_number(query.grade) + 5, grade_number(query.grade) + 6))
    for youngest, oldest in spans:
        low, high = one.minimum_age, one.maximum_age
        if (low is not None and low > oldest) or (high is not None and high < youngest):
            said.append("no")
        else:
            said.append("?" if low is None or high is None else "yes")
    for item, items in [
        (query.language, one.languages),
        *((code, one.accommodations) for code in query.accommodations),
    ]:
        if item:
            said.append("yes" if item in items else "no" if items else "?")
    if query.what:
        said.append({"Guitar": "yes", "Lessons": "?"}.get(one.program.name, "no"))
    return said


def naive_when(one: Offering, query: Query) -> list[str]:
    parts = set()
    for day in one.days or DAYS:
        hour = one.start_time and one.start_time.hour
        if day in ("sa", "su"):
            parts.add("weekend")
        elif hour is None:
            parts |= {"daytime", "after_school", "evening"}
        else:
            parts.add("daytime" if hour < 14 else "after_school" if hour < 18 else "evening")
    said = []
    for wanted, possible in ((query.days, set(one.days or DAYS)), (query.times, parts)):
        if wanted:
            said.append("yes" if possible <= wanted else "?" if possible & wanted else "no")
    return said


def naive_rest(one: Offering, query: Query) -> list[str]:
    said = []
    if query.fee is not None:
        low, high = one.minimum_fee, one.maximum_fee
        too_much = low is not None and low > query.fee
        said.append("no" if too_much else "yes" if high is not None and high <= query.fee else "?")
    if query.mode:
        said.append("yes" if one.mode == query.mode else "no")
    for wanted, value in ((query.transport, one.transport), (query.food, one.food)):
        if wanted:
            said.append({True: "yes", False: "no", None: "?"}[value])
    if query.origin and query.minutes and one.mode != "online":
        if one.location is None or one.location.latitude is None:
            said.append("?")
        else:
            way = great_circle_km(np.zeros((1, 2)), np.array([[one.location.latitude, one.location.longitude]]))
            said.append("yes" if Travel().minutes_for(way)[0, 0] <= query.minutes else "no")
    return said


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(SOME, QUERIES)
def test_any_search_finds_what_the_naive_version_finds(some, query):
    made = index(*some)
    found = find(made, query, today=TODAY)
    answers = {one.pk: naive(one, query) for one in some}
    fit = {made.offerings[at].pk for result in found.results if result.fits for at in result.offerings}
    assert fit == {pk for pk, answer in answers.items() if answer == "yes"}
    certain = {one.program_id for one in some if answers[one.pk] == "yes"}
    may = {made.offerings[at].pk for result in found.results if not result.fits for at in result.offerings}
    assert may == {one.pk for one in some if answers[one.pk] == "?" and one.program_id not in certain}
    assert found.fitting == len(certain)


@given(
    SOME,
    QUERIES,
    CONDITIONS,
)
def test_a_condition_more_never_finds_more_and_its_number_is_what_it_keeps_away(some, query, name):
    default = next(field.default for field in fields(Query) if field.name == name)
    made = index(*some)
    without = find(made, replace(query, **{name: default}), today=TODAY)
    found = find(made, query, today=TODAY)

    def found_programs(one: Found) -> set[int]:
        return {made.offerings[result.offerings[0]].program_id for result in one.results}

    assert found_programs(found) <= found_programs(without)
    assert found.fitting <= without.fitting
    assert found.removed.get(name, 0) == len(without.results) - len(found.results)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(SOME, st.sampled_from(["nearest", "soonest", "cheapest"]))
def test_any_order_is_that_of_what_it_is_called(some, sort):
    made = index(*some)
    found = find(made, Query(origin=HERE, sort=sort), today=TODAY)
    firsts = [made.offerings[result.offerings[0]] for result in found.results]
    ranks = {
        "cheapest": lambda one: next((fee for fee in (one.maximum_fee, one.minimum_fee) if fee is not None), np.inf),
        "soonest": lambda one: max(one.start_date, TODAY),
        "nearest": lambda one: (
            1e9 if one.mode == "online"
            else np.inf if one.location is None or one.location.latitude is None
            else one.location.longitude
        ),
    }  # fmt: skip
    values = [ranks[sort](one) for one in firsts]
    assert values == sorted(values)
