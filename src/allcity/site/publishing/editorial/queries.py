"""Which editorial pages there are: of a city or of none, in the reader's language where there is one, and what they show."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Q
from django.utils.translation import get_language

from allcity.site.cities.models import City
from allcity.site.publishing.models import CityTree, EditorialPage, NewsPage, Picture, SiteTree, SpotlightPage, Video

P = TypeVar("P", bound=EditorialPage)


def public(model: type[P]) -> Any:
    """Pages of a kind that everybody reads: published, private to nobody, and of no city that is hidden."""
    hidden = Q(pk__in=[])
    for path in CityTree.objects.filter(city__is_public=False).values_list("path", flat=True):
        hidden |= Q(path__startswith=path)
    return model.objects.live().public().exclude(hidden)


def under(pages: Any, city: City | None) -> Any:
    """Those of the pages that stand in the tree of a city, or in that of none."""
    tree = CityTree.objects.filter(city=city).first() if city else SiteTree.objects.first()
    return pages.descendant_of(tree) if tree else pages.none()


def in_language(pages: Iterable[P], language: str = "") -> list[P]:
    """Of pages that say the same, the one in the reader's language, or else the one that was there first; in their order."""
    language = language or (get_language() or "en")
    chosen: dict[Any, P] = {}
    for page in pages:
        held = chosen.get(page.translation_key)
        if held is None or _rank(page, language) < _rank(held, language):
            chosen[page.translation_key] = page
    return list(chosen.values())


def _rank(page: EditorialPage, language: str) -> tuple[bool, int]:
    return page.locale.language_code != language, page.pk


def translations_of(page: EditorialPage) -> list[EditorialPage]:
    """The same page in other languages, as far as everybody reads them."""
    rows = public(type(page)).filter(translation_key=page.translation_key).exclude(pk=page.pk)
    return list(rows.select_related("locale").order_by("locale__language_code"))


def news(city: City | None) -> list[NewsPage]:
    """What is new in a city, or on the site, the newest first."""
    rows = under(public(NewsPage), city).select_related("locale", "cover").order_by("-day", "-pk")
    return in_language(rows)


def spotlights() -> list[SpotlightPage]:
    """The spotlights of all cities, here and elsewhere, by name."""
    return in_language(public(SpotlightPage).select_related("locale", "cover").order_by("title", "pk"))


def spotlight_of(city: City) -> SpotlightPage | None:
    """The spotlight of a city in the reader's language; none where it has not told one."""
    return next(iter(in_language(under(public(SpotlightPage), city).select_related("locale").order_by("pk"))), None)


# --- What a page shows ---


def items_of(page: EditorialPage) -> list[Picture | Video]:
    """The pictures and videos of a page, each once: that at its head, then those in its blocks."""
    found: dict[tuple[str, int], Picture | Video] = {}
    items: list[Picture | Video | None] = [page.cover]
    for block in page.body:
        if block.block_type == "picture":
            items.append(block.value["picture"])
        elif block.block_type == "gallery":
            items += block.value["pictures"]
        elif block.block_type == "video":
            items.append(block.value["video"])
    for item in items:
        if item is not None:
            found.setdefault((type(item).__name__, item.pk), item)
    return list(found.values())
