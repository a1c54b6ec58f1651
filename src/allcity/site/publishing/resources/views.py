"""The library as everybody reads it: for all cities, and in a city with its own beside those."""

from typing import Any
from uuid import UUID

import rules
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allcity.site.accounts.staff import is_on_duty
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.publishing.models import Resource, ResourceCollection
from allcity.site.publishing.resources import feeds, files, queries, structured, words
from allcity.site.publishing.resources.forms import SearchForm

READ, SUGGEST, KEEP = "publishing.read_resources", "publishing.suggest_resources", "publishing.keep_resources"
A_PAGE = 20


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """The library for all cities: a search, and collections."""
    return _library(request, None)


@city_page(READ)
@require_safe
def of_city(request: HttpRequest, city: City) -> HttpResponse:
    """The library in a city: its own resources before those for all."""
    return _library(request, city)


def _library(request: HttpRequest, city: City | None) -> HttpResponse:
    found = queries.search(queries.Asked(), city)
    form = SearchForm(request.GET, city=city, languages=found.languages)
    asked = form.asked()
    rows = queries.narrowed(found.rows, asked) if asked else found.rows
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "city": city,
        "form": form,
        "asked": asked,
        "page": page,
        "resources": [words.in_words(row) for row in page.object_list],
        "collections": [] if asked or page.number > 1 else _collections(),
        "waiting": [(words.said(row.words), queries.token_of(row)) for row in queries.waiting_of(request.user)],
        "may_suggest": city is None or rules.has_perm(SUGGEST, request.user, city),
        "may_keep": is_on_duty(request.user) if city is None else rules.has_perm(KEEP, request.user, city),
    }
    return render(request, "publishing/resources/library.html", context)


def _collections() -> list[dict[str, Any]]:
    return [{"row": row, "said": words.said(row.words)} for row in queries.collections()]


@require_safe
def collection(request: HttpRequest, collection: str) -> HttpResponse:
    """Resources that go together, in their order."""
    found = get_object_or_404(ResourceCollection, key=collection)
    rows = queries.in_collection(found)
    if not rows:
        raise Http404
    context = {"said": words.said(found.words), "resources": [words.in_words(row) for row in rows]}
    return render(request, "publishing/resources/collection.html", context)


@require_safe
def one(request: HttpRequest, resource: UUID) -> HttpResponse:
    """A resource of the library for all cities."""
    found = get_object_or_404(Resource.objects.for_user(request.user), city=None, public_id=resource)
    return _one(request, found, may_keep=is_on_duty(request.user))


@city_page(READ)
@require_safe
def one_of_city(request: HttpRequest, city: City, resource: UUID) -> HttpResponse:
    """A resource of a city's own."""
    return _one(request, _of(request, city, resource), may_keep=rules.has_perm(KEEP, request.user, city))


def _of(request: HttpRequest, city: City, resource: UUID) -> Resource:
    rows = Resource.objects.for_user(request.user).select_related("city")
    found: Resource = get_object_or_404(rows, city=city, public_id=resource)
    return found


def _one(request: HttpRequest, found: Resource, *, may_keep: bool) -> HttpResponse:
    shown, known = words.in_words(found), words.terms(found.city)
    titles = {part: words.titles(getattr(found, part), known[part]) for part in known}
    context = {
        "city": found.city,
        "shown": shown,
        "sections": [(key, known["sections"][key]) for key in found.sections if key in known["sections"]],
        "contributions": titles["contributions"],
        "audiences": titles["audiences"],
        "collections": [{"row": row, "said": words.said(row.words)} for row in queries.collections_with(found)],
        "others": [words.said(found.words, code) for code in found.words if code != shown.said.language],
        "may_keep": may_keep,
        "data": structured.creative_work(shown) if found.state == Resource.State.LISTED else "",
    }
    return render(request, "publishing/resources/one.html", context)


@require_safe
def file(request: HttpRequest, resource: UUID) -> FileResponse:
    """The file of a resource of the library for all cities, to be saved."""
    return _file(get_object_or_404(Resource.objects.for_user(request.user), city=None, public_id=resource))


@city_page(READ)
@require_safe
@never_cache
def file_of_city(request: HttpRequest, city: City, resource: UUID) -> FileResponse:
    """The file of a resource of a city, to be saved."""
    return _file(_of(request, city, resource))


def _file(found: Resource) -> FileResponse:
    if not found.file:
        raise Http404
    try:
        content = found.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(content, content_type=files.kind_of(found))
    response["Content-Disposition"] = content_disposition_header(True, files.name_of(found)) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_safe
def feed(_request: HttpRequest) -> HttpResponse:
    """What is new in the library for all cities."""
    return feeds.newest()


@city_page(READ)
@require_safe
def feed_of_city(_request: HttpRequest, city: City) -> HttpResponse:
    """What is new in a city's library."""
    return feeds.newest(city)
