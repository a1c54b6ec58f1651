"""Addresses of the survey: those of a city's pages, and the link of somebody who was asked to help."""

from django.urls import path

from allcity.site.needs.survey import board_views, help_views, views

app_name = "survey"

CITY_URLS = [
    path("survey/", views.newest, name="survey"),
    path("survey/<int:year>/", views.mine, name="survey-year"),
    path("survey/<int:year>/<slug:school>/", views.overview, name="survey-school"),
    path("survey/<int:year>/<slug:school>/review/", views.review, name="survey-review"),
    path("survey/<int:year>/<slug:school>/paper/", views.on_paper, name="survey-paper"),
    path("survey/<int:year>/<slug:school>/help/", views.ask, name="survey-ask"),
    path("survey/<int:year>/<slug:school>/help/<int:pk>/stop/", views.stop, name="survey-stop-link"),
    path("survey/<int:year>/<slug:school>/steps/<slug:step>/", views.step, name="survey-step"),
    path("workspace/survey/", board_views.surveys, name="surveys"),
    path("workspace/survey/<int:year>/", board_views.board, name="survey-board"),
    path("workspace/survey/<int:year>/board.csv", board_views.board_file, name="survey-board-file"),
    path("workspace/survey/<int:year>/change/", board_views.change, name="survey-change"),
    path("workspace/survey/<int:year>/close/", board_views.close, name="survey-close"),
    path("workspace/survey/<int:year>/reopen/", board_views.reopen, name="survey-reopen"),
    path("workspace/survey/<int:year>/remind/", board_views.remind, name="survey-remind"),
    path("workspace/survey/<int:year>/remind/<slug:school>/", board_views.remind_one, name="survey-remind-school"),
]

urlpatterns = [path("<str:token>/", help_views.help_with, name="help")]
