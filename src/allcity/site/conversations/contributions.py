"""Posts in the queue of moderation: how they are found, shown, taken down and restored."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from allcity.site.cities.models import City
from allcity.site.conversations import domain
from allcity.site.conversations.models import Post
from allcity.site.conversations.moderation.registry import Contribution, Kind
from allcity.site.conversations.queries import Person


def find(city: City, public_ids: Collection[UUID]) -> dict[UUID, Contribution]:
    """Posts as those who moderate see them."""
    of_thread = Post.objects.filter(thread=OuterRef("thread"), event="").order_by("pk")
    posts = (
        Post.objects.filter(thread__city=city, public_id__in=public_ids, event="")
        .select_related("thread__city", "author")
        .annotate(first=Subquery(of_thread.values("pk")[:1]))
    )
    return {post.public_id: _contribution(post, is_first=post.first == post.pk) for post in posts}


def _contribution(post: Post, *, is_first: bool) -> Contribution:
    thread = post.thread
    opens = is_first and not thread.subject and post.author_id == thread.started_by_id
    return Contribution(
        public_id=post.public_id,
        author=post.author,
        title=thread.title,
        text=post.text,
        language=post.language,
        url=domain.address_of_post(post),
        removes=_("It opens the conversation, which is taken down with it.") if opens else "",
    )


def may_read(user: Person, city: City, public_id: UUID) -> bool:
    """Whether the person may read the text of a post."""
    return Post.objects.for_user(user).filter(public_id=public_id, thread__city=city, event="").exists()


POSTS = Kind(
    id=domain.POST,
    name=_("Post in a conversation"),
    find=find,
    may_read=may_read,
    take_down=domain.hide_post,
    restore=domain.restore_post,
    new=_("first post of a new member"),
)
