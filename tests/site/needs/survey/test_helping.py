"""Somebody without an account is asked to answer some questions by a link, which shows these and nothing else."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories.site import person, signed_in
from tests.site.needs.survey.conftest import YEAR, say

from allcity.site.accounts import personal_data
from allcity.site.directory.domain import archive_record
from allcity.site.needs.models import Handover, Said
from allcity.site.needs.survey import domain, helping
from allcity.site.needs.survey.sheet import sheet_of
from allcity.site.needs.survey.tasks import forget_addresses
from allcity.site.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def handover(survey, pier, liaison, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return helping.ask_for_help(
            survey=survey,
            school=pier,
            questions=["music_staff", "ensembles"],
            name="Tina Teacher",
            email="Tina@example.org",
            user=liaison,
            message="You know it best.",
        )


def link(handover):
    return reverse("survey:help", args=[handover.token])


def fill(client, handover, **fields):
    version = client.get(link(handover)).context["form"]["version"].value()
    return client.post(link(handover), {"version": version, **fields})


def test_a_form_chooses_questions_and_whole_steps(survey, pier, browser):
    url = reverse("city:survey-ask", args=["riverton", YEAR, pier.slug])
    assert "Choose at least one question" in browser.post(url, {"name": "T", "email": "t@example.org"}).content.decode()
    fields = {"name": "Tina", "email": "t@example.org", "step-teachers": "*", "step-resources": "ensembles"}
    browser.post(url, fields)
    asked = Handover.objects.get().questions
    assert asked == ["music_staff", "minutes_pk_2", "minutes_3_5", "ensembles"]


def test_the_mail_leads_to_these_questions_and_nothing_else(handover, survey, pier, liaison, last_year):
    letter = mail.outbox[-1]
    assert letter.to == ["tina@example.org"]
    assert link(handover) in letter.body
    assert "You know it best." in letter.body
    say(survey, pier, liaison, students_enrolled=77777)
    html = Client().get(link(handover)).content.decode()
    assert "Last year: 1.5" in html
    assert "q-ensembles" in html
    assert "q-students_enrolled" not in html
    assert "77777" not in html


def test_what_is_sent_is_told_to_whoever_asked(handover, survey, pier, liaison):
    client = Client()
    answer = fill(client, handover, **{"q-music_staff": "2", "q-ensembles_unknown": "on", "send": "1"})
    assert answer.status_code == 302
    said = Said.objects.get(question="music_staff")
    assert (said.value, said.answered_by, said.handover) == (2, None, handover)
    assert sheet_of(survey, pier).lines["music_staff"].who == "Tina Teacher"
    handover.refresh_from_db()
    assert handover.finished_at
    assert handover.email == ""
    assert Notice.objects.get(user=liaison, kind="survey-helped").values["person"] == "Tina Teacher"
    assert "These questions are answered" in client.get(link(handover)).content.decode()
    assert "These questions are answered" in client.post(link(handover), {"q-music_staff": "9"}).content.decode()
    assert Said.objects.get(question="music_staff").value == 2


def test_saving_for_later_keeps_the_link(handover):
    fill(Client(), handover, **{"q-music_staff": "2", "save": "1"})
    handover.refresh_from_db()
    assert handover.is_open
    assert 'value="2"' in Client().get(link(handover)).content.decode()


def test_a_link_ends_with_its_school(handover, pier, coordinator):
    fields = {"version": "{}", "q-ensembles": "4", "send": "1"}
    archive_record(record=pier, user=coordinator)
    for answer in (Client().get(link(handover)), Client().post(link(handover), fields)):
        assert answer.status_code == 410
        assert "is no longer in the city" in answer.content.decode()
    assert not Said.objects.exists()


def test_whoever_it_is_not_for_ends_it(handover, liaison):
    assert "told" in Client().post(link(handover), {"not-me": "1"}).content.decode()
    handover.refresh_from_db()
    assert (handover.is_open, handover.email) == (False, "")
    assert Notice.objects.filter(user=liaison, kind="survey-not-for-them").exists()
    assert not Said.objects.exists()


def test_somebody_signed_in_as_another_is_asked(handover):
    client = signed_in(person("other@example.org"))
    html = client.get(link(handover)).content.decode()
    assert "sent to Tina Teacher" in html
    assert "q-music_staff" not in html
    client.post(link(handover), {"in-place": "1"})
    assert "q-music_staff" in client.get(link(handover)).content.decode()


def test_the_one_it_was_sent_to_is_not_asked(handover):
    assert "q-music_staff" in signed_in(person("tina@example.org")).get(link(handover)).content.decode()


def test_a_link_is_stopped_by_the_school(handover, browser, pier):
    browser.post(reverse("city:survey-stop-link", args=["riverton", YEAR, pier.slug, handover.pk]))
    assert Client().get(link(handover)).status_code == 410


def test_a_link_of_one_school_is_not_stopped_by_another(handover, office, mill):
    url = reverse("city:survey-stop-link", args=["riverton", YEAR, mill.slug, handover.pk])
    assert office.post(url).status_code == 404


def test_addresses_are_forgotten_once_links_have_run_out(handover):
    forget_addresses.enqueue()
    handover.refresh_from_db()
    assert handover.email
    Handover.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert "run out" in Client().get(link(handover)).content.decode()
    forget_addresses.enqueue()
    handover.refresh_from_db()
    assert handover.email == ""


def test_after_closing_the_link_keeps_what_was_typed_and_saves_nothing(handover, survey):
    client = Client()
    version = client.get(link(handover)).context["form"]["version"].value()
    domain.close_survey(survey=survey)
    answer = client.post(link(handover), {"version": version, "q-music_staff": "2", "send": "1"})
    assert answer.status_code == 409
    assert 'value="2"' in answer.content.decode()
    assert not Said.objects.exists()


def test_a_person_takes_along_and_leaves_nothing_behind(handover, survey, pier, liaison):
    say(survey, pier, liaison, ensembles=2)
    kept = personal_data.export_all(liaison)["survey"]
    assert [each["question"] for each in kept["answers"]] == ["ensembles"]
    assert kept["asked_for_help"][0]["name"] == "Tina Teacher"
    helping.forget_person(person("tina@example.org"))
    handover.refresh_from_db()
    assert (handover.name, handover.email, handover.is_open) == ("", "", False)
