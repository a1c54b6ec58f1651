"""Pages on which a liaison, or a coordinator for a school, answers the yearly survey."""

from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.cities.people.queries import coordinators_of
from allcity.site.directory.models import School
from allcity.site.needs.models import Handover, Survey
from allcity.site.needs.survey import domain, helping, queries
from allcity.site.needs.survey.errors import SurveyClosedError
from allcity.site.needs.survey.forms import HelpForm, StepForm
from allcity.site.needs.survey.reading import in_words
from allcity.site.needs.survey.sheet import Sheet, SheetStep, sheet_of

ANSWER = "needs.answer_survey"
CLOSED = 409
"""The status of what comes after a survey is closed: nothing is wrong with it, and it changed nothing."""


def find_survey(city: City, year: int) -> Survey:
    """The city's survey of a school year. Raises Http404."""
    survey: Survey = get_object_or_404(queries.surveys_of(city), year=year)
    survey.city = city
    return survey


def find_sheet(request: HttpRequest, city: City, year: int, school: str) -> Sheet:
    """A school's survey, for somebody who may answer it. Raises Http404 or PermissionDenied."""
    survey = find_survey(city, year)
    found: School = get_object_or_404(queries.schools_of(survey), slug=school)
    found.city = city
    if not rules.has_perm(ANSWER, request.user, found):
        raise PermissionDenied
    return sheet_of(survey, found)


def go_to(sheet: Sheet, page: str = "school", *more: str) -> HttpResponse:
    """To a page of a school's survey."""
    survey = sheet.survey
    return redirect(f"city:survey-{page}", survey.city.slug, survey.year, sheet.school.slug, *more)


def shown(request: HttpRequest, template: str, sheet: Sheet, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page of a school's survey."""
    survey = sheet.survey
    frame = {
        "city": survey.city,
        "survey": survey,
        "school": sheet.school,
        "sheet": sheet,
        "whom_to_ask": coordinators_of(survey.city) if survey.closed_at else (),
        "is_late": queries.is_overdue(survey),
    }
    return render(request, f"needs/survey/{template}.html", {**frame, **context}, status=status)


@city_page(ANSWER)
@never_cache
@require_safe
def newest(request: SignedIn, city: City) -> HttpResponse:
    """The newest survey, for whoever answers it."""
    survey = queries.surveys_of(city).order_by("closed_at", "-year").filter(closed_at=None).first()
    survey = survey or queries.surveys_of(city).first()
    if survey:
        return redirect("city:survey-year", city.slug, survey.year)
    return render(request, "needs/survey/none.html", {"city": city})


@city_page(ANSWER)
@never_cache
@require_safe
def mine(request: SignedIn, city: City, year: int) -> HttpResponse:
    """The schools that the person answers a survey for; somebody with one school is led to it."""
    survey = find_survey(city, year)
    schools = queries.schools_looked_after(request.user, survey)
    if len(schools) == 1:
        return redirect("city:survey-school", city.slug, year, schools[0].slug)
    if not schools and rules.has_perm("needs.run_survey", request.user, city):
        return redirect("city:survey-board", city.slug, year)
    return render(request, "needs/survey/mine.html", {"city": city, "survey": survey, "schools": schools})


@city_page(ANSWER)
@never_cache
def overview(request: SignedIn, city: City, year: int, school: str) -> HttpResponse:
    """A school's survey: its steps with what is answered, who was asked, and what is left."""
    sheet = find_sheet(request, city, year, school)
    if request.method == "POST":
        return _confirm(request, sheet, "school")
    handovers = sheet.reply.handovers.order_by("-asked_at") if sheet.reply else Handover.objects.none()
    return shown(request, "overview", sheet, handovers=[_told(each, sheet) for each in handovers])


@city_page(ANSWER)
@never_cache
def step(request: SignedIn, city: City, year: int, school: str, step: str) -> HttpResponse:
    """A step of a school's survey."""
    sheet = find_sheet(request, city, year, school)
    here = _found(sheet, step)
    form = StepForm(request.POST if request.method == "POST" else None, lines=here.lines, sheet=sheet)
    status = 200
    if request.method == "POST":
        try:
            saved = domain.save_answers(
                survey=sheet.survey,
                school=sheet.school,
                sayings=form.sayings(),
                user=request.user,
                confirm="still_true" in request.POST,
            )
        except SurveyClosedError as error:
            form.add_error(None, error)
            status = CLOSED
        else:
            if request.headers.get("Accept") == "application/json":
                return _in_background(form, saved, sheet)
            if form.is_valid() and not saved.conflicts:
                return _onward(request, sheet, here)
            anew = sheet_of(sheet.survey, sheet.school)
            form.begin_anew([*saved.questions, *saved.conflicts], anew)
            form.tell_of(saved.conflicts)
    return shown(request, "step", sheet, status=status, here=here, form=form, number=sheet.steps.index(here) + 1)


@city_page(ANSWER)
@never_cache
def review(request: SignedIn, city: City, year: int, school: str) -> HttpResponse:
    """All answers once more, and handing them in."""
    sheet = find_sheet(request, city, year, school)
    if request.method == "POST" and "confirm" in request.POST:
        return _confirm(request, sheet, "review")
    if request.method == "POST":
        try:
            domain.hand_in(survey=sheet.survey, school=sheet.school, user=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("Handed in. Thank you! You can change answers until the survey is closed."))
            return go_to(sheet)
    told = [(each, [(line, in_words(line.question, line.now)) for line in each.asked]) for each in sheet.steps]
    return shown(request, "review", sheet, told=told)


@city_page(ANSWER)
@never_cache
@require_safe
def on_paper(request: SignedIn, city: City, year: int, school: str) -> HttpResponse:
    """All questions on one page, to be answered by pen: filled with what is known, or empty."""
    sheet = find_sheet(request, city, year, school)
    is_empty = "empty" in request.GET
    told = [
        (
            each,
            [
                (line, in_words(line.question, line.shown) if line.shown.is_said and not is_empty else "")
                for line in each.lines
            ],
        )
        for each in sheet.steps
    ]
    return shown(request, "paper", sheet, told=told, is_empty=is_empty)


@city_page(ANSWER)
@never_cache
def ask(request: SignedIn, city: City, year: int, school: str) -> HttpResponse:
    """Ask somebody by mail to answer some questions."""
    sheet = find_sheet(request, city, year, school)
    form = HelpForm(request.POST or None, sheet=sheet, step=request.GET.get("step", ""))
    if request.method == "POST" and form.is_valid():
        wanted = {name: form.cleaned_data[name] for name in ("questions", "name", "email", "message")}
        try:
            helping.ask_for_help(survey=sheet.survey, school=sheet.school, user=request.user, **wanted)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("%(name)s gets a mail with a link that works for three weeks.") % wanted)
            return go_to(sheet)
    return shown(request, "ask", sheet, form=form)


@city_page(ANSWER)
@require_POST
def stop(request: SignedIn, city: City, year: int, school: str, pk: int) -> HttpResponse:
    """Stop a link that was sent to somebody."""
    sheet = find_sheet(request, city, year, school)
    handover = get_object_or_404(Handover, reply__survey=sheet.survey, reply__school=sheet.school, pk=pk)
    try:
        helping.withdraw_help(handover=handover)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("The link is stopped. What was answered by it stays."))
    return go_to(sheet)


def _found(sheet: Sheet, step: str) -> SheetStep:
    found = sheet.find(step)
    if found is None:
        raise Http404
    return found


def _confirm(request: SignedIn, sheet: Sheet, page: str) -> HttpResponse:
    """Say that what is known of a step from before is still true."""
    step = sheet.find(request.POST.get("confirm", ""))
    if step is None:
        return go_to(sheet, page)
    try:
        domain.confirm_step(sheet=sheet, step=step, user=request.user)
    except SurveyClosedError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Saved."))
    return go_to(sheet, page)


def _onward(request: HttpRequest, sheet: Sheet, here: SheetStep) -> HttpResponse:
    """To the next step, or back to the overview for whoever only wants to save."""
    messages.success(request, _("Saved."))
    if "later" in request.POST:
        return go_to(sheet)
    following = sheet_of(sheet.survey, sheet.school).after(here.step.id)
    return go_to(sheet, "step", following.step.id) if following else go_to(sheet, "review")


def _in_background(form: StepForm, saved: domain.Saved, sheet: Sheet) -> JsonResponse:
    """What a page that saves by itself needs to know: what it now begins from. What is wrong is told when it is sent."""
    form.begin_anew(saved.questions, sheet_of(sheet.survey, sheet.school))
    return JsonResponse({"version": form.data["version"], "saved": not saved.conflicts and form.is_valid()})


def _told(handover: Handover, sheet: Sheet) -> dict[str, Any]:
    """What is shown of somebody who was asked."""
    asked = [sheet.lines[question] for question in handover.questions if question in sheet.lines]
    return {
        "handover": handover,
        "questions": [line.question.label for line in asked],
        "answered": sum(line.now.is_said for line in asked),
    }
