"""Pages of all partnerships at once: a city's, an organization's and a school's, as files too, and which next would do most."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allcity.analysis.city import year_name
from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import Area, City
from allcity.site.cities.pages import city_page
from allcity.site.cities.rules import Person, is_coordinator, is_member
from allcity.site.directory.models import Organization, School
from allcity.site.directory.rules import places_of
from allcity.site.figures.models import Examination
from allcity.site.figures.queries import current_examination, examined_years
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.models import Partnership
from allcity.site.partnerships.phases import Phase
from allcity.site.partnerships.portfolios import maps, queries, words
from allcity.site.partnerships.portfolios.files import portfolio_file
from allcity.site.partnerships.portfolios.forms import PortfolioFilter
from allcity.site.partnerships.portfolios.queries import Row
from allcity.site.partnerships.reviewing import queries as reviews
from allcity.site.partnerships.reviewing import words as review_words
from allcity.site.partnerships.reviewing.ledger import ledger_of

READ, VIEW, MANAGE = "cities.open_workspace", "partnerships.view", "cities.manage_city"
A_PAGE = 30
MOST_NEXT, MOST_NEXT_OF_CITY, MOST_NEXT_BESIDE, MOST_SOON = 5, 30, 3, 8


@dataclass(frozen=True)
class Portfolio:
    """The partnerships that a page is of: `rows` as they were narrowed, of `all_rows` of the year."""

    examination: Examination | None
    years: tuple[int, ...]
    chosen: PortfolioFilter
    all_rows: list[Row]
    rows: list[Row]
    today: date

    @property
    def year(self) -> int | None:
        """The school year that is shown; None where none was examined, and all partnerships are."""
        return self.examination.year if self.examination else None


def _portfolio(request: HttpRequest, city: City, among: "QuerySet[Partnership] | None" = None) -> Portfolio:
    """The partnerships of the year that is asked for, those `among` them or all of the city's, as they are asked for."""
    years = tuple(examined_years(city))
    named = [(year, year_name(year)) for year in years]
    told = queries.told_to(request.user, city)
    chosen = PortfolioFilter(request.GET, city=city, years=named, is_told=told is None or bool(told))
    examination = current_examination(city, chosen.chosen("year"))
    found = queries.of_year(request.user, city, examination.year if examination else None)
    if among is not None:
        found = found.filter(pk__in=among.values("pk"))
    today = today_in(city)
    rows = queries.rows_of(request.user, city, found, examination=examination, today=today)
    narrowed = queries.narrowed(
        rows,
        contribution=chosen.chosen("contribution"),
        phase=chosen.chosen("phase"),
        area=chosen.chosen("area"),
    )
    return Portfolio(
        examination, years, chosen, rows, queries.ordered(narrowed, chosen.chosen("sort") or "name"), today
    )


def _context(request: HttpRequest, city: City, found: Portfolio, *, of: object = None) -> dict[str, Any]:
    """What all portfolios show. `of` is the organization or school that it is of."""
    page = Paginator(found.rows, A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    told = [row for row in found.rows if row.found]
    soon = queries.end_soon(found.rows, found.today)
    return {
        "city": city,
        "examination": found.examination,
        "years": [(year, year_name(year)) for year in found.years],
        "year": found.year,
        "year_name": year_name(found.year) if found.year is not None else "",
        "filter": found.chosen,
        "query": query.urlencode(),
        "page": page,
        "lines": [words.line(city, row, but=of) for row in page],
        "is_told": bool(told),
        "told": len(told),
        "conditions": words.conditions(city, queries.distribution(row.found for row in told)),
        "phases": [(phase, number) for phase in Phase if (number := sum(row.phase == phase for row in found.all_rows))],
        "soon": [words.line(city, row, but=of) for row in soon[:MOST_SOON]],
        "more_soon": max(0, len(soon) - MOST_SOON),
    }


# --- A city's ---


@city_page(READ)
@never_cache
@require_safe
def of_city(request: SignedIn, city: City) -> HttpResponse:
    """All partnerships of the city: how far they are, where they go, on whom it depends, and for coordinators what each adds."""
    found = _portfolio(request, city)
    context = _context(request, city, found)
    coordinates = is_coordinator(request.user, city)
    if not coordinates:
        together = _for_members(request.user, city, found)
        context["conditions"] = words.conditions(city, queries.distribution(together))
        context["told"] = len(together)
    if found.examination:
        context["areas"] = words.areas_table(queries.area_rows(city, found.examination))
        depends = queries.dependency(city, found.examination.year)
        context |= {
            "dependency": depends,
            "depends": words.dependency_sentences(depends),
            "has_map": Area.objects.of(city).exclude(outline="").exists(),
            "year_query": f"?year={found.examination.year}",
            "map_key": [("unmet", _("needs that are open"))],
        }
        if coordinates:
            context |= _next(city, current_examination(city), most=MOST_NEXT_BESIDE, is_exact=True) | {"has_next": True}
    every = Partnership.objects.for_user(request.user).of(city)
    context |= {
        "by_year": words.years_table(queries.counts_by_year(every, found.years)),
        "coordinates": coordinates,
    }
    return render(request, "partnerships/portfolios/city.html", context)


@city_page(READ)
@never_cache
@require_safe
def areas_geojson(request: SignedIn, city: City) -> HttpResponse:
    """The areas of the map beside the table: the share of their schools with a partner."""
    return _drawn(request, city, of_needs=False)


@city_page(READ)
@never_cache
@require_safe
def needs_geojson(request: SignedIn, city: City) -> HttpResponse:
    """Marks where needs are open, on the same map."""
    return _drawn(request, city, of_needs=True)


def _drawn(request: HttpRequest, city: City, *, of_needs: bool) -> HttpResponse:
    named = {str(year): year for year in examined_years(city)}
    examination = current_examination(city, named.get(request.GET.get("year", "")))
    rows = queries.area_rows(city, examination) if examination else []
    areas = maps.area_features(city, rows)
    found = maps.need_features(rows, areas) if of_needs else areas
    return HttpResponse(maps.collection(found), content_type="application/geo+json")


def _for_members(user: Person, city: City, found: Portfolio) -> list[queries.Found]:
    """What members read: all of a year together and never narrowed, so that nothing tells of one of them.

    What the screen says is not in it, and where few are not the person's own, which they know one by one, there is nothing.
    """
    every = queries.found_of(city, found.examination)
    own = Partnership.objects.filter(pk__in=queries.told_to(user, city) or ()).values_list("key", flat=True)
    if len(every.keys() - set(own)) < city.threshold:
        return []
    return [each.without_screens() for each in every.values()]


@city_page(MANAGE)
@never_cache
@require_safe
def next_of_city(request: SignedIn, city: City) -> HttpResponse:
    """Which partnerships that do not exist yet would place most students, and which would meet most need."""
    examination = current_examination(city)
    context = {
        "city": city,
        "year_name": year_name(examination.year) if examination else "",
        **_next(city, examination, most=MOST_NEXT_OF_CITY, is_exact=True),
    }
    return render(request, "partnerships/portfolios/next_of_city.html", context)


def _next(city: City, examination: Examination | None, *, most: int, is_exact: bool, **of: Any) -> dict[str, Any]:
    return {
        f"next_{adds}": [
            words.next_line(city, each, adds=adds, is_exact=is_exact)
            for each in queries.next_ones(city, examination, adds=adds, most=most, **of)
        ]
        for adds in ("placed", "met")
    }


@city_page(READ)
@never_cache
@require_safe
def city_file(request: SignedIn, city: City) -> HttpResponse:
    """The list of the city's partnerships as CSV."""
    return _file(city, _portfolio(request, city), city.slug)


def _file(city: City, found: Portfolio, name: str) -> HttpResponse:
    criteria = [id_ for condition in city.settings.framework.conditions.values() for id_ in condition.criteria]
    units = sorted({unit for row in found.rows if row.found for unit in row.found.met})
    content = portfolio_file(found.rows, criteria=criteria, units=units)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-partnerships.csv"'
    return response


# --- An organization's and a school's ---


def _speaks_for(user: Person, city: City, place: Organization | School) -> bool:
    return is_coordinator(user, city) or place.public_id in places_of(user, city)


@city_page(VIEW)
@never_cache
@require_safe
def of_organization(request: HttpRequest, city: City, slug: str) -> HttpResponse:
    """An organization's partnerships; for its people, its partners and coordinators what each adds, and which next would."""
    record = get_object_or_404(Organization.objects.of(city).current(), slug=slug)
    found = _portfolio(request, city, record.partnerships.all())
    context = _context(request, city, found, of=record) | {"organization": record, "place": record}
    if _speaks_for(request.user, city, record) and found.years:
        newest = current_examination(city)
        is_exact = is_coordinator(request.user, city)
        context |= _next(city, newest, most=MOST_NEXT, is_exact=is_exact, organization=record) | {"has_next": True}
    return render(request, "partnerships/portfolios/organization.html", context)


@city_page(VIEW)
@never_cache
@require_safe
def organization_file(request: HttpRequest, city: City, slug: str) -> HttpResponse:
    """An organization's partnerships as CSV."""
    record = get_object_or_404(Organization.objects.of(city).current(), slug=slug)
    return _file(city, _portfolio(request, city, record.partnerships.all()), record.slug)


@city_page(VIEW)
@never_cache
@require_safe
def of_school(request: HttpRequest, city: City, slug: str) -> HttpResponse:
    """A school's partnerships; for its people, its partners and coordinators what each adds, its own music over the years,
    what was asked about that, and which next one would do most."""
    record = get_object_or_404(School.objects.of(city).current(), slug=slug)
    found = _portfolio(request, city, record.partnerships.all())
    context = _context(request, city, found, of=record) | {"school": record, "place": record}
    speaks = _speaks_for(request.user, city, record)
    told = queries.told_to(request.user, city)
    if speaks or (told and record.partnerships.filter(pk__in=told).exists()):
        years = ledger_of(city, record)
        context |= {
            "influence": words.influence_table(city, years) if years else None,
            "before_after": words.influence_sentences(city, years),
        }
    if speaks and found.years:
        context |= _next(city, current_examination(city), most=MOST_NEXT, is_exact=True, school=record) | {
            "has_next": True
        }
    if is_member(request.user, city):
        asked = reviews.seen_by(request.user, city).filter(school=record)
        context["reviews"] = [
            (each, year_name(each.year), review_words.CATEGORIES[reviews.category_of(each.found, each)])
            for each in asked
        ]
    return render(request, "partnerships/portfolios/school.html", context)


@city_page(VIEW)
@never_cache
@require_safe
def school_file(request: HttpRequest, city: City, slug: str) -> HttpResponse:
    """A school's partnerships as CSV."""
    record = get_object_or_404(School.objects.of(city).current(), slug=slug)
    return _file(city, _portfolio(request, city, record.partnerships.all()), record.slug)
