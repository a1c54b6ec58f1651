"""The pages behind links: of whoever is asked, of somebody whom they reached instead, and after everything is over."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from icalendar import Calendar
from tests.factories.site import city, holder, person, signed_in
from tests.site.action.convening.made import called, called_for, invited, planned

from allcity.site.action.convening import answering, domain, feeds, inviting, links, queries
from allcity.site.action.convening.links import Link
from allcity.site.action.models import CalendarFeed, Invitee, PlanningSession
from allcity.site.cities.models import Role

pytestmark = pytest.mark.django_db
ONLINE = "https://meet.example.org/secret"


@pytest.fixture
def session(town, coordinator):
    return called_for(town, coordinator, "kim@example.org, Kim Keys\nana@example.org", capacity=1, online_url=ONLINE)


def address(invitee, name="invitation"):
    with translation.override("en"):
        return reverse(f"convening:{name}", args=[invitee.token])


def page(client, invitee, status=200):
    response = client.get(address(invitee))
    assert response.status_code == status
    return response.content.decode()


def test_opening_a_link_changes_nothing_and_names_nobody(client, session):
    kim, _ana = invited(session)
    shown = page(client, kim)
    assert page(client, kim)
    for told in ("Kim", "kim@example.org", "ana@example.org", ONLINE):
        assert told not in shown
    assert session.title in shown
    kim.refresh_from_db()
    assert kim.state == Invitee.State.INVITED


def test_somebody_answers_twice_waits_leaves_and_says_who_they_are(client, session):
    kim, ana = invited(session)
    said = {"comes": "yes", "name": "", "participant": "families", "asks": "<script>alert(1)</script> 🎺"}
    for _again in range(2):
        response = client.post(address(kim), said, follow=True)
    assert "You have a place." in response.content.decode()
    assert "<script>alert(1)" not in response.content.decode()
    kim.refresh_from_db()
    assert (kim.state, kim.name, kim.participant, kim.asks) == ("coming", "Kim Keys", "families", said["asks"])
    assert "number 1" in client.post(address(ana), {"comes": "yes"}, follow=True).content.decode()
    client.post(address(kim, "leave"))
    ana.refresh_from_db()
    assert ana.state == Invitee.State.COMING
    assert "Kim" not in page(client, kim)


def test_a_wrong_answer_is_refused_and_nothing_is_written(client, session):
    kim, _ana = invited(session)
    for said in (
        {},
        {"comes": "perhaps"},
        {"comes": "yes", "asks": "x" * 1001},
        {"comes": "yes", "participant": "kings"},
    ):
        assert client.post(address(kim), said).status_code == 200
    kim.refresh_from_db()
    assert kim.state == Invitee.State.INVITED


def test_a_link_is_read_by_posting_alone(client, session):
    kim, _ana = invited(session)
    assert client.get(address(kim, "leave")).status_code == 405
    assert client.get(address(kim, "not-for-me")).status_code == 405


def test_an_answered_link_is_not_stopped_by_somebody_else(client, session):
    kim, _ana = invited(session)
    client.post(address(kim), {"comes": "yes"})
    shown = client.post(address(kim, "not-for-me"), follow=True).content.decode()
    assert "Somebody has answered with this link" in shown
    kim.refresh_from_db()
    assert kim.state == Invitee.State.COMING


def test_links_are_over_kindly(client, town, session, coordinator):
    kim, _ana = invited(session)
    domain.cancel_session(session=session, user=coordinator, reason="Storm <b>")
    shown = page(client, kim, status=410)
    assert "Storm &lt;b&gt;" in shown
    assert client.post(address(kim), {"comes": "yes"}).status_code == 410
    client.post(address(kim, "leave"))
    kim.refresh_from_db()
    assert kim.state == Invitee.State.INVITED
    past = called_for(town, coordinator, "kim@example.org")
    now = timezone.now()
    PlanningSession.objects.filter(pk=past.pk).update(starts_at=now - timedelta(hours=2), ends_at=now)
    assert "This session is over" in page(client, invited(past)[0], status=410)


def test_the_link_of_a_draft_or_of_nothing_leads_nowhere(client, town, coordinator):
    draft = planned(town, coordinator)
    inviting.invite(session=draft, user=coordinator, lines="kim@example.org")
    (kim,) = invited(draft)
    assert client.get(address(kim)).status_code == 404
    kim.token = "x" * 43
    assert client.get(address(kim)).status_code == 404


def test_whoever_answered_by_a_poll_says_which_dates_suit(client, town, coordinator):
    session = planned(town, coordinator)
    inviting.invite(session=session, user=coordinator, lines="kim@example.org")
    starts_at = session.starts_at
    session = domain.propose_dates(
        session=session,
        user=coordinator,
        dates=[(starts_at, session.ends_at), (starts_at + timedelta(days=1), session.ends_at + timedelta(days=1))],
    )
    (kim,) = invited(session)
    first, second = session.dates.all()
    client.post(address(kim), {f"date-{first.pk}": "yes", f"date-{second.pk}": "no", "date-999999": "yes"})
    assert queries.poll_answers(kim) == {first.pk: "yes", second.pk: "no"}
    client.post(address(kim), {f"date-{first.pk}": "sure"})
    assert queries.poll_answers(kim) == {first.pk: "yes", second.pk: "no"}


# --- Signed in ---


def test_a_member_who_is_asked_answers_on_the_page_of_the_session(town, session, coordinator):
    user, stranger = holder(town, Role.MEMBER), holder(town, Role.MEMBER)
    inviting.invite(session=session, user=coordinator, users=[user])
    url = reverse("city:planning-session-answer", args=[town.slug, session.public_id])
    assert signed_in(stranger).post(url, {"comes": "yes"}).status_code == 404
    assert signed_in(user).post(url, {"comes": "yes"}).status_code == 302
    assert queries.invitee_of(session, user).state == Invitee.State.COMING
    signed_in(user).post(url, {"leave": "1"})
    assert queries.invitee_of(session, user).state == Invitee.State.DECLINED


def test_an_invitation_gives_no_right_in_another_city(town, session):
    elsewhere = city("Elsewhere")
    user = holder(elsewhere, Role.COORDINATOR)
    for name in ("planning-session", "planning-session-people", "planning-session-file"):
        for slug in (town.slug, elsewhere.slug):
            url = reverse(f"city:{name}", args=[slug, session.public_id])
            assert signed_in(user).get(url).status_code in (403, 404), (name, slug)


# --- Feeds ---


def test_a_feed_shows_what_somebody_is_asked_to_until_its_address_ends(client, town, session, coordinator):
    user = holder(town, Role.MEMBER)
    inviting.invite(session=session, user=coordinator, users=[user])
    row = feeds.make_feed(user=user)
    url = reverse("convening:feed", args=[row.token])
    made = Calendar.from_ical(client.get(url).content)
    (event,) = made.walk("VEVENT")
    assert event["SUMMARY"] == session.title
    assert ONLINE not in str(event["DESCRIPTION"])
    domain.cancel_session(session=session, user=coordinator, reason="Storm")
    (event,) = Calendar.from_ical(client.get(url).content).walk("VEVENT")
    assert event["STATUS"] == "CANCELLED"
    newer = feeds.make_feed(user=user)
    assert client.get(url).status_code == 404
    assert client.get(reverse("convening:feed", args=[newer.token])).status_code == 200
    user.is_active = False
    user.save()
    assert client.get(reverse("convening:feed", args=[newer.token])).status_code == 404
    assert CalendarFeed.objects.count() == 1


def test_the_feed_of_a_city_has_public_sessions_alone(client, town, session, coordinator):
    shown = called(town, coordinator, audience="public", online_url=ONLINE, title="For everybody")
    planned(town, coordinator, audience="public", title="Draft")
    url = reverse("city:planning-sessions-calendar", args=[town.slug])
    content = client.get(url).content
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert event["SUMMARY"] == shown.title
    assert ONLINE.encode() not in content.replace(b"\r\n ", b"")
    assert session.title != shown.title


# --- Leaving the site ---


def test_whoever_closes_their_account_leaves_their_place_to_the_next(town, session, coordinator):
    user = person("kim@example.com")
    inviting.invite(session=session, user=coordinator, users=[user])
    mine = queries.invitee_of(session, user)
    answering.answer(invitee=mine, comes=True, asks="A ride")
    _kim, ana, *_others = invited(session)
    answering.answer(invitee=ana, comes=True)
    feeds.make_feed(user=user)
    told = queries.personal_data(user)
    assert told["invitations"][0]["asks"] == "A ride"
    queries.erase(user)
    ana.refresh_from_db()
    assert ana.state == Invitee.State.COMING
    assert not Invitee.objects.filter(user=user).exists()
    assert not CalendarFeed.objects.exists()


# --- What other parts lead to ---


def test_pages_of_other_parts_are_led_to_from_the_session_and_the_invitation(client, monkeypatch, session, coordinator):
    monkeypatch.setattr(links, "_providers", [])
    links.register(lambda one, _user, invitee: [Link("<Packet>", f"/packet/{one.pk}/{invitee and invitee.pk}/")])
    kim, _ana = invited(session)
    assert f'href="/packet/{session.pk}/{kim.pk}/">&lt;Packet&gt;' in page(client, kim)
    url = reverse("city:planning-session", args=[session.city.slug, session.public_id])
    assert f"/packet/{session.pk}/None/" in signed_in(coordinator).get(url).content.decode()
