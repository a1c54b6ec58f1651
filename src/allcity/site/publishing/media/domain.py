"""What is done about pictures and videos: they are kept, said who is in them, shown, stopped, changed and deleted.

Whatever stops one from being shown works at once: its sizes are deleted, and whoever keeps pages with it is told. Refusals
are ValidationErrors that say what to do instead.
"""

import logging
from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import IO, TypeVar

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Collection

from allcity.site.accounts.models import User
from allcity.site.publishing.media.captions import checked_captions
from allcity.site.publishing.media.cleaning import cleaned
from allcity.site.publishing.media.consents import give_consent, renew_consent, subject_of, withdraw_consent
from allcity.site.publishing.media.files import delete_file, film_of, put
from allcity.site.publishing.media.links import link_of
from allcity.site.publishing.media.queries import is_shown, missing
from allcity.site.publishing.media.stopping import KEPT_AFTER, follow, note, stop
from allcity.site.publishing.media.tasks import make_sizes
from allcity.site.publishing.models import Media, Picture, Subtitles, Video

__all__ = [
    "add_subtitles",
    "change_words",
    "conceal",
    "delete",
    "give_consent",
    "keep_picture",
    "keep_video",
    "release",
    "remove",
    "remove_subtitles",
    "renew_consent",
    "replace_file",
    "restore",
    "say_people",
    "subject_of",
    "withdraw_consent",
]
LONGEST_CAPTION, LONGEST_CREDIT, LONGEST_DESCRIPTION, LONGEST_TITLE = 300, 120, 255, 200
M = TypeVar("M", Picture, Video)
_logger = logging.getLogger(__name__)


# --- Keeping ---


@transaction.atomic
def keep_picture(
    *,
    collection: Collection,
    file: IO[bytes],
    title: str,
    description: str,
    caption: str = "",
    credit: str = "",
    language: str = "",
    people: str = Media.People.UNKNOWN,
    user: User | None = None,
    kept_until: date | None = None,
) -> Picture:
    """Keep a picture that was sent in, made anew from what is seen in it. Nobody sees it until it is released."""
    picture = Picture(
        collection=collection,
        title=_short(title, LONGEST_TITLE) or _("Picture"),
        description=_needed(description, LONGEST_DESCRIPTION, _("Say what the picture shows."), "description"),
        caption=_short(caption, LONGEST_CAPTION),
        credit=_short(credit, LONGEST_CREDIT),
        language=language,
        people=_people(people),
        uploaded_by_user=user,
        kept_until=kept_until,
    )
    put(picture, cleaned(file))
    picture.save()
    return picture


@transaction.atomic
def keep_video(
    *,
    collection: Collection,
    title: str,
    file: IO[bytes] | None = None,
    url: str = "",
    text: str = "",
    language: str = "",
    people: str = Media.People.UNKNOWN,
    caption: str = "",
    credit: str = "",
    user: User | None = None,
    kept_until: date | None = None,
) -> Video:
    """Keep a video that was sent in as a file, or the address of one at a service, which is not asked for anything."""
    if bool(file) == bool(url):
        raise ValidationError(_("Choose a video, or write the address of one."), code="url")
    video = Video(
        collection=collection,
        title=_short(title, LONGEST_TITLE) or _("Video"),
        text=text.strip()[:10000],
        language=language,
        people=_people(people),
        caption=_short(caption, LONGEST_CAPTION),
        credit=_short(credit, LONGEST_CREDIT),
        uploaded_by=user,
        kept_until=kept_until,
    )
    if file is None:
        video.url = link_of(url).url
        video.save()
        return video
    copy, film = film_of(file)
    with copy:
        video.seconds, video.width, video.height = film.seconds, film.width, film.height
        video.file.save(f"{video.public_id.hex}.mp4", File(copy), save=False)
        video.save()
    return video


@transaction.atomic
def add_subtitles(*, video: Video, language: str, content: bytes | str) -> Subtitles:
    """Give a video captions in a language, in the place of those that it has in it."""
    if not language:
        raise ValidationError(_("Say in which language the captions are."), code="language")
    text = checked_captions(content)
    subtitles = Subtitles.objects.update_or_create(video=video, language=language[:12], defaults={"text": text})[0]
    note(video)
    return subtitles


@transaction.atomic
def remove_subtitles(*, video: Video, language: str) -> None:
    """Take captions away."""
    video.subtitles.filter(language=language.replace("\x00", "")).delete()
    note(video)


@transaction.atomic
def change_words(
    *,
    of: M,
    title: str,
    description: str,
    caption: str = "",
    credit: str = "",
    language: str = "",
) -> M:
    """Say anew what it is called, what it shows, and what is read below it."""
    of.title = _short(title, LONGEST_TITLE) or of.title
    of.caption, of.credit, of.language = _short(caption, LONGEST_CAPTION), _short(credit, LONGEST_CREDIT), language
    if isinstance(of, Picture):
        of.description = _needed(description, LONGEST_DESCRIPTION, _("Say what the picture shows."), "description")
    else:
        of.text = description.strip()[:10000]
    of.save()
    note(of)
    return of


# --- Who is in it ---


@transaction.atomic
def say_people(*, of: M, people: str, user: User | None = None) -> M:
    """Say who can be recognised. Where that takes consents that are not there, it is shown no longer."""
    was_shown = is_shown(of)
    of.people = _people(people)
    of.save(update_fields=["people"])
    _log(of, user, people)
    follow(of, was_shown=was_shown)
    return of


# --- Showing ---


@transaction.atomic
def release(*, items: Iterable[M]) -> list[M]:
    """Something that everybody reads begins to show these. Those that lack something stay hidden; they are given back."""
    held = []
    for of in items:
        if missing(of):
            held.append(of)
            continue
        of.released_at, of.kept_until = of.released_at or timezone.now(), None
        of.save(update_fields=["released_at", "kept_until"])
        if isinstance(of, Picture):
            transaction.on_commit(partial(make_sizes.enqueue, of.pk))
    return held


@transaction.atomic
def conceal(*, items: Iterable[Picture | Video], kept_until: date | None = None) -> None:
    """Nothing shows these any more. From `kept_until` on they are deleted, unless they are shown again before."""
    for of in items:
        was_shown = is_shown(of)
        of.released_at, of.kept_until = None, kept_until
        of.save(update_fields=["released_at", "kept_until"])
        if was_shown:
            stop(of)


@transaction.atomic
def remove(*, of: M, user: User | None, reason: str) -> M:
    """Take it down, with a reason that whoever sent it in is told. It is deleted after a month."""
    of.removed_at, of.removed_because = timezone.now(), reason.strip()[:500]
    of.kept_until = timezone.now().date() + KEPT_AFTER
    _log(of, user, "removed")
    of.save(update_fields=["removed_at", "removed_because", "kept_until"])
    stop(of)
    return of


@transaction.atomic
def restore(*, of: M, user: User | None = None) -> M:
    """Let it be shown again after it was taken down; after a consent was taken back, only where nobody can be recognised."""
    of.removed_at, of.removed_because = None, ""
    _log(of, user, "restored")
    if of.withdrawn_at and of.people == Media.People.NOBODY:
        of.withdrawn_at = None
    of.kept_until = of.kept_until if of.withdrawn_at or of.released_at is None else None
    of.save(update_fields=["removed_at", "removed_because", "withdrawn_at", "kept_until"])
    note(of)
    return of


# --- Files ---


@transaction.atomic
def replace_file(*, picture: Picture, file: IO[bytes]) -> Picture:
    """Put other pixels in the place of a picture's. Neither its file nor any of its sizes is kept."""
    old = picture.file.name
    put(picture, cleaned(file))
    for name in ("x", "y", "width", "height"):
        setattr(picture, f"focal_point_{name}", None)
    picture.save()
    stop(picture)
    delete_file(old)
    if picture.released_at:
        transaction.on_commit(partial(make_sizes.enqueue, picture.pk))
    return picture


@transaction.atomic
def delete(*, of: Picture | Video) -> None:
    """Delete it with its file. Documents of consents are put aside for a while."""
    stop(of)
    if isinstance(of, Picture):
        delete_file(of.file.name)
    of.delete()


def _log(of: Picture | Video, user: User | None, what: str) -> None:
    _logger.info("%s %s: %s, by %s", type(of).__name__, of.pk, what, user.pk if user else None)


# --- What may be said ---


def _people(people: str) -> str:
    if people not in Media.People.values:
        raise ValidationError(_("Say whether anybody can be recognised in it."), code="people")
    return people


def _short(words: str, longest: int) -> str:
    words = " ".join(words.split())
    if len(words) > longest:
        raise ValidationError(
            _("“%(words)s…” is too long. Say it in at most %(number)s characters.")
            % {"words": words[:40], "number": longest}
        )
    return words


def _needed(words: str, longest: int, refusal: str, field: str) -> str:
    words = _short(words, longest)
    if not words:
        raise ValidationError(refusal, code=field)
    return words
