"""The site as people meet it: the demonstration, served by the real command, and a real browser.

What takes long is made once for all processes of a test run; each then serves a copy of its own. Where
BROWSER_TESTS_PLACE names a folder, what was made stays there for the next run.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.e2e.browsing import FLAGS, browser_program

ROOT = Path(__file__).parents[2]
EXPORTS = ROOT.parent / "shared" / "data" / "chicago"
MAPPINGS = ROOT / "examples" / "chicago"
BIN = Path(sys.executable).parent
_LOAD = """
import sys, django
from pathlib import Path
django.setup()
from allcity.site.exchange.domain import import_folder
from allcity.site.insight.domain import examine_city
examine_city(city=import_folder(Path(sys.argv[1]), is_public=True).city)
"""
_ASK = """
import django
django.setup()
from allcity.site.directory.domain.asking import STILL_TRUE, ask_everybody
from allcity.site.directory.models import Asking, Organization, School
from allcity.site.notices.models import Preference
# Whatever was asked, confirmed or stopped before, and by the clock of the site itself.
Asking.objects.all().delete()
Preference.objects.filter(kind=STILL_TRUE.id).delete()
for model in (Organization, School):
    model.objects.update(as_of=None)
assert ask_everybody()
"""


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run share."""
    if kept := os.environ.get("BROWSER_TESTS_PLACE"):
        Path(kept).mkdir(parents=True, exist_ok=True)
        return Path(kept)
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def demo_folder(workshop: Path) -> Path:
    """The demonstration, made and not served."""
    return once(workshop / "demo", lambda folder: run("demo", "--no-serve", "--to", folder, "--port", 0))


@pytest.fixture(scope="session")
def chicago_folder(workshop: Path) -> Path:
    """Chicago as a city folder, imported by the command line."""
    if not EXPORTS.is_dir():
        pytest.skip(f"Chicago's exports are not at {EXPORTS}")
    return once(workshop / "chicago", lambda folder: run("import", MAPPINGS, "--data", EXPORTS, "--to", folder))


@pytest.fixture(scope="session")
def place(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demonstration that is served: its database, its mail."""
    return shutil.copytree(demo_folder, tmp_path_factory.mktemp("served") / "demo")


@pytest.fixture(scope="session")
def site(place: Path) -> Iterator[str]:
    """The address of the demonstration, with Rivermouth and people of every role."""
    with served(place) as address:
        yield address


@pytest.fixture(scope="session")
def all_asked(place: Path, site: str) -> None:
    """Everybody has been asked by mail whether what they look after is still true."""
    within(place, _ASK, address=site)


@pytest.fixture(scope="session")
def site_with_chicago(
    workshop: Path, demo_folder: Path, chicago_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of the demonstration that has Chicago, too."""

    def load(folder: Path) -> None:
        shutil.copytree(demo_folder, folder)
        within(folder, _LOAD, chicago_folder)

    made = once(workshop / "demo-with-chicago", load)
    with served(shutil.copytree(made, tmp_path_factory.mktemp("served") / "demo")) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, started anew for each module: no more than one may drive it from a process at a time."""
    program = browser_program()
    if program is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


def once(place: Path, make: Callable[[Path], object]) -> Path:
    """What `make` puts into a folder, made by the first process that asks."""
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            unfinished = place.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            make(unfinished)
            unfinished.rename(place)
    return place


def run(*arguments: object) -> None:
    """Run a command of ours that has to succeed."""
    done = subprocess.run([BIN / "allcity", *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def within(folder: Path, script: str, *arguments: object, address: str = "http://localhost") -> None:
    """Run a script of Django on what is in the folder of a demonstration, as the site that is served from it would."""
    settings = {
        "DJANGO_SETTINGS_MODULE": "allcity.site.settings",
        "DATABASE_URL": "",
        "ALLCITY_PRODUCTION": "false",
        "ALLCITY_DATA": str(folder),
        "ALLCITY_ADDRESS": address,
        "ALLCITY_SECRET_KEY": (folder / "secret-key").read_text(encoding="ascii"),
    }
    command = [sys.executable, "-c", script, *map(str, arguments)]
    subprocess.run(command, env={**os.environ, **settings}, check=True)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which `allcity demo` serves what is in a folder; nothing may go wrong in it unseen."""
    errors = folder.with_suffix(".errors")
    with errors.open("w") as told:
        command = [BIN / "allcity", "demo", "--port", "0", "--to", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=told, text=True) as process:
            try:
                assert process.stdout is not None
                line = next((line for line in process.stdout if "http://localhost:" in line), None)
                assert line is not None, errors.read_text()
                yield "/".join(next(word for word in line.split() if word.startswith("http://")).split("/")[:3])
            finally:
                process.terminate()
    assert errors.read_text() == ""
