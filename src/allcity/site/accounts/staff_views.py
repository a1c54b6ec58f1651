"""The page where staff go on and off duty."""

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from allcity.site.accounts import second_factor
from allcity.site.accounts import staff as duty
from allcity.site.accounts.views import SignedIn


class StartForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why do you need to act in a city that is not yours?"),
        help_text=gettext_lazy("It is kept with your name and the time."),
        max_length=500,
    )


@login_required
@never_cache
def staff(request: SignedIn) -> HttpResponse:
    """Begin or end an hour in which the person may act as coordinator of any city."""
    if not request.user.is_staff:
        raise PermissionDenied
    if not second_factor.is_given(request):
        return redirect(f"{reverse('accounts:second-factor')}?{urlencode({'next': request.path})}")
    form = StartForm(None if "stop" in request.POST else request.POST or None)
    if "stop" in request.POST:
        duty.end_session(user=request.user)
        messages.success(request, _("You are off duty."))
        return redirect("accounts:staff")
    if request.method == "POST" and form.is_valid():
        duty.start_session(user=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("You are on duty for an hour."))
        return redirect("accounts:staff")
    context = {
        "form": form,
        "session": duty.session_of(request.user),
        "before": request.user.staff_sessions.all()[:10],
    }
    return render(request, "accounts/staff.html", context)
