"""What partners report at a school is asked after, and written as the school's account of the same delivery."""

from datetime import date
from uuid import uuid4

import pytest
from tests.factories.site import organization
from tests.site.needs.survey.conftest import YEAR, delivery, need, say

from allcity.analysis.needs import ledger
from allcity.site.cities.models import public_id
from allcity.site.exchange.tables import read_city
from allcity.site.needs.survey import domain
from allcity.site.needs.survey.questions import UNKNOWN, Given
from allcity.site.needs.survey.sheet import sheet_of
from allcity.site.partnerships.models import Delivery, Partnership

pytestmark = pytest.mark.django_db


def question(survey, school, beginning="delivery."):
    return next(key for key in sheet_of(survey, school).lines if key.startswith(beginning))


def hand_in(survey, school, user, **answers):
    say(survey, school, user, **answers)
    domain.hand_in(survey=survey, school=school, user=user)


def own(school):
    return Delivery.objects.get(school=school, account="school")


def test_a_partner_s_words_are_asked_after(survey, pier):
    told = delivery(pier)
    line = sheet_of(survey, pier).lines[question(survey, pier)]
    assert (
        str(line.question.label)
        == f"{told.organization} says: 24 sessions, 18 hours for each student, 60 students. Is that right?"
    )


def test_yes_is_the_same_delivery_with_a_second_account(survey, pier, liaison):
    told = delivery(pier)
    hand_in(survey, pier, liaison, **{question(survey, pier): "yes"})
    assert own(pier).key == told.key
    assert (own(pier).sessions, own(pier).students, own(pier).organization) == (24, 60, told.organization)
    assert own(pier).source.key == "people"


def test_other_numbers_stand_beside_the_partner_s(survey, pier, liaison):
    delivery(pier)
    key = question(survey, pier)
    hand_in(survey, pier, liaison, **{key: "other", f"{key}.students": 40})
    assert (own(pier).students, own(pier).sessions) == (40, None)


def test_what_the_school_has_told_session_by_session_is_not_asked_again(survey, pier, liaison):
    told = delivery(pier)
    partnership = Partnership.objects.create(
        city=survey.city, key="r1", public_id=uuid4(), name="Strings", start_date=date(YEAR - 1, 9, 1)
    )
    partnership.schools.add(pier)
    Delivery.objects.filter(pk=told.pk).update(partnership=partnership)
    key = question(survey, pier)
    say(survey, pier, liaison, **{key: "no", "music_staff": 2})
    Delivery.objects.create(
        city=survey.city, key=told.key, account="school", organization=told.organization, school=pier,
        contribution=told.contribution, start_date=told.start_date, end_date=told.end_date, partnership=partnership,
        sessions=7, from_sessions=True, source=told.source,
    )  # fmt: skip
    lines = sheet_of(survey, pier).lines
    assert not [line for line in lines if line.startswith(("delivery.", "partnership."))]
    domain.hand_in(survey=survey, school=pier, user=liaison)
    assert own(pier).sessions == 7


def test_students_of_one_delivery_are_not_counted_twice(survey, pier, liaison):
    wanted = need(pier, "private_lessons", amount=100)
    delivery(pier, need=wanted)
    met = ledger(read_city(survey.city).city_year(YEAR))["met"].sum()
    hand_in(survey, pier, liaison, **{question(survey, pier): "yes"})
    after = ledger(read_city(survey.city).city_year(YEAR))
    assert met == after["met"].sum() == 60
    key = question(survey, pier)
    hand_in(survey, pier, liaison, **{key: "other", f"{key}.students": 40})
    row = ledger(read_city(survey.city).city_year(YEAR)).row(0, named=True)
    assert (row["met_low"], row["met"], row["met_high"]) == (40, 50, 60)


def test_not_at_our_school_is_nothing_and_not_knowing_takes_it_back(survey, pier, liaison):
    delivery(pier)
    key = question(survey, pier)
    hand_in(survey, pier, liaison, **{key: "no"})
    assert (own(pier).students, own(pier).sessions, own(pier).hours) == (0, 0, 0)
    assert sheet_of(survey, pier).lines[key].now == Given("no")
    hand_in(survey, pier, liaison, **{key: UNKNOWN})
    assert not Delivery.objects.filter(account="school").exists()


def test_an_account_that_the_city_brought_in_is_known_and_stays(survey, pier, liaison):
    told = delivery(pier)
    delivery(pier, account="school", students=50, organization=told.organization)
    key = question(survey, pier)
    lines = sheet_of(survey, pier).lines
    assert (lines[key].before, lines[f"{key}.students"].before) == (Given("other"), Given(50))
    hand_in(survey, pier, liaison, **{key: UNKNOWN})
    assert own(pier).students == 50


def test_a_partnership_of_before_that_is_still_open_is_asked_after(survey, pier, liaison, city):
    strings = organization(city)
    partnership = Partnership.objects.create(
        city=city,
        key="r1",
        public_id=public_id(city.slug, "partnerships", "r1"),
        name="Strings",
        start_date=date(YEAR - 1, 9, 1),
        contributions=["mentorship"],
    )
    partnership.organizations.add(strings)
    partnership.schools.add(pier)
    key = question(survey, pier, "partnership.")
    hand_in(survey, pier, liaison, **{key: "yes", f"{key}.students": 12})
    assert (own(pier).partnership, own(pier).contribution, own(pier).students) == (partnership, "mentorship", 12)
    delivery(pier, organization=strings, partnership=partnership)  # then the partner tells of it too
    hand_in(survey, pier, liaison, **{question(survey, pier): "yes"})
    assert own(pier).key == "v1"


def test_a_school_names_what_nobody_reported(survey, pier, liaison, city):
    organization(city, "Harbor Strings")
    answers = {
        "another": "yes",
        "another__organization": "harbor-strings",
        "another__contribution": "mentorship",
        "another__students": 9,
    }
    hand_in(survey, pier, liaison, **answers)
    assert (own(pier).organization.name, own(pier).students) == ("Harbor Strings", 9)
    assert (own(pier).start_date, own(pier).end_date) == (date(YEAR, 7, 1), date(YEAR + 1, 6, 30))
    hand_in(survey, pier, liaison, another="no")
    assert not Delivery.objects.exists()
