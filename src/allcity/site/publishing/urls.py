from django.urls import path

from allcity.site.publishing import views
from allcity.site.publishing.media.urls import CITY_URLS as MEDIA
from allcity.site.publishing.resources.urls import CITY_URLS as RESOURCES
from allcity.site.publishing.stories.urls import CITY_URLS as STORIES

CITY_URLS = [
    *MEDIA,
    *RESOURCES,
    *STORIES,
    path("workspace/pages/", views.editing, name="editing"),
    path("pages/<int:number>/<slug:slug>/", views.article, name="article"),
]
