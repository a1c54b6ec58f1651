"""Addresses of a page with a map of twelve invented areas and 31 schools, for the tests of the map."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import path

PAGE = """{% extends "base.html" %}{% load maps %}
{% block head %}<script type="module" src="{% static 'allcity/near-me.js' %}"></script>
<script type="module" src="{% static 'allcity/similar-names.js' %}"></script>{% endblock %}
{% block main %}<h1>Schools</h1>
<form action="/seen"><input name="latitude" aria-label="Latitude"><input name="longitude" aria-label="Longitude">
<p data-near-me hidden data-latitude="latitude" data-longitude="longitude" data-texts='{"asking": "Asking your device.",
"found": "Found.", "refused": "Refused.", "late": "Late.", "unavailable": "Unavailable."}'>
<button type="button">Near me</button> <span role="status"></span></p></form>
<label>Name <input data-similar-names="/similar" data-similar-region="similar"></label>
<div id="similar" aria-live="polite" data-heading="There is already:"></div>
<div class="map-list"><ul id="schools">{% for point in points %}<li data-key="{{ point.key }}">
<a href="{{ point.url }}">{{ point.name }}</a> {{ point.tone }}</li>{% endfor %}</ul>
{% city_map "Schools of Millbrook" list_id="schools" points=source areas="/areas" backdrop="/backdrop" %}</div>
{% endblock %}"""

TONES = ("met", "unmet", "unknown", "place")
# The last school stands in the middle of the city, away from the others, and bears a name that would like to be markup.
POINTS = [
    {"key": str(i), "name": f"School {i}", "tone": TONES[i % 4], "url": f"/school/{i}", "at": [i % 6 / 60, i // 6 / 50]}
    for i in range(30)
]
POINTS.append({"key": "mid", "name": "<i>Middle</i>", "tone": "met", "url": "/school/mid", "at": [0.0415, 0.05]})
SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]


def page(request: HttpRequest) -> HttpResponse:
    values = {"points": POINTS, "source": request.GET.get("points", "/points")}
    return HttpResponse(engines["django"].from_string(PAGE).render(values, request))


def points(request: HttpRequest) -> JsonResponse:
    return _collection([({"type": "Point", "coordinates": each["at"]}, each) for each in POINTS])


def areas(request: HttpRequest) -> JsonResponse:
    shares = [None, *(step / 10 for step in range(11))]
    return _collection(
        [
            (
                _square(i % 3 / 36, i // 3 / 40, 1 / 36, 1 / 40),
                {"key": f"area-{i}", "name": f"Area {i}", "share": share},
            )
            for i, share in enumerate(shares)
        ]
    )


def backdrop(request: HttpRequest) -> JsonResponse:
    street = {"type": "LineString", "coordinates": [[0, 0.02], [0.09, 0.07]]}
    return _collection([(_square(0, 0, 0.02, 0.1), {"kind": "water"}), (street, {"kind": "street"})])


def similar(request: HttpRequest) -> JsonResponse:
    asked = request.GET["q"]
    return JsonResponse([{"name": f"{asked} <b>", "url": "/s/1"}, {"name": "x", "url": "javascript:x"}], safe=False)


def _square(west: float, south: float, width: float, height: float) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[[west + x * width, south + y * height] for x, y in SQUARE]]}


def _collection(features: list[tuple[dict[str, Any], dict[str, Any]]]) -> JsonResponse:
    return JsonResponse(
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "geometry": g, "properties": p} for g, p in features],
        }
    )


urlpatterns = [
    path("en/", page),
    path("points", points),
    path("areas", areas),
    path("backdrop", backdrop),
    path("similar", similar),
    path("nothing", lambda request: _collection([])),
]
