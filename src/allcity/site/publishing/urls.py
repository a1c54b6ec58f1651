from django.urls import path

from allcity.site.publishing import views

CITY_URLS = [
    path("workspace/pages/", views.editing, name="editing"),
    path("pages/<int:number>/<slug:slug>/", views.article, name="article"),
]
