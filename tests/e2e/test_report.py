"""The report as a person meets it: in a real browser, on a phone and at a desk."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser
from tests.e2e.browsing import DESK, PHONE, barriers

from allcity.sample import make_sample_city

pytestmark = pytest.mark.browser

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
)
SCREENS = {"phone": PHONE, "desk": DESK}


class Strict(SimpleHTTPRequestHandler):
    """Files of a folder, with what a careful server forbids them."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module", params=["en", "es"])
def page_address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the report of the sample city in a language is served."""
    folder = tmp_path_factory.mktemp("sample")
    make_sample_city(folder / "city")
    report = folder / "report"
    program = Path(sys.executable).parent / "allcity"
    subprocess.run(
        [program, "examine", folder / "city", "--out", report, "--language", request.param],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Strict, directory=str(report))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/report.html"
        server.shutdown()


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_is_accessible_and_asks_nobody_else(
    page_address: str, browser: Browser, screen: str, scheme: Any
) -> None:
    context = browser.new_context(viewport=SCREENS[screen], color_scheme=scheme)
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on(
        "request", lambda asked: None if asked.url.startswith((page_address, "data:")) else faults.append(asked.url)
    )
    page.goto(page_address)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert faults + barriers(page) == []
    assert page.locator("h1").count() == 1
    context.close()


def test_it_is_read_and_walked_through_without_javascript(page_address: str, browser: Browser) -> None:
    context = browser.new_context(viewport=SCREENS["phone"], java_script_enabled=False)
    page = context.new_page()
    page.goto(page_address)
    assert page.locator("h1").inner_text().strip()
    assert page.locator("main table").count() > 3
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("href") == "#main"  # the way past the header comes first
    folded = page.locator("details").first
    folded.locator("summary").focus()
    page.keyboard.press("Enter")
    assert folded.get_attribute("open") is not None
    context.close()
