from django.urls import path

from allcity.site.insight.views import answers, directory, families, maps, needs, schools, work

CITY_URLS = [
    path("", answers.front, name="front"),
    path("access/", answers.access, name="access"),
    path("access/schools.geojson", maps.schools_geojson, name="schools-geojson"),
    path("access/areas.geojson", maps.areas_geojson, name="areas-geojson"),
    path("backdrop.geojson", maps.backdrop_geojson, name="backdrop-geojson"),
    path("ecosystem/", answers.ecosystem, name="ecosystem"),
    path("ecosystem/places.geojson", maps.ecosystem_geojson, name="ecosystem-geojson"),
    path("figures/", answers.figures, name="figures"),
    path("schools/", schools.schools, name="schools"),
    path("schools/<str:slug>/", schools.school, name="school"),
    path("organizations/", directory.organizations, name="organizations"),
    path("organizations/<str:slug>/", directory.organization, name="organization"),
    path("organizations/<str:slug>/places.geojson", maps.organization_geojson, name="organization-geojson"),
    path("programs/<str:slug>/", directory.program, name="program"),
    path("programs/<str:slug>/places.geojson", maps.program_geojson, name="program-geojson"),
    path("needs/", needs.needs, name="needs"),
    path("needs/<uuid:public_id>/", needs.need, name="need"),
    path("families/", families.results, name="family-results"),
    path("families/schools/<str:slug>/", families.of_school, name="family-results-school"),
    path("partnerships/", work.partnerships, name="partnerships"),
    path("partnerships/<uuid:public_id>/", work.partnership, name="partnership"),
]
"""A city's public pages."""
