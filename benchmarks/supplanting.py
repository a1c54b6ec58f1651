"""The screen of supplanting on made cities in which we know what happened: how often it is wrong, and how long it takes.

The peer is what a spreadsheet does: calling out each school that has 0.2 full-time equivalents less than before.
"""

import time

import numpy as np
from tests.factories.panels import made_panel

from allcity.analysis.supplanting import screen
from benchmarks.pages import row

CITIES = 200
MARGIN, FELL = 0.25, 0.2


def run() -> list[dict]:
    """Rows of what, ours_seconds for a city, peer, note (false alarms, power and the share of flags that are wrong)."""
    return [
        _measured("nothing happens", share=0, drop=0),
        _measured("a quarter replace half a teacher", share=0.25, drop=0.5),
        _measured("a quarter replace a teacher", share=0.25, drop=1.0),
    ]


def _measured(what: str, *, share: float, drop: float) -> dict:
    random = np.random.default_rng(2018)
    seconds, counts = 0.0, {"ours": np.zeros(4), "naive": np.zeros(4)}
    for _ in range(CITIES):
        panel, replaced = made_panel(random, share=share, drop=drop)
        started = time.perf_counter()
        found = screen(panel, margin=MARGIN).schools
        seconds += time.perf_counter() - started
        did = replaced[found["school"].to_numpy()]
        for name, called in {
            "ours": (found["category"] == "likely_replacing").to_numpy(),
            "naive": (found["change"] < -FELL).to_numpy(),
        }.items():
            counts[name] += [(called & ~did).sum(), (~did).sum(), (called & did).sum(), did.sum()]
    ours, naive = (_told(*counts[name]) for name in ("ours", "naive"))
    return {**row(f"supplanting, 20 of 80 schools: {what}"), "ours_seconds": seconds / CITIES} | {
        "note": f"{ours}; a fall of {FELL} alone: {naive}"
    }


def _told(wrong: float, innocent: float, right: float, guilty: float) -> str:
    """False alarms among schools that did not replace; power, and the share of flags that are wrong."""
    told = f"false alarms {wrong / innocent:.1%}"
    return f"{told}, power {right / guilty:.0%}, wrong flags {wrong / (wrong + right):.0%}" if guilty else told
