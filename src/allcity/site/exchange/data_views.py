"""The data of a city for everybody: the whole city, each table, the figures and the report."""

from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from allcity.analysis.city import year_name
from allcity.site.cities.models import City, Source
from allcity.site.cities.pages import city_page
from allcity.site.exchange import exports
from allcity.site.exchange.words import table_name
from allcity.site.figures.queries import current_examination, examined_years

REPORT_LABELS = {
    "report.pdf": _("The report, to print (PDF)"),
    "report.html": _("The report as one page"),
    "figures.xlsx": _("Figures as a workbook (XLSX)"),
    "figures.json": _("Figures for programs (JSON)"),
    "schools.csv": _("Schools with their figures (CSV)"),
    "ledger.csv": _("Needs, and how much of each is met (CSV)"),
    "needs_derived.csv": _("What schools need by the figures (CSV)"),
}


@city_page("cities.view_city", kept=True)
@require_safe
def data(request: HttpRequest, city: City) -> HttpResponse:
    """Everything that can be had, with its sources and their terms."""
    tables = [
        {"key": key, "name": table_name(key), "rows": rows, "kinds": exports.kinds_of(key)}
        for key, rows in exports.sizes(city).items()
    ]
    years = [
        {
            "year": year,
            "name": year_name(year),
            "files": [
                {"name": name, "label": label}
                for name, label in REPORT_LABELS.items()
                if _report_path(city, year, name)
            ],
        }
        for year in examined_years(city)
    ]
    context = {
        "city": city,
        "tables": tables,
        "years": [year for year in years if year["files"]],
        "sources": Source.objects.of(city).order_by("name"),
        "threshold": city.threshold,
    }
    return render(request, "exchange/data.html", context)


@city_page("cities.view_city")
@require_safe
def folder(_request: HttpRequest, city: City) -> HttpResponseBase:
    """The city as its folder, as everybody may have it."""
    return _sent(exports.folder_zip(city), f"{city.slug}.zip", "application/zip")


@city_page("cities.manage_city")
@require_safe
def whole_folder(_request: HttpRequest, city: City) -> HttpResponseBase:
    """The city as its folder with nothing withheld, for its coordinators."""
    response = _sent(exports.folder_zip(city, everything=True), f"{city.slug}-everything.zip", "application/zip")
    response["Cache-Control"] = "private, no-store"
    return response


@city_page("cities.view_city")
@require_safe
def table(_request: HttpRequest, city: City, table: str, kind: str) -> HttpResponseBase:
    """One table as everybody may have it."""
    try:
        path = exports.table_file(city, table, kind)
    except KeyError:
        raise Http404 from None
    return _sent(path, f"{city.slug}-{table}.{kind}", exports.KINDS[kind])


@city_page("cities.view_city")
@require_safe
def report_file(_request: HttpRequest, city: City, year: int, name: str) -> HttpResponseBase:
    """A file of a year's report in the language of the page."""
    path = _report_path(city, year, name)
    if path is None:
        raise Http404
    return _sent(path, f"{city.slug}-{year_name(year)}-{name}", exports.REPORT_FILES[name])


def _report_path(city: City, year: int, name: str) -> Path | None:
    examination = current_examination(city, year)
    return exports.report_file(examination, get_language() or "en", name) if examination else None


def _sent(path: Path, name: str, kind: str) -> FileResponse:
    # As a download, so that nothing in it is ever taken for a page of this site.
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=kind)
