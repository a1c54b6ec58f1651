"""The screen of supplanting on made cities in which we know what happened: how often it is wrong, and how long it takes.

The peer is what a spreadsheet does: calling out each school that has 0.2 full-time equivalents less than before, or five minutes
a week.
"""

import time

import numpy as np
from tests.factories.panels import MINUTES, STAFF, made_panel

from allcity.analysis.conditions.records import MINUTES_MARGIN, STAFF_MARGIN
from allcity.analysis.supplanting import screen
from benchmarks.pages import row

CITIES = 200
OF = {"staff": (STAFF, STAFF_MARGIN, 0.2), "minutes": (MINUTES, MINUTES_MARGIN, 5.0)}
"""What is compared: how it moves, the margin, and the fall that a spreadsheet calls out."""


def run() -> list[dict]:
    """Rows of what, ours_seconds for a city, peer, note (false alarms, power and the share of flags that are wrong)."""
    return [
        _measured("nothing happens", share=0, drop=0),
        _measured("a quarter replace half a teacher", share=0.25, drop=0.5),
        _measured("a quarter replace a teacher", share=0.25, drop=1.0),
        _measured("minutes, nothing happens", share=0, drop=0, of="minutes"),
        _measured("minutes, a quarter replace half an hour a week", share=0.25, drop=30, of="minutes"),
        _measured("minutes, a quarter replace an hour a week", share=0.25, drop=60, of="minutes"),
    ]


def _measured(what: str, *, share: float, drop: float, of: str = "staff") -> dict:
    own, margin, fell = OF[of]
    random = np.random.default_rng(2018)
    seconds, counts = 0.0, {"ours": np.zeros(4), "naive": np.zeros(4)}
    for _ in range(CITIES):
        panel, replaced = made_panel(random, share=share, drop=drop, of=own)
        started = time.perf_counter()
        found = screen(panel, margin=margin).schools
        seconds += time.perf_counter() - started
        did = replaced[found["school"].to_numpy()]
        for name, called in {
            "ours": (found["category"] == "likely_replacing").to_numpy(),
            "naive": (found["change"] < -fell).to_numpy(),
        }.items():
            counts[name] += [(called & ~did).sum(), (~did).sum(), (called & did).sum(), did.sum()]
    ours, naive = (_told(*counts[name]) for name in ("ours", "naive"))
    return {**row(f"supplanting, 20 of 80 schools: {what}"), "ours_seconds": seconds / CITIES} | {
        "note": f"{ours}; a fall of {fell:g} alone: {naive}"
    }


def _told(wrong: float, innocent: float, right: float, guilty: float) -> str:
    """False alarms among schools that did not replace; power, and the share of flags that are wrong."""
    told = f"false alarms {wrong / innocent:.1%}"
    return f"{told}, power {right / guilty:.0%}, wrong flags {wrong / (wrong + right):.0%}" if guilty else told
