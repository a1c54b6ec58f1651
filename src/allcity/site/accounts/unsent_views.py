"""Pages for what was written and could not be sent: after signing in, and where a form was open too long."""

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allcity.site.accounts import second_factor, unsent
from allcity.site.accounts.views import SignedIn


@login_required
@require_safe
@never_cache
def kept(request: SignedIn) -> HttpResponse:
    """What the person wrote before they had to sign in, once, to be sent to where it was going."""
    if second_factor.is_lacking(request):
        return HttpResponseRedirect(second_factor.way_to(request.path))
    found = unsent.take(request)
    if found is None:
        return HttpResponseRedirect(get_adapter(request).get_login_redirect_url(request))
    return render(request, "accounts/unsent.html", {"unsent": found})


@never_cache
def not_taken(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django gives it by name
    """A form whose token is not, or no longer, the browser's: what was written can be sent again from here."""
    found = unsent.of_request(request) if unsent.is_from_here(request) else None
    return render(request, "403_csrf.html", {"unsent": found}, status=403)
