"""Calendar files and feeds: read by two libraries, right across changes of the clocks, and replacing what came before."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar
from tests.factories.site import holder, signed_in
from tests.site.action.convening.made import asked, called, hence, planned
from tests.site.action.convening.test_planning import url

from allcity.site.action.convening import answering, calendars, domain, inviting
from allcity.site.action.models import CalendarFeed

pytestmark = pytest.mark.django_db
ODD = "Sing; dance, “play” \\ 🎺\nNEW:LINE <script>"
ZONES = [
    "America/Chicago",
    "America/Los_Angeles",
    "America/Phoenix",
    "America/New_York",
    "America/St_Johns",
    "Pacific/Honolulu",
]


def read(content):
    """The events of a calendar, once both libraries have read it."""
    text = content if isinstance(content, str) else content.decode()
    strict = IcsCalendarStream.calendar_from_ics(text)
    plain = Calendar.from_ical(text)
    events = list(plain.walk("VEVENT"))
    assert [event.uid for event in strict.events] == [str(event["uid"]) for event in events]
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return plain, events, strict


def attached(message):
    ((name, content, kind),) = message.attachments
    assert name == "session.ics"
    return content, kind


def test_a_file_says_all_and_no_more(client, town, coordinator):
    session = called(
        town,
        coordinator,
        audience="public",
        title=ODD.replace("\n", " "),
        purpose=ODD,
        online_url="https://meet.example.org/room",
    )
    (kim,) = asked(session, coordinator, "kim@example.org, Kim Keys")
    content = client.get(url(session, "planning-session-file")).content
    _plain, (event,), strict = read(content)
    assert str(event["summary"]) == ODD.replace("\n", " ")
    assert str(event["description"]).startswith(ODD)
    assert strict.events[0].start.astimezone(UTC) == session.starts_at
    assert event["dtstart"].params["TZID"] == "America/Chicago"
    assert event["dtstamp"].dt.tzinfo is not None
    assert "ATTENDEE" not in event
    assert "Kim" not in content.decode()
    assert "meet.example.org" not in content.decode()
    content = client.get(f"/en/session/{kim.token}/session.ics").content.decode()
    assert "STATUS:TENTATIVE" in content
    assert "meet.example.org" not in content
    answering.answer(invitee=kim, comes=True)
    content = client.get(f"/en/session/{kim.token}/session.ics").content.decode()
    assert "STATUS:CONFIRMED" in content
    assert "https://meet.example.org/room" in str(read(content)[1][0]["description"])


def test_later_ones_replace_earlier_ones(town, coordinator, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        session = called(town, coordinator)
        (kim,) = asked(session, coordinator, "kim@example.org")
    with django_capture_on_commit_callbacks(execute=True):
        answering.answer(invitee=kim, comes=True)
    with django_capture_on_commit_callbacks(execute=True):
        domain.change_session(
            session=session, user=coordinator, starts_at=hence(11), ends_at=hence(11) + timedelta(hours=1)
        )
    with django_capture_on_commit_callbacks(execute=True):
        domain.cancel_session(session=session, user=coordinator, reason="Snow")
    found = [attached(message) for message in mail.outbox]
    assert [kind for _content, kind in found] == [
        f"text/calendar; method={each}" for each in ("REQUEST", "REQUEST", "REQUEST", "CANCEL")
    ]
    read_ones = [read(content) for content, _kind in found]
    assert {str(events[0]["uid"]) for _plain, events, _strict in read_ones} == {calendars.uid_of(session)}
    assert [events[0]["sequence"] for _plain, events, _strict in read_ones] == [0, 0, 1, 2]
    assert [str(plain["method"]) for plain, _events, _strict in read_ones] == [
        "REQUEST",
        "REQUEST",
        "REQUEST",
        "CANCEL",
    ]
    assert [str(events[0]["status"]) for _plain, events, _strict in read_ones] == [
        "TENTATIVE",
        "CONFIRMED",
        "CONFIRMED",
        "CANCELLED",
    ]
    assert all(str(events[0]["attendee"]) == "mailto:kim@example.org" for _plain, events, _strict in read_ones)
    parts = [part.get_content_type() for part in mail.outbox[0].message().walk()]
    assert parts.count("text/calendar") == 1
    (part,) = [part for part in mail.outbox[0].message().walk() if part.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REQUEST"


def test_feeds_follow_a_person_and_can_be_made_anew(client, town, coordinator):
    member = holder(town)
    comes, cancelled, declined, draft = (
        called(town, coordinator),
        called(town, coordinator),
        called(town, coordinator),
        planned(town, coordinator),
    )
    for session in (comes, cancelled, declined, draft):
        inviting.invite(session=session, user=coordinator, users=[member])
    answering.answer(invitee=comes.invitees.get(), comes=True)
    answering.leave(invitee=declined.invitees.get())
    domain.cancel_session(session=cancelled, user=coordinator, reason="Snow")
    browser = signed_in(member)
    assert browser.get("/en/session/calendar/").status_code == 200
    browser.post("/en/session/calendar/")
    feed = CalendarFeed.objects.get()
    address = f"/en/session/calendar/{feed.token}.ics"
    _plain, events, _strict = read(client.get(address).content)
    assert {str(event["uid"]): str(event["status"]) for event in events} == {
        calendars.uid_of(comes): "CONFIRMED",
        calendars.uid_of(cancelled): "CANCELLED",
    }
    browser.post("/en/session/calendar/")
    assert client.get(address).status_code == 404
    feed.refresh_from_db()
    address = f"/en/session/calendar/{feed.token}.ics"
    member.is_active = False
    member.save()
    assert client.get(address).status_code == 404
    member.is_active = True
    member.save()
    signed_in(member).post("/en/session/calendar/", {"end": "1"})
    assert client.get(address).status_code == 404
    assert client.get("/en/session/calendar/").status_code == 302


def test_the_feed_of_a_city_has_what_is_for_everybody(client, town, coordinator):
    page = f"/en/{town.slug}/sessions/calendar.ics"
    assert read(client.get(page).content)[1] == []
    public = called(town, coordinator, audience="public")
    called(town, coordinator, audience="members")
    planned(town, coordinator, audience="public")
    _plain, (event,), _strict = read(client.get(page).content)
    assert str(event["uid"]) == calendars.uid_of(public)
    town.is_public = False
    town.save()
    assert client.get(page).status_code == 404


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(ZONES),
    st.sampled_from([date(2027, 3, 14), date(2027, 11, 7), date(2028, 3, 12), date(2028, 11, 5), date(2029, 7, 4)]),
    st.integers(-36, 36),
    st.integers(0, 59),
)
def test_clocks_are_right_around_their_changes(zone, day, hours, minutes):
    starts_at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(hours=hours, minutes=minutes)
    # The rules alone, as a calendar that knows no zones of its own reads them.
    shifts = calendars.shifts(zone, date(day.year - 1, 1, 1), date(day.year + 1, 12, 31))
    offset = shifts[0].after
    for shift in shifts[1:]:
        if (shift.at - shift.before).replace(tzinfo=UTC) <= starts_at:
            offset = shift.after
    assert offset == starts_at.astimezone(ZoneInfo(zone)).utcoffset()
    assert all(shift.at.second == 0 for shift in shifts)


@pytest.mark.parametrize("hour", [5, 6, 7, 8, 9, 12])
@pytest.mark.parametrize("day", [date(2027, 3, 14), date(2027, 11, 7)])
def test_files_of_days_on_which_clocks_change_are_read_right(town, coordinator, day, hour):
    session = planned(town, coordinator)
    session.starts_at = datetime(day.year, day.month, day.day, hour, 15, tzinfo=UTC)
    session.ends_at = session.starts_at + timedelta(hours=2)
    content = calendars.calendar([calendars.Entry(session, "https://example.org/")])
    # The zone is renamed, so that only what the file says of it counts.
    text = content.decode().replace("America/Chicago", "Somewhere")
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    strict = IcsCalendarStream.calendar_from_ics(content.decode())
    if (day.month, hour) != (11, 7):  # of an hour that there is twice a file means the first
        assert event["dtstart"].dt.astimezone(UTC) == session.starts_at
        assert strict.events[0].start.astimezone(UTC) == session.starts_at
