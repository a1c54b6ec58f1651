"""Pages on which coordinators and liaisons keep the ledger."""

from typing import Any
from uuid import UUID

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.directory.domain import EditConflictError
from allcity.site.directory.words import contribution_title
from allcity.site.figures.queries import current_examination, need_findings
from allcity.site.needs.ledger import domain, queries
from allcity.site.needs.ledger.files import KINDS, ledger_file
from allcity.site.needs.ledger.forms import LedgerFilter, MoveForm, NeedForm
from allcity.site.needs.ledger.words import ledger_of, steps, title_of, when_of, who_asks
from allcity.site.needs.models import Need

KEEP = "needs.keep_ledger"
A_PAGE = 50


def _found(city: City, needs: list[Need]) -> dict[tuple[int, str], dict[str, Any]]:
    """What examinations found of needs, by their year and key."""
    found = {}
    for year in {need.year for need in needs}:
        keys = [need.key for need in needs if need.year == year]
        for key, row in need_findings(current_examination(city, year), keys).items():
            found[year, key] = row
    return found


def _need(request: HttpRequest, city: City, public_id: UUID) -> Need:
    """A need that the person may change. Raises Http404, or PermissionDenied for those who may not."""
    related = Need.objects.of(city).select_related("school", "district", "group", "source")
    need: Need = get_object_or_404(related, public_id=public_id)
    need.city = city
    if not rules.has_perm("needs.change", request.user, need):
        raise PermissionDenied
    return need


@city_page(KEEP)
@never_cache
@require_safe
def ledger(request: SignedIn, city: City) -> HttpResponse:
    """Every need that the person keeps, in a list that can be narrowed."""
    chosen = LedgerFilter(request.GET, city=city)
    page = Paginator(queries.narrowed(queries.kept_by(request.user, city), chosen.chosen), A_PAGE).get_page(
        request.GET.get("page")
    )
    needs = list(page.object_list)
    found = _found(city, needs)
    rows = [
        (
            need,
            who_asks(need),
            contribution_title(city, need.contribution),
            ledger_of(need, found.get((need.year, need.key))),
        )
        for need in needs
    ]
    query = request.GET.copy()
    query.pop("page", None)
    context = {"city": city, "filter": chosen, "page": page, "rows": rows, "query": query.urlencode()}
    return render(request, "needs/ledger/ledger.html", context)


@city_page(KEEP)
@never_cache
@require_safe
def ledger_as_file(request: SignedIn, city: City, kind: str) -> HttpResponse:
    """The needs that the list shows, as CSV or XLSX."""
    if kind not in KINDS:
        raise Http404
    needs = list(queries.narrowed(queries.kept_by(request.user, city), LedgerFilter(request.GET, city=city).chosen))
    response = HttpResponse(ledger_file(kind, needs, _found(city, needs)), content_type=KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="{city.slug}-needs.{kind}"'
    return response


@city_page(KEEP)
@never_cache
def add(request: SignedIn, city: City) -> HttpResponse:
    """State a need outside the survey."""
    form = NeedForm(request.POST or None, city=city, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            need = domain.add_need(city=city, values=form.values(), user=request.user)
        except ValidationError as error:
            _tell(form, error)
        else:
            messages.success(request, _("The need is in the ledger."))
            return redirect("city:need-record", city.slug, need.public_id)
    return render(request, "needs/ledger/form.html", {"city": city, "form": form, "title": _("State a need")})


@city_page(KEEP)
@never_cache
def record(request: SignedIn, city: City, public_id: UUID) -> HttpResponse:
    """One need, what became of it, and moving it by hand."""
    need = _need(request, city, public_id)
    form = MoveForm(request.POST or None, need=need)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            domain.move_need(
                need=need,
                state=said["state"],
                user=request.user,
                reason=domain.reason_of(said["reason"], said["words"]),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("city:need-record", city.slug, public_id)
    found = _found(city, [need])
    context = {
        "city": city,
        "need": need,
        "title": title_of(city, need),
        "when": when_of(need),
        "ledger": ledger_of(need, found.get((need.year, need.key))),
        "steps": steps(queries.states_of(need), in_full=True),
        "form": form,
    }
    return render(request, "needs/ledger/need.html", context)


@city_page(KEEP)
@never_cache
def change(request: SignedIn, city: City, public_id: UUID) -> HttpResponse:
    """Change what is said of a need."""
    need = _need(request, city, public_id)
    form = NeedForm(request.POST or None, city=city, user=request.user, need=need)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                domain.change_need(
                    need=need,
                    values=form.values(),
                    user=request.user,
                    version=form.base_version,
                    seen=form.cleaned_data.get("seen"),
                )
        except EditConflictError as conflict:
            form.tell_of(conflict)
        except ValidationError as error:
            _tell(form, error)
        else:
            messages.success(request, _("Saved. Thank you for keeping it true."))
            return redirect("city:need-record", city.slug, public_id)
    context = {"city": city, "form": form, "need": need, "title": _("Change what is needed")}
    return render(request, "needs/ledger/form.html", context)


def _tell(form: NeedForm, error: ValidationError) -> None:
    for name, found in error.error_dict.items():
        form.add_error(name if name in form.fields else None, found)
