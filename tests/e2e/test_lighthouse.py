"""With Chicago loaded: what Lighthouse says of the three pages that most people meet first, and what the first weighs."""

import pytest
from benchmarks.lighthouse import judged, missing
from playwright.sync_api import Browser
from tests.e2e.browsing import PHONE, visitor

pytestmark = pytest.mark.browser
CATEGORIES = ("accessibility", "best-practices", "seo")
LEAST = 0.95
HEAVIEST = 150_000
"""Bytes, compressed, of all that the first page needs but the map."""


@pytest.mark.skipif(bool(missing()), reason=missing())
@pytest.mark.parametrize("name", ["front page", "finder", "school page"])
def test_lighthouse_finds_nothing_that_matters(name: str, site_with_chicago: str, browser: Browser) -> None:
    address = {"front page": "/en/chicago/?year=2022", "finder": "/en/chicago/programs/"}.get(name)
    if address is None:
        with visitor(browser, site_with_chicago) as page:
            page.goto("/en/chicago/schools/?year=2022")
            address = page.locator("main a[href*='/chicago/schools/']").first.get_attribute("href")
    report = judged(f"{site_with_chicago}{address}", *CATEGORIES)
    found = {kind: report["categories"][kind]["score"] for kind in CATEGORIES}
    faults = [one["title"] for one in report["audits"].values() if one["score"] is not None and one["score"] < 1]
    assert all(score >= LEAST for score in found.values()), f"{found}: {faults}"


def test_the_first_page_is_light(browser: Browser, site_with_chicago: str) -> None:
    with visitor(browser, site_with_chicago, screen=PHONE) as page:
        weights: dict[str, int] = {}

        def weigh(request) -> None:
            sizes = request.sizes()
            weights[request.url] = sizes["responseBodySize"] + sizes["responseHeadersSize"]

        page.on("requestfinished", weigh)
        page.goto("/en/chicago/", wait_until="networkidle")
        without_map = {url: size for url, size in weights.items() if "/map/" not in url and ".geojson" not in url}
        assert f"{site_with_chicago}/en/chicago/" in without_map
        assert sum(without_map.values()) < HEAVIEST, without_map
