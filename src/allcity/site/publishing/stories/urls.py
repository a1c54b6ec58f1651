"""Addresses of stories: for everybody, for their authors by a link, and for those who look at them."""

from django.urls import path

from allcity.site.publishing.stories import author_views, review_views, views

CITY_URLS = [
    path("stories/", views.of_city, name="stories"),
    path("stories/new/", author_views.new_of_city, name="story-new"),
    path("stories/feed.xml", views.feed_of_city, name="stories-feed"),
    path("stories/<uuid:story>/", views.one_of_city, name="story"),
    path("stories/<uuid:story>/review/", review_views.review, name="story-review"),
    path("stories/two/", review_views.two, name="stories-two"),
]

app_name = "stories"
urlpatterns = [
    path("", views.everywhere, name="all"),
    path("new/", author_views.new, name="new"),
    path("sent/", author_views.sent, name="sent"),
    path("feed.xml", views.feed, name="feed"),
    path("waiting/", review_views.waiting, name="waiting"),
    path("confirm/<str:secret>/", author_views.confirm, name="confirm"),
    path("mine/<str:token>/", author_views.mine, name="mine"),
    path("mine/<str:token>/change/", author_views.change, name="change"),
    path("mine/<str:token>/answer/", author_views.answer, name="answer"),
    path("mine/<str:token>/withdraw/", author_views.withdraw, name="withdraw"),
    path("mine/<str:token>/items/<uuid:item>/", author_views.of_item, name="item"),
    path("mine/<str:token>/picture/", author_views.add, {"kind": "picture"}, name="add-picture"),
    path("mine/<str:token>/video/", author_views.add, {"kind": "video"}, name="add-video"),
    path("<uuid:story>/", views.one, name="one"),
    path("<uuid:story>/review/", review_views.review_elsewhere, name="review"),
]
