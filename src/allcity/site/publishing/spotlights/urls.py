"""Addresses of spotlights."""

from django.urls import path

from allcity.site.publishing.spotlights import views

CITY_URLS = [
    path("spotlight/", views.of_city, name="spotlight"),
    path("workspace/spotlight/", views.workshop, name="spotlight-workshop"),
    path("workspace/spotlight/make/", views.make, name="spotlight-make"),
    path("workspace/spotlight/<int:number>/still-true/", views.still_true, name="spotlight-still-true"),
]

app_name = "spotlights"
urlpatterns = [
    path("", views.browse, name="browse"),
    path("feed.xml", views.feed, name="feed"),
    path("alike/", views.alike, name="alike"),
]
