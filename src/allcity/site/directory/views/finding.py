"""Finding the record that an address names, for somebody who may do something with it."""

from typing import Any

import rules
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Kept
from allcity.site.directory.kinds import KINDS, Kind, kind_of

PUBLIC_PAGES = {"organizations": "city:organization", "programs": "city:program", "schools": "city:school"}


def find_kind(name: str) -> Kind:
    """The kind of an address. Raises Http404 for others."""
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def find_record(request: HttpRequest, city: City, kind: str, slug: str, permission: str) -> Any:
    """The record of an address, an archived one too. Raises Http404, or PermissionDenied for those who may not."""
    found = find_kind(kind)
    related = ("source", "confirmed_by", "merged_into", *found.paths)
    record = found.model._default_manager.of(city).filter(slug=slug).select_related(*related).first()
    if record is None:
        raise Http404
    record.city = city
    if not rules.has_perm(permission, request.user, record):
        raise PermissionDenied
    return record


def person(request: HttpRequest) -> User:
    """Who asks. `city_page` has let nobody in who is not signed in."""
    user = request.user
    if not user.is_authenticated:
        raise PermissionDenied
    return user


def address(record: Kept, page: str = "record") -> str:
    """The address of a page about a record."""
    return reverse(f"city:{page}", args=[record.city.slug, kind_of(record).name, record.slug])


def public_address(record: Any) -> str:
    """The address of the page that everybody sees, where the kind has one."""
    name = PUBLIC_PAGES.get(kind_of(record).name)
    return reverse(name, args=[record.city.slug, record.slug]) if name and not record.archived_at else ""


def go_to(record: Kept, page: str = "record") -> HttpResponseRedirect:
    """To a page about a record."""
    return redirect(address(record, page))


def way_to(record: Any) -> list[tuple[str, str]]:
    """The records above this one, the topmost first, each with its label and address."""
    steps: list[tuple[str, str]] = []
    above = kind_of(record).above
    while above:
        record = getattr(record, above)
        steps.insert(0, (str(record), address(record)))
        above = kind_of(record).above
    return steps
