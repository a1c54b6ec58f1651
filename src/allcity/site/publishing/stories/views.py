"""Stories as everybody reads them."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.cities.places import find_places
from allcity.site.publishing.models import Story
from allcity.site.publishing.resources.words import name_of_language, terms
from allcity.site.publishing.stories import feeds, queries
from allcity.site.publishing.stories.forms import SearchForm
from allcity.site.publishing.stories.queries import Asked

READ = "publishing.read_stories"
A_PAGE = 12
GONE = 410
State = Story.State


@require_safe
def everywhere(request: HttpRequest) -> HttpResponse:
    """Stories of all cities."""
    return _listed(request, None)


@city_page(READ)
@require_safe
def of_city(request: HttpRequest, city: City) -> HttpResponse:
    """Stories of a city."""
    return _listed(request, city)


def _listed(request: HttpRequest, city: City | None) -> HttpResponse:
    form = SearchForm(request.GET, city=city)
    asked = Asked(**form.cleaned_data) if form.is_valid() else Asked()
    page = Paginator(queries.published(city, asked), A_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    seen = queries.seen_among(rows)
    context = {
        "city": city,
        "form": form,
        "asked": asked,
        "page": page,
        "rows": [{"story": row, "cover": queries.cover_of(row, seen)} for row in rows],
    }
    return render(request, "publishing/stories/list.html", context)


@never_cache
@require_safe
def one(request: HttpRequest, story: UUID) -> HttpResponse:
    """A story of a city that is not here."""
    return _one(request, None, story)


@city_page(READ)
@never_cache
@require_safe
def one_of_city(request: HttpRequest, city: City, story: UUID) -> HttpResponse:
    """A story of a city."""
    return _one(request, city, story)


def _one(request: HttpRequest, city: City | None, story: UUID) -> HttpResponse:
    found = queries.readable(request, story)
    if found is None or found.city != city:
        gone = Story.objects.filter(public_id=story, city=city, state__in=(State.WITHDRAWN, State.TAKEN_DOWN)).exists()
        if not gone:
            raise Http404
        return render(request, "publishing/stories/gone.html", {"city": city}, status=GONE)
    pictures, videos = queries.shown_items(found)
    known = terms(city)
    context = {
        "city": city,
        "story": found,
        "pictures": pictures,
        "videos": videos,
        "section": known["sections"].get(found.section, ""),
        "contribution": known["contributions"].get(found.contribution, ""),
        "participant": known["audiences"].get(found.participant, ""),
        "place": find_places(city, [found.place]).get(found.place) if city and found.place else None,
        "written_in": name_of_language(found.language),
    }
    return render(request, "publishing/stories/story.html", context)


@require_safe
def feed(_request: HttpRequest) -> HttpResponse:
    """The newest stories of all cities, as a feed."""
    return feeds.newest(None)


@city_page(READ)
@require_safe
def feed_of_city(_request: HttpRequest, city: City) -> HttpResponse:
    """The newest stories of a city, as a feed."""
    return feeds.newest(city)
