"""Pages of editors and spotlights as a browser sees them: addresses, who looks at them, and how these are found."""

import re

from playwright.sync_api import Page

CITY = "/rivermouth"

PAGES = {
    "city:spotlight": (f"{CITY}/spotlight/",),
    "city:spotlight-workshop": (f"{CITY}/workspace/spotlight/", "coordinator"),
    "city:article": (f"{CITY}/pages/{{article}}/who-we-are/",),
    "city:news": (f"{CITY}/news/",),
    "city:news searched": (f"{CITY}/news/?q=choir",),
    "city:article of news": (f"{CITY}/pages/{{news}}/harbor-choir/",),
    "pages:page": ("/pages/{known}/chula-vista/",),
    "pages:news": ("/news/",),
    "spotlights:browse": ("/spotlights/",),
    "spotlights:browse with nothing found": ("/spotlights/?words=nowhere",),
    "spotlights:alike": ("/spotlights/alike/?city=rivermouth",),
    "spotlights:alike with faults": ("/spotlights/alike/?reach=101",),
}
"""Addresses after the language, and who looks at them."""
ANSWER_FORMS_ALONE = {"city:spotlight-make", "city:spotlight-still-true"}
FILES = {"city:news-feed", "pages:news-feed", "spotlights:feed"}
ON_ITS_JOURNEY = {"page-translate"}
LEADS_TO = {"article": "/pages/%s/who-we-are/", "news": "/pages/%s/harbor-choir/", "known": "/pages/%s/chula-vista/"}


def written(stranger: Page) -> dict[str, str]:
    """The numbers of pages of the demonstration."""
    found = {}
    for name, address in (("article", f"{CITY}/"), ("news", f"{CITY}/news/"), ("known", "/spotlights/")):
        stranger.goto(f"/en{address}")
        match = re.search(LEADS_TO[name] % r"(\d+)", stranger.content())
        assert match, address
        found[name] = match[1]
    return found
