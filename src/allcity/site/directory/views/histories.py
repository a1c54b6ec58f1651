"""What was done to a record, and going back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.directory import domain
from allcity.site.directory.queries.histories import history_page
from allcity.site.directory.views.finding import address, find_record, go_to, person, way_to


@require_safe
@city_page("directory.look_after")
def history(request: HttpRequest, city: City, kind: str, slug: str) -> HttpResponse:
    """What was changed in a record, by whom and when, in words."""
    record = find_record(request, city, kind, slug, "directory.change")
    page, events = history_page(record, request.GET.get("page"))
    way = [*way_to(record), (str(record), address(record))]
    context = {"city": city, "record": record, "kind": kind, "page": page, "events": events, "way": way}
    return render(request, "directory/history.html", context)


@require_POST
@city_page("directory.look_after")
def restore_version(request: HttpRequest, city: City, kind: str, slug: str, version: int) -> HttpResponse:
    """Have a record say again what it said then."""
    record = find_record(request, city, kind, slug, "directory.change")
    if record.archived_at:
        return go_to(record)
    try:
        domain.restore_version(record=record, version=version, user=person(request))
    except ValueError as error:
        raise Http404 from error
    messages.success(request, _("It says again what it said then."))
    return go_to(record, "history")
