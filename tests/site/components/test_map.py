"""The map: what the page says without it, and what a real browser does with it under the site's policy."""

import hashlib
import json
import re
import shutil
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.test import Client
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

ROOT = Path(__file__).parents[3]
BUILT = ROOT / "src/allcity/site/static/allcity/map"
FLAGS = ["--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-sync"]
DRAWN_IN_SOFTWARE = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

pytestmark = pytest.mark.urls("tests.site.components.map_page")


def test_what_is_built_is_built_from_the_sources() -> None:
    assets = ROOT / "assets"
    digest = hashlib.sha256()
    for path in [assets / "build.mjs", assets / "package.json", *sorted((assets / "map").iterdir())]:
        digest.update(path.read_bytes())
    assert (BUILT / "sources.sha256").read_text().strip() == digest.hexdigest(), "make assets"


def test_what_is_built_brings_its_licences_and_needs_nothing_more() -> None:
    assert "maplibre-gl 6" in (BUILT / "LICENCES.txt").read_text()
    for path in BUILT.glob("*.css"):
        assert all(url.startswith("data:") for url in re.findall(r"url\([\"']?([^)\"']+)", path.read_text()))
    assert not any("sourceMappingURL" in path.read_text() for path in BUILT.iterdir())


def test_without_the_map_the_page_has_its_list_and_key(client: Client) -> None:
    text = client.get("/en/").text
    for words in ("School 0", "not met yet", 'href="#schools"', 'data-list="schools"', "Skip the map"):
        assert words in text
    assert "style=" not in text


def test_tiles_are_of_our_own_until_an_installation_sets_some(client: Client, settings: Any) -> None:
    assert 'data-tiles=""' in client.get("/en/").text
    settings.MAP_TILES = {"tiles": ["https://tiles.example.org/{z}/{x}/{y}.png"], "attribution": "© Mappers <b>"}
    text = client.get("/en/").text
    assert "tiles.example.org" in text
    assert "· © Mappers &lt;b&gt;" in text


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """The address of the page's server. It needs no database."""
    application = StaticFilesHandler(get_wsgi_application())
    with make_server("localhost", 0, application, ThreadedWSGIServer, Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS + DRAWN_IN_SOFTWARE)
        yield started
        started.close()


Opened = Callable[..., Page]


@pytest.fixture
def opened(site: str, browser: Browser) -> Iterator[Opened]:
    """Opens the page as somebody with a certain browser; at the end nothing was complained of and nobody else asked."""
    contexts = []
    faults: list[str] = []

    def go(path: str = "/en/", **options: Any) -> Page:
        contexts.append(browser.new_context(**{"viewport": DESK, **options}))
        page = contexts[-1].new_page()
        page.on("console", lambda each: faults.append(each.text) if each.type in ("error", "warning") else None)
        page.on("pageerror", lambda each: faults.append(str(each)))
        page.on("request", lambda each: None if each.url.startswith((site, "data:")) else faults.append(each.url))
        page.goto(site + path)
        return page

    yield go
    for context in contexts:
        context.close()
    assert faults == []


def drawn(page: Page) -> Page:
    page.locator("city-map").scroll_into_view_if_needed()
    expect(page.locator("city-map")).to_have_attribute("data-state", "drawn", timeout=30_000)
    return page


def colour_at_the_corner(page: Page) -> tuple[int, ...]:
    """Of the drawing's paper, from a picture of it: a drawing is not kept where a page could read it."""
    picture = page.locator(".maplibregl-canvas").screenshot(type="png")
    return tuple(
        page.evaluate(
            """async (bytes) => {
                const image = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
                const brush = new OffscreenCanvas(image.width, image.height).getContext("2d");
                brush.drawImage(image, 0, 0);
                return [...brush.getImageData(12, image.height - 12, 1, 1).data.slice(0, 3)];
            }""",
            list(picture),
        )
    )


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_drawn_under_the_strict_policy_and_accessible(opened: Opened, scheme: str) -> None:
    page = drawn(opened(color_scheme=scheme))
    canvas = page.get_by_role("application", name="Schools of Millbrook")
    expect(canvas).to_be_visible()
    assert Axe().run(page, options=RULES).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.browser
def test_its_colours_follow_the_device(opened: Opened) -> None:
    page = drawn(opened(color_scheme="light"))
    page.wait_for_timeout(500)
    light = colour_at_the_corner(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(500)
    dark = colour_at_the_corner(page)
    assert min(light) > 200
    assert max(dark) < 80


@pytest.mark.browser
def test_a_phone_loads_nothing_of_it_until_asked(opened: Opened) -> None:
    page = opened(viewport=PHONE, has_touch=True, is_mobile=True)
    page.locator("city-map").scroll_into_view_if_needed()
    assert not page.evaluate("performance.getEntriesByType('resource').some(each => each.name.includes('drawing'))")
    page.get_by_role("button", name="Show the map").click()
    drawn(page)
    expect(page.locator(".maplibregl-canvas")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.browser
def test_keys_alone_suffice_and_lead_out_again(opened: Opened) -> None:
    page = drawn(opened(reduced_motion="reduce"))
    canvas = page.locator(".maplibregl-canvas")
    canvas.focus()
    page.keyboard.press("ArrowLeft")  # focus is seen, and so are the words on how the keys work
    expect(page.get_by_text("Arrow keys move the map")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="<i>Middle</i>").last
    expect(link).to_be_focused()
    assert link.get_attribute("href", timeout=1000).endswith("/school/mid")  # type: ignore[union-attr] # it has one
    expect(page.locator("li[data-key=mid]")).to_have_attribute("data-marked", "")
    assert Axe().run(page, options=RULES).response["violations"] == []
    page.keyboard.press("Escape")
    expect(page.locator(".maplibregl-popup")).to_have_count(0)
    expect(canvas).to_be_focused()
    for _ in range(4):
        page.keyboard.press("Tab")
    assert not page.evaluate("document.querySelector('city-map').contains(document.activeElement)")


@pytest.mark.browser
def test_a_mark_and_its_item_point_at_each_other(opened: Opened) -> None:
    page = drawn(opened())
    item = page.locator("li[data-key=mid]")
    item.scroll_into_view_if_needed()
    canvas = page.locator(".maplibregl-canvas")
    canvas.hover()  # in its middle
    expect(item).to_have_attribute("data-marked", "")
    page.mouse.move(5, 5)
    expect(item).not_to_have_attribute("data-marked", "")
    page.locator("li[data-key='3'] a").focus()
    expect(page.locator("li[data-key='3']")).to_have_attribute("data-marked", "")
    canvas.click()
    expect(page.locator(".maplibregl-popup").get_by_role("link", name="<i>Middle</i>")).to_be_visible()


@pytest.mark.browser
def test_tiles_that_are_set_are_drawn(opened: Opened, site: str, settings: Any) -> None:
    settings.MAP_TILES = {"tiles": [f"{site}/tiles/{{z}}/{{x}}/{{y}}.png"], "attribution": "© Mappers"}
    page = opened(viewport=PHONE)  # where the map waits, until the tiles are at hand
    asked: list[str] = []
    pixel = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=")

    def tile(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=pixel, content_type="image/png")

    page.route("**/tiles/**", tile)
    page.get_by_role("button", name="Show the map").click()
    drawn(page)
    assert len(asked) > 1


@pytest.mark.browser
def test_nothing_to_show_is_said(opened: Opened) -> None:
    page = opened("/en/?points=/nothing")
    drawn(page)  # its areas are there still
    page.route("**/areas", lambda route: route.fulfill(json={"type": "FeatureCollection", "features": []}))
    page.reload()
    expect(page.get_by_text("Nothing here has a place on the map yet.")).to_be_visible()


@pytest.mark.browser
def test_without_webgl_or_without_data_the_list_is_pointed_to(site: str, browser: Browser) -> None:
    page = browser.new_page(viewport=DESK)
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(site + "/en/")
    expect(page.get_by_text("The map cannot be drawn here.")).to_be_visible()
    page.close()
    page = browser.new_page(viewport=DESK)
    page.goto(site + "/en/?points=/missing")
    expect(page.get_by_text("The map cannot be drawn here.")).to_be_visible()
    page.close()


@pytest.mark.browser
def test_without_javascript_and_on_paper_there_is_only_the_list(opened: Opened) -> None:
    page = opened(java_script_enabled=False)
    expect(page.get_by_role("link", name="School 0")).to_be_visible()
    expect(page.get_by_role("button", name="Near me")).to_be_hidden()
    expect(page.locator("city-map")).to_be_hidden()
    page = drawn(opened())
    page.emulate_media(media="print")
    expect(page.locator("city-map")).to_be_hidden()


@pytest.mark.browser
def test_near_me_fills_the_form_roughly_and_sends_nothing(opened: Opened) -> None:
    place = {"latitude": 41.123456, "longitude": -87.654321}
    page = opened(geolocation=place, permissions=["geolocation"])
    asked: list[str] = []
    page.on("request", lambda each: asked.append(each.url))
    page.get_by_role("button", name="Near me").click()
    expect(page.get_by_text("Found.")).to_be_visible()
    assert [page.get_by_label(name).input_value() for name in ("Latitude", "Longitude")] == ["41.123", "-87.654"]
    assert not [url for url in asked if "41.1" in url]


@pytest.mark.browser
def test_near_me_says_that_it_was_refused(opened: Opened) -> None:
    page = opened(permissions=[])
    page.get_by_role("button", name="Near me").click()
    expect(page.get_by_text("Refused.")).to_be_visible()


@pytest.mark.browser
def test_similar_names_are_listed_while_typing(opened: Opened) -> None:
    page = opened()
    page.get_by_label("Name").press_sequentially("Middle", delay=20)
    expect(page.locator("#similar")).to_contain_text("There is already:")
    expect(page.get_by_role("link", name="Middle <b>")).to_have_attribute("href", re.compile("/s/1$"))
    expect(page.locator("#similar li")).to_have_count(2)
    expect(page.locator("#similar a")).to_have_count(1)  # an address of elsewhere, or none, is no link
    page.get_by_label("Name").fill("")
    expect(page.locator("#similar li")).to_have_count(0)


@pytest.mark.browser
def test_texts_of_the_map_reach_it_as_they_are(opened: Opened) -> None:
    page = drawn(opened())
    said = json.loads(page.locator("city-map").get_attribute("data-labels") or "")
    for key in ("closer", "farther"):
        expect(page.get_by_role("button", name=said[key], exact=True)).to_be_visible()
