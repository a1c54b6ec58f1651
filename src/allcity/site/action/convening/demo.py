"""The planning sessions of the sample city: one that was cancelled, one that is called and nearly full, one that looks for a
date, and a draft.
"""

from datetime import datetime, time, timedelta

from django.db import transaction

from allcity.site.accounts.models import User
from allcity.site.action import readings
from allcity.site.action.convening import answering, domain, inviting, times
from allcity.site.action.convening.firsts import HERE, LEFT_OUT, STEPS
from allcity.site.action.models import Invitee, PlanningSession
from allcity.site.cities.models import City
from allcity.site.needs.survey.reminding import today_in

GUESTS = (
    ("rosa@example.org", "Rosa Delgado", "families"),
    ("walter@example.org", "Walter Brandt", "musicians"),
    ("june@example.org", "June Okafor", "music_educators"),
    ("amir@example.org", "Amir Haddad", "communities"),
    ("lena@example.org", "Lena Fischer", "universities"),
)
"""People without an account: made up, at addresses that belong to nobody."""
FIGURES = ("access.reach", "equity.gap", "needs.unmet")
HOURS = timedelta(hours=2)
ACCESS = {
    "place_name": "Main Library, community room",
    "address": "12 Harbor Street",
    "online_url": "https://meet.example.org/rivermouth",
    "languages": ["en", "es"],
    "interpretation": "Spanish throughout; sign language if you tell us a week before.",
    "childcare": "In the children's room, from 5:30 on. Tell us how many come.",
    "access": "No steps, a hearing loop, bus 4 and 11 at the door.",
}


@transaction.atomic
def add(*, city: City, coordinator: User, liaison: User, manager: User, member: User) -> None:
    """Add them, once."""
    if PlanningSession.objects.of(city).exists():
        return
    people = [liaison, manager, member]
    called = _draft(city, coordinator, LEFT_OUT.id, days=19, audience=PlanningSession.Audience.PUBLIC, capacity=5)
    findings = [{"figure": figure} for figure in FIGURES if readings.record_of(city, figure)]
    domain.change_session(session=called, user=coordinator, findings=[*called.findings, *findings])
    _ask(called, coordinator, people)
    called = domain.call_session(session=called, user=coordinator)
    _answer(called, liaison, comes=True)
    _answer(called, manager, comes=True)
    for email, asks in (
        ("rosa@example.org", "Childcare for two, and Spanish, please."),
        ("walter@example.org", ""),
        ("june@example.org", ""),
        ("amir@example.org", "I come by wheelchair."),
    ):
        answering.answer(invitee=called.invitees.get(email=email), comes=True, asks=asks)

    poll = _draft(city, coordinator, STEPS.id, days=33, audience=PlanningSession.Audience.MEMBERS)
    _ask(poll, coordinator, people)
    dates = [(_at(city, days), _at(city, days) + HOURS) for days in (33, 35, 40)]
    poll = domain.propose_dates(session=poll, user=coordinator, dates=dates)
    for place, invitee in enumerate(poll.invitees.order_by("pk")[:5]):
        suits = ["yes", "if_needed", "no"]
        answering.answer_poll(
            invitee=invitee,
            answers={date.pk: suits[(place * number) % len(suits)] for number, date in enumerate(poll.dates.all())},
        )

    off = _draft(city, coordinator, HERE.id, days=8, audience=PlanningSession.Audience.MEMBERS)
    _ask(off, coordinator, people)
    domain.call_session(session=off, user=coordinator)
    domain.cancel_session(
        session=off, user=coordinator, reason="The library is closed that week. We meet at the next session instead."
    )

    domain.plan_session(
        city=city,
        user=coordinator,
        title="Rehearsal rooms in the east",
        purpose="Find three rooms that are empty in the afternoon, and agree on who asks for them.",
    )


def _draft(
    city: City, user: User, template: str, *, days: int, audience: str, capacity: int | None = None
) -> PlanningSession:
    session = domain.plan_session(city=city, user=user, title="", template=template, audience=audience, language="en")
    starts_at = _at(city, days)
    return domain.change_session(
        session=session, user=user, starts_at=starts_at, ends_at=starts_at + HOURS, capacity=capacity, **ACCESS
    )


def _at(city: City, days: int) -> datetime:
    return times.moment(today_in(city) + timedelta(days=days), time(18), times.zone_of(city))


def _ask(session: PlanningSession, user: User, people: list[User]) -> None:
    inviting.invite(session=session, user=user, users=people)
    for email, name, participant in GUESTS:
        known = participant if participant in session.city.settings.framework.participants else ""
        inviting.invite(session=session, user=user, lines=f"{email}, {name}", participant=known, language="en")


def _answer(session: PlanningSession, user: User, *, comes: bool) -> None:
    invitee: Invitee = session.invitees.get(user=user)
    answering.answer(invitee=invitee, comes=comes)
