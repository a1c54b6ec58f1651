"""The program finder: the page with its list, and the places of the same search for the map."""

import json
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from allcity.analysis.city import year_name
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.components.templatetags.components import form_field
from allcity.site.finder.cards import cards, loosenings
from allcity.site.finder.finding import Found, Result, find
from allcity.site.finder.forms import FinderForm
from allcity.site.finder.index import Index, Place, index_of
from allcity.site.finder.places import Resolution, resolve
from allcity.site.finder.query import Origin, Query

PER_PAGE = 30
_DECIMALS = 5
_FIRST = ("what", "near", "age")
_OWN_WORDS = ("near", "lat", "lon")
_DEVICE_DECIMALS = 3
"""Three decimals of a degree are about 100 meters: no nearer is anybody's own place ever taken."""


@dataclass(frozen=True)
class Search:
    """A search with all that came of it."""

    index: Index
    form: FinderForm
    meant: Resolution
    query: Query
    found: Found
    page: "Page[Result]"


@city_page("cities.view_city", kept=True)
def finder(request: HttpRequest, city: City) -> HttpResponse:
    """Programs that fit what somebody looks for, in a list beside a map."""
    if "" in request.GET.values():
        return HttpResponseRedirect(f"{request.path}?{_told(request.GET).urlencode()}")
    search = _search(request, city)
    found, page = search.found, search.page
    shown = cards(city, search.index, search.query, found, page.object_list)
    fitting = max(found.fitting - page.start_index() + 1, 0) if page.object_list else 0
    context = {
        "city": city,
        "form": search.form,
        "fields": {name: _field(search.index, search.form[name]) for name in _FIRST},
        "parts": _parts(search, request.GET),
        "asked": bool(_told(request.GET)),
        "open": bool(set(search.form.errors).difference(_FIRST)),
        "chosen": _chosen(request.GET),
        "notes": _notes(search, request.GET),
        "meant": search.meant,
        "choices": [(place, _changed(request.GET, near=place.name, at=place.id)) for place in search.meant.choices],
        "near": search.query.origin,
        "estimated": search.index.travel,
        "page": page,
        "fitting": shown[:fitting],
        "maybe": shown[fitting:],
        "found": found,
        "may_fit": len(found.results) - found.fitting,
        "loosenings": loosenings(found, request.GET) if not found.fitting else [],
        "points": f"{reverse('city:finder-geojson', args=[city.slug])}?{_told(request.GET).urlencode()}",
        "near_me": json.dumps(_near_me()),
        "key": [
            ("place", _("a program that fits")),
            ("unknown", _("a program that may fit")),
            *([("met", _("where you start"))] if search.query.origin else []),
        ],
    }
    return _private(request, render(request, "finder/finder.html", context))


@city_page("cities.view_city", kept=True)
def finder_geojson(request: HttpRequest, city: City) -> HttpResponse:
    """The places of the programs on a page of the finder, and where the search is from."""
    search = _search(request, city)
    points: dict[str, dict[str, Any]] = {}
    for result in search.page.object_list:
        for at in result.offerings:
            offering = search.index.offerings[at]
            place = offering.location
            if place is None or search.index.online[at] or place.latitude is None or place.longitude is None:
                continue
            point = points.setdefault(
                place.key, _point(place.longitude, place.latitude, key=place.key, name=place.name, tone="unknown")
            )
            told = point["properties"]
            told["tone"] = "place" if result.fits else told["tone"]
            told.setdefault("url", reverse("city:program", args=[city.slug, offering.program.slug]))
            told.setdefault("programs", {})[offering.program.name] = None
    for point in points.values():
        point["properties"]["note"] = ", ".join(point["properties"].pop("programs"))
    features = list(points.values())
    if search.query.origin:
        origin = search.query.origin
        features.append(_point(origin.longitude, origin.latitude, key="origin", name=origin.name, tone="met"))
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, allow_nan=False)
    return _private(request, HttpResponse(text, content_type="application/geo+json"))


def _field(index: Index, field: BoundField) -> str:
    """A field of the form. Those of which one chooses look alike in many searches, and are not made anew for each."""

    def make() -> str:
        return render_to_string("components/field.html", form_field(field))

    value = field.value()
    if field.errors or (value and field.name in _OWN_WORDS):
        return make()
    key = tuple(value) if isinstance(value, list) else value
    return index.remember((get_language(), field.name, key), make)


def _parts(search: Search, asked: QueryDict) -> str:
    """The part of the form that folds, which is the same in most searches. One with somebody's own place is kept nowhere."""
    form = search.form
    names = [name for name in form.fields if name not in (*_FIRST, "at", "exact")]

    def make() -> str:
        fields = {name: _field(search.index, form[name]) for name in names}
        return render_to_string("finder/parts.html", {"fields": fields})

    if "lat" in asked or "lon" in asked or set(form.errors).intersection(names):
        return make()
    told = tuple((name, tuple(asked.getlist(name))) for name in names if name in asked)
    return search.index.remember((get_language(), "parts", told), make)


def _search(request: HttpRequest, city: City) -> Search:
    index = index_of(city, request.user)
    form = FinderForm(request.GET, city=city, index=index)
    form.is_valid()
    values = form.cleaned_data
    meant, origin = Resolution(), None
    if values.get("lat") is not None and values.get("lon") is not None:
        origin = Origin(
            _("the point that you gave"), *(round(values[name], _DEVICE_DECIMALS) for name in ("lat", "lon"))
        )
    elif values.get("near"):
        place = (values["near"], values.get("at", ""))  # one search follows another from the same place
        meant = index.remember(("near", *place), lambda: resolve(index.places, *place))
        origin = _origin(meant.place) if meant.place else None
    query = form.asked(origin)
    found = find(index, query, today=timezone.localdate(timezone=ZoneInfo(city.settings.city.time_zone)))
    page = Paginator(found.results, PER_PAGE).get_page(request.GET.get("page"))
    return Search(index, form, meant, query, found, page)


def _origin(place: Place) -> Origin:
    note = ""
    if place.kind == "area":
        note = _("We count from the middle of %(name)s.") % {"name": place.name}
    elif place.kind == "zip":
        note = ngettext(
            "We count from the one place in ZIP code %(name)s that we know.",
            "We count from the middle of the %(known)s places in ZIP code %(name)s that we know.",
            place.known,
        ) % {"name": place.name, "known": place.known}
    return Origin(
        place.name, place.latitude, place.longitude, school=place.key if place.kind == "school" else "", note=note
    )


def _notes(search: Search, asked: QueryDict) -> list[tuple[str, str, str]]:
    """What to say of how the search was understood: a sentence, and a link with its words where there is another way."""
    notes = []
    wish, form = search.found.wish, search.form
    for written, read in wish.corrected:
        notes.append((
            _("Showing results for “%(read)s”.") % {"read": read},
            _changed(asked, exact="on"),
            _("Search for “%(written)s” as it is written") % {"written": written},
        ))  # fmt: skip
    for written, read in wish.suggested:
        what = " ".join(read if word.casefold() == written else word for word in asked.get("what", "").split())
        notes.append((_("Did you mean"), _changed(asked, what=what), f"{read}?"))
    if search.meant.corrected and search.meant.place:
        words = {"written": form.cleaned_data["near"], "name": search.meant.place.name}
        notes.append((_("We took “%(written)s” to be %(name)s.") % words, "", ""))
    if search.query.minutes is not None and search.query.origin is None and not search.meant.choices:
        notes.append((_("Say near where, and we can tell how far it is."), "", ""))
    if search.query.origin and search.query.origin.note:
        notes.append((search.query.origin.note, "", ""))
    if search.found.year is not None:
        words = {"year": year_name(search.found.year)}
        notes.append((
            _("Nothing is on record for now or later. These are from %(year)s: ask whether they run again.") % words,
            "", "",
        ))  # fmt: skip
    return notes


def _chosen(asked: QueryDict) -> int:
    """How many choices are made in the part of the form that folds."""
    folded = "lat grade minutes days times free fee language accommodations contribution mode transport food sort"
    return sum(bool(asked.get(name)) for name in folded.split())


def _told(asked: QueryDict) -> QueryDict:
    """The question without what was left empty, so that its address is short enough to share."""
    rest = asked.copy()
    for name in asked:
        rest.setlist(name, [value for value in asked.getlist(name) if value])
        if not rest.getlist(name):
            del rest[name]
    return rest


def _changed(asked: QueryDict, **changes: str) -> str:
    rest = asked.copy()
    rest.pop("page", None)
    for name, value in changes.items():
        rest[name] = value
    return rest.urlencode()


def _private(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A page that is from somebody's own place is kept nowhere."""
    if "lat" in request.GET:
        patch_cache_control(response, private=True, no_store=True)
    return response


def _near_me() -> dict[str, str]:
    return {
        "asking": _("Asking this device where it is."),
        "found": _("The place is filled in, to about 100 meters. Now search."),
        "refused": _("This device does not say where it is. Write a place instead."),
        "late": _("The device took too long. Try again, or write a place."),
        "unavailable": _("This device does not know where it is. Write a place instead."),
    }


def _point(longitude: float, latitude: float, **properties: Any) -> dict[str, Any]:
    at = [round(longitude, _DECIMALS), round(latitude, _DECIMALS)]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": at}}
