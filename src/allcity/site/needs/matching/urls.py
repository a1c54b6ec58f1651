"""Addresses of the two sides of matching."""

from django.urls import path

from allcity.site.needs.matching import views

CITY_URLS = [
    path("needs/for/<slug:slug>/", views.needs_for, name="needs-for"),
    path("offers/for/<slug:slug>/", views.offers_for, name="offers-for"),
]
