"""Addresses of portfolios."""

from django.urls import path

from allcity.site.partnerships.portfolios import views

CITY_URLS = [
    path("workspace/partnerships/", views.of_city, name="partnership-portfolio"),
    path("workspace/partnerships/next/", views.next_of_city, name="next-partnerships"),
    path("workspace/partnerships/areas.geojson", views.areas_geojson, name="partnership-portfolio-areas"),
    path("workspace/partnerships/needs.geojson", views.needs_geojson, name="partnership-portfolio-needs"),
    path("workspace/partnerships/list.csv", views.city_file, name="partnership-portfolio-file"),
    path("organizations/<str:slug>/partnerships/", views.of_organization, name="organization-partnerships"),
    path(
        "organizations/<str:slug>/partnerships/list.csv", views.organization_file, name="organization-partnerships-file"
    ),
    path("schools/<str:slug>/partnerships/", views.of_school, name="school-partnerships"),
    path("schools/<str:slug>/partnerships/list.csv", views.school_file, name="school-partnerships-file"),
]
