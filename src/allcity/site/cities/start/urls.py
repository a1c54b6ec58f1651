from django.urls import path

from allcity.site.cities.start import views

CITY_URLS = [
    path("workspace/start/", views.steps, name="start"),
    path("workspace/start/targets/", views.targets, name="start-targets"),
    path("workspace/start/discard/", views.discard, name="discard"),
]
"""The steps of a city that has been begun."""

app_name = "start"
urlpatterns = [path("start/", views.start, name="start")]
