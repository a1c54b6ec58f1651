"""Planning a session: steps, agenda, dates, series, calling and cancelling; and who sees it."""

import itertools
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.examined import examined
from tests.factories.site import city, holder, person, signed_in
from tests.site.action.convening.made import asked, called, hence, planned

from allcity.analysis.figures import Figure
from allcity.site.action.convening import answering, domain, firsts, inviting, queries, times
from allcity.site.action.convening.checks import Point
from allcity.site.action.models import Invitee, PlanningSession
from allcity.site.cities.models import Role
from allcity.site.conversations.domain import start_thread
from allcity.site.conversations.models import Post, Thread
from allcity.site.conversations.outcomes import came_of, ways
from allcity.site.notices.models import Notice
from allcity.site.notices.work import work_of

pytestmark = pytest.mark.django_db
State = PlanningSession.State
CHICAGO = ZoneInfo("America/Chicago")
SCRIPT = "<script>alert(1)</script> 🎺"


@pytest.fixture
def member(town):
    return holder(town, last_name="Lovelace")


def url(session, name="planning-session", *more):
    with translation.override("en"):
        return reverse(f"city:{name}", args=[session.city.slug, session.public_id, *more])


# --- Steps ---


def test_a_session_is_planned_step_by_step(town, coordinator):
    examined(town, Figure("programs", 12, "count", 2024))
    browser = signed_in(coordinator)
    start = f"/en/{town.slug}/sessions/new/?section=access&question=in_school_music&year=2024&figure=programs"
    assert browser.get(start).status_code == 200
    told = {"template": "", "title": f"Access {SCRIPT}", "purpose": "Know", "section": "access", "audience": "members"}
    answer = browser.post(start, told)
    session = PlanningSession.objects.get()
    assert answer.url == url(session, "planning-session-plan", "findings")
    assert session.findings == [
        {"question": "in_school_music", "section": "access", "year": 2024},
        {"figure": "programs"},
    ]
    page = browser.get(answer.url).content.decode()
    assert 'value="access/in_school_music"' in page
    assert 'value="programs"' in page
    browser.post(answer.url, {"questions": ["access/in_school_music"], "figures": ["programs"]})
    session.refresh_from_db()
    assert {"question": "in_school_music", "section": "access", "year": 2024} in session.findings
    points = {
        "points-TOTAL_FORMS": "2", "points-INITIAL_FORMS": "0", "points-0-title": "Second", "points-0-minutes": "30",
        "points-0-order": "2", "points-1-title": "First", "points-1-minutes": "20", "points-1-order": "1",
        "points-1-figure_id": "programs",
    }  # fmt: skip
    assert browser.get(url(session, "planning-session-plan", "agenda")).status_code == 200
    assert browser.post(url(session, "planning-session-plan", "agenda"), points).status_code == 302
    assert [item.title for item in session.agenda.all()] == ["First", "Second"]
    day = timezone.now().date() + timedelta(days=20)
    when = {"day": day.isoformat(), "starts": "17:00", "ends": "18:30", "place_name": "Library", "capacity": "10"}
    assert browser.post(url(session, "planning-session-plan", "time"), when).status_code == 302
    session.refresh_from_db()
    assert session.starts_at.astimezone(CHICAGO) == datetime.combine(day, time(17), CHICAGO)
    wanted = {"language": "en", "languages": ["es"], "interpretation": "Spanish", "childcare": "Yes", "access": "Lift"}
    last = browser.post(url(session, "planning-session-plan", "access"), wanted)
    assert last.url == url(session, "planning-session-people")
    browser.post(url(session, "planning-session-call"))
    page = browser.get(url(session)).content.decode()
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page
    assert "5 p.m." in page
    assert "Spanish" in page
    assert "12" in page
    for step in ("purpose", "findings", "agenda", "time", "access"):
        assert browser.get(url(session, "planning-session-plan", step)).status_code == 200
    assert browser.get(url(session, "planning-session-plan", "nothing")).status_code == 404


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"day": "2020-01-01", "starts": "17:00", "ends": "18:00"}, "That time is past"),
        ({"day": "2099-01-01", "starts": "17:00", "ends": "16:00"}, "It ends before it starts"),
        ({"day": "2099-01-01", "starts": "17:00"}, "Set the day and both times"),
        ({"day": "2099-01-01", "starts": "00:00", "ends": "23:00"}, "longer than a day"),
        ({"online_url": "javascript:alert(1)"}, "with https:// before it"),
        ({"capacity": "0"}, "greater than or equal to 1"),
    ],
)
def test_times_that_cannot_be_are_refused(town, coordinator, said, words):
    session = domain.plan_session(city=town, user=coordinator, title="S")
    page = signed_in(coordinator).post(url(session, "planning-session-plan", "time"), said)
    assert page.status_code == 200
    assert words in page.content.decode()
    session.refresh_from_db()
    assert session.starts_at is None


def test_an_hour_that_clocks_leap_over_is_refused():
    with pytest.raises(ValidationError, match="leap over"):
        times.moment(date(2027, 3, 14), time(2, 30), CHICAGO)
    assert times.moment(date(2027, 3, 14), time(3, 30), CHICAGO).utcoffset() == timedelta(hours=-5)


def test_an_agenda_longer_than_the_session_is_refused_with_both_numbers(town, coordinator):
    session = planned(town, coordinator)
    with pytest.raises(ValidationError, match="takes 91 minutes, and the session 90"):
        domain.set_agenda(session=session, user=coordinator, points=[Point("A", 60), Point("B", 31)])
    domain.set_agenda(session=session, user=coordinator, points=[Point("A", 60), Point("B", 30)])
    with pytest.raises(ValidationError, match="takes 90 minutes, and the session 60"):
        domain.change_session(session=session, user=coordinator, ends_at=session.starts_at + timedelta(hours=1))
    answer = signed_in(coordinator).post(
        url(session, "planning-session-plan", "agenda"),
        {
            "points-TOTAL_FORMS": "1",
            "points-INITIAL_FORMS": "0",
            "points-0-title": "Long",
            "points-0-minutes": "100",
        },
    )
    assert "The agenda takes 100 minutes, and the session 90" in answer.content.decode()
    assert session.agenda.count() == 2


def test_points_that_stay_keep_what_was_noted(town, coordinator):
    session = planned(town, coordinator)
    domain.set_agenda(session=session, user=coordinator, points=[Point("A", 10), Point("B", 10)])
    first, second = session.agenda.all()
    second.notes = "noted"
    second.save()
    domain.set_agenda(
        session=session,
        user=coordinator,
        points=[Point("B", 20, number=second.pk), Point("C", 5, number=first.pk + 999)],
    )
    assert [(each.title, each.notes) for each in session.agenda.all()] == [("B", "noted"), ("C", "")]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("first", [*firsts.FIRSTS])
def test_first_sessions_have_all_they_need(town, coordinator, first, language):
    session = domain.plan_session(city=town, user=coordinator, title="", template=first, language=language)
    assert session.title
    assert session.purpose
    assert session.findings
    assert sum(item.minutes for item in session.agenda.all()) == 90
    assert signed_in(coordinator).get(url(session)).status_code == 200


def test_what_the_city_dropped_is_left_out(town, coordinator):
    session = domain.plan_session(
        city=town, user=coordinator, title="S", findings=["no.such", {"question": "gone", "section": "gone"}]
    )
    domain.set_agenda(session=session, user=coordinator, points=[Point("A", 5, section="gone", figure_id="no.such")])
    session.findings = [*session.findings, 7, {"figure": ["odd"]}]
    session.save()
    assert signed_in(coordinator).get(url(session)).status_code == 200
    assert signed_in(coordinator).get(url(session, "planning-session-plan", "agenda")).status_code == 200


# --- Who sees it ---


def test_who_sees_a_session(town, coordinator, member):
    session = planned(town, coordinator)
    stranger = signed_in(holder(city("Elsewhere"), Role.COORDINATOR))
    inviting.invite(session=session, user=coordinator, users=[member])
    assert signed_in(member).get(url(session)).status_code == 404
    domain.call_session(session=session, user=coordinator)
    assert signed_in(member).get(url(session)).status_code == 200
    assert signed_in(holder(town)).get(url(session)).status_code == 404
    assert stranger.get(url(session)).status_code == 404
    assert signed_in(member).get(url(session, "planning-session-people")).status_code == 403
    domain.change_session(session=session, user=coordinator, audience="members")
    assert signed_in(holder(town)).get(url(session)).status_code == 200
    domain.change_session(session=session, user=coordinator, audience="public")
    elsewhere = url(session).replace(f"/{town.slug}/", "/elsewhere/")
    assert stranger.get(elsewhere).status_code == 404


def test_the_public_page_names_nobody(client, town, coordinator, member):
    session = called(town, coordinator, audience="public", online_url="https://meet.example.org/secret")
    inviting.invite(session=session, user=coordinator, users=[member], lines="kim@example.org, Kim Keys")
    domain.set_agenda(session=session, user=coordinator, points=[Point("Hello", 10, lead="Grace Hopper")])
    page = client.get(url(session)).content.decode()
    for name in ("Lovelace", "Kim", "kim@example.org", "Grace Hopper", "meet.example.org"):
        assert name not in page


def test_a_list_costs_the_same_with_one_row_and_with_thirty(town, coordinator):
    browser = signed_in(coordinator)
    page = f"/en/{town.slug}/sessions/"
    called(town, coordinator)
    browser.get(page)
    with CaptureQueriesContext(connection) as one:
        browser.get(page)
    for _number in range(29):
        planned(town, coordinator)
    with CaptureQueriesContext(connection) as thirty:
        assert browser.get(page).content.decode().count("<h2><a") == 30
    assert len(one) == len(thirty)
    assert browser.get(f"{page}?show=past").status_code == 200
    assert browser.get(f"{page}?show=mine").status_code == 200


# --- Conversations ---


def test_a_conversation_becomes_a_session_and_says_so(town, coordinator, member):
    thread = start_thread(
        city=town, user=coordinator, title="Singing?", text="Shall we meet?", audience=Thread.Audience.MEMBERS
    )
    ((_outcome, address),) = [way for way in ways(thread, coordinator) if way[0].id == "session"]
    assert not [way for way in ways(thread, member) if way[0].id == "session"]
    signed_in(coordinator).post(address, {"title": "On singing", "audience": "members"})
    session = PlanningSession.objects.get()
    assert session.thread == thread
    assert Post.objects.get(event="session-planned").values == {"session": str(session.public_id)}
    assert not list(came_of(thread, member))
    session = domain.change_session(
        session=session, user=coordinator, starts_at=hence(), ends_at=hence() + timedelta(hours=1), place_name="P"
    )
    domain.call_session(session=session, user=coordinator)
    assert [came.title for came in came_of(thread, member)] == ["On singing"]


# --- A date ---


def test_dates_are_proposed_answered_and_one_is_chosen(
    client, town, coordinator, member, django_capture_on_commit_callbacks
):
    session = domain.plan_session(city=town, user=coordinator, title="S")
    session = domain.change_session(session=session, user=coordinator, place_name="Library")
    inviting.invite(session=session, user=coordinator, users=[member], lines="kim@example.org")
    first, second = hence(10), hence(12)
    browser = signed_in(coordinator)
    day = (timezone.now() + timedelta(days=11)).date().isoformat()
    told = {"dates-TOTAL_FORMS": "3", "dates-INITIAL_FORMS": "0", "dates-0-day": day, "dates-0-starts": "17:00"}
    assert "Set the day and both times" in browser.post(url(session, "planning-session-dates"), told).content.decode()
    past = {**told, "dates-0-day": "2020-01-01", "dates-0-ends": "18:00"}
    assert "That time is past" in browser.post(url(session, "planning-session-dates"), past).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        domain.propose_dates(
            session=session,
            user=coordinator,
            dates=[(second, second + timedelta(hours=1)), (first, first + timedelta(hours=1))],
        )
    assert sorted(message.to[0] for message in mail.outbox) == sorted([member.email, "kim@example.org"])
    assert all("Which dates suit you" in message.subject for message in mail.outbox)
    assert [item.title for item in work_of(member)] == ["Say which dates suit you"]
    one, two = session.dates.all()
    kim = Invitee.objects.get(email="kim@example.org")
    link = f"/en/session/{kim.token}/"
    assert client.get(link).status_code == 200
    client.post(link, {f"date-{one.pk}": "no", f"date-{two.pk}": "yes", "asks": ""})
    signed_in(member).post(
        url(session, "planning-session-answer"), {f"date-{two.pk}": "if_needed", "date-999999": "yes"}
    )
    poll = queries.poll_of(session)
    assert poll.best == {two.pk}
    assert dict(poll.rows) == {
        "Ada Lovelace": ("", "if it must be"),
        "kim@example.org": ("no", "yes"),
    }
    assert "Ada Lovelace" in browser.get(url(session, "planning-session-dates")).content.decode()
    assert not work_of(member)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(url(session, "planning-session-choose", two.pk))
    session.refresh_from_db()
    assert (session.state, session.starts_at) == (State.CALLED, second)
    assert all("You are invited" in message.subject for message in mail.outbox)
    assert len(mail.outbox) == 2
    with pytest.raises(ValidationError, match="date is chosen already"):
        answering.answer_poll(invitee=kim, answers={one.pk: "yes"})
    with pytest.raises(ValidationError, match="No date is looked for"):
        domain.choose_date(session=session, user=coordinator, poll_date=one)


# --- Calling and cancelling ---


def test_what_is_needed_before_a_session_is_called(town, coordinator):
    session = domain.plan_session(city=town, user=coordinator, title="S")
    with pytest.raises(ValidationError, match="Set day and time first"):
        domain.call_session(session=session, user=coordinator)
    session = domain.change_session(
        session=session, user=coordinator, starts_at=hence(), ends_at=hence() + timedelta(hours=1)
    )
    with pytest.raises(ValidationError, match="where it takes place"):
        domain.call_session(session=session, user=coordinator)
    assert [item.title for item in work_of(coordinator)] == ["Finish planning a session, and call it"]


def test_a_session_is_cancelled_with_a_reason_and_stays_so(
    client, town, coordinator, member, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        session = called(town, coordinator)
        (kim,) = asked(session, coordinator, "kim@example.org")
        inviting.invite(session=session, user=coordinator, users=[member])
    mail.outbox.clear()
    browser = signed_in(coordinator)
    assert "This field is required" in browser.post(url(session, "planning-session-cancel"), {}).content.decode()
    assert browser.post(url(session, "planning-session-discard")).status_code == 302
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(url(session, "planning-session-cancel"), {"reason": SCRIPT})
    assert sorted(message.to[0] for message in mail.outbox) == sorted([member.email, "kim@example.org"])
    assert all(SCRIPT in message.body for message in mail.outbox)
    assert "METHOD:CANCEL" in mail.outbox[0].attachments[0][1]
    page = client.get(f"/en/session/{kim.token}/")
    assert page.status_code == 410
    assert "&lt;script&gt;" in page.content.decode()
    with pytest.raises(ValidationError, match="was cancelled"):
        domain.call_session(session=session, user=coordinator)
    with pytest.raises(ValidationError, match="was cancelled"):
        answering.answer(invitee=kim, comes=True)
    assert browser.get(url(session, "planning-session-plan", "time")).status_code == 302
    assert Notice.objects.filter(user=member, kind="session-cancelled").exists()


def test_a_draft_is_removed(town, coordinator):
    session = planned(town, coordinator)
    signed_in(coordinator).post(url(session, "planning-session-discard"))
    assert not PlanningSession.objects.exists()


# --- Series ---


def test_a_series_keeps_its_hour_across_changes_of_the_clocks(town, coordinator, member):
    year = timezone.now().year + 1
    starts_at = datetime(year, 1, 12, 18, 0, tzinfo=CHICAGO)
    session = planned(town, coordinator, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), capacity=4)
    domain.set_agenda(session=session, user=coordinator, points=[Point("A", 30)])
    inviting.invite(session=session, user=coordinator, users=[member], lines="kim@example.org")
    page = signed_in(coordinator).post(
        url(session, "planning-session-series"), {"every": "1", "unit": "months", "until": f"{year}-12-31"}
    )
    assert page.status_code == 302
    rows = PlanningSession.objects.order_by("starts_at")
    assert rows.count() == 12
    local = [row.starts_at.astimezone(CHICAGO) for row in rows]
    assert {each.time() for each in local} == {time(18)}
    assert {each.utcoffset() for each in local} == {timedelta(hours=-6), timedelta(hours=-5)}
    assert len({each.weekday() for each in local}) == 1
    assert {row.agenda.count() for row in rows} == {1}
    assert {row.invitees.count() for row in rows} == {2}
    assert len({row.code for row in rows}) == 12
    assert len({each.token for each in Invitee.objects.all()}) == 24
    with pytest.raises(ValidationError, match="series already"):
        domain.plan_series(session=session, user=coordinator, every=1, unit="weeks", until=date(year, 3, 1))


def test_a_series_that_is_too_long_or_too_short_is_refused(town, coordinator):
    session = planned(town, coordinator)
    day = session.starts_at.date()
    with pytest.raises(ValidationError, match="more than 26"):
        domain.plan_series(session=session, user=coordinator, every=1, unit="weeks", until=day + timedelta(weeks=26))
    with pytest.raises(ValidationError, match="No other session"):
        domain.plan_series(session=session, user=coordinator, every=1, unit="weeks", until=day)
    assert (
        len(
            domain.plan_series(
                session=session, user=coordinator, every=1, unit="weeks", until=day + timedelta(weeks=25)
            )
        )
        == 25
    )


@given(
    st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    st.integers(1, 12),
    st.sampled_from(["weeks", "months"]),
)
def test_days_of_a_series_fall_on_one_weekday_in_order(day, every, unit):
    until = day + timedelta(days=800)
    found = list(times.days_after(day, every=every, unit=unit, until=until))
    assert found == sorted(set(found))
    assert all(day < each <= until and each.weekday() == day.weekday() for each in found)
    if unit == "months":
        months = [each.year * 12 + each.month for each in [day, *found]]
        assert {after - before for before, after in itertools.pairwise(months)} <= {every}


def test_somebody_who_left_leaves_their_session_behind(town, coordinator):
    session = called(town, coordinator)
    other = holder(town, Role.COORDINATOR)
    queries.erase(coordinator)
    coordinator.delete()
    session.refresh_from_db()
    assert session.made_by is None
    assert signed_in(other).get(url(session)).status_code == 200
    assert signed_in(other).get(url(session, "planning-session-people")).status_code == 200
    assert person()


def test_forms_that_come_without_their_frame_are_refused(town, coordinator):
    session = planned(town, coordinator)
    browser = signed_in(coordinator)
    for name, more in (("planning-session-plan", ["agenda"]), ("planning-session-dates", [])):
        page = browser.post(url(session, name, *more), {})
        assert page.status_code == 200
        assert "ManagementForm" in page.content.decode()
    assert browser.post(url(session, "planning-session-people"), {"way": "nonsense"}).status_code == 200
