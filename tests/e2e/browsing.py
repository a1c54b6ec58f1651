"""What the browser tests share: how Chromium is started, signing in, and what a page must not do."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from allcity.analysis.city import year_of

# Without a sandbox, because continuous integration runs as root; drawn in software, and in touch with nobody.
FLAGS = [
    *("--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"),
]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
expect.set_options(timeout=20_000)
FOR_WORK = 240_000
"""Milliseconds that work in the background may take on a busy machine."""
TODAY = datetime.now(UTC).date()
YEAR = year_of(TODAY)
"""The newest school year of the demonstration."""
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PEOPLE = {
    "coordinator": "Corinne Coordinator",
    "editor": "Edgar Editor",
    "liaison": "Lia Liaison",
    "manager": "Manuel Manager",
    "member": "Mei Member",
    "administrator": "Ada Administrator",
    "careful": "Cara Careful",  # who makes an account, with a passkey and an authenticator app
}
CODE = re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", re.MULTILINE)


def browser_program() -> str | None:
    """The path of an installed Chromium."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def visitor(browser: Browser, site: str, role: str = "", *, screen: Any = DESK, **more: Any) -> Iterator[Page]:
    """A page of somebody with a browser of their own, signed in where a role is named; it must meet no fault."""
    context = browser.new_context(viewport=screen, has_touch=screen == PHONE, base_url=site, **more)
    context.set_default_timeout(20_000)
    page = context.new_page()
    found = faults_of(page, site)
    try:
        if role:
            sign_in(page, role)
        yield page
    except Exception as error:
        error.add_note(f"The page was {page.url}:\n{page.locator('body').inner_text(timeout=1000)[:1500]}")
        raise
    finally:
        context.close()
    assert not found, "\n".join(found)


def sign_in(page: Page, role: str) -> None:
    """Sign in as one of the people of the demonstration."""
    page.goto("/en/demo/")
    page.get_by_role("button", name=f"Sign in as {PEOPLE[role]}").click()
    page.wait_for_url("**/en/work/")


def make_account(page: Page, mail: str, first: str, last: str, *, language: str = "en") -> None:
    """Make an account with the code that is sent by mail, as anybody does."""
    page.goto(f"/{language}/account/sign-up/")
    for name, value in {"email": mail, "first_name": first, "last_name": last}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=old_enough]").check()
    page.locator("main form button").first.click()
    page.wait_for_url("**/sign-up/code/**")
    assert not barriers(page), barriers(page)
    enter_code(page, mail)
    page.wait_for_url(lambda url: "sign-up" not in url)


def ask_for_code(page: Page, mail: str) -> None:
    """Sign in as far as the code that is sent by mail leads."""
    page.goto("/en/account/sign-in/")
    page.locator("main [name=login]").fill(mail)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/code/**")
    enter_code(page, mail)
    page.wait_for_url(lambda url: "sign-in/code" not in url)


def enter_code(page: Page, mail: str) -> None:
    """Enter the code of the newest mail to an address, on the page that asks for it."""
    form = page.url
    page.goto("/en/demo/mail/")
    letter = page.locator("article", has_text=mail).first.inner_text()
    code = CODE.search(letter)
    assert code, letter
    page.goto(form)
    page.locator("[name=code]").fill(code[0])
    page.keyboard.press("Enter")


def link_of(page: Page, to: str, part: str) -> str:
    """The address with a part in the newest mail to somebody that has one."""
    page.goto("/en/demo/mail/")
    link = page.locator("article", has_text=to).locator(f'a[href*="{part}"]').first
    return link.get_attribute("href") or ""


def wait_until(page: Page, holds: Callable[[], object], *, milliseconds: int) -> None:
    """Wait for what is asked of the site itself and not of the page, which would tell of each answer that is no."""
    for _ in range(milliseconds // 500):
        if holds():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"In {milliseconds} ms it never was so.")


def faults_of(page: Page, site: str) -> list[str]:
    """A list to which whatever goes wrong on the page is added: errors of scripts, and what is asked of another host."""
    found: list[str] = []
    host = urlsplit(site).netloc
    page.on("console", lambda said: found.append(f"{page.url}: {said.text}") if said.type == "error" else None)
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))

    def look(url: str) -> None:
        where = urlsplit(url)
        if where.scheme.startswith("http") and where.netloc != host:
            found.append(f"{page.url}: asks for {url}")

    page.on("request", lambda asked: look(asked.url))
    return found


def barriers(page: Page) -> list[str]:
    """What hinders people on the page as it is shown now, each with its first place."""
    violations = Axe().run(page, options=RULES).response["violations"]
    found = [f"{one['id']} ({len(one['nodes'])} times): {one['nodes'][0]['html'][:160]}" for one in violations]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + ([f"{wide} pixels too wide"] if wide > 0 else [])
