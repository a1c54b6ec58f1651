"""The public pages of a city, as their addresses name them."""

from django.urls import reverse

from allcity.site.cities.models import City
from allcity.site.directory.models import Organization, Program, School
from allcity.site.partnerships.models import Partnership

OF_A_CITY = (
    "front",
    "access",
    "schools",
    "ecosystem",
    "organizations",
    "needs",
    "partnerships",
    "figures",
)
MAPS = ("schools-geojson", "areas-geojson", "backdrop-geojson", "ecosystem-geojson")
OF_A_RECORD = ("school", "organization", "program", "partnership")


def page(name: str, city: City, *parts: object, query: str = "") -> str:
    return reverse(f"city:{name}", args=[city.slug, *parts]) + query


def record_pages(city: City, slug: str = "") -> list[str]:
    """The page of one record of each kind; under another city's name if one is given."""
    of = slug or city.slug
    return [
        reverse("city:school", args=[of, School.objects.of(city).earliest("pk").slug]),
        reverse("city:organization", args=[of, Organization.objects.of(city).earliest("pk").slug]),
        reverse("city:organization-geojson", args=[of, Organization.objects.of(city).earliest("pk").slug]),
        reverse("city:program", args=[of, Program.objects.of(city).earliest("pk").slug]),
        reverse("city:program-geojson", args=[of, Program.objects.of(city).earliest("pk").slug]),
        reverse("city:partnership", args=[of, Partnership.objects.of(city).earliest("pk").public_id]),
    ]


def every_page(city: City) -> list[str]:
    return [*(page(name, city) for name in (*OF_A_CITY, *MAPS)), *record_pages(city)]
