"""A school's survey is answered step by step, by one or two people, and handed in."""

import json
import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from tests.factories.site import holder, signed_in
from tests.site.needs.survey.conftest import YEAR, need, say

from allcity.site.cities.domain import change_settings
from allcity.site.cities.models import Role
from allcity.site.needs.ledger.domain import change_need, move_need
from allcity.site.needs.models import Baseline, Need, Reply, Said
from allcity.site.needs.survey import domain
from allcity.site.needs.survey.errors import SurveyClosedError
from allcity.site.needs.survey.questions import UNKNOWN, Given
from allcity.site.needs.survey.reading import read_number
from allcity.site.needs.survey.sheet import sheet_of

pytestmark = pytest.mark.django_db


def page(survey, school, *more, name="school"):
    return reverse(f"city:survey-{name}", args=[survey.city.slug, survey.year, school.slug, *more])


def step(survey, school, name):
    return page(survey, school, name, name="step")


def send(client, url, version=None, **fields):
    version = version or client.get(url).context["form"]["version"].value()
    return client.post(url, {"version": version, "on": "1", **{f"q-{key}": value for key, value in fields.items()}})


def said(survey, school, question):
    return Said.objects.get(reply__survey=survey, reply__school=school, question=question)


@pytest.mark.parametrize("version", ['{"ensembles": [1e999, 1]}', "[" * 100_000, '{"ensembles": 1}', "[1]"])
def test_a_form_that_says_nonsense_of_what_it_began_from_is_taken_for_a_new_one(survey, pier, browser, version):
    send(browser, step(survey, pier, "resources"), version, ensembles="4")
    assert said(survey, pier, "ensembles").value == 4


def test_a_character_that_no_text_has_is_told_and_not_kept(survey, pier, browser, liaison):
    say(survey, pier, liaison, contributions=["private_lessons"])
    answer = send(browser, step(survey, pier, "details"), **{"need.private_lessons.description": "two\0cellos"})
    assert "a character that no text has" in answer.content.decode()
    assert not Said.objects.filter(question="need.private_lessons.description").exists()


def test_what_is_typed_is_saved_and_leads_to_the_next_step(survey, pier, browser):
    answer = send(browser, step(survey, pier, "teachers"), music_staff="1,5", minutes_pk_2="45")
    assert answer.url == step(survey, pier, "students")
    assert said(survey, pier, "music_staff").value == 1.5
    assert said(survey, pier, "minutes_pk_2").value == 45
    assert not Said.objects.filter(question="minutes_3_5").exists()
    assert not Baseline.objects.exists()


def test_not_knowing_is_an_answer_and_is_not_the_same_as_saying_nothing(survey, pier, browser):
    send(browser, step(survey, pier, "students"), students_enrolled_unknown="on")
    sheet = sheet_of(survey, pier)
    assert sheet.lines["students_enrolled"].now == UNKNOWN
    assert not sheet.lines["students_without_place"].now.is_said
    assert sheet.find("students").answered == 1


def test_a_new_tick_counts_more_than_what_stood_there_before(survey, pier, browser, last_year):
    url = step(survey, pier, "students")
    send(browser, url, students_enrolled="80", students_enrolled_unknown="on")
    assert said(survey, pier, "students_enrolled").is_unknown
    send(browser, url, students_enrolled="85", students_enrolled_unknown="on")
    assert said(survey, pier, "students_enrolled").value == 85
    answer = send(browser, url, students_without_place="5", students_without_place_unknown="on", students_enrolled="85")
    assert "Leave one of them" in answer.content.decode()
    send(browser, step(survey, pier, "needs"), contributions=["private_lessons", "-"])
    assert said(survey, pier, "contributions").value == []
    send(browser, step(survey, pier, "needs"), contributions=["private_lessons", "-"])
    assert said(survey, pier, "contributions").value == ["private_lessons"]


def test_only_the_grade_bands_of_the_school_are_asked(survey, pier, mill):
    asked = {key for key in sheet_of(survey, pier).lines if key.startswith("minutes_")}
    assert asked == {"minutes_pk_2", "minutes_3_5"}
    assert {key for key in sheet_of(survey, mill).lines if key.startswith("minutes_")} == {"minutes_6_8"}


@pytest.mark.parametrize(
    ("name", "question", "text", "told"),
    [
        ("students", "students_enrolled", "101", "the school has 100 students"),
        ("students", "students_without_place", "1000", "the school has 100 students"),
        ("students", "students_enrolled", "2.5", "whole number"),
        ("teachers", "music_staff", "51", "Write at most 50"),
        ("teachers", "minutes_pk_2", "2001", "Write at most 2"),
        ("teachers", "music_staff", "-1", "Write 0 or more"),
        ("teachers", "music_staff", "two", "is not a number"),
    ],
)
def test_what_cannot_be_is_told_and_all_else_is_saved(survey, pier, browser, name, question, text, told):
    other = {"students": "students_without_place", "teachers": "minutes_3_5"}[name]
    other = "students_enrolled" if other == question else other
    answer = send(browser, step(survey, pier, name), **{question: text, other: "7"})
    assert told in answer.content.decode()
    assert f'value="{text}"' in answer.content.decode()
    assert said(survey, pier, other).value == 7
    assert not Said.objects.filter(question=question).exists()


def test_a_need_for_more_students_than_there_are_is_told(survey, pier, browser, last_year):
    say(survey, pier, None, contributions=["private_lessons"])
    answer = send(browser, step(survey, pier, "details"), **{"need.private_lessons.amount": "500"})
    assert "the school has 100 students" in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "text", "whole", "number"),
    [
        ("es", "1,5", False, 1.5),
        ("es", "1.5", False, 1.5),
        ("en", "1.5", False, 1.5),
        ("en", "1,5", False, 1.5),
        ("en", "1,200", False, 1200),
        ("es", "1.200", True, 1200),
        ("en", " 1 200 ", True, 1200),
    ],
)
def test_numbers_are_read_as_people_write_them(language, text, whole, number):
    with translation.override(language):
        assert float(read_number(text, whole=whole)) == number


def test_what_was_so_last_year_is_shown_and_counts_once_somebody_says_so(survey, pier, browser, last_year):
    url = step(survey, pier, "teachers")
    html = browser.get(url).content.decode()
    assert "Last year: 1.5" in html
    assert 'value="1.5"' in html
    send(browser, url, music_staff="1.5", minutes_pk_2="60")
    assert not Said.objects.exists()  # a plain Save does not confirm what nobody looked at
    fields = {"q-music_staff": "2", "q-minutes_pk_2": "60", "still_true": "1"}
    browser.post(url, {"version": browser.get(url).context["form"]["version"].value(), **fields})
    assert (said(survey, pier, "music_staff").value, said(survey, pier, "minutes_pk_2").value) == (2, 60)


def test_a_step_is_confirmed_from_the_overview(survey, pier, browser, last_year, liaison):
    assert browser.post(page(survey, pier)).status_code == 302  # whoever confirms nothing changes nothing
    browser.post(page(survey, pier), {"confirm": "teachers"})
    assert said(survey, pier, "music_staff").answered_by == liaison
    assert sheet_of(survey, pier).find("teachers").from_before == ()


def test_two_who_answer_at_once_lose_nothing(survey, pier, browser, city):
    other = signed_in(holder(city, Role.LIAISON, pier.public_id, first_name="Otto", last_name="Other"))
    url = step(survey, pier, "teachers")
    version = browser.get(url).context["form"]["version"].value()
    send(other, url, music_staff="3", minutes_3_5="30")
    answer = send(browser, url, version, music_staff="2", minutes_pk_2="45", minutes_3_5="")
    html = answer.content.decode()
    assert "Otto Other answered “3” while you were writing" in html
    assert 'value="2"' in html
    assert said(survey, pier, "music_staff").value == 3
    assert said(survey, pier, "minutes_pk_2").value == 45  # what only one of them wrote stands
    assert said(survey, pier, "minutes_3_5").value == 30
    again = answer.context["form"]["version"].value()
    send(browser, url, again, music_staff="2", minutes_pk_2="45", minutes_3_5="30")
    assert said(survey, pier, "music_staff").value == 2


def test_a_page_that_saves_by_itself_learns_what_it_begins_from(survey, pier, browser):
    url = step(survey, pier, "teachers")
    fields = {"version": browser.get(url).context["form"]["version"].value(), "q-music_staff": "1"}
    answer = browser.post(url, fields, headers={"accept": "application/json"})
    assert answer.json()["saved"]
    assert json.loads(answer.json()["version"])["music_staff"] == [1, 1]
    fields |= {"version": answer.json()["version"], "q-music_staff": "2", "on": "1"}
    assert browser.post(url, fields).status_code == 302
    assert said(survey, pier, "music_staff").value == 2


def test_handing_in_writes_what_was_said_and_tells_the_city(survey, pier, city, liaison):
    say(survey, pier, liaison, music_staff=1.5, students_enrolled=UNKNOWN, informal_music=["home"], music_budget=125000)
    version = city.data_version
    domain.hand_in(survey=survey, school=pier, user=liaison)
    row = Baseline.objects.get(school=pier, year=YEAR)
    assert (row.music_staff, row.students_enrolled, row.informal_music, row.music_budget) == (
        1.5,
        None,
        ["home"],
        125000,
    )
    assert (row.source.key, row.as_of) == ("people", timezone.localdate())
    assert row.history.first().history_user == liaison
    city.refresh_from_db()
    assert city.data_version == version + 1


def test_an_answer_taken_back_empties_the_cell_and_leaves_what_nobody_asked(survey, pier, city, liaison):
    Baseline.objects.create(city=city, school=pier, year=YEAR, rating="Strong", ensembles=4)
    say(survey, pier, liaison, music_staff=1.5)
    domain.hand_in(survey=survey, school=pier, user=liaison)
    say(survey, pier, liaison, music_staff=UNKNOWN)
    assert sheet_of(survey, pier).is_changed
    domain.hand_in(survey=survey, school=pier, user=liaison)
    row = Baseline.objects.get(school=pier, year=YEAR)
    assert (row.music_staff, row.rating, row.ensembles) == (None, "Strong", 4)


def test_needs_are_made_changed_and_closed(survey, pier, liaison, last_year):
    going_on = need(pier, "mentorship", state="agreed", amount=5)
    not_wanted = need(pier, "small_ensembles", state="offered", amount=8)
    answers = {
        "contributions": ["mentorship", "private_lessons"],
        "need__mentorship__amount": 9,
        "need__private_lessons__days": ["mo", "tu"],
        "need__private_lessons__times": ["after_school", "weekend"],
        "need__private_lessons__priority": "1",
    }
    say(survey, pier, liaison, **answers)
    domain.hand_in(survey=survey, school=pier, user=liaison)
    for row in (going_on, not_wanted, last_year):
        row.refresh_from_db()
    assert (going_on.state, going_on.amount) == ("agreed", 9)
    assert (not_wanted.state, not_wanted.history.first().history_change_reason) == ("closed", "no longer needed")
    assert (last_year.state, last_year.year) == ("stated", YEAR - 1)
    made = Need.objects.get(year=YEAR, contribution="private_lessons")
    assert (made.key, made.state, made.unit) == ("pier-school-private-lessons-2025", "stated", "students")
    assert (made.days, made.priority, made.amount, made.source.key) == (["mo", "tu"], 1, None, "people")
    assert made.times == ["after_school", "weekend"]
    next_year = domain.open_survey(city=survey.city, year=YEAR + 1, due_on=survey.due_on, user=liaison)
    line = sheet_of(next_year, pier).lines["need.private_lessons.times"]
    assert (line.before, line.before_year) == (Given(["after_school", "weekend"]), YEAR)


def test_handing_in_once_more_leaves_what_was_put_right_since(survey, pier, liaison, coordinator):
    say(survey, pier, liaison, contributions=["private_lessons", "mentorship"], music_staff=1.0, ensembles=2)
    domain.hand_in(survey=survey, school=pier, user=liaison)
    lessons, mentors = (Need.objects.get(contribution=code) for code in ("private_lessons", "mentorship"))
    change_need(need=lessons, values={"amount": 30.0}, user=coordinator)
    move_need(need=mentors, state="closed", user=coordinator, reason="met")
    Baseline.objects.filter(year=YEAR).update(music_staff=2.0)
    say(survey, pier, liaison, ensembles=3, need__private_lessons__priority="1")
    domain.hand_in(survey=survey, school=pier, user=liaison)
    lessons.refresh_from_db(), mentors.refresh_from_db()
    assert (lessons.amount, lessons.priority, mentors.state) == (30, 1, "closed")
    row = Baseline.objects.get(year=YEAR)
    assert (row.music_staff, row.ensembles) == (2, 3)
    say(survey, pier, liaison, contributions=["mentorship"])
    domain.hand_in(survey=survey, school=pier, user=liaison)
    lessons.refresh_from_db(), mentors.refresh_from_db()
    assert (lessons.state, mentors.state) == ("closed", "stated")


def test_needs_stay_where_the_school_does_not_know(survey, pier, liaison):
    stays = need(pier, "mentorship", amount=5)
    say(survey, pier, liaison, contributions=UNKNOWN, ensembles=1)
    domain.hand_in(survey=survey, school=pier, user=liaison)
    stays.refresh_from_db()
    assert stays.state == "stated"


def test_a_need_that_the_city_asks_for_no_more_is_moved_with_its_details(
    survey, pier, city, browser, last_year, liaison
):
    change_settings(city=city, text=city.settings_text + "\n[contributions.private_lessons]\nenabled = false\n")
    survey.city = city
    html = browser.get(step(survey, pier, "needs")).content.decode()
    assert "no longer asks for" in html
    say(survey, pier, liaison, contributions=[], moved__private_lessons="mentorship")
    line = sheet_of(survey, pier).lines["need.mentorship.amount"]
    assert (line.before, line.before_year) == (Given(20.0), YEAR - 1)


def test_late_answers_count_and_say_so(survey, pier, browser, office, liaison):
    survey.due_on = timezone.localdate() - timedelta(days=2)
    survey.save()
    assert "marked as late" in browser.get(page(survey, pier)).content.decode()
    say(survey, pier, liaison, ensembles=1)
    domain.hand_in(survey=survey, school=pier, user=liaison)
    board = office.get(reverse("city:survey-board", args=["riverton", YEAR]) + "?state=late")
    assert [school.name for school, _state, _people in board.context["rows"]] == ["Pier School"]


def test_after_closing_what_was_typed_stays_to_be_copied(survey, pier, browser):
    url = step(survey, pier, "teachers")
    version = browser.get(url).context["form"]["version"].value()
    domain.close_survey(survey=survey)
    answer = send(browser, url, version, music_staff="1.25")
    assert answer.status_code == 409
    html = answer.content.decode()
    assert 'value="1.25"' in html
    assert "ask Corinne" in html
    assert not Said.objects.exists()
    with pytest.raises(SurveyClosedError):
        domain.hand_in(survey=survey, school=pier, user=None)


def test_nothing_is_handed_in_without_an_answer(survey, pier, liaison):
    with pytest.raises(ValidationError, match="Nothing is answered"):
        domain.hand_in(survey=survey, school=pier, user=liaison)
    assert not Reply.objects.exists()


def test_a_liaison_answers_for_the_own_school_alone(survey, mill, browser, office):
    assert browser.get(page(survey, mill)).status_code == 403
    assert browser.post(step(survey, mill, "teachers"), {"q-music_staff": "1"}).status_code == 403
    assert office.get(page(survey, mill)).status_code == 200


def test_somebody_with_one_school_is_led_to_it(survey, pier, browser):
    assert browser.get(reverse("city:survey-year", args=["riverton", YEAR])).url == page(survey, pier)


def test_a_page_asks_the_database_no_more_for_many_answers(survey, pier, browser, liaison, last_year):
    say(survey, pier, liaison, music_staff=1)
    with CaptureQueriesContext(connection) as few:
        browser.get(page(survey, pier))
    everything = ["private_lessons", "mentorship", "small_ensembles"]
    say(survey, pier, liaison, contributions=everything, ensembles=2, instruments=3, space="own", informal_music=[])
    with CaptureQueriesContext(connection) as many:
        browser.get(page(survey, pier))
    assert len(many) == len(few)


def test_on_paper_it_is_filled_with_what_is_known_or_empty(survey, pier, browser, last_year):
    url = page(survey, pier, name="paper")
    assert "Known so far: 1.5" in browser.get(url).content.decode()
    assert "Known so far" not in browser.get(f"{url}?empty=1").content.decode()


def test_names_are_never_html(survey, pier, browser):
    pier.name = "<b>Pier</b>"
    pier.save()
    html = browser.get(page(survey, pier)).content.decode()
    assert "<b>Pier" not in html
    assert re.search("&lt;b&gt;Pier", html)
