"""Imports in the browser: their list, their files, matching columns, trying out, bringing in, taking back."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.formats.mapping import MappingError
from allcity.formats.problems import ProblemsError
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.environment import environment
from allcity.site.exchange import workflow
from allcity.site.exchange.account import problems_csv, told_rows
from allcity.site.exchange.contents import MATCHED, contents_of
from allcity.site.exchange.files import PROBLEMS_FILE, data_of, mappings_of, place_of
from allcity.site.exchange.forms import MatchForm, TableForm, TextForm, UploadForm
from allcity.site.exchange.matching import answered, as_toml, columns_of, proposed, reopened
from allcity.site.exchange.models import Import
from allcity.site.exchange.queries import import_of, imports_of
from allcity.site.exchange.words import step_words, table_name

P = ParamSpec("P")
ImportView = Callable[Concatenate[HttpRequest, Import, P], HttpResponseBase]
ON_A_PAGE = 25


def import_page(view: ImportView[P]) -> Callable[..., HttpResponseBase]:
    """A page of one import of a city, for its coordinators. A step that cannot be taken now is told on the import's page."""

    @wraps(view)
    @never_cache
    @city_page("cities.manage_city")  # type: ignore[arg-type] # its first two are given by place
    def page(request: HttpRequest, city: City, import_id: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        record = import_of(city, import_id)
        if record is None:
            raise Http404
        try:
            return view(request, record, *args, **kwargs)
        except workflow.NotNowError as error:
            messages.error(request, _(str(error)))
            return _to(record)

    return page


def _to(record: Import) -> HttpResponseRedirect:
    return redirect("city:import", record.city.slug, record.public_id)


@never_cache
@city_page("cities.manage_city")
def imports(request: HttpRequest, city: City) -> HttpResponse:
    """All imports of the city; a new one is begun from here."""
    if request.method == "POST":
        return _to(workflow.start_import(city=city, user=request.user))  # type: ignore[arg-type] # the page is for coordinators
    workflow.recover_stuck()
    page = Paginator(imports_of(city), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "exchange/imports.html", {"city": city, "page": page})


@import_page
@require_safe
def import_(request: HttpRequest, record: Import) -> HttpResponse:
    """One import: its files while it is prepared, its progress while it is worked at, its account afterwards."""
    workflow.recover_stuck()
    record.refresh_from_db(fields=["state", "failure"])
    context: dict[str, Any] = {"city": record.city, "record": record, "step": step_words(record.step)}
    if record.is_open:
        context |= {
            "form": UploadForm(),
            "contents": contents_of(record),
            "megabytes": environment().upload_megabytes,
            "keep_days": workflow.KEEP_DAYS,
        }
    context |= _account(record)
    return render(request, "exchange/import.html", context)


def _account(record: Import) -> dict[str, Any]:
    account = record.account if record.state not in (Import.State.DRAFT, Import.State.FAILED) else {}
    named = {"tables": account.get("tables", []), "left_out": told_rows(account.get("left_out", []))}
    for rows in named.values():
        for row in rows:
            row["table"] = ", ".join(table_name(one) for one in row["table"].split(", "))
    return {
        **named,
        "failure": record.failure and _(record.failure),
        "problems": told_rows(record.problems),
        "read": account.get("read", []),
        "settings_change": account.get("settings"),
        "stays": [
            {"table": table_name(table), "key": key, "column": column}
            for table, key, column in account.get("stays", [])
        ],
        "outdated": record.state == Import.State.CHECKED and account.get("data_version") != record.city.data_version,
        "has_problems_file": bool(record.problems) and (place_of(record) / PROBLEMS_FILE).is_file(),
    }


@import_page
@require_POST
def upload(request: HttpRequest, record: Import) -> HttpResponse:
    """Add files to an import."""
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        for error in [error for errors in form.errors.values() for error in errors]:
            messages.error(request, str(error))
        return _to(record)
    kept, refused = workflow.add_files(record=record, uploads=form.uploads())
    for reason in refused:
        messages.error(request, reason)
    if kept:
        said = ngettext("%(number)s file is here.", "%(number)s files are here.", len(kept)) % {"number": len(kept)}
        messages.success(request, said)
    return _to(record)


@import_page
@require_POST
def remove(request: HttpRequest, record: Import) -> HttpResponse:
    """Take a file away."""
    name = request.POST.get("name", "")
    if not contents_of(record).has(name):
        raise Http404
    workflow.remove_file(record=record, name=name)
    return _to(record)


@import_page
def match(request: HttpRequest, record: Import, name: str) -> HttpResponse:
    """Match the columns of a file to those of the city's tables."""
    path = data_of(record) / name
    if not _is_here(record, name):
        raise Http404
    workflow.check_open(record=record)
    kept = mappings_of(record) / f"{name}{MATCHED}"
    before = None
    if kept.is_file() and "table" not in request.GET:
        before = reopened(kept)
        if before is None:
            return redirect("city:import-mapping", record.city.slug, record.public_id, name)
    table_form = TableForm(request.GET)
    context: dict[str, Any] = {
        "city": record.city,
        "record": record,
        "name": name,
        "table_form": table_form,
        "is_reopened": before is not None,
    }
    try:
        columns = columns_of(path)
        values = before or proposed(path, table=table_form.cleaned_data["table"] if table_form.is_valid() else "")
    except ProblemsError as error:
        problems = [problem.told(_) for problem in error.problems]
        return render(request, "exchange/match.html", {**context, "problems": problems})
    form = MatchForm(request.POST or None, values=values, columns=columns)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.save_mapping(record=record, name=name, text=as_toml(answered(values, form.cleaned_data)))
        except MappingError as error:
            for problem in error.problems:
                form.add_error(None, problem.told(_, with_place=False))
        else:
            messages.success(request, _("The columns of %(file)s are matched.") % {"file": name})
            return _to(record)
    return render(request, "exchange/match.html", {**context, "form": form, "columns": columns})


@import_page
def mapping_text(request: HttpRequest, record: Import, name: str) -> HttpResponse:
    """The mapping of a file as text, for those who know its language."""
    if not _is_here(record, name):
        raise Http404
    workflow.check_open(record=record)
    kept = mappings_of(record) / f"{name}{MATCHED}"
    form = TextForm(request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            try:
                workflow.save_mapping(record=record, name=name, text=form.cleaned_data["text"].replace("\r\n", "\n"))
            except MappingError as error:
                for problem in error.problems:
                    form.add_error("text", problem.told(_))
            else:
                return _to(record)
    else:
        try:
            text = kept.read_text(encoding="utf-8") if kept.is_file() else as_toml(proposed(data_of(record) / name))
        except ProblemsError as error:
            messages.error(request, " ".join(problem.told(_) for problem in error.problems))
            return _to(record)
        form = TextForm(initial={"text": text})
    return render(
        request, "exchange/mapping_text.html", {"city": record.city, "record": record, "name": name, "form": form}
    )


def _is_here(record: Import, name: str) -> bool:
    """Whether a file of this name lies among the data: a name from an address is looked up, never followed."""
    return name in {path.name for path in data_of(record).iterdir()}


@import_page
@require_POST
def try_out(_request: HttpRequest, record: Import) -> HttpResponse:
    """Have it worked out what would change."""
    workflow.try_out(record=record)
    return _to(record)


@import_page
@require_POST
def confirm(_request: HttpRequest, record: Import) -> HttpResponse:
    """Have the import carried out."""
    workflow.confirm(record=record)
    return _to(record)


@import_page
def undo(request: HttpRequest, record: Import) -> HttpResponse:
    """Ask before an import is taken back, then have it done."""
    if record.state != Import.State.DONE:
        return _to(record)
    if request.method == "POST":
        workflow.ask_undo(record=record, user=request.user)  # type: ignore[arg-type] # the page is for coordinators
        return _to(record)
    return render(request, "exchange/undo.html", {"city": record.city, "record": record, **_account(record)})


@import_page
def discard(request: HttpRequest, record: Import) -> HttpResponse:
    """Ask before an import that changed nothing is thrown away, then do it."""
    if not record.is_open:
        return _to(record)
    if request.method == "POST":
        workflow.discard(record=record)
        return redirect("city:imports", record.city.slug)
    return render(request, "exchange/discard.html", {"city": record.city, "record": record})


@import_page
@require_safe
def problems(_request: HttpRequest, record: Import) -> HttpResponseBase:
    """What was left out and why, row by row, to correct the file by."""
    path = place_of(record) / PROBLEMS_FILE
    if not path.is_file():
        raise Http404
    return FileResponse(
        BytesIO(problems_csv(path)),
        as_attachment=True,
        filename=f"{record.city.slug}-problems.csv",
        content_type="text/csv; charset=utf-8",
    )
