"""Asking people and their answers: one person once, places and the line of those who wait, links, reminders, leaving."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.site import city, holder, organization, person, school, signed_in
from tests.site.action.convening.made import asked, called, hence, planned
from tests.site.action.convening.test_planning import url

from allcity.site.action.convening import answering, domain, inviting, queries, tasks
from allcity.site.action.convening.checks import Point
from allcity.site.action.models import Invitee, PlanningSession
from allcity.site.cities.models import Role
from allcity.site.conversations.domain import follow, start_thread
from allcity.site.conversations.models import Thread
from allcity.site.notices.domain import choose_delivery
from allcity.site.notices.kinds import Delivery
from allcity.site.notices.models import Notice
from allcity.site.notices.work import work_of

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script> 🎺"


def guests(number):
    return "\n".join(f"guest{each}@example.org" for each in range(number))


def link_of(invitee):
    return f"/en/session/{invitee.token}/"


# --- Asking ---


def test_bad_lines_are_named_and_nobody_is_asked(town, coordinator):
    session = planned(town, coordinator)
    with pytest.raises(ValidationError) as refusal:
        inviting.invite(session=session, user=coordinator, lines="a@example.org\n\nnonsense\nb@example.org\n<b>@x")
    assert [message.split(":")[0] for message in refusal.value.messages] == [
        "Line 3 is not a mail address",
        "Line 5 is not a mail address",
    ]
    assert not session.invitees.exists()
    page = signed_in(coordinator).post(
        url(session, "planning-session-people"), {"way": "mail", "lines": "<b>nonsense</b>"}
    )
    assert "&lt;b&gt;nonsense" in page.content.decode()


def test_one_person_is_asked_once_however_they_are_meant(town, coordinator):
    member = holder(town, email="kim@example.org")
    session = planned(town, coordinator)
    assert inviting.invite(session=session, user=coordinator, lines="KIM@example.org\nkim@example.org, Kim").now == 1
    assert session.invitees.get().user == member
    assert inviting.invite(session=session, user=coordinator, users=[member]) == inviting.Invited(0, 1)
    assert inviting.invite_group(session=session, user=coordinator, group="role:member") == inviting.Invited(0, 1)
    inviting.invite(session=session, user=coordinator, lines="new@example.org, Nell")
    assert inviting.invite(session=session, user=coordinator, lines="NEW@example.org").before == 1
    # Who was asked by mail makes an account, and is asked with the others.
    nell = holder(town, email="new@example.org", last_name="New")
    assert inviting.invite(session=session, user=coordinator, users=[nell]).now == 0
    assert session.invitees.get(user=nell).name == "Nell"
    assert session.invitees.count() == 2


def test_whoever_has_an_account_elsewhere_is_shown_by_address_alone(town, coordinator):
    person("stranger@example.org", first_name="Secret")
    session = planned(town, coordinator)
    inviting.invite(session=session, user=coordinator, lines="stranger@example.org")
    page = signed_in(coordinator).get(url(session, "planning-session-people")).content.decode()
    assert "stranger@example.org" in page
    assert "Secret" not in page


def test_whole_groups_are_asked(town, coordinator):
    place, harbor = school(town), organization(town)
    liaison = holder(town, Role.LIAISON, place.public_id)
    manager = holder(town, Role.MANAGER, harbor.public_id)
    member = holder(town)
    holder(city("Elsewhere"), Role.LIAISON, school(city("Third")).public_id)
    thread = start_thread(city=town, user=coordinator, title="T", text="Hello", audience=Thread.Audience.MEMBERS)
    follow(thread=thread, user=member, follows=True)
    session = planned(town, coordinator)
    PlanningSession.objects.filter(pk=session.pk).update(thread=thread)
    session.refresh_from_db()
    groups = {
        "role:liaison": {liaison},
        "type:school_leaders": {liaison},
        "type:partner_organizations": {manager},
        f"place:{place.public_id}": {liaison},
        f"place:{harbor.public_id}": {manager},
        "everybody": {coordinator, liaison, manager, member},
    }
    for group, people in groups.items():
        assert set(inviting.people_of_group(session, group)) == people, group
    assert member in set(inviting.people_of_group(session, "thread"))
    for group in ("role:king", "place:nonsense", "nonsense", ""):
        with pytest.raises(ValidationError, match="Nobody is in that group"):
            inviting.invite_group(session=session, user=coordinator, group=group)
    browser = signed_in(coordinator)
    page = browser.get(url(session, "planning-session-people"))
    assert f"place:{place.public_id}" in page.content.decode()
    browser.post(url(session, "planning-session-people"), {"way": "group", "group": "everybody"})
    assert session.invitees.get(user=liaison).participant == "school_leaders"
    assert session.invitees.get(user=manager).place == harbor.public_id
    page = browser.get(url(session, "planning-session-people")).content.decode()
    assert "0 of 1 come" in page
    assert "Of these nobody is asked" in page


def test_members_are_asked_by_name(town, coordinator):
    member = holder(town, last_name="Lovelace")
    stranger = person()
    session = planned(town, coordinator)
    browser = signed_in(coordinator)
    people = url(session, "planning-session-people")
    assert "Ada Lovelace" in browser.get(people).content.decode()
    browser.post(people, {"way": "members", "users": [str(stranger.pk)]})
    assert not session.invitees.exists()
    browser.post(people, {"way": "members", "users": [str(member.pk)]})
    assert session.invitees.get().user == member


def test_people_pages_cost_the_same_with_one_and_with_thirty(town, coordinator):
    session = called(town, coordinator)
    asked(session, coordinator, "one@example.org")
    browser = signed_in(coordinator)
    browser.get(url(session, "planning-session-people"))
    with CaptureQueriesContext(connection) as one:
        browser.get(url(session, "planning-session-people"))
    asked(session, coordinator, guests(29))
    inviting.invite(session=session, user=coordinator, users=[holder(town) for _number in range(5)])
    with CaptureQueriesContext(connection) as thirty:
        browser.get(url(session, "planning-session-people"))
    assert len(one) + 2 >= len(thirty)


# --- Places and the line ---


def test_twelve_are_asked_for_ten_places_and_the_line_moves_up(town, coordinator, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        session = called(town, coordinator, capacity=10)
        invitees = asked(session, coordinator, guests(12))
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        for invitee in invitees:
            answering.answer(invitee=invitee, comes=True)
    assert [message.subject for message in mail.outbox][9:] == [
        "You have a place: First session",
        "You wait for a place: First session",
        "You wait for a place: First session",
    ]
    assert "You are number 2 of those who wait" in mail.outbox[-1].body
    assert queries.places_of(session) == queries.Places(10, 2, 10)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        answering.leave(invitee=invitees[3])
    assert [(message.to[0], message.subject.split(":")[0]) for message in mail.outbox] == [
        ("guest3@example.org", "You do not come"),
        ("guest10@example.org", "A place became free for you"),
    ]
    # Who comes back is behind whoever waits, also where a place is free.
    answering.answer(invitee=invitees[3], comes=True)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        domain.change_session(session=session, user=coordinator, capacity=11)
    assert [message.to[0] for message in mail.outbox] == ["guest11@example.org"]
    domain.change_session(session=session, user=coordinator, capacity=5)
    assert queries.places_of(session).coming == 11
    session = domain.change_session(session=session, user=coordinator, capacity=None)
    assert queries.places_of(session) == queries.Places(12, 0, None)


def test_saying_it_twice_changes_nothing(town, coordinator, django_capture_on_commit_callbacks):
    session = called(town, coordinator, capacity=1)
    first, second = asked(session, coordinator, guests(2))
    answering.answer(invitee=first, comes=True)
    waits = answering.answer(invitee=second, comes=True)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        again = answering.answer(invitee=second, comes=True, asks="Spanish")
        answering.answer(invitee=first, comes=True)
    assert (again.state, again.queued_at, again.asks) == ("waiting", waits.queued_at, "Spanish")
    assert not mail.outbox


def test_whoever_is_removed_makes_room(town, coordinator, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        session = called(town, coordinator, capacity=1)
        first, second = asked(session, coordinator, guests(2))
    answering.answer(invitee=first, comes=True)
    answering.answer(invitee=second, comes=True)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(coordinator).post(url(session, "planning-session-remove", first.pk))
    assert [(message.to[0], message.subject.split(":")[0]) for message in mail.outbox] == [
        ("guest0@example.org", "Your invitation has ended"),
        ("guest1@example.org", "A place became free for you"),
    ]
    with pytest.raises(ValidationError, match="invitation has ended"):
        answering.answer(invitee=first, comes=True)


def test_an_account_that_is_erased_makes_room(town, coordinator):
    member = holder(town)
    session = called(town, coordinator, capacity=1)
    inviting.invite(session=session, user=coordinator, users=[member], lines="kim@example.org")
    first, second = session.invitees.order_by("pk")
    answering.answer(invitee=first, comes=True, asks="A ride")
    answering.answer(invitee=second, comes=True)
    assert queries.personal_data(member)["invitations"][0]["asks"] == "A ride"
    queries.erase(member)
    assert session.invitees.get().state == "coming"


# --- By a link ---


def test_somebody_answers_by_link_and_opening_changes_nothing(client, town, coordinator):
    session = called(town, coordinator, capacity=1, online_url="https://meet.example.org/room")
    kim, lee = asked(session, coordinator, "kim@example.org, Kim Keys\nlee@example.org")
    page = client.get(link_of(kim))
    assert page.status_code == 200
    content = page.content.decode()
    assert "First session" in content
    assert "Is this the invitation of somebody else?" in content
    assert "lee@example.org" not in content
    assert "meet.example.org" not in content
    kim.refresh_from_db()
    assert kim.state == "invited"
    told = {"comes": "yes", "name": SCRIPT, "participant": "families", "asks": SCRIPT}
    # A link is followed twice, and the answer sent twice.
    for _time in range(2):
        assert client.post(link_of(kim), told).status_code == 302
    kim.refresh_from_db()
    assert (kim.state, kim.participant, kim.name) == ("coming", "families", SCRIPT)
    content = client.get(link_of(kim)).content.decode()
    assert "You have a place" in content
    assert SCRIPT not in content
    assert "a day before" in content
    assert "meet.example.org" not in content
    client.post(link_of(lee), {"comes": "yes"})
    assert "number 1" in client.get(link_of(lee)).content.decode()
    page = signed_in(coordinator).get(url(session, "planning-session-people")).content.decode()
    assert "&lt;script&gt;" in page
    assert SCRIPT not in page
    client.post(f"{link_of(kim)}leave/")
    lee.refresh_from_db()
    assert lee.state == "coming"
    assert client.get(f"{link_of(kim)}leave/").status_code == 405
    assert client.get("/en/session/nonsense/").status_code == 404


def test_wrong_answers_are_named(client, town, coordinator):
    session = called(town, coordinator)
    (kim,) = asked(session, coordinator, "kim@example.org")
    assert "This field is required" in client.post(link_of(kim), {}).content.decode()
    assert "Select a valid choice" in client.post(link_of(kim), {"comes": "yes", "participant": "x"}).content.decode()
    assert client.post(link_of(kim), {"comes": "yes", "asks": "x" * 1001}).status_code == 200
    with pytest.raises(ValidationError, match="from the list"):
        answering.answer(invitee=kim, comes=True, participant="kings")


def test_a_forwarded_invitation_is_stopped(client, town, coordinator, django_capture_on_commit_callbacks):
    session = called(town, coordinator)
    (kim,) = asked(session, coordinator, "kim@example.org")
    page = client.post(f"{link_of(kim)}not-for-me/")
    assert "Thank you for saying so" in page.content.decode()
    assert client.get(link_of(kim)).status_code == 404
    notice = Notice.objects.get(user=coordinator, kind="session-not-for-them")
    assert notice.values == {"session": "First session"}
    assert signed_in(coordinator).get(notice.url).status_code == 200
    (_kim, lee) = asked(session, coordinator, "lee@example.org")
    answering.answer(invitee=lee, comes=True)
    page = client.post(f"{link_of(lee)}not-for-me/", follow=True)
    assert "Somebody has answered with this link" in page.content.decode()


def test_a_draft_and_a_past_session_take_no_answers(client, town, coordinator):
    session = planned(town, coordinator)
    (kim,) = asked(session, coordinator, "kim@example.org")
    assert client.get(link_of(kim)).status_code == 404
    with pytest.raises(ValidationError, match="no date yet"):
        answering.answer(invitee=kim, comes=True)
    domain.call_session(session=session, user=coordinator)
    over = timezone.now() - timedelta(hours=1)
    PlanningSession.objects.update(starts_at=over - timedelta(hours=1), ends_at=over)
    page = client.get(link_of(kim))
    assert page.status_code == 410
    assert "This session is over" in page.content.decode()
    with pytest.raises(ValidationError, match="is over"):
        answering.answer(invitee=kim, comes=True)
    with pytest.raises(ValidationError, match="over"):
        inviting.invite(session=session, user=coordinator, lines="lee@example.org")
    with pytest.raises(ValidationError, match="took place"):
        domain.set_agenda(session=session, user=coordinator, points=[Point("A", 5)])


def test_the_link_to_join_online_is_there_a_day_before_for_those_who_come(client, town, coordinator):
    session = called(town, coordinator, online_url="https://meet.example.org/room")
    kim, lee = asked(session, coordinator, guests(2))
    answering.answer(invitee=kim, comes=True)
    soon = timezone.now() + timedelta(hours=23)
    PlanningSession.objects.update(starts_at=soon, ends_at=soon + timedelta(hours=1))
    assert "https://meet.example.org/room" in client.get(link_of(kim)).content.decode()
    assert "meet.example.org" not in client.get(link_of(lee)).content.decode()


# --- Signed in ---


def test_members_answer_on_the_page_and_in_their_work(town, coordinator):
    member = holder(town)
    session = called(town, coordinator)
    inviting.invite(session=session, user=coordinator, users=[member])
    (item,) = work_of(member)
    assert item.title == "Say whether you come"
    browser = signed_in(member)
    assert "Do you come?" in browser.get(url(session)).content.decode()
    answer = url(session, "planning-session-answer")
    assert browser.post(answer, {}).status_code == 200
    browser.post(answer, {"comes": "yes", "participant": "families"})
    assert session.invitees.get().state == "coming"
    assert not work_of(member)
    assert [each.title for each in work_of(coordinator)] == []
    browser.post(answer, {"leave": "1"})
    assert session.invitees.get().state == "declined"
    assert signed_in(holder(town)).post(answer, {"comes": "yes"}).status_code == 404


def test_a_member_asks_to_be_invited(town, coordinator):
    member = holder(town, last_name="Lovelace")
    session = called(town, coordinator, audience="public")
    browser = signed_in(member)
    assert "Ask for an invitation" in browser.get(url(session)).content.decode()
    for _time in range(2):
        browser.post(url(session, "planning-session-ask"))
    notice = Notice.objects.get(kind="session-wish")
    assert "Lovelace" not in str(notice.values)
    boss = signed_in(coordinator)
    assert "Ada Lovelace would like to be invited" in boss.get(notice.url).content.decode()
    boss.post(notice.url, {"way": "wish"})
    assert session.invitees.get().user == member
    assert "would like" not in boss.get(notice.url).content.decode()
    assert "would like" not in boss.get(notice.url + "x").content.decode()
    assert browser.post(url(session, "planning-session-ask")).status_code == 404


# --- Mail ---


def test_each_is_mailed_once_and_again_when_something_changes(town, coordinator, django_capture_on_commit_callbacks):
    member = holder(town, language="es")
    session = planned(town, coordinator)
    with django_capture_on_commit_callbacks(execute=True):
        inviting.invite(session=session, user=coordinator, users=[member], lines="kim@example.org")
    assert not mail.outbox
    with django_capture_on_commit_callbacks(execute=True):
        domain.call_session(session=session, user=coordinator)
        domain.call_session(session=session, user=coordinator)
    assert sorted(message.to[0] for message in mail.outbox) == sorted([member.email, "kim@example.org"])
    (to_member,) = [message for message in mail.outbox if message.to == [member.email]]
    assert "/es/session/" in to_member.body
    assert Notice.objects.filter(user=member, mailed_at__isnull=False).count() == 1
    mail.outbox.clear()
    for invitee in session.invitees.all():
        tasks.tell_invitee.call(invitee.pk)
    assert not mail.outbox
    with django_capture_on_commit_callbacks(execute=True):
        domain.change_session(session=session, user=coordinator, childcare="Yes", capacity=7)
    assert not mail.outbox
    answering.leave(invitee=session.invitees.get(user=member))
    with django_capture_on_commit_callbacks(execute=True):
        domain.change_session(session=session, user=coordinator, place_name="City Hall")
    assert [message.to[0] for message in mail.outbox] == ["kim@example.org"]
    assert "City Hall" in mail.outbox[0].body


def test_whoever_wants_no_mail_gets_none(town, coordinator, django_capture_on_commit_callbacks):
    member = holder(town)
    choose_delivery(user=member, choices={"session-asked": Delivery.OFF})
    session = called(town, coordinator)
    with django_capture_on_commit_callbacks(execute=True):
        inviting.invite(session=session, user=coordinator, users=[member])
    assert not mail.outbox
    assert Notice.objects.filter(user=member, kind="session-asked").count() == 1


def test_people_are_reminded_a_week_and_a_day_before_each_once(town, coordinator, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        session = called(town, coordinator)
        coming, silent, gone = asked(session, coordinator, guests(3))
    answering.answer(invitee=coming, comes=True)
    answering.leave(invitee=gone)

    def reminded(days):
        starts_at = hence(days)
        PlanningSession.objects.filter(pk=session.pk).update(
            starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)
        )
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            tasks.remind_of_sessions.call()
        return {(message.to[0], message.subject.split(":")[0]) for message in mail.outbox}

    both = {(coming.email, "Soon"), (silent.email, "Do you come? First session")}
    assert reminded(10) == set()
    assert reminded(6) == both
    assert reminded(5) == set()
    assert reminded(1) == both
    assert reminded(1) == set()


def test_what_is_called_for_tomorrow_reminds_of_nothing_more(town, coordinator, django_capture_on_commit_callbacks):
    session = called(town, coordinator, starts_at=hence(1), ends_at=hence(1) + timedelta(hours=1))
    assert set(session.told) >= {"week"}
    with django_capture_on_commit_callbacks(execute=True):
        asked(session, coordinator, guests(1))
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        tasks.remind_of_sessions.call()
    assert not [message for message in mail.outbox if "Soon" in message.subject]


def test_needs_and_addresses_are_forgotten(town, coordinator):
    session = called(town, coordinator)
    (kim,) = asked(session, coordinator, "kim@example.org, Kim")
    answering.answer(invitee=kim, comes=True, asks="A ramp")
    for days, asks, email in ((10, "A ramp", "kim@example.org"), (31, "", "kim@example.org"), (366, "", "")):
        over = timezone.now() - timedelta(days=days)
        PlanningSession.objects.update(starts_at=over - timedelta(hours=1), ends_at=over)
        tasks.forget_needs.call()
        kim.refresh_from_db()
        assert (kim.asks, kim.email) == (asks, email)
    assert signed_in(coordinator).get(url(session, "planning-session-people")).status_code == 200
    assert Invitee.objects.get().name == ""
