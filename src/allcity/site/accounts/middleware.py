"""The second factor that some roles need, asked for before any page but those of one's account."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from allcity.site.accounts import second_factor


class SecondFactorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_: Any
    ) -> HttpResponseRedirect | None:
        # Readers without a session are asked for nothing, and their pages stay the same for all.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        if view.__module__.startswith(("allauth.", "allcity.site.accounts.")) or not request.user.is_authenticated:
            return None
        if second_factor.is_given(request) or not second_factor.is_required(request.user):
            return None
        return HttpResponseRedirect(
            f"{reverse('accounts:second-factor')}?{urlencode({'next': request.get_full_path()})}"
        )
