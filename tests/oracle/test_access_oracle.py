"""Access against an independent version in plain loops, and its ranges against whatever could turn out to be true.

A plan is a small city in plain rows, some of them with unknowns; a completion of it fills them in with real places, ages,
seats, fees and contributions. What is measured of the completion must lie in the ranges that are given for the plan.
"""

import math
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.factories.city import YEAR, city_year, place

from allcity.analysis.access_figures import Access, measure_access
from allcity.analysis.cells import students_by_cell
from allcity.analysis.season import season

CAP = 4
SETTINGS = f"[targets]\nseats_cap_unknown = {CAP}\n"
GRADES = {"PK": -1, "2": 2, "5": 5, "9": 9}
BANDS = {"PK-2": (-1, 2), "3-5": (3, 5), "6-8": (6, 8), "9-12": (9, 12)}
TERMS = {
    "summer": (date(YEAR, 7, 1), date(YEAR, 8, 31)),
    "autumn": (date(YEAR, 9, 1), date(YEAR, 12, 31)),
    "winter": (date(YEAR + 1, 1, 1), date(YEAR + 1, 3, 31)),
    "spring": (date(YEAR + 1, 4, 1), date(YEAR + 1, 6, 30)),
}
SEASONS = (TERMS["summer"], TERMS["winter"], (date(YEAR, 10, 1), date(YEAR + 1, 2, 15)))
Plan = dict[str, Any]

# Multiples of 700 m: no two of these places are near the limit of 1,846 m from each other.
PLACES = st.tuples(*(st.integers(-4, 4).map(lambda step: 0.7 * step) for _ in range(2)))
AGES = st.integers(3, 18)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


@st.composite
def plans(draw: st.DrawFn, *, unknowns: bool = True) -> Plan:
    perhaps: Callable[[st.SearchStrategy[Any]], st.SearchStrategy[Any]] = maybe if unknowns else lambda values: values
    schools = {}
    for number in range(draw(st.integers(1, 4))):
        counts = draw(st.dictionaries(st.sampled_from(list(GRADES)), st.integers(0, 6), min_size=1))
        schools[f"s{number}"] = {
            "area": draw(st.sampled_from(["north", "south"])),
            "place": draw(perhaps(PLACES)),
            "counts": counts,
            "group": draw(maybe(st.integers(0, sum(counts.values())))),
        }
    offerings = {}
    for number in range(draw(st.integers(0, 4))):
        ages = sorted((draw(AGES), draw(AGES)))
        offerings[f"o{number}"] = {
            "place": draw(perhaps(PLACES)),
            "ages": [draw(perhaps(st.just(age))) for age in ages],
            "seats": draw(perhaps(st.integers(0, CAP))),
            "dates": draw(st.sampled_from(SEASONS)),
            "reserved": draw(st.sampled_from([False, False, True])),
            "fee": draw(perhaps(st.sampled_from([0, 500]))),
            "contribution": draw(perhaps(st.sampled_from(["mentorship", "small_ensembles"]))),
        }
    return {"schools": schools, "offerings": offerings, "partners": draw(st.sets(st.sampled_from(list(schools))))}


@st.composite
def completions(draw: st.DrawFn, plan: Plan) -> Plan:
    """The plan with everything in it known."""
    done = deepcopy(plan)
    for row in (*done["schools"].values(), *done["offerings"].values()):
        row["place"] = row["place"] or draw(PLACES)
    for row in done["offerings"].values():
        low, high = row["ages"]
        low = draw(st.integers(0, 20 if high is None else high)) if low is None else low
        row["ages"] = [low, draw(st.integers(low, 40)) if high is None else high]
        row["seats"] = draw(st.integers(0, CAP)) if row["seats"] is None else row["seats"]
        row["fee"] = draw(st.sampled_from([0, 500])) if row["fee"] is None else row["fee"]
        row["contribution"] = row["contribution"] or draw(st.sampled_from(["mentorship", "small_ensembles"]))
    return done


def measured(plan: Plan, more: str = "", coverage: str = "complete") -> Access:
    schools, offerings = plan["schools"], plan["offerings"]
    rows: dict[str, list[dict[str, Any]]] = {
        "areas": [{"area_id": "north"}, {"area_id": "south"}],
        "groups": [{"group_id": "few", "compared": True}],
        "schools": [
            {"school_id": id_, "area_id": row["area"], "grades": list(row["counts"]), **where(row)}
            for id_, row in schools.items()
        ],
        "students": [
            {"school_id": id_, "grade": grade, "students": number}
            for id_, row in schools.items()
            for grade, number in row["counts"].items()
        ],
        "programs": [
            {"program_id": id_, "contributions": row["contribution"] and [row["contribution"]]}
            for id_, row in offerings.items()
        ],
        "locations": [{"location_id": id_, **where(row)} for id_, row in offerings.items()],
        "offerings": [
            {
                "offering_id": id_, "program_id": id_, "location_id": id_, "seats": row["seats"],
                "minimum_age": row["ages"][0], "maximum_age": row["ages"][1], "minimum_fee": row["fee"],
                "maximum_fee": row["fee"], "start_date": row["dates"][0], "end_date": row["dates"][1],
                "partnership_id": "partnership" if row["reserved"] else None,
            }
            for id_, row in offerings.items()
        ],
        "partnerships": [{"partnership_id": "partnership", "school_ids": sorted(plan["partners"])}],
    }  # fmt: skip
    rows["students"] += [
        {"school_id": id_, "group_id": "few", "students": row["group"]}
        for id_, row in schools.items()
        if row["group"] is not None
    ]
    city = city_year(settings=SETTINGS + more, coverage=coverage, **rows)
    return measure_access(city, students_by_cell(city), season(city))


def where(row: dict[str, Any]) -> dict[str, Any]:
    return dict(place(*(row["place"] or (None,))))


# ------------------------------------------------------------------------------------------------ the naive version


def in_reach(a: tuple[float, float], b: tuple[float, float]) -> bool:
    (north, east), (north_of_b, east_of_b) = a, b
    degrees = [math.radians(km / 111.195080) for km in (north, east, north_of_b, east_of_b)]
    latitude, longitude, latitude_b, longitude_b = degrees
    haversine = (
        math.sin((latitude_b - latitude) / 2) ** 2
        + math.cos(latitude) * math.cos(latitude_b) * math.sin((longitude_b - longitude) / 2) ** 2
    )
    return 2 * 6371.0088 * math.asin(math.sqrt(haversine)) * 1.3 / 4.8 * 60 <= 30


def usable(plan: Plan) -> dict[tuple[str, str], set[str]]:
    """The offerings that each school and grade of a plan without unknowns could use."""
    result: dict[tuple[str, str], set[str]] = {}
    for id_, row in plan["schools"].items():
        for grade in row["counts"]:
            result[id_, grade] = {
                offering
                for offering, data in plan["offerings"].items()
                if in_reach(row["place"], data["place"])
                and data["ages"][0] <= GRADES[grade] + 6
                and data["ages"][1] >= GRADES[grade] + 5
                and (not data["reserved"] or id_ in plan["partners"])
            }
    return result


def parts(plan: Plan) -> Iterator[tuple[dict[str, str], dict[tuple[str, str], float]]]:
    """Each part of the students with a key of `by`, and how many students of each school and grade are in it."""
    students = {(id_, grade): n for id_, row in plan["schools"].items() for grade, n in row["counts"].items()}
    yield {}, dict(students)
    for area in ("north", "south"):
        yield {"area": area}, {c: n * (plan["schools"][c[0]]["area"] == area) for c, n in students.items()}
    for band, (first, last) in BANDS.items():
        yield {"band": band}, {c: n * (first <= GRADES[c[1]] <= last) for c, n in students.items()}
    few: dict[tuple[str, str], float] = {}
    others: dict[tuple[str, str], float] = {}
    for cell, n in students.items():
        row = plan["schools"][cell[0]]
        everyone = sum(row["counts"].values())
        if row["group"] is not None and everyone:
            few[cell] = n * row["group"] / everyone
            others[cell] = n - few[cell]
    yield {"group": "few"}, few
    yield {"group": "other_than_few"}, others


def largest_placements(plan: Plan) -> dict[str, dict[tuple[str, str], float]]:
    """By term, students of each school and grade in a placement that is leximin over schools: one share after another."""
    result, use = {}, usable(plan)
    for term, (first, last) in TERMS.items():
        running = [o for o, row in plan["offerings"].items() if row["dates"][0] <= last and row["dates"][1] >= first]
        cells = [(s, g) for s, row in plan["schools"].items() for g in row["counts"]]
        arcs = [(c, o) for c in cells for o in running if o in use[c]]
        if not arcs:
            result[term] = dict.fromkeys(cells, 0.0)
            continue
        students = {c: plan["schools"][c[0]]["counts"][c[1]] for c in cells}
        rows = [[float(a[0] == c) for a in arcs] for c in cells] + [[float(a[1] == o) for a in arcs] for o in running]
        limits = [float(students[c]) for c in cells] + [float(plan["offerings"][o]["seats"]) for o in running]
        of_school = {s: [float(a[0][0] == s) for a in arcs] for s in plan["schools"]}
        size = {s: sum(row["counts"].values()) for s, row in plan["schools"].items()}

        def best(goal: Any, fixed: Any, rows: Any = rows, limits: Any = limits) -> Any:
            found = linprog(
                -np.array(goal),
                A_ub=rows,
                b_ub=limits,
                A_eq=[r for r, _ in fixed] or None,
                b_eq=[v for _, v in fixed] or None,
            )
            assert found.status == 0, found.message
            return found

        total = -best([1.0] * len(arcs), []).fun
        open_schools = [s for s in plan["schools"] if size[s]]
        done: dict[str, float] = {}
        while len(done) < len(open_schools):
            # The largest share t that all open schools can have together, as one more variable.
            left = [s for s in open_schools if s not in done]
            floor = [[-x for x in of_school[s]] + [float(size[s])] for s in left]
            equal = [([1.0] * len(arcs) + [0.0], total)] + [(of_school[s] + [0.0], done[s]) for s in done]
            found = linprog(
                [0.0] * len(arcs) + [-1.0],
                A_ub=[[*r, 0.0] for r in rows] + floor, b_ub=[*limits, *(0.0 for _ in left)],
                A_eq=[r for r, _ in equal], b_eq=[v for _, v in equal],
            )  # fmt: skip
            assert found.status == 0, found.message
            share = -found.fun
            stuck = []
            for school in left:
                room = linprog(
                    [-x for x in of_school[school]],
                    A_ub=rows + [[-x for x in of_school[s]] for s in left],
                    b_ub=[*limits, *(-share * size[s] + 1e-9 for s in left)],
                    A_eq=[r[:-1] for r, _ in equal], b_eq=[v for _, v in equal],
                )  # fmt: skip
                if -room.fun <= share * size[school] + 1e-6:
                    stuck.append(school)
            assert stuck
            done.update({s: share * size[s] for s in stuck})
        result[term] = {c: done.get(c[0], 0.0) * students[c] / max(size[c[0]], 1) for c in cells}
        assert sum(done.values()) == pytest.approx(total, abs=1e-5)
    return result


quick = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@quick
@given(plans(unknowns=False))
def test_of_a_city_without_unknowns_each_figure_is_that_of_the_naive_version(plan: Plan) -> None:
    found = {(f.id, *sorted((f.by or {}).items())): f for f in measure_access_figures(plan)}
    use, placements = usable(plan), largest_placements(plan)
    around = {
        o: sum(row["counts"][g] for s, row in plan["schools"].items() for g in row["counts"] if o in use[s, g])
        for o in plan["offerings"]
    }
    best = max(placements, key=lambda term: round(sum(placements[term].values()), 6))

    for by, members in parts(plan):
        everyone = sum(members.values())
        if not everyone:
            continue
        key = tuple(sorted(by.items()))
        reached = sum(n for cell, n in members.items() if use[cell]) / everyone
        seats = sum(n * plan["offerings"][o]["seats"] / around[o] for c, n in members.items() if n for o in use[c])
        expected = {"access.reach": reached, "access.seats_per_100": 100 * seats / everyone}
        if "band" not in by:  # only schools' shares are the same in all leximin placements
            size = {s: sum(row["counts"].values()) for s, row in plan["schools"].items()}
            in_school: dict[str, float] = {}
            for (school, _), n in members.items():
                in_school[school] = in_school.get(school, 0) + n
            of_school = {s: sum(x for c, x in placements[best].items() if c[0] == s) for s in size}
            expected["access.placed"] = (
                sum(of_school[s] * n / size[s] for s, n in in_school.items() if size[s]) / everyone
            )
        for figure_id, value in expected.items():
            figure = found[(figure_id, *key)]
            assert figure.value == pytest.approx(value, abs=1e-5), (figure_id, by)
            assert figure.low == pytest.approx(figure.value)
            assert figure.high == pytest.approx(figure.value)
    for term, amounts in placements.items():
        everyone = sum(n for row in plan["schools"].values() for n in row["counts"].values())
        if everyone:
            figure = found["access.placed", ("term", term)]
            assert figure.value == pytest.approx(sum(amounts.values()) / everyone, abs=1e-5)


def measure_access_figures(plan: Plan, **more: Any) -> tuple[Any, ...]:
    return measured(plan, **more).figures


METHODS = ("two_step", "enhanced", "three_step")


def assert_in_range(unknown: Access, truth: Access) -> None:
    """Each figure, and each school's own, measured of the truth lies in the range that is given for what is known of it."""
    true = {(f.id, *sorted((f.by or {}).items())): f for f in truth.figures}
    assert {(f.id, *sorted((f.by or {}).items())) for f in unknown.figures} == set(true)
    for figure in unknown.figures:
        value = true[(figure.id, *sorted((figure.by or {}).items()))].value
        assert (value is None) == (figure.value is None)
        if value is not None:
            assert figure.low - 1e-9 <= value <= figure.high + 1e-9, (figure, value)
            assert figure.low <= figure.value <= figure.high
    for column, row in product(("reach", "seats_per_100", "placed"), range(len(truth.schools))):
        value = truth.schools[column][row]
        if value is not None:
            low, high = (unknown.schools[f"{column}_{end}"][row] for end in ("low", "high"))
            assert low - 1e-9 <= value <= high + 1e-9, (column, row, low, value, high)


@settings(quick, max_examples=100)
@given(st.data(), plans(), st.sampled_from(METHODS))
def test_whatever_turns_out_to_be_true_lies_in_the_range(data: st.DataObject, plan: Plan, method: str) -> None:
    setting = f'catchment_method = "{method}"\n'
    assert_in_range(measured(plan, setting), measured(data.draw(completions(plan)), setting))


def a_school(east: float | None, area: str, **counts: int) -> dict[str, Any]:
    where = None if east is None else (0.0, east)
    return {"area": area, "place": where, "counts": counts, "group": sum(counts.values()) // 2}


def an_offering(east: float | None, ages: list[int | None], seats: int | None, season: int = 1) -> dict[str, Any]:
    where = None if east is None else (0.0, east)
    return {
        "place": where, "ages": ages, "seats": seats, "dates": SEASONS[season], "reserved": False, "fee": 0,
        "contribution": "mentorship",
    }  # fmt: skip


PUZZLES = {
    "students who choose among sites": {
        "schools": {"s0": a_school(0.0, "north", **{"2": 4}), "s1": a_school(1.4, "south", **{"2": 6})},
        "offerings": {
            "o0": an_offering(0.7, [7, 8], 3),
            "o1": an_offering(None, [7, 8], 2),
            "o2": an_offering(0.0, [None, 8], 4),
        },
    },
    "schools that compete": {
        "schools": {
            "s0": a_school(0.0, "north", **{"2": 4, "5": 2}),
            "s1": a_school(None, "south", **{"2": 6}),
            "s2": a_school(1.4, "south", **{"5": 3}),
        },
        "offerings": {"o0": an_offering(0.0, [7, 11], 4), "o1": an_offering(1.4, [10, None], 2)},
    },
    "a grade that is full": {
        "schools": {"s0": a_school(0.0, "north", **{"2": 1, "9": 9}), "s1": a_school(None, "south", **{"9": 90})},
        "offerings": {"o0": an_offering(0.0, [7, 8], 80), "o1": an_offering(0.0, [14, 15], 9)},
    },
    "seats that are reserved": {
        "schools": {"s0": a_school(0.0, "north", **{"2": 5}), "s1": a_school(None, "south", **{"2": 5})},
        "offerings": {"o0": {**an_offering(0.0, [7, 8], 3), "reserved": True}},
        "partners": {"s0", "s1"},
    },
    "terms that compete": {
        "schools": {"s0": a_school(0.0, "north", **{"2": 4}), "s1": a_school(2.8, "south", **{"2": 4})},
        "offerings": {
            "o0": an_offering(0.0, [7, 8], 3, season=0),
            "o1": an_offering(2.8, [7, 8], None, season=1),
            "o2": an_offering(None, [7, 8], 2, season=1),
        },
    },
}  # fmt: skip


def all_completions(plan: Plan) -> Iterator[Plan]:
    """Completions with places near one end or the other, in the middle and far away, the extreme ages, and no seats or all."""
    options: list[tuple[Callable[[Plan], dict[str, Any]], str, list[Any]]] = []
    for kind in ("schools", "offerings"):
        for id_, row in plan[kind].items():
            if row["place"] is None:
                options.append(
                    (
                        lambda p, k=kind, i=id_: p[k][i],
                        "place",
                        [(0.0, -1.4), (0.0, 0.0), (0.0, 0.7), (0.0, 2.8), (9.8, 0.0)],
                    )
                )
            if None in row.get("ages", ()):
                low, high = row["ages"]
                ages = [[0 if low is None else low, 40 if high is None else high], [high if low is None else low] * 2]
                options.append((lambda p, k=kind, i=id_: p[k][i], "ages", ages))
            if row.get("seats", 0) is None:
                options.append((lambda p, k=kind, i=id_: p[k][i], "seats", [0, 1, CAP]))
    for choice in product(*(values for _, _, values in options)):
        done = deepcopy(plan)
        for (row_of, column, _), value in zip(options, choice, strict=True):
            row_of(done)[column] = value
        yield done


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", PUZZLES)
def test_every_completion_of_a_puzzle_lies_in_the_range(name: str, method: str) -> None:
    plan, setting = {"partners": set(), **PUZZLES[name]}, f'catchment_method = "{method}"\n'
    unknown = measured(plan, setting)
    for done in all_completions(plan):
        assert_in_range(unknown, measured(done, setting))


@quick
@given(plans(unknowns=False), plans(unknowns=False))
def test_one_more_offering_never_lowers_reach(plan: Plan, other: Plan) -> None:
    more = deepcopy(plan)
    more["offerings"].update({f"more_{id_}": row for id_, row in other["offerings"].items()})
    before, after = measured(plan), measured(more)
    for figure, later in zip(before.figures, after.figures, strict=True):
        if figure.id.startswith("access.reach") and figure.value is not None:
            assert later.value >= figure.value, figure


@quick
@given(plans(), st.data())
def test_one_more_seat_never_places_fewer(plan: Plan, data: st.DataObject) -> None:
    known = [id_ for id_, row in plan["offerings"].items() if row["seats"] is not None]
    more = deepcopy(plan)
    if known:
        more["offerings"][data.draw(st.sampled_from(known))]["seats"] += 1
    before, after = measured(plan), measured(more)
    for figure, later in zip(before.figures, after.figures, strict=True):
        of_city = figure.id == "access.placed" and (figure.by is None or "term" in figure.by)
        if of_city and figure.value is not None:
            assert later.value >= figure.value - 1e-9
            assert later.high >= figure.high - 1e-9


@quick
@given(plans(), st.sampled_from(["partial", "unknown"]))
def test_without_complete_coverage_there_is_no_high_end_but_that_of_the_records(plan: Plan, coverage: str) -> None:
    complete, partial = measured(plan), measured(plan, coverage=coverage)
    for figure, bounded in zip(partial.figures, complete.figures, strict=True):
        assert figure.high is None
        assert (figure.value, figure.low, figure.high_if_complete) == (bounded.value, bounded.low, bounded.high)
        if figure.value is not None:
            assert "coverage" in figure.narrows
    assert all(partial.schools[name].null_count() == len(plan["schools"]) for name in ("reach_high", "placed_high"))
