"""Pages of self-examinations as a browser sees them: addresses, who looks at them, and what is made for them."""

import re

from playwright.sync_api import Page, expect

CITY = "/rivermouth"
_ONE = f"{CITY}/self-examination/{{examined}}"
_TEAM = f"{CITY}/workspace/self-examination/{{examined}}"

PAGES = {
    "city:self-examinations": (f"{CITY}/self-examination/",),
    "city:self-examination": (f"{CITY}/self-examination/{{examined_before}}/",),
    "city:self-examination as it goes": (f"{_ONE}/", "member"),
    "city:self-examination-section": (f"{_ONE}/access/", "coordinator"),
    "city:self-examination-new": (f"{CITY}/workspace/self-examination/new/", "coordinator"),
    "city:self-examination-run": (f"{_TEAM}/", "coordinator"),
    "city:self-examination-change": (f"{_TEAM}/change/", "coordinator"),
    "city:self-examination-link": (f"{_TEAM}/links/{{examined_link}}/", "coordinator"),
    "city:self-examination-answers": (f"{_TEAM}/answers/", "coordinator"),
    "city:self-examination-answer": (f"{_TEAM}/answer/", "editor"),
    "examination:link": ("/answer/{examined_token}/",),
    "examination:thanks": ("/answer/{examined_token}/thanks/",),
    "examination:overview": ("/answer/{examined_token}/as/{examined_respondent}/",),
    "examination:section": ("/answer/{examined_token}/as/{examined_respondent}/access/",),
}
"""Addresses after the language, and who looks at them."""
ANSWER_FORMS_ALONE = {
    "city:self-examination-evidence-add",
    "city:self-examination-evidence-remove",
    "city:self-examination-step",
    "city:self-examination-ask",
    "city:self-examination-remind",
    "city:self-examination-link-end",
    "examination:not-for-me",
}
FILES = {"city:self-examination-paper", "city:self-examination-evidence", "examination:code"}
ON_ITS_JOURNEY: set[str] = set()


def examined(coordinator: Page, visitor: Page) -> dict[str, str]:
    """The self-examinations of the demonstration, and somebody without an account who has begun to answer by a link."""
    coordinator.goto(f"/en{CITY}/self-examination/")
    now, before = re.findall(r"/rivermouth/self-examination/(\d{4})/", coordinator.locator("main").inner_html())[:2]
    coordinator.goto(f"/en{CITY}/workspace/self-examination/{now}/")
    coordinator.get_by_role("radio", name="To hand around").check()
    coordinator.get_by_role("button", name="Make the link").click()
    expect(coordinator.get_by_role("status").first).to_contain_text("The link is made")
    link = re.findall(r"/links/(\d+)/", coordinator.url)[0]
    token = re.findall(r"/answer/([\w-]+)/", coordinator.content())[0]
    visitor.goto(f"/en/answer/{token}/")
    visitor.get_by_label("Families").check()
    visitor.get_by_role("button", name="Begin").click()
    visitor.wait_for_url("**/as/**")
    respondent = re.findall(r"/as/([\w-]+)/", visitor.url)[0]
    return {
        "examined": now,
        "examined_before": before,
        "examined_link": link,
        "examined_token": token,
        "examined_respondent": respondent,
    }
