"""Addresses of the parts."""

from django.urls import path

from allcity.site.components import views

app_name = "components"
urlpatterns = [path("", views.look, name="look")]
