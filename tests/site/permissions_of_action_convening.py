"""Who may do what at the addresses of planning sessions: a part of the table in `permissions`."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from tests.site.permissions_world import (
    COORDINATORS,
    EVERYBODY,
    NOBODY,
    SIGNED_IN,
    Page,
    World,
)

from allcity.site.action.models import CalendarFeed, Invitee, PlanningSession, PollDate

State = PlanningSession.State


def a_session(world: World, state: str = State.CALLED) -> PlanningSession:
    """A session that everybody may see once it is called."""
    starts_at = timezone.now() + timedelta(days=20)
    found: PlanningSession = PlanningSession.objects.get_or_create(
        city=world.city,
        state=state,
        code=f"CODE-{state}".upper(),
        defaults={
            "title": "See who is here",
            "audience": PlanningSession.Audience.PUBLIC,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=2),
            "time_zone": "America/Chicago",
            "place_name": "Library",
        },
    )[0]
    return found


def of_one(state: str = State.CALLED, **more: object) -> Callable[[World], dict[str, object]]:
    def parameters(world: World) -> dict[str, object]:
        return {"session": a_session(world, state).public_id, **more}

    return parameters


def an_invitee(world: World, token: str = "of-an-invitee") -> Invitee:
    found: Invitee = Invitee.objects.get_or_create(
        session=a_session(world), token=token, defaults={"email": f"{token}@example.org"}
    )[0]
    return found


def by_token(world: World) -> dict[str, object]:
    return {"token": an_invitee(world).token}


def a_date(world: World) -> PollDate:
    session = a_session(world, State.POLL)
    starts_at = timezone.now() + timedelta(days=30)
    found: PollDate = PollDate.objects.get_or_create(
        session=session, defaults={"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
    )[0]
    return found


def a_feed(world: World) -> CalendarFeed:
    user = next(iter(world.people.values()))
    return CalendarFeed.objects.get_or_create(user=user, city=None, defaults={"token": "of-a-feed"})[0]


PAGES: dict[str, Page] = {
    "city:planning-sessions": Page(EVERYBODY, NOBODY),
    "city:planning-sessions-calendar": Page(EVERYBODY, NOBODY),
    "city:planning-session": Page(EVERYBODY, NOBODY, of_one()),
    "city:planning-session-file": Page(EVERYBODY, NOBODY, of_one()),
    # Whoever is asked answers here; to everybody else nothing is there.
    "city:planning-session-answer": Page(NOBODY, NOBODY, of_one()),
    "city:planning-session-ask": Page(NOBODY, SIGNED_IN, of_one()),
    "city:planning-session-new": Page(COORDINATORS, COORDINATORS),
    "city:planning-session-plan": Page(COORDINATORS, COORDINATORS, of_one(step="purpose")),
    "city:planning-session-call": Page(NOBODY, COORDINATORS, of_one()),
    "city:planning-session-cancel": Page(COORDINATORS, COORDINATORS, of_one()),
    "city:planning-session-discard": Page(NOBODY, COORDINATORS, of_one()),
    "city:planning-session-series": Page(COORDINATORS, COORDINATORS, of_one()),
    "city:planning-session-dates": Page(COORDINATORS, COORDINATORS, of_one(State.POLL)),
    "city:planning-session-choose": Page(
        NOBODY,
        COORDINATORS,
        lambda world: {"session": a_session(world, State.POLL).public_id, "number": a_date(world).pk},
    ),
    "city:planning-session-people": Page(COORDINATORS, COORDINATORS, of_one()),
    "city:planning-session-remove": Page(
        NOBODY,
        COORDINATORS,
        lambda world: {"session": a_session(world).public_id, "number": an_invitee(world, "of-another").pk},
    ),
    # Whoever has a link may answer by it.
    "convening:invitation": Page(EVERYBODY, EVERYBODY, by_token),
    "convening:file": Page(EVERYBODY, NOBODY, by_token),
    "convening:leave": Page(NOBODY, EVERYBODY, by_token),
    "convening:not-for-me": Page(
        NOBODY, EVERYBODY, lambda world: {"token": an_invitee(world, "of-somebody-else").token}
    ),
    "convening:calendar": Page(SIGNED_IN, SIGNED_IN),
    "convening:feed": Page(EVERYBODY, NOBODY, lambda world: {"token": a_feed(world).token}),
}
"""One line for every address."""
