"""Addresses of check-ins, teachers, growth and students' voice, and of the link that teachers have."""

from datetime import date

from django.urls import path, register_converter

from allcity.site.partnerships.checking import teacher_views, views, voice_views


class Day:
    """A day in an address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(Day, "day")

_ONE = "partnerships/<uuid:partnership>/"
CITY_URLS = [
    path(f"{_ONE}check-ins/", views.check_ins, name="partnership-check-ins"),
    path(f"{_ONE}check-ins/<day:due_on>/<uuid:place>/", views.check_in, name="partnership-check-in"),
    path(f"{_ONE}teachers/", views.teachers, name="partnership-teachers"),
    path(f"{_ONE}teachers/<int:teacher>/end/", views.end_teacher, name="partnership-teacher-end"),
    path(f"{_ONE}growth/", views.growth, name="partnership-growth"),
    path(f"{_ONE}growth/<slug:school>/", views.count_growth, name="partnership-growth-count"),
    path(f"{_ONE}voice/", voice_views.voice, name="partnership-voice"),
    path(f"{_ONE}voice/<slug:code>/", voice_views.run, name="partnership-voice-run"),
    path(f"{_ONE}voice/<slug:code>/poster/", voice_views.poster, name="partnership-voice-poster"),
    path(f"{_ONE}voice/<slug:code>/close/", voice_views.close, name="partnership-voice-close"),
    path(f"{_ONE}voice/<slug:code>/reopen/", voice_views.reopen, name="partnership-voice-reopen"),
    path("voice/<slug:code>/", voice_views.answer, name="voice-form"),
    path("voice/<slug:code>/thanks/", voice_views.thanks, name="voice-thanks"),
    path("voice/<slug:code>/code.svg", voice_views.qr_code, name="voice-code"),
]

app_name = "check-in"
urlpatterns = [
    path("<str:token>/", teacher_views.teacher, name="teacher"),
    path("<str:token>/growth/", teacher_views.growth, name="teacher-growth"),
]
