"""Every page of the site as a browser sees it: in both languages, light and dark, on a phone and at a desk.

An address that is neither in PAGES nor in ELSEWHERE fails, so that no new page goes unseen.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django
import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Browser, Page, expect
from tests.e2e.browsing import DESK, PHONE, barriers, faults_of, sign_in

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.site.settings"
django.setup()

pytestmark = pytest.mark.browser
CITY = "/rivermouth"
SEEN = {"en": (("light", DESK), ("dark", PHONE)), "es": (("dark", DESK), ("light", PHONE))}
"""Each language meets both widths and both schemes, and each width both schemes."""


@dataclass(frozen=True)
class Seen:
    """A page: its address after the language, who looks at it, and the status that it has."""

    address: str
    role: str = ""
    status: int = 200


PAGES = {
    "home:front": Seen("/"),
    "home:declaration": Seen("/declaration/"),
    "start:start": Seen("/start/", "member"),
    "components:look": Seen("/look/"),
    "demo:people": Seen("/demo/"),
    "demo:mail": Seen("/demo/mail/"),
    # a city's public pages
    "city:front": Seen(f"{CITY}/"),
    "city:access": Seen(f"{CITY}/access/"),
    "city:ecosystem": Seen(f"{CITY}/ecosystem/"),
    "city:figures": Seen(f"{CITY}/figures/"),
    "city:schools": Seen(f"{CITY}/schools/"),
    "city:school": Seen(f"{CITY}/schools/{{school}}/"),
    "city:organizations": Seen(f"{CITY}/organizations/"),
    "city:organization": Seen(f"{CITY}/organizations/{{organization}}/"),
    "city:program": Seen(f"{CITY}/programs/{{program}}/"),
    "city:finder": Seen(f"{CITY}/programs/?what=violin&age=9"),
    "city:needs": Seen(f"{CITY}/needs/"),
    "city:partnerships": Seen(f"{CITY}/partnerships/"),
    "city:partnership": Seen(f"{CITY}/partnerships/{{partnership}}/"),
    "city:data": Seen(f"{CITY}/data/"),
    # one's account
    "account_login": Seen("/account/sign-in/"),
    "account_signup": Seen("/account/sign-up/"),
    "account_logout": Seen("/account/sign-out/", "member"),
    "account_email": Seen("/account/mail/", "member"),
    "account_inactive": Seen("/account/closed/"),
    "accounts:me": Seen("/account/", "member"),
    "accounts:delete": Seen("/account/delete/", "member"),
    "accounts:privacy": Seen("/account/privacy/"),
    "accounts:staff": Seen("/account/staff/", "administrator"),
    "mfa_index": Seen("/account/security/", "member"),
    "mfa_activate_totp": Seen("/account/security/totp/activate/", "member"),
    "mfa_list_webauthn": Seen("/account/security/webauthn/", "member"),
    "mfa_add_webauthn": Seen("/account/security/webauthn/add/", "member"),
    "socialaccount_connections": Seen("/account/single-sign-on/", "member"),
    "socialaccount_login_cancelled": Seen("/account/single-sign-on/login/cancelled/"),
    "socialaccount_login_error": Seen("/account/single-sign-on/login/error/", status=401),
    "people:invitation": Seen("/account/invitation/{invitation}/"),
    "notices:work": Seen("/work/", "coordinator"),
    "notices:notices": Seen("/work/notices/", "coordinator"),
    "notices:preferences": Seen("/account/notices/", "coordinator"),
    "notices:stop": Seen("/account/notices/stop/cut-off/", status=404),
    "directory:still-true": Seen("/still-true/cut-off/", status=410),
    # people of a city
    "city:workspace": Seen(f"{CITY}/workspace/", "coordinator"),
    "city:people": Seen(f"{CITY}/workspace/people/", "coordinator"),
    "city:invite": Seen(f"{CITY}/workspace/people/invite/", "coordinator"),
    "city:role": Seen(f"{CITY}/workspace/people/roles/{{role}}/", "coordinator"),
    "city:request": Seen(f"{CITY}/workspace/people/requests/{{request}}/", "coordinator"),
    "city:join": Seen(f"{CITY}/join/", "administrator"),
    "city:claim": Seen(f"{CITY}/claim/{{place}}/", "member"),
    "city:leave": Seen(f"{CITY}/leave/", "member"),
    # what a city decides for itself
    "city:start": Seen(f"{CITY}/workspace/start/", "coordinator"),
    "city:start-targets": Seen(f"{CITY}/workspace/start/targets/", "coordinator"),
    "city:settings": Seen(f"{CITY}/workspace/settings/", "coordinator"),
    "city:settings-city": Seen(f"{CITY}/workspace/settings/city/", "coordinator"),
    "city:settings-boundary": Seen(f"{CITY}/workspace/settings/boundary/", "coordinator"),
    "city:settings-shown": Seen(f"{CITY}/workspace/settings/shown/", "coordinator"),
    "city:settings-targets": Seen(f"{CITY}/workspace/settings/targets/", "coordinator"),
    "city:settings-target": Seen(f"{CITY}/workspace/settings/targets/reach_minutes/", "coordinator"),
    "city:settings-text": Seen(f"{CITY}/workspace/settings/text/", "coordinator"),
    "city:settings-history": Seen(f"{CITY}/workspace/settings/history/", "coordinator"),
    "city:settings-version": Seen(f"{CITY}/workspace/settings/history/{{version}}/", "coordinator"),
    "city:settings-kind": Seen(f"{CITY}/workspace/settings/framework/contributions/", "coordinator"),
    "city:settings-add": Seen(f"{CITY}/workspace/settings/framework/contributions/add/", "coordinator"),
    "city:settings-entry": Seen(f"{CITY}/workspace/settings/framework/contributions/entries/{{entry}}/", "coordinator"),
    "city:settings-inner-add": Seen(
        f"{CITY}/workspace/settings/framework/{{above_kind}}/entries/{{above}}/add/", "coordinator"
    ),
    "city:settings-inner": Seen(
        f"{CITY}/workspace/settings/framework/{{above_kind}}/entries/{{above}}/parts/{{inner}}/", "coordinator"
    ),
    # records that are looked after
    "city:mine": Seen(f"{CITY}/records/", "manager"),
    "city:records": Seen(f"{CITY}/workspace/records/", "coordinator"),
    "city:merges": Seen(f"{CITY}/workspace/records/merges/", "coordinator"),
    "city:merge": Seen(f"{CITY}/records/organizations/{{organization}}/merge/{{other}}/", "coordinator"),
    "city:add-record": Seen(f"{CITY}/records/organizations/new/", "coordinator"),
    "city:record": Seen(f"{CITY}/records/organizations/{{organization}}/", "coordinator"),
    "city:edit-record": Seen(f"{CITY}/records/organizations/{{organization}}/edit/", "coordinator"),
    "city:add-under": Seen(f"{CITY}/records/programs/{{program}}/add/where/", "coordinator"),
    "city:archive-record": Seen(f"{CITY}/records/organizations/{{organization}}/archive/", "coordinator"),
    "city:history": Seen(f"{CITY}/records/organizations/{{organization}}/history/", "coordinator"),
    # imports
    "city:imports": Seen(f"{CITY}/workspace/imports/", "coordinator"),
    "city:import": Seen(f"{CITY}/workspace/imports/{{import}}/", "coordinator"),
    "city:import-match": Seen(f"{CITY}/workspace/imports/{{import}}/columns/pupils.csv/", "coordinator"),
    "city:import-mapping": Seen(f"{CITY}/workspace/imports/{{import}}/mapping/pupils.csv/", "coordinator"),
    "city:import-discard": Seen(f"{CITY}/workspace/imports/{{import}}/discard/", "coordinator"),
    # what is not there, and what is not for everybody
    "404": Seen("/nothing-is-here/", status=404),
    "403": Seen(f"{CITY}/workspace/people/", "member", status=403),
}
ELSEWHERE = {
    "answers forms alone": {
        *("accounts:end-sessions", "demo:sign-in", "notices:read", "notices:read-all", "people:withdraw-request"),
        *("city:invitation-again", "city:invitation-withdraw", "city:keep-apart", "city:undo-merge"),
        *("city:confirm-record", "city:restore-record", "city:restore-version", "city:repeat-offering"),
        *("city:import-upload", "city:import-remove", "city:import-try", "city:import-confirm"),
        *("mfa_login_webauthn", "openid_connect_callback", "openid_connect_login"),
    },
    "gives a file, or a part of a page": {
        *("city:schools-geojson", "city:areas-geojson", "city:backdrop-geojson", "city:ecosystem-geojson"),
        *("city:organization-geojson", "city:program-geojson", "city:finder-geojson", "city:similar"),
        *("city:export-everything", "city:export-folder", "city:export-table", "city:export-report"),
        *("city:import-problems", "mfa_download_recovery_codes", "sitemap", "None"),
        "accounts:data",
    },
    "leads to another page": {"account_request_login_code", "city:editing"},
    "seen on its journey": {
        *("account_email_verification_sent", "accounts:second-factor", "city:article", "city:import-undo"),
        "account_confirm_login_code",
    },
    "for those who have such a thing": {
        *("mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_deactivate_totp"),
        *("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_remove_webauthn", "mfa_edit_webauthn"),
        "socialaccount_signup",
    },
}
"""Addresses that no reader is led to as a page of its own, with the reason."""


def named(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """The names of all addresses but those of the editors' path."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            if each.namespace != "wagtailadmin_api":
                yield from named(each, f"{before}{each.namespace}:" if each.namespace else before)
        elif isinstance(each, URLPattern) and not each.callback.__module__.startswith("wagtail."):
            yield f"{before}{each.name}"


def test_every_address_is_seen_or_said_why_not() -> None:
    there, elsewhere = set(named(get_resolver())), set().union(*ELSEWHERE.values())
    assert there - set(PAGES) - elsewhere == set()
    assert set(PAGES) - there == {"403", "404"}
    assert elsewhere - there == set()
    assert elsewhere & set(PAGES) == set()


class People:
    """Contexts of a browser in which somebody is signed in, each signed in once."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser, self.site, self.cookies = browser, site, dict[str, object]()

    def page(self, role: str, **more: object) -> Page:
        if role and role not in self.cookies:
            context = self.browser.new_context(base_url=self.site)
            sign_in(context.new_page(), role)
            self.cookies[role] = context.storage_state()
            context.close()
        kept = {"storage_state": self.cookies[role]} if role else {}
        context = self.browser.new_context(base_url=self.site, **kept, **more)
        context.set_default_timeout(30_000)
        return context.new_page()


@pytest.fixture(scope="module")
def people(browser: Browser, site: str) -> People:
    return People(browser, site)


@pytest.fixture(scope="module")
def keys(people: People, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The parts of addresses that name a record, found as a reader finds them; made where there is none."""
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
    found["invitation"] = first("/demo/mail/", r"/account/invitation/([^/\"<\s]+)/")
    found["import"] = begun_import(page, tmp_path_factory.mktemp("files"))
    page.context.close()
    page = people.page("member")
    found["place"] = first(f"{CITY}/organizations/{found['organization']}/", r"/claim/([\w-]{36})/")
    page.context.close()
    asks = people.page("administrator")
    asks.goto(f"/en{CITY}/join/")
    asks.get_by_label("Who are you").fill("Somebody for the tests.")
    asks.get_by_role("button", name="Ask to join").click()
    asks.context.close()
    page = people.page("coordinator")
    found["request"] = first(f"{own}/people/", r"/people/requests/(\d+)/")
    page.context.close()
    return found


def begun_import(page: Page, folder: Path) -> str:
    """An import with a file whose columns are not matched yet."""
    file = folder / "pupils.csv"
    file.write_text("School ID,School name,Latitude,Longitude\n1,Pier School,45.1,-80.2\n", encoding="utf-8")
    page.goto(f"/en{CITY}/workspace/imports/")
    page.get_by_role("button", name="Begin an import").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Add files").click()
    expect(page.get_by_role("heading", name="pupils.csv")).to_be_visible()
    return page.url.split("/imports/")[1].split("/")[0]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_hinders_nobody(name: str, people: People, keys: dict[str, str], site: str) -> None:
    seen = PAGES[name]
    page = people.page(seen.role, viewport=DESK, has_touch=True, reduced_motion="reduce")
    found = faults_of(page, site)
    for language, ways in SEEN.items():
        answer = page.goto(f"/{language}{seen.address.format(**keys)}")
        assert answer is not None
        assert answer.status == seen.status, answer.url
        policy = answer.headers["content-security-policy"]
        found += [part for part in ("unsafe-inline", "unsafe-eval", "*") if part in policy]
        found += [] if "default-src 'none'" in policy else ["other sources are allowed"]
        found += [] if page.locator("html").get_attribute("lang") == language else ["another language"]
        for scheme, screen in ways:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size(screen)
            found += [f"{language}, {scheme}, {screen['width']}: {one}" for one in barriers(page)]
    page.context.close()
    if seen.status != 200:
        found = [one for one in found if "Failed to load resource" not in one]
    assert not found, "\n".join(dict.fromkeys(found))
