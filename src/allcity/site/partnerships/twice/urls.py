from django.urls import path

from allcity.site.partnerships.twice import views

CITY_URLS = [path("workspace/deliveries/", views.told_twice, name="deliveries-told-twice")]
