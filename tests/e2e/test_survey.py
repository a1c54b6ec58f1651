"""From the yearly survey, in few steps and with the help of a teacher, to the partner who comes for a trial."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.browsing import FOR_WORK, PHONE, YEAR, barriers, link_of, visitor, wait_until

pytestmark = pytest.mark.browser
MOST = 40
STILL = "All of this is still true"
CONTRIBUTION, ASKED = "new_instruments_and_styles", "Instruments, genres and styles"
MOVES = {
    "/en/rivermouth/": "#needs .answer",
    "/en/rivermouth/needs/": "main .lede",
    "/en/rivermouth/schools/s001/": "[aria-labelledby=needs]",
}
"""Pages that the answers of a school move, with where."""


class Counted:
    """A person's clicks and typed fields on a page."""

    def __init__(self, page: Page) -> None:
        self.page, self.number = page, 0

    def press(self, name: str) -> None:
        self.number += 1
        self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name)).first.click()

    def choose(self, field: str, value: str) -> None:
        self.number += 1
        self.page.locator(f"[name='{field}'][value='{value}']").check()

    def fill(self, field: str, value: str) -> None:
        self.number += 1
        self.page.locator(f"[name='{field}']").fill(value)


def test_what_a_school_asks_for_is_offered_to_it_and_both_agree_to_a_trial(browser: Browser, site: str) -> None:
    with visitor(browser, site) as page:
        before = {address: told(page, address) for address in MOVES}
    with visitor(browser, site, "liaison", screen=PHONE) as page:
        ask_the_teacher(page)
    with visitor(browser, site, screen=PHONE) as page:
        help_out(page)
    with visitor(browser, site, "liaison") as page:
        person = Counted(page)
        person.number = 1  # signing in
        hand_in(person)
        assert person.number < MOST, person.number
    with visitor(browser, site) as page:
        for address, line in before.items():
            wait_until(page, lambda address=address, line=line: told(page, address) != line, milliseconds=FOR_WORK)
        page.goto("/en/rivermouth/schools/s001/")
        page.get_by_role("link", name=ASKED).first.click()
        need = page.url
    with visitor(browser, site, "manager", screen=PHONE) as page:
        page.goto(need)
        page.get_by_role("link", name="Offer").click()
        page.get_by_role("button", name="Send the offer").click()
        offer = page.url
        expect(page.locator("#standing")).to_contain_text("to answer")
    with visitor(browser, site, "liaison", screen=PHONE) as page:
        page.locator(f"a[href*='{urlsplit(offer).path}']").first.click()
        page.get_by_role("button", name="Yes, let us talk").click()
        page.get_by_role("link", name="Suggest what comes next").click()
        page.get_by_label("A trial session").check()
        page.get_by_label("day").fill((datetime.now(UTC) + timedelta(days=20)).date().isoformat())
        page.get_by_role("button", name="Send", exact=True).click()
    with visitor(browser, site, "manager", screen=PHONE) as page:
        page.locator(f"a[href*='{urlsplit(offer).path}']").first.click()
        page.get_by_role("button", name="Yes, agreed").click()
        expect(page.locator("main")).to_contain_text("a trial is agreed")
        assert not barriers(page), barriers(page)
        page.goto(need)
        expect(page.locator("main")).to_contain_text("agreed")


def told(page: Page, address: str) -> str:
    """The line of a page that the school's answers move."""
    page.goto(address)
    return page.locator(MOVES[address]).first.inner_text()


def ask_the_teacher(page: Page) -> None:
    page.get_by_role("link", name="The survey of").first.click()
    page.get_by_role("link", name="Ask somebody to help").click()
    page.get_by_label("Their name").fill("Tina Teacher")
    page.get_by_label("Their mail address").fill("tina@rivermouth.example")
    page.locator("summary", has_text="Ensembles").click()
    page.locator("[name='step-resources'][value=ensembles]").check()
    page.locator("[name='step-resources'][value=instruments]").check()
    page.get_by_role("button", name="Send the mail").click()
    expect(page.get_by_role("status").first).to_contain_text("Tina Teacher gets a mail")


def help_out(page: Page) -> None:
    page.goto(link_of(page, "tina@rivermouth.example", "/account/survey/"))
    assert not barriers(page), barriers(page)
    page.locator("[name='q-ensembles']").fill("3")
    page.locator("[name='q-instruments_unknown']").check()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("These questions are answered")


def hand_in(person: Counted) -> None:
    """Go through the steps with last year's answers; what is new are three teachers, and one more need."""
    page = person.page
    person.press("The survey of")
    expect(page.locator("main")).to_contain_text("2 of 2 answered")
    person.press("Begin" if page.get_by_role("link", name="Begin").count() else "Go on")
    while "/review/" not in page.url:
        here, changed = page.url, False
        if "/steps/teachers/" in here:
            person.fill("q-music_staff", "3")
            changed = True
        if "/steps/informal/" in here:
            person.choose("q-informal_music", "home")
        if "/steps/partners/" in here:
            for name in page.eval_on_selector_all("[value=yes]", "all => all.map(one => one.name)"):
                person.choose(name, "no" if name == "q-another" else "yes")
        if "/steps/needs/" in here:
            person.choose("q-contributions", CONTRIBUTION)
            changed = True
        if "/steps/details/" in here:
            person.fill(f"q-need.{CONTRIBUTION}.amount", "30")
            changed = True
        still = page.get_by_role("button", name=STILL)
        person.press("Save what I changed, and go on" if changed else STILL if still.count() else "Save and go on")
        page.wait_for_url(lambda url, before=here: url != before)
    person.press("Hand in")
    expect(page.get_by_role("status").first).to_contain_text("Handed in")


def test_a_step_saves_by_itself_while_it_is_filled_in(browser: Browser, site: str) -> None:
    with visitor(browser, site, "coordinator") as page:
        page.goto(f"/en/rivermouth/survey/{YEAR}/s002/steps/students/")
        page.locator("[name='q-students_without_place']").fill("4")
        page.keyboard.press("Tab")
        expect(page.locator("form [role=status]")).to_have_text("Saved.")
        page.reload()
        expect(page.locator("[name='q-students_without_place']")).to_have_value("4")
