"""Addresses of editorial pages: of a city, and of no city."""

from django.urls import path

from allcity.site.publishing.editorial import views

CITY_URLS = [
    path("workspace/pages/", views.editing, name="editing"),
    path("pages/<int:number>/<slug:slug>/", views.page_of_city, name="article"),
    path("news/", views.news_of_city, name="news"),
    path("news/feed.xml", views.news_feed_of_city, name="news-feed"),
]

app_name = "pages"
urlpatterns = [
    path("pages/<int:number>/<slug:slug>/", views.page, name="page"),
    path("news/", views.news, name="news"),
    path("news/feed.xml", views.news_feed, name="news-feed"),
]
