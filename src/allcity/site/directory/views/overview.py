"""Pages on which somebody sees what there is to look after."""

from typing import Any

import rules
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.directory.domain.merging import MERGED
from allcity.site.directory.kinds import KINDS, described, kind_of
from allcity.site.directory.models import Offering, Organization, Program, School
from allcity.site.directory.queries import similar as alike
from allcity.site.directory.queries import upkeep
from allcity.site.directory.queries.histories import facts
from allcity.site.directory.rules import places_of
from allcity.site.directory.views.finding import address, find_kind, find_record, public_address, way_to

A_PAGE = 50
SHOWS = ("", "stale", "unconfirmed", "archived", "similar")


@require_safe
@city_page("directory.manage")
def records(request: HttpRequest, city: City) -> HttpResponse:
    """What is out of date, never confirmed, archived, or there twice, a kind at a time."""
    kind = KINDS.get(request.GET.get("kind", ""), KINDS["organizations"])
    show = request.GET.get("show", "")
    show = show if show in SHOWS else ""
    text = request.GET.get("q", "").strip()
    found: Any = (
        alike.similar_pairs(city, kind) if show == "similar" else upkeep.records(city, kind, show=show, text=text)
    )
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    tallies = upkeep.tallies(city)
    context = {
        "city": city,
        "kind": kind,
        "show": show,
        "q": text,
        "page": page,
        "tallies": tallies,
        "tally": next(tally for tally in tallies if tally.kind is kind),
        "can_be_merged": kind.name in MERGED,
    }
    return render(request, "directory/records.html", context)


@require_safe
@city_page("directory.look_after")
def mine(request: HttpRequest, city: City) -> HttpResponse:
    """The schools and organizations that the person looks after here."""
    places = places_of(request.user, city)
    mine = [
        *Organization.objects.of(city).current().filter(public_id__in=places).select_related("source", "confirmed_by"),
        *School.objects.of(city).current().filter(public_id__in=places).select_related("source", "confirmed_by"),
    ]
    return render(request, "directory/mine.html", {"city": city, "places": mine})


@require_safe
@city_page("directory.look_after")
def record(request: HttpRequest, city: City, kind: str, slug: str) -> HttpResponse:
    """One record with all that is under it, for those who look after it."""
    record = find_record(request, city, kind, slug, "directory.change")
    if record.merged_into_id:
        return redirect(address(record.merged_into))
    programs, offerings = Program.objects.none(), Offering.objects.none()
    if isinstance(record, Organization):
        programs = Program.objects.filter(organization=record).select_related("source", "confirmed_by").order_by("name")
        offerings = Offering.objects.filter(program__organization=record)
    elif isinstance(record, Program):
        offerings = Offering.objects.filter(program=record)
    offerings = offerings.select_related("program", "location", "source", "confirmed_by").order_by(
        F("archived_at").asc(nulls_first=True), "-end_date", "pk"
    )
    context = {
        "city": city,
        "record": record,
        "kind": kind_of(record),
        "described": described(record),
        "facts": facts(record),
        "may_archive": rules.has_perm("directory.archive", request.user, record),
        "way": way_to(record),
        "public_address": public_address(record),
        "programs": programs,
        "offerings": offerings.filter(upkeep.not_over()),
        "earlier": Paginator(offerings.exclude(upkeep.not_over()), A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "directory/record.html", context)


@require_safe
@city_page("directory.look_after")
def similar(request: HttpRequest, city: City) -> JsonResponse:
    """Records of a kind whose names are like `q`, as a list of names with their addresses."""
    kind = find_kind(request.GET.get("kind", "organizations"))
    found = alike.similar_names(city, kind, request.GET.get("q", "")[:300])
    return JsonResponse(
        [{"name": str(record), "url": public_address(record) or address(record)} for record in found], safe=False
    )
