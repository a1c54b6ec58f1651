"""What editors change in Wagtail is followed as on our own pages; and how long pictures and videos are kept."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from tests.factories.media import a_picture, a_shown_picture, a_video, photograph
from tests.factories.site import holder, signed_in

from allcity.site.cities.models import Role
from allcity.site.publishing.domain import seat_editors
from allcity.site.publishing.media import domain, renditions, tasks
from allcity.site.publishing.models import Media, Picture, Video

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(town):
    return signed_in(holder(town, Role.EDITOR))


def fresh(of):
    return type(of).objects.get(pk=of.pk)


def shown(of):
    return type(of).objects.public().filter(pk=of.pk).exists()


def sent(name, content, kind="application/octet-stream"):
    return SimpleUploadedFile(name, content, kind)


# --- In Wagtail ---


def test_what_editors_change_in_wagtail_is_stopped_where_it_takes_consents(town, editor):
    seat_editors(city=town)
    picture = a_shown_picture(town)
    renditions.make(picture)
    url = reverse("wagtailimages:edit", args=[picture.pk])
    said = {
        "title": "Drum",
        "description": "A drum",
        "caption": "Before",
        "people": "minors",
        "collection": str(picture.collection_id),
        "tags": "",
    }
    town.refresh_from_db()
    before = town.page_version
    assert editor.post(url, said).status_code == 302
    assert fresh(picture).people == Media.People.MINORS
    assert not picture.renditions.exists()
    town.refresh_from_db()
    assert town.page_version > before


def test_another_file_in_wagtail_shows_other_people_and_is_cleaned(town, editor, django_capture_on_commit_callbacks):
    seat_editors(city=town)
    picture = a_shown_picture(town)
    old = picture.file.name
    said = {
        "title": "Drum",
        "description": "A drum",
        "people": "nobody",
        "collection": str(picture.collection_id),
        "file": sent("IMG_2.jpg", photograph().read(), "image/jpeg"),
    }
    with django_capture_on_commit_callbacks(execute=True):
        assert editor.post(reverse("wagtailimages:edit", args=[picture.pk]), said).status_code == 302
    of = fresh(picture)
    assert of.people == Media.People.UNKNOWN
    assert not shown(of)
    assert not default_storage.exists(old)
    with of.file.open("rb") as file:
        assert b"Phonemaker" not in file.read()


def test_a_picture_that_is_deleted_in_wagtail_leaves_no_page_and_no_file(
    town, editor, django_capture_on_commit_callbacks
):
    seat_editors(city=town)
    picture = a_shown_picture(town)
    renditions.make(picture)
    files = [picture.file.name, *(rendition.file.name for rendition in picture.renditions.all())]
    town.refresh_from_db()
    before = town.page_version
    with django_capture_on_commit_callbacks(execute=True):
        assert editor.post(reverse("wagtailimages:delete", args=[picture.pk])).status_code == 302
    assert not Picture.objects.filter(pk=picture.pk).exists()
    assert not any(default_storage.exists(name) for name in files)
    town.refresh_from_db()
    assert town.page_version > before


# --- How long it is kept ---


def test_what_is_not_kept_is_deleted_on_its_day_and_what_is_shown_stays(
    town, monkeypatch, django_capture_on_commit_callbacks
):
    today = timezone.now().date()
    yesterday = today - timedelta(days=1)
    over = a_picture(town, kept_until=yesterday)
    film_over = a_video(town, kept_until=yesterday)
    files = [over.file.name, film_over.file.name]
    down = domain.remove(of=a_shown_picture(town), user=None, reason="x")
    stays = [
        a_picture(town, kept_until=today),
        a_shown_picture(town, kept_until=yesterday),
        a_picture(town),
        a_video(town, url="https://school.example/x"),
        down,
    ]
    with django_capture_on_commit_callbacks(execute=True):
        tasks.delete_what_is_not_kept.func()
    assert not Picture.objects.filter(pk=over.pk).exists()
    assert not Video.objects.filter(pk=film_over.pk).exists()
    assert not any(default_storage.exists(name) for name in files)
    for of in stays:
        assert not fresh(of).file or default_storage.exists(fresh(of).file.name)
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=31))
    tasks.delete_what_is_not_kept.func()
    assert not Picture.objects.filter(pk=down.pk).exists()
    assert Picture.objects.filter(pk=stays[1].pk).exists()


def test_one_that_cannot_be_deleted_holds_up_no_other(town, monkeypatch, caplog):
    yesterday = timezone.now().date() - timedelta(days=1)
    first, second = a_picture(town, kept_until=yesterday), a_picture(town, kept_until=yesterday)
    stop = tasks.stop

    def failing(of):
        if of.pk == first.pk:
            raise OSError
        stop(of)

    monkeypatch.setattr(tasks, "stop", failing)
    tasks.delete_what_is_not_kept.func()
    assert list(Picture.objects.values_list("pk", flat=True)) == [first.pk]
    assert str(first.pk) in caplog.text
    assert second.pk != first.pk
