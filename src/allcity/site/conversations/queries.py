"""What is read of conversations."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from allcity.site.accounts.models import User
from allcity.site.cities.kept import kept
from allcity.site.cities.models import City
from allcity.site.cities.rules import is_member
from allcity.site.conversations import events
from allcity.site.conversations.models import Case, Post, Reading, Report, Thread, ThreadQuerySet
from allcity.site.conversations.people import name_of, parties_of

Person = User | AnonymousUser


def threads_about(city: City, kind: str, public_id: UUID) -> ThreadQuerySet:
    """The threads about one thing, the newest first. Who may read which is up to `for_user`."""
    return _newest_first(Thread.objects.of(city).filter(subject_kind=kind, subject=public_id))


def are_for(user: Person, city: City) -> bool:
    """Whether the city's conversations are shown to somebody: to members, and to everybody once there is one for all."""
    return is_member(user, city) or kept(city, "conversations", Thread.objects.of(city).public().exists)


def unread_of(user: User) -> ThreadQuerySet:
    """The threads that a person follows and has not read to the end."""
    return _newest_first(Thread.objects.for_user(user).followed_by(user).unread_by(user))


def followed_by(user: User) -> ThreadQuerySet:
    """The threads that a person follows, in all cities, and that are not closed."""
    threads = Thread.objects.for_user(user).followed_by(user).filter(closed_at=None)
    return _newest_first(threads.select_related("city"))


def listed(
    city: City, user: Person, *, word: str = "", show: str = "", about: tuple[str, UUID] | None = None
) -> ThreadQuerySet:
    """The city's threads that a person may read, the newest first, each with its `number` of posts and whether it `is_new`.

    `word` is looked for in titles and in what everybody there may read; `show` is "new", "followed", "closed" or all;
    `about` is the kind and public id of what they are about.
    """
    threads = Thread.objects.of(city).for_user(user)
    if about:
        threads = threads.filter(subject_kind=about[0], subject=about[1])
    if word:
        said = Post.objects.standing().filter(thread=OuterRef("pk"), text__icontains=word)
        threads = threads.filter(Q(title__icontains=word) | Exists(said))
    if show == "closed":
        threads = threads.filter(closed_at__isnull=False)
    if user.is_authenticated:
        unread = Thread.objects.followed_by(user).unread_by(user).filter(pk=OuterRef("pk"))
        threads = threads.annotate(is_new=Exists(unread))
        if show == "new":
            threads = threads.filter(is_new=True)
        elif show == "followed":
            threads = threads.followed_by(user)
    shown = Q(posts__shown_at__isnull=False, posts__event="")
    return _newest_first(threads.annotate(number=Count("posts", filter=shown)).select_related("city"))


def _newest_first(threads: ThreadQuerySet) -> ThreadQuerySet:
    return threads.order_by(Coalesce(F("last_post_at"), F("started_at")).desc(), "-pk")


@dataclass(frozen=True)
class Said:
    """A post as one person sees it. `text` is empty where it is not for them; `words` are those of an event."""

    post: Post
    name: str
    text: str
    words: str
    is_own: bool
    quoted: "Said | None" = None

    @property
    def state(self) -> str:
        """What has become of it: an empty word for what stands."""
        if self.post.taken_back_at:
            return "taken-back"
        if self.post.taken_down_at:
            return "taken-down"
        return "" if self.post.shown_at else "waiting"

    @property
    def can_be_changed(self) -> bool:
        return self.is_own and not self.post.event and self.state in ("", "waiting")

    @property
    def can_be_reported(self) -> bool:
        return not self.is_own and not self.post.event and not self.state


def posts_of(thread: Thread, user: Person) -> QuerySet[Post]:
    """The posts of a thread of which the person sees that they are there, in order."""
    return thread.posts.listed_for(user).select_related("author", "thread__city")


def said(posts: Iterable[Post], user: Person) -> list[Said]:
    """Posts of `posts_of` in the words of the moment, each with the one that it answers."""
    posts = list(posts)
    wanted = {post.quoted_id for post in posts if post.quoted_id}
    quoted = Post.objects.listed_for(user).filter(pk__in=wanted).select_related("author") if wanted else ()
    see = partial(_said, user=user)
    by_number = {post.pk: see(post) for post in quoted}
    return [see(post, quoted=by_number.get(post.quoted_id or 0)) for post in posts]


def _said(post: Post, *, user: Person, quoted: Said | None = None) -> Said:
    readable = bool(getattr(post, "is_readable", False))
    name = name_of(post.author)
    return Said(
        post=post,
        name=name,
        text=post.text if readable else "",
        words=events.words(post, name) if post.event else "",
        is_own=bool(post.author_id) and post.author_id == user.pk,
        quoted=quoted,
    )


def follows(thread: Thread, user: User) -> bool:
    """Whether the person hears of what is new in the thread."""
    chosen = Reading.objects.filter(thread=thread, user=user).values_list("follows", flat=True).first()
    return parties_of(thread).filter(pk=user.pk).exists() if chosen is None else chosen


def written_by(user: User) -> QuerySet[Post]:
    """What a person has written and not taken back, the newest first."""
    return (
        Post.objects.filter(author=user, event="", taken_back_at=None)
        .select_related("thread__city")
        .order_by("-written_at", "-pk")
    )


def personal_data(user: User) -> dict[str, object]:
    """What a person wrote, started, follows and reported, and what was decided of it."""
    return {
        "posts": list(
            Post.objects.filter(author=user).values(
                "thread__title",
                "thread__city__name",
                "text",
                "event",
                "language",
                "written_at",
                "edited_at",
                "taken_back_at",
                "taken_down_at",
            )
        ),
        "threads_started": list(Thread.objects.filter(started_by=user).values("title", "city__name", "started_at")),
        "threads_followed": list(
            Reading.objects.filter(user=user).values("thread__title", "thread__city__name", "follows", "read_at")
        ),
        "reports": list(Report.objects.filter(reporter=user).values("reason", "reported_at")),
        "decisions": list(
            Case.objects.filter(author=user).values(
                "city__name",
                "state",
                "decisions__state",
                "decisions__reason",
                "decisions__decided_at",
                "answer",
                "answered_at",
            )
        ),
    }
