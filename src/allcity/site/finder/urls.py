from django.urls import path

from allcity.site.finder import views

CITY_URLS = [
    path("programs/", views.finder, name="finder"),
    path("programs/found.geojson", views.finder_geojson, name="finder-geojson"),
]
"""Pages of a city under its short name."""
