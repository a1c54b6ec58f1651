"""What is done together: the partnerships, and a page for each."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.conversations.telling import mark_seen
from allcity.site.directory.words import amount, catalogue, contribution_titles, listing, period
from allcity.site.insight import queries
from allcity.site.insight.counts import withheld_counts
from allcity.site.insight.forms import PartnershipFilter
from allcity.site.insight.views.frame import language, page_of, respond, shown
from allcity.site.insight.work import delivery_rows, needs_in_words
from allcity.site.needs.models import PRESSING_FIRST
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.agreeing.hub import of_parties
from allcity.site.partnerships.agreeing.telling import url_of
from allcity.site.partnerships.agreeing.words import TONES
from allcity.site.partnerships.models import Agreement, CheckIn, Delivery, Goal, Partnership
from allcity.site.partnerships.phases import phase_of

MOST_NAMED = 3


@require_safe
@city_page("cities.view_city", kept=True)
def partnerships(request: HttpRequest, city: City) -> HttpResponse:
    """Every partnership with a day in the year, and what was delivered."""
    year = shown(request, city)
    section = queries.sections(year, language(), "partnerships").get("partnerships")
    chosen = PartnershipFilter(request.GET, choices={"contribution": _contributions(city)})
    found = Partnership.objects.for_user(request.user).of(city).current().filter(queries.during(year))
    for word in chosen.value("q").split():
        found = found.filter(name__icontains=word)
    if chosen.value("contribution"):
        wanted = chosen.value("contribution")
        # A list inside a record cannot be searched alike by all databases.
        given = found.values_list("pk", "contributions")
        found = found.filter(pk__in=[pk for pk, contributions in given if wanted in contributions])
    page = page_of(request, found.order_by("name", "pk").prefetch_related("organizations", "schools", "districts"))
    page.object_list = [
        (
            partnership,
            _some([organization.name for organization in partnership.organizations.all()]),
            _some([other.name for other in (*partnership.schools.all(), *partnership.districts.all())]),
            contribution_titles(city, partnership.contributions),
            period(partnership.start_date, partnership.end_date),
        )
        for partnership in page.object_list
    ]
    return respond(request, "partnerships", city, year, section=section, filter=chosen, page=page)


@require_safe
@city_page("cities.view_city", kept=True)
def partnership(request: HttpRequest, city: City, public_id: UUID) -> HttpResponse:
    """One partnership: who it is, what they agreed, what each side says was delivered; for its parties what comes next, too."""
    found = Partnership.objects.for_user(request.user).of(city).select_related("city", "source")
    record = get_object_or_404(found, public_id=public_id)
    if request.user.is_authenticated:
        mark_seen(user=request.user, url=url_of(record))
    year = shown(request, city)
    phase = phase_of(record, today_in(city))
    withheld = withheld_counts(city)
    needs = record.needs.select_related("school", "district", "group").order_by(PRESSING_FIRST, "pk")
    deliveries = Delivery.objects.for_user(request.user).of(city).filter(queries.during(year), partnership=record)
    return respond(
        request,
        "partnership",
        city,
        year,
        partnership=record,
        organizations=record.organizations.order_by("name"),
        schools=record.schools.order_by("name"),
        districts=record.districts.order_by("name"),
        contributions=contribution_titles(city, record.contributions),
        period=period(record.start_date, record.end_date),
        money=amount(record.money, record.currency or city.settings.city.currency) if record.money is not None else "",
        phase=phase.label,
        tone=TONES.get(phase, "unknown"),
        is_agreed=record.stage not in Partnership.HIDDEN,
        goals=Goal.objects.filter(partnership=record, dropped_on=None).current().order_by("agreed_on", "pk"),
        agreements=Agreement.objects.filter(partnership=record).current().order_by("-version", "pk"),
        needs=needs_in_words(city, needs, withheld),
        deliveries=delivery_rows(city, deliveries, withheld),
        check_ins=check_ins(record, year.year),
        **of_parties(record, request.user),
    )


def check_ins(record: Partnership, year: int) -> list[tuple[str, str, str]]:
    """For each side: its name, how often it checked in during the year, and on which day last. What it said is its own.

    What somebody said of several goals at once is one check-in; what is said in a round that is not closed is nobody's yet.
    """
    dates: dict[str, list[object]] = {}
    rows = CheckIn.objects.current().filter(partnership=record, year=year)
    said = rows.values_list("side", "date", "round", "organization", "school", "teacher").distinct()
    for side, day, *_who in said.order_by("date"):
        dates.setdefault(side, []).append(day)
    say = catalogue()
    return [
        (str(CheckIn.Side(side).label), say.number(len(days)), period(days[-1], days[-1]))  # type: ignore[arg-type] # a check-in has one
        for side, days in dates.items()
    ]


def _contributions(city: City) -> list[tuple[str, str]]:
    known = city.settings.framework.contributions
    return list(zip(known, contribution_titles(city, known), strict=True))


def _some(names: list[str]) -> str:
    """Names in a sentence; where they are many the first of them and how many more."""
    if len(names) <= MOST_NAMED:
        return listing(names)
    more = _("%(number)s more") % {"number": len(names) - MOST_NAMED + 1}
    return listing([*names[: MOST_NAMED - 1], more])
