"""From how people see their city to what was decided: the examination that people of every type answer."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.browsing import FOR_WORK, PHONE, TODAY, YEAR, barriers, link_of, visitor, wait_until
from tests.e2e.conftest import served, within

from allcity.analysis.city import year_name

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
DECISIONS = ("Ask the board for two teachers of music", "Open one ensemble at each school of the east")
IT_BEGINS = """
import sys, django; django.setup()
from datetime import timedelta
from django.utils import timezone
from allcity.site.action.models import PlanningSession
now = timezone.now()
begins, ends = now - timedelta(minutes=5), now + timedelta(hours=1)
PlanningSession.objects.filter(public_id=sys.argv[1]).update(starts_at=begins, ends_at=ends)
"""
A_YEAR_LATER = """
import django; django.setup()
from django.db.models import F
from allcity.site.cities.models import City
from allcity.site.directory.models import SchoolYear, StudentCount
from allcity.site.insight.domain import examine_city
from allcity.site.needs.models import Baseline
city = City.objects.get(slug="rivermouth")
year = SchoolYear.objects.of(city).order_by("-year").first().year
for model in (SchoolYear, StudentCount, Baseline):
    rows = list(model.objects.of(city).filter(year=year))
    for row in rows:
        row.pk, row.year = None, year + 1
        if model is Baseline:
            row.students_enrolled = 60
    model.objects.bulk_create(rows)
City.objects.filter(pk=city.pk).update(data_version=F("data_version") + 1)
examine_city(city=city)
"""
BY_LINK = {FAMILY: ("families", LOW), STUDENT: ("students", LOW)}


@pytest.fixture
def town(demo_folder: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A demonstration of its own, since this test leads it on: the address, and the folder."""
    folder = shutil.copytree(demo_folder, tmp_path / "demo")
    with served(folder) as address:
        yield address, folder


def test_what_people_see_differently_becomes_a_session_decisions_and_a_figure_that_is_measured_again(
    browser: Browser, town: tuple[str, Path]
) -> None:
    site, folder = town
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
            links = gave_back_a_place(page, coordinator, session)
            within(folder, IT_BEGINS, session.rstrip("/").rpartition("/")[2])
            signed_in(page, coordinator, session, links)
        commitments = decided(coordinator, session)
        with visitor(browser, site, screen=PHONE) as page:
            read_the_minutes(page, coordinator, session)
        within(folder, A_YEAR_LATER)
        for commitment in commitments:
            coordinator.goto(commitment)
            moves = coordinator.locator("section", has=coordinator.locator("#moves"))
            expect(moves).to_contain_text(year_name(YEAR))
            expect(moves).to_contain_text(year_name(YEAR + 1))
            expect(moves).to_contain_text("does not show")


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


def gave_back_a_place(page: Page, coordinator: Page, session: str) -> list[str]:
    """All come: two wait for one of ten places. One leaves, and whoever waited longest has the place; gives their links."""
    links = [mailed(page, mail, "/session/") for mail in GUESTS]
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
    return links


def signed_in(page: Page, coordinator: Page, session: str, links: list[str]) -> None:
    """One signs in by the own link, one by the code at the door, and one is ticked there."""
    page.goto(links[1])
    page.get_by_role("link", name="I am here").click()
    page.get_by_role("button", name="I am here").click()
    expect(page.locator(".next-step")).to_contain_text("You are signed in.")
    coordinator.goto(f"{session}sign-in/")
    assert not barriers(coordinator), barriers(coordinator)
    page.goto(coordinator.locator(".address a").get_attribute("href") or "")
    page.get_by_label("Your name").fill("Greta Guest")
    page.locator("[name=participant]").select_option("families")
    page.get_by_role("button", name="I am here").click()
    expect(page.locator(".next-step")).to_contain_text("You are signed in.")
    assert not barriers(page), barriers(page)
    coordinator.goto(f"{session}door/")
    coordinator.get_by_role("button", name=re.compile("^Is here")).first.click()
    expect(coordinator.locator(".lede")).to_contain_text("3 people are here")


def decided(page: Page, session: str) -> list[str]:
    """Note what is said and two decisions, which are commitments in the same minute; gives the addresses of these."""
    page.goto(f"{session}notes/")
    page.get_by_label("Notes", exact=True).first.fill("Half of the schools have no teacher for it.")
    page.get_by_role("button", name=re.compile("^Save the notes")).first.click()
    expect(page.get_by_role("status").first).to_contain_text("Saved.")
    for words in DECISIONS:
        page.get_by_label("What was decided?").fill(words)
        page.locator("[name=due_on]").fill((TODAY + timedelta(days=200)).isoformat())
        page.locator("[name=figure_id]").select_option("school_music.enrolled")
        page.get_by_role("button", name="Note the decision").click()
        expect(page.get_by_role("status").first).to_contain_text("It is a commitment now.")
    assert not barriers(page), barriers(page)
    links = [page.get_by_role("link", name=words, exact=True).get_attribute("href") or "" for words in DECISIONS]
    page.goto(f"{CITY}/commitments/")
    for words in DECISIONS:
        expect(page.locator("main")).to_contain_text(words)
    return links


def read_the_minutes(page: Page, coordinator: Page, session: str) -> None:
    """Send the minutes; a guest without an account reads by the link in the mail who was there, and who was missing."""
    coordinator.goto(f"{session}minutes/")
    coordinator.get_by_role("button", name="Send the minutes").click()
    expect(coordinator.get_by_role("status").first).to_contain_text("on their way")
    page.goto(mailed(page, GUESTS[2], "/here/minutes/"))
    expect(page.locator("main")).to_contain_text("3 people were there.")
    expect(page.locator("main")).to_contain_text("Missing:")
    for words in ("Half of the schools have no teacher for it.", *DECISIONS):
        expect(page.locator("main")).to_contain_text(words)
    assert "Greta" not in page.content()
    assert not barriers(page), barriers(page)


def mailed(page: Page, mail: str, part: str) -> str:
    """The address with a part in the mail to somebody, which is sent in the background."""

    def has_come() -> bool:
        page.goto("/en/demo/mail/")
        return page.locator("article", has_text=mail).locator(f'a[href*="{part}"]').count() > 0

    wait_until(page, has_come, milliseconds=FOR_WORK)
    return link_of(page, mail, part)
