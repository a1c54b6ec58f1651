"""Addresses of reviews."""

from django.urls import path

from allcity.site.partnerships.reviewing import views

CITY_URLS = [
    path("workspace/partnerships/reviews/", views.reviews, name="reviews"),
    path("reviews/<str:school>/<int:year>/", views.review, name="review"),
    path("reviews/<str:school>/<int:year>/ask/", views.ask, name="review-ask"),
    path("reviews/<str:school>/<int:year>/answers/<uuid:place>/", views.answer, name="review-answer"),
    path("reviews/<str:school>/<int:year>/share/", views.share, name="review-share"),
    path("reviews/<str:school>/<int:year>/close/", views.close, name="review-close"),
]
