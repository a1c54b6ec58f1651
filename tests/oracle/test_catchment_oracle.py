"""Floating catchment areas against PySAL's `access`, which nobody of this project wrote."""

import warnings

import numpy as np
import pandas as pd
import pytest
from access import Access
from access.weights import gaussian, step_fn

from allcity.analysis.catchment import Gaussian, seats_per_student
from allcity.analysis.travel import Pairs, Travel, pairs_within

STEPS = ((5.0, 1.0), (12.0, 0.42), (25.0, 0.09))


def pysal(pairs: Pairs, demand: np.ndarray, supply: np.ndarray, *, call: str, **options) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        city = Access(
            demand_df=pd.DataFrame({"origin": np.arange(len(demand)), "demand": demand}),
            demand_index="origin",
            demand_value="demand",
            supply_df=pd.DataFrame({"site": np.arange(len(supply)), "seats": supply}),
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
        result = getattr(city, call)(name="a", **options)
    return result["a_seats"].fillna(0).to_numpy()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("call", "options", "method", "weights"),
    [
        ("two_stage_fca", {"max_cost": 30}, "two_step", None),
        ("enhanced_two_stage_fca", {}, "enhanced", None),
        ("enhanced_two_stage_fca", {"weight_fn": step_fn(dict(STEPS))}, "enhanced", STEPS),
        ("enhanced_two_stage_fca", {"weight_fn": gaussian(13)}, "enhanced", Gaussian(13)),
        ("three_stage_fca", {}, "three_step", None),
        ("three_stage_fca", {"weight_fn": step_fn(dict(STEPS))}, "three_step", STEPS),
        ("three_stage_fca", {"weight_fn": gaussian(13)}, "three_step", Gaussian(13)),
    ],
)
def test_identical_to_pysal(seed, call, options, method, weights):
    rng = np.random.default_rng(seed)
    south_west, north_east = (41.75, -87.75), (41.85, -87.6)
    blocks, sites = rng.uniform(south_west, north_east, (600, 2)), rng.uniform(south_west, north_east, (80, 2))
    demand, supply = rng.integers(1, 200, len(blocks)).astype(float), rng.integers(0, 40, len(sites)).astype(float)
    pairs = pairs_within(blocks, sites, travel=Travel())

    ours = seats_per_student(pairs=pairs, demand=demand, supply=supply, method=method, weights=weights)
    theirs = pysal(pairs, demand, supply, call=call, **options)

    assert np.count_nonzero(theirs) > 300
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)
