"""`allcity demo` as a person meets it: a real server, a real browser, a phone and a desk."""

import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

pytestmark = pytest.mark.browser

# Without a sandbox, because continuous integration runs as root; drawn in software, and in touch with nobody.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SCREENS = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}


@pytest.fixture(scope="module", params=["en", "es"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address at which the demonstration in a language serves its report."""
    folder = tmp_path_factory.mktemp("demo")
    program = Path(sys.executable).parent / "allcity"
    command = [program, "demo", "--to", folder, "--port", "0", "--language", request.param]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = next(line.split()[1] for line in process.stdout if line.startswith("Open "))
        yield address.removesuffix("/report.html")
        process.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


def test_the_server_is_of_this_computer_alone_and_strict(site: str) -> None:
    assert site.startswith("http://localhost:")
    with urllib.request.urlopen(f"{site}/healthz") as answer:
        assert answer.status == 200
    with urllib.request.urlopen(site) as answer:
        assert answer.url == f"{site}/report.html"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_is_accessible_and_asks_nobody_else(site: str, browser: Browser, screen: str, scheme: Any) -> None:
    context = browser.new_context(viewport=SCREENS[screen], color_scheme=scheme)
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith((site, "data:")) else faults.append(asked.url))
    page.goto(site)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    faults += [
        f"{v['id']}: {v['nodes'][0]['html'][:90]}" for v in Axe().run(page, options=RULES).response["violations"]
    ]
    assert faults == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.locator("h1").count() == 1
    context.close()


def test_it_is_read_and_walked_through_without_javascript(site: str, browser: Browser) -> None:
    context = browser.new_context(viewport=SCREENS["phone"], java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    assert page.locator("h1").inner_text().strip()
    assert page.locator("main table").count() > 3
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("href") == "#main"  # the way past the header comes first
    folded = page.locator("details").first
    folded.locator("summary").focus()
    page.keyboard.press("Enter")
    assert folded.get_attribute("open") is not None
    context.close()
