"""Addresses of the forms of families. Their results are with the figures."""

from django.urls import path

from allcity.site.needs.families import views

CITY_URLS = [
    path("workspace/families/", views.forms, name="family-forms"),
    path("workspace/families/<slug:code>/", views.run, name="family-run"),
    path("workspace/families/<slug:code>/poster/", views.poster, name="family-poster"),
    path("workspace/families/<slug:code>/hands/", views.hands, name="family-hands"),
    path("workspace/families/<slug:code>/close/", views.close, name="family-close"),
    path("workspace/families/<slug:code>/reopen/", views.reopen, name="family-reopen"),
    path("families/<slug:code>/", views.answer, name="family-form"),
    path("families/<slug:code>/thanks/", views.thanks, name="family-thanks"),
    path("families/<slug:code>/code.svg", views.qr_code, name="family-code"),
]
