"""Editorial pages at the addresses of their city, or of the site."""

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from wagtail.models import Page

from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.publishing.domain import plant_tree
from allcity.site.publishing.editorial import feeds, queries
from allcity.site.publishing.models import EditorialPage, SpotlightPage

A_PAGE = 20
LONGEST_SEARCH = 100


def _served(request: HttpRequest, city: City | None, number: int, slug: str) -> HttpResponse:
    found = queries.under(Page.objects.live().public(), city).filter(pk=number).first()
    page = found.specific if found else None
    if not isinstance(page, EditorialPage):
        raise Http404
    if page.slug != slug:
        return redirect(page.get_url_parts()[2], permanent=True)
    response: HttpResponse = page.serve(request)
    if isinstance(page, SpotlightPage):  # it names other cities, whose changes this city does not hear of
        patch_cache_control(response, no_cache=True)
    return response


@city_page("cities.view_city", kept=True)
def page_of_city(request: HttpRequest, city: City, number: int, slug: str) -> HttpResponse:
    """A page in an editor's own words; its address stays good when it is renamed."""
    return _served(request, city, number, slug)


@require_safe
def page(request: HttpRequest, number: int, slug: str) -> HttpResponse:
    """A page of no city, likewise."""
    return _served(request, None, number, slug)


def _news(request: HttpRequest, city: City | None) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    rows: Sequence[EditorialPage] = queries.search(city, words) if words else queries.news(city)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "publishing/news_list.html", {"city": city, "page": page, "words": words})


@city_page("cities.view_city")
@require_safe
def news_of_city(request: HttpRequest, city: City) -> HttpResponse:
    """What is new in a city."""
    return _news(request, city)


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """What is new on the site."""
    return _news(request, None)


@city_page("cities.view_city")
@require_safe
def news_feed_of_city(_request: HttpRequest, city: City) -> HttpResponse:
    """What is new in a city, as a feed."""
    return feeds.newest(city)


@require_safe
def news_feed(_request: HttpRequest) -> HttpResponse:
    """What is new on the site, as a feed."""
    return feeds.newest(None)


@city_page("publishing.edit_pages")
@require_safe
def editing(_request: HttpRequest, city: City) -> HttpResponse:
    """Leads to where the city's own pages are written."""
    return redirect("wagtailadmin_explore", plant_tree(city=city).pk)
