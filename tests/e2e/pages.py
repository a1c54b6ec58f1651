"""Every page of the site: its address, who looks at it, and how one gets there; and addresses that are no page of their own."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from playwright.sync_api import Page, Response
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
from tests.e2e.browsing import YEAR

CITY = pages_of_partnerships.CITY
FEATURES = (
    pages_of_partnerships,
    pages_of_committing,
    pages_of_examining,
    pages_of_convening,
    pages_of_meeting,
    pages_of_endorsing,
    pages_of_briefing,
    pages_of_media,
    pages_of_editors,
    pages_of_resources,
    pages_of_stories,
)
"""Features that list their own pages."""


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
    "city:survey-year": Seen(f"{CITY}/survey/{YEAR}/", "liaison"),
    "city:survey-school": Seen(f"{CITY}/survey/{YEAR}/s001/", "liaison"),
    "city:survey-step": Seen(f"{CITY}/survey/{YEAR}/s001/steps/teachers/", "liaison"),
    "city:survey-step about partners": Seen(f"{CITY}/survey/{YEAR}/s001/steps/partners/", "liaison"),
    "city:survey-step with details": Seen(f"{CITY}/survey/{YEAR}/s001/steps/details/", "liaison"),
    "city:survey-review": Seen(f"{CITY}/survey/{YEAR}/s001/review/", "liaison"),
    "city:survey-ask": Seen(f"{CITY}/survey/{YEAR}/s001/help/", "liaison"),
    "city:survey-paper": Seen(f"{CITY}/survey/{YEAR}/s001/paper/", "liaison"),
    "city:surveys": Seen(f"{CITY}/workspace/survey/", "coordinator"),
    "city:deliveries-told-twice": Seen(f"{CITY}/workspace/deliveries/", "coordinator"),
    "city:survey-board": Seen(f"{CITY}/workspace/survey/{YEAR}/", "coordinator"),
    "city:survey-change": Seen(f"{CITY}/workspace/survey/{YEAR}/change/", "coordinator"),
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
    **{name: Seen(*given) for feature in FEATURES for name, given in feature.PAGES.items()},
}
"""By the name of the address, and by what is special where one is seen in more than one state."""
ELSEWHERE = {
    "answers forms alone": {
        *(
            "accounts:end-sessions",
            "accounts:mail-again",
            "mail:report",
            "demo:sign-in",
            "notices:read",
            "notices:read-all",
            "people:withdraw-request",
        ),
        *("city:invitation-again", "city:invitation-withdraw", "city:keep-apart", "city:undo-merge"),
        *("city:confirm-record", "city:restore-record", "city:restore-version", "city:repeat-offering"),
        *("city:import-upload", "city:import-remove", "city:import-try", "city:import-confirm"),
        *("city:follow-conversation", "city:close-conversation"),
        *("city:survey-stop-link", "city:survey-close", "city:survey-reopen", "city:survey-remind"),
        *("city:survey-remind-school", "city:family-close", "city:family-reopen"),
        *("mfa_login_webauthn", "openid_connect_callback", "openid_connect_login"),
        *(name for feature in FEATURES for name in feature.ANSWER_FORMS_ALONE),
    },
    "gives a file, or a part of a page": {
        *("city:schools-geojson", "city:areas-geojson", "city:backdrop-geojson", "city:ecosystem-geojson"),
        *("city:organization-geojson", "city:program-geojson", "city:finder-geojson", "city:similar"),
        *("city:survey-board-file", "city:needs-ledger-file", "city:needs-overview-file", "city:family-code"),
        *("city:partnership-portfolio-areas", "city:partnership-portfolio-needs"),
        *("city:partnership-portfolio-file", "city:organization-partnerships-file", "city:school-partnerships-file"),
        *("city:export-everything", "city:export-folder", "city:export-table", "city:export-report"),
        *("city:import-problems", "mfa_download_recovery_codes", "sitemap", "None"),
        "accounts:data",
        *(name for feature in FEATURES for name in feature.FILES),
    },
    "leads to another page": {"city:survey", "account_request_login_code", "city:editing"},
    "seen on its journey": {
        "survey:help",
        *("account_email_verification_sent", "accounts:second-factor", "accounts:unsent"),
        "city:import-undo",
        "account_confirm_login_code",
        *(name for feature in FEATURES for name in feature.ON_ITS_JOURNEY),
    },
    "for those whom another server sends": {"socialaccount_signup"},
}
"""Addresses that no reader is led to as a page of its own, with the reason."""
