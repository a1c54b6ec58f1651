"""Which editorial pages there are: of a city or of none, in the reader's language where there is one, and what they show."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef
from django.db.models.functions import Substr
from django.utils.translation import get_language
from wagtail.models import Page

from allcity.site.cities.models import City
from allcity.site.publishing.models import (
    ArticlePage,
    CityTree,
    EditorialPage,
    NewsPage,
    Picture,
    SiteTree,
    SpotlightPage,
    Video,
)

P = TypeVar("P", bound=EditorialPage)
DEPTH_OF_TREES = 2


def public(model: type[P]) -> Any:
    """Pages of a kind that everybody reads: published, private to nobody, and of no city that is hidden."""
    return model.objects.live().public().exclude(_stands_in(CityTree.objects.filter(city__is_public=False)))


def under(pages: Any, city: City | None) -> Any:
    """Those of the pages that stand in the tree of a city, or in that of none."""
    trees = CityTree.objects.filter(city=city) if city else SiteTree.objects.all()
    return pages.filter(_stands_in(trees), depth__gt=DEPTH_OF_TREES)


def _stands_in(trees: Any) -> Exists:
    """Whether a page stands in one of the trees, whose roots stand right under that of all pages."""
    return Exists(trees.filter(path=Substr(OuterRef("path"), 1, DEPTH_OF_TREES * Page.steplen)))


def in_language(pages: Iterable[P], language: str = "") -> list[P]:
    """Of pages that say the same, the one in the reader's language, or else the one that was there first; in their order."""
    language = language or (get_language() or "en")
    chosen: dict[Any, P] = {}
    for page in pages:
        held = chosen.get(page.translation_key)
        if held is None or _rank(page, language) < _rank(held, language):
            chosen[page.translation_key] = page
    return _with_cities(list(chosen.values()))


def _with_cities(pages: list[P]) -> list[P]:
    """The same pages, which know their cities without asking for each."""
    cities = CityTree.cities_of(pages)
    for page in pages:
        page.city = cities[page.path]
    return pages


def _rank(page: EditorialPage, language: str) -> tuple[bool, int]:
    return page.locale.language_code != language, page.pk


def translations_of(page: EditorialPage) -> list[EditorialPage]:
    """The same page in other languages, as far as everybody reads them."""
    rows = public(type(page)).filter(translation_key=page.translation_key).exclude(pk=page.pk)
    return list(rows.select_related("locale").order_by("locale__language_code"))


def all_pages() -> list[EditorialPage]:
    """Every page of every kind, in every language, with its city."""
    kinds = (ArticlePage, NewsPage, SpotlightPage)
    return _with_cities([page for kind in kinds for page in public(kind).order_by("pk")])


def articles(city: City | None) -> list[ArticlePage]:
    """A city's pages such as what the coalition is, or those of the site, in the order of the tree."""
    return in_language(under(public(ArticlePage), city).select_related("locale").order_by("path"))


def news(city: City | None) -> list[NewsPage]:
    """What is new in a city, or on the site, the newest first."""
    rows = under(public(NewsPage), city).select_related("locale", "cover").order_by("-day", "-pk")
    return in_language(rows)


def search(city: City | None, words: str) -> list[EditorialPage]:
    """Pages of every kind that hold the words, of a city or of the site: what fits best first."""
    rows = Page.objects.filter(pk__in=under(Page.objects.live().public(), city).values("pk"))
    found = rows.specific().search(words)
    return in_language(page for page in found if isinstance(page, EditorialPage))


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
