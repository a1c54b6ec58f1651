"""A partnership under way of an organization with two schools, with whoever looks after them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from tests.factories.site import city as make_city
from tests.factories.site import holder, organization, school

from allcity.analysis.city import year_of
from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Role, public_id
from allcity.site.directory.models import Organization, School, StudentCount
from allcity.site.needs.models import Need
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.delivering import domain
from allcity.site.partnerships.delivering.checks import Entry
from allcity.site.partnerships.models import Delivery, Partnership, Session, Setting
from allcity.site.partnerships.parties import Party

LESSONS = "private_lessons"


@dataclass(frozen=True)
class Town:
    city: City
    pier: School
    hill: School
    strings: Organization
    need: Need
    partnership: Partnership
    liaison: User
    other_liaison: User
    manager: User
    coordinator: User
    rival: User

    @property
    def today(self) -> date:
        return today_in(self.city)

    def day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    def party(self, user: User) -> Party:
        (found,) = domain.loggers(self.partnership, user)
        return found

    def entry(self, ago: int = 1, **more: Any) -> Entry:
        values = {
            "date": self.day(ago), "hours": 1.5, "contribution": LESSONS, "organization": self.strings,
            "school": self.pier, "students": 20,
        }  # fmt: skip
        return Entry(**values | more)

    def log(self, user: User | None = None, *, is_another: bool = False, **more: Any) -> Session:
        user = user or self.manager
        outcome = domain.log_session(
            partnership=self.partnership, user=user, party=self.party(user), entry=self.entry(**more),
            is_another=is_another,
        )  # fmt: skip
        return outcome.sessions[0]

    def delivery(self, account: str = "organization") -> Delivery:
        return Delivery.objects.get(partnership=self.partnership, account=account)

    def page(self, name: str = "partnership-sessions", *more: object) -> str:

        return reverse(f"city:{name}", args=[self.city.slug, self.partnership.public_id, *more])


@pytest.fixture
def town(db: None) -> Town:
    city = make_city()
    pier, hill, strings, rivals = (
        school(city),
        school(city, "Hill School"),
        organization(city),
        organization(city, "Rivals"),
    )
    today = today_in(city)
    year = year_of(today)
    for each in (pier, hill):
        StudentCount.objects.create(city=city, school=each, year=year, grade="K", students=200)
    need = Need.objects.create(
        city=city, key="n1", year=year, school=pier, contribution=LESSONS, unit="students", amount=40,
        dosage_hours=3, state=Need.State.AGREED, public_id=public_id(city.slug, "needs", "n1"),
    )  # fmt: skip
    partnership = Partnership.objects.create(
        city=city, key="p1", public_id=public_id(city.slug, "partnerships", "p1"), name="Fiddles at the pier",
        contributions=[LESSONS], start_date=today - timedelta(days=120), planned_end_date=today + timedelta(days=120),
        setting=Setting.IN_SCHOOL_HOURS,
    )  # fmt: skip
    partnership.organizations.add(strings)
    partnership.schools.add(pier, hill)
    partnership.needs.add(need)
    return Town(
        city, pier, hill, strings, need, partnership,
        holder(city, Role.LIAISON, pier.public_id, first_name="Lia"),
        holder(city, Role.LIAISON, hill.public_id, first_name="Hilda"),
        holder(city, Role.MANAGER, strings.public_id, first_name="Manuel"),
        holder(city, Role.COORDINATOR, first_name="Corinne"),
        holder(city, Role.MANAGER, rivals.public_id, first_name="Rita"),
    )  # fmt: skip
