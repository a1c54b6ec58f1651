"""Editorial pages of a city, at the city's own addresses."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404

from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.publishing.queries import articles


@city_page("cities.view_city", kept=True)
def article(request: HttpRequest, city: City, number: int, slug: str) -> HttpResponse:
    """A page in an editor's own words; its address stays good when it is renamed."""
    page = get_object_or_404(articles(city), id=number)
    if page.slug != slug:
        return HttpResponsePermanentRedirect(page.get_url())
    response: HttpResponse = page.serve(request)
    return response
