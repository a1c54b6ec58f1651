"""What search engines are told there is: the public pages, in every language."""

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from allcity.site.cities.models import City
from allcity.site.directory.models import Organization, Program, School

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
            *((name, ()) for name in ("home:front", "home:declaration", "accounts:privacy")),
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


SITEMAPS = {
    "pages": Pages(),
    "schools": Records(School, "school"),
    "organizations": Records(Organization, "organization"),
    "programs": Records(Program, "program"),
}
