"""A partnership of an organization and two schools with two goals, and whoever speaks for each."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories.site import city as make_city
from tests.factories.site import holder, organization, school, signed_in

from allcity.analysis.city import year_of
from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Role, public_id
from allcity.site.directory.domain import source_of_people
from allcity.site.directory.models import Organization, School, SchoolYear, StudentCount
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.checking import domain, rounds
from allcity.site.partnerships.checking.domain import Saying
from allcity.site.partnerships.models import Goal, Partnership, Round
from allcity.site.partnerships.parties import Party, parties


@dataclass
class Pair:
    """One organization with schools, in the middle of its fourth week of four."""

    city: City
    organization: Organization
    schools: list[School]
    partnership: Partnership
    goals: list[Goal]
    manager: User
    liaison: User
    coordinator: User
    browsers: dict[int, Client] = field(default_factory=dict)

    @property
    def school(self) -> School:
        return self.schools[0]

    @property
    def today(self) -> Any:
        return today_in(self.city)

    @property
    def round(self) -> Round:
        rounds.keep_rounds(self.partnership)
        found: Round = Round.objects.select_related("partnership__city").earliest("due_on")
        return found

    def party(self, place: Organization | School) -> Party:
        return next(one for one in parties(self.partnership) if one.public_id == place.public_id)

    def says(self, user: User, place: Organization | School, *levels: int, version: int = 0, **words: Any) -> Any:
        progress = {goal.pk: level for goal, level in zip(self.goals, levels, strict=False)}
        saying = Saying(progress=progress, **words)
        return domain.check_in(due=self.round, party=self.party(place), user=user, saying=saying, version=version)

    def url(self, name: str, *args: Any) -> str:
        return reverse(f"city:partnership-{name}", args=[self.city.slug, self.partnership.public_id, *args])

    def browser(self, user: User) -> Client:
        return self.browsers.setdefault(user.pk, signed_in(user))

    def text(self, user: User, name: str, *args: Any) -> str:
        answer = self.browser(user).get(self.url(name, *args))
        assert answer.status_code == 200, answer
        return str(answer.content.decode())


def make_pair(city: City, *, schools: int = 1, name: str = "Strings at Pier") -> Pair:
    today = today_in(city)
    strings = organization(city, f"Harbor {name}")
    found = [school(city, f"{name} School {number}") for number in range(1, schools + 1)]
    for one in found:
        SchoolYear.objects.create(city=city, school=one, year=year_of(today), name=one.name, grades=["3"])
        StudentCount.objects.create(city=city, school=one, year=year_of(today), grade="all", students=60)
    key = name.lower().replace(" ", "-")
    partnership = Partnership.objects.create(
        city=city, key=key, name=name, public_id=public_id(city.slug, "partnerships", key),
        start_date=today - timedelta(weeks=4), planned_end_date=today + timedelta(weeks=30), check_in_weeks=4,
        setting="in_school_hours", contributions=["private_lessons"],
    )  # fmt: skip
    partnership.organizations.add(strings)
    partnership.schools.add(*found)
    goals = [
        Goal.objects.create(
            city=city, key=f"{key}-g{number}", public_id=public_id(city.slug, "goals", f"{key}-g{number}"),
            partnership=partnership, goal=text, goal_type="musical",
        )
        for number, text in enumerate(("Play a song together", "Read music"), start=1)
    ]  # fmt: skip
    source = source_of_people(city, "partnerships")
    for model in (School, SchoolYear, StudentCount, Organization, Partnership, Goal):
        of_model = model._default_manager.filter(city=city)
        of_model.update(**({"source": source} | ({"as_of": today} if model is not School else {})))
    return Pair(
        city, strings, found, partnership, goals,
        holder(city, Role.MANAGER, strings.public_id, first_name="Manuel"),
        holder(city, Role.LIAISON, found[0].public_id, first_name="Lia"),
        holder(city, Role.COORDINATOR, first_name="Corinne"),
    )  # fmt: skip


@pytest.fixture
def pair(db: None) -> Pair:
    return make_pair(make_city())
