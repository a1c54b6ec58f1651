"""The first journey of somebody in each role, in a real browser; those who come with a phone, on a phone."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.browsing import FOR_WORK, PHONE, YEAR, barriers, link_of, make_account, visitor, wait_until
from tests.e2e.conftest import BIN, EXPORTS, MAPPINGS

pytestmark = pytest.mark.browser
CITY = "/en/rivermouth/"


def test_a_family_finds_a_program_near_a_place_and_opens_it(browser: Browser, site: str) -> None:
    with visitor(browser, site, screen=PHONE) as page:
        page.goto(f"{CITY}schools/")
        school = page.locator("main a[href*='/schools/']").first.inner_text()
        page.goto(CITY)
        page.get_by_role("link", name="Find a program").first.click()
        page.get_by_label("What would you like to do?").fill("violin")
        page.keyboard.press("Tab")
        page.keyboard.type(school)
        page.keyboard.press("Tab")
        page.keyboard.type("9")
        page.keyboard.press("Enter")
        expect(page.locator("#found")).to_contain_text("fit")
        expect(page.get_by_text(f"From {school}.")).to_be_visible()
        shared = page.url
        first = page.locator("#programs ul.records h3 a").first
        name = first.inner_text()
        first.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        page.goto(shared)  # as somebody does who was sent the address
        expect(page.locator("#programs ul.records h3 a").first).to_have_text(name)


def test_somebody_asks_to_join_and_a_coordinator_lets_them_in(browser: Browser, site: str) -> None:
    with visitor(browser, site, screen=PHONE) as page:
        make_account(page, "newcomer@rivermouth.example", "Nell", "Newcomer")
        page.goto(f"{CITY}join/")
        page.get_by_label("Who are you").fill("I teach the flute in the evening.")
        page.get_by_role("button", name="Ask to join").click()
        expect(page.get_by_role("status").first).to_be_visible()
        with visitor(browser, site, "coordinator") as coordinators:
            coordinators.goto(f"{CITY}workspace/people/")
            coordinators.get_by_role("link", name="Nell Newcomer").click()
            expect(coordinators.locator("main")).to_contain_text("I teach the flute in the evening.")
            coordinators.get_by_role("button", name="Grant the role").click()
            expect(coordinators.get_by_role("status").first).to_contain_text("told by mail")
        page.goto(f"{CITY}workspace/")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.goto("/en/account/second-step/")
        assert not barriers(page), barriers(page)


def test_somebody_invited_accepts_by_the_link_in_the_mail(browser: Browser, site: str) -> None:
    with visitor(browser, site, "coordinator") as page:
        page.goto(f"{CITY}workspace/people/invite/")
        page.get_by_label("Mail address").fill("invited@rivermouth.example")
        page.get_by_label("Member").check()
        page.get_by_role("button", name="Send the invitation").click()
        expect(page.locator("main")).to_contain_text("invited@rivermouth.example")
    with visitor(browser, site, screen=PHONE) as page:
        page.goto(link_of(page, "invited@rivermouth.example", "/account/invitation/"))
        invitation = page.url
        expect(page.locator("main")).to_contain_text("Corinne Coordinator")
        make_account(page, "invited@rivermouth.example", "Ines", "Invited")
        page.goto(invitation)
        page.get_by_role("button", name="Accept").click()
        expect(page.get_by_role("status").first).to_contain_text("Welcome")
        page.goto(invitation)
        expect(page.get_by_role("heading", level=1)).to_have_text("This invitation no longer works")


def test_a_liaison_says_that_the_school_is_as_it_stands(browser: Browser, site: str) -> None:
    with visitor(browser, site, "liaison", screen=PHONE) as page:
        page.goto(f"{CITY}records/")
        page.get_by_role("link", name="Vesperweir Elementary School").first.click()
        expect(page.locator("p.freshness").first).to_contain_text("From")
        page.get_by_role("button", name="Still true").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").first).to_contain_text("Thank you")
        expect(page.locator("p.freshness").first).to_contain_text("Confirmed by Lia Liaison")
        page.get_by_role("link", name="As everybody sees it").click()
        expect(page.locator("main")).to_contain_text("Confirmed")


def test_a_manager_adds_a_program_with_its_dates_on_a_phone(browser: Browser, site: str) -> None:
    with visitor(browser, site, "manager", screen=PHONE) as page:
        page.goto(f"{CITY}records/")
        page.get_by_role("link", name="Cocklespar Chapel Choir").first.click()
        page.get_by_role("link", name="Add a program").click()
        page.get_by_label("Name of the program").fill("Glockenspiel for beginners")
        go_on(page)
        page.get_by_label("instruments", exact=False).first.check()
        go_on(page)
        page.get_by_label("Where?").select_option(index=2)
        go_on(page)
        page.get_by_label("First day").fill(f"{YEAR}-09-08")
        page.get_by_label("Last day").fill(f"{YEAR + 1}-06-05")
        page.locator("[name=sessions]").fill("30")
        page.get_by_label("Monday").check()
        page.get_by_label("It begins at").fill("15:30")
        page.get_by_label("It ends at").fill("16:30")
        go_on(page)
        for name, value in {"seats": "20", "minimum_age": "7", "maximum_age": "12"}.items():
            page.locator(f"[name={name}]").fill(value)
        go_on(page)
        page.get_by_label("It is free").check()
        go_on(page)
        expect(page.locator("main")).to_contain_text("Glockenspiel for beginners")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status").first).to_contain_text("is in the directory now")
    with visitor(browser, site, screen=PHONE) as page:
        page.goto(f"{CITY}programs/?what=Glockenspiel")
        page.get_by_role("link", name="Glockenspiel for beginners").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Glockenspiel for beginners")
        expect(page.locator("main")).to_contain_text("Monday")


def test_an_editor_writes_a_page_that_everybody_reads(browser: Browser, site: str) -> None:
    with visitor(browser, site, "editor") as page:
        page.goto(f"{CITY}workspace/pages/")
        page.get_by_role("link", name="Add child page").first.click()
        page.get_by_role("link", name="Page", exact=True).click()
        page.get_by_role("textbox", name="Title").fill("When we meet")
        page.get_by_role("textbox", name="Introduction").fill("Forty people who meet once a month.")
        page.get_by_role("button", name="Insert a block").first.click()
        page.get_by_role("option", name="Text").click()
        page.locator(".public-DraftEditor-content").click()
        page.keyboard.type("Come and listen.")
        # The editor hands what was typed to the form a moment later.
        expect(page.locator("input[name=body-0-value]")).to_have_value(re.compile("Come and listen."))
        page.get_by_role("button", name="More actions").click()
        page.get_by_role("button", name="Publish").click()
        expect(page.get_by_text("created and published")).to_be_visible()
        number = re.search(r"/pages/(\d+)/edit/", page.content())
        assert number
    with visitor(browser, site) as page:
        page.goto(f"{CITY}pages/{number[1]}/when-we-meet/")
        expect(page.get_by_role("heading", level=1)).to_have_text("When we meet")
        expect(page.locator("main")).to_contain_text("Come and listen.")
        assert not barriers(page), barriers(page)


def test_an_administrator_goes_on_duty_with_a_reason(browser: Browser, site: str) -> None:
    with visitor(browser, site, "administrator") as page:
        page.goto("/en/account/staff/")
        page.get_by_role("button", name="Go on duty").click()
        page.get_by_label("Why do you need to act").fill("The coordinator asked for help with an import")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").first).to_contain_text("on duty")
        assert page.goto(f"{CITY}workspace/people/").status == 200
        page.goto("/en/account/staff/")
        page.get_by_role("button", name="Go off duty").click()
        expect(page.get_by_role("button", name="Go on duty")).to_be_visible()
        expect(page.locator("main")).to_contain_text("The coordinator asked for help with an import")


def test_a_coordinator_starts_a_city_and_brings_chicago_in(
    browser: Browser, site: str, chicago_folder: Path, tmp_path: Path
) -> None:
    with visitor(browser, site, "member") as page:
        page.goto("/en/start/")
        page.get_by_label("Name of the city").fill("Chicago")
        page.get_by_label("State").fill("IL")
        page.get_by_label("Time zone").select_option("America/Chicago")
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_role("status").first).to_contain_text("Chicago is begun")

        page.get_by_role("link", name="Schools", exact=True).click()
        page.get_by_role("button", name="Begin an import").click()
        files = [path for folder in (MAPPINGS, EXPORTS) for path in sorted(folder.iterdir())]
        page.locator("input[type=file]").set_input_files(files)
        page.get_by_role("button", name="Add files").click()
        page.get_by_role("button", name="Try it out").click()
        expect(page.get_by_role("heading", name="What this import would change")).to_be_visible(timeout=FOR_WORK)
        assert not barriers(page), barriers(page)
        page.get_by_role("button", name="Bring it in").click()
        expect(page.locator("#progress")).to_contain_text("Now:")
        expect(page.get_by_role("heading", name="This import is done")).to_be_visible(timeout=FOR_WORK)

        page.get_by_role("link", name="Take it back").click()
        page.wait_for_url("**/undo/")
        assert not barriers(page), barriers(page)

        page.goto("/en/chicago/workspace/settings/shown/")
        page.get_by_label("Everybody can see this city").check()
        page.get_by_label("I know which counts are withheld").check()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status").first).to_contain_text("Saved")
    with visitor(browser, site) as page:
        page.goto("/en/chicago/")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        command = [BIN / "allcity", "examine", chicago_folder, "--year", "2022-23", "--json", "--out", tmp_path]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        figures = "/en/chicago/data/2022/figures.json"
        wait_until(page, lambda: page.request.get(figures).ok, milliseconds=FOR_WORK)
        assert page.request.get(figures).json() == json.loads(told)
        page.goto("/en/chicago/?year=2022")
        expect(page.get_by_role("heading", level=1)).to_contain_text("%")


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Go on").click()
