"""Pages of resources as a browser sees them: addresses, who looks at them, and how these are found."""

import re

from playwright.sync_api import Page, expect

CITY = "/rivermouth"

PAGES = {
    "resources:library": ("/resources/",),
    "resources:one": ("/resources/{resource_for_all}/",),
    "resources:collection": ("/resources/collections/{resource_collection}/",),
    "resources:suggest": ("/resources/suggest/",),
    "resources:suggestion": ("/resources/suggestion/{suggestion}/",),
    "city:resources": (f"{CITY}/resources/?q=violin",),
    "city:resource": (f"{CITY}/resources/{{resource}}/",),
    "city:resource-suggest": (f"{CITY}/resources/suggest/",),
    "city:resource-sent": (f"{CITY}/resources/suggest/sent/",),
    "city:resources-kept": (f"{CITY}/workspace/resources/", "coordinator"),
    "city:resource-new": (f"{CITY}/resources/new/", "coordinator"),
    "city:resource-change": (f"{CITY}/resources/{{resource}}/change/", "coordinator"),
}
"""Addresses after the language, and who looks at them."""
ANSWER_FORMS_ALONE = {
    *("resources:take-back", "resources:archive", "resources:restore"),
    *("city:resource-archive", "city:resource-restore"),
}
FILES = {"resources:feed", "resources:file", "city:resources-feed", "city:resource-file"}
ON_ITS_JOURNEY = {"resources:kept", "resources:new", "resources:change"}


def kept(stranger: Page, coordinator: Page) -> dict[str, str]:
    """Resources of the library and of the demonstration's own, and one that somebody without an account suggests."""
    stranger.goto("/en/resources/")
    content = stranger.locator("main").inner_html()
    found = {
        "resource_for_all": re.findall(r'"/en/resources/([\w-]{36})/', content)[0],
        "resource_collection": re.findall(r"/resources/collections/([\w-]+)/", content)[0],
    }
    coordinator.goto(f"/en{CITY}/workspace/resources/")
    found["resource"] = re.findall(r"/resources/([\w-]{36})/", coordinator.locator("main").inner_html())[0]
    stranger.goto(f"/en{CITY}/resources/suggest/")
    form = stranger.locator("main form.stacked")
    form.locator("[name=url]").fill("https://violins.example/guide")
    form.locator("[name=title]").fill("Who lends violins")
    form.locator("[name=kind]").select_option(index=1)
    form.locator("[name=summary]").fill("Who lends them, and to whom.")
    form.locator("[name=email]").fill("lender@rivermouth.example")
    form.locator("[name=is_adult]").check()
    form.get_by_role("button", name="Send me the link").click()
    expect(stranger.locator("main")).to_contain_text("We have sent you a link")
    stranger.goto("/en/demo/mail/")
    found["suggestion"] = re.findall(r"/resources/suggestion/([\w:.-]+)/", stranger.content())[0]
    return found
