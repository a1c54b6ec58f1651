"""Resources in the words of a language, with the terms of the framework that a reader knows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from allcity.declaration import Framework, load_framework
from allcity.site.cities.models import City
from allcity.site.publishing.models import Resource
from allcity.site.publishing.resources.addresses import host_of

KINDS = {
    Resource.Kind.GUIDE: _("Guide"),
    Resource.Kind.TOOLKIT: _("Toolkit"),
    Resource.Kind.POLICY: _("Policy"),
    Resource.Kind.RESEARCH: _("Research"),
    Resource.Kind.TEMPLATE: _("Template"),
}
"""As they begin a line."""


@dataclass(frozen=True)
class Said:
    """What is said of a resource or a collection, and in which language that is."""

    language: str
    title: str
    summary: str = ""
    use: str = ""


def said(words: Mapping[str, Mapping[str, str]], language: str = "") -> Said:
    """Words in the reader's language, else in the site's first, else in any there are."""
    language = language or get_language() or settings.LANGUAGE_CODE
    for code in (language, settings.LANGUAGE_CODE, *words):
        if words.get(code, {}).get("title"):
            found = words[code]
            return Said(code, found["title"], found.get("summary", ""), found.get("use", ""))
    return Said("", "")


@dataclass(frozen=True)
class Shown:
    """A resource as pages show it."""

    row: Resource
    said: Said
    kind: str
    host: str
    language: str
    url: str

    @property
    def is_foreign(self) -> bool:
        """Whether what is said of it is in another language than the page."""
        return bool(self.said.language) and self.said.language != get_language()


def in_words(row: Resource) -> Shown:
    """A resource in the language of the moment."""
    if row.city_id and row.city:
        url = reverse("city:resource", args=[row.city.slug, row.public_id])
    else:
        url = reverse("resources:one", args=[row.public_id])
    about = said(row.words)
    return Shown(
        row,
        about,
        str(KINDS.get(Resource.Kind(row.kind), row.kind)),
        host_of(row.url),
        name_of_language(row.language),
        url,
    )


def name_of_language(code: str) -> str:
    """The name of a language in the reader's own; its code where there is none."""
    if not code:
        return ""
    try:
        return str(get_language_info(code)["name_translated"]).capitalize()
    except KeyError:
        return code


@cache
def _default() -> Framework:
    return load_framework()


def framework_of(city: City | None) -> Framework:
    """The city's words, or those that come with Allcity."""
    return city.settings.framework if city else _default()


def terms(city: City | None) -> dict[str, dict[str, str]]:
    """Sections, contributions and types of participants by id, with their titles."""
    framework, language = framework_of(city), get_language() or settings.LANGUAGE_CODE
    parts: dict[str, Mapping[str, Any]] = {
        "sections": framework.sections,
        "contributions": framework.contributions,
        "audiences": framework.participants,
    }
    return {
        part: {key: each.title.in_language(language) for key, each in entries.items()}
        for part, entries in parts.items()
    }


def titles(ids: Iterable[str], known: Mapping[str, str]) -> list[str]:
    """The titles of ids; those that are gone are left out."""
    return [known[each] for each in ids if each in known]
