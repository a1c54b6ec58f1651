"""A conversation and the commitment that came of it, linked both ways, and to no reader more than they may know."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.action.models import Commitment
from allcity.site.cities.models import City
from allcity.site.cities.rules import Person
from allcity.site.conversations import domain as conversations
from allcity.site.conversations import events
from allcity.site.conversations.models import Post, Thread
from allcity.site.conversations.outcomes import Came, Outcome

MADE = events.register("commitment-made", _("%(person)s made a commitment of this conversation."))
MADE_BY_NOBODY = events.register("commitment-made-by-site", _("A commitment was made of this conversation."))


def note(commitment: Commitment, user: User | None) -> None:
    """Say in the conversation, once, that a commitment came of it: as soon as all who read there may know of it.

    The line holds no title: the commitment may be hidden again.
    """
    thread = commitment.thread
    if thread is None:
        return
    for_all = thread.audience == Thread.Audience.PUBLIC
    if for_all and (not commitment.is_public or commitment.state == Commitment.State.PROPOSED):
        return
    values = {"commitment": str(commitment.public_id)}
    said = Post.objects.filter(thread=thread, event__in=(MADE, MADE_BY_NOBODY))
    if any(post.values == values for post in said):
        return
    conversations.note_event(thread=thread, text_id=MADE if user else MADE_BY_NOBODY, values=values, user=user)


def _came_of(thread: Thread, user: Person) -> Iterator[Came]:
    rows = Commitment.objects.for_user(user).of(thread.city).filter(thread=thread).order_by("pk")
    for row in rows:
        yield Came(_("Commitment"), row.title, address_of(row), str(row.get_state_display()))


def _new(city: City, thread: Thread) -> str:
    return f"{reverse('city:commitment-new', args=[city.slug])}?thread={thread.public_id}"


def address_of(commitment: Commitment) -> str:
    """The path of a commitment's page."""
    return reverse("city:commitment", args=[commitment.city.slug, commitment.public_id])


COMMITMENT = Outcome("commitment", _("a commitment"), "action.commit", _new, _came_of)
