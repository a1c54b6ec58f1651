"""What all of a city's public pages have in common: the school year they show, and the language they say it in."""

from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from rules import has_perm

from allcity.site.cities.models import City, Kept
from allcity.site.directory.words import catalogue, key_of_schools
from allcity.site.insight.queries import ShownYear, shown_year, with_frame

PER_PAGE = 50
Record = TypeVar("Record", bound=Kept)


def shown(request: HttpRequest, city: City) -> ShownYear:
    """The year that the reader asks for with `?year=`, else the newest. A year that is not there is not found."""
    try:
        return shown_year(city, request.GET.get("year"))
    except LookupError as error:
        raise Http404 from error


def language() -> str:
    """The language of the reader, as reports are stored in it."""
    return catalogue().language


def respond(request: HttpRequest, template: str, city: City, year: ShownYear, **context: Any) -> HttpResponse:
    """A page of the city. `year_query` keeps the year in links, where it is not the newest."""
    query = "" if year.is_newest else f"?year={year.year}"
    frame = {
        "city": city,
        "shown": year,
        "year_query": query,
        "map_key": key_of_schools(),
        "may_import": has_perm("cities.manage_city", request.user, city),
    }
    return render(request, f"insight/{template}.html", {**frame, **context})


def page_of(request: HttpRequest, rows: Any, size: int = PER_PAGE) -> "Page[Any]":
    """The page of a list that `?page=` asks for; the nearest there is, for one that is not."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def record_or_moved(
    model: type[Record], city: City, slug: str, *, name: str, related: tuple[str, ...] = ()
) -> Record | HttpResponsePermanentRedirect:
    """The record with this slug, or the way to the page `name` of the one that it was merged into.

    An archived one is not found. `related` are records that its page shows as well.
    """
    found: Any = get_object_or_404(model.objects.of(city).select_related("confirmed_by", *related), slug=slug)
    found.city = city
    with_frame(city, [found], "source")
    if found.merged_into is not None and found.merged_into.archived_at is None:
        return HttpResponsePermanentRedirect(reverse(f"city:{name}", args=[city.slug, found.merged_into.slug]))
    if found.archived_at is not None:
        raise Http404
    record: Record = found
    return record
