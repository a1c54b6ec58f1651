"""Pages of the day of a session and after as a browser sees them: addresses, who looks at them, and how these are found."""

import re

from playwright.sync_api import Page

CITY = "/rivermouth"
_ONE = f"{CITY}/sessions/{{held}}"

PAGES = {
    "city:meetings-attendance": (f"{CITY}/sessions/attendance/", "member"),
    "city:meeting-sign-in": (f"{_ONE}/sign-in/", "coordinator"),
    "city:meeting-door": (f"{_ONE}/door/", "coordinator"),
    "city:meeting-notes": (f"{_ONE}/notes/", "coordinator"),
    "city:meeting-decision": (f"{_ONE}/decisions/{{held_decision}}/", "coordinator"),
    "city:meeting-minutes": (f"{_ONE}/minutes/",),
    "city:meeting-minutes for coordinators": (f"{_ONE}/minutes/", "coordinator"),
    "meeting:here": ("/here/{convened_code}/",),
    "meeting:here-by": ("/here/by/{convened_token}/",),
    "meeting:minutes-by": ("/here/minutes/{held_token}/",),
}
"""Addresses after the language, and who looks at them."""
ANSWER_FORMS_ALONE = {"city:meeting-decide", "city:meeting-decision-remove", "city:meeting-send"}
FILES = {
    "city:meeting-packet",
    "city:meeting-minutes-pdf",
    "city:meeting-export",
    "meeting:minutes-by-pdf",
    "meeting:packet-by",
    "meeting:code",
}
ON_ITS_JOURNEY: set[str] = set()


def held(coordinator: Page, convened: str) -> dict[str, str]:
    """The session of the demonstration that took place, a decision of it and the link to its minutes; a code to sign in."""
    coordinator.goto(f"/en{CITY}/sessions/?show=past")
    content = coordinator.locator("main").inner_html()
    found = {"held": re.findall(r'/sessions/([\w-]{36})/"[^>]*>Who makes music', content)[0]}
    coordinator.goto(f"/en{CITY}/sessions/{found['held']}/notes/")
    found["held_decision"] = re.findall(r"/decisions/(\d+)/", coordinator.content())[0]
    coordinator.goto(f"/en{CITY}/sessions/{convened}/sign-in/")
    address = coordinator.locator(".address a").get_attribute("href") or ""
    found["convened_code"] = address.rstrip("/").rpartition("/")[2]
    coordinator.goto("/demo/mail/")
    found["held_token"] = re.findall(r"/here/minutes/([\w-]{43})/", coordinator.content())[0]
    return found
