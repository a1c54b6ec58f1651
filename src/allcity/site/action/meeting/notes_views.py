"""Notes and decisions, written while a session goes on, and sending its minutes round."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from allcity.site.accounts.views import SignedIn
from allcity.site.action.committing.forms import tell
from allcity.site.action.convening.views import CONVENE, found
from allcity.site.action.meeting import domain, queries, window
from allcity.site.action.meeting.domain import OvertakenError, PointGoneError
from allcity.site.action.meeting.forms import DecideForm, ItsCommitmentForm, TextForm
from allcity.site.action.models import Decision, PlanningSession
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page

OF_SESSION = "session"
CONFLICT = 409


@city_page(CONVENE)
@never_cache
def notes(request: SignedIn, city: City, session: UUID) -> HttpResponse:
    """Notes by point of the agenda, and decisions. What another wrote meanwhile is shown beside what was typed."""
    one = found(request, city, session)
    typed: dict[str, dict[str, Any]] = {}
    status = 200
    if request.method == "POST":
        what, text = request.POST.get("what", ""), request.POST.get("text", "")
        try:
            _write(request, one, what, text)
        except OvertakenError as overtaken:
            typed[what] = {"text": text, "version": overtaken.version, "other": overtaken.current_text}
            status = CONFLICT
        except PointGoneError:
            gone = _("That point was taken off the agenda meanwhile. What you typed stands below: save it there.")
            typed[OF_SESSION] = {
                "text": "\n\n".join(filter(None, (one.notes, text))),
                "version": one.notes_version,
                "refusal": gone,
            }
            status = CONFLICT
        except ValidationError as error:
            version = request.POST.get("version", "0")
            typed[what] = {"text": text, "version": version, "refusal": " ".join(error.messages)}
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{reverse('city:meeting-notes', args=[city.slug, one.public_id])}#{what}")
    return _page(request, one, typed, DecideForm(session=one, user=request.user), status)


def _write(request: SignedIn, one: PlanningSession, what: str, text: str) -> None:
    version = request.POST.get("version", "")
    number = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else -1
    if what == OF_SESSION:
        domain.write_notes(session=one, user=request.user, text=text, version=number)
        return
    item = next((item for item in one.agenda.all() if what == f"item-{item.pk}"), None)
    if item is None:
        raise PointGoneError
    domain.write_item_notes(item=item, user=request.user, text=text, version=number)


def _page(
    request: SignedIn, one: PlanningSession, typed: dict[str, dict[str, Any]], form: DecideForm, status: int = 200
) -> HttpResponse:
    minutes = queries.minutes_of(one, request.user)
    pads = [
        {
            "what": f"item-{point.planned.item.pk}",
            "planned": point.planned,
            "text": point.planned.item.notes,
            "version": point.planned.item.notes_version,
            "decisions": point.decisions,
            **typed.get(f"item-{point.planned.item.pk}", {}),
        }
        for point in minutes.points
    ]
    pads.append(
        {
            "what": OF_SESSION,
            "planned": None,
            "text": one.notes,
            "version": one.notes_version,
            "decisions": minutes.decisions,
            **typed.get(OF_SESSION, {}),
        }
    )
    context = {
        "city": one.city,
        "session": one,
        "pads": pads,
        "form": form,
        "here": minutes.here,
        "can_write": one.state in (PlanningSession.State.CALLED, PlanningSession.State.HELD),
        "has_begun": window.has_begun(one),
        "times_sent": domain.times_sent(one),
    }
    return render(request, "action/meeting/notes.html", context, status=status)


@city_page(CONVENE)
@never_cache
@require_POST
def decide(request: SignedIn, city: City, session: UUID) -> HttpResponse:
    """Note a decision, and make it a commitment in the same step."""
    one = found(request, city, session)
    form = DecideForm(request.POST, session=one, user=request.user)
    if form.is_valid():
        try:
            made = domain.decide(session=one, user=request.user, **form.said())
        except ValidationError as error:
            tell(form, error)
        else:
            told = _("Noted. It is a commitment now.") if made.commitment else _("Noted.")
            messages.success(request, told)
            return redirect(f"{reverse('city:meeting-notes', args=[city.slug, one.public_id])}#decide")
    return _page(request, one, {}, form)


def _decision(one: PlanningSession, number: int) -> Decision:
    rows = one.decisions.select_related("session__city", "commitment", "item")
    row: Decision = get_object_or_404(rows, pk=number)
    return row


@city_page(CONVENE)
@never_cache
def decision(request: SignedIn, city: City, session: UUID, number: int) -> HttpResponse:
    """Correct a decision, make a commitment of it, or remove it."""
    one = found(request, city, session)
    row = _decision(one, number)
    corrects = "text" in request.POST
    form = TextForm(request.POST if corrects else None, initial={"text": row.text})
    section = row.item.section if row.item else ""
    its = None
    if row.commitment is None:
        data = request.POST if request.method == "POST" and not corrects else None
        its = ItsCommitmentForm(data, session=one, user=request.user, section=section)
    bound: Any = form if corrects else its
    if request.method == "POST" and bound is not None and bound.is_valid():
        try:
            if corrects:
                domain.correct_decision(decision=row, user=request.user, text=form.cleaned_data["text"])
            else:
                domain.commit_to(decision=row, user=request.user, **bound.said())
        except ValidationError as error:
            tell(bound, error)
        else:
            messages.success(request, _("Saved.") if corrects else _("It is a commitment now."))
            return redirect("city:meeting-notes", city.slug, one.public_id)
    context = {"city": city, "session": one, "decision": row, "form": form, "its": its}
    return render(request, "action/meeting/decision.html", context)


@city_page(CONVENE)
@never_cache
@require_POST
def remove(request: SignedIn, city: City, session: UUID, number: int) -> HttpResponse:
    """Remove a decision that was not one."""
    one = found(request, city, session)
    row = _decision(one, number)
    had = row.commitment is not None
    try:
        domain.remove_decision(decision=row, user=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("city:meeting-decision", city.slug, one.public_id, number)
    messages.success(request, _("Removed. Its commitment is dropped.") if had else _("Removed."))
    return redirect("city:meeting-notes", city.slug, one.public_id)


@city_page(CONVENE)
@never_cache
@require_POST
def send(request: SignedIn, city: City, session: UUID) -> HttpResponse:
    """Send the minutes to everybody who was asked."""
    one = found(request, city, session)
    before = request.POST.get("sent_before", "0")
    try:
        sent = domain.send_minutes(
            session=one, user=request.user, sent_before=int(before) if before.isascii() and before.isdecimal() else 0
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("city:meeting-notes", city.slug, one.public_id)
    messages.success(
        request,
        _("The minutes are on their way to everybody who was asked.")
        if sent
        else _("They were sent a moment ago already. Nobody gets them twice."),
    )
    return redirect("city:meeting-minutes", city.slug, one.public_id)
