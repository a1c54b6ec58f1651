"""Pages of staff on duty: what belongs to no city of the installation is looked after by them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from allcity.site.accounts.models import User
from allcity.site.accounts.staff import is_on_duty


def staff_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view for staff on duty alone, of what belongs to no city: it is given None for one.

    Staff who are off duty are led to where it begins.
    """

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        if not request.user.is_staff:
            raise PermissionDenied
        if not is_on_duty(request.user):
            return redirect("accounts:staff")
        return view(request, None, *args, **kwargs)

    return page
