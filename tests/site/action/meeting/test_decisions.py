"""Decisions: noted once, made commitments in the same step, corrected and removed."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from tests.factories.site import holder, signed_in
from tests.site.action.meeting.made import begun, held, url

from allcity.site.action.committing import domain as committing
from allcity.site.action.committing.phases import BY_NAME
from allcity.site.action.meeting import domain
from allcity.site.action.models import Commitment, Decision
from allcity.site.cities.models import Role

pytestmark = pytest.mark.django_db
TEXT = "Ask the board for two teachers"


def test_a_decision_is_a_commitment_in_the_same_step_and_once(session, runs, coordinator):
    item = session.agenda.last()
    due = timezone.now().date() + timedelta(days=90)
    said = {
        "text": TEXT, "item": item.pk, "commits": "on", "owner": coordinator.pk, "due_on": due.isoformat(),
        "is_public": "on",
    }  # fmt: skip
    for _twice in range(2):
        assert runs.post(url(session, "decide"), said).status_code == 302
    decision, commitment = Decision.objects.get(), Commitment.objects.get()
    assert (decision.commitment, decision.item, decision.text) == (commitment, item, TEXT)
    assert (commitment.title, commitment.owner, commitment.due_on) == (TEXT, coordinator, due)
    assert commitment.state == Commitment.State.AGREED
    shown = runs.get(url(session, "notes")).content.decode()
    assert shown.count(f"/commitments/{commitment.public_id}/") == 1
    page = runs.get(f"/en/{session.city.slug}/commitments/{commitment.public_id}/").content.decode()
    assert f"/sessions/{session.public_id}/" in page


def test_the_same_words_later_or_by_another_are_another_decision(session, coordinator, town):
    domain.decide(session=session, user=coordinator, text=TEXT)
    domain.decide(session=session, user=holder(town, Role.COORDINATOR), text=TEXT)
    Decision.objects.update(noted_at=timezone.now() - timedelta(minutes=5))
    domain.decide(session=session, user=coordinator, text=TEXT)
    assert Decision.objects.count() == 3


@pytest.mark.parametrize(
    "wrong", [{"text": " "}, {"text": "x" * 2001}, {"owner": "999999"}, {"due_on": "2001-01-01"}, {"item": "999999"}]
)
def test_where_anything_is_wrong_nothing_is_written(session, runs, wrong):
    answer = runs.post(url(session, "decide"), {"text": TEXT, "commits": "on", **wrong})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert not Decision.objects.exists()
    assert not Commitment.objects.exists()


def test_a_point_of_another_session_is_refused(session, town, coordinator):
    other = begun(town, coordinator, "lee@example.org")
    with pytest.raises(ValidationError, match="not on the agenda any more"):
        domain.decide(session=session, user=coordinator, text=TEXT, item=other.agenda.first())


def test_a_decision_alone_becomes_a_commitment_later_and_once(session, runs, coordinator):
    runs.post(url(session, "decide"), {"text": TEXT})
    decision = Decision.objects.get()
    assert decision.commitment is None
    page = url(session, "decision", decision.pk)
    assert TEXT in runs.get(page).content.decode()
    for _twice in range(2):
        runs.post(page, {"owner": coordinator.pk})
    assert Commitment.objects.get().title == TEXT


def test_a_long_decision_has_a_short_title_and_all_its_words_in_the_details(session, coordinator):
    text = "We ask for teachers. " * 40
    made = domain.decide(session=session, user=coordinator, text=text, commitment={})
    assert made.commitment
    assert made.commitment.title.endswith("…")
    assert made.commitment.details == text.strip()


def test_words_are_corrected_and_the_commitment_keeps_its_own(session, runs, coordinator):
    decision = domain.decide(session=session, user=coordinator, text=TEXT, commitment={})
    runs.post(url(session, "decision", decision.pk), {"text": "Ask the council"})
    decision.refresh_from_db()
    assert decision.text == "Ask the council"
    assert Commitment.objects.get().title == TEXT


def test_removing_drops_what_is_agreed_and_refuses_what_is_in_work(session, runs, coordinator):
    agreed = domain.decide(session=session, user=coordinator, text="One", commitment={})
    runs.post(url(session, "decision-remove", agreed.pk))
    dropped = Commitment.objects.get()
    assert (dropped.state, dropped.reason) == (Commitment.State.DROPPED, "The decision was removed from the minutes.")
    begins = domain.decide(session=session, user=coordinator, text="Two", commitment={})
    committing.move(commitment=begins.commitment, step=BY_NAME["begin"], user=coordinator)
    answer = runs.post(url(session, "decision-remove", begins.pk), follow=True)
    assert "Work on its commitment has begun" in answer.content.decode()
    assert list(Decision.objects.values_list("text", flat=True)) == ["Two"]
    # Pressed twice: the second finds nothing, and breaks nothing.
    assert runs.post(url(session, "decision-remove", agreed.pk)).status_code == 404
    domain.remove_decision(decision=agreed, user=coordinator)


def test_decisions_of_another_session_are_not_found(session, runs, town, coordinator):
    other = begun(town, coordinator, "lee@example.org")
    decision = domain.decide(session=other, user=coordinator, text=TEXT)
    for name in ("decision", "decision-remove"):
        assert runs.post(url(session, name, decision.pk)).status_code == 404
    assert Decision.objects.exists()


def test_a_commitment_tells_what_was_decided_once_the_minutes_were_sent(town, coordinator, client):
    session = begun(town, coordinator, ago=5, audience="public")
    made = domain.decide(session=session, user=coordinator, text="In the room", commitment={"title": "Do it"})
    committing.change(commitment=made.commitment, user=coordinator, is_public=True)
    page = f"/en/{town.slug}/commitments/{made.commitment.public_id}/"
    assert "In the room" not in client.get(page).content.decode()
    assert "In the room" in signed_in(coordinator).get(page).content.decode()
    domain.send_minutes(session=session, user=coordinator)
    assert "In the room" in client.get(page).content.decode()


def test_no_more_decisions_than_anybody_reads(session, coordinator):
    Decision.objects.bulk_create(Decision(session=session, text=str(n)) for n in range(domain.MOST_DECISIONS))
    with pytest.raises(ValidationError, match="at most 200 decisions"):
        domain.decide(session=session, user=coordinator, text=TEXT)


def test_what_is_decided_can_be_noted_after_the_minutes_were_sent(town, coordinator):
    session = held(town, coordinator)
    assert domain.decide(session=session, user=coordinator, text=TEXT, commitment={}).commitment
