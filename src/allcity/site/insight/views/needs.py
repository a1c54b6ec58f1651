"""What is asked for: the needs, what schools need by the figures, and a page for each need."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from allcity.site.cities.models import Area, City, Group
from allcity.site.cities.pages import city_page
from allcity.site.directory.words import contribution_titles
from allcity.site.figures.models import SchoolFinding
from allcity.site.figures.queries import current_examination, need_findings
from allcity.site.insight import queries
from allcity.site.insight.counts import withheld_counts
from allcity.site.insight.forms import NeedFilter
from allcity.site.insight.views.frame import language, page_of, respond, shown
from allcity.site.insight.work import delivery_rows, derived_rows, needs_in_words
from allcity.site.needs.ledger.queries import states_of
from allcity.site.needs.ledger.words import ledger_of, steps, title_of, when_of
from allcity.site.needs.models import BY_PLACE, PRESSING_FIRST, Need
from allcity.site.partnerships.models import Delivery

MOST_DERIVED = 25


@require_safe
@city_page("cities.view_city", kept=True)
def needs(request: HttpRequest, city: City) -> HttpResponse:
    """The need ledger: the figures, every need in a list that can be narrowed, and what schools need by the figures."""
    year = shown(request, city)
    section = queries.sections(year, language(), "needs").get("needs")
    contributions = city.settings.framework.contributions
    chosen = NeedFilter(
        request.GET,
        choices={
            "area": list(Area.objects.for_user(request.user).of(city).order_by("name").values_list("key", "name")),
            "contribution": list(zip(contributions, contribution_titles(city, contributions), strict=True)),
            "group": [(group.key, str(group)) for group in queries.frame_of(city, Group).values()],
            "state": Need.State.choices,
        },
    )
    found = Need.objects.for_user(request.user).of(city).filter(year=year.year)
    for name, field in (("contribution", "contribution"), ("state", "state"), ("group", "group__key")):
        if chosen.value(name):
            found = found.filter(**{field: chosen.value(name)})
    schools = queries.matching(queries.schools_found(city, year), area=chosen.value("area"))
    if chosen.value("area"):
        # The examination knows the area of a school of which the records have only the place.
        found = found.filter(school__key__in=[row["school_id"] for row in schools])
    for word in chosen.value("q").split():
        found = found.filter(school__name__icontains=word) | found.filter(district__name__icontains=word)
    ordered = found.select_related("school", "district", "group").order_by(PRESSING_FIRST, *BY_PLACE, "pk")
    page = page_of(request, ordered)
    met = need_findings(year.examination, [need.key for need in page.object_list])
    page.object_list = needs_in_words(city, page.object_list, withheld_counts(city), met)
    findings = (
        SchoolFinding.objects.filter(examination=year.examination) if year.examination else SchoolFinding.objects.none()
    )
    named = queries.matching(schools, words=chosen.value("q"))
    derived = derived_rows(city, named, dict(findings.values_list("key", "derived")))
    return respond(
        request, "needs", city, year, section=section, filter=chosen, page=page, with_unmet=bool(met),
        without_place=derived.without_place[:MOST_DERIVED], owed=derived.owed[:MOST_DERIVED],
        more=max(len(derived.without_place), len(derived.owed)) > MOST_DERIVED,
    )  # fmt: skip


@require_safe
@city_page("cities.view_city", kept=True)
def need(request: HttpRequest, city: City, public_id: UUID) -> HttpResponse:
    """One need: who asks for what, how much of it is met by which delivery, and what became of it."""
    records = Need.objects.for_user(request.user).of(city).select_related("school", "district", "group", "source")
    record = get_object_or_404(records, public_id=public_id)
    record.city = city
    year = shown(request, city)
    withheld = withheld_counts(city)
    found = need_findings(current_examination(city, record.year), [record.key]).get(record.key)
    (row,) = needs_in_words(city, [record], withheld)
    deliveries = Delivery.objects.for_user(request.user).of(city).filter(need=record)
    return respond(
        request, "need", city, year, need=record, row=row, title=title_of(city, record),
        ledger=ledger_of(record, found, is_withheld=row.is_withheld),
        deliveries=delivery_rows(city, deliveries, withheld),
        steps=steps(states_of(record), in_full=False), when=when_of(record),
    )  # fmt: skip
