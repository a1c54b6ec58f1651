"""Addresses of the library for all cities, of that in a city, and the links that confirm a suggestion."""

from django.urls import path

from allcity.site.publishing.resources import keep_views, suggest_views, views

CITY_URLS = [
    path("resources/", views.of_city, name="resources"),
    path("resources/feed.atom", views.feed_of_city, name="resources-feed"),
    path("resources/suggest/", suggest_views.suggest, name="resource-suggest"),
    path("resources/suggest/sent/", suggest_views.sent, name="resource-sent"),
    path("resources/new/", keep_views.add_of_city, name="resource-new"),
    path("resources/<uuid:resource>/", views.one_of_city, name="resource"),
    path("resources/<uuid:resource>/file/", views.file_of_city, name="resource-file"),
    path("resources/<uuid:resource>/change/", keep_views.change_of_city, name="resource-change"),
    path("resources/<uuid:resource>/archive/", keep_views.archive_of_city, name="resource-archive"),
    path("resources/<uuid:resource>/restore/", keep_views.restore_of_city, name="resource-restore"),
    path("workspace/resources/", keep_views.kept_of_city, name="resources-kept"),
]

app_name = "resources"
urlpatterns = [
    path("", views.library, name="library"),
    path("feed.atom", views.feed, name="feed"),
    path("suggest/", suggest_views.where, name="suggest"),
    path("suggestion/<str:token>/", suggest_views.suggestion, name="suggestion"),
    path("suggestion/<str:token>/take-back/", suggest_views.take_back, name="take-back"),
    path("collections/<slug:collection>/", views.collection, name="collection"),
    path("kept/", keep_views.kept, name="kept"),
    path("new/", keep_views.add, name="new"),
    path("<uuid:resource>/", views.one, name="one"),
    path("<uuid:resource>/file/", views.file, name="file"),
    path("<uuid:resource>/change/", keep_views.change, name="change"),
    path("<uuid:resource>/archive/", keep_views.archive, name="archive"),
    path("<uuid:resource>/restore/", keep_views.restore, name="restore"),
]
