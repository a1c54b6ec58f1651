"""Looking after resources: those of a city by its editors and coordinators, those for all by staff on duty."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.publishing.duty import staff_page
from allcity.site.publishing.models import Resource
from allcity.site.publishing.resources import domain, queries, words
from allcity.site.publishing.resources.forms import KeepForm, tell
from allcity.site.publishing.resources.views import KEEP

A_PAGE = 30
LISTED, REMOVED = Resource.State.LISTED, Resource.State.REMOVED
KEPT = (LISTED, REMOVED)


def _address(name: str, city: City | None, *more: object) -> str:
    """The address of a page: in the city, or in the library for all."""
    if city:
        return reverse(f"city:resource{name}", args=[city.slug, *more])
    return reverse({"s-kept": "resources:kept", "": "resources:one"}[name], args=more)


@require_safe
def _kept(request: HttpRequest, city: City | None) -> HttpResponse:
    """What a city keeps of its own, or what is kept for all, with what is archived: the dead first."""
    page = Paginator(queries.to_keep(city), A_PAGE).get_page(request.GET.get("page"))
    context = {"city": city, "page": page, "resources": [words.in_words(row) for row in page.object_list]}
    return render(request, "publishing/resources/kept.html", context)


def _add(request: HttpRequest, city: City | None) -> HttpResponse:
    """Add a resource."""
    form = KeepForm(*_sent(request), city=city)
    if request.method == "POST" and form.is_valid():
        try:
            made = domain.add(city=city, user=_who(request), **form.said())
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("It is in the library."))
            return redirect(_address("", city, made.public_id))
    return render(request, "publishing/resources/form.html", {"city": city, "form": form})


def _change(request: HttpRequest, city: City | None, resource: UUID) -> HttpResponse:
    """Change a resource."""
    found = _found(city, resource)
    form = KeepForm(*_sent(request), city=city, resource=found)
    if request.method == "POST" and form.is_valid():
        try:
            domain.change(resource=found, user=_who(request), **form.said())
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(_address("", city, found.public_id))
    return render(request, "publishing/resources/form.html", {"city": city, "form": form, "resource": found})


@require_POST
def _archive(request: HttpRequest, city: City | None, resource: UUID) -> HttpResponse:
    """Take a resource out of the library; it can be brought back."""
    return _moved(
        request, city, resource, domain.archive, _("It is not in the library any more. You can bring it back.")
    )


@require_POST
def _restore(request: HttpRequest, city: City | None, resource: UUID) -> HttpResponse:
    """Bring a resource back into the library."""
    return _moved(request, city, resource, domain.restore, _("It is in the library again."))


def _moved(
    request: HttpRequest, city: City | None, resource: UUID, act: Callable[..., None], told: str
) -> HttpResponse:
    try:
        act(resource=_found(city, resource), user=_who(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, told)
    return redirect(_address("s-kept", city))


def _found(city: City | None, resource: UUID) -> Resource:
    rows = Resource.objects.filter(city=city, state__in=KEPT).select_related("city")
    found: Resource = get_object_or_404(rows, public_id=resource)
    return found


def _sent(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _who(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


_of_city = city_page(KEEP)
kept_of_city, kept = _of_city(never_cache(_kept)), never_cache(require_safe(staff_page(_kept)))
add_of_city, add = _of_city(never_cache(_add)), never_cache(staff_page(_add))
change_of_city, change = _of_city(never_cache(_change)), never_cache(staff_page(_change))
archive_of_city, archive = _of_city(never_cache(_archive)), never_cache(require_POST(staff_page(_archive)))
restore_of_city, restore = _of_city(never_cache(_restore)), never_cache(require_POST(staff_page(_restore)))
