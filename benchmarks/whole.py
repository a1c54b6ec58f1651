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

from allcity.analysis.cells import students_by_cell
from allcity.analysis.season import arcs, season
from allcity.formats.folder import read_folder
from allcity.sample import make_sample_city

ROOT = Path(__file__).parents[1]
CHICAGO = ROOT.parent / "shared" / "data" / "chicago"
RUNS = 3
SCALES = (11, 107)
"""The sample city at Chicago's number of schools, and at ten times as many."""


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
        for scale in SCALES:
            rows += _made_city(here, scale)
    return rows


def _made_city(here: Path, scale: int) -> list[dict]:
    """Making and examining a sample city of so many times the size, with its pairs in reach to compare costs by."""
    folder = here / f"made-{scale}"
    started = time.perf_counter()
    make_sample_city(folder, scale=scale)
    seconds = time.perf_counter() - started
    city = read_folder(folder)
    city_year = city.city_year(max(city.years))
    pairs = len(arcs(city_year, season(city_year).access, students_by_cell(city_year)).cell)
    schools = len(city_year.schools)
    examined = _row(f"examine it: {schools:,} schools", ["examine", str(folder), "--out", str(here / "out")], runs=1)
    examined["note"] += f"; {pairs:,} pairs of a school's grade and an offering"
    return [{**_empty(f"make a city of {schools:,} schools"), "ours_seconds": seconds}, examined]


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
