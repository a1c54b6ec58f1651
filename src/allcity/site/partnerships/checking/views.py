"""Pages of check-ins for the parties: what is due and what was said, answering, teachers, and students' growth."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.analysis.city import year_name
from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.checking import domain, queries, rounds, words
from allcity.site.partnerships.checking import growth as counting
from allcity.site.partnerships.checking import teachers as naming
from allcity.site.partnerships.checking.forms import CheckInForm, GrowthForm, TeacherForm
from allcity.site.partnerships.checking.queries import Said
from allcity.site.partnerships.checking.telling import url_of
from allcity.site.partnerships.models import Partnership, Round, Side, Teacher
from allcity.site.partnerships.pages import partnership_page
from allcity.site.partnerships.parties import Party, speaking_for

TAKE_PART = "partnerships.take_part"
A_PAGE = 10


def frame(city: City, partnership: Partnership) -> dict[str, Any]:
    """What every page of one partnership has."""
    partnership.city = city
    return {"city": city, "partnership": partnership, "here": "check-ins"}


def tell(form: Any, error: ValidationError) -> None:
    """Say what is wrong beside its field, where the form has that."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, found in error.error_dict.items():
        form.add_error(name if name in form.fields else None, found)


# --- Check-ins ---


@partnership_page(TAKE_PART)
@never_cache
@require_safe
def check_ins(request: SignedIn, city: City, partnership: Partnership) -> HttpResponse:
    """Check-ins of a partnership: what is due, who has answered, and what all said, side by side."""
    context = frame(city, partnership)
    rounds.keep_rounds(partnership)
    today = today_in(city)
    page = Paginator(queries.rounds_of(partnership), A_PAGE).get_page(request.GET.get("page"))
    found = queries.turns(partnership, page.object_list, request.user)
    context |= {
        "page": page,
        "cards": [words.card(turn, is_open=rounds.is_open(turn.round, today)) for turn in found],
        "weeks": partnership.check_in_weeks or rounds.USUAL_WEEKS,
        "is_agreed": partnership.check_in_weeks is not None,
        "today": today,
        "may_name": bool(naming.schools_for(partnership, request.user)),
    }
    return render(request, "partnerships/checking/check_ins.html", context)


@partnership_page(TAKE_PART)
@never_cache
def check_in(request: SignedIn, city: City, partnership: Partnership, due_on: date, place: UUID) -> HttpResponse:
    """Answer a check-in for one's side, or change what one said. `?as=last` begins from what was said the last time."""
    context = frame(city, partnership)
    one = get_object_or_404(Round.objects.filter(partnership=partnership), due_on=due_on)
    one.partnership = partnership
    turn = queries.turns(partnership, [one], request.user)[0]
    if all(party.public_id != place for party in turn.parties):
        raise Http404
    party = next((party for party in turn.own if party.public_id == place), None)
    if party is None:
        raise PermissionDenied
    said = turn.of(party)
    today = today_in(city)
    if not (domain.may_change(said) if said else rounds.is_open(one, today)):
        messages.info(request, _("This check-in takes no more answers."))
        return redirect(url_of(partnership))
    last = queries.last_said(partnership, party)
    begins_from = said or (last if request.GET.get("as") == "last" else None)
    form = _form(request, partnership, party, begins_from, version=said.version if said else 0)
    now = None
    if request.method == "POST" and form.is_valid():
        try:
            domain.check_in(due=one, party=party, user=request.user, saying=form.saying(), version=form.version)
        except domain.CheckInConflictError as error:
            now = error.now
            form.data = {**request.POST.dict(), "version": now.version if now else 0}
            form.add_error(None, error)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("Thank you. The other side reads it once it has answered too."))
            return redirect(url_of(partnership))
    context |= {
        "round": one,
        "party": party,
        "said": said,
        "form": form,
        "last": last if begins_from is None and request.method == "GET" else None,
        "is_as_last": said is None and begins_from is not None,
        "theirs": now and (words.compared([now]), words.in_words(now)),
    }
    return render(request, "partnerships/checking/check_in.html", context)


def _form(request: SignedIn, partnership: Partnership, party: Party, said: Said | None, *, version: int) -> CheckInForm:
    return CheckInForm(
        request.POST if request.method == "POST" else None,
        partnership=partnership,
        goals=queries.goals_of(partnership, today_in(partnership.city)),
        for_school=party.side == Side.SCHOOL,
        said=said,
        version=version,
    )


# --- Teachers ---


@partnership_page(TAKE_PART)
@never_cache
def teachers(request: SignedIn, city: City, partnership: Partnership) -> HttpResponse:
    """The teachers in a partnership who are asked by a link, and naming one. Only their school and coordinators see who."""
    context = frame(city, partnership)
    schools = naming.schools_for(partnership, request.user)
    if not schools:
        raise PermissionDenied
    form = TeacherForm(request.POST or None, schools=schools)
    if request.method == "POST" and form.is_valid():
        try:
            naming.ask_teacher(partnership=partnership, user=request.user, **form.cleaned_data)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("The link is on its way."))
            return redirect("city:partnership-teachers", city.slug, partnership.public_id)
    context |= {
        "form": form,
        "teachers": [one for one in queries.teachers_of(partnership) if one.school in schools],
        "one_school": len(schools) == 1,
    }
    return render(request, "partnerships/checking/teachers.html", context)


@partnership_page(TAKE_PART)
@require_POST
def end_teacher(request: SignedIn, city: City, partnership: Partnership, teacher: int) -> HttpResponse:
    """Take a teacher off: the link ends, name and address are forgotten."""
    frame(city, partnership)
    rows = Teacher.objects.filter(partnership=partnership).select_related("school")
    found = get_object_or_404(rows, pk=teacher)
    found.partnership = partnership
    naming.end_teacher(teacher=found, user=request.user)
    messages.success(request, _("The link has ended. Name and address are forgotten."))
    return redirect("city:partnership-teachers", city.slug, partnership.public_id)


# --- Growth ---


@partnership_page(TAKE_PART)
@never_cache
@require_safe
def growth(request: SignedIn, city: City, partnership: Partnership) -> HttpResponse:
    """How students grow on each goal, as counts by level; a school sees its own as it told them, others' small ones not."""
    context = frame(city, partnership)
    year = counting.year_of(partnership)
    own = _own_schools(partnership, request)
    found = queries.growth_of(partnership, year, own)
    goals = queries.goals_of(partnership, today_in(city))
    context |= {
        "year": year_name(year),
        "goals": [(goal, words.growth_rows(found.get(goal.pk, ()))) for goal in goals],
        "schools": naming.schools_for(partnership, request.user),
    }
    return render(request, "partnerships/checking/growth.html", context)


def _own_schools(partnership: Partnership, request: SignedIn) -> list[Any]:
    among = speaking_for(queries.asked(partnership), partnership, request.user)
    return [party.place for party in among if party.side == Side.SCHOOL]


@partnership_page(TAKE_PART)
@never_cache
def count_growth(request: SignedIn, city: City, partnership: Partnership, school: str) -> HttpResponse:
    """Enter how many students of a school stand at each level of each goal."""
    context = frame(city, partnership)
    found = get_object_or_404(partnership.schools, slug=school)
    if found not in naming.schools_for(partnership, request.user):
        raise PermissionDenied
    shown = [found] if found in _own_schools(partnership, request) else []
    form = growth_form(request, partnership, found, shown=shown)
    if request.method == "POST" and form.is_valid():
        try:
            counting.count_growth(
                partnership=partnership, school=found, counts=form.counts(), by=counting.Counting(user=request.user)
            )
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("Counted. Thank you."))
            return redirect("city:partnership-growth", city.slug, partnership.public_id)
    context |= {"school": found, "form": form, "year": year_name(counting.year_of(partnership))}
    return render(request, "partnerships/checking/count_growth.html", context)


def growth_form(request: Any, partnership: Partnership, school: Any, *, shown: list[Any]) -> GrowthForm:
    """The form for a school, with what stands there already where the school itself looks."""
    before = queries.growth_of(partnership, counting.year_of(partnership), shown)
    counts = {goal: one.counts for goal, rows in before.items() for one in rows if one.school.pk == school.pk and shown}
    return GrowthForm(
        request.POST if request.method == "POST" else None,
        goals=queries.goals_of(partnership, today_in(partnership.city)),
        counts=counts,
    )
