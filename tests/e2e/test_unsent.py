"""What somebody wrote while they were signed out, in a real browser: it is not lost."""

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.browsing import PHONE, ask_for_code, barriers, make_account, visitor

pytestmark = pytest.mark.browser
NAME = "Nia\u2019s other name"


def write(page: Page) -> None:
    page.goto("/en/account/")
    page.locator("[name=first_name]").fill(NAME)


def sent_again(page: Page) -> None:
    expect(page.locator("main")).to_contain_text(NAME)
    assert not barriers(page), barriers(page)
    page.get_by_role("button", name="Send it again").click()
    expect(page.locator("[name=first_name]")).to_have_value(NAME)


def test_what_was_written_when_the_session_had_ended_is_there_after_signing_in(browser: Browser, site: str) -> None:
    with visitor(browser, site, screen=PHONE) as page:
        make_account(page, "unsent@rivermouth.example", "Nia", "Unsent")
        write(page)
        page.context.clear_cookies(name="sessionid")
        page.get_by_role("button", name="Save").click()
        expect(page).to_have_url(f"{site}/en/account/sign-in/?next=%2Fen%2Faccount%2Funsent%2F")
        ask_for_code(page, "unsent@rivermouth.example")  # from the page's head, without where it leads
        expect(page.get_by_role("heading", level=1)).to_have_text("You were signed out while you wrote")
        sent_again(page)


def test_a_form_that_was_open_too_long_is_sent_from_the_page_that_says_so(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site)  # whose console may tell of the refusal
    page = context.new_page()
    make_account(page, "late@rivermouth.example", "Nia", "Late")
    write(page)
    page.evaluate("document.querySelector('main [name=csrfmiddlewaretoken]').value = 'x'.repeat(64)")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The form was open too long")
    sent_again(page)
    context.close()
