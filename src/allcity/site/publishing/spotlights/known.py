"""The spotlights that come with Allcity: of cities that are known from public pages, in the pages of no city.

Each is planted once in every language. What staff change, take back or delete stays so.
"""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.html import format_html, format_html_join
from wagtail.models import Locale, Page

from allcity.site.publishing.domain import plant_site_tree
from allcity.site.publishing.models import SpotlightPage

_FIELDS = (
    *("place_name", "region", "country", "population", "population_source"),
    *("strategies", "contributions", "conditions", "sections"),
)


@transaction.atomic
def stock() -> None:
    """Plant those that were never planted: of a city of which there is no page with its slug."""
    if Page.get_first_root_node() is None:  # a database that was emptied, as tests do
        return
    tree = plant_site_tree()
    there = set(tree.get_children().values_list("slug", flat=True))
    for key, said in load().items():
        slug, first = key.replace("_", "-"), None
        for language in said["title"]:
            name = slug if first is None else f"{slug}-{language}"
            if name in there or language not in dict(settings.WAGTAIL_CONTENT_LANGUAGES):
                first = first or tree.get_children().filter(slug=slug).specific().first()
                continue
            page = _page(said, language, name)
            if first:
                page.translation_key = first.translation_key
            tree.add_child(instance=page)
            page.save_revision().publish()
            first = first or page


def load() -> Mapping[str, Any]:
    """What the file says, by city."""
    return tomllib.loads(files(__package__).joinpath("known.toml").read_text(encoding="utf-8"))


def _page(said: Mapping[str, Any], language: str, slug: str) -> SpotlightPage:
    return SpotlightPage(
        title=said["title"][language],
        slug=slug,
        introduction=said["introduction"][language],
        locale=Locale.objects.get_or_create(language_code=language)[0],
        live=False,
        body=[_block(block, language) for block in said["blocks"]],
        **{name: said[name] for name in _FIELDS if name in said},
    )


def _block(block: Mapping[str, Any], language: str) -> tuple[str, Any]:
    kind = block["kind"]
    if kind == "text":
        paragraphs = ((each,) for each in block["text"][language].split("\n\n"))
        heading = format_html("<h2>{}</h2>", block["heading"][language]) if "heading" in block else ""
        return kind, heading + format_html_join("", "<p>{}</p>", paragraphs)
    if kind == "number":
        values = {name: block.get(name, "") for name in ("before", "before_year", "value", "year", "source")}
        return kind, {**values, "what": block["what"][language]}
    if kind == "timeline":
        events = [
            {"when": event["when"], "what": event["what"][language], "source": event.get("source", "")}
            for event in block["events"]
        ]
        return kind, {"title": block["title"][language], "events": events}
    text = format_html("<p>{}</p>", block["text"][language])
    return kind, {"organization": None, "name": block["name"], "text": text, "url": block["url"]}
