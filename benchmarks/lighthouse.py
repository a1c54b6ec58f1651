"""Pages of the site as Lighthouse judges them, in Chromium. `tests/lighthouse` puts it into build/lighthouse.

Performance is what it makes of a slow phone on a slow network, simulated from a load on this machine; it is printed
here and asserted nowhere, for it varies with what else the machine does. The other categories are asserted by tests.
"""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.pages import chicago_folder, chicago_served, row
from benchmarks.whole import CHICAGO, ROOT

LIGHTHOUSE = ROOT / "build" / "lighthouse" / "node_modules" / ".bin" / "lighthouse"
FLAGS = "--headless=new --no-sandbox --no-first-run --disable-background-networking --disable-component-update --disable-sync"
RUNS = 3


def run() -> list[dict]:
    """Rows of what, ours_seconds (largest contentful paint), note (the score)."""
    if why := missing():
        return [{**row("Lighthouse"), "note": f"left out: {why}"}]
    if not CHICAGO.is_dir():
        return [{**row("Lighthouse with Chicago loaded"), "note": f"left out: {CHICAGO} is absent"}]
    rows = []
    with tempfile.TemporaryDirectory() as workshop:
        folder = chicago_folder(Path(workshop))
        with chicago_served(Path(workshop) / "data", folder) as (port, schools):
            pages = {
                "front page": "/en/chicago/?year=2022",
                "finder": "/en/chicago/programs/",
                "school page": schools[0],
            }
            for what, address in pages.items():
                reports = [judged(f"http://localhost:{port}{address}", "performance") for _ in range(RUNS)]
                scores = [100 * report["categories"]["performance"]["score"] for report in reports]
                paints = [report["audits"]["largest-contentful-paint"]["numericValue"] / 1000 for report in reports]
                note = (
                    f"performance {median(scores):.0f} of 100 (each: {', '.join(f'{score:.0f}' for score in scores)})"
                )
                rows.append(row(f"{what}, Lighthouse: its main content shows", ours_seconds=median(paints), note=note))
    return rows


def missing() -> str:
    """Why Lighthouse cannot be run here; empty where it can."""
    if not LIGHTHOUSE.exists():
        return "Lighthouse is not installed: tests/lighthouse"
    if shutil.which("node") is None:
        return "there is no Node"
    return "" if _browser() else "no Chromium is installed"


def judged(url: str, *categories: str) -> dict[str, Any]:
    """Lighthouse's report on a page, by categories."""
    command = [
        *(str(LIGHTHOUSE), url, "--quiet", "--output=json", "--max-wait-for-load=90000"),
        *(f"--only-categories={','.join(categories)}", f"--chrome-flags={FLAGS}"),
    ]
    environment = {**os.environ, "CHROME_PATH": _browser() or ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"Lighthouse failed: {done.stderr}")
    return json.loads(done.stdout)


def _browser() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
