"""What is done about pictures and videos in the background."""

from datetime import date, timedelta

from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils import timezone
from django_tasks import task
from wagtail.models import UploadedFile

from allcity.site.cities.domain import note_publication
from allcity.site.publishing.media import kinds, renditions, telling
from allcity.site.publishing.media.files import GONE, delete_file
from allcity.site.publishing.media.queries import city_of, is_stopped
from allcity.site.publishing.media.stopping import stop
from allcity.site.publishing.models import Consent, Picture, Video
from allcity.site.worker import each_by_itself

DOCUMENTS_KEPT = timedelta(days=90)
MONTH = timedelta(days=30)
UNFINISHED_KEPT = timedelta(days=7)
LOOK_BACK = timedelta(days=7)


@task()
def make_sizes(picture: int) -> None:
    """Make the sizes of a picture that are missing, so that nobody waits for them."""
    found = Picture.objects.filter(pk=picture).first()
    if found is None or is_stopped(found) or not renditions.make(found):
        return
    city = city_of(found)
    if city:
        note_publication(city)


@task()
def look_after_consents() -> None:
    """Stop what a consent has ended for, and tell coordinators; and of those that end in a month.

    A few days are looked back on, should the site have been stopped; nobody is told twice.
    """
    today = timezone.now().date()
    ended = Consent.objects.filter(withdrawn_at=None, until__lt=today, until__gte=today - LOOK_BACK)
    each_by_itself(list(ended.values_list("pk", flat=True)), _end)
    ending = Consent.objects.filter(withdrawn_at=None, until__lte=today + MONTH, until__gt=today + MONTH - LOOK_BACK)
    each_by_itself(list(ending.values_list("pk", flat=True)), _remind)


def _subject(consent: int) -> Picture | Video | None:
    found = Consent.objects.select_related("picture", "video").get(pk=consent)
    of = found.picture or found.video
    return None if of is None or of.withdrawn_at or of.removed_at else of


def _end(consent: int) -> bool:
    of = _subject(consent)
    if of:
        stop(of)
        telling.tell_coordinators(of, kinds.ENDED, once_in=LOOK_BACK)
    return of is not None


def _remind(consent: int) -> bool:
    of = _subject(consent)
    if of:
        telling.tell_coordinators(of, kinds.ENDING, once_in=LOOK_BACK)
    return of is not None


@task()
def delete_what_is_not_kept() -> None:
    """Delete pictures and videos whose time is over, and documents of consents three months after them."""
    today = timezone.now().date()
    over = Q(released_at=None) | Q(withdrawn_at__isnull=False) | Q(removed_at__isnull=False)
    pictures, videos = (kind.objects.filter(over, kept_until__lt=today) for kind in (Picture, Video))
    each_by_itself(list(pictures.values_list("pk", flat=True)), _delete_picture)
    each_by_itself(list(videos.values_list("pk", flat=True)), _delete_video)
    _delete_documents(today - DOCUMENTS_KEPT)
    _delete_unfinished()


def _delete_picture(key: int) -> bool:
    found = Picture.objects.get(pk=key)
    stop(found)
    delete_file(found.file.name)
    found.delete()
    return True


def _delete_video(key: int) -> bool:
    found = Video.objects.get(pk=key)
    stop(found)
    found.delete()
    return True


def _delete_documents(before: date) -> None:
    """Delete the folders of days that lie further back."""
    try:
        days = default_storage.listdir(GONE)[0]
    except FileNotFoundError:  # the first is not made yet; a bucket has no folders, and says that this one is empty
        return
    for day in days:
        if date.fromisoformat(day) < before:
            for name in default_storage.listdir(f"{GONE}/{day}")[1]:
                default_storage.delete(f"{GONE}/{day}/{name}")
            default_storage.delete(f"{GONE}/{day}")


def _delete_unfinished() -> None:
    """Delete what editors began to upload, and never finished."""
    since = timezone.now() - UNFINISHED_KEPT
    for left in UploadedFile.objects.all():
        there = default_storage.exists(left.file.name)
        if not there or default_storage.get_modified_time(left.file.name) < since:
            left.file.delete(save=False)
            left.delete()
