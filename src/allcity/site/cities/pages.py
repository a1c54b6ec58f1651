"""Pages of a city: each names the permission it takes, finds its city, and hides cities that the reader may not see.

A page that is the same for everybody who is not signed in is kept, in full and compressed, until something of its city
changes.
"""

import gzip
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

import rules
from django.contrib.auth.views import redirect_to_login
from django.contrib.messages import get_messages
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.template.response import SimpleTemplateResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from allcity.site.cities.models import City

P = ParamSpec("P")
CityView = Callable[Concatenate[Any, City, P], HttpResponseBase]
KEEP_SECONDS = 24 * 60 * 60


def city_page(permission: str, *, kept: bool = False) -> Callable[[CityView[P]], Callable[..., HttpResponseBase]]:
    """Make a view that takes a request and a city into one that takes a request and the city's short name.

    A city that the reader may not see is not found. A reader who lacks the permission is sent to sign in or refused.
    `kept` pages are made once for all who are not signed in, and only read.
    """

    def decorate(view: CityView[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def page(request: HttpRequest, city: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            found = get_object_or_404(City.objects.for_user(request.user), slug=city)
            if not rules.has_perm(permission, request.user, found):
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path())
                raise PermissionDenied
            if kept and request.method not in ("GET", "HEAD"):
                return HttpResponseNotAllowed(["GET", "HEAD"])
            is_same_for_all = not request.user.is_authenticated and not len(get_messages(request))
            if kept and is_same_for_all:
                return _kept(request, found, lambda: view(request, found, *args, **kwargs))
            return view(request, found, *args, **kwargs)

        page.permission = permission  # type: ignore[attr-defined] # the matrix of permissions and the reference read it
        return page

    return decorate


def _kept(request: HttpRequest, city: City, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    address = hashlib.sha256(request.build_absolute_uri().encode()).hexdigest()  # as long as a reader makes it
    key = f"page:{city.pk}:{city.page_version}:{get_language()}:{address}"
    stored = caches["pages"].get(key)
    if stored is None:
        made = make()
        if isinstance(made, SimpleTemplateResponse):
            made.render()
        if not isinstance(made, HttpResponse) or made.status_code != 200 or made.cookies:
            return made
        said = made.get("Cache-Control", "")
        if "no-store" in said or "no-cache" in said:  # it tells of a reader's own place, say, or of other cities
            return made
        stored = (made["Content-Type"], gzip.compress(made.content, 6))
        caches["pages"].set(key, stored, KEEP_SECONDS)
    kind, small = stored
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(small if zipped else gzip.decompress(small), content_type=kind)
    if zipped:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ("Accept-Encoding", "Cookie"))
    return response
