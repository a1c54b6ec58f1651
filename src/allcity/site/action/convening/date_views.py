"""Finding a date, and sessions that come again."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from allcity.site.accounts.views import SignedIn
from allcity.site.action.convening import answering, domain, queries, words
from allcity.site.action.convening.forms import SeriesForm, date_forms, refused
from allcity.site.action.convening.views import CONVENE, found
from allcity.site.action.models import PlanningSession, PollDate
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page


@city_page(CONVENE)
@never_cache
def dates(request: SignedIn, city: City, session: UUID) -> HttpResponse:
    """Propose dates, and see which of them suits whom."""
    one = found(request, city, session)
    formset = date_forms(request.POST if request.method == "POST" else None, one)
    refusals: list[str] = []
    if request.method == "POST" and formset.is_valid():
        chosen = [form.cleaned_data["dates"] for form in formset if form.cleaned_data.get("dates")]
        try:
            domain.propose_dates(session=one, user=request.user, dates=chosen)
        except ValidationError as error:
            refusals = error.messages
        else:
            messages.success(request, _("The dates are proposed. Everybody who is asked can say which suit them."))
            return redirect("city:planning-session-dates", city.slug, one.public_id)
    context = {
        "city": city,
        "session": one,
        "formset": formset,
        "refusals": [*refusals, *formset.non_form_errors()],
        "poll": queries.poll_of(one),
        "is_open": not answering.is_over(one) and one.state != PlanningSession.State.CALLED,
        "asked": one.invitees.count(),
    }
    return render(request, "action/convening/dates.html", context)


@city_page(CONVENE)
@never_cache
@require_POST
def choose(request: SignedIn, city: City, session: UUID, number: int) -> HttpResponse:
    """Take one of the dates."""
    one = found(request, city, session)
    date: PollDate = get_object_or_404(PollDate.objects.filter(session=one), pk=number)
    try:
        domain.choose_date(session=one, user=request.user, poll_date=date)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("city:planning-session-dates", city.slug, one.public_id)
    messages.success(request, _("The date is set, and the session is called. Everybody who is asked is told."))
    return redirect("city:planning-session", city.slug, one.public_id)


@city_page(CONVENE)
@never_cache
def series(request: SignedIn, city: City, session: UUID) -> HttpResponse:
    """Have a session come again."""
    one = found(request, city, session)
    form = SeriesForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = domain.plan_series(session=one, user=request.user, **form.cleaned_data)
        except ValidationError as error:
            refused(form, error)
        else:
            told = ngettext(
                "%(number)s more session is planned, as a draft. Call it when its time comes.",
                "%(number)s more sessions are planned, as drafts. Call each when its time comes.",
                len(made),
            )
            messages.success(request, told % {"number": len(made)})
            return redirect("city:planning-session", city.slug, one.public_id)
    context = {"city": city, "session": one, "form": form, "when": words.when_of(one)}
    return render(request, "action/convening/series.html", context)
