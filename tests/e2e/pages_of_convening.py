"""Pages of planning sessions as a browser sees them: addresses, who looks at them, and what is made for them."""

import re

from playwright.sync_api import Page, expect

CITY = "/rivermouth"
GUEST = "gail@rivermouth.example"
_ONE = f"{CITY}/sessions/{{convened}}"
_POLL = f"{CITY}/sessions/{{convened_poll}}"

PAGES = {
    "city:planning-sessions": (f"{CITY}/sessions/",),
    "city:planning-sessions for coordinators": (f"{CITY}/sessions/", "coordinator"),
    "city:planning-session": (f"{_ONE}/",),
    "city:planning-session of whoever is asked": (f"{_ONE}/", "liaison"),
    "city:planning-session as it is run": (f"{_ONE}/", "coordinator"),
    "city:planning-session-new": (f"{CITY}/sessions/new/", "coordinator"),
    "city:planning-session-plan": (f"{_ONE}/plan/purpose/", "coordinator"),
    "city:planning-session-plan findings": (f"{_ONE}/plan/findings/", "coordinator"),
    "city:planning-session-plan agenda": (f"{_ONE}/plan/agenda/", "coordinator"),
    "city:planning-session-plan time": (f"{_ONE}/plan/time/", "coordinator"),
    "city:planning-session-plan access": (f"{_ONE}/plan/access/", "coordinator"),
    "city:planning-session-cancel": (f"{_ONE}/cancel/", "coordinator"),
    "city:planning-session-series": (f"{_ONE}/series/", "coordinator"),
    "city:planning-session-dates": (f"{_POLL}/dates/", "coordinator"),
    "city:planning-session-people": (f"{_ONE}/people/", "coordinator"),
    "convening:invitation": ("/session/{convened_token}/",),
    "convening:calendar": ("/session/calendar/", "liaison"),
}
"""Addresses after the language, and who looks at them."""
ANSWER_FORMS_ALONE = {
    "city:planning-session-answer",
    "city:planning-session-ask",
    "city:planning-session-call",
    "city:planning-session-discard",
    "city:planning-session-choose",
    "city:planning-session-remove",
    "convening:leave",
    "convening:not-for-me",
}
FILES = {
    "city:planning-sessions-calendar",
    "city:planning-session-file",
    "convening:file",
    "convening:feed",
}
ON_ITS_JOURNEY: set[str] = set()


def convened(coordinator: Page) -> dict[str, str]:
    """The sessions of the demonstration that are called, and that look for a date, and the link of somebody asked by mail."""
    coordinator.goto(f"/en{CITY}/sessions/")
    content, found = coordinator.locator("main").inner_html(), {}
    for name, title in (("convened", "See who is left out"), ("convened_poll", "Decide first steps")):
        found[name] = re.findall(rf"/sessions/([\w-]{{36}})/\"[^>]*>{title}", content)[0]
    coordinator.goto(f"/en{CITY}/sessions/{found['convened']}/people/")
    coordinator.get_by_label("Mail addresses, one on each line").fill(f"{GUEST}, Gail Guest")
    coordinator.get_by_role("button", name="Ask these people").click()
    expect(coordinator.get_by_role("status").first).to_contain_text("1 person is asked.")
    found["convened_token"] = _mailed(coordinator)
    return found


def _mailed(page: Page) -> str:
    """The secret of a link to a session in the newest mail to the guest, which is sent in the background."""
    for _attempt in range(60):
        page.goto("/demo/mail/")
        for letter in page.locator("article", has_text=GUEST).all():
            if tokens := re.findall(r"/session/([\w-]{43})/", letter.inner_html()):
                return str(tokens[0])
        page.wait_for_timeout(500)
    raise AssertionError("No mail about a session has come.")
