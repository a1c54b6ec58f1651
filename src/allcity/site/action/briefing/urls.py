"""Addresses of briefs."""

from django.urls import path

from allcity.site.action.briefing import views

_ONE = "briefs/<uuid:brief>/"
CITY_URLS = [
    path("briefs/", views.briefs, name="briefs"),
    path(_ONE, views.brief, name="brief"),
    path(f"{_ONE}brief.pdf", views.paper, name="brief-paper"),
    path(f"{_ONE}preview.png", views.preview, name="brief-preview"),
    path("workspace/briefs/new/", views.new, name="brief-new"),
    path(f"{_ONE}change/", views.change, name="brief-change"),
    path(f"{_ONE}steps/<slug:step>/", views.step, name="brief-step"),
]
