"""Pages of endorsements and of sharing as a browser sees them."""

import re

from playwright.sync_api import Page, expect

CITY = "/rivermouth"

PAGES = {
    "city:endorse": (f"{CITY}/endorse/",),
    "city:endorse-sent": (f"{CITY}/endorse/sent/",),
    "city:share": (f"{CITY}/share/",),
    "endorsement:link": ("/endorsement/{endorsement}/",),
    "endorsement:link that leads nowhere": ("/endorsement/not-one-of-ours/", "", 404),
    "endorsement:change": ("/endorsement/{endorsement}/change/",),
}
"""Addresses after the language, and who looks at them."""
ANSWER_FORMS_ALONE = {"endorsement:withdraw"}
FILES = {"city:share-code", "city:share-badge", "city:share-preview", "city:share-poster", "city:share-summary"}
ON_ITS_JOURNEY: set[str] = set()


def endorsed(stranger: Page) -> dict[str, str]:
    """An endorsement that somebody without an account gives and confirms, by the token of its link."""
    stranger.goto(f"/en{CITY}/endorse/")
    stranger.get_by_label("Your name", exact=True).fill("Wanda Walk")
    stranger.get_by_label("What describes you best?").select_option(index=1)
    stranger.get_by_label("Your mail address").fill("wanda@rivermouth.example")
    stranger.get_by_label("I am 18 or older").check()
    stranger.get_by_role("button", name="Send me the link that confirms it").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Look at your mail")
    stranger.goto("/en/demo/mail/")
    token = re.findall(r"/endorsement/([\w-]+)/", stranger.content())[0]
    stranger.goto(f"/en/endorsement/{token}/")
    stranger.get_by_role("button", name="Yes, I endorse the Declaration").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Your endorsement")
    return {"endorsement": token}
