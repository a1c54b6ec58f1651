"""A city's spotlight, made and published by doing what the help on its page says, and nothing else.

The pictures of the guide in docs are taken on the way, into the folder that TAKE_PICTURES_TO names: `make pictures`.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.browsing import DESK, FOR_WORK, PHONE, visitor
from tests.e2e.conftest import served

pytestmark = pytest.mark.browser
HERE, WIDE = "/en/rivermouth", {"width": 1280, "height": 860}
SAID = "We asked what was missing, and then we lent a hand."
Named = Callable[[str], str]


@pytest.fixture
def site(demo_folder: Path, tmp_path: Path) -> Iterator[str]:
    """A demonstration of its own, since this test leads it on."""
    with served(shutil.copytree(demo_folder, tmp_path / "demo")) as address:
        yield address


def test_whoever_follows_the_help_publishes_a_spotlight(browser: Browser, site: str) -> None:
    with visitor(browser, site, "coordinator", screen=WIDE) as page:
        named = help_of(page)
        take(page, "help")
        page.get_by_role("button", name=named("Make a draft from the data")).click()
        page.wait_for_url("**/editors/pages/*/edit/")
        expect(page.get_by_role("button", name=named("Insert a block")).first).to_be_visible(timeout=FOR_WORK)
        quoted(page, named)
        take(page, "quote")
        kept(page, named)
        previewed(page, named)
        checked(page, named)
        page.get_by_role("button", name=named("More actions")).click()
        page.get_by_role("button", name=named("Publish"), exact=True).click()
        expect(page.locator("main")).to_contain_text("has been published")
    with visitor(browser, site, screen=DESK) as reader:
        reader.goto("/en/spotlights/")
        reader.get_by_role("link", name="Music for students in Rivermouth").click()
        expect(reader.locator("blockquote")).to_contain_text(SAID)
        expect(reader.locator("main")).to_contain_text("As it was when this was written.")
        expect(reader.locator("main")).to_contain_text("Changes when the city measures again.")


def test_the_help_reads_well_on_a_phone_and_a_draft_is_seen_by_nobody(browser: Browser, site: str) -> None:
    with visitor(browser, site, "coordinator", screen=PHONE) as page:
        named = help_of(page)
        page.get_by_role("button", name=named("Make a draft from the data")).tap()
        page.wait_for_url("**/editors/pages/*/edit/")
    with visitor(browser, site) as reader:
        reader.goto("/en/spotlights/")
        expect(reader.get_by_role("link", name="Rivermouth (fictional): count first")).to_be_visible()
        expect(reader.get_by_role("link", name="Music for students in Rivermouth")).to_have_count(0)


def help_of(page: Page) -> Named:
    """Goes to the help as a coordinator does; gives what it names, and nothing that it does not."""
    page.goto(f"{HERE}/workspace/")
    page.get_by_role("link", name="City spotlight").click()
    steps = page.locator("main ol > li").all_inner_texts()
    names = {name for step in steps for name in re.findall("“(.+?)”", step)}

    def named(name: str) -> str:
        assert name in names, f"The help does not say {name}: {sorted(names)}"
        return name

    return named


def quoted(page: Page, named: Named) -> None:
    """Somebody's words, who agreed to be quoted."""
    page.get_by_role("button", name=named("Insert a block")).first.click()
    page.get_by_role("option", name=named("Quote")).click()
    page.get_by_label("What they said").fill(SAID)
    page.get_by_label("Who said it").fill("Ada Able")
    page.get_by_label("When they agreed to be quoted here").fill("2026-11-01")
    page.get_by_label("They have read these words").press("Space")
    expect(page.get_by_label("They have read these words")).to_be_checked()


def kept(page: Page, named: Named) -> None:
    """The first figure stays as it is now."""
    assert named("Figure from the city's data")
    assert named("show the new figure")
    page.get_by_label("When the city measures again").first.select_option(label=named("keep what it says now"))


def previewed(page: Page, named: Named) -> None:
    """The page as others will read it."""
    page.get_by_role("button", name=named("Toggle preview")).click()
    shown = page.frame_locator("iframe[title='Preview']").first
    expect(shown.locator("blockquote")).to_contain_text(SAID, timeout=FOR_WORK)
    take(page, "preview")


def checked(page: Page, named: Named) -> None:
    """What would hinder readers: nothing."""
    page.get_by_role("button", name=named("Toggle checks")).click()
    panel = page.locator("main")
    expect(panel).to_contain_text(re.compile(r"Reading time\s*\d+ min"), timeout=FOR_WORK)
    expect(panel).to_contain_text(re.compile(r"Issues found\s*0"))
    take(page, "checks")


def take(page: Page, name: str) -> None:
    """A picture for the guide, where somebody makes them."""
    if folder := os.environ.get("TAKE_PICTURES_TO"):
        page.screenshot(path=Path(folder) / f"spotlight-{name}.png")
