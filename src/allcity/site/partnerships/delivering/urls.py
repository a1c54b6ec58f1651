"""Addresses of sessions."""

from django.urls import path

from allcity.site.partnerships.delivering import views

_ONE = "partnerships/<uuid:partnership>/sessions/"
CITY_URLS = [
    path(_ONE, views.sessions, name="partnership-sessions"),
    path(f"{_ONE}planned/", views.planned, name="partnership-planned"),
    path(f"{_ONE}plan/", views.plan, name="partnership-plan"),
    path(f"{_ONE}plan/<int:pk>/", views.end_plan, name="partnership-plan-end"),
    path(f"{_ONE}file/", views.file, name="partnership-sessions-file"),
    path(f"{_ONE}file/<int:event>/", views.undo_file, name="partnership-sessions-undo"),
    path(f"{_ONE}file/<slug:name>.<slug:kind>", views.download, name="partnership-sessions-download"),
    path(f"{_ONE}<uuid:session>/", views.session, name="partnership-session"),
]
app_name = "delivering"
urlpatterns = [path("<str:token>/", views.planned_by_link, name="planned")]
