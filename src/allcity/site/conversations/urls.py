from django.urls import path

from allcity.site.conversations import views
from allcity.site.conversations.moderation import views as moderation

CITY_URLS = [
    path("conversations/", views.conversations, name="conversations"),
    path("conversations/new/", views.start, name="start-conversation"),
    path("conversations/<uuid:thread>/", views.conversation, name="conversation"),
    path("conversations/<uuid:thread>/follow/", views.follow, name="follow-conversation"),
    path("conversations/<uuid:thread>/close/", views.close, name="close-conversation"),
    path("conversations/<uuid:thread>/posts/<uuid:post>/", views.change_post, name="change-post"),
    path("report/<slug:kind>/<uuid:subject>/", moderation.report, name="report"),
    path("report/<uuid:case>/answer/", moderation.answer, name="moderation-answer"),
    path("workspace/moderation/", moderation.queue, name="moderation"),
    path("workspace/moderation/<uuid:case>/", moderation.case, name="moderation-case"),
    path("workspace/moderation/<uuid:case>/escalate/", moderation.escalate, name="moderation-escalate"),
]

app_name = "conversations"
urlpatterns = [path("account/posts/", views.written, name="written")]
