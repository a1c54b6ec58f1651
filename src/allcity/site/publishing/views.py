"""Editorial pages of a city, at the city's own addresses."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.publishing.domain import plant_tree
from allcity.site.publishing.queries import articles


@city_page("cities.view_city", kept=True)
def article(request: HttpRequest, city: City, number: int, slug: str) -> HttpResponse:
    """A page in an editor's own words; its address stays good when it is renamed."""
    page = get_object_or_404(articles(city), id=number)
    if page.slug != slug:
        return redirect("city:article", city.slug, page.pk, page.slug, permanent=True)
    response: HttpResponse = page.serve(request)
    return response


@city_page("publishing.edit_pages")
@require_safe
def editing(_request: HttpRequest, city: City) -> HttpResponse:
    """Leads to where the city's own pages are written."""
    return redirect("wagtailadmin_explore", plant_tree(city=city).pk)
