"""The reference, written from the code each time the documentation is built, so that it cannot fall behind it."""

from collections.abc import Callable, Mapping
from pathlib import Path

from sphinx.application import Sphinx

from reference_pages import (
    city_folder,
    city_toml,
    commands,
    figures,
    framework,
    mappings,
    outputs,
    page_parts,
    settings,
    site,
)

PAGES: Mapping[str, Callable[[], str]] = {
    "city-folder": city_folder.page,
    "figures": figures.page,
    "outputs": outputs.page,
    "commands": commands.page,
    "make": commands.make_page,
    "settings": settings.page,
    "addresses": site.addresses_page,
    "permissions": site.permissions_page,
    "notices": site.notices_page,
    "tasks": site.tasks_page,
    "page-parts": page_parts.page,
    "mappings": mappings.page,
    "city-toml": city_toml.page,
    "targets": city_toml.targets_page,
    "questions": framework.questions_page,
    "participants-and-contributions": framework.participants_page,
    "conditions": framework.conditions_page,
    "strategies": framework.strategies_page,
}


def write_pages(folder: Path) -> None:
    """Write every page that differs from what is there, and remove those that are made no more."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.md"):
        if path.stem not in PAGES:
            path.unlink()
    for name, write in PAGES.items():
        path, text = folder / f"{name}.md", write()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", lambda app: write_pages(Path(app.srcdir) / "reference" / "generated"))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
