"""Addresses of the day of a session and after: for those who run it, and for whoever is there, without an account."""

from django.urls import path

from allcity.site.action.meeting import door_views, notes_views, views

_ONE = "sessions/<uuid:session>/"
CITY_URLS = [
    path("sessions/attendance/", views.attendance, name="meetings-attendance"),
    path(f"{_ONE}packet.pdf", views.packet, name="meeting-packet"),
    path(f"{_ONE}sign-in/", door_views.sign_in, name="meeting-sign-in"),
    path(f"{_ONE}door/", door_views.door, name="meeting-door"),
    path(f"{_ONE}notes/", notes_views.notes, name="meeting-notes"),
    path(f"{_ONE}decide/", notes_views.decide, name="meeting-decide"),
    path(f"{_ONE}decisions/<int:number>/", notes_views.decision, name="meeting-decision"),
    path(f"{_ONE}decisions/<int:number>/remove/", notes_views.remove, name="meeting-decision-remove"),
    path(f"{_ONE}minutes/", views.minutes, name="meeting-minutes"),
    path(f"{_ONE}minutes/send/", notes_views.send, name="meeting-send"),
    path(f"{_ONE}minutes.pdf", views.minutes_file, name="meeting-minutes-pdf"),
    path(f"{_ONE}all/<str:name>", views.export, name="meeting-export"),
]

app_name = "meeting"
urlpatterns = [
    path("minutes/<str:token>/", views.minutes_by, name="minutes-by"),
    path("minutes/<str:token>/minutes.pdf", views.minutes_file_by, name="minutes-by-pdf"),
    path("packet/<str:token>/packet.pdf", views.packet_by, name="packet-by"),
    path("by/<str:token>/", door_views.here_by, name="here-by"),
    path("<str:code>/", door_views.here, name="here"),
    path("<str:code>/code.svg", door_views.code, name="code"),
]
