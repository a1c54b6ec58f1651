"""Who may do what at the addresses of the day of a session and after: a part of the table in `permissions`."""

from datetime import timedelta

from django.utils import timezone
from tests.site.permissions_of_action_convening import a_session, an_invitee, by_token, of_one
from tests.site.permissions_world import COORDINATORS, EVERYBODY, MEMBERS, NOBODY, Page, World

from allcity.site.action.models import Decision, Invitee, PlanningSession

State = PlanningSession.State


def over(world: World) -> PlanningSession:
    """A session that everybody may see, which is over, with its minutes sent."""
    session = a_session(world, State.HELD)
    now = timezone.now()
    PlanningSession.objects.filter(pk=session.pk).update(
        starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1), minutes_sent_at=now
    )
    return session


def of_over(world: World) -> dict[str, object]:
    return {"session": over(world).public_id}


def a_decision(world: World) -> dict[str, object]:
    session = over(world)
    found = Decision.objects.get_or_create(session=session, text="Meet again")[0]
    return {"session": session.public_id, "number": found.pk}


def by_token_of_over(world: World) -> dict[str, object]:
    session = over(world)
    row = Invitee.objects.get_or_create(
        session=session, token="of-somebody-who-came", defaults={"email": "came@example.org"}
    )[0]
    return {"token": row.token}


def a_code(world: World) -> dict[str, object]:
    return {"code": a_session(world).code}


def a_waiting_invitee(world: World) -> dict[str, object]:
    return {"token": an_invitee(world, "of-somebody-who-comes").token}


PAGES: dict[str, Page] = {
    "city:meetings-attendance": Page(MEMBERS, NOBODY),
    "city:meeting-packet": Page(EVERYBODY, NOBODY, of_one()),
    "city:meeting-sign-in": Page(COORDINATORS, NOBODY, of_one()),
    "city:meeting-door": Page(COORDINATORS, COORDINATORS, of_over),
    "city:meeting-notes": Page(COORDINATORS, COORDINATORS, of_over),
    "city:meeting-decide": Page(NOBODY, COORDINATORS, of_over),
    "city:meeting-decision": Page(COORDINATORS, COORDINATORS, a_decision),
    "city:meeting-decision-remove": Page(NOBODY, COORDINATORS, a_decision),
    "city:meeting-minutes": Page(EVERYBODY, NOBODY, of_over),
    "city:meeting-minutes-pdf": Page(EVERYBODY, NOBODY, of_over),
    "city:meeting-send": Page(NOBODY, COORDINATORS, of_over),
    "city:meeting-export": Page(
        COORDINATORS, NOBODY, lambda world: {"session": over(world).public_id, "name": "session.json"}
    ),
    # Whoever is there, or has a link, needs no account.
    "meeting:here": Page(EVERYBODY, EVERYBODY, a_code),
    "meeting:code": Page(EVERYBODY, NOBODY, a_code),
    "meeting:here-by": Page(EVERYBODY, EVERYBODY, a_waiting_invitee),
    "meeting:minutes-by": Page(EVERYBODY, NOBODY, by_token_of_over),
    "meeting:minutes-by-pdf": Page(EVERYBODY, NOBODY, by_token_of_over),
    "meeting:packet-by": Page(EVERYBODY, NOBODY, by_token),
}
"""One line for every address."""
