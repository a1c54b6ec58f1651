"""From how people see their city to what was decided: the examination that people of every type answer."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.browsing import FOR_WORK, PHONE, TODAY, barriers, link_of, visitor, wait_until
from tests.e2e.conftest import served

pytestmark = pytest.mark.browser
CITY = "/en/rivermouth"
SECTION, QUESTION = "access", "in_school_music"
ASKED = "Do students take part in music lessons at school that build from year to year?"
FAMILY, STUDENT = "fay@rivermouth.example", "stu@rivermouth.example"
HIGH, LOW = "4", "1"
WITH_ACCOUNT = {"member": ("communities", HIGH), "liaison": ("music_educators", LOW), "manager": ("musicians", HIGH)}
GUESTS = [f"guest{number:02}@rivermouth.example" for number in range(12)]
PLACES = 10
AGENDA = {"What we heard from each other": 30, "What we do about it": 45}
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
        session = planned(coordinator)
        asked(coordinator, session)
        with visitor(browser, site, screen=PHONE) as page:
            gave_back_a_place(page, coordinator, session)


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


def planned(page: Page) -> str:
    """Plan a session about what is disputed, and call it; gives the address of its page."""
    page.get_by_role("link", name=re.compile(f"about this.*{re.escape(ASKED)}")).click()
    page.get_by_label("What is the session about?").fill("Music that builds, at every school")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("main")).to_contain_text(ASKED)
    page.get_by_role("button", name="Save and go on").click()
    for number, (title, minutes) in enumerate(AGENDA.items()):
        page.locator(f"[name=points-{number}-title]").fill(title)
        page.locator(f"[name=points-{number}-minutes]").fill(str(minutes))
    page.get_by_role("button", name="Save and go on").click()
    page.locator("[name=day]").fill((TODAY + timedelta(days=14)).isoformat())
    page.locator("[name=starts]").fill("17:00")
    page.locator("[name=ends]").fill("18:30")
    page.locator("[name=place_name]").fill("Pier School")
    page.locator("[name=capacity]").fill(str(PLACES))
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("link", name="To the session").click()
    page.get_by_role("button", name="Call it: tell everybody who is asked").click()
    expect(page.locator(".record-head")).to_contain_text("called")
    return page.url


def asked(page: Page, session: str) -> None:
    """Ask twelve people without an account."""
    page.goto(f"{session}people/")
    page.get_by_label("Mail addresses, one on each line").fill("\n".join(f"{mail}, {mail[:2]}" for mail in GUESTS))
    page.get_by_role("button", name="Ask these people").click()
    expect(page.get_by_role("status").first).to_contain_text("12 people are asked.")


def gave_back_a_place(page: Page, coordinator: Page, session: str) -> None:
    """All come: two wait for one of ten places. One leaves, and whoever waited longest has the place."""
    links = [link_to(page, mail) for mail in GUESTS]
    for place, link in enumerate(links):
        page.goto(link)
        page.locator("[name=comes][value=yes]").check()
        page.get_by_role("button", name="Send the answer").click()
        told = "You have a place" if place < PLACES else "You wait for a place"
        expect(page.locator(".next-step")).to_contain_text(told)
    coordinator.goto(f"{session}people/")
    expect(coordinator.locator(".lede")).to_contain_text("10 come, 2 wait")
    page.goto(links[0])
    page.get_by_role("button", name="Give my place back").click()
    expect(page.locator(".next-step")).to_contain_text("You do not come")
    page.goto(links[PLACES])
    expect(page.locator(".next-step")).to_contain_text("You have a place")
    assert not barriers(page), barriers(page)
    coordinator.goto(f"{session}people/")
    expect(coordinator.locator(".lede")).to_contain_text("10 come, 1 wait")
    page.goto("/en/demo/mail/")
    expect(page.locator("article", has_text=GUESTS[PLACES]).first).to_contain_text("A place became free for you")


def link_to(page: Page, mail: str) -> str:
    """The link of somebody who is asked, whose mail is sent in the background."""

    def has_come() -> bool:
        page.goto("/en/demo/mail/")
        return page.locator("article", has_text=mail).locator('a[href*="/session/"]').count() > 0

    wait_until(page, has_come, milliseconds=FOR_WORK)
    return link_of(page, mail, "/session/")
