"""The address of the calendar."""

from django.urls import path

from allcity.site.partnerships.calendar import views

CITY_URLS = [path("partnerships/calendar/", views.calendar, name="partnership-calendar")]
