"""Addresses of commitments and of the city's plan."""

from django.urls import path

from allcity.site.action.committing import plan_views, views

_ONE = "commitments/<uuid:commitment>/"
CITY_URLS = [
    path("commitments/", views.commitments, name="commitments"),
    path("commitments/board/", views.board, name="commitments-board"),
    path("commitments/new/", views.new, name="commitment-new"),
    path(_ONE, views.commitment, name="commitment"),
    path(f"{_ONE}change/", views.change, name="commitment-change"),
    path(f"{_ONE}steps/<slug:step>/", views.step, name="commitment-step"),
    path(f"{_ONE}milestones/<int:milestone>/", views.milestone, name="commitment-milestone"),
    path("plan/", plan_views.plan, name="plan"),
    path("plan/plan.pdf", plan_views.paper, name="plan-paper"),
    path("plan/change/", plan_views.change, name="plan-change"),
    path("plan/strategies/<slug:section>/", plan_views.strategies, name="plan-strategies"),
    path("conversations/<uuid:thread>/need/", plan_views.state_need, name="need-of-conversation"),
]
