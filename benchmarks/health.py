"""What 800 partnerships of a large city add: each left out, shared out, and all that do not exist yet, ranked.

Made cities. In one seats are scarce, as in most cities; in another so many partnerships offer seats to the same students that
many could take the place of others; in the last nearly every student has a seat, and most partnerships can take the place of
most others, which is the hardest there is. The peer solves the city anew for each partnership, order or candidate, as one SciPy
maximum flow, on a part of the partnerships, where both must agree; its time is multiplied.
"""

from collections.abc import Callable
from datetime import date
from time import perf_counter, process_time

import numpy as np
import polars as pl
from tests.factories.city import city_year, enrolment, place, school

from allcity.analysis.candidates import next_partnerships, ranked
from allcity.analysis.cells import students_by_cell
from allcity.analysis.city import GRADES, CityYear
from allcity.analysis.contests import Network, largest
from allcity.analysis.health import Supply, needs_met, places_lost, places_shared

SCHOOLS, OFFERINGS, PARTNERSHIPS, NEEDS, SIDE_KM, PART = 650, 600, 800, 3_000, 24.5, 5


def run() -> list[dict]:
    """Rows of what, ours_seconds, peer, peer_seconds, note."""
    rows: list[dict] = []
    cases = {"scarce": (0.05, 0.05), "contested": (0.3, 0.9), "nearly all have a seat": (0.7, 0.5)}
    for name, (always, reserved) in cases.items():
        city = large_city(np.random.default_rng(2026), always=always, reserved=reserved)
        rows += _of_city(city, name)
    _timed(rows, f"met needs lost without each, and shared out, of {NEEDS:,}", lambda: needs_met(city))
    return rows


def _of_city(city: CityYear, name: str) -> list[dict]:
    rows: list[dict] = []
    cells = students_by_cell(city)
    supply = Supply.of(city, cells)
    anew, first = _anew(supply)
    terms, _ = supply.terms(cells.students, supply.seats.low)
    sizes = [len(contest.players) for term in terms for contest in term.contests]
    about = f"{name}; in contests: {sum(sizes)} partnerships, at most {max(sizes, default=0)} in one"
    lost = _timed(rows, f"placed students lost without each of {PARTNERSHIPS}", lambda: places_lost(city, cells))
    if not np.allclose(lost["placed"][:PART], first, rtol=0, atol=1e-5):
        raise RuntimeError("the two do not lose alike")
    rows[-1] |= {"peer": "solved anew without each", "peer_seconds": anew * PARTNERSHIPS}
    rows[-1]["note"] += f"; {about}; {lost['placed'].sum():,.0f} in all"
    found = _timed(rows, "their Shapley values, to 5 % of the total", lambda: places_shared(city, cells))
    share, orders = found["placed_share"].sum(), found["orders"][0]
    rows[-1]["note"] += f"; {orders} orders; errors sum to {found['placed_error'].sum() / share:.1%} of {share:,.0f}"
    if orders:
        rows[-1] |= {"peer": "solved anew along each order", "peer_seconds": anew * PARTNERSHIPS * orders}
    frame = _timed(rows, f"rank {OFFERINGS} offerings by {SCHOOLS} schools, three ways", lambda: _ranked(city, cells))
    rows[-1] |= {"peer": "solved anew with each", "peer_seconds": anew * OFFERINGS * SCHOOLS}
    rows[-1]["note"] += f"; {name}; {len(frame):,} of them add something"
    return rows


def _ranked(city: CityYear, cells) -> pl.DataFrame:
    found = next_partnerships(city, cells)
    for of in (None, "school_id", "organization_id"):
        for adds in ("placed", "met"):
            ranked(found, adds=adds, of=of)
    return found


def _timed(rows: list[dict], what: str, work: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    wall, mine = perf_counter(), process_time()
    result = work()
    wall, mine = perf_counter() - wall, process_time() - mine
    rows.append(
        {"what": what, "ours_seconds": wall, "peer": None, "peer_seconds": None, "note": f"{mine:.2f} s of work"}
    )
    return result


def _anew(supply: Supply) -> tuple[float, list[float]]:
    """Seconds for one maximum flow of the city, from the same network and with the same kinds, and what the first few add."""
    cells, certain = supply.cells, supply.arcs.certain
    network = Network.of(
        students=cells.students, school=cells.school, seats=supply.seats.low, cell=supply.arcs.cell[certain],
        offering=supply.arcs.offering[certain], owner=supply.owner,
    )  # fmt: skip
    everyone = np.ones(len(network.students), dtype=bool)
    started = perf_counter()
    placed = [int(largest(network, everyone, network.owner != left_out).amount.sum()) for left_out in range(PART)]
    seconds = (perf_counter() - started) / PART
    all_there = int(largest(network, everyone, np.ones(len(network.seats), dtype=bool)).amount.sum())
    return seconds, [(all_there - without) / network.unit for without in placed]


def large_city(random: np.random.Generator, *, always: float, reserved: float) -> CityYear:
    """A city with so many seats for each student that are nobody's, and that partnerships have reserved."""
    bands = [GRADES[1:10], GRADES[10:], GRADES[7:10]]
    schools = [
        {**school(f"s{n:04}", int(random.integers(100, 900)), grades=bands[n % 3]), **place(*random.uniform(0, SIDE_KM, 2))}
        for n in range(SCHOOLS)
    ]  # fmt: skip
    students = sum(row["students"] for row in schools)
    partners = [
        {"partnership_id": f"p{n:03}", "organization_ids": [f"o{n % 300:03}"], "school_ids": random.choice(
            [row["school_id"] for row in schools], random.integers(1, 4), replace=False).tolist()}
        for n in range(PARTNERSHIPS)
    ]  # fmt: skip
    at = {row["school_id"]: row for row in schools}
    weights = random.lognormal(0, 0.6, OFFERINGS + PARTNERSHIPS)
    offerings, locations = [], []
    for n, weight in enumerate(weights):
        mine = partners[n - OFFERINGS] if n >= OFFERINGS else None
        youngest = int(random.choice([5, 8, 11, 14]))
        number = (reserved / PARTNERSHIPS if mine else always / OFFERINGS) * students * weight / weights.mean()
        offerings.append({
            "offering_id": f"f{n:04}", "program_id": f"g{n % OFFERINGS:03}", "location_id": f"l{n:04}",
            "minimum_age": 5 if mine else youngest, "maximum_age": 18 if mine else youngest + 8, "seats": max(1, int(number)),
            "partnership_id": mine and mine["partnership_id"],
            "start_date": date(2025, 9, 1), "end_date": date(2026, 5, 31),
        })  # fmt: skip
        spot = at[mine["school_ids"][0]] if mine else place(*random.uniform(0, SIDE_KM, 2))
        locations.append({"location_id": f"l{n:04}", "latitude": spot["latitude"], "longitude": spot["longitude"]})
    programs = [
        {"program_id": f"g{n:03}", "organization_id": f"o{n % 300:03}", "contributions": [KINDS[n % len(KINDS)]]}
        for n in range(OFFERINGS)
    ]
    needs = [
        {"need_id": f"n{n}", "school_id": f"s{random.integers(0, SCHOOLS):04}", "contribution": KINDS[n % len(KINDS)],
         "amount": int(random.integers(5, 60))}
        for n in range(NEEDS)
    ]  # fmt: skip
    deliveries = [
        {"delivery_id": f"d{n}", "need_id": f"n{random.integers(0, NEEDS)}", "students": int(random.integers(1, 40)),
         "partnership_id": f"p{random.integers(0, PARTNERSHIPS):03}"}
        for n in range(2 * NEEDS)
    ]  # fmt: skip
    return city_year(
        schools=schools, students=enrolment(schools), programs=programs, offerings=offerings, locations=locations,
        partnerships=partners, needs=needs, deliveries=deliveries,
    )  # fmt: skip


KINDS = ("private_lessons", "mentorship", "small_ensembles", "challenging_ensembles")
