"""Pages of pictures, videos and consents as a browser sees them: addresses, who looks at them, and how these are found."""

import re

from playwright.sync_api import Page, expect

CITY = "/rivermouth"
_MEDIA = f"{CITY}/workspace/media"

PAGES = {
    "city:media": (f"{_MEDIA}/", "coordinator"),
    "city:media-video-new": (f"{_MEDIA}/video/", "coordinator"),
    "city:media-item": (f"{_MEDIA}/{{picture}}/", "coordinator"),
    "city:media-item of a video": (f"{_MEDIA}/{{linked_video}}/", "coordinator"),
    "city:media-blur": (f"{_MEDIA}/{{picture}}/blur/", "coordinator"),
    "consent": ("/consent/{consent}/",),
    "consent that leads nowhere": ("/consent/not-one-of-ours/", "", 404),
}
"""Addresses after the language, and who looks at them."""
ANSWER_FORMS_ALONE = {
    *("city:media-words", "city:media-people", "city:media-consents", "city:media-captions", "city:media-stop"),
    *("city:media-consent-renew", "city:media-consent-withdraw"),
}
FILES = {"picture", "video", "subtitles", "city:media-consent-document"}
ON_ITS_JOURNEY = {"video-watch"}
"""What plays a video at another service asks that service, since a reader has chosen to go there."""


def looked_after(coordinator: Page) -> dict[str, str]:
    """A picture of the demonstration with a consent that is noted, and a video at a service."""
    coordinator.goto(f"/en{_MEDIA}/")
    content = coordinator.locator("main").inner_html()
    found = {"picture": re.findall(r"/workspace/media/([\w-]{36})/", content)[0]}
    coordinator.goto(f"/en{_MEDIA}/{found['picture']}/")
    form = coordinator.locator("form[action$='/consents/']")
    form.evaluate("form => { for (const each of document.querySelectorAll('details')) each.open = true; }")
    form.locator("[name=shown]").fill("Paula Picture")
    form.locator("[name=relation]").select_option("self")
    form.locator("[name=given_by]").fill("Paula Picture")
    form.locator("[name=email]").fill("paula@rivermouth.example")
    form.get_by_role("button", name="Note the consent").click()
    expect(coordinator.get_by_role("status").first).to_contain_text("The consent is noted")
    coordinator.goto(f"/en{_MEDIA}/video/")
    form = coordinator.locator("main form.stacked")
    form.locator("[name=title]").fill("Our concert")
    form.locator("[name=url]").fill("https://vimeo.com/76979871")
    form.locator("[name=text]").fill("Drums and singing.")
    form.get_by_label("nobody can be recognised").check()
    form.get_by_role("button", name="Add the video").click()
    expect(coordinator.get_by_role("status").first).to_contain_text("The video is kept")
    found["linked_video"] = coordinator.url.rstrip("/").rpartition("/")[2]
    coordinator.goto("/demo/mail/")
    found["consent"] = re.findall(r"/consent/([\w-]{43})/", coordinator.content())[0]
    return found
