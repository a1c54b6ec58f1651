"""What search engines are told there is: the public pages, in every language."""

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from allcity.declaration import load_framework
from allcity.site.cities.models import City
from allcity.site.directory.models import Organization, Program, School
from allcity.site.publishing.editorial import queries as editorial
from allcity.site.publishing.models import EditorialPage, Story
from allcity.site.publishing.stories.feeds import path_of

PAGES_OF_A_CITY = (
    "front",
    "access",
    "ecosystem",
    "schools",
    "organizations",
    "finder",
    "needs",
    "partnerships",
    "data",
    "resources",
    "stories",
    "news",
)

_OF_NO_CITY = (
    "home:front",
    "home:declaration",
    "accounts:privacy",
    "resources:library",
    "stories:all",
    "spotlights:browse",
    "pages:news",
)


class InEveryLanguage(Sitemap):
    i18n = True
    alternates = True
    limit = 5000


class Pages(InEveryLanguage):
    """Pages of no city, and the pages that every public city has."""

    def items(self) -> list[tuple[str, tuple[str, ...]]]:
        slugs = City.objects.public().order_by("slug").values_list("slug", flat=True)
        return [
            *((name, ()) for name in _OF_NO_CITY),
            *(("home:section", (section,)) for section in load_framework().sections),
            *((f"city:{page}", (slug,)) for slug in slugs for page in PAGES_OF_A_CITY),
        ]

    def location(self, item: tuple[str, tuple[str, ...]]) -> str:
        name, arguments = item
        return reverse(name, args=arguments)


class Records(InEveryLanguage):
    """The pages of the records of one kind."""

    def __init__(self, model: type[School | Organization | Program], page: str) -> None:
        self.model, self.page = model, page

    def items(self) -> "QuerySet[Any]":
        records = self.model.objects.public().filter(merged_into=None)
        return records.order_by("pk").values_list("city__slug", "slug")

    def location(self, item: tuple[str, str]) -> str:
        return reverse(f"city:{self.page}", args=item)


class Told(InEveryLanguage):
    """What people told, of any city: one address each, since it is in the language of its author."""

    i18n = False

    def items(self) -> "QuerySet[Any]":
        return Story.objects.public().select_related("city").order_by("pk")

    def location(self, item: Story) -> str:
        return path_of(item)

    def lastmod(self, item: Story) -> datetime:
        return item.changed_at


class Editorial(InEveryLanguage):
    """Pages in editors' words, of cities and of none: one address each, since each is in one language."""

    i18n = False

    def items(self) -> list[EditorialPage]:
        return editorial.all_pages()

    def location(self, item: EditorialPage) -> str:
        return item.get_url_parts()[2]

    def lastmod(self, item: EditorialPage) -> datetime | None:
        return item.last_published_at


SITEMAPS = {
    "pages": Pages(),
    "schools": Records(School, "school"),
    "organizations": Records(Organization, "organization"),
    "programs": Records(Program, "program"),
    "stories": Told(),
    "editorial": Editorial(),
}
