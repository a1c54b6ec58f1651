"""Addresses of planning sessions: what people of a city see and plan, and the links of those who are asked."""

from django.urls import path

from allcity.site.action.convening import answer_views, date_views, people_views, plan_views, views

_ONE = "sessions/<uuid:session>/"
CITY_URLS = [
    path("sessions/", views.sessions, name="planning-sessions"),
    path("sessions/calendar.ics", views.city_calendar, name="planning-sessions-calendar"),
    path("sessions/new/", plan_views.new, name="planning-session-new"),
    path(_ONE, views.session, name="planning-session"),
    path(f"{_ONE}session.ics", views.session_file, name="planning-session-file"),
    path(f"{_ONE}answer/", answer_views.answer, name="planning-session-answer"),
    path(f"{_ONE}ask/", views.ask, name="planning-session-ask"),
    path(f"{_ONE}plan/<slug:step>/", plan_views.step, name="planning-session-plan"),
    path(f"{_ONE}call/", plan_views.call, name="planning-session-call"),
    path(f"{_ONE}cancel/", plan_views.cancel, name="planning-session-cancel"),
    path(f"{_ONE}discard/", plan_views.discard, name="planning-session-discard"),
    path(f"{_ONE}series/", date_views.series, name="planning-session-series"),
    path(f"{_ONE}dates/", date_views.dates, name="planning-session-dates"),
    path(f"{_ONE}dates/<int:number>/choose/", date_views.choose, name="planning-session-choose"),
    path(f"{_ONE}people/", people_views.people, name="planning-session-people"),
    path(f"{_ONE}people/<int:number>/remove/", people_views.remove, name="planning-session-remove"),
]

app_name = "convening"
urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/<str:token>.ics", views.feed, name="feed"),
    path("<str:token>/", answer_views.invitation, name="invitation"),
    path("<str:token>/session.ics", answer_views.file, name="file"),
    path("<str:token>/leave/", answer_views.leave, name="leave"),
    path("<str:token>/not-for-me/", answer_views.not_for_me, name="not-for-me"),
]
