"""A town in which a school's own music fell since a partner came in school hours."""

from dataclasses import dataclass

import pytest
from tests.factories.judged import examined, screened
from tests.factories.partnerships import district, partnership
from tests.factories.site import holder, organization
from tests.site.needs.proposals.conftest import YEAR, Town, town

from allcity.site.accounts.models import User
from allcity.site.cities.models import Role
from allcity.site.directory.models import SchoolYear
from allcity.site.figures.models import Examination
from allcity.site.partnerships.models import Answer, Partnership, Review, Setting
from allcity.site.partnerships.reviewing import domain, queries

__all__ = ["town"]


@dataclass(frozen=True)
class Fallen:
    """The town, its partnership in school hours, and others: a member, and the manager of a rival organization."""

    town: Town
    partnership: Partnership
    examination: Examination
    member: User
    rival: User

    @property
    def url(self) -> str:
        return f"/en/{self.town.city.slug}/reviews/{self.town.school.slug}/{YEAR}/"

    @property
    def review(self) -> Review:
        return Review.objects.get()

    def ask(self) -> Review:
        return domain.ask(
            school=self.town.school, year=YEAR, user=self.town.coordinator, words="What happened in 2024?"
        )

    def answer(self, user: User, side: str, **said: str) -> Answer:
        review = self.review
        voice = next(each for each in queries.voices(review, user) if each.side == side)
        return domain.answer(review=review, user=user, voice=voice, **{"words": "She retired.", **said})


@pytest.fixture
def fallen(town: Town) -> Fallen:
    made = partnership(town.city, town.organization, town.school, setting=Setting.IN_SCHOOL_HOURS)
    SchoolYear.objects.create(
        city=town.city, school=town.school, year=YEAR, name=town.school.name, district=district(town.city)
    )
    examination = examined(town.city, YEAR)
    screened(examination, town.school)
    rivals = organization(town.city, "Rival Brass")
    return Fallen(
        town, made, examination, holder(town.city, Role.MEMBER), holder(town.city, Role.MANAGER, rivals.public_id)
    )
