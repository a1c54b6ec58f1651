"""Pages of one partnership: each finds it among those that the reader may see, and asks the permission of it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

import rules
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404

from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.partnerships.models import Partnership

P = ParamSpec("P")
PartnershipView = Callable[Concatenate[Any, City, Partnership, P], HttpResponseBase]


def partnership_page(permission: str) -> Callable[[PartnershipView[P]], Callable[..., HttpResponseBase]]:
    """Make a view of a request, a city and a partnership into one of a request, a city's short name and a public id.

    A partnership that the reader may not see is not found; one that they see without the permission is refused.
    """

    def decorate(view: PartnershipView[P]) -> Callable[..., HttpResponseBase]:
        def page(request: Any, city: City, /, partnership: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            among = Partnership.objects.for_user(request.user).of(city)
            found = get_object_or_404(
                among.prefetch_related("organizations", "schools", "districts"), public_id=partnership
            )
            if not rules.has_perm(permission, request.user, found):
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path())
                raise PermissionDenied
            return view(request, city, found, *args, **kwargs)

        decorated = wraps(view)(city_page("partnerships.view")(page))
        decorated.permission = permission  # type: ignore[attr-defined] # the matrix of permissions and the reference read it
        return decorated

    return decorate
