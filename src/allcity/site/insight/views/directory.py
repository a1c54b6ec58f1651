"""Organizations and programs: the list, and a page for each."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe
from rules import has_perm

from allcity.analysis.city import year_dates
from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.directory.models import Location, Offering, Organization, Program
from allcity.site.directory.words import contribution_titles, participant_title, period
from allcity.site.finder.words import session
from allcity.site.insight import queries, structured
from allcity.site.insight.ecosystem import ecosystem_rows, filter_of
from allcity.site.insight.queries import ShownYear
from allcity.site.insight.views.frame import page_of, record_or_moved, respond, shown
from allcity.site.needs.survey.rules import is_a_liaison
from allcity.site.partnerships.models import Partnership

MOST_PARTNERSHIPS = 30


@require_safe
@city_page("cities.view_city", kept=True)
def organizations(request: HttpRequest, city: City) -> HttpResponse:
    """Every organization, in a list that can be narrowed."""
    year = shown(request, city)
    chosen = filter_of(request.GET, city)
    rows = [row for row in ecosystem_rows(city, request.user, year, chosen) if row.key.startswith("organization-")]
    return respond(request, "organizations", city, year, filter=chosen, page=page_of(request, rows), total=len(rows))


@require_safe
@city_page("cities.view_city", kept=True)
def organization(request: HttpRequest, city: City, slug: str) -> HttpResponseBase:
    """One organization: what it does, its programs and places, whom it works with."""
    record = record_or_moved(Organization, city, slug, name="organization", related=("area",))
    if not isinstance(record, Organization):
        return record
    year = shown(request, city)
    programs = (
        Program.objects.for_user(request.user)
        .of(city)
        .filter(organization=record)
        .annotate(dates=Count("offerings", filter=_offered(year), distinct=True))
        .order_by("-dates", "name")
    )
    partnerships = (
        Partnership.objects.for_user(request.user)
        .of(city)
        .current()
        .filter(queries.during(year), organizations=record)
        .order_by("name")
        .prefetch_related("schools", "districts")
    )
    page = page_of(request, programs)
    places = _places(city, request.user, Q(program__organization=record))
    return respond(
        request,
        "organization",
        city,
        year,
        organization=record,
        may_change=has_perm("directory.change", request.user, record),
        may_ask=is_a_liaison(request.user, city),
        kind=participant_title(city, record.participant_type),
        page=page,
        programs=[(program, contribution_titles(city, program.contributions)) for program in page],
        places=places,
        has_map=any(place.latitude is not None for place in places),
        partnerships=list(partnerships[:MOST_PARTNERSHIPS]),
        more_partnerships=max(partnerships.count() - MOST_PARTNERSHIPS, 0),
        data=structured.organization(record, places, city, url=request.build_absolute_uri(request.path)),
    )


@require_safe
@city_page("cities.view_city", kept=True)
def program(request: HttpRequest, city: City, slug: str) -> HttpResponseBase:
    """One program: what students do in it, when and where it is offered, for whom and for how much."""
    record = record_or_moved(Program, city, slug, name="program", related=("organization",))
    if not isinstance(record, Program):
        return record
    if record.organization.archived_at is not None:
        raise Http404
    year = shown(request, city)
    offerings = (
        Offering.objects.for_user(request.user)
        .of(city)
        .filter(queries.during(year), program=record)
        .select_related("location__area", "partnership")
        .prefetch_related("partnership__schools")
        .order_by("start_date", "pk")
    )
    page = page_of(request, offerings)
    currency = city.settings.city.currency
    places = _places(city, request.user, Q(program=record))
    return respond(
        request,
        "program",
        city,
        year,
        program=record,
        may_change=has_perm("directory.change", request.user, record),
        contributions=contribution_titles(city, record.contributions),
        page=page,
        offerings=[
            (offering, session(offering, currency=currency), period(offering.start_date, offering.end_date))
            for offering in page
        ],
        other_years=[] if page.paginator.count else _years_with_dates(record, year),
        places=places,
        has_map=any(place.latitude is not None for place in places),
        data=structured.program(record, list(page), city, url=request.build_absolute_uri(request.path)),
    )


def _years_with_dates(record: Program, shown_now: ShownYear) -> list[tuple[int, str]]:
    """Other years in which the program is offered: each with its name."""
    dates = Offering.objects.filter(program=record, archived_at=None).values_list("start_date", "end_date")
    spans = list(dates)
    return [
        (year, name)
        for year, name in shown_now.choices
        for first, last in (year_dates(year),)
        if any(start <= last and end >= first for start, end in spans)
    ]


def _offered(year: ShownYear) -> Q:
    """Offerings that take place in the year and are not archived."""
    if year.dates is None:
        return Q(offerings__archived_at=None)
    first, last = year.dates
    return Q(offerings__archived_at=None, offerings__start_date__lte=last, offerings__end_date__gte=first)


def _places(city: City, user: User | AnonymousUser, of: Q) -> list[Location]:
    held = Offering.objects.for_user(user).of(city).filter(of).exclude(location=None).values("location")
    return list(
        Location.objects.for_user(user).of(city).filter(pk__in=held).select_related("area").order_by("name", "pk")
    )
