"""Addresses of the ledger, for those who keep it. Its public pages are with the figures."""

from django.urls import path

from allcity.site.needs.ledger import views

CITY_URLS = [
    path("workspace/needs/", views.ledger, name="needs-ledger"),
    path("workspace/needs/new/", views.add, name="need-add"),
    path("workspace/needs/ledger.<str:kind>", views.ledger_as_file, name="needs-ledger-file"),
    path("workspace/needs/<uuid:public_id>/", views.record, name="need-record"),
    path("workspace/needs/<uuid:public_id>/change/", views.change, name="need-change"),
]
