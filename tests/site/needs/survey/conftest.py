"""A city with two schools of last year and this, a liaison and a coordinator, and a survey of this year."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.factories.site import city as make_city
from tests.factories.site import holder, organization, school, signed_in

from allcity.site.cities.models import Role, Source, public_id
from allcity.site.directory.models import SchoolYear, StudentCount
from allcity.site.needs.models import Baseline, Need
from allcity.site.needs.survey import domain
from allcity.site.needs.survey.questions import Given
from allcity.site.partnerships.models import Delivery

YEAR = 2025
DAY = date(2025, 9, 30)


@pytest.fixture
def city(db):
    return make_city("Riverton")


@pytest.fixture
def pier(city):
    return of_two_years(school(city, "Pier School"))


@pytest.fixture
def mill(city):
    return of_two_years(school(city, "Mill School"), grades=["6", "7", "8"])


@pytest.fixture
def coordinator(city):
    return holder(city, Role.COORDINATOR, first_name="Corinne")


@pytest.fixture
def liaison(city, pier):
    return holder(city, Role.LIAISON, pier.public_id, first_name="Lia")


@pytest.fixture
def survey(city, pier, mill, coordinator):
    due = timezone.localdate() + timedelta(days=30)
    return domain.open_survey(city=city, year=YEAR, due_on=due, user=coordinator, message="Please.")


@pytest.fixture
def browser(liaison):
    return signed_in(liaison)


@pytest.fixture
def office(coordinator):
    return signed_in(coordinator)


@pytest.fixture
def last_year(city, pier):
    """What the school said a year before: teachers, minutes, students, and one need."""
    Baseline.objects.create(
        city=city, school=pier, year=YEAR - 1, music_staff=1.5, minutes_pk_2=60, students_enrolled=80, space="own"
    )
    return need(pier, "private_lessons", year=YEAR - 1, amount=20)


def register(city):
    """The source of all that was there before."""
    defaults = {"name": "Register", "coverage": "complete", "tables": ["schools", "students"], "as_of": DAY}
    return Source.objects.get_or_create(city=city, key="register", defaults=defaults)[0]


def of_two_years(school, *, grades=("K", "1", "3"), students=100):
    for year in (YEAR - 1, YEAR):
        row = {"city": school.city, "school": school, "year": year, "source": register(school.city), "as_of": DAY}
        SchoolYear.objects.create(name=school.name, grades=list(grades), **row)
        StudentCount.objects.create(grade="all", students=students, **row)
    return school


def need(school, contribution, *, year=YEAR, state="stated", **values):
    key = f"{contribution}-{year}"
    return Need.objects.create(
        city=school.city,
        school=school,
        key=key,
        public_id=public_id(school.city.slug, "needs", key),
        contribution=contribution,
        year=year,
        unit=values.pop("unit", "students"),
        state=state,
        source=register(school.city),
        as_of=DAY,
        **values,
    )


def delivery(school, *, key="v1", account="organization", **values):
    strings = values.pop("organization", None) or organization(school.city, f"Strings {key}")
    strings.source, strings.as_of = register(school.city), DAY
    strings.save()
    numbers = {"sessions": 24, "hours": 18.0, "students": 60, **values}
    return Delivery.objects.create(
        city=school.city,
        key=key,
        account=account,
        organization=strings,
        school=school,
        contribution="private_lessons",
        start_date=date(YEAR, 9, 8),
        end_date=date(YEAR + 1, 5, 20),
        source=register(school.city),
        as_of=DAY,
        **numbers,
    )


def say(survey, school, user, **answers):
    """Have somebody answer questions, by their ids with `__` for a point."""
    sayings = {
        key.replace("__", "."): domain.Saying(value if isinstance(value, Given) else Given(value))
        for key, value in answers.items()
    }
    versions = {}
    if reply := survey.replies.filter(school=school).first():
        versions = {said.question: said.version for said in reply.said.all()}
    sayings = {key: domain.Saying(each.given, versions.get(key, 0), each.began) for key, each in sayings.items()}
    return domain.save_answers(survey=survey, school=school, sayings=sayings, user=user)
