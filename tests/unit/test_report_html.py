"""The report as a page: whole in itself, safe whatever people typed, and fit for every reader."""

import functools
import re
import shutil
import threading
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.findings import (
    AREAS,
    BACKDROP,
    findings,
    findings_all_met,
    findings_at_least,
    findings_of_nothing,
    full_figures,
    schools_frame,
)

from allcity.analysis.findings import Findings
from allcity.reports.html import render_html, web_address
from allcity.reports.story import build_report
from allcity.reports.text import LANGUAGES

CITIES = {
    "everything": findings,
    "nothing": findings_of_nothing,
    "at-least": findings_at_least,
    "all-met": findings_all_met,
}
VOID = {"meta", "link", "path", "rect", "ellipse", "br"}


class Page(HTMLParser):
    """The elements of a page with their attributes and the text that each holds by itself or further in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[int, str] = {}
        self._open: list[tuple[str, int]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.texts[len(self.elements) - 1] = ""
        if tag not in VOID:
            self._open.append((tag, len(self.elements) - 1))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        name, _ = self._open.pop()
        assert name == tag, f"<{name}> is closed by </{tag}>"

    def handle_data(self, data: str) -> None:
        for _, index in self._open:
            self.texts[index] += data

    def all(self, *tags: str) -> list[tuple[str, dict[str, str | None], str]]:
        return [(tag, at, self.texts.get(i, "")) for i, (tag, at) in enumerate(self.elements) if tag in tags]


def html_of(found: Findings, language: str = "en") -> str:
    return render_html(build_report(found, language=language, generated=date(2026, 2, 3), backdrop=BACKDROP))


@pytest.fixture(scope="module", params=[(city, language) for city in CITIES for language in LANGUAGES], ids=str)
def page(request: pytest.FixtureRequest) -> tuple[str, str, Page]:
    city, language = request.param
    html = html_of(CITIES[city](), language)
    return language, html, Page(html)


def test_it_says_its_language_and_has_one_headline_and_headings_in_order(page: tuple[str, str, Page]) -> None:
    language, _, read = page
    levels = [int(tag[1]) for tag, _, _ in read.all("h1", "h2", "h3", "h4")]

    assert read.all("html")[0][1]["lang"] == language
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(text.strip() for _, _, text in read.all("h1", "h2", "h3"))


def test_it_has_landmarks_a_skip_link_and_links_that_lead_somewhere(page: tuple[str, str, Page]) -> None:
    _, _, read = page
    ids = [at["id"] for _, at in read.elements if "id" in at]
    inward = [at["href"] for _, at, _ in read.all("a") if at["href"].startswith("#")]

    assert [len(read.all(tag)) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    assert inward[0] == "#main"
    assert len(ids) == len(set(ids))
    assert {href[1:] for href in inward} <= set(ids)
    assert {at["aria-labelledby"] for _, at in read.elements if "aria-labelledby" in at} <= set(ids)


def test_it_asks_nothing_of_the_network_and_runs_no_script(page: tuple[str, str, Page]) -> None:
    _, html, read = page

    assert read.all("script", "img", "iframe", "object", "embed", "form") == []
    assert [at for _, at in read.elements if any(name.startswith("on") or name == "src" for name in at)] == []
    assert [at["href"] for _, at, _ in read.all("link")] == ["data:,"]
    assert set(re.findall(r"url\((\w+:)", html)) == {"data:"}
    assert "@import" not in html
    assert {at["href"].split(":")[0] for _, at, _ in read.all("a") if not at["href"].startswith("#")} <= {"https"}


def test_every_table_has_a_caption_and_scoped_headings(page: tuple[str, str, Page]) -> None:
    _, _, read = page

    assert len(read.all("table")) == len(read.all("caption")) > 0
    assert all(text.strip() for _, _, text in read.all("caption"))
    assert {at.get("scope") for _, at, _ in read.all("th")} == {"col", "row"}
    assert all(at["tabindex"] == "0" and at["aria-label"] for _, at in read.elements if at.get("role") == "region")


def test_every_drawing_has_a_name_unless_the_words_beside_it_say_it(page: tuple[str, str, Page]) -> None:
    _, html, read = page
    without_key = re.sub(r'<span class="mark" aria-hidden="true">.*?</span>', "", html, flags=re.DOTALL)
    drawings = Page(without_key).all("svg")

    assert all(at.get("aria-hidden") == "true" or (at["role"] == "img" and at["aria-label"]) for _, at, _ in drawings)
    assert len(read.all("svg")) > len(drawings)


def test_what_people_typed_is_shown_as_they_typed_it() -> None:
    html = html_of(findings())
    read = Page(html)

    assert "<script>alert" not in html
    assert "School 4 <script>alert(4)</script>" in {text for _, _, text in read.all("th")}
    assert any("South <Hill> & Mills" in text for _, _, text in read.all("summary"))
    assert not any(at["href"].startswith("javascript") for _, at, _ in read.all("a"))
    assert any("javascript:alert(1)" in text for _, _, text in read.all("dd"))


@settings(max_examples=15, deadline=None)
@given(st.text(min_size=1, max_size=40))
def test_no_name_breaks_out_of_the_page(name: str) -> None:
    schools = schools_frame().with_columns(pl.lit(name).alias("name"))
    found = findings([], schools=schools, areas=[{"area_id": area, "name": name} for area in AREAS])
    whole, plain = (
        Page(html_of(found)),
        Page(html_of(findings([], schools=schools.with_columns(pl.lit("x").alias("name"))))),
    )

    def count(read: Page) -> dict[str, int]:
        return {tag: len(read.all(tag)) for tag in ("script", "a", "h1", "h2", "h3", "table", "style", "nav", "b", "i")}

    assert count(whole)["script"] == 0
    assert {k: v for k, v in count(whole).items() if k != "table"} == {
        k: v for k, v in count(plain).items() if k != "table"
    }


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://example.org/a?b=c", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("file:///etc/hosts", False),
        ("//example.org", False),
        ("https:", False),
        ("http://[", False),
        ("", False),
        (None, False),
    ],
)
def test_only_addresses_of_the_web_become_links(address: str | None, shown: bool) -> None:
    assert web_address(address) == (address if shown else None)


def large_city() -> Findings:
    """655 schools in 77 areas, as many as Chicago has."""
    few = schools_frame()
    many = pl.concat([few] * 55).head(655).with_row_index("i")
    schools = many.with_columns(
        name=pl.format("Neighborhood Elementary School {}", "i"),
        area_id=pl.format("a{}", pl.col("i") % 77),
        latitude=41.65 + (pl.col("i") % 29) * 0.013,
        longitude=-87.9 + (pl.col("i") % 31) * 0.012,
    ).drop("i")
    return findings(
        full_figures(), schools=schools, areas=[{"area_id": f"a{i}", "name": f"Area {i}"} for i in range(77)]
    )


def test_a_city_of_655_schools_is_one_page_of_modest_size() -> None:
    html = html_of(large_city())
    read = Page(html)

    assert len(html.encode()) < 1_200_000
    names = {text for _, _, text in read.all("th") if text.startswith("Neighborhood")}
    assert len(names) == 655


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("pages")
    for city, make in CITIES.items():
        for language in LANGUAGES:
            Path(folder, f"{city}-{language}.html").write_text(html_of(make(), language), encoding="utf-8")
    handler = functools.partial(_Silent, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.browser
def test_in_a_browser_it_is_accessible_and_never_wider_than_the_screen(served: str) -> None:
    """A phone and a desk, light and dark, with all that can be unfolded unfolded."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no Chromium is installed")
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    faults = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for width, scheme, names in (
            (390, "light", [f"{city}-en" for city in CITIES] + ["everything-es"]),
            (390, "dark", ["everything-en"]),
            (1280, "light", ["everything-es", "nothing-en"]),
            (1280, "dark", ["at-least-es"]),
        ):
            context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
            view = context.new_page()
            requests: list[str] = []
            view.on("request", lambda request, seen=requests: seen.append(request.url))
            for name in names:
                view.goto(f"{served}/{name}.html")
                view.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
                overflow = view.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                found = Axe().run(view).response["violations"]
                faults += [f"{name} @{width} {scheme}: {v['id']}: {v['nodes'][0]['html'][:90]}" for v in found]
                faults += [f"{name} @{width}: {overflow} px too wide"] if overflow > 0 else []
            faults += [url for url in requests if not url.startswith((served, "data:"))]
        browser.close()
    assert faults == []
