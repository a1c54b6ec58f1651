"""From how people see their city to what was decided: the examination that people of every type answer."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.browsing import PHONE, barriers, link_of, visitor
from tests.e2e.conftest import served

pytestmark = pytest.mark.browser
CITY = "/en/rivermouth"
SECTION, QUESTION = "access", "in_school_music"
ASKED = "Do students take part in music lessons at school that build from year to year?"
FAMILY, STUDENT = "fay@rivermouth.example", "stu@rivermouth.example"
HIGH, LOW = "4", "1"
WITH_ACCOUNT = {"member": ("communities", HIGH), "liaison": ("music_educators", LOW), "manager": ("musicians", HIGH)}
BY_LINK = {FAMILY: ("families", LOW), STUDENT: ("students", LOW)}


@pytest.fixture
def town(demo_folder: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A demonstration of its own, since this test leads it on: the address, and the folder."""
    folder = shutil.copytree(demo_folder, tmp_path / "demo")
    with served(folder) as address:
        yield address, folder


def test_people_of_five_types_answer_and_do_not_see_it_alike(browser: Browser, town: tuple[str, Path]) -> None:
    site, _folder = town
    with visitor(browser, site, "coordinator") as coordinator:
        home = opened(coordinator)
        for role, (participant, level) in WITH_ACCOUNT.items():
            with visitor(browser, site, role) as page:
                page.goto(f"{home}answer/")
                page.locator(f"[name=participant][value={participant}]").check()
                answered(page, level)
        for mail, (_participant, level) in BY_LINK.items():
            with visitor(browser, site, screen=PHONE) as page:
                page.goto(link_of(page, mail, "/answer/"))
                answered(page, level)
        coordinator.goto(f"{home}answers/")
        expect(coordinator.locator(".lede").first).to_contain_text("5 people have answered so far")
        expect(coordinator.locator("section", has=coordinator.locator("#disputed"))).to_contain_text(ASKED)
        coordinator.locator("section", has=coordinator.locator("#disputed")).get_by_role("link", name=ASKED).click()
        expect(coordinator.locator(f"#question-{QUESTION}")).to_be_visible()
        assert not barriers(coordinator), barriers(coordinator)


def opened(page: Page) -> str:
    """Open a self-examination whose answers have names, and ask two people by mail; gives the address of its team's pages."""
    page.goto(f"{CITY}/workspace/self-examination/new/")
    page.locator("[name=year]").select_option(index=0)
    page.locator("[name=is_anonymous][value=no]").check()
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_role("status").first).to_contain_text("It is open")
    home = page.url
    page.locator("[name=lines]").fill("\n".join(f"{mail}, {title}" for mail, title in titles()))
    page.get_by_role("button", name="Send the links").click()
    expect(page.get_by_role("status").first).to_contain_text("2 people are asked by mail")
    return home


def titles() -> list[tuple[str, str]]:
    """Whom to ask by mail, each as a type of participant in the words of the page."""
    return [(mail, participant.capitalize()) for mail, (participant, _level) in BY_LINK.items()]


def answered(page: Page, level: str) -> None:
    """Begin, answer one question, and hand in."""
    page.get_by_role("button", name="Begin").click()
    page.locator(f"main a[href$='/{SECTION}/']").first.click()
    page.locator(f"[name={QUESTION}-level][value='{level}']").check()
    assert not barriers(page), barriers(page)
    page.get_by_role("button", name="Save and see all sections").click()
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("body")).to_contain_text(re.compile("handed in", re.IGNORECASE))
