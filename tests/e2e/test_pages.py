"""Every page of the site as a browser sees it: in both languages, light and dark, on a phone and at a desk.

An address that is neither in PAGES nor in ELSEWHERE of `pages` fails, so that no new page goes unseen.
"""

import re
from collections.abc import Iterable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Browser, Page, expect
from tests.e2e import (
    pages_of_briefing,
    pages_of_committing,
    pages_of_convening,
    pages_of_editors,
    pages_of_endorsing,
    pages_of_examining,
    pages_of_media,
    pages_of_meeting,
    pages_of_partnerships,
    pages_of_resources,
    pages_of_stories,
)
from tests.e2e.browsing import DESK, PHONE, ask_for_code, barriers, faults_of, link_of, make_account, sign_in
from tests.e2e.making import CAREFUL, CITY, asked_school, begun_conversation, begun_import, take_care
from tests.e2e.pages import ELSEWHERE, PAGES

from allcity.site.accounts.demo import SEPARATOR

pytestmark = pytest.mark.browser
SEEN = (
    {"en": (("light", DESK), ("dark", PHONE)), "es": (("dark", DESK), ("light", PHONE))},
    {"en": (("dark", DESK), ("light", PHONE)), "es": (("light", DESK), ("dark", PHONE))},
)
"""Pages are seen in the first four ways and in the second by turns. In each, a language meets both widths and both
schemes, and a width both schemes."""


def named(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """The names of all addresses but those of the editors' path."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            if each.namespace != "wagtailadmin_api" and not (each.namespace or "").startswith("chosen_"):
                yield from named(each, f"{before}{each.namespace}:" if each.namespace else before)
        elif isinstance(each, URLPattern) and not each.callback.__module__.startswith("wagtail."):
            yield f"{before}{each.name}"


def test_every_address_is_seen_or_said_why_not() -> None:
    there, elsewhere = set(named(get_resolver())), set().union(*ELSEWHERE.values())
    seen = {name.split()[0] for name in PAGES}
    assert there - seen - elsewhere == set()
    assert seen - there == {"403", "404", "413", "429", "500"}
    assert elsewhere - there == set()
    assert elsewhere & seen == set()


class People:
    """Contexts of a browser in which somebody is signed in, each signed in once where that is enough."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser, self.site, self.cookies = browser, site, dict[str, object]()

    def page(self, role: str, **more: object) -> Page:
        kept = {"storage_state": self.cookies[role]} if role in self.cookies else {}
        context = self.browser.new_context(base_url=self.site, **kept, **more)
        context.set_default_timeout(30_000)
        page = context.new_page()
        if role == "half signed in":
            ask_for_code(page, CAREFUL)
        elif role and not kept:
            sign_in(page, role)
            if role != "careful":  # whose pages of the second factor ask who she is every five minutes
                self.cookies[role] = context.storage_state()
        return page


@pytest.fixture(scope="module")
def people(browser: Browser, site: str) -> People:
    return People(browser, site)


@pytest.fixture(scope="session")
def known() -> dict[str, str]:
    """What `keys` found. Its own scope ends with the browser's, and a process that is lent tests of this module
    later enters it again: then what was made must not be made twice.
    """
    return {}


@pytest.fixture(scope="module")
def keys(
    known: dict[str, str], people: People, all_asked: None, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """The parts of addresses that name a record, found as a reader finds them; made where there is none."""
    if known:
        return known
    page = people.page("coordinator")

    def first(address: str, pattern: str, number: int = 0) -> str:
        page.goto(f"/en{address}")
        return list(dict.fromkeys(re.findall(pattern, page.content())))[number]

    own = f"{CITY}/workspace"
    found = {
        "school": first(f"{CITY}/schools/", r"/rivermouth/schools/([\w-]+)/"),
        "organization": first(f"{CITY}/organizations/", r"/rivermouth/organizations/([\w-]+)/"),
        "other": first(f"{CITY}/organizations/", r"/rivermouth/organizations/([\w-]+)/", 1),
        "program": first(f"{CITY}/programs/", r"/rivermouth/programs/([\w-]+)/"),
        "need": first(f"{CITY}/needs/", r"/rivermouth/needs/([\w-]{36})/"),
        "family": first(f"{own}/families/", r"/workspace/families/(\w{10})/"),
        "proposal": first(f"{CITY}/proposals/?show=all", r"/rivermouth/proposals/([\w-]{36})/"),
        "requirement": first(f"{own}/readiness/", r"/workspace/readiness/([\w-]{36})/"),
        "partner": first(f"{CITY}/readiness/", r"/rivermouth/readiness/([\w-]+)/"),
        "partnership": first(f"{CITY}/partnerships/", r"/rivermouth/partnerships/([\w-]{36})/"),
        "role": first(f"{own}/people/", r"/people/roles/(\d+)/"),
        "version": "1",  # the city as it was begun
        "entry": first(f"{own}/settings/framework/contributions/", r"/contributions/entries/([^/\"]+)/"),
    }
    found["above_kind"] = "sections"
    found["above"] = first(f"{own}/settings/framework/sections/", r"/sections/entries/([^/\"]+)/")
    found["inner"] = first(f"{own}/settings/framework/sections/entries/{found['above']}/", r"/parts/([^/\"]+)/")
    page.goto(f"/en{own}/people/invite/")
    page.get_by_label("Mail address").fill("asked@rivermouth.example")
    page.get_by_label("Editor").check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("status").first).to_contain_text("asked@rivermouth.example")
    found["invitation"] = first("/demo/mail/", r"/account/invitation/([^/\"<\s]+)/")
    editor = people.page("editor")
    found |= begun_conversation(editor, page)
    editor.context.close()
    found |= pages_of_partnerships.begun_partnership(page)
    manager = people.page("manager")
    found |= pages_of_partnerships.logged_session(manager)
    found |= pages_of_partnerships.checked_in(manager, page, found["ours"])
    manager.context.close()
    found |= asked_school(page)
    found |= pages_of_committing.committed(page)
    found |= pages_of_convening.convened(page)
    found |= pages_of_meeting.held(page, found["convened"])
    stranger = people.page("")
    found |= pages_of_examining.examined(page, stranger)
    found |= pages_of_endorsing.endorsed(stranger)
    found |= pages_of_briefing.briefed(stranger)
    found |= pages_of_media.looked_after(page)
    found |= pages_of_resources.kept(stranger, page)
    found |= pages_of_stories.told(stranger, page)
    found |= pages_of_editors.written(stranger)
    stranger.context.close()
    found["import"] = begun_import(page, tmp_path_factory.mktemp("files"))
    page.context.close()
    page = people.page("member")
    found["place"] = first(f"{CITY}/organizations/{found['organization']}/", r"/claim/([\w-]{36})/")
    page.context.close()
    asks = people.page("administrator")
    asks.goto(f"/en{CITY}/join/")
    asks.get_by_label("Who are you").fill("Somebody for the tests.")
    asks.get_by_role("button", name="Ask to join").click()
    expect(asks.locator("main")).to_contain_text("The coordinators have")  # it, or not answered yet
    asks.context.close()
    page = people.page("coordinator")
    found["request"] = first(f"{own}/people/", r"/people/requests/(\d+)/")
    found["still_true"] = link_of(page, "@", "/still-true/").rstrip("/").rpartition("/")[2]
    page.context.close()
    page = people.page("")
    take_care(page)
    found["passkey"] = first("/account/security/webauthn/", r"/webauthn/keys/(\d+)/")
    page.context.close()
    known.update(found)
    return known


@pytest.mark.parametrize(("name", "ways"), [(name, SEEN[number % 2]) for number, name in enumerate(PAGES)], ids=PAGES)
def test_a_page_hinders_nobody(
    name: str, ways: dict[str, Any], people: People, keys: dict[str, str], site: str
) -> None:
    seen = PAGES[name]
    page = people.page(seen.role, viewport=DESK, has_touch=True, reduced_motion="reduce")
    found = faults_of(page, site)
    for language, looks in ways.items():
        answer = seen.reach(page, f"/{language}{seen.address.format(**keys)}")
        assert answer.status == seen.status, answer.url
        policy = answer.headers["content-security-policy"]
        found += [part for part in ("unsafe-inline", "unsafe-eval", "*") if part in policy]
        found += [] if "default-src 'none'" in policy else ["other sources are allowed"]
        found += [] if page.locator("html").get_attribute("lang") == language else ["another language"]
        found += [f"{language}, {one}" for one in met(page, looks)]
    page.context.close()
    if seen.status != 200:
        found = [one for one in found if "Failed to load resource" not in one]
    assert not found, "\n".join(dict.fromkeys(found))


def test_mail_hinders_nobody(people: People, keys: dict[str, str], place: Path) -> None:
    page = people.page("")
    make_account(page, "reader@rivermouth.example", "Rosa", "Reader", language="es")
    newest = {}
    for file in sorted((place / "mail").glob("*.log"), key=lambda file: file.stat().st_mtime):
        for raw in filter(bytes.strip, file.read_bytes().split(SEPARATOR)):
            message = message_from_bytes(raw.lstrip(), policy=policy.default)
            body = message.get_body(preferencelist=("html",))
            assert body is not None
            newest[message["Subject"]] = body.get_content()
    page.context.close()
    page = people.page("")  # on which no policy of the site holds, as in a mail reader
    found, languages = [], set()
    for number, (subject, text) in enumerate(newest.items()):
        page.set_content(text)
        languages.add(page.locator("html").get_attribute("lang"))
        found += [f"{subject}: {one}" for one in met(page, SEEN[number % 2]["en"])]
    page.context.close()
    assert languages == {"en", "es"}
    assert not found, "\n".join(found)


def met(page: Page, looks: Iterable[tuple[str, Any]]) -> Iterator[str]:
    """What hinders people on the page that is shown, light or dark, on a phone or at a desk."""
    for scheme, screen in looks:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(screen)
        yield from (f"{scheme}, {screen['width']}: {one}" for one in barriers(page))
