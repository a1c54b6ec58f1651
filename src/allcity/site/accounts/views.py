"""Pages of one's account that allauth does not have."""

from collections.abc import Sequence

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.site.accounts import domain, personal_data, queries, second_factor
from allcity.site.accounts.forms import DeleteForm, ProfileForm
from allcity.site.accounts.models import User

AFTER_SECOND_STEP = "after_second_step"


class SignedIn(HttpRequest):
    """A request of somebody with an account, as `login_required` lets through."""

    user: User


@login_required
@never_cache
def profile(request: SignedIn) -> HttpResponse:
    """The person's name and language, and the way to all else of the account."""
    user = request.user
    initial = {"first_name": user.first_name, "last_name": user.last_name, "language": user.language}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        domain.change_profile(user=user, **form.cleaned_data)
        with translation.override(user.language):
            messages.success(request, _("Saved."))
            return redirect("accounts:me")
    return render(request, "accounts/profile.html", {"form": form, "stopped": queries.stop_of(user)})


@reauthentication_required(app="allauth.account")
@require_safe
@never_cache
def data(request: SignedIn) -> HttpResponse:
    """What every feature keeps of the person, as a file."""
    return JsonResponse(
        personal_data.export_all(request.user),
        json_dumps_params={"indent": 2, "ensure_ascii": False},
        headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
    )


@reauthentication_required(app="allauth.account")
@never_cache
def delete(request: SignedIn) -> HttpResponse:
    """Ask, then delete the account and what is kept of the person."""
    form = DeleteForm(request.POST or None)
    hindrances: Sequence[personal_data.Hindrance] = ()
    if request.method == "POST" and form.is_valid():
        try:
            domain.delete_account(user=request.user)
        except ValidationError as error:
            form.add_error(None, error)
            hindrances = getattr(error, "hindrances", ())
        else:
            logout(request)
            messages.success(request, _("Your account and what we kept of you are deleted."))
            return redirect("/")
    return render(request, "accounts/delete.html", {"form": form, "hindrances": hindrances})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of people, and why."""
    return render(request, "accounts/privacy.html")


@login_required
@require_POST
def mail_again(request: SignedIn) -> HttpResponse:
    """Send mail again to the person's main address, which it came back from."""
    if domain.try_again(user=request.user):
        messages.success(request, _("We send mail to %(email)s again, and have begun.") % {"email": request.user.email})
    return redirect("accounts:me")


@login_required
@require_POST
def end_sessions(request: SignedIn) -> HttpResponse:
    """Sign the person out everywhere but here."""
    update_session_auth_hash(request, domain.end_sessions(user=request.user))
    messages.success(request, _("You are signed out everywhere but here."))
    return redirect("mfa_index")


@login_required
@require_safe
@never_cache
def second_step(request: SignedIn) -> HttpResponse:
    """Lead whoever needs a second factor to giving it, or to setting one up, and then on to where they were going."""
    if "next" in request.GET:
        request.session[AFTER_SECOND_STEP] = request.GET["next"]
    if second_factor.is_given(request):
        onward = request.session.pop(AFTER_SECOND_STEP, "")
        if not url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()}):
            onward = get_adapter(request).get_login_redirect_url(request)
        return HttpResponseRedirect(onward)
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    if methods:
        return HttpResponseRedirect(f"{methods[0]['url']}?{urlencode({'next': reverse('accounts:second-factor')})}")
    return render(request, "accounts/second_step.html")
