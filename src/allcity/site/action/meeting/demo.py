"""The session of the sample city that took place: who was there, what was noted and decided, and its minutes, sent."""

from datetime import time, timedelta

from django.db import transaction
from django.db.models import F

from allcity.site.accounts.models import User
from allcity.site.action import readings
from allcity.site.action.convening import answering, domain, inviting, times
from allcity.site.action.convening.firsts import HERE
from allcity.site.action.meeting import attending
from allcity.site.action.meeting import domain as meeting
from allcity.site.action.models import Invitee, PlanningSession
from allcity.site.cities.models import City
from allcity.site.needs.survey.reminding import today_in

TITLE = "Who makes music with students here?"
GUESTS = (
    ("rosa@example.org", "Rosa Delgado", "families"),
    ("walter@example.org", "Walter Brandt", "musicians"),
    ("lena@example.org", "Lena Fischer", "universities"),
)
"""People without an account: made up, at addresses that belong to nobody."""
DAYS_AGO, MINUTES = 24, timedelta(minutes=90)
NOTES = (
    "Everybody said in a minute where they make music with students, and with how many.\n"
    "Three of us work at the same two schools and did not know it."
)
OF_POINTS = {
    2: "Most of us offer something on one afternoon a week, in the middle of the city. Two teach in the east.",
    3: "Nobody here speaks for the schools on the west bank. June will call them before we meet again.",
}
FIGURE = "school_music.enrolled"
DECISIONS = (
    (2, "Open one ensemble after school where three of us work already, together", 150, FIGURE),
    (3, "Ask every school on the west bank to send somebody to the next session", 21, ""),
    (4, "We meet on the last Thursday of every second month", None, ""),
)
"""What was decided at which point; of what is a commitment, in how many days it is due and which figure it should move."""


@transaction.atomic
def add(*, city: City, coordinator: User, liaison: User, manager: User, member: User) -> None:
    """Add it, once."""
    if PlanningSession.objects.of(city).filter(state=PlanningSession.State.HELD).exists():
        return
    session = _called(city, coordinator, [liaison, manager, member])
    invited = {row.user_id or row.email: row for row in session.invitees.all()}
    for key in (liaison.pk, manager.pk, "rosa@example.org", "walter@example.org"):
        answering.answer(invitee=invited[key], comes=True)
    _is_over(session)
    for key in (liaison.pk, manager.pk, "rosa@example.org"):
        attending.sign_in(invitee=Invitee.objects.select_related("session").get(pk=invited[key].pk), at_door=True)
    kinds = city.settings.framework.participants
    for name, participant in (("June Okafor", "music_educators"), ("Theo Park", "")):
        known = participant if participant in kinds else ""
        attending.sign_in_by_name(session=session, name=name, participant=known, at_door=True)
    meeting.write_notes(session=session, user=coordinator, text=NOTES, version=session.notes_version)
    points = list(session.agenda.select_related("session__city"))
    for place, text in OF_POINTS.items():
        meeting.write_item_notes(item=points[place], user=coordinator, text=text, version=points[place].notes_version)
    for place, words, days, figure in DECISIONS:
        its = None
        if days:
            its = {
                "owner": member,
                "due_on": today_in(city) + timedelta(days=days),
                "figure_id": figure if readings.record_of(city, figure) else "",
                "is_public": True,
            }
        meeting.decide(session=session, user=coordinator, item=points[place], text=words, commitment=its)
    meeting.send_minutes(session=session, user=coordinator)


def _called(city: City, user: User, people: list[User]) -> PlanningSession:
    session = domain.plan_session(
        city=city, user=user, title=TITLE, template=HERE.id, audience=PlanningSession.Audience.PUBLIC, language="en"
    )
    starts_at = times.moment(today_in(city) + timedelta(days=1), time(18), times.zone_of(city))
    said = {"starts_at": starts_at, "ends_at": starts_at + MINUTES, "place_name": "Youth Center, upper floor"}
    session = domain.change_session(session=session, user=user, **said)
    inviting.invite(session=session, user=user, users=people)
    for email, name, participant in GUESTS:
        known = participant if participant in city.settings.framework.participants else ""
        inviting.invite(session=session, user=user, lines=f"{email}, {name}", participant=known, language="en")
    return domain.call_session(session=session, user=user)


def _is_over(session: PlanningSession) -> None:
    """Let it have been some weeks ago: sessions are called for days to come, so that nothing else makes one that is past."""
    gone = timedelta(days=DAYS_AGO + 1)
    rows = PlanningSession.objects.filter(pk=session.pk)
    rows.update(starts_at=F("starts_at") - gone, ends_at=F("ends_at") - gone)
