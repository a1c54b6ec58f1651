"""What is made in the demonstration so that there is a page of each kind."""

import os
import re
from pathlib import Path

import django
from playwright.sync_api import Page, expect
from tests.e2e.browsing import FOR_WORK, PEOPLE, make_account
from tests.e2e.pages_of_partnerships import CITY

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.site.settings"
django.setup()

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time  # noqa: E402 - Django has to be set up first

CAREFUL = "careful@rivermouth.example"


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
    review = re.findall(r"/rivermouth/reviews/([\w-]+/\d+)/", page.content())[-1]  # nobody has asked the last one yet
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
