"""The demonstration's own pages. Anywhere else they are not there."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.site.accounts import demo


def only_in_demonstrations(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not demo.is_on():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@only_in_demonstrations
@require_safe
@never_cache
def people(request: HttpRequest) -> HttpResponse:
    """The demonstration's people, to sign in as one of them."""
    described = [(person, demo.words(person)) for person in demo.people()]
    return render(request, "accounts/demo_people.html", {"people": described})


@only_in_demonstrations
@require_POST
def sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign in as one of the demonstration's people, as if with a passkey."""
    person = get_object_or_404(demo.people(), pk=pk)
    adapter = get_adapter(request)
    adapter.login(request, person)
    record_authentication(request, person, "mfa", type="demonstration", reauthenticated=True)
    return HttpResponseRedirect(adapter.get_login_redirect_url(request))


@only_in_demonstrations
@require_safe
@never_cache
def mail(request: HttpRequest) -> HttpResponse:
    """The mail that the demonstration would have sent."""
    folder = Path(settings.EMAIL_FILE_PATH) if settings.EMAIL_FILE_PATH else None
    return render(request, "accounts/demo_mail.html", {"letters": demo.letters(folder) if folder else []})
