"""From a need to the renewal of what answers it: a school and a partner, each with a browser of their own."""

from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.browsing import FOR_WORK, PHONE, TODAY, YEAR, barriers, visitor, wait_until

from allcity.analysis.city import year_of

pytestmark = pytest.mark.browser
ASKED, STUDENTS = "Small ensembles", "18"
FIRST, SESSIONS = TODAY - timedelta(days=20), (TODAY - timedelta(days=2), TODAY - timedelta(days=1))
"""Days in the past wherever the city lies, and sessions in the school year that the need is of."""
GOAL = "Every student plays a tune by heart."
LEDGER, SCHOOL = "/en/rivermouth/needs/", "/en/rivermouth/schools/s001/"


@pytest.mark.skipif(year_of(SESSIONS[0]) != YEAR, reason="a school year that has just begun holds no session yet")
def test_a_partnership_from_the_need_to_its_renewal(browser: Browser, site: str) -> None:
    with visitor(browser, site, "manager", screen=PHONE) as partner, visitor(browser, site, "liaison") as school:
        need = offered(partner)
        agreed_upon(school, partner)
        written(partner)
        home = partner.url.split("agreement/")[0]
        school.goto(f"{home}agreement/")
        signed(school, "Lia Liaison")
        partner.reload()
        signed(partner, "Manuel Manager")
        expect(partner.locator("#standing")).to_have_text("This holds.")

        for day in SESSIONS:
            logged(partner, home, day, STUDENTS)
        logged(school, home, SESSIONS[0], "16")
        expect(school.locator("#answers ~ ul")).to_contain_text(f"{STUDENTS} students")

        for page, progress, says in ((partner, "3", "All goes well."), (school, "1", "We need more time.")):
            checked_in(page, home, progress, says)
        expect(school.locator("main")).to_contain_text("All goes well.")
        partner.goto(f"{home}check-ins/")
        expect(partner.locator("main")).to_contain_text("We need more time.")

        with visitor(browser, site) as public:
            public.goto(need)
            wait_until(public, lambda: "18" in met(public, need), milliseconds=FOR_WORK)

        for page, stance in ((partner, "agree"), (school, "dissent")):
            looked_back(page, home, stance)
        expect(school.locator("#standing")).to_contain_text("go on as it is")
        school.get_by_role("link", name="Go on to the agreement").click()
        school.get_by_role("button", name="Write a new version").click()
        school.get_by_role("button", name="Put it up for signatures").click()
        signed(school, "Lia Liaison")
        partner.goto(f"{home}agreement/")
        signed(partner, "Manuel Manager")
        expect(partner.locator("main")).to_contain_text("version 2")
        assert not barriers(partner), barriers(partner)
    with visitor(browser, site) as public:
        public.goto(home)
        expect(public.locator("main")).to_contain_text("under way")
        expect(public.locator("main")).not_to_contain_text("We need more time.")
        public.goto(f"{home}check-ins/")
        assert "/sign-in/" in public.url


def offered(page: Page) -> str:
    """Offer to answer the school's need; gives the need's address."""
    page.goto(SCHOOL)
    page.get_by_role("link", name=ASKED).first.click()
    need = page.url
    page.get_by_role("link", name="Offer").click()
    page.get_by_role("button", name="Send the offer").click()
    expect(page.locator("#standing")).to_contain_text("to answer")
    return need


def agreed_upon(school: Page, partner: Page) -> None:
    school.goto(partner.url)
    school.get_by_role("button", name="Yes, let us talk").click()
    school.get_by_role("link", name="Suggest what comes next").click()
    school.get_by_label("An agreement").check()
    school.get_by_label("day").fill((TODAY + timedelta(days=5)).isoformat())
    school.get_by_role("button", name="Send", exact=True).click()
    partner.reload()
    partner.get_by_role("button", name="Yes, agreed").click()
    partner.get_by_role("button", name="Write the agreement").click()


def written(page: Page) -> None:
    """Write the parts that an agreement cannot be without, and put it up for signatures."""
    home = urlsplit(page.url).path.split("agreement/")[0]
    page.goto(f"{home}agreement/write/what/")
    page.locator("[name=what]").fill("A small ensemble for beginners.")
    page.locator("[name=setting][value=out_of_hours]").check()
    page.locator("[name=start_date]").fill(FIRST.isoformat())
    page.locator("[name=end_date]").fill((TODAY + timedelta(days=30)).isoformat())
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(f"{home}agreement/write/rhythm/")
    page.locator("[name=check_in_weeks][value='2']").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(f"{home}agreement/goals/")
    page.locator("[name=goal]").fill(GOAL)
    page.locator("[name=goal_type][value=musical]").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(f"{home}agreement/")
    assert not barriers(page), barriers(page)
    page.get_by_role("button", name="Put it up for signatures").click()


def signed(page: Page, name: str) -> None:
    page.locator("[name=name]").fill(name)
    page.locator("[name=function]").fill("in charge")
    page.locator("[name=consent]").check()
    page.get_by_role("button", name="Sign", exact=True).click()


def logged(page: Page, home: str, day: date, students: str) -> None:
    page.goto(f"{home}sessions/")
    page.locator("[name=date]").fill(day.isoformat())
    page.locator("[name=hours]").fill("1.5")
    page.locator("[name=students]").fill(students)
    page.get_by_role("button", name="Log it").click()
    expect(page.get_by_role("status").first).to_be_visible()


def checked_in(page: Page, home: str, progress: str, says: str) -> None:
    page.goto(f"{home}check-ins/")
    page.get_by_role("link", name="Answer for").first.click()
    page.locator(f"[name^='goal-'][value='{progress}']").check()
    page.locator(f"[name=communication][value='{progress}']").check()
    page.locator("[name=helps]").fill(says)
    assert not barriers(page), barriers(page)
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_url("**/check-ins/")


def met(page: Page, need: str) -> str:
    """What the public page of the need says of how much is met."""
    page.goto(need)
    return page.locator("main").inner_text()


def looked_back(page: Page, home: str, stance: str) -> None:
    page.goto(f"{home}evaluation/?year={YEAR}")
    page.locator(f"[name$=stance][value={stance}]").check()
    page.locator("[name$=words]").fill("We see it so.")
    page.locator("[name$=wish][value=renew]").check()
    page.get_by_role("button", name="Say it").click()
