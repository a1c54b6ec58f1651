"""Pages of stories as a browser sees them: addresses, who looks at them, and how these are found."""

import re

from playwright.sync_api import Page, expect

CITY = "/rivermouth"

PAGES = {
    "home:section": ("/declaration/partnerships/",),
    "city:stories": (f"{CITY}/stories/",),
    "city:story": (f"{CITY}/stories/{{story}}/",),
    "city:story-review": (f"{CITY}/stories/{{story_waiting}}/review/", "coordinator"),
    "city:story-new": (f"{CITY}/stories/new/",),
    "city:story-new of a member": (f"{CITY}/stories/new/?section=access", "member"),
    "stories:new": ("/stories/new/",),
    "stories:sent": ("/stories/sent/",),
    "stories:all": ("/stories/",),
    "stories:one": ("/stories/{story_elsewhere}/",),
    "stories:mine": ("/stories/mine/{story_token}/",),
    "stories:mine that leads nowhere": ("/stories/mine/not-one-of-ours/", "", 404),
    "stories:change": ("/stories/mine/{story_token}/change/",),
    "stories:add-picture": ("/stories/mine/{story_token}/picture/",),
    "stories:add-video": ("/stories/mine/{story_token}/video/",),
    "stories:confirm": ("/stories/confirm/{story_secret}/",),
}
"""Addresses after the language, and who looks at them."""
ANSWER_FORMS_ALONE = {
    "city:moderation-escalate",
    "city:stories-two",
    "stories:answer",
    "stories:withdraw",
    "stories:item",
}
FILES = {"city:stories-feed", "stories:feed"}
ON_ITS_JOURNEY = {"stories:waiting", "stories:review"}


def told(stranger: Page, coordinator: Page) -> dict[str, str]:
    """Stories of the demonstration, one that somebody with an account tells, and one that nobody has confirmed."""
    stranger.goto(f"/en{CITY}/stories/")
    found = {"story": re.findall(r"/rivermouth/stories/([\w-]{36})/", stranger.locator("main").inner_html())[0]}
    stranger.goto("/en/stories/")
    found["story_elsewhere"] = re.findall(r'"/en/stories/([\w-]{36})/', stranger.locator("main").inner_html())[0]
    coordinator.goto(f"/en{CITY}/workspace/moderation/")
    found["story_waiting"] = re.findall(r"/stories/([\w-]{36})/review/", coordinator.content())[0]
    coordinator.goto(f"/en{CITY}/stories/new/")
    write(coordinator, "A key for the music room")
    coordinator.get_by_role("button", name="Go on to pictures").click()
    expect(coordinator.get_by_role("heading", level=1)).to_have_text("A key for the music room")
    found["story_token"] = coordinator.url.partition("?")[0].rstrip("/").rpartition("/")[2]
    stranger.goto(f"/en{CITY}/stories/new/")
    write(stranger, "A choir on the bus")
    send(stranger, "busser@rivermouth.example")
    stranger.goto("/en/demo/mail/")
    found["story_secret"] = re.findall(r"/stories/confirm/([\w:-]+)/", stranger.content())[0]
    return found


def write(page: Page, title: str) -> None:
    """Fill in what every story has."""
    page.get_by_label("What happened?").fill("Somebody asked, and somebody opened a door.")
    page.get_by_label("A title").fill(title)


def send(page: Page, mail: str) -> None:
    """Send a story without an account."""
    page.get_by_label("Your mail address").fill(mail)
    page.get_by_label("I am 18 or older").check()
    page.get_by_role("button", name="Send me the link that confirms it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your mail")
