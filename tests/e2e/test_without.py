"""The site without a mouse, and without JavaScript."""

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.browsing import DESK, PHONE, visitor

pytestmark = pytest.mark.browser
CITY = "/en/rivermouth/"
PUBLIC = [
    "",
    "access/",
    "ecosystem/",
    "figures/",
    "schools/",
    "organizations/",
    "programs/",
    "needs/",
    "partnerships/",
    "data/",
]

# Every part that takes the keyboard and is shown, and what is left of them; of radio buttons one takes it for all.
MARK = """() => {
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const radios = new Set();
  let number = 0;
  for (const each of document.querySelectorAll(all)) {
    if (each.disabled || !each.checkVisibility({visibilityProperty: true})) continue;
    if (each.type === "radio") {
      const group = `${each.form?.id} ${each.name}`;
      if (radios.has(group)) continue;
      radios.add(group);
      each.dataset.group = group;
    }
    each.dataset.stop = number++;
  }
  return number;
}"""
FOCUSED = """() => {
  const each = document.activeElement;
  if (!each || each === document.body) return null;
  const drawn = getComputedStyle(each), box = each.getBoundingClientRect();
  const alone = [...document.querySelectorAll("[data-stop]")];
  const same = each.type === "radio"
    ? alone.find(one => one.type === "radio" && one.name === each.name && one.form === each.form) : each;
  return {
    stop: same?.dataset.stop ?? null,
    html: each.outerHTML.slice(0, 120),
    marked: (drawn.outlineStyle !== "none" && parseFloat(drawn.outlineWidth) > 0) || drawn.boxShadow !== "none",
    shown: box.bottom > 0 && box.top < innerHeight && box.width > 0,
  };
}"""


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize(
    ("address", "role"),
    [(CITY, ""), (f"{CITY}programs/?what=violin", ""), (f"{CITY}records/organizations/o001/edit/", "manager")],
    ids=["front page", "finder", "edit form"],
)
def test_the_keyboard_alone_suffices(browser: Browser, site: str, address: str, role: str, screen: dict) -> None:
    with visitor(browser, site, role, screen=screen, reduced_motion="reduce") as page:
        page.goto(address, wait_until="networkidle")
        left, wrong = set(range(page.evaluate(MARK))), []
        assert len(left) > 10
        for number in range(2 * len(left) + 20):
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            if focused is None:
                if number and not left:
                    break
                continue
            if number == 0:
                assert 'href="#main"' in focused["html"]
            if not focused["marked"] or not focused["shown"]:
                wrong.append(focused["html"])
            if focused["stop"] is not None:
                left.discard(int(focused["stop"]))
        unreached = [
            page.locator(f"[data-stop='{stop}']").evaluate("each => each.outerHTML.slice(0, 120)") for stop in left
        ]
        assert unreached == []
        assert wrong == []


def test_the_way_past_the_header_leads_to_the_content(browser: Browser, site: str) -> None:
    with visitor(browser, site) as page:
        page.goto(CITY)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()


def test_all_is_read_without_javascript(browser: Browser, site: str) -> None:
    for address in PUBLIC:
        with visitor(browser, site) as page, visitor(browser, site, java_script_enabled=False) as plain:
            for one in (page, plain):
                answer = one.goto(f"{CITY}{address}")
                assert answer is not None
                assert answer.ok
            assert headings(plain) == headings(page)
            assert plain.locator("main table").count() == page.locator("main table").count()
            assert plain.locator("main a").count() == page.locator("main a").count()


def test_a_program_is_found_without_javascript(browser: Browser, site: str) -> None:
    with visitor(browser, site, screen=PHONE, java_script_enabled=False) as page:
        page.goto(f"{CITY}programs/")
        page.get_by_label("What would you like to do?").fill("violin")
        page.keyboard.press("Enter")
        first = page.locator("#programs ul.records h3 a").first
        name = first.inner_text()
        first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)


def headings(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("main :is(h1, h2, h3, caption)").all_text_contents()]
