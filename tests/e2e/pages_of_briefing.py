"""Pages of briefs as a browser sees them: addresses, who looks at them, and what the demonstration has."""

import re

from playwright.sync_api import Page

CITY = "/rivermouth"
_ONE = f"{CITY}/briefs/{{brief}}"

PAGES = {
    "city:briefs": (f"{CITY}/briefs/",),
    "city:briefs for coordinators": (f"{CITY}/briefs/", "coordinator"),
    "city:brief": (f"{_ONE}/",),
    "city:brief for coordinators": (f"{_ONE}/", "coordinator"),
    "city:brief-new": (f"{CITY}/workspace/briefs/new/", "coordinator"),
    "city:brief-change": (f"{_ONE}/change/", "coordinator"),
}
"""Addresses after the language, and who looks at them."""
ANSWER_FORMS_ALONE = {"city:brief-step"}
FILES = {"city:brief-paper", "city:brief-preview"}
ON_ITS_JOURNEY: set[str] = set()


def briefed(stranger: Page) -> dict[str, str]:
    """A brief of the demonstration that everybody reads."""
    stranger.goto(f"/en{CITY}/briefs/")
    return {"brief": re.findall(r"/rivermouth/briefs/([\w-]{36})/", stranger.content())[0]}
