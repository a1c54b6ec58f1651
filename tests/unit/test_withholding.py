"""What is published of small counts, put to a reader who knows the rules and solves for what is withheld."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from tests.factories.city import Row, school, spread

from allcity.analysis.baseline import measure_school_music
from allcity.analysis.cells import students_by_cell
from allcity.analysis.figures import Figure, Figures
from allcity.analysis.needs import measure_needs
from allcity.analysis.withholding import Observed, withhold

THRESHOLD = 10
YEAR = 2025


class Reader:
    """Solves for whole numbers of at least 0 from published numbers and from sums that must hold."""

    def __init__(self) -> None:
        self.numbers: dict[str, int | None] = {}
        self.sums: list[tuple[str, list[str]]] = []

    def knows(self, name: str, number: float | None) -> None:
        self.numbers[name] = None if number is None else round(number)

    def knows_sum(self, total: str, parts: Sequence[str]) -> None:
        self.sums.append((total, list(parts)))
        for name in (total, *parts):
            self.numbers.setdefault(name, None)

    def bounds(self, name: str) -> tuple[int, int]:
        """The least and the most that a number can be, up to a million."""
        names = list(self.numbers)
        place = {other: n for n, other in enumerate(names)}
        lower = [0 if self.numbers[n] is None else self.numbers[n] for n in names]
        upper = [1_000_000 if self.numbers[n] is None else self.numbers[n] for n in names]
        rows = np.zeros((len(self.sums), len(names)))
        for row, (total, parts) in zip(rows, self.sums, strict=True):
            row[place[total]] -= 1
            for part in parts:
                row[place[part]] += 1
        constraints = LinearConstraint(rows, 0, 0) if len(rows) else ()
        ends = []
        for sign in (1, -1):
            goal = np.zeros(len(names))
            goal[place[name]] = sign
            found = milp(goal, integrality=np.ones(len(names)), bounds=Bounds(lower, upper), constraints=constraints)
            assert found.status == 0, found.message
            ends.append(round(float(found.x[place[name]])))
        return ends[0], ends[1]

    def learns_too_much(self, truth: Mapping[str, float]) -> list[str]:
        """The withheld numbers that can be worked out, or are seen to be of fewer people than the threshold."""
        told = []
        for name, number in truth.items():
            if self.numbers[name] is None and number:
                low, high = self.bounds(name)
                if low == high or (number < THRESHOLD and high < THRESHOLD):
                    told.append(name)
        return told


CONTRIBUTIONS = ("private_lessons", "mentorship", "small_ensembles")
SCHOOLS = {"a": "north", "b": "south", "c": "west", "d": None}
LINES = ("stated", "met", "unmet")


def key(name: str, by: Mapping[str, str] | None) -> str:
    return f"{name} {dict(by or {})}"


ASKED = st.tuples(
    st.sampled_from(list(SCHOOLS)), st.sampled_from(CONTRIBUTIONS), st.integers(0, 40), st.integers(0, 40)
)


@given(st.lists(ASKED, min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_no_need_of_few_students_can_be_worked_out(rows: list[tuple[str, str, int, int]]) -> None:
    needs = [
        {"need_id": str(n), "school_id": s, "contribution": c, "amount": amount}
        for n, (s, c, amount, _) in enumerate(rows)
    ]
    deliveries = [
        {"delivery_id": str(n), "need_id": str(n), "students": min(met, amount)}
        for n, (_, _, amount, met) in enumerate(rows)
    ]
    areas = [{"area_id": area} for area in SCHOOLS.values() if area]
    schools = [school(id_, 99, area_id=area) for id_, area in SCHOOLS.items()]
    city = spread(schools=schools, areas=areas, needs=needs, deliveries=deliveries)
    published = [f for f in measure_needs(city, students_by_cell(city))[0] if f.id[6:] in (*LINES, "met_share")]
    by_area = {area: [r for r in rows if SCHOOLS[r[0]] == area] for area in SCHOOLS.values()}
    by_contribution = {c: [r for r in rows if r[1] == c] for c in city.framework.contributions}

    def counted(mine: list[tuple[str, str, int, int]]) -> dict[str, int]:
        stated, met = sum(r[2] for r in mine), sum(min(r[3], r[2]) for r in mine)
        return {"stated": stated, "met": met, "unmet": stated - met}

    truth = {key(name, None): number for name, number in counted(rows).items()}
    for area, mine in by_area.items():
        if mine and area:
            truth |= {key(name, {"area": area}): number for name, number in counted(mine).items()}
    for contribution, mine in by_contribution.items():
        if city.framework.contributions[contribution].unit == "students":
            truth |= {key(name, {"contribution": contribution}): n for name, n in counted(mine).items()}

    reader = Reader()
    for figure in published:
        if figure.id[6:] in LINES and key(figure.id[6:], figure.by) in truth:
            name = key(figure.id[6:], figure.by)
            reader.knows(name, figure.value)
            if figure.value is not None:
                assert figure.value == truth[name]
                assert not 0 < truth[name] < THRESHOLD, name
    for name in LINES:
        areas_there = [key(name, {"area": area}) for area, mine in by_area.items() if mine and area]
        reader.knows_sum(key(name, None), [*areas_there, f"{name} in no area"])
        contributions = [k for k in truth if k.startswith(f"{name} ") and "contribution" in k]
        reader.knows_sum(key(name, None), [*contributions])
    for by in {k.split(" ", 1)[1] for k in truth}:
        reader.knows_sum(f"stated {by}", [f"met {by}", f"unmet {by}"])
    for figure in published:
        if figure.id == "needs.met_share" and not figure.suppressed and figure.value:
            whole = key("stated", figure.by)
            assert whole not in truth or reader.numbers[whole] is not None, "a share of numbers that are withheld"
    assert reader.learns_too_much(truth) == []


@given(
    st.lists(st.tuples(st.sampled_from(["north", "south", "west", None]), st.integers(0, 30)), min_size=1, max_size=6)
)
@settings(max_examples=60, deadline=None)
def test_no_few_students_enrolled_or_not_can_be_worked_out(rows: list[tuple[str | None, int]]) -> None:
    schools = [school(f"s{n}", 30, area_id=area) for n, (area, _) in enumerate(rows)]
    baselines = [{"school_id": f"s{n}", "students_enrolled": enrolled} for n, (_, enrolled) in enumerate(rows)]
    areas = [{"area_id": area} for area in ("north", "south", "west")]
    city = spread(schools=schools, areas=areas, baselines=baselines)
    found = Figures(measure_school_music(city, students_by_cell(city))[0])
    reader, hidden = Reader(), {}
    parts = {area: [n for where, n in rows if where == area] for area in ("north", "south", "west", None)}
    for area, mine in (("city", [n for _, n in rows]), *parts.items()):
        everyone, enrolled = 30 * len(mine), sum(mine)
        reader.knows(f"all {area}", everyone)
        reader.knows_sum(f"all {area}", [f"yes {area}", f"no {area}"])
        figure = found.get("school_music.enrolled", **({} if area == "city" else {"area": area})) if area else None
        if figure is None:
            continue
        if figure.suppressed:
            hidden |= {f"yes {area}": enrolled, f"no {area}": everyone - enrolled}
        else:
            assert figure.value == pytest.approx(enrolled / everyone)
            assert all(not 0 < number < THRESHOLD for number in (enrolled, everyone - enrolled))
            reader.knows(f"yes {area}", enrolled)
    for name in ("yes", "no"):
        reader.knows_sum(f"{name} city", [f"{name} {area}" for area in parts])
    assert reader.learns_too_much(hidden) == []


def count(value: float, **more: Any) -> Observed:
    figure = Figure("deliveries.students", value, "count", YEAR, low=value, high=value, known=3, total=4)
    return Observed((figure,), (value,), **more)


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, True), (0.4, False), (1, False), (9, False), (9.5, False), (9.99, False), (10, True), (10.5, True)],
)
def test_a_count_is_withheld_where_it_is_of_some_people_but_fewer_than_the_threshold(
    number: float, shown: bool
) -> None:
    (figure,) = withhold(count(number), threshold=THRESHOLD)
    assert figure.suppressed is not shown
    assert (figure.value is None) is not shown
    assert (figure.known is None) is not shown


@pytest.mark.parametrize("bounds", [((4.0,), (30.0,)), ((12.0,), (15.0,))])
def test_a_count_is_withheld_where_one_of_its_ends_is_of_few_people(bounds: tuple[tuple[float], ...]) -> None:
    (figure,) = withhold(count(20, bounds=bounds), threshold=THRESHOLD)
    assert figure.suppressed == (bounds[0][0] < THRESHOLD)


def test_what_parts_leave_of_their_total_is_protected() -> None:
    total, *parts = withhold(count(25), [count(20)], threshold=THRESHOLD)
    assert total.suppressed or parts[0].suppressed


def test_parts_in_the_order_they_were_given() -> None:
    rows: list[Row] = [{"n": 30}, {"n": 40}]
    found = withhold(count(70), [count(row["n"]) for row in rows], [count(70)], threshold=THRESHOLD)
    assert [figure.value for figure in found] == [70, 30, 40, 70]
