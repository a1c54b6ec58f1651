"""A city in which an organization and a school could work together, with whoever looks after them."""

from dataclasses import dataclass
from typing import Any

import pytest
from tests.factories.site import city as make_city
from tests.factories.site import holder, organization, school

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Role, public_id
from allcity.site.directory.models import Organization, Program, School
from allcity.site.needs.models import Need, Proposal, Side
from allcity.site.needs.proposals.domain import propose

YEAR = 2025


@dataclass(frozen=True)
class Town:
    city: City
    school: School
    organization: Organization
    program: Program
    need: Need
    liaison: User
    manager: User
    coordinator: User

    def offer(self, **more: Any) -> Proposal:
        """The manager offers to answer the need."""
        given = {"need": self.need, "text": "We have fiddles.", **more}
        return propose(
            city=self.city, user=self.manager, side=Side.ORGANIZATION, organization=self.organization, **given
        )

    def ask(self, **more: Any) -> Proposal:
        """The liaison asks the organization."""
        given = {"need": self.need, **more}
        return propose(city=self.city, user=self.liaison, side=Side.SCHOOL, organization=self.organization, **given)

    def add_need(self, key: str, **more: Any) -> Need:
        fields = {"school": self.school, "contribution": "private_lessons", "unit": "students", "amount": 40, **more}
        return Need.objects.create(
            city=self.city,
            key=key,
            year=YEAR,
            state=Need.State.STATED,
            public_id=public_id(self.city.slug, "needs", key),
            **fields,
        )

    def state(self) -> str:
        """How far the need is."""
        return Need.objects.get(pk=self.need.pk).state


@pytest.fixture
def town(db: None) -> Town:
    city = make_city()
    pier, strings = school(city), organization(city)
    program = Program.objects.create(
        city=city, organization=strings, key="p1", slug="p1", name="Fiddles", public_id=public_id(city.slug, "programs", "p1")
    )  # fmt: skip
    need = Need.objects.create(
        city=city, key="n1", year=YEAR, school=pier, contribution="private_lessons", unit="students", amount=40,
        state=Need.State.STATED, public_id=public_id(city.slug, "needs", "n1"),
    )  # fmt: skip
    return Town(
        city,
        pier,
        strings,
        program,
        need,
        holder(city, Role.LIAISON, pier.public_id, first_name="Lia", last_name="Liaison"),
        holder(city, Role.MANAGER, strings.public_id, first_name="Manuel", last_name="Manager"),
        holder(city, Role.COORDINATOR, first_name="Corinne", last_name="Coordinator"),
    )
