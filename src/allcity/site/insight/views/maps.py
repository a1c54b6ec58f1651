"""What the maps of a city's pages draw, as GeoJSON that everybody may also take along."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from allcity.site.cities.models import Area, City
from allcity.site.cities.pages import city_page
from allcity.site.directory.models import Location, Offering, Organization, Program, School
from allcity.site.insight import geo, queries
from allcity.site.insight.views.frame import shown

KIND = "application/geo+json"


@require_safe
@city_page("cities.view_city", kept=True)
def schools_geojson(request: HttpRequest, city: City) -> HttpResponse:
    """The schools, toned by the programs in reach of their students."""
    year = shown(request, city)
    rows = queries.schools_found(city, year)
    slugs = dict(School.objects.for_user(request.user).of(city).values_list("key", "slug"))
    return HttpResponse(geo.collection(geo.school_features(city, rows, slugs)), content_type=KIND)


@require_safe
@city_page("cities.view_city", kept=True)
def ecosystem_geojson(request: HttpRequest, city: City) -> HttpResponse:
    """The schools, toned by whether they have a partner, and the places where programs meet in the year."""
    year = shown(request, city)
    rows = queries.schools_found(city, year)
    slugs = dict(School.objects.for_user(request.user).of(city).values_list("key", "slug"))
    offerings = _offerings(request, city).filter(queries.during(year))
    features = [*geo.school_features(city, rows, slugs, by_partner=True), *geo.place_features(city, offerings)]
    return HttpResponse(geo.collection(features), content_type=KIND)


@require_safe
@city_page("cities.view_city", kept=True)
def areas_geojson(request: HttpRequest, city: City) -> HttpResponse:
    """The areas, filled by the share of students with a program in reach."""
    year = shown(request, city)
    areas = Area.objects.for_user(request.user).of(city).order_by("key")
    return HttpResponse(geo.collection(geo.area_features(city, year.examination, areas)), content_type=KIND)


@require_safe
@city_page("cities.view_city", kept=True)
def backdrop_geojson(_request: HttpRequest, city: City) -> HttpResponse:
    """Water and streets that lie behind the maps."""
    return HttpResponse(city.backdrop or geo.collection([]), content_type=KIND)


@require_safe
@city_page("cities.view_city", kept=True)
def organization_geojson(request: HttpRequest, city: City, slug: str) -> HttpResponseBase:
    """The places where an organization works."""
    record = get_object_or_404(Organization.objects.for_user(request.user).of(city), slug=slug)
    return _places(request, city, program__organization=record)


@require_safe
@city_page("cities.view_city", kept=True)
def program_geojson(request: HttpRequest, city: City, slug: str) -> HttpResponseBase:
    """The places where a program is held."""
    record = get_object_or_404(Program.objects.for_user(request.user).of(city), slug=slug)
    return _places(request, city, program=record)


def _places(request: HttpRequest, city: City, **of: object) -> HttpResponse:
    held = _offerings(request, city).filter(**of).exclude(location=None).values("location")
    places = Location.objects.for_user(request.user).of(city).filter(pk__in=held).order_by("key")
    return HttpResponse(geo.collection(geo.location_features(places)), content_type=KIND)


def _offerings(request: HttpRequest, city: City):  # type: ignore[no-untyped-def] # a queryset with annotations
    return (
        Offering.objects.for_user(request.user)
        .of(city)
        .filter(program__archived_at=None, program__organization__archived_at=None)
    )
