"""The yearly survey as a liaison meets it: in few steps with last year's answers, and with the help of a teacher."""

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.browsing import PHONE, barriers, link_of, visitor

pytestmark = pytest.mark.browser
MOST = 40


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


def test_a_liaison_asks_a_teacher_and_hands_in_with_last_year_s_answers(browser: Browser, site: str) -> None:
    with visitor(browser, site, "liaison", screen=PHONE) as page:
        page.get_by_role("link", name="The survey of").first.click()
        page.get_by_role("link", name="Ask somebody to help").click()
        page.get_by_label("Their name").fill("Tina Teacher")
        page.get_by_label("Their mail address").fill("tina@rivermouth.example")
        page.locator("summary", has_text="Ensembles").click()
        page.locator("[name='step-resources'][value=ensembles]").check()
        page.locator("[name='step-resources'][value=instruments]").check()
        page.get_by_role("button", name="Send the mail").click()
        expect(page.get_by_role("status").first).to_contain_text("Tina Teacher gets a mail")
    with visitor(browser, site, screen=PHONE) as page:
        page.goto(link_of(page, "tina@rivermouth.example", "/account/survey/"))
        assert not barriers(page), barriers(page)
        page.locator("[name='q-ensembles']").fill("3")
        page.locator("[name='q-instruments_unknown']").check()
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("These questions are answered")
    with visitor(browser, site, "liaison") as page:
        person = Counted(page)
        person.number = 1  # signing in
        person.press("The survey of")
        expect(page.locator("main")).to_contain_text("2 of 2 answered")
        person.press("Begin" if page.get_by_role("link", name="Begin").count() else "Go on")
        while "/review/" not in page.url:
            here = page.url
            if "/steps/informal/" in here:
                person.choose("q-informal_music", "home")
            if "/steps/partners/" in here:
                for name in page.eval_on_selector_all("[value=yes]", "all => all.map(one => one.name)"):
                    person.choose(name, "no" if name == "q-another" else "yes")
            still = page.get_by_role("button", name="All of this is still true")
            person.press("All of this is still true" if still.count() else "Save and go on")
            page.wait_for_url(lambda url, before=here: url != before)
        person.press("Hand in")
        expect(page.get_by_role("status").first).to_contain_text("Handed in")
        assert person.number < MOST, person.number


def test_a_step_saves_by_itself_while_it_is_filled_in(browser: Browser, site: str) -> None:
    with visitor(browser, site, "coordinator") as page:
        page.goto("/en/rivermouth/survey/2025/s002/steps/students/")
        page.locator("[name='q-students_without_place']").fill("4")
        page.keyboard.press("Tab")
        expect(page.locator("form [role=status]")).to_have_text("Saved.")
        page.reload()
        expect(page.locator("[name='q-students_without_place']")).to_have_value("4")
