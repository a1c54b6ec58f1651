"""Notes: of each point and of the session, by several people at once, of which nothing is lost."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.site import holder, signed_in
from tests.site.action.convening.made import planned
from tests.site.action.meeting.made import POINTS, begun, url

from allcity.site.action.convening import domain as convening
from allcity.site.action.convening.checks import Point
from allcity.site.action.meeting import domain
from allcity.site.action.models import PlanningSession
from allcity.site.cities.models import Role

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script> 🎺"


def notes_of(session):
    return PlanningSession.objects.get(pk=session.pk).notes


def test_two_who_write_at_once_lose_nothing(session, runs, town):
    page = url(session, "notes")
    other = signed_in(holder(town, Role.COORDINATOR))
    assert other.post(page, {"what": "session", "version": "0", "text": "Rooms are empty"}).status_code == 302
    answer = runs.post(page, {"what": "session", "version": "0", "text": "Nobody has a key"})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Rooms are empty" in shown
    assert "Nobody has a key" in shown
    assert notes_of(session) == "Rooms are empty"
    # Below stands the version to save against next.
    assert runs.post(page, {"what": "session", "version": "1", "text": "Both"}).status_code == 302
    assert notes_of(session) == "Both"


def test_saving_the_same_again_is_no_conflict(session, coordinator):
    domain.write_notes(session=session, user=coordinator, text="One\r\nTwo", version=0)
    again = domain.write_notes(session=session, user=coordinator, text="One\nTwo", version=0)
    assert (again.notes, again.notes_version) == ("One\nTwo", 1)


def test_points_have_versions_of_their_own(session, runs):
    first, second = session.agenda.all()
    page = url(session, "notes")
    for item in (first, second):
        runs.post(page, {"what": f"item-{item.pk}", "version": "0", "text": f"Of {item.title}"})
    answer = runs.post(page, {"what": f"item-{first.pk}", "version": "0", "text": "Late"})
    assert answer.status_code == 409
    assert [item.notes for item in session.agenda.all()] == ["Of What we heard", "Of What we do"]


@pytest.mark.parametrize("version", ["", "x", "-1", "²", "9" * 30])
def test_a_version_that_is_none_overwrites_nothing(session, runs, coordinator, version):
    domain.write_notes(session=session, user=coordinator, text="Kept", version=0)
    answer = runs.post(url(session, "notes"), {"what": "session", "version": version, "text": "Other"})
    assert answer.status_code == 409
    assert notes_of(session) == "Kept"


def test_of_a_point_that_was_taken_off_nothing_typed_is_lost(session, runs, coordinator):
    item = session.agenda.first()
    convening.set_agenda(session=session, user=coordinator, points=[Point("Another", 20)])
    answer = runs.post(url(session, "notes"), {"what": f"item-{item.pk}", "version": "0", "text": "Said meanwhile"})
    assert answer.status_code == 409
    assert "Said meanwhile" in answer.content.decode()
    with pytest.raises(domain.PointGoneError):
        domain.write_item_notes(item=item, user=coordinator, text="x", version=0)


def test_a_point_with_notes_stays_on_the_agenda(session, coordinator):
    first, second = session.agenda.all()
    domain.write_item_notes(item=first, user=coordinator, text="Said", version=0)
    with pytest.raises(ValidationError, match=r"What we heard.* has notes already"):
        convening.set_agenda(session=session, user=coordinator, points=[Point("Another", 20)])
    kept = [Point(POINTS[0].title, 20, number=first.pk), Point("Another", 20)]
    convening.set_agenda(session=session, user=coordinator, points=kept)
    assert [(item.title, item.notes) for item in session.agenda.all()] == [("What we heard", "Said"), ("Another", "")]
    assert not session.agenda.filter(pk=second.pk).exists()


def test_what_is_too_long_is_refused_and_stays_in_the_form(session, runs):
    text = "A" * (domain.LONGEST_NOTES + 1)
    answer = runs.post(url(session, "notes"), {"what": "session", "version": "0", "text": text})
    assert text in answer.content.decode()
    assert not notes_of(session)


def test_what_is_typed_is_shown_as_it_is_and_runs_nothing(session, runs):
    page = url(session, "notes")
    runs.post(page, {"what": "session", "version": "0", "text": SCRIPT})
    shown = runs.get(page).content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_notes_are_taken_once_it_is_called_and_not_after_it_was_cancelled(town, coordinator, session, runs):
    draft = planned(town, coordinator)
    with pytest.raises(ValidationError, match="Call the session first"):
        domain.write_notes(session=draft, user=coordinator, text="x", version=0)
    assert "Call the session first" in runs.get(url(draft, "notes")).content.decode()
    PlanningSession.objects.filter(pk=session.pk).update(state=PlanningSession.State.CANCELLED)
    with pytest.raises(ValidationError, match="was cancelled"):
        domain.write_notes(session=session, user=coordinator, text="x", version=0)


def test_notes_cost_as_many_queries_with_one_point_as_with_twelve(town, coordinator, runs):
    costs = []
    for number in (1, 12):
        session = begun(town, coordinator)
        points = [Point(f"Point {each}", 5) for each in range(number)]
        convening.set_agenda(session=session, user=coordinator, points=points)
        for item in session.agenda.all():
            domain.decide(session=session, user=coordinator, text=f"Of {item.title}", item=item, commitment={})
        runs.get(url(session, "notes"))
        with CaptureQueriesContext(connection) as queries:
            assert runs.get(url(session, "notes")).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]
