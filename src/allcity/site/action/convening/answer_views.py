"""The pages of those who are asked: by their own link without an account, or signed in. Opening changes nothing."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.site.accounts.views import SignedIn
from allcity.site.action.convening import answering, calendars, links, queries, telling
from allcity.site.action.convening.asking_forms import AnswerForm, PollForm
from allcity.site.action.convening.calendars import Entry
from allcity.site.action.convening.forms import refused
from allcity.site.action.convening.tasks import place_in_line
from allcity.site.action.convening.views import VIEW, as_file, context_of, found, page_of
from allcity.site.action.models import Invitee, PlanningSession
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page

GONE = 410
State = PlanningSession.State


def _invitee(token: str) -> Invitee:
    rows = Invitee.objects.select_related("session__city", "session__thread", "session__series", "user")
    row: Invitee = get_object_or_404(rows.exclude(session__state=State.DRAFT), token=token)
    return row


def told(invitee: Invitee) -> str:
    """What came of an answer, in a sentence."""
    if invitee.session.state == State.POLL:
        return _("Thank you. You are told as soon as the date is chosen.")
    match invitee.state:
        case Invitee.State.COMING:
            return _("Thank you. You have a place.")
        case Invitee.State.WAITING:
            return _("All places are taken. You are number %(number)s of those who wait.") % {
                "number": place_in_line(invitee)
            }
        case _declined:
            return _("Thank you for saying so. You do not come.")


# --- By a link ---


@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a link: what the session is, answering, and giving one's place back. It names nobody."""
    row = _invitee(token)
    one = row.session
    if answering.is_over(one):
        context = {"city": one.city, "session": one, **page_of(one, row)}
        return render(request, "action/convening/over.html", context, status=GONE)
    form = _form(request, row)
    if request.method == "POST" and form.is_valid():
        answered = _answered(form, row)
        if answered:
            messages.success(request, told(answered))
            return redirect("convening:invitation", token)
    context = {
        "city": one.city,
        "session": one,
        "invitee": row,
        "form": form,
        "number": place_in_line(row) if row.state == Invitee.State.WAITING else 0,
        "places": queries.places_of(one),
        "has_answered": row.state != Invitee.State.INVITED or bool(queries.poll_answers(row)),
        **page_of(one, row),
        "links": links.links_of(one, request.user, row),
    }
    return render(request, "action/convening/invitation.html", context)


def _form(request: HttpRequest, row: Invitee) -> AnswerForm | PollForm:
    data = request.POST if request.method == "POST" else None
    if row.session.state == State.POLL:
        return PollForm(data, invitee=row, answers=queries.poll_answers(row))
    return AnswerForm(data, invitee=row)


def _answered(form: AnswerForm | PollForm, row: Invitee) -> Invitee | None:
    try:
        if isinstance(form, PollForm):
            return answering.answer_poll(invitee=row, answers=form.answers(), asks=form.cleaned_data["asks"])
        return answering.answer(invitee=row, **form.said())
    except ValidationError as error:
        refused(form, error)
        return None


@never_cache
@require_safe
def file(_request: HttpRequest, token: str) -> HttpResponse:
    """The session as a file for the calendar of whoever is asked."""
    row = _invitee(token)
    if row.session.starts_at is None or row.session.state == State.POLL:
        raise Http404
    return as_file(calendars.calendar([Entry(row.session, telling.address_of(row), row)]), "session.ics")


@never_cache
@require_POST
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Give back one's place."""
    row = _invitee(token)
    try:
        messages.success(request, told(answering.leave(invitee=row)))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("convening:invitation", token)


@never_cache
@require_POST
def not_for_me(request: HttpRequest, token: str) -> HttpResponse:
    """End a link that reached somebody whom it is not for."""
    row = _invitee(token)
    try:
        answering.not_for_me(invitee=row)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("convening:invitation", token)
    context = {"city": row.session.city, "session": row.session, "is_refused": True}
    return render(request, "action/convening/over.html", context)


# --- Signed in ---


@city_page(VIEW)
@never_cache
@require_POST
def answer(request: SignedIn, city: City, session: object) -> HttpResponse:
    """Answer on the page of a session, signed in."""
    one = found(request, city, session)
    row = queries.invitee_of(one, request.user)
    if row is None:
        raise Http404
    row.session = one
    if "leave" in request.POST:
        try:
            messages.success(request, told(answering.leave(invitee=row)))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("city:planning-session", city.slug, one.public_id)
    form = _form(request, row)
    if form.is_valid() and (answered := _answered(form, row)):
        messages.success(request, told(answered))
        return redirect("city:planning-session", city.slug, one.public_id)
    return render(request, "action/convening/session.html", context_of(request, one, form=form))
