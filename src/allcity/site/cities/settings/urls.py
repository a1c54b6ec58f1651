from django.urls import path

from allcity.site.cities.settings import views

_HERE = "workspace/settings/"
_KIND = f"{_HERE}framework/<slug:kind>/"

CITY_URLS = [
    path(_HERE, views.overview, name="settings"),
    path(f"{_HERE}city/", views.basics, name="settings-city"),
    path(f"{_HERE}boundary/", views.boundary, name="settings-boundary"),
    path(f"{_HERE}shown/", views.shown, name="settings-shown"),
    path(f"{_HERE}targets/", views.targets, name="settings-targets"),
    path(f"{_HERE}targets/<slug:name>/", views.target, name="settings-target"),
    path(f"{_HERE}text/", views.text, name="settings-text"),
    path(f"{_HERE}history/", views.history, name="settings-history"),
    path(f"{_HERE}history/<int:pk>/", views.version, name="settings-version"),
    path(_KIND, views.kind, name="settings-kind"),
    path(f"{_KIND}add/", views.add, name="settings-add"),
    path(f"{_KIND}entries/<str:entry>/", views.entry, name="settings-entry"),
    path(f"{_KIND}entries/<str:above>/add/", views.add, name="settings-inner-add"),
    path(f"{_KIND}entries/<str:entry>/parts/<str:inner>/", views.entry, name="settings-inner"),
]
"""What a city decides for itself."""
