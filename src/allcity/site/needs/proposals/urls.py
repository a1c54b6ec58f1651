"""Addresses of offers and requests."""

from django.urls import path

from allcity.site.needs.proposals import views

CITY_URLS = [
    path("proposals/", views.proposals, name="proposals"),
    path("proposals/new/", views.propose, name="propose"),
    path("proposals/<uuid:public_id>/", views.proposal, name="proposal"),
    path("proposals/<uuid:public_id>/brings/<slug:what>/", views.bring, name="proposal-bring"),
    path("proposals/<uuid:public_id>/<slug:name>/", views.step, name="proposal-step"),
]
