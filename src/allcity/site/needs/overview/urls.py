"""Addresses of the coordinator's view of needs."""

from django.urls import path

from allcity.site.needs.overview import views

CITY_URLS = [
    path("workspace/needs/overview/", views.overview, name="needs-overview"),
    path("workspace/needs/overview/calls/", views.calls, name="needs-calls"),
    path("workspace/needs/overview/calls/letter/", views.letter, name="needs-letter"),
    path("workspace/needs/overview/<str:name>.csv", views.as_file, name="needs-overview-file"),
]
