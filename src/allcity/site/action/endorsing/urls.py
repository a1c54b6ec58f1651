"""Addresses of endorsements and of sharing, and the links that confirm an endorsement."""

from django.urls import path

from allcity.site.action.endorsing import share_views, views

CITY_URLS = [
    path("endorse/", views.endorse, name="endorse"),
    path("endorse/sent/", views.sent, name="endorse-sent"),
    path("share/", share_views.share, name="share"),
    path("share/code.svg", share_views.code, name="share-code"),
    path("share/badge.svg", share_views.badge, name="share-badge"),
    path("share/preview-<slug:of>.png", share_views.preview, name="share-preview"),
    path("share/poster.pdf", share_views.poster, name="share-poster"),
    path("share/summary.pdf", share_views.summary, name="share-summary"),
]

app_name = "endorsement"
urlpatterns = [
    path("<str:token>/", views.link, name="link"),
    path("<str:token>/change/", views.change, name="change"),
    path("<str:token>/withdraw/", views.withdraw, name="withdraw"),
]
