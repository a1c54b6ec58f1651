"""Passkeys in a real browser, with a device that it plays: set up, used, refused, under the strict policy of content."""

import re
import shutil
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from playwright.sync_api import CDPSession, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer
from tests.factories.site import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def browsing() -> Iterator[tuple[Page, CDPSession]]:
    """A page, and the line to its browser. Records are read before and after, not while it is open."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = browser.new_page()
        line = page.context.new_cdp_session(page)
        line.send("WebAuthn.enable")
        yield page, line
        browser.close()


def test_a_passkey_is_set_up_and_is_then_all_that_is_needed(live_server: LiveServer) -> None:
    user = person(is_staff=True)
    complaints: list[str] = []
    for page, line in browsing():
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        device = line.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]

        page.goto(f"{live_server.url}/en/look/")
        page.get_by_role("link", name="Sign in").click()
        page.get_by_label("Mail address").fill(user.email)
        page.get_by_role("button", name="Send me a code").click()
        page.wait_for_url("**/code/")
        page.get_by_label("Code").fill(re.search(r"^[A-Z]{4}-[A-Z]{4}$", mail.outbox[-1].body, re.MULTILINE)[0])
        page.get_by_role("button", name="Go on").click()
        page.wait_for_url("**/en/account/")

        page.goto(f"{live_server.url}/en/look/")
        page.get_by_role("link", name="Add a passkey").click()
        page.get_by_role("button", name="Add a passkey").click()
        page.get_by_role("link", name="I have kept them").click()
        page.wait_for_url("**/en/look/")

        page.get_by_role("button", name="Sign out").click()
        page.goto(f"{live_server.url}/en/account/sign-in/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url("**/en/account/")
        page.goto(f"{live_server.url}/en/look/")
        assert page.url.endswith("/en/look/")  # it counts as both factors

        page.get_by_role("button", name="Sign out").click()
        page.goto(f"{live_server.url}/en/account/sign-in/")
        line.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.get_by_text("That did not work. Try again, or use another way.").wait_for()
        assert page.url.endswith("/sign-in/")
    assert not complaints
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"webauthn", "recovery_codes"}


def test_whoever_has_a_passkey_uses_it_after_a_code_by_mail(live_server: LiveServer) -> None:
    user = person()
    for page, line in browsing():
        line.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        for _ in range(2):
            page.goto(f"{live_server.url}/en/account/sign-in/")
            page.get_by_label("Mail address").fill(user.email)
            page.get_by_role("button", name="Send me a code").click()
            page.wait_for_url("**/code/")
            page.get_by_label("Code").fill(re.search(r"^[A-Z]{4}-[A-Z]{4}$", mail.outbox[-1].body, re.MULTILINE)[0])
            page.get_by_role("button", name="Go on").click()
            if page.url.endswith("/en/account/"):
                page.get_by_role("link", name="How you sign in").click()
                page.get_by_role("link", name="Add a passkey").click()
                page.get_by_role("button", name="Add a passkey").click()
                page.wait_for_url("**/recovery-codes/")
                page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="Use my passkey").click()
        page.wait_for_url("**/en/account/")
