"""Pages of partnerships as a browser sees them: addresses, who looks at them, and what is made so that there is one of each."""

import re

from playwright.sync_api import Page, expect

CITY = "/rivermouth"
_DRAFT = f"{CITY}/partnerships/{{draft}}"
_OURS = f"{CITY}/partnerships/{{ours}}"

PAGES = {
    "city:my-partnerships": (f"{CITY}/partnerships/mine/?show=open", "coordinator"),
    "city:partnership-begin": (f"{CITY}/partnerships/new/", "coordinator"),
    "city:partnership of its own": (f"{_DRAFT}/", "coordinator"),
    "city:partnership-agreement": (f"{_DRAFT}/agreement/", "coordinator"),
    "city:agreement-part": (f"{_DRAFT}/agreement/write/what/", "coordinator"),
    "city:agreement-part of both sides": (f"{_DRAFT}/agreement/write/sides/", "coordinator"),
    "city:agreement-add-goal": (f"{_DRAFT}/agreement/goals/", "coordinator"),
    "city:agreement-goal": (f"{_DRAFT}/agreement/goals/{{goal}}/", "coordinator"),
    "city:agreement-version": (f"{_DRAFT}/agreement/1/", "coordinator"),
    "city:partnership-parties": (f"{_DRAFT}/parties/", "coordinator"),
    "city:partnership-step": (f"{_DRAFT}/steps/drop/", "coordinator"),
    "city:partnership-calendar": (f"{CITY}/partnerships/calendar/", "manager"),
    "city:readiness": (f"{CITY}/readiness/", "coordinator"),
    "city:readiness-of": (f"{CITY}/readiness/{{partner}}/", "manager"),
    "city:requirements": (f"{CITY}/workspace/readiness/", "coordinator"),
    "city:requirement-add": (f"{CITY}/workspace/readiness/add/", "coordinator"),
    "city:requirement": (f"{CITY}/workspace/readiness/{{requirement}}/", "coordinator"),
    "city:partnership-sessions": (f"{_OURS}/sessions/", "manager"),
    "city:partnership-session": (f"{_OURS}/sessions/{{session}}/", "manager"),
    "city:partnership-plan": (f"{_OURS}/sessions/plan/", "manager"),
    "city:partnership-sessions-file": (f"{_OURS}/sessions/file/", "manager"),
    "city:partnership-evaluation": (f"{_OURS}/evaluation/", "manager"),
    "city:partnership-check-ins": (f"{_OURS}/check-ins/", "manager"),
    "city:partnership-check-in": (f"{CITY}/partnerships/{{check_in}}/", "manager"),
    "city:partnership-growth": (f"{_OURS}/growth/", "manager"),
    "city:partnership-growth-count": (f"{_OURS}/growth/{{ours_school}}/", "coordinator"),
    "city:partnership-teachers": (f"{_OURS}/teachers/", "coordinator"),
    "check-in:teacher": ("/account/check-in/{teacher}/",),
    "check-in:teacher-growth": ("/account/check-in/{teacher}/growth/",),
    "city:partnership-voice": (f"{_OURS}/voice/", "manager"),
    "city:partnership-voice-run": (f"{_OURS}/voice/{{voice}}/", "manager"),
    "city:partnership-voice-poster": (f"{_OURS}/voice/{{voice}}/poster/", "manager"),
    "city:voice-form": (f"{CITY}/voice/{{voice}}/",),
    "city:voice-thanks": (f"{CITY}/voice/{{voice}}/thanks/",),
    "delivering:planned": ("/took-place/not-one-of-ours/", "", 410),
}
"""Addresses after the language, and who looks at them."""
ANSWER_FORMS_ALONE = {
    *("city:partnership-planned", "city:partnership-plan-end", "city:partnership-sessions-undo"),
    *("city:readiness-unchanged", "city:requirement-step"),
    *("city:partnership-begin-from", "city:agreement-put-up", "city:agreement-take-back", "city:agreement-new-version"),
    *("city:agreement-put-aside", "city:agreement-decline", "city:agreement-sign"),
}
ANSWER_FORMS_ALONE |= {"city:partnership-teacher-end", "city:partnership-voice-close", "city:partnership-voice-reopen"}
FILES = {
    "city:voice-code",
    "city:partnership-sessions-download",
    "city:agreement-paper",
    "city:partnership-evaluation-pdf",
}
ON_ITS_JOURNEY = {"city:agreement-changes"}


def begun_partnership(coordinator: Page) -> dict[str, str]:
    """A partnership that a coordinator begins, with one goal in its agreement."""
    coordinator.goto(f"/en{CITY}/partnerships/new/")
    coordinator.get_by_label("Which organization?").select_option(index=1)
    coordinator.get_by_label("Which school or district?").select_option(index=1)
    coordinator.get_by_label("What do they call it?").fill("Fiddles together")
    coordinator.get_by_role("button", name="Begin").click()
    expect(coordinator.get_by_role("heading", level=1)).to_have_text("Fiddles together")
    agreement = coordinator.url
    coordinator.goto(f"{agreement}goals/")
    coordinator.get_by_label("What do you want to reach?").fill("All play a tune by heart.")
    coordinator.get_by_role("button", name="Save", exact=True).click()
    goal = re.findall(r"/agreement/goals/([\w-]{36})/", coordinator.content())[0]
    return {"draft": re.findall(r"/partnerships/([\w-]{36})/", agreement)[0], "goal": goal}


def logged_session(manager: Page) -> dict[str, str]:
    """A partnership of the manager's that is under way, and a session that was logged in it."""
    manager.goto(f"/en{CITY}/partnerships/mine/?show=open")
    for ours in dict.fromkeys(re.findall(r"/rivermouth/partnerships/([\w-]{36})/", manager.content())):
        manager.goto(f"/en{CITY}/partnerships/{ours}/sessions/")
        if found := re.findall(r"/sessions/([\w-]{36})/", manager.content()):
            return {"ours": ours, "session": found[0]}
    raise AssertionError("The manager has no partnership with a session.")


def checked_in(manager: Page, coordinator: Page, ours: str) -> dict[str, str]:
    """A check-in that waits for the manager, a form for the students, and a teacher whom the coordinator names."""
    found = {}
    manager.goto(f"/en{CITY}/partnerships/mine/?show=open")
    for one in dict.fromkeys(re.findall(r"/rivermouth/partnerships/([\w-]{36})/", manager.content())):
        manager.goto(f"/en{CITY}/partnerships/{one}/check-ins/")
        if due := re.findall(rf"/partnerships/({one}/check-ins/[\d-]{{10}}/[\w-]{{36}})/", manager.content()):
            found["check_in"] = due[0]
            break
    manager.goto(f"/en{CITY}/partnerships/{ours}/voice/")
    manager.get_by_role("button", name="Open a form").click()
    found["voice"] = re.findall(r"/voice/(\w{10})/", manager.url)[0]
    coordinator.goto(f"/en{CITY}/partnerships/{ours}/growth/")
    found["ours_school"] = re.findall(rf"{ours}/growth/([\w-]+)/", coordinator.content())[0]
    coordinator.goto(f"/en{CITY}/partnerships/{ours}/teachers/")
    coordinator.get_by_label("Name", exact=True).fill("Kim Keys")
    coordinator.get_by_label("Mail address").fill("kim@rivermouth.example")
    coordinator.get_by_role("button", name="Send the link").click()
    coordinator.goto("/en/demo/mail/")
    found["teacher"] = re.findall(r"/account/check-in/([^/\"<\s]+)/", coordinator.content())[0]
    return found
