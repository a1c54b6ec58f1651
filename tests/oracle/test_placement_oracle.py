"""Placement against HiGHS (a sequence of linear programs) and SciPy's maximum flow, on cities too large for exhaustion."""

from typing import NamedTuple

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, hstack, vstack
from scipy.sparse.csgraph import maximum_flow

from allcity.analysis.placement import place


class City(NamedTuple):
    students: np.ndarray
    school: np.ndarray
    seats: np.ndarray
    cell: np.ndarray
    offering: np.ndarray


def made_city(
    seed: int, *, spread: bool, fill: float, schools: int = 14, offerings: int = 12, reach: float = 0.35
) -> City:
    rng = np.random.default_rng(seed)
    grades = rng.integers(1, 6, schools)
    school = np.repeat(np.arange(schools), grades)
    totals = rng.integers(20, 400, schools)
    students = totals[school] / grades[school] if spread else rng.integers(0, 90, len(school)).astype(float)
    seats = np.ceil(rng.pareto(1.2, offerings) * fill * students.sum() / offerings / 5).astype(int)
    distance = np.linalg.norm(rng.random((schools, 1, 2)) - rng.random((offerings, 2)), axis=2)
    cell, offering = np.nonzero((distance < reach)[school] & (rng.random((len(school), offerings)) < 0.6))
    return City(students, school, seats, cell, offering)


def incidence(rows: np.ndarray, size: int) -> csr_array:
    return coo_array((np.ones(len(rows)), (rows, np.arange(len(rows)))), shape=(size, len(rows))).tocsr()


def highs_leximin(city: City) -> tuple[float, np.ndarray]:
    """The most that can be placed; then raise the least share and hold the schools that cannot rise further, until all are held.

    Variables: a flow on each arc, and the least share.
    """
    schools, arcs = city.school.max() + 1, len(city.cell)
    enrolled = np.bincount(city.school, weights=city.students, minlength=schools)
    limits = vstack([incidence(city.cell, len(city.students)), incidence(city.offering, len(city.seats))])
    room = np.concatenate([city.students, city.seats])
    by_school = incidence(city.school[city.cell], schools).toarray()
    total = -linprog(-np.ones(arcs), A_ub=limits, b_ub=room).fun

    held = {s: 0.0 for s in range(schools) if enrolled[s] == 0 or not by_school[s].any()}
    limits = hstack([limits, coo_array((limits.shape[0], 1))])

    def best(objective, waiting, least):
        floors = np.hstack([-by_school[waiting], enrolled[waiting][:, None]])
        fixed = np.vstack([np.append(np.ones(arcs), 0.0), *(np.append(by_school[s], 0.0) for s in held)])
        answer = linprog(
            -objective,
            A_ub=vstack([limits, coo_array(floors)]),
            b_ub=np.concatenate([room, np.zeros(len(waiting))]),
            A_eq=fixed,
            b_eq=np.array([total, *held.values()]),
            bounds=[(0, None)] * arcs + [(least, None)],
            options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
        )
        assert answer.success, answer.message
        return -answer.fun

    while waiting := [s for s in range(schools) if s not in held]:
        share = best(np.append(np.zeros(arcs), 1.0), waiting, 0.0)
        highest = {s: best(np.append(by_school[s], 0.0), waiting, share * (1 - 1e-11)) for s in waiting}
        stuck = [s for s in waiting if highest[s] <= share * enrolled[s] + 1e-6]
        assert stuck
        held |= {s: share * enrolled[s] for s in stuck}
    return total, np.array([held[s] for s in range(schools)])


@pytest.mark.parametrize("fill", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("spread", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_total_and_shares_are_those_of_highs(seed, spread, fill):
    city = made_city(seed, spread=spread, fill=fill)
    placement = place(**city._asdict())
    total, by_school = highs_leximin(city)
    assert placement.total == pytest.approx(total, abs=1e-6)
    enrolled = np.maximum(1, np.bincount(city.school, weights=city.students))
    np.testing.assert_allclose(placement.by_school / enrolled, by_school / enrolled, rtol=0, atol=1e-7)


@pytest.mark.parametrize("fill", [0.1, 0.5, 2.0])
@pytest.mark.parametrize("seed", range(3))
def test_total_is_scipys_maximum_flow(seed, fill):
    city = made_city(seed, spread=False, fill=fill, schools=150, offerings=200, reach=0.1)
    cells, offerings = len(city.students), len(city.seats)
    sink = cells + offerings + 1
    tail = np.concatenate([np.zeros(cells, dtype=int), city.cell + 1, np.arange(cells + 1, sink)])
    head = np.concatenate([np.arange(1, cells + 1), city.offering + cells + 1, np.full(offerings, sink)])
    capacity = np.concatenate([city.students, city.students[city.cell], city.seats]).astype(np.int32)
    network = coo_array((capacity, (tail, head)), shape=(sink + 1, sink + 1)).tocsr()
    placement = place(**city._asdict())
    assert placement.total == maximum_flow(network, 0, sink).flow_value
    assert len(np.unique(placement.by_school.round(6))) > 20
