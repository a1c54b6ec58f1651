"""Asking people to a session: by name, by group, by mail address; each once, with a link of their own."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from icalendar import Calendar
from tests.factories.site import city, holder, school
from tests.site.action.convening.made import called, called_for, guests, hence, invited, planned

from allcity.site.action.convening import answering, domain, inviting, queries
from allcity.site.cities.models import Role
from allcity.site.notices.domain import choose_delivery
from allcity.site.notices.kinds import Delivery
from allcity.site.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(town):
    return holder(town, Role.COORDINATOR, first_name="Cora")


@pytest.fixture
def draft(town, coordinator):
    return planned(town, coordinator)


def files(message):
    """The calendar files of a mail."""
    return [part for part in message.attachments if part[0].endswith(".ics")]


def subjects():
    return [(message.to[0], message.subject) for message in mail.outbox]


# --- Whom one asks ---


def test_whoever_was_asked_by_mail_and_joins_later_is_asked_once(town, draft, coordinator):
    inviting.invite(session=draft, user=coordinator, lines="kim@example.org")
    (before,) = invited(draft)
    user = holder(town, Role.MEMBER, email="kim@example.org")
    assert inviting.invite(session=draft, user=coordinator, users=[user]).now in (0, 1)
    (now,) = invited(draft)
    assert (now.pk, now.token, now.user) == (before.pk, before.token, user)


@pytest.mark.parametrize("group", ["role:king", "type:families", "place:nothing", "thread", "", "role:"])
def test_a_group_of_nobody_is_refused(draft, coordinator, group):
    with pytest.raises(ValidationError, match="Nobody is in that group"):
        inviting.invite_group(session=draft, user=coordinator, group=group)


def test_people_of_another_city_are_in_no_group(town, draft, coordinator):
    holder(city("Elsewhere"), Role.LIAISON, school(town).public_id)
    with pytest.raises(ValidationError):
        inviting.invite_group(session=draft, user=coordinator, group="role:liaison")


def test_too_many_at_once_are_refused(draft, coordinator):
    with pytest.raises(ValidationError, match="at most 500 people at once"):
        inviting.invite(session=draft, user=coordinator, lines=guests(501))


def test_who_is_missing_is_told_by_type(town, draft, coordinator):
    inviting.invite(session=draft, user=coordinator, lines="kim@example.org", participant="families")
    found = queries.asked(draft)
    assert [(each.title, each.asked, each.coming) for each in found.types] == [("Families", 1, 0)]
    assert "Students" in found.missing
    assert "Families" not in found.missing


# --- What they are told ---


def test_nobody_is_told_of_a_draft(draft, coordinator, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        inviting.invite(session=draft, user=coordinator, lines=guests(3))
    assert not mail.outbox


def test_everybody_gets_a_mail_with_their_own_link_and_file(town, coordinator, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        session = called_for(town, coordinator, guests(2), online_url="https://meet.example.org/secret")
    assert [to for to, _subject in subjects()] == ["guest0@example.org", "guest1@example.org"]
    for message, invitee in zip(mail.outbox, invited(session), strict=True):
        assert message.subject == "You are invited: First session"
        assert invitee.token in message.body
        (file,) = files(message)
        assert "method=REQUEST" in file[2]
        assert "secret" not in message.body + Calendar.from_ical(file[1]).to_ical().decode()
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        inviting.invite(session=session, user=coordinator, lines=guests(3))
    assert [to for to, _subject in subjects()] == ["guest2@example.org"]


def test_members_are_told_as_they_chose(town, coordinator, django_capture_on_commit_callbacks):
    at_once, off = holder(town, Role.MEMBER), holder(town, Role.MEMBER)
    choose_delivery(user=off, choices={"session-asked": Delivery.OFF})
    session = planned(town, coordinator)
    inviting.invite(session=session, user=coordinator, users=[at_once, off])
    with django_capture_on_commit_callbacks(execute=True):
        domain.call_session(session=session, user=coordinator)
    assert [to for to, _subject in subjects()] == [at_once.email]
    assert set(Notice.objects.values_list("user", "kind")) == {
        (at_once.pk, "session-asked"),
        (off.pk, "session-asked"),
    }


def test_a_poll_asks_once_and_the_chosen_date_is_told(town, coordinator, django_capture_on_commit_callbacks):
    session = planned(town, coordinator)
    inviting.invite(session=session, user=coordinator, lines=guests(1))
    dates = [(hence(day), hence(day) + timedelta(hours=2)) for day in (12, 13)]
    with django_capture_on_commit_callbacks(execute=True):
        session = domain.propose_dates(session=session, user=coordinator, dates=dates)
    ((_to, subject),) = subjects()
    assert subject == "Which dates suit you? First session"
    assert not files(mail.outbox[0])
    first, second = session.dates.all()
    (invitee,) = invited(session)
    answering.answer_poll(invitee=invitee, answers={first.pk: "yes", second.pk: "no", 10**6: "yes"})
    answering.answer_poll(invitee=invitee, answers={first.pk: "if_needed", second.pk: "perhaps"})
    assert queries.poll_answers(invitee) == {first.pk: "if_needed", second.pk: "no"}
    assert queries.poll_of(session).best == {first.pk}
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        domain.choose_date(session=session, user=coordinator, poll_date=first)
    ((_to, subject),) = subjects()
    assert subject == "You are invited: First session"
    assert files(mail.outbox[0])


def test_a_change_and_the_end_are_told_once_to_all_who_did_not_decline(
    town, coordinator, django_capture_on_commit_callbacks
):
    session = called(town, coordinator)
    with django_capture_on_commit_callbacks(execute=True):
        inviting.invite(session=session, user=coordinator, lines=guests(2))
    one, other = invited(session)
    with django_capture_on_commit_callbacks(execute=True):
        answering.answer(invitee=one, comes=True)
        answering.answer(invitee=other, comes=False)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        domain.change_session(session=session, user=coordinator, address="Pier 3")
    assert subjects() == [("guest0@example.org", "Changed: First session")]
    (before,) = files(mail.outbox[0])
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        domain.cancel_session(session=session, user=coordinator, reason="The <b>hall</b> is flooded & wet")
    assert subjects() == [("guest0@example.org", "Cancelled: First session")]
    assert "The <b>hall</b> is flooded & wet" in mail.outbox[0].body
    (file,) = files(mail.outbox[0])
    assert "method=CANCEL" in file[2]
    (ended,) = Calendar.from_ical(file[1]).walk("VEVENT")
    (changed,) = Calendar.from_ical(before[1]).walk("VEVENT")
    assert (changed["UID"], changed["SEQUENCE"]) == (ended["UID"], ended["SEQUENCE"] - 1)
    assert ended["STATUS"] == "CANCELLED"


def test_whoever_has_left_the_site_is_told_nothing(town, coordinator, django_capture_on_commit_callbacks):
    gone = holder(town, Role.MEMBER)
    session = planned(town, coordinator)
    inviting.invite(session=session, user=coordinator, users=[gone])
    gone.is_active = False
    gone.save()
    with django_capture_on_commit_callbacks(execute=True):
        domain.call_session(session=session, user=coordinator)
    assert not mail.outbox
