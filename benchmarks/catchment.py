"""Floating catchment areas against PySAL's `access`: 801 areas, then 46,000 blocks, by 3,000 sites.

The city is made up: blocks spread evenly over a square of Chicago's area, half of the sites in 77 clusters, and a travel
time that puts about 21 % of all pairs within half an hour. Each side runs in a process of its own, whose peak memory is
told; both start from the same pairs. Times are medians of nine calls for ours and three for PySAL, one at 46,000 blocks.
PySAL's time for weighted methods is mostly calls of a Python function, so it depends on how the interpreter was built.
"""

import json
import logging
import resource
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TypeVar

import numpy as np

from allcity.analysis.catchment import CatchmentIndex, Gaussian
from allcity.analysis.travel import Pairs, Travel, pairs_within

T = TypeVar("T")

SITES, CONTRIBUTIONS, SIGMA = 3_000, 11, 15
TRAVEL = Travel(mode="bicycle", minutes=30, speed_kmh=19.5)
METHODS = {
    "2SFCA": ("two_step", None, "two_stage_fca"),
    "E2SFCA, steps": ("enhanced", None, "enhanced_two_stage_fca"),
    "E2SFCA, Gaussian": ("enhanced", Gaussian(SIGMA), "enhanced_two_stage_fca"),
    "3SFCA": ("three_step", None, "three_stage_fca"),
}


def run() -> list[dict]:
    """One row for each measure: what, ours_seconds, peer, peer_seconds, note."""
    return [
        *_compare("801 areas", 801, list(METHODS)),
        *_compare("46,000 blocks", 46_000, ["E2SFCA, steps"]),
    ]


def _compare(size: str, areas: int, names: list[str]) -> list[dict]:
    rows = []
    for name in names:
        ours, ours_access = _child("ours", areas, name)
        peer, peer_access = _child("peer", areas, name)
        difference = np.max(np.abs(ours_access - peer_access) / np.where(peer_access == 0, 1, peer_access))
        memory = f"peak memory {ours['megabytes']:,.0f} MB, PySAL {peer['megabytes']:,.0f} MB"
        if name == "E2SFCA, steps":
            pairs = f"{ours['pairs']:,} pairs, {ours['pairs'] / areas / SITES:.0%} of all"
            rows.append(_row(f"pairs in reach, {size}", ours["find"], None, None, pairs))
            rows.append(
                _row(f"index of {name}, {size}", ours["index"], None, None, "built once, for all contributions")
            )
        rows.append(
            _row(
                f"{name}, {size}, one contribution",
                ours["one"],
                "PySAL access",
                peer["one"],
                f"index built beforehand; largest relative difference {difference:.0e}; {memory}",
            )
        )
        rows.append(
            _row(
                f"{name}, {size}, {CONTRIBUTIONS} contributions",
                ours["all"],
                "PySAL access",
                peer["one"] * CONTRIBUTIONS,
                f"index built beforehand; PySAL: {CONTRIBUTIONS} calls, multiplied",
            )
        )
    return rows


def _row(what: str, ours_seconds: float, peer: str | None, peer_seconds: float | None, note: str) -> dict:
    return {"what": what, "ours_seconds": ours_seconds, "peer": peer, "peer_seconds": peer_seconds, "note": note}


def _child(side: str, areas: int, name: str) -> tuple[dict, np.ndarray]:
    """Run one side in a process of its own; what it measured, and access for the first contribution."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "access.npy"
        command = [sys.executable, "-m", "benchmarks.catchment", side, str(areas), name, str(result)]
        done = subprocess.run(command, cwd=Path(__file__).parents[1], check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(done.stdout), np.load(result)


def _measure(side: str, areas: int, name: str, result: Path) -> dict:
    rng = np.random.default_rng(2003)
    blocks, sites, demand, supply = _city(rng, areas)
    find, pairs = _timed(lambda: pairs_within(blocks, sites, travel=TRAVEL))
    measured = {"pairs": len(pairs.minutes), "find": find}
    method, weights, call = METHODS[name]
    if side == "ours":
        measured["index"], index = _timed(lambda: CatchmentIndex(pairs, method=method, weights=weights))
        one = [_timed(lambda: index.seats_per_student(demand=demand, supply=supply[:, 0])) for _ in range(9)]
        every = [_timed(lambda: index.seats_per_student(demand=demand, supply=supply)) for _ in range(9)]
        measured |= {"one": median(time for time, _ in one), "all": median(time for time, _ in every)}
        access = one[0][1]
    else:
        city = _pysal_city(pairs, demand, supply[:, 0])
        del pairs
        one = [_timed(lambda: _pysal(city, call, weights)) for _ in range(3 if areas < 10_000 else 1)]
        measured["one"], access = median(time for time, _ in one), one[0][1]
    np.save(result, access)
    return measured | {"megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _city(rng: np.random.Generator, areas: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    side_km = 24.5
    centres = rng.uniform(0, side_km, (77, 2))[rng.integers(77, size=SITES)]
    clustered, scattered = rng.normal(centres, 1), rng.uniform(0, side_km, (SITES, 2))
    site_km = np.where(rng.random((SITES, 1)) < 0.5, clustered, scattered)
    blocks, sites = (
        np.column_stack((41.7 + km[:, 0] / 111.2, -87.85 + km[:, 1] / (111.2 * np.cos(np.radians(41.8)))))
        for km in (rng.uniform(0, side_km, (areas, 2)), site_km)
    )
    demand = rng.integers(1, 2 * 325_000 // areas, areas).astype(float)
    return blocks, sites, demand, rng.integers(0, 40, (SITES, CONTRIBUTIONS)).astype(float)


def _pysal_city(pairs: Pairs, demand: np.ndarray, seats: np.ndarray) -> object:
    import pandas as pd
    from access import Access

    return Access(
        demand_df=pd.DataFrame({"origin": np.arange(len(demand)), "demand": demand}),
        demand_index="origin",
        demand_value="demand",
        supply_df=pd.DataFrame({"site": np.arange(len(seats)), "seats": seats}),
        supply_index="site",
        supply_value="seats",
        cost_df=pd.DataFrame(
            {
                "origin": np.repeat(np.arange(len(demand)), np.diff(pairs.origin_start)),
                "site": pairs.destination,
                "minutes": pairs.minutes,
            }
        ),
        cost_origin="origin",
        cost_dest="site",
        cost_name="minutes",
    )


def _pysal(city: object, call: str, weights: Gaussian | None) -> np.ndarray:
    from access.weights import gaussian

    options = {"weight_fn": gaussian(weights.sigma)} if weights else {}
    return getattr(city, call)(name="a", **options)["a_seats"].fillna(0).to_numpy()


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    start = perf_counter()
    done = work()
    return perf_counter() - start, done


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.INFO)
    print(json.dumps(_measure(sys.argv[1], int(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))))
