"""Placed, at the size of Chicago: exact leximin placement against one maximum flow and one linear program on the same city."""

import time
from collections.abc import Callable
from typing import NamedTuple, TypedDict

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.sparse.csgraph import maximum_flow

from allcity.analysis.placement import FloatArray, IntArray, place

SCHOOLS, OFFERINGS, SIDE_KM, REACH_KM, CENTRES = 655, 3000, 24.5, 2.15, 40


class Row(TypedDict):
    what: str
    ours_seconds: float
    peer: str
    peer_seconds: float
    note: str


class City(NamedTuple):
    students: FloatArray
    school: IntArray
    seats: IntArray
    cell: IntArray
    offering: IntArray


def made_city(*, seats_per_student: float, spread: float, reach_km: float, evenly: bool = False) -> City:
    """Schools at random, offerings around centres. `spread`: of the logarithm of seats; `evenly`: totals spread over grades."""
    rng = np.random.default_rng(1974)
    school_at = rng.uniform(0, SIDE_KM, (SCHOOLS, 1, 2))
    offering_at = rng.uniform(0, SIDE_KM, (CENTRES, 2))[rng.integers(0, CENTRES, OFFERINGS)] + rng.normal(
        0, 4, (OFFERINGS, 2)
    )
    near = np.linalg.norm(school_at - offering_at.clip(0, SIDE_KM), axis=2) < reach_km
    upper = rng.random(SCHOOLS) < 0.25
    grades = np.where(upper, 4, 9)
    school = np.repeat(np.arange(SCHOOLS), grades)
    grade = np.concatenate([np.arange(9, 13) if high else np.arange(9) for high in upper])
    share = rng.lognormal(6.0, 0.6, SCHOOLS).clip(60).round()[school] / grades[school]
    students = share if evenly else share.round()
    youngest = rng.integers(4, 16, OFFERINGS)
    oldest = youngest + rng.integers(1, 9, OFFERINGS)
    fits = (youngest <= grade[:, None] + 6) & (oldest >= grade[:, None] + 5)
    weights = rng.lognormal(0, spread, OFFERINGS)
    seats = np.maximum(1, weights / weights.sum() * students.sum() * seats_per_student).astype(np.int64)
    cell, offering = np.nonzero(near[school] & fits)
    return City(students, school, seats, cell, offering)


def one_maximum_flow(city: City) -> float:
    cells, sink = len(city.students), len(city.students) + len(city.seats) + 1
    whole = city.students.round().astype(np.int32)
    network = coo_array(
        (
            np.concatenate([whole, np.minimum(whole[city.cell], city.seats[city.offering]), city.seats]).astype(
                np.int32
            ),
            (
                np.concatenate([np.zeros(cells, dtype=np.int64), city.cell + 1, np.arange(cells + 1, sink)]),
                np.concatenate([np.arange(1, cells + 1), city.offering + cells + 1, np.full(len(city.seats), sink)]),
            ),
        ),
        shape=(sink + 1, sink + 1),
    ).tocsr()
    return float(maximum_flow(network, 0, sink).flow_value)


def one_linear_program(city: City) -> float:
    arcs = len(city.cell)
    nodes = np.concatenate([city.cell, city.offering + len(city.students)])
    limits = coo_array((np.ones(2 * arcs), (nodes, np.tile(np.arange(arcs), 2))), shape=(nodes.max() + 1, arcs)).tocsr()
    return float(
        -linprog(-np.ones(arcs), A_ub=limits, b_ub=np.concatenate([city.students, city.seats])[: limits.shape[0]]).fun
    )


def best_of(times: int, work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def run() -> list[Row]:
    cases = {
        "scarce": made_city(seats_per_student=0.1, spread=0.6, reach_km=REACH_KM),
        "middling": made_city(seats_per_student=0.5, spread=0.6, reach_km=REACH_KM),
        "middling, totals spread over grades": made_city(
            seats_per_student=0.5, spread=0.6, reach_km=REACH_KM, evenly=True
        ),
        "ample": made_city(seats_per_student=2.0, spread=0.6, reach_km=REACH_KM),
        "seats very uneven": made_city(seats_per_student=0.5, spread=2.0, reach_km=REACH_KM),
        "short reach, hundreds of levels": made_city(seats_per_student=0.3, spread=1.0, reach_km=0.8),
    }
    rows: list[Row] = []
    for name, city in cases.items():
        placement = place(**city._asdict())
        ours = best_of(3, lambda city=city: place(**city._asdict()))
        enrolled = np.bincount(city.school, weights=city.students)
        levels = len(np.unique((placement.by_school / enrolled).round(9)))
        note = f"{len(city.students):,} cells, {len(city.cell):,} arcs, {levels} levels, {placement.total:,.0f} placed"
        peers: dict[str, Callable[[City], float]] = {
            "one scipy maximum_flow (total only, whole students)": one_maximum_flow,
            "one HiGHS linear program (total only)": one_linear_program,
        }
        for peer, solve in peers.items():
            peer_seconds = best_of(1, lambda solve=solve, city=city: solve(city))
            rows.append(Row(what=f"placed, {name}", ours_seconds=ours, peer=peer, peer_seconds=peer_seconds, note=note))
    return rows
