"""Addresses of self-examinations: what everybody reads, what the team does, and the links of those who answer."""

from django.urls import path

from allcity.site.action.examining import answer_views, team_views, views

_ONE = "self-examination/<int:year>/"
_TEAM = "workspace/self-examination/<int:year>/"
CITY_URLS = [
    path("self-examination/", views.examinations, name="self-examinations"),
    path(_ONE, views.examination, name="self-examination"),
    path(f"{_ONE}paper.pdf", views.paper, name="self-examination-paper"),
    path(f"{_ONE}evidence/<uuid:evidence>/", views.evidence, name="self-examination-evidence"),
    path(f"{_ONE}<slug:section>/", team_views.section, name="self-examination-section"),
    path(f"{_ONE}<slug:section>/evidence/", team_views.add_evidence, name="self-examination-evidence-add"),
    path(
        f"{_ONE}<slug:section>/evidence/<uuid:evidence>/remove/",
        team_views.remove_evidence,
        name="self-examination-evidence-remove",
    ),
    path("workspace/self-examination/new/", team_views.open_one, name="self-examination-new"),
    path(_TEAM, team_views.run, name="self-examination-run"),
    path(f"{_TEAM}change/", team_views.change, name="self-examination-change"),
    path(f"{_TEAM}steps/<slug:step>/", team_views.step, name="self-examination-step"),
    path(f"{_TEAM}ask/", team_views.ask, name="self-examination-ask"),
    path(f"{_TEAM}remind/", team_views.remind, name="self-examination-remind"),
    path(f"{_TEAM}links/<int:link>/", team_views.link, name="self-examination-link"),
    path(f"{_TEAM}links/<int:link>/end/", team_views.end_link, name="self-examination-link-end"),
    path(f"{_TEAM}answers/", team_views.answers, name="self-examination-answers"),
    path(f"{_TEAM}answer/", answer_views.mine, name="self-examination-answer"),
]

app_name = "examination"
urlpatterns = [
    path("<str:token>/", answer_views.link, name="link"),
    path("<str:token>/code.svg", answer_views.code, name="code"),
    path("<str:token>/not-for-me/", answer_views.not_for_me, name="not-for-me"),
    path("<str:token>/thanks/", answer_views.thanks, name="thanks"),
    path("<str:token>/as/<str:respondent>/", answer_views.overview, name="overview"),
    path("<str:token>/as/<str:respondent>/<slug:section>/", answer_views.section, name="section"),
]
