"""A coordinator opens the survey, sees how far schools are, reminds them, and closes it."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.factories.site import holder, school
from tests.site.needs.survey.conftest import YEAR, of_two_years, say

from allcity.site.cities.models import Role
from allcity.site.needs.models import Survey
from allcity.site.needs.survey import domain, queries, reminding
from allcity.site.needs.survey.questions import UNKNOWN
from allcity.site.notices.models import Notice
from allcity.site.notices.work import work_of

pytestmark = pytest.mark.django_db


def url(name="city:survey-board", *more):
    return reverse(name, args=["riverton", YEAR, *more])


def test_opening_tells_every_liaison_and_is_done_once(city, pier, liaison, office, django_capture_on_commit_callbacks):
    due = timezone.localdate() + timedelta(days=20)
    fields = {"year": YEAR, "due_on": due.isoformat(), "message": "", "reminds": "on"}
    with django_capture_on_commit_callbacks(execute=True) as done:
        answer = office.post(reverse("city:surveys", args=["riverton"]), fields)
    assert done
    assert answer.url == url()
    told = Notice.objects.get(user=liaison)
    assert (told.kind, told.due_on) == ("survey-open", due)
    assert [letter.to for letter in mail.outbox] == [[liaison.email]]
    office.post(reverse("city:surveys", args=["riverton"]), fields)
    assert Survey.objects.count() == 1


def test_the_board_says_how_far_schools_and_questions_are(survey, pier, mill, liaison, office):
    say(survey, pier, liaison, music_staff=1, ensembles=UNKNOWN)
    answer = office.get(url())
    assert [(str(each), state, len(people)) for each, state, people in answer.context["rows"]] == [
        ("Mill School", "none", 0),
        ("Pier School", "begun", 1),
    ]
    assert "Invite somebody" in answer.content.decode()
    counts = {each.question.id: (each.answered, each.unknown, each.missing) for each in answer.context["tallies"]}
    assert (counts["music_staff"], counts["ensembles"]) == ((1, 0, 1), (0, 1, 1))
    assert (counts["minutes_6_8"], counts["minutes_9_12"]) == ((0, 0, 1), (0, 0, 0))
    domain.hand_in(survey=survey, school=pier, user=liaison)
    progress = queries.progress(survey)
    assert (progress.not_begun, progress.begun, progress.handed_in, progress.late) == (1, 0, 1, 0)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("state=none", ["Mill School"]),
        ("state=begun", ["Pier School"]),
        ("state=nobody", ["Mill School"]),
        ("q=pi", ["Pier School"]),
    ],
)
def test_the_board_is_narrowed(survey, pier, liaison, office, query, names):
    say(survey, pier, liaison, music_staff=1)
    assert [str(each) for each, _state, _people in office.get(f"{url()}?{query}").context["rows"]] == names


def test_the_board_asks_the_database_no_more_for_many_schools(survey, city, office):
    office.get(url())
    with CaptureQueriesContext(connection) as few:
        office.get(url())
    for number in range(30):
        each = of_two_years(school(city, f"School {number}"))
        say(survey, each, holder(city, Role.LIAISON, each.public_id), music_staff=1)
    with CaptureQueriesContext(connection) as many:
        office.get(url())
    assert len(many) == len(few)


def test_the_board_as_a_file_holds_no_formula(survey, pier, office):
    pier.name = "=1+1"
    pier.save()
    text = office.get(url("city:survey-board-file")).content.decode()
    assert "pier-school,'=1+1,none" in text


def test_a_school_is_reminded_at_most_every_three_days(survey, pier, liaison):
    now = timezone.now()
    assert reminding.remind(survey=survey, now=now) == reminding.Reminded(schools=1, resting=0, nobody=1)
    assert reminding.remind(survey=survey, now=now + timedelta(days=2)).resting == 1
    assert reminding.remind(survey=survey, now=now + timedelta(days=3, minutes=1)).schools == 1
    assert Notice.objects.filter(user=liaison, kind="survey-reminder").count() == 2


def test_a_school_that_has_handed_in_is_not_reminded(survey, pier, liaison, office):
    say(survey, pier, liaison, ensembles=1)
    domain.hand_in(survey=survey, school=pier, user=liaison)
    office.post(url("city:survey-remind"))
    office.post(url("city:survey-remind-school", pier.slug))
    assert not Notice.objects.filter(kind="survey-reminder").exists()


def test_schools_are_reminded_by_themselves_on_the_marks_alone(survey, liaison):
    zone = ZoneInfo("America/Chicago")

    def on(days):
        return datetime.combine(survey.due_on + timedelta(days=days), time(9), zone)

    sent = [days for days in range(-20, 10) if reminding.remind_where_due(now=on(days))]
    assert sent == [-14, -3, 3]


def test_a_missed_day_is_made_good_and_reminders_can_be_off(survey, liaison):
    late = datetime.combine(survey.due_on - timedelta(days=13), time(9), ZoneInfo("America/Chicago"))
    domain.change_survey(survey=survey, due_on=survey.due_on, message="", reminds=False)
    assert reminding.remind_where_due(now=late) == 0
    domain.change_survey(survey=survey, due_on=survey.due_on, message="", reminds=True)
    assert reminding.remind_where_due(now=late) == 1


def test_a_closed_survey_reminds_nobody_and_can_be_opened_again(survey, liaison, office):
    office.post(url("city:survey-close"))
    assert office.post(url("city:survey-remind")).status_code == 404
    assert not list(queries.surveys_to_answer(liaison))
    office.post(url("city:survey-reopen"))
    assert [each.year for each, _school, _reply in queries.surveys_to_answer(liaison)] == [YEAR]


def test_it_waits_in_the_work_of_liaisons_and_coordinators(survey, pier, liaison, coordinator):
    (item,) = (each for each in work_of(liaison) if "/survey/" in each.url)
    assert (item.due_on, "Pier School" in str(item.title)) == (survey.due_on, True)
    (item,) = work_of(coordinator)
    assert str(item.detail) == "0 of 2 schools have handed in."
    say(survey, pier, liaison, ensembles=1)
    domain.hand_in(survey=survey, school=pier, user=liaison)
    assert not [each for each in work_of(liaison) if "/survey/" in each.url]
    (item,) = work_of(coordinator)
    assert str(item.detail) == "1 of 2 schools have handed in."
