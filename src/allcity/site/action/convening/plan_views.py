"""Planning a session, step by step, each of which is saved; calling it, and calling it off."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from allcity.site.accounts.views import SignedIn
from allcity.site.action.convening import answering, domain, times, words
from allcity.site.action.convening.forms import (
    AccessForm,
    CancelForm,
    FindingsForm,
    NewForm,
    PurposeForm,
    TimeForm,
    agenda_forms,
    points_in,
    refused,
)
from allcity.site.action.convening.views import CONVENE, found
from allcity.site.action.models import PlanningSession
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.conversations.models import Thread

STEPS: dict[str, str | Promise] = {
    "purpose": gettext_lazy("Purpose"),
    "findings": gettext_lazy("Findings on the table"),
    "agenda": gettext_lazy("Agenda"),
    "time": gettext_lazy("Time and place"),
    "access": gettext_lazy("Languages, childcare and access"),
}
"""The steps of planning, in their order."""
AGENDA, LONGEST_YEAR = "agenda", 4


@city_page(CONVENE)
@never_cache
def new(request: SignedIn, city: City) -> HttpResponse:
    """Begin to plan a session, from nothing or from what led here: a section, a question, a figure, a conversation."""
    thread = _thread(request, city)
    findings = _findings(request)
    section = request.GET.get("section", "")
    initial = {
        "section": section if section in city.settings.framework.sections else "",
        "title": thread.title if thread else "",
    }
    form = NewForm(request.POST if request.method == "POST" else None, city=city, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            one = domain.plan_session(
                city=city, user=request.user, thread=thread, findings=findings, **form.cleaned_data
            )
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, _("Saved as a draft. Nobody is told of it yet."))
            return redirect("city:planning-session-plan", city.slug, one.public_id, "findings")
    context = {"city": city, "form": form, "thread": thread, "findings": len(findings)}
    return render(request, "action/convening/new.html", context)


def _thread(request: HttpRequest, city: City) -> Thread | None:
    """The conversation that led here, if the reader may read it."""
    try:
        public_id = UUID(request.GET.get("thread", ""))
    except ValueError:
        return None
    found: Thread | None = Thread.objects.for_user(request.user).of(city).filter(public_id=public_id).first()
    return found


def _findings(request: HttpRequest) -> list[dict[str, Any]]:
    """What the address says lies on the table."""
    asked = request.GET
    found: list[dict[str, Any]] = []
    if question := asked.get("question", "")[:100]:
        year = asked.get("year", "")
        is_year = year.isascii() and year.isdecimal() and len(year) == LONGEST_YEAR
        found.append(
            {"question": question, "section": asked.get("section", "")[:60], "year": int(year) if is_year else None}
        )
    if figure := asked.get("figure", "")[:100]:
        found.append({"figure": figure})
    return found


@city_page(CONVENE)
@never_cache
def step(request: SignedIn, city: City, session: UUID, step: str) -> HttpResponse:
    """One step of planning."""
    one = found(request, city, session)
    if step not in STEPS:
        raise Http404
    if answering.is_over(one):
        messages.error(request, _("It is over, and stays as it is. Plan a new one."))
        return redirect("city:planning-session", city.slug, one.public_id)
    data = request.POST if request.method == "POST" else None
    form: Any = agenda_forms(data, one) if step == AGENDA else _form(step, data, one)
    error: ValidationError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            _save(step, form, one, request)
        except ValidationError as refusal:
            if step == AGENDA:
                error = refusal
            else:
                refused(form, refusal, TimeForm.NAMES)
        else:
            messages.success(request, _("Saved."))
            return redirect(*_next(step, one, request))
    context = {
        "city": city,
        "session": one,
        "step": step,
        "title": STEPS[step],
        "form": form,
        "is_agenda": step == AGENDA,
        "refusals": [*(error.messages if error else []), *(form.non_form_errors() if step == AGENDA else [])],
        "steps": STEPS.items(),
        "number": list(STEPS).index(step) + 1,
        "length": times.length(one),
        "taken": sum(item.minutes for item in one.agenda.all()),
        "is_draft": one.state == PlanningSession.State.DRAFT,
        "findings": words.findings_of(one) if step == "findings" else [],
    }
    return render(request, "action/convening/step.html", context)


def _form(step: str, data: Any, one: PlanningSession) -> Form:
    match step:
        case "purpose":
            initial = {name: getattr(one, name) for name in ("title", "purpose", "section", "audience")}
            return PurposeForm(data, city=one.city, initial=initial)
        case "findings":
            return FindingsForm(data, session=one)
        case "time":
            return TimeForm(data, session=one)
        case _access:
            return AccessForm(data, session=one)


def _save(step: str, form: Any, one: PlanningSession, request: SignedIn) -> None:
    if step == AGENDA:
        domain.set_agenda(session=one, user=request.user, points=points_in(form))
    elif isinstance(form, FindingsForm):
        domain.change_session(session=one, user=request.user, findings=form.findings())
    elif isinstance(form, TimeForm):
        domain.change_session(session=one, user=request.user, **form.said())
    else:
        domain.change_session(session=one, user=request.user, **form.cleaned_data)


def _next(step: str, one: PlanningSession, request: HttpRequest) -> tuple[Any, ...]:
    """Where to go from a step: on to the next while it is planned, back to the page of a session that is called."""
    here = (one.city.slug, one.public_id)
    if "stay" in request.POST:
        return ("city:planning-session-plan", *here, step)
    if one.state != PlanningSession.State.DRAFT:
        return ("city:planning-session", *here)
    following = [*STEPS][[*STEPS].index(step) + 1 :]
    return ("city:planning-session-plan", *here, following[0]) if following else ("city:planning-session-people", *here)


# --- Calling it, and calling it off ---


@city_page(CONVENE)
@never_cache
@require_POST
def call(request: SignedIn, city: City, session: UUID) -> HttpResponse:
    """Tell everybody who is asked."""
    one = found(request, city, session)
    try:
        domain.call_session(session=one, user=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("It is called. Everybody who is asked is told."))
    return redirect("city:planning-session", city.slug, one.public_id)


@city_page(CONVENE)
@never_cache
def cancel(request: SignedIn, city: City, session: UUID) -> HttpResponse:
    """Call a session off, with a reason."""
    one = found(request, city, session)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            domain.cancel_session(session=one, user=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, _("It is cancelled. Everybody who was asked is told."))
            return redirect("city:planning-session", city.slug, one.public_id)
    return render(request, "action/convening/cancel.html", {"city": city, "session": one, "form": form})


@city_page(CONVENE)
@never_cache
@require_POST
def discard(request: SignedIn, city: City, session: UUID) -> HttpResponse:
    """Remove a draft."""
    one = found(request, city, session)
    try:
        domain.discard_session(session=one, user=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("city:planning-session", city.slug, one.public_id)
    messages.success(request, _("The draft is removed."))
    return redirect("city:planning-sessions", city.slug)
