"""Pages of the right of answer: the schools that a coordinator may ask, and one with the evidence and all answers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allcity.analysis.city import year_name
from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.cities.rules import is_coordinator
from allcity.site.directory.models import School
from allcity.site.figures.queries import current_examination, examined_years
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.models import Review
from allcity.site.partnerships.reviewing import domain, queries, words
from allcity.site.partnerships.reviewing.forms import AnswerForm, AskForm, CloseForm, ShareForm, YearFilter
from allcity.site.partnerships.reviewing.ledger import ledger_of
from allcity.site.partnerships.reviewing.telling import url_of

READ, REVIEW = "partnerships.read_reviews", "partnerships.review"
A_PAGE = 30


@city_page(REVIEW)
@never_cache
@require_safe
def reviews(request: SignedIn, city: City) -> HttpResponse:
    """Schools whose own music fell more than elsewhere since a partner came, to ask and to listen to."""
    years = examined_years(city)
    chosen = YearFilter(request.GET, years=[(year, year_name(year)) for year in years]).chosen
    examination = current_examination(city, chosen)
    found = queries.screened_schools(city, examination) if examination else []
    called_out = [each for each in found if each.is_called_out or each.review]
    page = Paginator(called_out, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "city": city,
        "examination": examination,
        "years": [(year, year_name(year)) for year in years],
        "year": examination and year_name(examination.year),
        "page": page,
        "rows": [(each, str(words.CATEGORIES[each.category]), words.in_short(each.found)) for each in page],
        "untold": [each for each in found if each.category == "cannot_tell" and not each.review],
        "adding": sum(each.category in ("additive", "likely_additive") for each in found),
        "screened": len(found),
        "errors": words.errors(),
    }
    return render(request, "partnerships/reviewing/reviews.html", context)


@city_page(READ)
@never_cache
@require_safe
def review(request: SignedIn, city: City, school: str, year: int) -> HttpResponse:
    """One school and year: what is compared, its years, what was asked, and every answer."""
    found, asked = _find(request, city, school, year)
    screened = asked.found if asked else queries.screened_school(current_examination(city, year), found)
    now = queries.screened_school(current_examination(city, year), found)
    category = queries.category_of(screened, asked)
    years = ledger_of(city, found)
    voices = queries.voices(asked, request.user) if asked else []
    answered = {answer.place for answer in asked.answers.all()} if asked else set()
    context = {
        "city": city,
        "school": found,
        "year": year,
        "year_name": year_name(year),
        "review": asked,
        "tone": "unknown",
        "category": words.CATEGORIES[category],
        "categories": [(code, label, code == category) for code, label in words.CATEGORIES.items()],
        "compared": words.compared(screened),
        "has_changed": bool(asked and now and queries.category_of(now, asked) != category),
        "errors": words.errors(),
        "table": words.ledger_table(city, years) if years else None,
        "picture": words.ledger_picture(years),
        "voices": [(voice, voice.place in answered) for voice in voices],
        "coordinates": is_coordinator(request.user, city),
        "may_share": bool(asked and domain.may_share(asked)),
    }
    return render(request, "partnerships/reviewing/review.html", context)


def _find(request: SignedIn, city: City, slug: str, year: int) -> tuple[School, Review | None]:
    """A school with its review of a year, if the person may read of it; a coordinator may before there is one."""
    school: School = get_object_or_404(School.objects.of(city).current(), slug=slug)
    school.city = city
    found: Review | None = queries.seen_by(request.user, city).filter(school=school, year=year).first()
    if found:
        found.city, found.school = city, school
        return school, found
    if is_coordinator(request.user, city) and queries.screened_school(current_examination(city, year), school):
        return school, None
    raise Http404


@city_page(REVIEW)
@never_cache
def ask(request: SignedIn, city: City, school: str, year: int) -> HttpResponse:
    """Ask the school, in one's own words."""
    found, asked = _find(request, city, school, year)
    due = today_in(city) + timedelta(days=domain.DAYS_TO_ANSWER)
    form = AskForm(request.POST or None, initial={"due_on": due, "words": asked.words if asked else ""})

    def act() -> Review:
        return domain.ask(school=found, year=year, user=request.user, **form.cleaned_data)

    return _form(request, found, year, form, act, _("Ask the school"))


@city_page(READ)
@never_cache
def answer(request: SignedIn, city: City, school: str, year: int, place: UUID) -> HttpResponse:
    """Answer for the school, a partner, the district or the city, or change that answer while it can be."""
    found, asked = _asked(request, city, school, year)
    voice = next((each for each in queries.voices(asked, request.user) if each.place == place), None)
    if voice is None:
        raise PermissionDenied
    standing = next((each for each in asked.answers.all() if each.place == place), None)
    form = AnswerForm(request.POST or None, voice=voice, standing=standing, seen=domain.version_of(standing))

    def act() -> Review:
        domain.answer(review=asked, user=request.user, voice=voice, **form.cleaned_data)
        return asked

    return _form(request, found, year, form, act, _("Answer for %(place)s") % {"place": voice.name})


@city_page(REVIEW)
@never_cache
def share(request: SignedIn, city: City, school: str, year: int) -> HttpResponse:
    """Show it to the city's members with all answers."""
    found, asked = _asked(request, city, school, year)
    form = ShareForm(request.POST or None)

    def act() -> Review:
        return domain.share(review=asked, user=request.user, **form.cleaned_data)

    return _form(request, found, year, form, act, _("Share it, with all answers"))


@city_page(REVIEW)
@never_cache
def close(request: SignedIn, city: City, school: str, year: int) -> HttpResponse:
    """Close it, with a reason."""
    found, asked = _asked(request, city, school, year)
    form = CloseForm(request.POST or None)

    def act() -> Review:
        return domain.close(review=asked, user=request.user, **form.cleaned_data)

    return _form(request, found, year, form, act, _("Close it"))


def _asked(request: SignedIn, city: City, slug: str, year: int) -> tuple[School, Review]:
    found, asked = _find(request, city, slug, year)
    if asked is None:
        raise Http404
    return found, asked


def _form(
    request: SignedIn, school: School, year: int, form: Any, act: Callable[[], Review], title: str
) -> HttpResponse:
    """A form of one step, done when it is sent; what was typed stays where it cannot be."""
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            done = act()
        except domain.AnswerConflictError as error:
            theirs = error.now
            form.data = {**request.POST.dict(), "seen": domain.version_of(theirs)}
            form.add_error(None, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved. Whoever it concerns is told."))
            return redirect(url_of(done))
    context = {
        "city": school.city,
        "school": school,
        "year": year,
        "year_name": year_name(year),
        "form": form,
        "title": title,
        "theirs": theirs,
    }
    return render(request, "partnerships/reviewing/form.html", context)
