"""What is due in partnerships, month by month, for whoever looks after a party."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories.partnerships import partnership
from tests.factories.site import city as make_city
from tests.factories.site import holder, organization, school, signed_in

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Role, public_id
from allcity.site.directory.models import Organization, School
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.calendar import queries
from allcity.site.partnerships.calendar.months import Month, months_of
from allcity.site.partnerships.models import Agreement, Evaluation, Partnership, Readiness, Round
from allcity.site.partnerships.readiness.domain import add_requirement

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Town:
    city: City
    school: School
    organization: Organization
    liaison: User
    manager: User
    coordinator: User

    def entries(self, user: User, first: date, last: date) -> list[tuple[date, str]]:
        return [(entry.on, entry.kind.value) for entry in queries.entries(user, self.city, first, last)]

    def page(self, user: User, month: str = "") -> str:
        url = reverse("city:partnership-calendar", args=[self.city.slug])
        return signed_in(user).get(url, {"month": month} if month else {}).content.decode()


@pytest.fixture
def town(db: None) -> Town:
    city = make_city()
    pier, strings = school(city), organization(city)
    return Town(
        city,
        pier,
        strings,
        holder(city, Role.LIAISON, pier.public_id),
        holder(city, Role.MANAGER, strings.public_id),
        holder(city, Role.COORDINATOR),
    )


def make(town: Town, key: str = "r1", **fields: object) -> Partnership:
    return partnership(town.city, town.organization, town.school, key=key, **fields)


class TestWhatIsDue:
    def test_the_days_of_a_partnership(self, town: Town) -> None:
        make(town, start_date=date(2031, 2, 3), planned_end_date=date(2031, 6, 20), check_in_weeks=8)
        assert town.entries(town.liaison, date(2031, 1, 1), date(2031, 12, 31)) == [
            (date(2031, 2, 3), "first_day"),
            (date(2031, 3, 31), "check_in"),
            (date(2031, 4, 21), "look_back"),
            (date(2031, 5, 26), "check_in"),
            (date(2031, 6, 20), "planned_end"),
        ]

    def test_an_end_takes_the_place_of_what_was_planned(self, town: Town) -> None:
        days = {"start_date": date(2020, 9, 1), "planned_end_date": date(2022, 6, 1)}
        make(town, "r1", **days, end_date=date(2021, 6, 1))
        make(town, "r2", **days, end_date=date(2021, 6, 2), stage="handed_over")
        make(town, "r3", **days, stage="dropped")
        assert town.entries(town.liaison, date(2021, 1, 1), date(2022, 12, 31)) == [
            (date(2021, 6, 1), "end"),
            (date(2021, 6, 2), "hand_over"),
        ]

    def test_check_ins_that_are_there_count_once_and_past_ones_are_not_made_up(self, town: Town) -> None:
        today = today_in(town.city)
        made = make(town, start_date=today - timedelta(weeks=40), check_in_weeks=8)
        for weeks in (-8, 0):
            Round.objects.create(city=town.city, partnership=made, due_on=today + timedelta(weeks=weeks))
        found = town.entries(town.manager, today - timedelta(weeks=30), today + timedelta(weeks=17))
        assert [day for day, kind in found if kind == "check_in"] == [
            today + timedelta(weeks=weeks) for weeks in (-8, 0, 8, 16)
        ]

    def test_an_evaluation_that_is_there_has_its_own_day(self, town: Town) -> None:
        made = make(town, start_date=date(2031, 9, 1))
        year = (date(2031, 7, 1), date(2032, 6, 30))
        assert (date(2032, 6, 30), "look_back") in town.entries(town.liaison, *year)
        Evaluation.objects.create(city=town.city, partnership=made, year=2031, due_on=date(2032, 5, 1))
        assert [one for one in town.entries(town.liaison, *year) if one[1] == "look_back"] == [
            (date(2032, 5, 1), "look_back")
        ]

    def test_what_looks_back_in_spring_on_a_year_that_ends_in_july(self, town: Town) -> None:
        make(town, start_date=date(2030, 9, 2), planned_end_date=date(2031, 7, 20))
        found = town.entries(town.liaison, date(2031, 5, 1), date(2031, 5, 31))
        assert (date(2031, 5, 21), "look_back") in found

    def test_what_runs_out_of_whoever_works_there(self, town: Town) -> None:
        make(town)
        asked = add_requirement(city=town.city, kind="insurance", title="Insurance", months=12)
        Readiness.objects.create(
            requirement=asked, organization=town.organization, in_order=True, valid_until=date(2031, 3, 4)
        )
        march = (date(2031, 3, 1), date(2031, 3, 31))
        assert (date(2031, 3, 4), "runs_out") in town.entries(town.liaison, *march)
        assert "Insurance" in town.page(town.liaison, "2031-03")
        Partnership.objects.update(end_date=date(2026, 1, 1))
        assert town.entries(town.liaison, *march) == []

    def test_what_still_waits_stands_on_the_page_of_this_month(self, town: Town) -> None:
        made = make(
            town, name="Fiddles at the pier", stage="draft", start_date=today_in(town.city) + timedelta(days=90)
        )
        Agreement.objects.create(
            city=town.city, key="g1", public_id=public_id(town.city.slug, "agreements", "g1"), partnership=made,
            version=1, start_date=made.start_date, state=Agreement.State.SIGNING,
        )  # fmt: skip
        assert "Agreement to be signed" in town.page(town.liaison)
        assert "Agreement to be signed" not in town.page(town.liaison, "2040-01")


class TestWhoSeesIt:
    def test_parties_and_coordinators_and_nobody_else(self, town: Town) -> None:
        make(town, name="Fiddles at the pier", stage="draft", start_date=date(2031, 2, 3))
        for user in (town.liaison, town.manager, town.coordinator):
            assert "Fiddles at the pier" in town.page(user, "2031-02")
        rival = holder(town.city, Role.MANAGER, organization(town.city, "Rival").public_id)
        other = holder(town.city, Role.LIAISON, school(town.city, "Hill").public_id)
        assert "Fiddles" not in town.page(rival, "2031-02") + town.page(other, "2031-02")
        url = reverse("city:partnership-calendar", args=[town.city.slug])
        assert Client().get(url).status_code == 302
        assert signed_in(holder(town.city)).get(url).status_code == 403

    def test_nothing_of_another_city(self, town: Town) -> None:
        other = make_city("Otherton")
        partnership(other, organization(other, "Far"), school(other, "Far"), start_date=date(2031, 2, 3))
        holder_of_both = town.coordinator
        assert town.entries(holder_of_both, date(2031, 1, 1), date(2031, 12, 31)) == []


class TestThePage:
    def test_as_many_queries_for_many_as_for_one_and_pages(self, town: Town) -> None:
        url, client = reverse("city:partnership-calendar", args=[town.city.slug]), signed_in(town.coordinator)
        numbers = []
        for first, last in ((0, 1), (1, 90)):
            for number in range(first, last):
                make(town, f"r{number}", start_date=date(2031, 2, 1 + number % 28))
            with CaptureQueriesContext(connection) as captured:
                text = client.get(url, {"month": "2031-02"}).content.decode()
            numbers.append(len(captured))
        assert numbers[0] == numbers[1]
        assert "month=2031-02&amp;page=2" in text

    @pytest.mark.parametrize("month", ["", "nonsense", "2031-13", "9999-12", "0001-01", "2031-02-03"])
    def test_a_month_that_is_none_shows_this_one(self, town: Town, month: str) -> None:
        assert today_in(town.city).strftime("%B %Y") in town.page(town.liaison, month)


def test_months_of_a_school_year() -> None:
    months = months_of(2025)
    assert (months[0].code, months[-1].code, len(months)) == ("2025-07", "2026-06", 12)
    assert Month(2026, 1).after(-1) == Month(2025, 12)
    assert Month(2024, 2).last == date(2024, 2, 29)
