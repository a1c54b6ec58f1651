"""Signing in: by the code on the wall, by one's own link, or ticked at the door by those who run the session."""

from io import BytesIO
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allcity.site.accounts.views import SignedIn
from allcity.site.action.committing.forms import tell
from allcity.site.action.convening import words
from allcity.site.action.convening.queries import invitee_of
from allcity.site.action.convening.views import CONVENE, found
from allcity.site.action.meeting import attending, queries, window
from allcity.site.action.meeting.forms import AtDoorForm, HereForm
from allcity.site.action.models import Attendance, Invitee, PlanningSession
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page

State = PlanningSession.State
SIGNED_IN = "here"
"""In a browser's own session: the numbers of the sessions to which it signed in, each with the attendance."""


def address_of(session: PlanningSession) -> str:
    """The whole address at which whoever is there signs in, in the language of the moment."""
    return settings.SITE_ADDRESS + reverse("meeting:here", args=[session.code])


# --- Those who run it ---


@city_page(CONVENE)
@never_cache
@require_safe
def sign_in(request: SignedIn, city: City, session: UUID) -> HttpResponse:
    """The code, large enough for a screen or a sheet at the door."""
    one = found(request, city, session)
    context = {
        "city": city,
        "session": one,
        "address": address_of(one),
        "when": words.when_of(one),
        "opens": window.in_words(one, window.opens_at(one)),
        "closes": window.in_words(one, window.last_minute(one)),
        "standing": window.sign_in_of(one),
    }
    return render(request, "action/meeting/sign_in.html", context)


@city_page(CONVENE)
@never_cache
def door(request: SignedIn, city: City, session: UUID) -> HttpResponse:
    """Everybody who is asked, each with one button; and whoever came besides."""
    one = found(request, city, session)
    form = AtDoorForm(request.POST if "name" in request.POST else None, session=one)
    if request.method == "POST":
        try:
            if _noted(request, one, form):
                return redirect("city:meeting-door", city.slug, one.public_id)
        except ValidationError as error:
            if not form.is_bound:
                messages.error(request, " ".join(error.messages))
                return redirect("city:meeting-door", city.slug, one.public_id)
            tell(form, error)
    context = {
        "city": city,
        "session": one,
        "rows": queries.at_door(one),
        "here": queries.here_at(one),
        "form": form,
        "has_begun": window.has_begun(one),
        "opens": window.in_words(one, window.opens_at(one)),
    }
    return render(request, "action/meeting/door.html", context)


def _noted(request: SignedIn, one: PlanningSession, form: AtDoorForm) -> bool:
    """Do what a button at the door says; gives whether it was done."""
    if number := request.POST.get("undo"):
        row: Attendance = get_object_or_404(one.attendances.select_related("session"), pk=_number(number))
        attending.undo(attendance=row, user=request.user)
        messages.success(request, _("They are not noted as being there any more."))
        return True
    if number := request.POST.get("invitee"):
        invitee: Invitee = get_object_or_404(one.invitees.select_related("session"), pk=_number(number))
        attending.sign_in(invitee=invitee, at_door=True)
        messages.success(request, _("Noted."))
        return True
    if form.is_bound and form.is_valid():
        attending.sign_in_by_name(session=one, at_door=True, **form.cleaned_data)
        messages.success(request, _("Noted."))
        return True
    return False


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):  # as long as a database's numbers
        raise Http404
    return int(text)


# --- Those who are there ---


def _open_to_all(code: str) -> PlanningSession:
    """The session whose code somebody has. Raises Http404 also for one that nobody was told of."""
    rows = PlanningSession.objects.select_related("city").exclude(state__in=(State.DRAFT, State.POLL))
    one: PlanningSession = get_object_or_404(rows, code=code.upper())
    return one


@never_cache
@require_safe
def code(_request: HttpRequest, code: str) -> HttpResponse:
    """The code for the camera of a phone."""
    one = _open_to_all(code)
    drawn = BytesIO()
    segno.make(address_of(one), error="m").save(drawn, kind="svg", scale=8, border=4, xmldecl=False, light="#fff")
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


@never_cache
def here(request: HttpRequest, code: str) -> HttpResponse:
    """Signing in by the code: with one button for who is signed in and was asked, by name for everybody else."""
    one = _open_to_all(code)
    invitee = invitee_of(one, request.user)
    form = HereForm(request.POST if request.method == "POST" and not invitee else None, session=one)
    try:
        if request.method == "POST":
            if invitee:
                return _done(request, one, attending.sign_in(invitee=invitee))
            if form.is_valid() and not _is_here(request, one, invitee):
                return _done(request, one, attending.sign_in_by_name(session=one, **form.cleaned_data))
    except ValidationError as error:
        tell(form, error) if form.is_bound else messages.error(request, " ".join(error.messages))
    return _page(request, one, invitee=invitee, form=form)


@never_cache
def here_by(request: HttpRequest, token: str) -> HttpResponse:
    """Signing in by the link of one's invitation, with one button."""
    rows = Invitee.objects.select_related("session__city", "user").exclude(session__state__in=(State.DRAFT, State.POLL))
    invitee: Invitee = get_object_or_404(rows, token=token)
    if request.method == "POST":
        try:
            attending.sign_in(invitee=invitee)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("meeting:here-by", token)
    return _page(request, invitee.session, invitee=invitee, form=None)


def _done(request: HttpRequest, one: PlanningSession, attendance: Attendance) -> HttpResponse:
    there = request.session.get(SIGNED_IN, {})
    request.session[SIGNED_IN] = {**there, str(one.pk): attendance.pk}
    return redirect("meeting:here", one.code)


def _is_here(request: HttpRequest, one: PlanningSession, invitee: Invitee | None) -> bool:
    if invitee:
        return one.attendances.filter(invitee=invitee).exists()
    number = request.session.get(SIGNED_IN, {}).get(str(one.pk))
    return number is not None and one.attendances.filter(pk=number).exists()


def _page(
    request: HttpRequest, one: PlanningSession, *, invitee: Invitee | None, form: HereForm | None
) -> HttpResponse:
    context = {
        "city": one.city,
        "session": one,
        "is_asked": invitee is not None,
        "form": form,
        "is_here": _is_here(request, one, invitee),
        "standing": window.sign_in_of(one),
        "opens": window.in_words(one, window.opens_at(one)),
        "when": words.when_of(one),
        "where": words.where(one),
        "agenda": words.agenda_of(one),
    }
    return render(request, "action/meeting/here.html", context)
