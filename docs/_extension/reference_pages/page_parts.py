"""What a page of the site is made of: the blocks of base.html, and the template tags of the components."""

import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import Any

from reference_pages import markdown
from reference_pages.markdown import code, prose, table
from reference_pages.site import set_up

BLOCKS = {
    "title": "The page's title, in the tab and in search results. End it with the city and ` · Allcity`.",
    "description": "A sentence for search results.",
    "canonical": "Which address is the page's own, and its addresses in other languages. Replace it by "
    '`<meta name="robots" content="noindex">` where a page is not for search engines.',
    "head": "Styles and scripts of this page alone, as links to files.",
    "header_extra": "Beside the name of the site.",
    "navigation": "The pages of the city; nothing where there is no `city`.",
    "main": "The page itself. It begins with the one `h1`.",
    "footer": "What is said at the foot of every page.",
    "footer_extra": "What one page adds to that.",
}
"""What each block of base.html is for."""


def blocks() -> list[str]:
    """The blocks of base.html, in its order."""
    import allcity.site

    text = Path(next(iter(allcity.site.__path__)), "templates", "base.html").read_text(encoding="utf-8")
    return re.findall(r"{% block (\w+) %}", text)


def tags() -> dict[str, tuple[str, Any]]:
    """Every tag and filter of the components: how it is written, and its function."""
    set_up()
    from allcity.site.components.templatetags import components, maps

    return {**_of(components), **_of(maps)}


def _of(module: ModuleType) -> dict[str, tuple[str, Any]]:
    register: Any = module.register
    written = {name: (_written(name, one), one) for name, one in register.tags.items()}
    return written | {name: (f"{{{{ value|{name} }}}}", one) for name, one in register.filters.items()}


def _written(name: str, tag: Any) -> str:
    parameters = inspect.signature(inspect.unwrap(tag)).parameters.values()
    given = [_parameter(one) for one in parameters if one.name != "context"]
    return f"{{% {' '.join((name, *given))} %}}"


def _parameter(one: inspect.Parameter) -> str:
    if one.kind is inspect.Parameter.VAR_POSITIONAL:
        return f"{one.name}…"
    return one.name if one.default is inspect.Parameter.empty else f"{one.name}={one.default!r}"


def page() -> str:
    found = tags()
    return markdown.page(
        "Parts of a page",
        "Every page extends `base.html` and is made of these parts; `/en/look/` shows each in every state. The tags need no "
        "`{% load %}`, but for that of maps: `{% load maps %}`. [Add a page](../../how-to/add-page.md) shows them at work.",
        "## Blocks of base.html",
        table(("Block", "Holds"), ((code(name), BLOCKS[name]) for name in blocks())),
        "## Tags and filters",
        table(("Name", "Is written", "What it makes"), (_row(name, *found[name]) for name in sorted(found))),
        "What tags take of a report (`Reading`, `Picture`, `Table`, `Block`, `Section`) are the classes of "
        "`allcity.reports.model`: the same drawings and words as in a report.",
    )


def _row(name: str, written: str, tag: Any) -> tuple[str, str, str]:
    return code(name), code(written), prose(inspect.getdoc(tag) or "")
