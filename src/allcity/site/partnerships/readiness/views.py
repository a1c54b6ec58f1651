"""The pages of readiness: what the city asks for, how organizations stand, and what one says of itself."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.cities.rules import is_coordinator
from allcity.site.directory.models import Organization
from allcity.site.needs.proposals.queries import speaks_for
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.models import Requirement
from allcity.site.partnerships.readiness import domain, queries, words
from allcity.site.partnerships.readiness.forms import RequirementForm, SaidForm

ON_A_PAGE = 30


# --- How organizations stand ---


@city_page("partnerships.have")
@never_cache
@require_safe
def readiness(request: SignedIn, city: City) -> HttpResponse:
    """How one's organizations stand with what the city asks for, and those that one works with; for coordinators, all."""
    today = today_in(city)
    organizations = list(queries.organizations_for(request.user, city))
    working = queries.with_partnerships(organizations)
    found = queries.standings(city, organizations, today)

    def order(each: Organization) -> tuple[Any, ...]:
        first = found[each.pk][0].order if found[each.pk] else ()
        return each.pk not in working, first, each.name

    page = Paginator(sorted(organizations, key=order), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "city": city,
        "page": page,
        "rows": [words.row(each, found[each.pk], is_working=each.pk in working) for each in page],
        "asks": queries.requirements_of(city).exists(),
        "coordinates": is_coordinator(request.user, city),
    }
    return render(request, "partnerships/readiness/readiness.html", context)


@city_page("partnerships.have")
@never_cache
def of_organization(request: SignedIn, city: City, slug: str) -> HttpResponse:
    """How one organization stands. Whoever speaks for it says so here; papers are never asked for."""
    organization = _organization(request, city, slug)
    can_tell = speaks_for(organization, request.user, city)
    if request.method == "POST" and not can_tell:
        raise PermissionDenied
    today = today_in(city)
    before = {row.requirement_id: row for row in organization.readiness.all()}
    seen = queries.version_of(organization)
    data = request.POST if request.method == "POST" else None
    asked = queries.requirements_of(city) if can_tell else []
    forms = [SaidForm(data, requirement=one, before=before.get(one.pk), today=today) for one in asked]
    conflict: list[SaidForm] = []
    if data is not None and all(form.is_valid() for form in forms):
        try:
            domain.tell(
                organization=organization,
                said={form.requirement: form.said() for form in forms},
                user=request.user,
                seen=data.get("seen", ""),
            )
        except domain.ChangedMeanwhileError:
            conflict = [form for form in forms if form.differs()]
            if not conflict:
                return redirect("city:readiness-of", city.slug, slug)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Saved. You are told 30 days before anything runs out."))
            return redirect("city:readiness-of", city.slug, slug)
    standings = queries.standings(city, [organization], today)[organization.pk]
    context = {
        "city": city,
        "organization": organization,
        "lines": [words.line(one) for one in standings],
        "said_at": max((row.said_at for row in before.values()), default=None),
        "forms": forms,
        "conflict": conflict,
        "has_errors": any(form.errors for form in forms),
        "seen": data.get("seen", "") if data and not conflict else seen,
        "coordinates": is_coordinator(request.user, city),
    }
    return render(request, "partnerships/readiness/of_organization.html", context)


@city_page("partnerships.have")
@require_POST
def unchanged(request: SignedIn, city: City, slug: str) -> HttpResponse:
    """Say with one press that all is as it was."""
    organization = _organization(request, city, slug)
    try:
        number = domain.confirm(organization=organization, user=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        text = ngettext("Noted: %(number)s answer still holds.", "Noted: %(number)s answers still hold.", number)
        messages.success(request, text % {"number": number})
    return redirect("city:readiness-of", city.slug, slug)


def _organization(request: SignedIn, city: City, slug: str) -> Organization:
    """An organization of which the person may read how it stands. Raises Http404."""
    found: Organization = get_object_or_404(queries.organizations_for(request.user, city), slug=slug)
    return found


# --- What the city asks for ---


@city_page("partnerships.keep_requirements")
@never_cache
def requirements(request: SignedIn, city: City) -> HttpResponse:
    """What the city asks of partners before they work with students; a city without a list begins with the usual one."""
    if request.method == "POST":
        try:
            domain.start_with_usual(city=city)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The usual list is there. Look at each, and put your own months and names."))
        return redirect("city:requirements", city.slug)
    rows = [(each, words.asked_in_months(each), words.settings_of(each)) for each in Requirement.objects.of(city)]
    context = {
        "city": city,
        "rows": [row for row in rows if row[0].archived_at is None],
        "archived": [each for each, _months, _settings in rows if each.archived_at],
    }
    return render(request, "partnerships/readiness/requirements.html", context)


@city_page("partnerships.keep_requirements")
@never_cache
def add_requirement(request: SignedIn, city: City) -> HttpResponse:
    """Ask partners for something more."""
    form = RequirementForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        domain.add_requirement(city=city, **form.cleaned_data)
        messages.success(request, _("It is on the list. Organizations can say now how they stand with it."))
        return redirect("city:requirements", city.slug)
    return render(request, "partnerships/readiness/requirement.html", {"city": city, "form": form})


@city_page("partnerships.keep_requirements")
@never_cache
def requirement(request: SignedIn, city: City, public_id: UUID) -> HttpResponse:
    """Change what is asked for. What organizations have said of it stays."""
    found = _requirement(city, public_id)
    form = RequirementForm.of(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        domain.change_requirement(requirement=found, **form.cleaned_data)
        messages.success(request, _("Changed. What organizations have said of it stays."))
        return redirect("city:requirements", city.slug)
    context = {"city": city, "form": form, "requirement": found}
    return render(request, "partnerships/readiness/requirement.html", context)


@city_page("partnerships.keep_requirements")
@require_POST
def requirement_step(request: SignedIn, city: City, public_id: UUID) -> HttpResponse:
    """Move one up or down, ask for it no more, or again."""
    found = _requirement(city, public_id)
    match request.POST.get("do"):
        case "up" | "down" as way if found.archived_at is None:
            domain.move_requirement(requirement=found, up=way == "up")
        case "archive":
            domain.archive_requirement(requirement=found)
            messages.success(request, _("It is asked for no more. What was said of it is kept, below."))
        case "restore":
            domain.restore_requirement(requirement=found)
            messages.success(request, _("It is asked for again."))
    return redirect("city:requirements", city.slug)


def _requirement(city: City, public_id: UUID) -> Requirement:
    found: Requirement = get_object_or_404(Requirement.objects.of(city), public_id=public_id)
    return found
