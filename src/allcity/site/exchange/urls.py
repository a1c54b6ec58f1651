"""Addresses of imports and exports, under the short name of their city."""

from django.urls import path

from allcity.site.exchange import data_views, views

_ONE = "workspace/imports/<uuid:import_id>/"

CITY_URLS = [
    path("workspace/imports/", views.imports, name="imports"),
    path(_ONE, views.import_, name="import"),
    path(f"{_ONE}files/", views.upload, name="import-upload"),
    path(f"{_ONE}remove/", views.remove, name="import-remove"),
    path(f"{_ONE}columns/<str:name>/", views.match, name="import-match"),
    path(f"{_ONE}mapping/<str:name>/", views.mapping_text, name="import-mapping"),
    path(f"{_ONE}try/", views.try_out, name="import-try"),
    path(f"{_ONE}confirm/", views.confirm, name="import-confirm"),
    path(f"{_ONE}undo/", views.undo, name="import-undo"),
    path(f"{_ONE}discard/", views.discard, name="import-discard"),
    path(f"{_ONE}problems.csv", views.problems, name="import-problems"),
    path("workspace/export/folder.zip", data_views.whole_folder, name="export-everything"),
    path("data/", data_views.data, name="data"),
    path("data/folder.zip", data_views.folder, name="export-folder"),
    path("data/<str:table>.<str:kind>", data_views.table, name="export-table"),
    path("data/<int:year>/<str:name>", data_views.report_file, name="export-report"),
]
"""A city's own pages."""
