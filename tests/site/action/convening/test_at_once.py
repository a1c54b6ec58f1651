"""Two hundred people answer at the same instant for fifty places: real transactions, each on a connection of its own."""

import threading
from collections import Counter
from functools import partial

import pytest
from django.core import mail
from django.db import connection
from tests.factories.site import city, holder
from tests.site.action.convening.made import asked, called
from tests.site.partnerships.at_once import at_once

from allcity.site.action.convening import answering, domain, tasks
from allcity.site.action.models import Invitee
from allcity.site.cities.models import Role

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
PEOPLE, PLACES, CONNECTIONS = 200, 50, 60
"""As many connections as a server lets in; whoever comes then waits at the door, as before a web server."""


def lines(number: int) -> str:
    return "\n".join(f"guest{each}@example.org" for each in range(number))


def test_two_hundred_answer_at_once_for_fifty_places() -> None:
    town = city()
    coordinator = holder(town, Role.COORDINATOR)
    session = called(town, coordinator, capacity=PLACES)
    invitees = asked(session, coordinator, lines(PEOPLE))
    mail.outbox.clear()
    door = threading.BoundedSemaphore(CONNECTIONS)

    def comes(invitee: Invitee) -> Invitee:
        with door:
            try:
                return answering.answer(invitee=invitee, comes=True)
            finally:
                connection.close()

    found = at_once(*(partial(comes, each) for each in invitees))
    assert all(isinstance(each, Invitee) for each in found), [each for each in found if not isinstance(each, Invitee)]
    rows = list(session.invitees.order_by("queued_at", "pk"))
    assert [row.state for row in rows] == ["coming"] * PLACES + ["waiting"] * (PEOPLE - PLACES)
    assert len({row.queued_at for row in rows}) == PEOPLE
    # Each is mailed once, of what they were told.
    assert Counter(message.to[0] for message in mail.outbox) == {row.email: 1 for row in rows}
    placed = {message.to[0] for message in mail.outbox if message.subject.startswith("You have a place")}
    assert placed == {row.email for row in rows[:PLACES]}


def test_places_are_given_back_and_taken_at_once() -> None:
    town = city()
    coordinator = holder(town, Role.COORDINATOR)
    session = called(town, coordinator, capacity=5)
    invitees = asked(session, coordinator, lines(20))
    for invitee in invitees[:15]:
        answering.answer(invitee=invitee, comes=True)
    mail.outbox.clear()
    leaving = [partial(answering.leave, invitee=each) for each in invitees[:3]]
    coming = [partial(answering.answer, invitee=each, comes=True) for each in invitees[15:]]
    more = [partial(domain.change_session, session=session, user=coordinator, capacity=7)]
    found = at_once(*leaving, *coming, *more)
    assert not [each for each in found if isinstance(each, Exception)], found
    rows = list(session.invitees.exclude(state="declined").order_by("queued_at", "pk"))
    assert [row.pk for row in rows[:12]] == [each.pk for each in invitees[3:15]]
    assert [row.state for row in rows] == ["coming"] * 7 + ["waiting"] * 10
    promoted = [message.to[0] for message in mail.outbox if message.subject.startswith("A place became free")]
    assert sorted(promoted) == sorted(each.email for each in invitees[5:10])


def test_who_could_not_be_mailed_is_told_the_next_day(monkeypatch: pytest.MonkeyPatch) -> None:
    town = city()
    coordinator = holder(town, Role.COORDINATOR)
    session = called(town, coordinator)
    (kim,) = asked(session, coordinator, "kim@example.org")
    Invitee.objects.update(told_sequence=-1)
    mail.outbox.clear()

    def fails(_message: mail.EmailMessage) -> int:
        raise OSError("away")

    with monkeypatch.context() as broken:
        broken.setattr("allcity.site.accounts.mail.Mail.send", fails)
        with pytest.raises(OSError, match="away"):
            tasks.tell_invitee.call(kim.pk)
    for _day in range(2):
        tasks.remind_of_sessions.call()
    assert [message.to[0] for message in mail.outbox] == ["kim@example.org"]
