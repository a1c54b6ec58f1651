from django.urls import path

from allcity.site.notices import views

CITY_URLS = [path("workspace/", views.workspace, name="workspace")]

app_name = "notices"
urlpatterns = [
    path("work/", views.work, name="work"),
    path("work/notices/", views.notices, name="notices"),
    path("work/notices/read/", views.read_all, name="read-all"),
    path("work/notices/<int:pk>/read/", views.read, name="read"),
    path("account/notices/", views.preferences, name="preferences"),
    path("account/notices/stop/<str:token>/", views.stop, name="stop"),
]
