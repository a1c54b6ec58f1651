"""Pages of the site with Chicago loaded: requests a second, and how long they take at 1 and at 16 clients.

The site is served as `allcity serve` does. The clients run on the same cores, so that what they cost is in the figures.
Each row's peer is a static file from the same server, asked for in the same way: what no page can go below. PostgreSQL
is measured where DATABASE_URL names one, as `tests/with-postgresql` does.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles

from benchmarks.whole import CHICAGO, ROOT

REQUESTS = 640
CLIENTS = (1, 16)
BIN = Path(sys.executable).parent
FILE = "/static/allcity/site.css"
PAGES: dict[str, list[str]] = {
    "front page": ["/en/chicago/?year=2022"],
    "finder with filters": [
        f"/en/chicago/programs/?what={what}&age={age}&near={near}"
        for what, age in zip(("guitar", "pianno", "coro", "drums", "band", "violin"), range(6, 18), strict=False)
        for near in ("60623", "Lawndale", "Pilsen", "60640")
    ],
    "school page": [],
}
_LOAD = """
import sys, time, django
from pathlib import Path
django.setup()
from django_tasks_db.models import DBTaskResult
from allcity.site.directory.models import School
from allcity.site.exchange.domain import import_folder
from allcity.site.insight.domain import examine_city
city = import_folder(Path(sys.argv[1]), is_public=True).city
examine_city(city=city)
for slug in School.objects.of(city).current().order_by("slug").values_list("slug", flat=True)[:200]:
    print(f"/en/chicago/schools/{slug}/?year=2022")
# What the site does once after an import is not what its readers meet: reports are set on paper, pages made anew.
while DBTaskResult.objects.filter(finished_at=None).exists():
    time.sleep(1)
"""


def run() -> list[dict]:
    """Rows of what, ours_seconds (p95), peer, peer_seconds, note (requests a second and p50)."""
    if not CHICAGO.is_dir():
        return [{**row("pages with Chicago loaded"), "note": f"left out: {CHICAGO} is absent"}]
    rows = []
    with tempfile.TemporaryDirectory() as workshop:
        folder = chicago_folder(Path(workshop))
        databases = {"SQLite": ""} | ({"PostgreSQL": url} if (url := os.environ.get("DATABASE_URL")) else {})
        for database, url in databases.items():
            rows += _measured(Path(workshop) / database, folder, database, url)
        if len(databases) == 1:
            rows.append({**row("the same on PostgreSQL"), "note": "left out: no DATABASE_URL (tests/with-postgresql)"})
    return rows


def _measured(data: Path, folder: Path, database: str, url: str) -> Iterator[dict]:
    with chicago_served(data, folder, url) as (port, schools):
        for clients in CLIENTS:
            floor, _ = _asked(port, [FILE], clients)
            for what, addresses in PAGES.items():
                # The first reader of a page waits for it to be made; every address is asked for anew by several.
                seconds, rate = _asked(port, addresses or schools, clients)
                yield row(
                    f"{what}, {database}, {clients} client{'s' * (clients > 1)}: p95",
                    ours_seconds=_p95(seconds),
                    peer="a static file from the same server",
                    peer_seconds=_p95(floor),
                    note=f"{rate:,.0f} requests a second, p50 {median(seconds) * 1000:.1f} ms",
                )


def chicago_folder(workshop: Path) -> Path:
    """Chicago as a city folder, imported from its exports."""
    folder = workshop / "chicago"
    _run(BIN / "allcity", "import", ROOT / "examples" / "chicago", "--data", CHICAGO, "--to", folder)
    return folder


@contextmanager
def chicago_served(data: Path, folder: Path, url: str = "") -> Iterator[tuple[int, list[str]]]:
    """The port at which Chicago is served, and addresses of its schools' pages."""
    environment = {
        **os.environ,
        "ALLCITY_PRODUCTION": "false",
        "ALLCITY_DATA": str(data),
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "allcity.site.settings",
    }
    with _served(environment) as port:
        yield port, _run(sys.executable, "-c", _LOAD, folder, environment=environment).split()


@contextmanager
def _served(environment: dict[str, str]) -> Iterator[int]:
    with subprocess.Popen(
        [BIN / "allcity", "serve", "--port", "0"], env=environment, stdout=subprocess.PIPE, text=True
    ) as site:
        try:
            line = next(line for line in site.stdout if "http://localhost:" in line)
            yield int(line.rpartition("http://localhost:")[2].split("/")[0].split()[0])
        finally:
            site.terminate()


def _asked(port: int, addresses: list[str], clients: int) -> tuple[list[float], float]:
    """The seconds that each of a bounded number of requests took, and how many were answered in a second."""
    seconds: list[float] = []
    share = REQUESTS // clients

    def client(number: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        mine = cycle(addresses[number % len(addresses) :] + addresses[: number % len(addresses)])
        for _ in range(share):
            started = time.perf_counter()
            connection.request("GET", next(mine), headers={"Accept-Encoding": "gzip", "Host": f"localhost:{port}"})
            answer = connection.getresponse()
            answer.read()
            seconds.append(time.perf_counter() - started)
            if answer.status != 200:
                raise RuntimeError(f"{answer.status}")
        connection.close()

    rate = _together(client, clients, share)
    return seconds, rate


def _together(work: Callable[[int], None], clients: int, share: int) -> float:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return clients * share / (time.perf_counter() - started)


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]


def _run(*command: object, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run([str(part) for part in command], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr}")
    return done.stdout


def row(what: str, **more: object) -> dict:
    """A row of the table that `make bench` prints."""
    return {"what": what, "ours_seconds": None, "peer": None, "peer_seconds": None, "note": "", **more}
