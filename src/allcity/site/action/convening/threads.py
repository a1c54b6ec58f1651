"""A conversation and the sessions that came of it, linked both ways, and to no reader more than they may know."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.action.models import PlanningSession
from allcity.site.cities.models import City
from allcity.site.cities.rules import Person
from allcity.site.conversations import domain as conversations
from allcity.site.conversations import events
from allcity.site.conversations.models import Thread
from allcity.site.conversations.outcomes import Came, Outcome

PLANNED = events.register("session-planned", _("%(person)s plans a session about this conversation."))


def note_planned(session: PlanningSession, user: User) -> None:
    """Say in the conversation that a session is planned. The line holds no title: not all who read there may see it."""
    if session.thread:
        values = {"session": str(session.public_id)}
        conversations.note_event(thread=session.thread, text_id=PLANNED, values=values, user=user)


def address_of(session: PlanningSession) -> str:
    """The path of a session's page."""
    return reverse("city:planning-session", args=[session.city.slug, session.public_id])


def _came_of(thread: Thread, user: Person) -> Iterator[Came]:
    rows = PlanningSession.objects.for_user(user).of(thread.city).filter(thread=thread).order_by("pk")
    for row in rows.select_related("city"):
        yield Came(_("Planning session"), row.title, address_of(row), str(row.get_state_display()))


def _new(city: City, thread: Thread) -> str:
    return f"{reverse('city:planning-session-new', args=[city.slug])}?thread={thread.public_id}"


SESSION = Outcome("session", _("a planning session"), "action.convene", _new, _came_of)
