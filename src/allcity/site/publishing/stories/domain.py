"""What authors do with their stories: tell them, confirm their address, add pictures and videos, change and withdraw them.

No account is needed: the token of a story is the key. Whatever is new is looked at before everybody reads it. Refusals are
ValidationErrors that say what to do instead.
"""

import secrets
from datetime import date, timedelta
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.publishing.media import domain as media
from allcity.site.publishing.media.queries import collection_of
from allcity.site.publishing.models import Picture, Story, StoryPicture, StoryVideo, Video
from allcity.site.publishing.stories import moderating, telling
from allcity.site.publishing.stories.checks import Words, checked_email, checked_words
from allcity.site.publishing.stories.publishing import conceal, note
from allcity.site.publishing.stories.queries import items_of

State = Story.State
MOST_PICTURES, MOST_VIDEOS = 12, 3
UNCONFIRMED_KEPT = timedelta(days=14)
"""How long a story is kept whose author's address nobody confirmed."""


# --- Telling ---


@transaction.atomic
def tell_story(*, city: Any, words: Words, email: str = "", user: User | None = None, is_mailed: bool = True) -> Story:
    """Tell a story of a city, or with None of one that is not here. Nobody reads it before somebody has looked at it.

    Whoever is signed in is known; everybody else confirms their mail address first. Samples are not mailed.
    """
    email = user.email if user else checked_email(email)
    story = Story.objects.create(
        city=city, email=email, author=user, token=secrets.token_urlsafe(32), **checked_words(city, words)
    )
    if user:
        _confirm(story)
    if is_mailed:
        telling.mail_link(story)
    return story


@transaction.atomic
def confirm(*, story: Story) -> Story:
    """Confirm the mail address. From then on the story waits to be looked at. Doing it twice changes nothing."""
    found = _standing(story)
    if found.state == State.UNCONFIRMED:
        _confirm(found)
    return found


def _confirm(story: Story) -> None:
    story.state, story.confirmed_at = State.WAITING, timezone.now()
    story.save(update_fields=["state", "confirmed_at", "changed_at"])
    moderating.wait(story)


# --- Changing ---


@transaction.atomic
def change(*, story: Story, words: Words, version: int) -> Story:
    """Say it otherwise. What was published is looked at again before everybody reads the new words.

    Raises ValidationError where it was changed meanwhile: `version` is that from which the words were begun.
    """
    found = _standing(story)
    kept = checked_words(found.city, words)
    changed = [name for name, value in kept.items() if getattr(found, name) != value]
    if not changed:
        return found
    if version != found.version:
        raise ValidationError(
            _("It was changed meanwhile, perhaps in another window. Your words are below: look, and save.")
        )
    for name in changed:
        setattr(found, name, kept[name])
    found.version += 1
    _look_again(found)
    found.save()
    return found


def _look_again(story: Story) -> None:
    """Have somebody look at what is new; the row is saved by whoever calls."""
    story.first_approved_by = None
    if story.state == State.UNCONFIRMED:
        return
    if story.state == State.PUBLISHED:
        conceal(story)
    story.state, story.asked = State.WAITING, ""
    moderating.wait(story)


# --- Pictures and videos ---


@transaction.atomic
def add_picture(
    *, story: Story, file: IO[bytes], description: str, caption: str, people: str, credit: str = ""
) -> Picture:
    """Add a picture. It is shown once somebody has looked at it and nothing is missing."""
    found = _standing(story)
    number = found.pictures.count()
    if number >= MOST_PICTURES:
        message = _("A story has at most %(number)s pictures. Take one out first.") % {"number": MOST_PICTURES}
        raise ValidationError(message, code="file")
    picture = media.keep_picture(
        collection=collection_of(found.city),
        file=file,
        title=description[:80],
        description=description,
        caption=caption,
        credit=credit,
        language=found.language,
        people=people,
        user=found.author,
        kept_until=_kept_until(found),
    )
    StoryPicture.objects.create(story=found, picture=picture, position=number)
    _note_new(found)
    return picture


@transaction.atomic
def add_video(
    *,
    story: Story,
    title: str,
    text: str,
    people: str,
    file: IO[bytes] | None = None,
    url: str = "",
    caption: str = "",
) -> Video:
    """Add a video, as a file or as the address of one."""
    found = _standing(story)
    number = found.videos.count()
    if number >= MOST_VIDEOS:
        message = _("A story has at most %(number)s videos. Take one out first.") % {"number": MOST_VIDEOS}
        raise ValidationError(message, code="file")
    video = media.keep_video(
        collection=collection_of(found.city),
        title=title,
        file=file,
        url=url,
        text=text,
        caption=caption,
        language=found.language,
        people=people,
        user=found.author,
        kept_until=_kept_until(found),
    )
    StoryVideo.objects.create(story=found, video=video, position=number)
    _note_new(found)
    return video


@transaction.atomic
def take_out(*, story: Story, item: Picture | Video) -> None:
    """Take a picture or a video out of a story, and delete it."""
    found = _standing(story)
    media.delete(of=item)
    _note_new(found)


@transaction.atomic
def say_of(*, story: Story, item: Picture | Video, people: str | None = None, **consent: Any) -> None:
    """Say who can be recognised in a picture or a video, or that somebody agreed, as its author knows it."""
    found = _standing(story)
    if people is not None:
        media.say_people(of=item, people=people, user=found.author)
    if consent:
        media.give_consent(of=item, user=found.author, **consent)
    _note_new(found)


def _kept_until(story: Story) -> date:
    """Until when something is kept that nothing shows: as long as stories that are not confirmed, then until it is looked at."""
    days = UNCONFIRMED_KEPT if story.state == State.UNCONFIRMED else timedelta(days=365)
    return timezone.now().date() + days


def _note_new(story: Story) -> None:
    """Somebody looks at what is new; what is published already stays so meanwhile."""
    story.first_approved_by = None
    if story.state == State.ASKED:
        story.state = State.WAITING
    story.save(update_fields=["first_approved_by", "state", "changed_at"])
    if story.state != State.UNCONFIRMED:
        moderating.wait(story)
    note(story)


# --- Withdrawing ---


@transaction.atomic
def withdraw(*, story: Story) -> None:
    """Take a story back. Neither its words nor its pictures nor who told it are kept; what was not confirmed is removed."""
    found = _locked(story)
    if found.state == State.WITHDRAWN:
        return
    moderating.close(found)
    was_known = found.state != State.UNCONFIRMED
    for item in items_of(found):
        media.delete(of=item)
    if not was_known:
        found.delete()
        return
    for name in ("before", "happened", "now", "shown_name", "email", "asked"):
        setattr(found, name, "")
    found.title = _("A story that was withdrawn")
    found.author = found.first_approved_by = found.place = found.partnership = None
    found.state, found.withdrawn_at, found.published_at = State.WITHDRAWN, timezone.now(), None
    found.save()
    note(found)


def erase(user: User) -> None:
    """Withdraw what somebody told who leaves."""
    for story in Story.objects.filter(author=user):
        withdraw(story=story)


# --- Rows ---


def _locked(story: Story) -> Story:
    found = Story.objects.select_for_update(of=("self",)).select_related("city", "author").filter(pk=story.pk).first()
    if found is None:
        raise ValidationError(_("This story is gone. You are welcome to tell it anew."))
    return found


def _standing(story: Story) -> Story:
    found = _locked(story)
    if found.state == State.WITHDRAWN:
        raise ValidationError(_("This story was withdrawn. You are welcome to tell it anew."))
    if found.state == State.TAKEN_DOWN:
        raise ValidationError(_("This story was taken down. Answer the reason first."))
    return found
