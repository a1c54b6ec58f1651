"""A story with pictures of children and a video, from a phone to everybody, and out of the world again."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.browsing import FOR_WORK, PHONE, barriers, link_of, visitor, wait_until
from tests.e2e.conftest import served
from tests.e2e.making import CITY  # sets Django up, which the factories below ask for
from tests.e2e.pages_of_stories import send, write
from tests.factories.media import PLACE, film, photograph

pytestmark = pytest.mark.browser
AUTHOR, SCHOOL = "told@rivermouth.example", "office@rivermouth.example"
TITLE = "The band in the laundry"


@pytest.fixture
def site(demo_folder: Path, tmp_path: Path) -> Iterator[str]:
    """A demonstration of its own, since this test leads it on."""
    with served(shutil.copytree(demo_folder, tmp_path / "demo")) as address:
        yield address


def test_a_story_is_held_until_everybody_agreed_and_goes_at_once_when_one_takes_it_back(
    browser: Browser, site: str, tmp_path: Path
) -> None:
    with visitor(browser, site, screen=PHONE) as page, visitor(browser, site, "coordinator") as coordinator:
        told(page)
        added(page, tmp_path)
        mine = page.url
        held(coordinator)
        agreed(page)
        public = published(coordinator)
        shown = seen_by_everybody(page, public)
        taken_back(page)
        for url in shown:
            assert page.request.get(url).status in (404, 410), url
        page.goto(public)
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
        expect(page.locator("main figure.media img")).to_have_count(1)
        feed = page.request.get(f"/en{CITY}/stories/feed.xml").text()
        assert TITLE in feed
        assert not [url for url in shown if url in feed]
        page.goto(mine)
        expect(page.locator("main")).to_contain_text("taken back")
        withdrawn(page, public)


def told(page: Page) -> None:
    """Tell it on a phone; what was typed is there again after the page was closed."""
    page.goto(f"/en{CITY}/stories/new/")
    write(page, TITLE)
    page.reload()
    expect(page.get_by_label("A title")).to_have_value(TITLE)
    expect(page.locator("[name=work]")).not_to_have_value("", timeout=FOR_WORK)
    assert not barriers(page), barriers(page)
    send(page, AUTHOR)

    def has_come() -> bool:
        page.goto("/en/demo/mail/")
        return page.locator("article", has_text=AUTHOR).locator('a[href*="/stories/confirm/"]').count() > 0

    wait_until(page, has_come, milliseconds=FOR_WORK)
    page.goto(link_of(page, AUTHOR, "/stories/confirm/"))
    page.get_by_role("button", name="I told it: confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def added(page: Page, folder: Path) -> None:
    """Add two photographs that know where they were taken, one with children, and a video."""
    photo, clip = folder / "IMG_0001.jpg", folder / "clip.mov"
    photo.write_bytes(photograph().read())
    clip.write_bytes(film())
    assert PLACE.encode() in photo.read_bytes()
    for words, people in (("The band plays", "minors"), ("Drums by the dryers", "nobody")):
        page.get_by_role("link", name="Add a picture").click()
        page.get_by_label("Picture", exact=True).set_input_files(photo)
        page.get_by_label("What does it show?").fill(words)
        page.get_by_label("A line below it").fill(words)
        page.locator(f"[name=people][value={people}]").check()
        page.locator("main form.stacked button").last.click()
        expect(page.get_by_role("status").first).to_contain_text("Added")
    page.get_by_role("link", name="Add a video").click()
    page.get_by_label("Title of the video").fill("Four bars")
    page.get_by_label("Or the video itself").set_input_files(clip)
    page.get_by_label("What is seen and heard?").fill("A snare drum, and the dryers.")
    page.locator("[name=people][value=nobody]").check()
    page.locator("main form.stacked button").last.click()
    expect(page.get_by_role("status").first).to_contain_text("Added")
    expect(page.locator("main")).to_contain_text("has to agree")
    assert not barriers(page), barriers(page)


def held(coordinator: Page) -> None:
    """The coordinator cannot publish it, and reads why."""
    coordinator.goto(f"/en{CITY}/workspace/moderation/")
    coordinator.get_by_role("link", name=TITLE).click()
    coordinator.get_by_role("button", name="Publish it").click()
    expect(coordinator.locator("main")).to_contain_text("Something is missing")
    assert not barriers(coordinator), barriers(coordinator)


def agreed(page: Page) -> None:
    """Its author says who agreed; the school gets a link of its own."""
    form = page.locator("form", has=page.get_by_role("button", name="They agreed"))
    form.locator("[name=shown]").fill("seven students of grade 6")
    form.locator("[name=relation]").select_option("school")
    form.locator("[name=given_by]").fill("Olu Office")
    form.locator("[name=email]").fill(SCHOOL)
    form.get_by_role("button", name="They agreed").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved")
    expect(page.locator("main")).not_to_contain_text("has to agree")


def published(coordinator: Page) -> str:
    """The coordinator publishes it; gives its address."""
    coordinator.goto(f"/en{CITY}/workspace/moderation/")
    coordinator.get_by_role("link", name=TITLE).click()
    coordinator.get_by_role("button", name="Publish it").click()
    expect(coordinator.get_by_role("status").first).to_contain_text("It is published")
    coordinator.goto(f"/en{CITY}/stories/")
    return str(coordinator.get_by_role("link", name=TITLE).get_attribute("href"))


def seen_by_everybody(page: Page, public: str) -> set[str]:
    """Everybody reads it in the city, on its spotlight and in the feed; gives all addresses of the picture with children."""
    page.goto(public)
    assert not barriers(page), barriers(page)
    shown = set(re.findall(r"/(?:pictures|videos)/[^\"\s,<]+", page.content()))
    page.goto(f"/en{CITY}/")
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    page.goto(f"/en{CITY}/spotlight/")
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    feed = page.request.get(f"/en{CITY}/stories/feed.xml").text()
    assert TITLE in feed
    shown |= set(re.findall(r"/pictures/[^\"\s,<]+", feed))
    page.goto(f"/en{CITY}/stories/")
    shown |= set(re.findall(r"/pictures/[^\"\s,<]+", page.locator("main").inner_html()))
    for url in shown:
        answer = page.request.get(url)
        assert answer.ok, url
        assert PLACE.encode() not in answer.body()
    page.goto(public)
    figure = page.locator("figure.media", has_text="The band plays").inner_html()
    of_children = {url for url in shown if url.split("/")[2] in figure}
    assert any(url in feed for url in of_children)
    return of_children


def taken_back(page: Page) -> None:
    """The school takes its consent back, with the link in its mail."""

    def has_come() -> bool:
        page.goto("/en/demo/mail/")
        return page.locator("article", has_text=SCHOOL).locator('a[href*="/consent/"]').count() > 0

    wait_until(page, has_come, milliseconds=FOR_WORK)
    page.goto(link_of(page, SCHOOL, "/consent/"))
    page.locator("main form button").first.click()
    expect(page.locator("main")).to_contain_text("taken back")


def withdrawn(page: Page, public: str) -> None:
    """Its author withdraws all of it."""
    page.get_by_text("Withdraw the story").click()
    page.get_by_role("button", name="Withdraw it and erase everything").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("withdrawn")
    assert page.request.get(public).status == 410
    assert TITLE not in page.request.get(f"/en{CITY}/spotlight/").text()
