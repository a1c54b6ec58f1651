from django.urls import path

from allcity.site.directory.views import adding, editing, histories, merging, overview, still_true

app_name = "directory"
URLS = [path("<str:token>/", still_true.still_true, name="still-true")]
urlpatterns = URLS
"""The link of a mail, which needs no sign-in and no city."""

_RECORD = "records/<str:kind>/<slug:slug>/"
CITY_URLS = [
    path("workspace/records/", overview.records, name="records"),
    path("workspace/records/merges/", merging.merges, name="merges"),
    path("workspace/records/merges/<uuid:merge>/undo/", merging.undo, name="undo-merge"),
    path("records/", overview.mine, name="mine"),
    path("similar/", overview.similar, name="similar"),
    path("records/<str:kind>/new/", editing.add, name="add-record"),
    path(_RECORD, overview.record, name="record"),
    path(f"{_RECORD}edit/", editing.edit, name="edit-record"),
    path(f"{_RECORD}confirm/", editing.confirm, name="confirm-record"),
    path(f"{_RECORD}again/", editing.again, name="repeat-offering"),
    path(f"{_RECORD}archive/", editing.archive, name="archive-record"),
    path(f"{_RECORD}restore/", editing.restore, name="restore-record"),
    path(f"{_RECORD}add/<str:step>/", adding.step, name="add-under"),
    path(f"{_RECORD}history/", histories.history, name="history"),
    path(f"{_RECORD}history/<int:version>/restore/", histories.restore_version, name="restore-version"),
    path(f"{_RECORD}merge/<slug:other>/", merging.merge, name="merge"),
    path(f"{_RECORD}apart/<slug:other>/", merging.keep_apart, name="keep-apart"),
]
