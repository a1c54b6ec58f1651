"""The pages on which parties look back on a partnership together."""

from django.urls import path

from allcity.site.partnerships.evaluating import views

CITY_URLS = [
    path("partnerships/<uuid:partnership>/evaluation/", views.evaluation, name="partnership-evaluation"),
    path("partnerships/<uuid:partnership>/evaluation/pdf/", views.evaluation_pdf, name="partnership-evaluation-pdf"),
]
