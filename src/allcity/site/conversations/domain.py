"""What is done in conversations: people start them, write, follow, close. Nobody's words are changed by others.

Whoever calls has checked that the acting person may; here it is checked what may be. Every refusal is a ValidationError
that says what to do instead.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.accounts.staff import is_on_duty
from allcity.site.cities.domain import note_publication
from allcity.site.cities.models import City, Membership, Role
from allcity.site.conversations import events, kinds
from allcity.site.conversations.models import Case, Party, Post, Reading, Thread
from allcity.site.conversations.models.threads import LONGEST_TEXT
from allcity.site.conversations.moderation import domain as moderation
from allcity.site.conversations.moderation.queries import is_being_looked_at
from allcity.site.conversations.people import followers_of, mentioned_in, readers_of
from allcity.site.conversations.telling import mark_seen, tell

POST = "post"
"""The kind of a post in the queue of moderation."""
MOST_AN_HOUR = 30
"""How many posts a person may write in an hour."""
LONGEST_TITLE = 200


# --- Threads ---


@transaction.atomic
def start_thread(
    *,
    city: City,
    title: str,
    user: User | None,
    audience: str,
    subject_kind: str = "",
    subject: UUID | None = None,
    users: Iterable[User] = (),
    places: Iterable[UUID] = (),
    text: str = "",
    language: str = "",
) -> Thread:
    """Start a conversation, about a record (its kind and public id) or an open topic, with its first post if there is one.

    `users`, and whoever looks after `places` at any time, take part: they follow, and of a circle they alone read. Whoever
    starts it takes part too, through one of the places where they look after it, so that their access ends with the role.
    """
    title = _checked(title, LONGEST_TITLE, _("Say in a few words what it is about."))
    if bool(subject_kind) != bool(subject):
        raise ValueError("A subject has a kind and a public id.")
    places = set(places)
    thread = Thread.objects.create(
        city=city,
        title=title,
        audience=Thread.Audience(audience),
        subject_kind=subject_kind,
        subject=subject,
        started_by=user,
        shown_at=timezone.now(),
    )
    people = set(users)
    if user and not Membership.objects.filter(city=city, user=user, place__in=places).exists():
        people.add(user)
    Party.objects.bulk_create(
        [
            *(Party(thread=thread, user=person) for person in people),
            *(Party(thread=thread, place=one) for one in places),
        ]
    )
    if text and user:
        write_post(thread=thread, user=user, text=text, language=language)
    return thread


def add_party(*, thread: Thread, user: User | None = None, place: UUID | None = None) -> Party:
    """Have a person, or whoever looks after a place, take part. Adding them twice changes nothing."""
    party, _new = Party.objects.get_or_create(thread=thread, user=user, place=place)
    return party


@transaction.atomic
def close_thread(*, thread: Thread, user: User | None = None) -> Thread:
    """End a conversation: it stays to be read, and nobody writes any more. Says so in it, with who did it."""
    if Thread.objects.filter(pk=thread.pk, closed_at=None).update(closed_at=timezone.now()):
        thread.refresh_from_db(fields=["closed_at"])
        _write_event(thread, events.CLOSED_BY if user else events.CLOSED, {}, user)
    return thread


@transaction.atomic
def reopen_thread(*, thread: Thread, user: User | None = None) -> Thread:
    """Let people write again."""
    if Thread.objects.filter(pk=thread.pk, closed_at__isnull=False).update(closed_at=None):
        thread.refresh_from_db(fields=["closed_at"])
        _write_event(thread, events.REOPENED_BY if user else events.REOPENED, {}, user)
    return thread


def follow(*, thread: Thread, user: User, follows: bool) -> None:
    """Have a person hear of what is new in the thread, or not."""
    Reading.objects.update_or_create(thread=thread, user=user, defaults={"follows": follows})


def mark_read(*, thread: Thread, user: User) -> None:
    """Note that the person has read everything so far. Where nothing is new nothing is written."""
    if Thread.objects.filter(pk=thread.pk).unread_by(user).exists():
        Reading.objects.update_or_create(thread=thread, user=user, defaults={"read_at": timezone.now()})
    mark_seen(user=user, url=address_of(thread))


# --- Posts ---


@transaction.atomic
def write_post(
    *,
    thread: Thread,
    user: User,
    text: str,
    language: str = "",
    quoted: Post | None = None,
    mentioned: Iterable[User] = (),
) -> Post:
    """Write in a thread. Whoever follows is told, and those who are mentioned, by choice or by name in the text, at once.

    Of somebody new the first post that everybody could read waits for a coordinator, and nobody is told until then.
    """
    text = _checked(text, LONGEST_TEXT, _("Write something first."))
    if thread.closed_at:
        raise ValidationError(_("This conversation is closed. It can be opened again."))
    if quoted and quoted.thread_id != thread.pk:
        raise ValidationError(_("That was said in another conversation."))
    now = timezone.now()
    if Post.objects.filter(author=user, event="", written_at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise ValidationError(
            _("You have written %(number)s posts in an hour. Go on a little later.") % {"number": MOST_AN_HOUR}
        )
    post = Post.objects.create(
        thread=thread, author=user, text=text, language=_language(language), quoted=quoted, written_at=now
    )
    Reading.objects.update_or_create(thread=thread, user=user, defaults={"follows": True})
    may_read = readers_of(thread).filter(pk__in=[person.pk for person in mentioned])
    post.mentioned.set({*may_read, *mentioned_in(text, thread)} - {user})
    if waits(thread=thread, user=user):
        moderation.hold(city=thread.city, kind=POST, subject=post.public_id, author=user)
        if not thread.subject and not thread.posts.exclude(pk=post.pk).exists():
            _show_thread(thread, None)
    else:
        _show(post, now)
    return post


def waits(*, thread: Thread, user: User) -> bool:
    """Whether what a person writes here waits for a coordinator: they are a member only, and nothing of theirs was kept."""
    if thread.audience != Thread.Audience.PUBLIC:
        return False
    if Membership.objects.filter(city=thread.city_id, user=user).exclude(role=Role.MEMBER).exists() or is_on_duty(user):
        return False
    return not Post.objects.filter(
        author=user,
        thread__city=thread.city_id,
        thread__audience=Thread.Audience.PUBLIC,
        event="",
        shown_at__isnull=False,
        taken_down_at=None,
    ).exists()


@transaction.atomic
def edit_post(*, post: Post, text: str, language: str = "") -> Post:
    """Change one's own words. The post says from then on that it was changed; nobody is told anew."""
    text = _checked(text, LONGEST_TEXT, _("Write something first. To remove it, take it back."))
    _check_can_be_changed(post)
    if is_being_looked_at(kind=POST, subject=post.public_id):
        raise ValidationError(_("A coordinator is looking at this. Until then it stays as it is, or you take it back."))
    if text != post.text or _language(language) != post.language:
        post.text, post.language, post.edited_at = text, _language(language), timezone.now()
        post.save(update_fields=["text", "language", "edited_at"])
        _note_pages(post)
    return post


@transaction.atomic
def take_back(*, post: Post) -> Post:
    """Remove one's own words for good. Their place stays, so that what others answered can be understood."""
    _check_can_be_changed(post)
    post.text, post.taken_back_at = "", timezone.now()
    post.save(update_fields=["text", "taken_back_at"])
    post.mentioned.clear()
    moderation.take_back(kind=POST, subject=post.public_id)
    if opens(post) and not post.thread.posts.filter(event="").exclude(pk=post.pk).exists():
        _show_thread(post.thread, None)
    _note_pages(post)
    return post


@transaction.atomic
def take_back_all(*, user: User) -> int:
    """Remove everything that a person wrote in conversations and that stands or waits. Returns how many posts."""
    posts = Post.objects.filter(author=user, event="", taken_back_at=None, taken_down_at=None).select_related(
        "thread__city"
    )
    for post in posts:
        take_back(post=post)
    return len(posts)


@transaction.atomic
def note_event(
    *,
    thread: Thread,
    text_id: str,
    values: Mapping[str, events.Value] | None = None,
    user: User | None = None,
    tells: bool = True,
) -> Post:
    """Write a line into a thread for a feature, in words that it registered with `events`. `user` is whoever caused it.

    Followers are told as of a post, unless `tells` is false, for a feature that tells them itself.
    """
    return _write_event(thread, text_id, values or {}, user, tells=tells)


def _write_event(
    thread: Thread, text_id: str, values: Mapping[str, events.Value], user: User | None, *, tells: bool = False
) -> Post:
    post = Post.objects.create(
        thread=thread,
        author=user,
        event=text_id,
        values=events.as_stored(text_id, values),
        written_at=timezone.now(),
    )
    _show(post, post.written_at, tells=tells)
    return post


# --- Parts of these ---


def _checked(text: str, longest: int, empty: str) -> str:
    text = text.strip()
    if not text:
        raise ValidationError(empty)
    if len(text) > longest:
        raise ValidationError(_("This is longer than %(number)s characters. Shorten it.") % {"number": longest})
    if "\0" in text:
        raise ValidationError(_("This holds a character that no text has. Type it anew."))
    return text


def _language(language: str) -> str:
    return language or get_language() or "en"


def _check_can_be_changed(post: Post) -> None:
    post.refresh_from_db()
    if post.event or post.taken_back_at or post.taken_down_at:
        raise ValidationError(_("This cannot be changed any more."))


def _show(post: Post, now: datetime, *, tells: bool = True) -> None:
    """Let everybody who may read the thread read the post, and tell those who follow."""
    thread, author = post.thread, post.author
    post.shown_at = now
    post.save(update_fields=["shown_at"])
    thread.last_post_at = now
    thread.save(update_fields=["last_post_at"])
    if author:
        Reading.objects.update_or_create(thread=thread, user=author, defaults={"read_at": now})
    _note_pages(post)
    if not tells:
        return
    others = followers_of(thread).exclude(pk=post.author_id or 0)
    mentioned = readers_of(thread).filter(pk__in=post.mentioned.values("pk"))
    values = {"title": thread.title}
    tell(mentioned, kinds.MENTION, city=thread.city, url=address_of_post(post), values=values)
    tell(others.exclude(pk__in=mentioned), kinds.NEWS, city=thread.city, url=address_of(thread), values=values)


def _show_thread(thread: Thread, at: datetime | None) -> None:
    thread.shown_at = at
    thread.save(update_fields=["shown_at"])


def _note_pages(post: Post) -> None:
    """Have pages that are kept for everybody made anew: those that may hold the thread, and all once they lead to it."""
    thread = post.thread
    if thread.audience == Thread.Audience.PUBLIC and (thread.subject or opens(post)):
        note_publication(thread.city)


def address_of(thread: Thread) -> str:
    """The path of a thread's page."""
    return reverse("city:conversation", args=[thread.city.slug, thread.public_id])


def address_of_post(post: Post) -> str:
    """The path of a post in its thread's page."""
    return f"{address_of(post.thread)}?post={post.public_id}#post-{post.public_id}"


# --- What moderation does to posts ---


def opens(post: Post) -> bool:
    """Whether a post opens an open topic: the thread then stands and falls with it."""
    thread = post.thread
    first = thread.posts.filter(event="").order_by("pk").values_list("pk", flat=True).first()
    return not thread.subject and post.author_id == thread.started_by_id and post.pk == first


@transaction.atomic
def hide_post(city: City, public_id: UUID) -> None:
    """Take a post down, and with the first of an open topic the whole thread."""
    post = _moderated(city, public_id)
    post.taken_down_at = timezone.now()
    post.save(update_fields=["taken_down_at"])
    if opens(post):
        _show_thread(post.thread, None)
    _note_pages(post)


@transaction.atomic
def restore_post(city: City, public_id: UUID) -> None:
    """Let a post through that has waited, or bring back one that was taken down."""
    post, now = _moderated(city, public_id), timezone.now()
    post.taken_down_at = None
    post.save(update_fields=["taken_down_at"])
    if opens(post) and not post.thread.shown_at:
        _show_thread(post.thread, now)
    if post.shown_at:
        _note_pages(post)
    else:
        _show(post, now)


def _moderated(city: City, public_id: UUID) -> Post:
    posts = Post.objects.select_for_update(of=("self",)).select_related("thread__city", "author")
    return posts.get(public_id=public_id, thread__city=city)


# --- People who leave ---


def erase(user: User) -> None:
    """Take the name off what a person wrote, which stays, and remove what nobody but coordinators has read."""
    for post in Post.objects.filter(author=user, event="", shown_at=None, taken_back_at=None, taken_down_at=None):
        take_back(post=post)
    Post.objects.filter(author=user).update(author=None)
    Thread.objects.filter(started_by=user).update(started_by=None)
    Case.objects.filter(author=user).update(author=None)
    Party.objects.filter(user=user).delete()
    Reading.objects.filter(user=user).delete()
