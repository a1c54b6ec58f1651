"""Whole commands, from process start: `--help`, the examination of Chicago, and of a made city ten times its size.

Chicago is read from ../shared/data/chicago beside the checkout; where it is absent its rows are left out and say so.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
CHICAGO = ROOT.parent / "shared" / "data" / "chicago"
RUNS = 3
TIMES_CHICAGO = 107


def run() -> list[dict]:
    """Rows of what, ours_seconds, peer (None: no other program does this), peer_seconds, note."""
    rows = [_row("allcity --help", ["--help"], runs=9)]
    with tempfile.TemporaryDirectory() as workshop:
        here = Path(workshop)
        if CHICAGO.is_dir():
            arguments = [
                "import",
                str(ROOT / "examples" / "chicago"),
                "--data",
                str(CHICAGO),
                "--to",
                str(here / "chicago"),
            ]
            rows.append(_row("import Chicago, all years", arguments, runs=1))
            for year in ("2022-23", "2024-25"):
                arguments = ["examine", str(here / "chicago"), "--year", year, "--out", str(here / "out")]
                rows.append(_row(f"examine Chicago {year}", arguments))
        else:
            rows.append({**_empty("examine Chicago"), "note": f"left out: {CHICAGO} is absent"})
        rows.append(_row("demo, without serving", ["demo", "--no-serve", "--to", str(here / "demo")]))
        from allcity.sample import make_sample_city

        started = time.perf_counter()
        make_sample_city(here / "large", scale=TIMES_CHICAGO)
        made = {
            **_empty(f"make a city of {TIMES_CHICAGO * 62:,} schools"),
            "ours_seconds": time.perf_counter() - started,
        }
        rows.append(made)
        rows.append(_row("examine that city", ["examine", str(here / "large"), "--out", str(here / "out")], runs=1))
    return rows


def _row(what: str, arguments: list[str], *, runs: int = RUNS) -> dict:
    seconds, megabytes = [], 0.0
    for _ in range(runs):
        started = time.perf_counter()
        process = subprocess.Popen(
            [Path(sys.executable).parent / "allcity", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds.append(time.perf_counter() - started)
        megabytes = max(megabytes, usage.ru_maxrss / 1024)
        if status:
            raise RuntimeError(f"allcity {' '.join(arguments)} failed: {process.stderr.read().decode()}")
    return {**_empty(what), "ours_seconds": median(seconds), "note": f"peak memory {megabytes:,.0f} MB"}


def _empty(what: str) -> dict:
    return {"what": what, "ours_seconds": None, "peer": None, "peer_seconds": None, "note": ""}
