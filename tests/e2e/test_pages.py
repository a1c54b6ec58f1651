"""Every page of the site as a browser sees it: in both languages, light and dark, on a phone and at a desk.

An address that is neither in PAGES nor in ELSEWHERE fails, so that no new page goes unseen.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import django
import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, path
from playwright.sync_api import Browser, Page, Response, expect
from tests.e2e import pages_of_partnerships
from tests.e2e.browsing import (
    DESK,
    FOR_WORK,
    PEOPLE,
    PHONE,
    ask_for_code,
    barriers,
    faults_of,
    link_of,
    make_account,
    sign_in,
)

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.site.settings"
django.setup()

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time  # noqa: E402 - Django has to be set up first

from allcity.site.accounts.demo import SEPARATOR  # noqa: E402 - Django has to be set up first

pytestmark = pytest.mark.browser
CITY = "/rivermouth"
CAREFUL = "careful@rivermouth.example"
SEEN = (
    {"en": (("light", DESK), ("dark", PHONE)), "es": (("dark", DESK), ("light", PHONE))},
    {"en": (("dark", DESK), ("light", PHONE)), "es": (("light", DESK), ("dark", PHONE))},
)
"""Pages are seen in the first four ways and in the second by turns. In each, a language meets both widths and both
schemes, and a width both schemes."""


def opened(page: Page, address: str) -> Response:
    """The answer to going to an address."""
    answer = page.goto(address)
    assert answer is not None
    return answer


def too_large(page: Page, address: str) -> Response:
    """The answer to a form that sends more than may be sent at once."""
    page.goto(address)
    with page.expect_navigation() as sent:
        page.evaluate("""() => {
          const form = document.createElement("form"), text = document.createElement("input");
          Object.assign(form, {method: "post", enctype: "multipart/form-data"});
          Object.assign(text, {type: "hidden", name: "text", value: "x".repeat(41 * 2 ** 20)});
          form.append(text);
          document.body.append(form);
          form.submit();
        }""")
    return sent.value


def too_often(page: Page, address: str) -> Response:
    """The answer to a form that is sent more often than anybody would."""
    page.goto(address)
    for _ in range(11):
        page.locator("main form.stacked [name=email]").fill("another@rivermouth.example")
        with page.expect_navigation() as sent:
            page.locator("[name=action_add]").click()
        if sent.value.status != 200:
            break
        page.goto(address)
    return sent.value


def failed(page: Page, address: str) -> Response:
    """The answer of an address that is in the tests alone, behind which something fails."""

    def fail(_: HttpRequest) -> HttpResponse:
        raise ArithmeticError

    with override_settings(ROOT_URLCONF=(path("<path:any>", fail),)):
        language = address.split("/")[1]
        answer = Client(raise_request_exception=False).get(address, headers={"accept-language": language})
    page.route(
        f"**{address}",
        lambda asked: asked.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.content),
    )
    return opened(page, address)


@dataclass(frozen=True)
class Seen:
    """A page: its address after the language, who looks at it, the status that it has, and how one gets there."""

    address: str
    role: str = ""
    status: int = 200
    reach: Callable[[Page, str], Response] = opened


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
    "city:need": Seen(f"{CITY}/needs/{{need}}/"),
    "city:needs-ledger": Seen(f"{CITY}/workspace/needs/", "coordinator"),
    "city:needs-overview": Seen(f"{CITY}/workspace/needs/overview/", "coordinator"),
    "city:needs-calls": Seen(f"{CITY}/workspace/needs/overview/calls/", "coordinator"),
    "city:needs-letter": Seen(f"{CITY}/workspace/needs/overview/calls/letter/", "coordinator"),
    "city:need-add": Seen(f"{CITY}/workspace/needs/new/", "coordinator"),
    "city:need-record": Seen(f"{CITY}/workspace/needs/{{need}}/", "coordinator"),
    "city:need-change": Seen(f"{CITY}/workspace/needs/{{need}}/change/", "coordinator"),
    "city:proposals": Seen(f"{CITY}/proposals/?show=all", "coordinator"),
    "city:propose": Seen(f"{CITY}/proposals/new/?organization={{organization}}", "liaison"),
    "city:proposal": Seen(f"{CITY}/proposals/{{proposal}}/", "manager"),
    "city:proposal-step": Seen(f"{CITY}/proposals/{{proposal}}/next/", "manager"),
    "city:proposal-bring": Seen(f"{CITY}/proposals/{{proposal}}/brings/space/", "manager"),
    "city:family-results": Seen(f"{CITY}/families/"),
    "city:family-results-school": Seen(f"{CITY}/families/schools/{{school}}/"),
    "city:family-form": Seen(f"{CITY}/families/{{family}}/"),
    "city:family-thanks": Seen(f"{CITY}/families/{{family}}/thanks/"),
    "city:family-forms": Seen(f"{CITY}/workspace/families/", "coordinator"),
    "city:family-run": Seen(f"{CITY}/workspace/families/{{family}}/", "coordinator"),
    "city:family-poster": Seen(f"{CITY}/workspace/families/{{family}}/poster/", "coordinator"),
    "city:family-hands": Seen(f"{CITY}/workspace/families/{{family}}/hands/", "coordinator"),
    "city:partnerships": Seen(f"{CITY}/partnerships/"),
    "city:partnership": Seen(f"{CITY}/partnerships/{{partnership}}/"),
    "city:organization-partnerships": Seen(f"{CITY}/organizations/{{organization}}/partnerships/", "coordinator"),
    "city:school-partnerships": Seen(f"{CITY}/schools/{{school}}/partnerships/", "coordinator"),
    "city:partnership-portfolio": Seen(f"{CITY}/workspace/partnerships/", "coordinator"),
    "city:next-partnerships": Seen(f"{CITY}/workspace/partnerships/next/", "coordinator"),
    "city:reviews": Seen(f"{CITY}/workspace/partnerships/reviews/", "coordinator"),
    "city:review": Seen(f"{CITY}/reviews/{{review}}/", "coordinator"),
    "city:review-ask": Seen(f"{CITY}/reviews/{{review}}/ask/", "coordinator"),
    "city:review-answer": Seen(f"{CITY}/reviews/{{review}}/answers/{{review_voice}}/", "coordinator"),
    "city:review-share": Seen(f"{CITY}/reviews/{{review}}/share/", "coordinator"),
    "city:review-close": Seen(f"{CITY}/reviews/{{review}}/close/", "coordinator"),
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
    "mfa_index with passkey and app": Seen("/account/security/", "careful"),
    "mfa_activate_totp": Seen("/account/security/totp/activate/", "member"),
    "mfa_list_webauthn": Seen("/account/security/webauthn/", "member"),
    "mfa_list_webauthn with one": Seen("/account/security/webauthn/", "careful"),
    "mfa_add_webauthn": Seen("/account/security/webauthn/add/", "member"),
    "mfa_edit_webauthn": Seen("/account/security/webauthn/keys/{passkey}/edit/", "careful"),
    "mfa_remove_webauthn": Seen("/account/security/webauthn/keys/{passkey}/remove/", "careful"),
    "mfa_deactivate_totp": Seen("/account/security/totp/deactivate/", "careful"),
    "mfa_view_recovery_codes": Seen("/account/security/recovery-codes/", "careful"),
    "mfa_generate_recovery_codes": Seen("/account/security/recovery-codes/generate/", "careful"),
    "mfa_reauthenticate": Seen("/account/security/reauthenticate/", "careful"),
    "mfa_reauthenticate_webauthn": Seen("/account/security/webauthn/reauthenticate/", "careful"),
    "mfa_authenticate": Seen("/account/security/authenticate/", "half signed in"),
    "socialaccount_connections": Seen("/account/single-sign-on/", "member"),
    "socialaccount_login_cancelled": Seen("/account/single-sign-on/login/cancelled/"),
    "socialaccount_login_error": Seen("/account/single-sign-on/login/error/", status=401),
    "people:invitation": Seen("/account/invitation/{invitation}/"),
    "notices:work": Seen("/work/", "coordinator"),
    "notices:notices": Seen("/work/notices/", "coordinator"),
    "notices:preferences": Seen("/account/notices/", "coordinator"),
    "notices:stop": Seen("/account/notices/stop/cut-off/", status=404),
    "directory:still-true": Seen("/still-true/{still_true}/"),
    "directory:still-true cut off": Seen("/still-true/cut-off/", status=410),
    # conversations
    "city:conversations": Seen(f"{CITY}/conversations/"),
    "city:conversations of a member": Seen(f"{CITY}/conversations/?q=violins", "member"),
    "city:start-conversation": Seen(f"{CITY}/conversations/new/", "editor"),
    "city:conversation": Seen(f"{CITY}/conversations/{{thread}}/"),
    "city:conversation of a member": Seen(f"{CITY}/conversations/{{thread}}/?quote={{post}}", "member"),
    "city:change-post": Seen(f"{CITY}/conversations/{{thread}}/posts/{{post}}/", "editor"),
    "city:report": Seen(f"{CITY}/report/post/{{post}}/"),
    "city:moderation-answer": Seen(f"{CITY}/report/{{case}}/answer/", "editor"),
    "city:moderation": Seen(f"{CITY}/workspace/moderation/?show=kept", "coordinator"),
    "city:moderation-case": Seen(f"{CITY}/workspace/moderation/{{case}}/", "coordinator"),
    "conversations:written": Seen("/account/posts/", "editor"),
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
    "city:discard": Seen(f"{CITY}/workspace/start/discard/", "coordinator"),
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
    "city:needs-for": Seen(f"{CITY}/needs/for/{{organization}}/", "coordinator"),
    "city:offers-for": Seen(f"{CITY}/offers/for/{{school}}/", "coordinator"),
    "city:edit-record": Seen(f"{CITY}/records/organizations/{{organization}}/edit/", "coordinator"),
    "city:add-under": Seen(f"{CITY}/records/programs/{{program}}/add/where/", "coordinator"),
    "city:archive-record": Seen(f"{CITY}/records/organizations/{{organization}}/archive/", "coordinator"),
    "city:history": Seen(f"{CITY}/records/organizations/{{organization}}/history/", "coordinator"),
    # the yearly survey of schools
    "city:survey-year": Seen(f"{CITY}/survey/2025/", "liaison"),
    "city:survey-school": Seen(f"{CITY}/survey/2025/s001/", "liaison"),
    "city:survey-step": Seen(f"{CITY}/survey/2025/s001/steps/teachers/", "liaison"),
    "city:survey-step about partners": Seen(f"{CITY}/survey/2025/s001/steps/partners/", "liaison"),
    "city:survey-step with details": Seen(f"{CITY}/survey/2025/s001/steps/details/", "liaison"),
    "city:survey-review": Seen(f"{CITY}/survey/2025/s001/review/", "liaison"),
    "city:survey-ask": Seen(f"{CITY}/survey/2025/s001/help/", "liaison"),
    "city:survey-paper": Seen(f"{CITY}/survey/2025/s001/paper/", "liaison"),
    "city:surveys": Seen(f"{CITY}/workspace/survey/", "coordinator"),
    "city:deliveries-told-twice": Seen(f"{CITY}/workspace/deliveries/", "coordinator"),
    "city:survey-board": Seen(f"{CITY}/workspace/survey/2025/", "coordinator"),
    "city:survey-change": Seen(f"{CITY}/workspace/survey/2025/change/", "coordinator"),
    # imports
    "city:imports": Seen(f"{CITY}/workspace/imports/", "coordinator"),
    "city:import": Seen(f"{CITY}/workspace/imports/{{import}}/", "coordinator"),
    "city:import-match": Seen(f"{CITY}/workspace/imports/{{import}}/columns/pupils.csv/", "coordinator"),
    "city:import-mapping": Seen(f"{CITY}/workspace/imports/{{import}}/mapping/pupils.csv/", "coordinator"),
    "city:import-discard": Seen(f"{CITY}/workspace/imports/{{import}}/discard/", "coordinator"),
    # what is not there, what is not for everybody, and what goes wrong
    "404": Seen("/nothing-is-here/", status=404),
    "403": Seen(f"{CITY}/workspace/people/", "member", status=403),
    "413": Seen("/", status=413, reach=too_large),
    "429": Seen("/account/mail/", "liaison", status=429, reach=too_often),
    "500": Seen("/fails/", status=500, reach=failed),
    # partnerships, with their agreements, sessions, check-ins and evaluations
    **{name: Seen(*given) for name, given in pages_of_partnerships.PAGES.items()},
}
"""By the name of the address, and by what is special where one is seen in more than one state."""
ELSEWHERE = {
    "answers forms alone": {
        *("accounts:end-sessions", "demo:sign-in", "notices:read", "notices:read-all", "people:withdraw-request"),
        *("city:invitation-again", "city:invitation-withdraw", "city:keep-apart", "city:undo-merge"),
        *("city:confirm-record", "city:restore-record", "city:restore-version", "city:repeat-offering"),
        *("city:import-upload", "city:import-remove", "city:import-try", "city:import-confirm"),
        *("city:follow-conversation", "city:close-conversation"),
        *("city:survey-stop-link", "city:survey-close", "city:survey-reopen", "city:survey-remind"),
        *("city:survey-remind-school", "city:family-close", "city:family-reopen"),
        *("mfa_login_webauthn", "openid_connect_callback", "openid_connect_login"),
        *pages_of_partnerships.ANSWER_FORMS_ALONE,
    },
    "gives a file, or a part of a page": {
        *("city:schools-geojson", "city:areas-geojson", "city:backdrop-geojson", "city:ecosystem-geojson"),
        *("city:organization-geojson", "city:program-geojson", "city:finder-geojson", "city:similar"),
        *("city:survey-board-file", "city:needs-ledger-file", "city:needs-overview-file", "city:family-code"),
        *("city:partnership-portfolio-file", "city:organization-partnerships-file", "city:school-partnerships-file"),
        *("city:export-everything", "city:export-folder", "city:export-table", "city:export-report"),
        *("city:import-problems", "mfa_download_recovery_codes", "sitemap", "None"),
        "accounts:data",
        *pages_of_partnerships.FILES,
    },
    "leads to another page": {"city:survey", "account_request_login_code", "city:editing"},
    "seen on its journey": {
        "survey:help",
        *("account_email_verification_sent", "accounts:second-factor", "accounts:unsent", "city:article"),
        "city:import-undo",
        "account_confirm_login_code",
        *pages_of_partnerships.ON_ITS_JOURNEY,
    },
    "for those whom another server sends": {"socialaccount_signup"},
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


def begun_conversation(writer: Page, coordinator: Page) -> dict[str, str]:
    """A conversation for everybody, with a post that was reported and stands."""
    writer.goto(f"/en{CITY}/conversations/new/")
    writer.get_by_label("What is it about?").fill("Violins to lend")
    writer.get_by_label("What do you want to say?").fill("Who has some that stand idle?")
    writer.get_by_label("Everybody, without signing in").check()
    writer.get_by_role("button", name="Start it").click()
    expect(writer.get_by_role("heading", level=1)).to_have_text("Violins to lend")
    thread, post = re.findall(r"/conversations/([\w-]{36})/posts/([\w-]{36})/", writer.content())[0]
    coordinator.goto(f"/en{CITY}/report/post/{post}/")
    coordinator.get_by_label("What is wrong with it?").fill("Is this advertising?")
    coordinator.get_by_role("button", name="Report it").click()
    expect(coordinator.get_by_role("button", name="Let it stand")).to_be_visible()
    case = coordinator.url.rstrip("/").rpartition("/")[2]
    coordinator.get_by_role("button", name="Let it stand").click()
    expect(coordinator.get_by_role("status").first).to_contain_text("Decided")
    return {"thread": thread, "post": post, "case": case}


def take_care(page: Page) -> None:
    """Make an account with a passkey, held by a device that there is not, and with an authenticator app."""
    make_account(page, CAREFUL, *PEOPLE["careful"].split())
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    holds = ("hasResidentKey", "hasUserVerification", "isUserVerified", "automaticPresenceSimulation")
    options = {"protocol": "ctap2", "transport": "internal", **dict.fromkeys(holds, True)}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto("/en/account/security/webauthn/add/")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.goto("/en/account/security/totp/activate/")
    for _ in range(5):  # a code that was made in the last second of its half minute comes too late
        key = page.locator("main code").inner_text()
        code = format_hotp_value(hotp_value(key, next(yield_hotp_counters_from_time())))
        page.locator("[name=code]").fill(code)
        with page.expect_navigation(timeout=FOR_WORK):
            page.get_by_role("button", name="Go on").click()
        if "/activate/" not in page.url:
            return
    raise AssertionError(page.locator("main").inner_text())


def asked_school(page: Page) -> dict[str, str]:
    """A school that the coordinator asks about its own music, and one for whom the coordinator answers."""
    page.goto(f"/en{CITY}/workspace/partnerships/reviews/")
    review = re.findall(r"/rivermouth/reviews/([\w-]+/\d+)/", page.content())[0]
    page.goto(f"/en{CITY}/reviews/{review}/ask/")
    page.get_by_label("What do you want to ask?").fill("What does the school see itself?")
    page.get_by_role("button", name="Send").click()
    voices = re.findall(rf"/rivermouth/reviews/{review}/answers/([\w-]{{36}})/", page.content())
    return {"review": review, "review_voice": voices[0]}


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
