"""The site without a mouse, and without JavaScript."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.e2e.browsing import DESK, FOR_WORK, PHONE, YEAR, link_of, visitor
from tests.e2e.conftest import ROOT

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


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs JavaScript; the journeys that ask for it are made by keyboard alone."""
    return request.param


def test_a_program_is_found(browser: Browser, site: str, scripts: bool) -> None:
    with visitor(browser, site, screen=PHONE, java_script_enabled=scripts) as page:
        page.goto(f"{CITY}programs/")
        tab_to(page, page.get_by_label("What would you like to do?"))
        page.keyboard.type("violin")
        press_enter(page)
        first = page.locator("#programs ul.records h3 a").first
        name = first.inner_text()
        follow(page, first)
        expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_what_a_mail_asks_is_answered(browser: Browser, site: str, all_asked: None, scripts: bool) -> None:
    with visitor(browser, site, screen=PHONE, java_script_enabled=scripts) as page:
        page.goto(link_of(page, "@", "/still-true/"))
        follow(page, page.get_by_role("button", name="Still true"))
        expect(page.locator("main")).to_contain_text("Thank you")


def test_a_program_is_added_and_confirmed(browser: Browser, site: str, scripts: bool) -> None:
    program = "Kazoo for all" if scripts else "Bagpipes by the river"
    with visitor(browser, site, "manager", java_script_enabled=scripts) as page:
        page.goto(f"{CITY}records/")
        follow(page, page.get_by_role("link", name="Cocklespar Chapel Choir").first)
        follow(page, page.get_by_role("button", name="Still true").first)
        expect(page.get_by_role("status").first).to_contain_text("Thank you")
        follow(page, page.get_by_role("link", name="Add a program"))
        for answers in (
            {"Name of the program": program},
            {"Instruments": " "},
            {"Where?": ["ArrowDown", "ArrowDown"]},
            {
                "First day": f"0908{YEAR}",
                "Last day": f"0605{YEAR + 1}",
                "sessions": "30",
                "Monday": " ",
                "It begins at": "0330PM",
            },
            {"seats": "20", "minimum_age": "7", "maximum_age": "12"},
        ):
            for name, keys in answers.items():
                part = page.locator(f"[name={name}]") if name.islower() else page.get_by_label(name)
                tab_to(page, part.first)
                for key in keys:
                    page.keyboard.press("Space" if key == " " else key)
            follow(page, page.get_by_role("button", name="Go on"))
        tab_to(page, page.locator("[name=fee]:checked"))
        page.keyboard.press("ArrowDown")  # from the last answer to the first
        expect(page.get_by_label("It is free")).to_be_checked()
        follow(page, page.get_by_role("button", name="Go on"))
        expect(page.locator("main")).to_contain_text(f"Sept. 8, {YEAR}")
        follow(page, page.get_by_role("button", name="Save"))
        expect(page.get_by_role("status").first).to_contain_text("is in the directory now")
        expect(page.locator("main")).to_contain_text(program)


def test_a_city_is_started_and_its_schools_brought_in(browser: Browser, site: str, scripts: bool) -> None:
    files = [ROOT / "docs" / "tutorial" / name for name in ("schools.csv", "schools.toml")]
    with visitor(browser, site, "member", java_script_enabled=scripts) as page:
        page.goto("/en/")
        follow(page, page.get_by_role("link", name="Start a city").first)
        tab_to(page, page.get_by_label("Name of the city"))
        page.keyboard.type(f"Larkfield {'with' if scripts else 'without'}")
        tab_to(page, page.get_by_label("Time zone"))
        page.keyboard.type("Central")
        follow(page, page.get_by_role("button", name="Begin"))
        expect(page.get_by_role("status").first).to_contain_text("is begun")
        follow(page, page.get_by_role("link", name="Schools", exact=True))
        follow(page, page.get_by_role("button", name="Begin an import"))
        tab_to(page, page.locator("input[type=file]"))
        page.locator("input[type=file]").set_input_files(files)  # the system's own window, which no page shows
        follow(page, page.get_by_role("button", name="Add files"))
        follow(page, page.get_by_role("button", name="Try it out"))
        see(page, "What this import would change", scripts=scripts)
        follow(page, page.get_by_role("button", name="Bring it in"))
        see(page, "This import is done", scripts=scripts)
        follow(page, page.get_by_role("link", name="See the city's pages"))
        page.goto(f"{page.url}schools/?year=2024")
        expect(page.locator("main")).to_contain_text("8 schools")


def tab_to(page: Page, part: Locator) -> None:
    """Press the tabulator until a part of the page has the keyboard."""
    expect(part).to_be_visible()
    for _ in range(300):
        page.keyboard.press("Tab")
        if part.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"The keyboard does not get to {part}")


def follow(page: Page, part: Locator) -> None:
    """Go where a link or a button leads."""
    tab_to(page, part)
    press_enter(page)


def press_enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def see(page: Page, heading: str, *, scripts: bool) -> None:
    """See what work in the background led to: with JavaScript by waiting, without by looking again."""
    again = page.get_by_role("link", name="Look again")
    while not scripts and again.is_visible():
        follow(page, again)
    expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=FOR_WORK)


def headings(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("main :is(h1, h2, h3, caption)").all_text_contents()]
