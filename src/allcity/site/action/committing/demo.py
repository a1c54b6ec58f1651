"""The commitments and the plan of the sample city: some in every state, one of them overdue."""

from datetime import timedelta

from django.db import transaction

from allcity.site.accounts.models import User
from allcity.site.action import readings
from allcity.site.action.committing import domain
from allcity.site.action.committing.phases import BY_NAME
from allcity.site.action.committing.words import section_choices, strategies_of
from allcity.site.action.models import Commitment
from allcity.site.cities.models import City, Role
from allcity.site.cities.places import all_places
from allcity.site.conversations.domain import start_thread
from allcity.site.conversations.models import Thread
from allcity.site.needs.models import Need
from allcity.site.needs.survey.reminding import today_in

FIGURE = "access.reach"
OPENING = (
    "This is what we agreed to do, section by section. It is short on purpose: each line has somebody who answers for it, "
    "and a day. Twice a year we read it together, in public."
)
TALK = "How do families without a car get to rehearsals?"


@transaction.atomic
def add(*, city: City, coordinator: User, liaison: User, manager: User, member: User) -> None:
    """Add them, once."""
    if Commitment.objects.of(city).exists():
        return
    today = today_in(city)
    sections = [section for section, _title in section_choices(city)]
    access, *rest = sections
    other = rest[0] if rest else access
    organization = next(iter(all_places(city, Role.MANAGER)), None)
    place = organization.public_id if organization else None
    figure = FIGURE if readings.record_of(city, FIGURE) else ""
    need = Need.objects.of(city).exclude(state=Need.State.CLOSED).order_by("-year", "pk").first()

    verified = domain.commit(
        city=city, user=coordinator, title="Put every program's bus line on its page", section=access, owner=member,
        due_on=today, is_public=True,
    )  # fmt: skip
    domain.move(commitment=verified, step=BY_NAME["begin"], user=member)
    domain.move(
        commitment=verified, step=BY_NAME["finish"], user=member, words="All 14 pages name the line and the stop."
    )
    domain.move(commitment=verified, step=BY_NAME["verify"], user=coordinator, words="Five pages were looked at.")

    works = domain.commit(
        city=city, user=coordinator, title="Open two after-school ensembles where none is within half an hour",
        details="Begin with the two neighborhoods that the examination names first.", section=access, owner=coordinator,
        place=place, due_on=today + timedelta(days=120), figure_id=figure, is_public=True,
    )  # fmt: skip
    for title, days in (
        ("Find a room in each", 30),
        ("Ask families which afternoons suit", 45),
        ("First rehearsal", 100),
    ):
        step = domain.add_milestone(
            commitment=works, user=coordinator, title=title, due_on=today + timedelta(days=days)
        )
        domain.check_milestone(milestone=step, user=coordinator, is_done=days == 30)
    domain.move(commitment=works, step=BY_NAME["begin"], user=coordinator)

    late = domain.commit(
        city=city, user=coordinator, title="Send every family the list of programs in Spanish too", section=other,
        owner=liaison, due_on=today + timedelta(days=3), is_public=True,
    )  # fmt: skip
    Commitment.objects.filter(pk=late.pk).update(
        due_on=today - timedelta(days=5)
    )  # nobody commits to a day that is past

    domain.commit(
        city=city, user=coordinator, title="Lend thirty instruments from the district's store", section=other,
        owner=manager, place=place, need=need, due_on=today + timedelta(days=60),
    )  # fmt: skip
    talk = start_thread(
        city=city, title=TALK, user=coordinator, audience=Thread.Audience.MEMBERS,
        text="Three families told us that the last bus leaves before rehearsals end. Who could help?",
    )  # fmt: skip
    domain.propose(
        city=city, user=coordinator, title="Ask the transit agency for a later bus on Tuesdays", section=access,
        owner=coordinator, thread=talk, due_on=today + timedelta(days=40),
    )  # fmt: skip
    dropped = domain.propose(city=city, user=coordinator, title="Print a yearly book of all programs", is_public=True)
    domain.move(
        commitment=dropped, step=BY_NAME["drop"], user=coordinator,
        words="It would be out of date within a month. The directory is looked after instead.",
    )  # fmt: skip
    domain.change_plan(city=city, user=coordinator, is_public=True, opening=OPENING, language="en")
    for section in (access, other):
        if offered := strategies_of(city, section):
            why = {offered[0].id: "We begin as small, and where there is least."}
            domain.choose_strategies(city=city, user=coordinator, section=section, chosen=why)
