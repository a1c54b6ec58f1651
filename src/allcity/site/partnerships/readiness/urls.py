"""Addresses of readiness."""

from django.urls import path

from allcity.site.partnerships.readiness import views

CITY_URLS = [
    path("readiness/", views.readiness, name="readiness"),
    path("readiness/<slug:slug>/", views.of_organization, name="readiness-of"),
    path("readiness/<slug:slug>/unchanged/", views.unchanged, name="readiness-unchanged"),
    path("workspace/readiness/", views.requirements, name="requirements"),
    path("workspace/readiness/add/", views.add_requirement, name="requirement-add"),
    path("workspace/readiness/<uuid:public_id>/", views.requirement, name="requirement"),
    path("workspace/readiness/<uuid:public_id>/step/", views.requirement_step, name="requirement-step"),
]
