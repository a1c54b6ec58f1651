"""Addresses of partnerships and their agreements."""

from django.urls import path

from allcity.site.partnerships.agreeing import signing_views, views, writing_views

_ONE = "partnerships/<uuid:partnership>/"
_AGREEMENT = f"{_ONE}agreement/"

CITY_URLS = [
    path("partnerships/mine/", views.my_partnerships, name="my-partnerships"),
    path("partnerships/new/", views.begin, name="partnership-begin"),
    path("partnerships/from/<uuid:public_id>/", views.begin_from, name="partnership-begin-from"),
    path(_AGREEMENT, signing_views.agreement, name="partnership-agreement"),
    path(f"{_AGREEMENT}write/<slug:name>/", writing_views.part, name="agreement-part"),
    path(f"{_AGREEMENT}goals/", writing_views.add_goal, name="agreement-add-goal"),
    path(f"{_AGREEMENT}goals/<uuid:goal>/", writing_views.change_goal, name="agreement-goal"),
    path(f"{_AGREEMENT}put-up/", signing_views.put_up, name="agreement-put-up"),
    path(f"{_AGREEMENT}take-back/", signing_views.take_back, name="agreement-take-back"),
    path(f"{_AGREEMENT}new-version/", signing_views.new_version, name="agreement-new-version"),
    path(f"{_AGREEMENT}put-aside/", signing_views.put_aside, name="agreement-put-aside"),
    path(f"{_AGREEMENT}decline/", signing_views.decline, name="agreement-decline"),
    path(f"{_AGREEMENT}sign/", signing_views.sign, name="agreement-sign"),
    path(f"{_AGREEMENT}<int:number>/", signing_views.version, name="agreement-version"),
    path(f"{_AGREEMENT}<int:number>/paper.pdf", signing_views.version_paper, name="agreement-paper"),
    path(f"{_AGREEMENT}<int:number>/changes/", signing_views.compare, name="agreement-changes"),
    path(f"{_ONE}parties/", views.change_parties, name="partnership-parties"),
    path(f"{_ONE}steps/<slug:name>/", views.step, name="partnership-step"),
]
