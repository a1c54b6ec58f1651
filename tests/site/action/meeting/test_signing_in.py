"""Who is there: the code at the door, one's own link, the list of those who run the session; each once, and when."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.site import holder, signed_in
from tests.site.action.convening.made import called_for, guests, invited, planned
from tests.site.action.meeting.made import begun, link, url

from allcity.site.action.convening import domain as convening
from allcity.site.action.convening import inviting
from allcity.site.action.meeting import attending, window
from allcity.site.action.models import Attendance, Invitee, PlanningSession

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script> 🎺"


def there(session):
    return list(session.attendances.order_by("pk").values_list("name", "participant"))


# --- By the code ---


def test_whoever_has_the_code_signs_in_by_name_once_from_a_browser(client, session):
    page = link("here", session.code)
    shown = client.get(page)
    assert shown.status_code == 200
    assert "What we heard" in shown.content.decode()
    for name in ("Kim", "ana@example.org"):
        assert name not in shown.content.decode()
    assert not there(session)
    assert client.post(page, {"name": "Theo Park", "participant": "families"}).status_code == 302
    client.post(page, {"name": "Theo Park", "participant": "families"})
    assert there(session) == [("Theo Park", "families")]
    assert "You are signed in." in client.get(page).content.decode()
    # Another phone, another person.
    Client().post(page, {"name": "Theo Park", "participant": ""})
    assert len(there(session)) == 2


def test_the_code_is_read_however_it_is_typed_and_a_wrong_one_leads_nowhere(client, session):
    assert client.get(link("here", session.code.lower())).status_code == 200
    assert client.get(link("here", "NOSUCHCODE")).status_code == 404
    assert client.get(link("code", "NOSUCHCODE")).status_code == 404
    drawn = client.get(link("code", session.code))
    assert drawn["Content-Type"] == "image/svg+xml"
    assert b"<svg" in drawn.content


@pytest.mark.parametrize("state", [PlanningSession.State.DRAFT, PlanningSession.State.POLL])
def test_of_a_session_that_is_not_called_nobody_learns(client, town, coordinator, state):
    session = planned(town, coordinator)
    PlanningSession.objects.filter(pk=session.pk).update(state=state)
    assert client.get(link("here", session.code)).status_code == 404
    assert client.get(link("code", session.code)).status_code == 404


def test_bad_names_are_told_and_what_was_typed_stays(client, session):
    page = link("here", session.code)
    assert 'role="alert"' in client.post(page, {"name": "   "}).content.decode()
    answer = client.post(page, {"name": "x" * 201})
    assert "x" * 201 in answer.content.decode()
    assert client.post(page, {"name": "Theo", "participant": "martians"}).status_code == 200
    assert not there(session)
    client.post(page, {"name": SCRIPT})
    assert there(session) == [(SCRIPT, "")]


def test_a_name_of_somebody_who_was_asked_is_them_unless_two_are_called_so(town, coordinator):
    session = begun(town, coordinator, "kim@example.org, Kim Keys\na@example.org, Jo Sol\nb@example.org, Jo Sol")
    kim = attending.sign_in_by_name(session=session, name="  kim   KEYS ")
    assert kim.invitee
    assert kim.invitee.email == "kim@example.org"
    assert attending.sign_in_by_name(session=session, name="Jo Sol").invitee is None
    # Who is there already does not come again: somebody else is called so.
    assert attending.sign_in_by_name(session=session, name="Kim Keys").invitee is None


def test_whoever_is_asked_and_signed_in_needs_one_button(town, coordinator):
    member = holder(town, first_name="Ada", last_name="Lovelace")
    session = called_for(town, coordinator, "kim@example.org")
    inviting.invite(session=session, user=coordinator, users=[member])
    now = timezone.now()
    PlanningSession.objects.filter(pk=session.pk).update(starts_at=now, ends_at=now + timedelta(hours=1))
    browser, page = signed_in(member), link("here", session.code)
    assert "<label" not in browser.get(page).content.decode().split("<main")[1]
    browser.post(page)
    browser.post(page)
    assert there(session) == [("Ada Lovelace", "")]


# --- By the link ---


def test_a_link_signs_in_once_and_names_nobody(client, session):
    kim, _ana = invited(session)
    page = link("here-by", kim.token)
    assert "Kim" not in client.get(page).content.decode()
    assert not there(session)
    client.post(page)
    client.post(page)
    assert there(session) == [("Kim Keys", kim.participant)]
    assert "You are signed in." in client.get(page).content.decode()
    assert client.get(link("here-by", "nobody")).status_code == 404


def test_links_work_in_a_city_that_is_not_public(client, coordinator, session):
    session.city.is_public = False
    session.city.save()
    kim, _ana = invited(session)
    assert client.get(link("here-by", kim.token)).status_code == 200
    assert client.get(link("here", session.code)).status_code == 200
    assert client.get(link("packet-by", kim.token)).status_code == 200


def test_whose_invitation_ended_is_told_to_sign_in_by_name(session):
    kim, _ana = invited(session)
    Invitee.objects.filter(pk=kim.pk).delete()
    with pytest.raises(ValidationError, match="Sign in at the door with your name"):
        attending.sign_in(invitee=kim)


# --- At the door ---


def test_those_who_run_it_note_and_take_back(session, runs):
    kim, _ana = invited(session)
    door = url(session, "door")
    assert "Kim Keys" in runs.get(door).content.decode()
    runs.post(door, {"invitee": kim.pk})
    runs.post(door, {"invitee": kim.pk})
    assert len(there(session)) == 1
    runs.post(door, {"name": "Theo Park", "participant": "families"})
    assert len(there(session)) == 2
    shown = runs.get(door).content.decode()
    assert "2 people are here." in shown
    assert "came without having been asked" in shown
    row = session.attendances.get(invitee=kim)
    runs.post(door, {"undo": row.pk})
    assert there(session) == [("Theo Park", "families")]
    assert runs.post(door, {"undo": row.pk}).status_code == 404


def test_the_door_refuses_what_is_not_of_this_session(session, runs, town, coordinator):
    other = begun(town, coordinator, "lee@example.org")
    (lee,) = invited(other)
    row = attending.sign_in(invitee=lee)
    door = url(session, "door")
    for sent in ({"invitee": lee.pk}, {"undo": row.pk}, {"undo": "x"}, {"invitee": "9" * 40}, {"invitee": "²"}):
        assert runs.post(door, sent).status_code == 404
    assert Attendance.objects.count() == 1
    refused = runs.post(door, {"name": ""})
    assert refused.status_code == 200
    assert 'role="alert"' in refused.content.decode()


def test_a_door_costs_as_many_queries_with_one_as_with_thirty(town, coordinator, runs):
    costs = []
    for number in (1, 30):
        session = begun(town, coordinator, guests(number))
        for row in invited(session)[: number // 2]:
            attending.sign_in(invitee=row)
        runs.get(url(session, "door"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert runs.get(url(session, "door")).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


# --- When ---


def test_it_opens_two_hours_before_and_closes_at_the_midnight_after_the_next_day(client, town, coordinator):
    session = begun(town, coordinator, ago=-2.5)
    kim, _ana = invited(session)
    page = link("here-by", kim.token)
    assert "it is not open yet" in client.get(page).content.decode()
    client.post(page)
    assert not there(session)
    with pytest.raises(ValidationError, match="to sign in"):
        attending.sign_in(invitee=kim, at_door=True)
    now = timezone.now()
    PlanningSession.objects.filter(pk=session.pk).update(
        starts_at=now - timedelta(days=4), ends_at=now - timedelta(days=3)
    )
    assert "Signing in has closed" in client.get(page).content.decode()
    client.post(page)
    assert not there(session)
    # Those who run it can note it later too.
    kim.session.refresh_from_db()
    attending.sign_in(invitee=kim, at_door=True)
    assert there(session)


def test_nobody_signs_in_to_one_that_is_cancelled(client, session, coordinator):
    kim, _ana = invited(session)
    convening.cancel_session(session=session, user=coordinator, reason="Snow")
    assert "This session is cancelled." in client.get(link("here-by", kim.token)).content.decode()
    client.post(link("here-by", kim.token))
    assert not there(session)


@given(
    since=st.integers(0, 60 * 24 * 700),
    minutes=st.integers(10, 600),
    zone=st.sampled_from(["America/Chicago", "Asia/Kolkata", "Pacific/Auckland"]),
    probe=st.integers(-5 * 60, 80 * 60),
)
def test_the_window_is_that_of_the_clocks_of_the_city(since, minutes, zone, probe):
    starts = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=since)
    ends = starts + timedelta(minutes=minutes)
    session = PlanningSession(starts_at=starts, ends_at=ends, time_zone=zone, state="called")
    now = starts + timedelta(minutes=probe)
    # Said anew: by days on the wall calendar instead of by a computed midnight.
    days = (now.astimezone(ZoneInfo(zone)).date() - ends.astimezone(ZoneInfo(zone)).date()).days
    expected = window.EARLY if probe < -120 else window.OPEN if days <= 1 else window.OVER
    assert window.sign_in_of(session, now) == expected
    session.state = "cancelled"
    assert window.sign_in_of(session, now) == window.NEVER


# --- What is kept ---


def test_names_without_an_account_are_forgotten_after_a_year(session, town, coordinator):
    member = holder(town, first_name="Ada", last_name="Lovelace")
    Invitee.objects.filter(session=session, email="kim@example.org").update(user=member)
    kim, ana = invited(session)
    attending.sign_in(invitee=kim)
    attending.sign_in(invitee=ana)
    attending.sign_in_by_name(session=session, name="Theo Park", participant="families")
    assert attending.forget_names() == 0
    PlanningSession.objects.filter(pk=session.pk).update(ends_at=timezone.now() - timedelta(days=366))
    assert attending.forget_names() == 1 + bool(ana.name)
    assert ("", "families") in there(session)
    assert "Ada Lovelace" in dict(there(session))


def test_a_person_takes_their_data_along_and_leaves_a_count(session, town):
    member = holder(town, first_name="Ada", last_name="Lovelace")
    Invitee.objects.filter(session=session, email="kim@example.org").update(user=member)
    kim, _ana = invited(session)
    attending.sign_in(invitee=kim)
    (row,) = attending.personal_data(member)["was_there"]
    assert (row["session"], row["name"]) == (session.title, "Ada Lovelace")
    attending.erase(member)
    assert [name for name, _type in there(session)] == [""]
