"""Addresses of pictures, videos and consents."""

from django.urls import path

from allcity.site.publishing.media import consent_views, editor_views, views

FILES = [
    path("pictures/<uuid:public_id>/<int:rendition>/<str:name>", views.picture, name="picture"),
    path("videos/<uuid:public_id>/video.mp4", views.video, name="video"),
    path("videos/<uuid:public_id>/<str:language>.vtt", views.subtitles, name="subtitles"),
]
"""Without a language: they are the same in all."""

PAGES = [
    path("videos/<uuid:public_id>/", views.watch, name="video-watch"),
    path("consent/<str:token>/", consent_views.consent, name="consent"),
]

CITY_URLS = [
    path("workspace/media/", editor_views.media, name="media"),
    path("workspace/media/video/", editor_views.video_new, name="media-video-new"),
    path("workspace/media/<uuid:item>/", editor_views.item, name="media-item"),
    path("workspace/media/<uuid:item>/words/", editor_views.words, name="media-words"),
    path("workspace/media/<uuid:item>/people/", editor_views.people, name="media-people"),
    path("workspace/media/<uuid:item>/consents/", editor_views.consents, name="media-consents"),
    path("workspace/media/<uuid:item>/blur/", editor_views.blur, name="media-blur"),
    path("workspace/media/<uuid:item>/captions/", editor_views.captions, name="media-captions"),
    path("workspace/media/<uuid:item>/stop/", editor_views.stop, name="media-stop"),
    path("workspace/media/consents/<uuid:consent>/renew/", editor_views.renew, name="media-consent-renew"),
    path("workspace/media/consents/<uuid:consent>/withdraw/", editor_views.withdraw, name="media-consent-withdraw"),
    path("workspace/media/consents/<uuid:consent>/document/", editor_views.document, name="media-consent-document"),
]
