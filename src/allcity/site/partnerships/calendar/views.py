"""The page of the year's calendar."""

from collections.abc import Iterable
from itertools import groupby

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allcity.analysis.city import year_name
from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.calendar import queries
from allcity.site.partnerships.calendar.months import Month, months_of
from allcity.site.partnerships.calendar.queries import Entry, Kind

ON_A_PAGE = 60
MOST_WAITING = 30
PAGES = {
    Kind.SIGN: "city:partnership-agreement",
    Kind.CHECK_IN: "city:partnership-check-ins",
    Kind.LOOK_BACK: "city:partnership-evaluation",
}
"""Where something is done; else it is read on the partnership's page."""


@city_page("partnerships.have")
@never_cache
@require_safe
def calendar(request: SignedIn, city: City) -> HttpResponse:
    """What is due in one's partnerships in a month; for coordinators, in all of the city."""
    today = today_in(city)
    month = Month.read(request.GET.get("month", ""), today)
    page = Paginator(queries.entries(request.user, city, month.first, month.last), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    is_now = month == Month.of(today)
    waiting = queries.waiting(request.user, city, today) if is_now else []
    context = {
        "city": city,
        "page": page,
        "days": [(day, _by_kind(city, found)) for day, found in groupby(page, key=lambda entry: entry.on)],
        "waiting": [(entry, _url(city, entry)) for entry in waiting[:MOST_WAITING]],
        "more_waiting": max(0, len(waiting) - MOST_WAITING),
        "today": today,
        "month": month,
        "months": months_of(month.school_year),
        "year": year_name(month.school_year),
        "year_before": month.after(-12),
        "year_after": month.after(12),
    }
    return render(request, "partnerships/calendar/calendar.html", context)


def _by_kind(city: City, entries: Iterable[Entry]) -> list[tuple[str, list[tuple[Entry, str]]]]:
    """Entries of a day with their pages, by what they are about."""
    return [
        (str(kind.label), [(entry, _url(city, entry)) for entry in found])
        for kind, found in groupby(entries, key=lambda entry: entry.kind)
    ]


def _url(city: City, entry: Entry) -> str:
    """The page on which something is done about it."""
    if entry.organization:
        return reverse("city:readiness-of", args=[city.slug, entry.organization.slug])
    name = PAGES.get(entry.kind, "city:partnership")
    return reverse(name, args=[city.slug, entry.partnership.public_id]) if entry.partnership else ""
