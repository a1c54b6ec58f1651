"""Changing a record, saying that it is still true, putting it away and bringing it back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.directory import domain
from allcity.site.directory.forms.base import REGION, RecordForm
from allcity.site.directory.forms.offerings import OfferingForm
from allcity.site.directory.forms.records import LocationForm, OrganizationForm, ProgramForm, SchoolForm
from allcity.site.directory.kinds import kind_of
from allcity.site.directory.models import Offering
from allcity.site.directory.views.finding import address, find_kind, find_record, go_to, person, way_to

FORMS: dict[str, type[RecordForm]] = {
    "organizations": OrganizationForm,
    "programs": ProgramForm,
    "locations": LocationForm,
    "offerings": OfferingForm,
    "schools": SchoolForm,
}
ADDERS: dict[str, Any] = {"organizations": domain.add_organization, "locations": domain.add_location}


def show_form(request: HttpRequest, city: City, form: RecordForm, **context: Any) -> HttpResponse:
    """A form of a record, with names that are there already."""
    alike = [(str(record), address(record)) for record in form.similar]
    return render(
        request, "directory/form.html", {"city": city, "form": form, "alike": alike, "region": REGION, **context}
    )


@city_page("directory.look_after")
def edit(request: HttpRequest, city: City, kind: str, slug: str) -> HttpResponse:
    """Change what a record says; whoever does has confirmed it."""
    record = find_record(request, city, kind, slug, "directory.change")
    if record.archived_at:
        return go_to(record)
    form = FORMS[kind](request.POST or None, city=city, record=record)
    if form.described is None and kind == "schools":
        raise Http404
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                record = domain.change_record(
                    record=record,
                    values=with_new_place(form, request),
                    user=person(request),
                    version=form.base_version,
                    seen=form.cleaned_data.get("seen"),
                )
        except domain.EditConflictError as conflict:
            form.tell_of(conflict)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Saved. Thank you for keeping it true."))
            return go_to(record)
    title = _("Change “%(name)s”") % {"name": record}
    return show_form(request, city, form, title=title, way=[*way_to(record), (str(record), address(record))])


@city_page("directory.manage")
def add(request: HttpRequest, city: City, kind: str) -> HttpResponse:
    """Add an organization or a place. Programs and their dates are added step by step, under what they belong to."""
    found = find_kind(kind)
    if kind not in ADDERS:
        raise Http404
    form = FORMS[kind](request.POST or None, city=city)
    if request.method == "POST" and form.is_valid():
        record = ADDERS[kind](city=city, values=form.values(), user=person(request))
        messages.success(request, _("“%(name)s” is in the directory now.") % {"name": record})
        return go_to(record)
    titles = {"organizations": _("Add an organization"), "locations": _("Add a place")}
    return show_form(request, city, form, title=titles[found.name], way=[])


@require_POST
@city_page("directory.look_after")
def confirm(request: HttpRequest, city: City, kind: str, slug: str) -> HttpResponse:
    """Say that a record is still true."""
    record = find_record(request, city, kind, slug, "directory.change")
    if not record.archived_at:
        domain.confirm(record=record, user=person(request))
        messages.success(request, _("Thank you. It says now that you confirmed it today."))
    return go_to(record)


@require_POST
@city_page("directory.look_after")
def again(request: HttpRequest, city: City, kind: str, slug: str) -> HttpResponse:
    """Offer the same again a year later."""
    offering = find_record(request, city, kind, slug, "directory.change")
    if not isinstance(offering, Offering) or offering.program.archived_at:
        raise Http404
    try:
        copy = domain.repeat_offering(offering=offering, user=person(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return go_to(offering)
    messages.success(
        request,
        _("The same again, from %(start)s to %(end)s. Look at the dates, and change what is different.")
        % {"start": date_format(copy.start_date), "end": date_format(copy.end_date)},
    )
    return go_to(copy, "edit-record")


@city_page("directory.look_after")
def archive(request: HttpRequest, city: City, kind: str, slug: str) -> HttpResponse:
    """Ask, and put away."""
    record = find_record(request, city, kind, slug, "directory.archive")
    if record.archived_at:
        return go_to(record)
    if request.method == "POST":
        try:
            domain.archive_record(record=record, user=person(request))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("“%(name)s” is archived. It can be brought back.") % {"name": record})
        return go_to(record)
    counts = [records.current().count() for records in domain.archiving.under(record)]
    context = {"city": city, "record": record, "kind": kind_of(record), "way": way_to(record), "counts": counts}
    return render(request, "directory/archive.html", {**context, "address": address(record)})


@require_POST
@city_page("directory.look_after")
def restore(request: HttpRequest, city: City, kind: str, slug: str) -> HttpResponse:
    """Bring back what was archived."""
    record = find_record(request, city, kind, slug, "directory.archive")
    try:
        domain.restore_record(record=record, user=person(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("“%(name)s” is back.") % {"name": record})
    return redirect(address(record))


def with_new_place(form: RecordForm, request: HttpRequest) -> dict[str, Any]:
    """The form's values, and the place that it adds."""
    values = form.values()
    place = form.new_place() if isinstance(form, OfferingForm) else {}
    if place:
        values["location"] = domain.add_location(city=form.city, values=place, user=person(request))
    return values
