"""Pages on which a coordinator runs the yearly survey: opens it, sees how far schools are, reminds, closes it."""

import csv

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.needs.models import Survey
from allcity.site.needs.survey import domain, queries, reminding
from allcity.site.needs.survey.forms import OpenForm, SurveyForm
from allcity.site.needs.survey.tasks import remind_all
from allcity.site.needs.survey.views import find_survey
from allcity.site.needs.survey.words import STATES, state_of

RUN = "needs.run_survey"
A_PAGE = 50
_LOOKS_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@city_page(RUN)
@never_cache
def surveys(request: SignedIn, city: City) -> HttpResponse:
    """The city's surveys, and opening one."""
    form = OpenForm(request.POST or None, years=queries.years_without_survey(city))
    if request.method == "POST" and form.is_valid():
        try:
            survey = domain.open_survey(city=city, user=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The survey is open. Every liaison is told."))
            return redirect("city:survey-board", city.slug, survey.year)
    found = [(survey, queries.progress(survey)) for survey in queries.surveys_of(city)]
    return render(request, "needs/survey/surveys.html", {"city": city, "form": form, "surveys": found})


@city_page(RUN)
@never_cache
@require_safe
def board(request: HttpRequest, city: City, year: int) -> HttpResponse:
    """How far the schools are with a survey, school by school and question by question."""
    survey = find_survey(city, year)
    state, text = request.GET.get("state", ""), request.GET.get("q", "").strip()[:200]
    state = state if state in STATES else ""
    page = Paginator(queries.board(survey, state=state, text=text), A_PAGE).get_page(request.GET.get("page"))
    people = reminding.liaisons_of(city, page.object_list)
    context = {
        "city": city,
        "survey": survey,
        "progress": queries.progress(survey),
        "page": page,
        "rows": [(school, state_of(survey, school), people.get(school.public_id, [])) for school in page],
        "states": STATES.items(),
        "state": state,
        "q": text,
        "tallies": queries.tallies(survey),
        "is_overdue": queries.is_overdue(survey),
    }
    return render(request, "needs/survey/board.html", context)


@city_page(RUN)
@never_cache
@require_safe
def board_file(_request: HttpRequest, city: City, year: int) -> HttpResponse:
    """How far each school is, as CSV."""
    survey = find_survey(city, year)
    schools = list(queries.board(survey))
    people = reminding.liaisons_of(city, schools)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{city.slug}-survey-{year}.csv"'
    rows = csv.writer(response)
    rows.writerow(
        ["school_id", "name", "state", "begun_at", "submitted_at", "last_activity", "answered", "unknown", "liaisons"]
    )
    for school in schools:
        names = "; ".join(user.get_full_name() for user in people.get(school.public_id, ()))
        moments = (school.begun_at, school.submitted_at, school.last_at)
        times = [at.isoformat(timespec="minutes") if at else "" for at in moments]
        cells = [school.key, school.name, state_of(survey, school), *times, school.answered, school.unknown, names]
        rows.writerow([_as_text(cell) for cell in cells])
    return response


@city_page(RUN)
@never_cache
def change(request: SignedIn, city: City, year: int) -> HttpResponse:
    """Change until when a survey runs, what schools are told, and whether they are reminded."""
    survey = find_survey(city, year)
    form = SurveyForm(request.POST or None, survey=survey)
    if request.method == "POST" and form.is_valid():
        domain.change_survey(survey=survey, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("city:survey-board", city.slug, year)
    return render(request, "needs/survey/change.html", {"city": city, "survey": survey, "form": form})


@city_page(RUN)
@require_POST
def close(request: SignedIn, city: City, year: int) -> HttpResponse:
    """Close a survey."""
    domain.close_survey(survey=find_survey(city, year))
    messages.success(request, _("The survey is closed. It takes no more answers until you open it again."))
    return redirect("city:survey-board", city.slug, year)


@city_page(RUN)
@require_POST
def reopen(request: SignedIn, city: City, year: int) -> HttpResponse:
    """Open a closed survey again."""
    domain.reopen_survey(survey=find_survey(city, year))
    messages.success(request, _("The survey takes answers again."))
    return redirect("city:survey-board", city.slug, year)


@city_page(RUN)
@require_POST
def remind(request: SignedIn, city: City, year: int) -> HttpResponse:
    """Remind every school that has not handed in."""
    remind_all.enqueue(_open_one(city, year).pk)
    messages.success(
        request, _("Schools that have not handed in are reminded, except those reminded within three days.")
    )
    return redirect("city:survey-board", city.slug, year)


@city_page(RUN)
@require_POST
def remind_one(request: SignedIn, city: City, year: int, school: str) -> HttpResponse:
    """Remind one school."""
    survey = _open_one(city, year)
    found = get_object_or_404(queries.schools_of(survey), slug=school)
    done = reminding.remind(survey=survey, school=found)
    if done.schools:
        messages.success(request, _("%(school)s is reminded.") % {"school": found})
    elif done.resting:
        messages.info(request, _("%(school)s was reminded within the last three days.") % {"school": found})
    elif done.nobody:
        messages.error(request, _("Nobody answers for %(school)s yet. Invite somebody first.") % {"school": found})
    else:
        messages.info(request, _("%(school)s has handed in.") % {"school": found})
    return redirect("city:survey-board", city.slug, year)


def _open_one(city: City, year: int) -> Survey:
    survey = find_survey(city, year)
    if survey.closed_at:
        raise Http404
    return survey


def _as_text(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before what looks like one."""
    text = str(cell)
    return f"'{text}" if text.startswith(_LOOKS_LIKE_A_FORMULA) else text
