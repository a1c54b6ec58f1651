"""What stands before every page: the second factor that some roles need, and the keeping of what could not be sent."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from allcity.site.accounts import second_factor, unsent


class UnsentMiddleware:
    """Keep what was written for a page that sends its writer to sign in first, and show it to them afterwards."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and isinstance(response, HttpResponseRedirect):
            way = urlsplit(response.url).path
            if way in (reverse("account_login"), reverse("accounts:second-factor")) and unsent.keep(request):
                response["Location"] = f"{way}?{urlencode({'next': reverse('accounts:unsent')})}"
        return response


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
        if not second_factor.is_lacking(request):
            return None
        return HttpResponseRedirect(second_factor.way_to(request.get_full_path()))
