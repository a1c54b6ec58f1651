"""The pages of those who answer: by a link without an account, on a screen in the room, or signed in. Opening changes nothing."""

import io
from dataclasses import dataclass

import segno
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.analysis.city import year_name
from allcity.declaration.framework import Section
from allcity.site.accounts.models import User
from allcity.site.accounts.views import SignedIn
from allcity.site.action import participants, readings
from allcity.site.action.examining import answering, asking, queries, telling, words
from allcity.site.action.examining.forms import AnswerForm, BeginForm
from allcity.site.action.examining.team_views import refused
from allcity.site.action.examining.views import ANSWER, found
from allcity.site.action.models import AnswerLink, Respondent, SelfExamination
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.needs.families.limits import is_too_often

MINE = "mine"
"""Stands for the link in the address of whoever is signed in."""
GONE, TOO_MANY_REQUESTS = 410, 429


@dataclass(frozen=True)
class Answering:
    """Who answers, on which way they came."""

    respondent: Respondent
    link: AnswerLink | None
    token: str

    @property
    def examination(self) -> SelfExamination:
        return self.respondent.examination

    @property
    def in_room(self) -> bool:
        return bool(self.link and self.link.kind == AnswerLink.Kind.ROOM)


def _link(token: str) -> AnswerLink:
    rows = AnswerLink.objects.select_related("examination__city")
    row: AnswerLink = get_object_or_404(rows, token=token)
    return row


def _answering(token: str, respondent: str) -> Answering:
    """Whose answers these are. Raises Http404 where the parts of the address do not belong together."""
    row: Respondent = get_object_or_404(Respondent.objects.select_related("examination__city"), token=respondent)
    if token == MINE:
        return Answering(row, None, token)
    link = _link(token)
    if link.examination_id != row.examination_id:
        raise Http404
    if link.kind == AnswerLink.Kind.MAIL and answering.respondent_of(link.examination, link) != row:
        raise Http404
    return Answering(row, link, token)


def _over(request: HttpRequest, examination: SelfExamination, *, is_refused: bool = False) -> HttpResponse:
    context = {
        "city": examination.city,
        "examination": examination,
        "year_name": year_name(examination.year),
        "is_refused": is_refused,
    }
    return render(request, "action/examining/answer/over.html", context, status=200 if is_refused else GONE)


# --- Beginning ---


@never_cache
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a link: what this is, as whom one answers, and beginning."""
    row = _link(token)
    one = row.examination
    if row.ended_at or one.closed_at:
        return _over(request, one)
    begun = answering.respondent_of(one, row)
    form = BeginForm(
        request.POST if request.method == "POST" else None,
        city=one.city,
        asks_type=not row.participant,
        asks_name=not one.is_anonymous and row.participant != answering.STUDENTS,
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        if is_too_often(request, row):
            form.add_error(None, _("Very many answers came from this connection. Please try again in an hour."))
            status = TOO_MANY_REQUESTS
        elif begun_now := _begin(form, one, row):
            return redirect("examination:overview", token, begun_now.token)
    context = {
        "city": one.city,
        "examination": one,
        "year_name": year_name(one.year),
        "link": row,
        "begun": begun,
        "is_final": bool(begun and answering.is_final(begun)),
        "participant": participants.title(one.city, row.participant) if row.participant else "",
        "form": form,
        "in_room": row.kind == AnswerLink.Kind.ROOM,
        "is_mail": row.kind == AnswerLink.Kind.MAIL,
    }
    return render(request, "action/examining/answer/begin.html", context, status=status)


@city_page(ANSWER)
@never_cache
def mine(request: SignedIn, city: City, year: int) -> HttpResponse:
    """The same for whoever is signed in."""
    one = found(request, city, year)
    if one.closed_at:
        return _over(request, one)
    begun = answering.respondent_of(one, request.user)
    if begun and answering.is_final(begun):
        messages.info(request, _("This is handed in already. What a student says cannot be changed after that."))
        return redirect("city:self-examination", city.slug, year)
    form = BeginForm(
        request.POST if request.method == "POST" else None,
        city=city,
        asks_type=True,
        asks_name=False,
        likely=participants.type_of(request.user, city),
    )
    if request.method == "POST":
        begun_now = begun or (_begin(form, one, request.user) if form.is_valid() else None)
        if begun_now:
            return redirect("examination:overview", MINE, begun_now.token)
    elif begun:
        return redirect("examination:overview", MINE, begun.token)
    context = {"city": city, "examination": one, "year_name": year_name(year), "form": form}
    return render(request, "action/examining/answer/begin.html", context)


def _begin(form: BeginForm, one: SelfExamination, who: AnswerLink | User) -> Respondent | None:
    try:
        return answering.begin(examination=one, who=who, **form.cleaned_data)
    except ValidationError as error:
        refused(form, error)
        return None


@never_cache
@require_POST
def not_for_me(request: HttpRequest, token: str) -> HttpResponse:
    """End a link that reached somebody whom it is not for."""
    row = _link(token)
    try:
        asking.refuse_link(link=row)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("examination:link", token)
    return _over(request, row.examination, is_refused=True)


@require_safe
def code(_request: HttpRequest, token: str) -> HttpResponse:
    """The address of a link as a picture for the camera of a phone."""
    row = _link(token)
    if row.kind == AnswerLink.Kind.MAIL:
        raise Http404
    target = io.BytesIO()
    segno.make(telling.address_of(row), error="m").save(
        target, kind="svg", scale=8, border=4, xmldecl=False, light="#fff"
    )
    return HttpResponse(target.getvalue(), content_type="image/svg+xml")


# --- Answering ---


@never_cache
def overview(request: HttpRequest, token: str, respondent: str) -> HttpResponse:
    """How far one is, handing in, and taking it all back."""
    here = _answering(token, respondent)
    one = here.examination
    if one.closed_at:
        return _over(request, one)
    if request.method == "POST":
        answer = _acted(request, here)
        if answer:
            return answer
    ratings = queries.ratings_of(here.respondent)
    steps = queries.steps_of(here.respondent, ratings)
    context = {
        **_context(here),
        "steps": [(step, words.title_of(step.section)) for step in steps],
        "answered": sum(step.answered for step in steps),
        "asked": sum(step.asked for step in steps),
        "next": next((step.section.id for step in steps if not step.answered), ""),
    }
    return render(request, "action/examining/answer/overview.html", context)


def _acted(request: HttpRequest, here: Answering) -> HttpResponse | None:
    """Hand in or take back, as the button says; None where that was refused."""
    try:
        if "withdraw" in request.POST:
            answering.withdraw(respondent=here.respondent)
            messages.success(request, _("Everything is taken back. Nothing of it is kept."))
            if here.link:
                return redirect("examination:link", here.token)
            return redirect("city:self-examination", here.examination.city.slug, here.examination.year)
        answering.hand_in(respondent=here.respondent, link=here.link)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return None
    if here.link and (here.in_room or answering.is_final(here.respondent)):
        return redirect("examination:thanks", here.token)
    if answering.is_final(here.respondent):
        messages.success(request, _("Handed in. Thank you."))
        return redirect("city:self-examination", here.examination.city.slug, here.examination.year)
    messages.success(request, _("Handed in. Thank you."))
    return redirect("examination:overview", here.token, here.respondent.token)


@never_cache
def section(request: HttpRequest, token: str, respondent: str, section: str) -> HttpResponse:
    """One section of questions, with the city's figures beside them."""
    here = _answering(token, respondent)
    one = here.examination
    if one.closed_at:
        return _over(request, one)
    sections = [each for each in words.sections_of(one.city) if each.questions]
    ids = [each.id for each in sections]
    if section not in ids:
        raise Http404
    number = ids.index(section)
    current = sections[number]
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        city=one.city,
        section=current,
        participant=here.respondent.participant,
        ratings=queries.ratings_of(here.respondent),
    )
    following = ids[number + 1] if number + 1 < len(ids) else ""
    previous = ids[number - 1] if number else ""
    if request.method == "POST" and form.is_valid() and _saved(form, here, current):
        to = previous if "back" in request.POST else "" if "later" in request.POST else following
        if to:
            return redirect("examination:section", token, respondent, to)
        return redirect("examination:overview", token, respondent)
    figures = readings.readings_for(one.city, current.id, queries.figures_year(one))
    language = words.language()
    context = {
        **_context(here),
        "title": words.title_of(current),
        "summary": current.summary.in_language(language),
        "number": number + 1,
        "all": len(ids),
        "previous": previous,
        "following": following,
        "form": form,
        "rows": [
            (form[f"{each.id}-level"], form[f"{each.id}-words"], is_theirs, figures.get(each.id, ()))
            for each, is_theirs in form.questions
        ],
    }
    return render(request, "action/examining/answer/section.html", context)


def _saved(form: AnswerForm, here: Answering, current: Section) -> bool:
    try:
        answering.answer_section(respondent=here.respondent, section=current, answers=form.answers())
    except ValidationError as error:
        refused(form, error)
        return False
    return True


@never_cache
@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """After handing in for good: nothing of what was said, and in the room a big button for the next person."""
    row = _link(token)
    context = {
        "city": row.examination.city,
        "link": row,
        "in_room": row.kind == AnswerLink.Kind.ROOM,
        "is_over": bool(row.ended_at or row.examination.closed_at),
        "year_name": year_name(row.examination.year),
    }
    return render(request, "action/examining/answer/thanks.html", context)


def _context(here: Answering) -> dict[str, object]:
    one = here.examination
    return {
        "city": one.city,
        "examination": one,
        "year_name": year_name(one.year),
        "respondent": here.respondent,
        "participant": participants.title(one.city, here.respondent.participant),
        "token": here.token,
        "link": here.link,
        "in_room": here.in_room,
    }
