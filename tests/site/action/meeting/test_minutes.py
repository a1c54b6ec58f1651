"""Minutes: who was there by type, what was noted and decided, sent round once, read by whom and when; and the packet."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone
from pypdf import PdfReader
from tests.factories.examined import examined
from tests.factories.site import city, holder, person, signed_in
from tests.site.action.convening.made import called, invited
from tests.site.action.meeting.made import begun, held, let_begin, link, url

from allcity.analysis.figures import Figure
from allcity.site.action.convening import domain as convening
from allcity.site.action.convening import inviting
from allcity.site.action.convening.checks import Point
from allcity.site.action.meeting import attending, domain, queries, tasks
from allcity.site.action.models import Attendance, Invitee, PlanningSession
from allcity.site.cities.models import Role
from allcity.site.notices.domain import choose_delivery
from allcity.site.notices.kinds import Delivery
from allcity.site.notices.models import Notice
from allcity.site.notices.work import work_of

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def session(town, coordinator):
    return begun(town, coordinator, ago=5, audience="public")


def text_of(response):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)


# --- What they say ---


def test_they_count_by_type_and_name_who_was_missing(session, coordinator):
    kim, ana = invited(session)
    Invitee.objects.filter(pk=kim.pk).update(participant="families")
    Invitee.objects.filter(pk=ana.pk).update(participant="students")
    attending.sign_in(invitee=Invitee.objects.select_related("session").get(pk=kim.pk), at_door=True)
    attending.sign_in_by_name(session=session, name="Theo", participant="musicians", at_door=True)
    attending.sign_in_by_name(session=session, name="Somebody", at_door=True)
    here = queries.here_at(session)
    assert {each.title: (each.asked, each.here) for each in here.types} == {
        "Families": (1, 1),
        "Students": (1, 0),
        "Musicians and teaching artists": (0, 1),
    }
    assert (here.number, here.without_type) == (3, 1)
    assert "Students" in here.missing
    assert "Families" not in here.missing


def test_names_are_never_in_them(session, coordinator, client):
    kim, _ana = invited(session)
    attending.sign_in(invitee=kim, at_door=True)
    attending.sign_in_by_name(session=session, name="Theo Park", at_door=True)
    domain.send_minutes(session=session, user=coordinator)
    for page in (url(session, "minutes"), link("minutes-by", kim.token)):
        shown = client.get(page).content.decode()
        assert "2 people were there." in shown
        assert "Theo" not in shown
        assert "Kim" not in shown
    assert "Theo" not in text_of(client.get(url(session, "minutes-pdf")))


def test_a_type_that_the_city_has_no_more_breaks_nothing(session):
    Attendance.objects.create(session=session, name="x", participant="gone")
    assert queries.here_at(session).without_type == 1


# --- Who reads them, from when on ---


def test_they_are_read_once_they_were_sent(session, town, coordinator, client, runs):
    kim, _ana = invited(session)
    pages = [url(session, "minutes"), url(session, "minutes-pdf")]
    by_link = [link("minutes-by", kim.token), link("minutes-by-pdf", kim.token)]
    member = signed_in(holder(town))
    for page in (*pages, *by_link):
        assert client.get(page).status_code == 404
        assert member.get(page).status_code == 404
    assert all(runs.get(page).status_code == 200 for page in pages)
    domain.write_notes(session=session, user=coordinator, text="Half have no teacher", version=0)
    domain.send_minutes(session=session, user=coordinator)
    for page in (*pages, *by_link):
        assert client.get(page).status_code == 200
    assert "Half have no teacher" in client.get(pages[0]).content.decode()
    assert "Half have no teacher" in text_of(client.get(by_link[1]))
    found = PlanningSession.objects.get(pk=session.pk)
    assert found.state == PlanningSession.State.HELD
    assert found.minutes_sent_at


def test_of_a_session_for_those_who_are_asked_nobody_else_reads_them(town, coordinator, client):
    session = held(town, coordinator, audience="invited")
    kim, _ana = invited(session)
    assert client.get(url(session, "minutes")).status_code == 404
    assert signed_in(holder(town)).get(url(session, "minutes")).status_code == 404
    assert client.get(link("minutes-by", kim.token)).status_code == 200


def test_a_link_reads_them_in_a_city_that_is_not_public(session, coordinator, client):
    domain.send_minutes(session=session, user=coordinator)
    session.city.is_public = False
    session.city.save()
    kim, _ana = invited(session)
    assert client.get(link("minutes-by", kim.token)).status_code == 200
    assert client.get(url(session, "minutes")).status_code != 200


def test_sessions_of_another_city_are_not_found(session):
    elsewhere = city("Otherville")
    runs = signed_in(holder(elsewhere, Role.COORDINATOR))
    for name in ("minutes", "notes", "door", "sign-in", "minutes-pdf", "packet"):
        page = url(session, name).replace(f"/{session.city.slug}/", f"/{elsewhere.slug}/")
        assert runs.get(page).status_code == 404


# --- Sending ---


def test_each_is_told_once_in_their_language(town, coordinator, django_capture_on_commit_callbacks):
    session = begun(town, coordinator, "", ago=-48)
    inviting.invite(session=session, user=coordinator, lines="kim@example.org", language="es")
    inviting.invite(session=session, user=coordinator, lines="ana@example.org", language="en")
    member, stranger = holder(town, email="member@example.org"), person("away@example.org")
    inviting.invite(session=session, user=coordinator, users=[member])
    Invitee.objects.create(session=session, user=stranger, token="of-a-stranger")
    let_begin(session, ago=5)
    mail.outbox.clear()
    for _pressed_twice in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            domain.send_minutes(session=session, user=coordinator)
    told = {message.to[0]: message for message in mail.outbox}
    assert sorted(message.to[0] for message in mail.outbox) == [
        "ana@example.org", "away@example.org", "kim@example.org", "member@example.org",
    ]  # fmt: skip
    assert told["kim@example.org"].subject == "Acta: First session"
    assert "/es/here/minutes/" in told["kim@example.org"].body
    assert told["ana@example.org"].subject == "Minutes: First session"
    # Who has no role in the city reads by the own link, a member signed in.
    assert "/here/minutes/of-a-stranger/" in told["away@example.org"].body
    assert f"/sessions/{session.public_id}/minutes/" in told["member@example.org"].body
    assert Notice.objects.filter(user=member, kind="session-minutes").count() == 1


def test_sent_again_they_say_that_they_were_corrected(session, coordinator, runs, django_capture_on_commit_callbacks):
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        runs.post(url(session, "send"), {"sent_before": "0"})
    first = PlanningSession.objects.get(pk=session.pk).minutes_sent_at
    with django_capture_on_commit_callbacks(execute=True):
        runs.post(url(session, "send"), {"sent_before": "0"})
    assert len(mail.outbox) == 2
    with django_capture_on_commit_callbacks(execute=True):
        runs.post(url(session, "send"), {"sent_before": "1"})
    assert [message.subject.split(":")[0] for message in mail.outbox] == [
        "Minutes", "Minutes", "Minutes, corrected", "Minutes, corrected",
    ]  # fmt: skip
    assert PlanningSession.objects.get(pk=session.pk).minutes_sent_at == first


def test_whoever_wants_no_mail_at_once_gets_a_notice(town, coordinator, django_capture_on_commit_callbacks):
    session, member = begun(town, coordinator, "", ago=-48), holder(town)
    inviting.invite(session=session, user=coordinator, users=[member])
    let_begin(session, ago=5)
    choose_delivery(user=member, choices={"session-minutes": Delivery.DIGEST})
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        domain.send_minutes(session=session, user=coordinator)
    assert not mail.outbox
    assert Notice.objects.filter(user=member, kind="session-minutes", mailed_at=None).count() == 1


def test_before_it_begins_there_are_none_to_send(town, coordinator, runs):
    session = called(town, coordinator)
    with pytest.raises(ValidationError, match="has not begun yet"):
        domain.send_minutes(session=session, user=coordinator)
    assert "has not begun yet" in runs.post(url(session, "send"), follow=True).content.decode()


def test_coordinators_are_reminded_once_after_three_days(session, coordinator):
    assert [item.detail for item in work_of(coordinator) if "minutes" in str(item.title)] == [session.title]
    tasks.remind_of_minutes.enqueue()
    assert not Notice.objects.filter(kind="session-minutes-missing").exists()
    PlanningSession.objects.filter(pk=session.pk).update(ends_at=timezone.now() - timedelta(days=3, hours=1))
    tasks.remind_of_minutes.enqueue()
    tasks.remind_of_minutes.enqueue()
    assert [notice.user for notice in Notice.objects.filter(kind="session-minutes-missing")] == [coordinator]
    domain.send_minutes(session=session, user=coordinator)
    assert not [item for item in work_of(coordinator) if "minutes" in str(item.title)]


# --- On paper ---


@pytest.mark.parametrize("language", ["en", "es"])
def test_papers_are_tagged_and_say_their_language(session, coordinator, client, language):
    domain.send_minutes(session=session, user=coordinator)
    for name in ("minutes-pdf", "packet"):
        answer = client.get(url(session, name).replace("/en/", f"/{language}/"))
        assert answer["Content-Type"] == "application/pdf"
        root = PdfReader(BytesIO(answer.content)).trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"] == language
        assert session.title in PdfReader(BytesIO(answer.content)).metadata.title


def test_a_packet_has_times_figures_and_the_way_there(town, coordinator, client):
    examined(town, Figure("programs", 12, "count", 2024))
    session = begun(town, coordinator, audience="public", ago=-48, access="No steps")
    convening.set_agenda(session=session, user=coordinator, points=[Point("Look", 20, figure_id="programs")])
    words = text_of(client.get(url(session, "packet")))
    for told in ("Look", "20 minutes", "12", "2024-25", "Library", "No steps"):
        assert told in words


@pytest.mark.parametrize(
    "words", ["🎺" * 4000, "Rindfleischetikettierung" * 9, SCRIPT, "\u202e مرحبا", "#emph[x] $y$ @z"]
)
def test_whatever_people_write_is_shown_and_breaks_no_paper(session, coordinator, client, words):
    domain.write_notes(session=session, user=coordinator, text=words, version=0)
    domain.write_item_notes(item=session.agenda.first(), user=coordinator, text=words, version=0)
    domain.decide(session=session, user=coordinator, text=words[:2000], commitment={})
    domain.send_minutes(session=session, user=coordinator)
    shown = client.get(url(session, "minutes")).content.decode()
    assert SCRIPT not in shown
    assert words.replace("<", "&lt;").replace(">", "&gt;")[:40] in shown
    assert PdfReader(BytesIO(client.get(url(session, "minutes-pdf")).content)).pages
