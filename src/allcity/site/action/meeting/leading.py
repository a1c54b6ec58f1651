"""Where the page of a session leads: its packet, signing in, notes and minutes, each to whom it is for."""

from collections.abc import Iterator

import rules
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from allcity.site.action.convening.links import Link
from allcity.site.action.meeting import window
from allcity.site.action.models import Invitee, PlanningSession
from allcity.site.cities.rules import Person

State = PlanningSession.State


def pages_of(session: PlanningSession, user: Person, invitee: Invitee | None) -> Iterator[Link]:
    """What a reader may see and do. Who has only the link of an invitation is led to addresses of that link."""
    runs = rules.has_perm("action.convene", user, session.city)
    signed_in = user.is_authenticated and PlanningSession.objects.for_user(user).filter(pk=session.pk).exists()
    token = "" if signed_in or invitee is None else invitee.token
    if session.minutes_sent_at:
        yield Link(pgettext("planning sessions", "Minutes"), _address(session, "minutes", token))
    elif session.state not in (State.DRAFT, State.CANCELLED):
        if invitee and window.sign_in_of(session) == window.OPEN:
            yield Link(_("I am here"), reverse("meeting:here-by", args=[invitee.token]))
        yield Link(_("Packet to read before it (PDF)"), _address(session, "packet", token))
    if not runs or session.state not in (State.CALLED, State.HELD):
        return
    if window.sign_in_of(session) in (window.EARLY, window.OPEN):
        yield Link(_("Code to sign in with"), _address(session, "sign-in"))
    yield Link(_("List at the door"), _address(session, "door"))
    yield Link(_("Notes and decisions"), _address(session, "notes"))


def _address(session: PlanningSession, page: str, token: str = "") -> str:
    if token:
        return reverse(f"meeting:{page}-by", args=[token])
    return reverse(f"city:meeting-{page}", args=[session.city.slug, session.public_id])
