"""A city whose people talk: somebody in every role, with names."""

import pytest
from tests.factories.site import city, holder, organization, school

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Role
from allcity.site.directory.models import Organization, School


@pytest.fixture
def town() -> City:
    return city()


@pytest.fixture
def pier(town: City) -> School:
    return school(town)


@pytest.fixture
def strings(town: City) -> Organization:
    return organization(town)


@pytest.fixture
def coordinator(town: City) -> User:
    return holder(town, Role.COORDINATOR, first_name="Corinne", last_name="Coral")


@pytest.fixture
def editor(town: City) -> User:
    return holder(town, Role.EDITOR, first_name="Edgar", last_name="Eddy")


@pytest.fixture
def member(town: City) -> User:
    return holder(town, first_name="Mei", last_name="Marsh")


@pytest.fixture
def liaison(town: City, pier: School) -> User:
    return holder(town, Role.LIAISON, pier.public_id, first_name="Lía", last_name="Lake")


@pytest.fixture
def manager(town: City, strings: Organization) -> User:
    return holder(town, Role.MANAGER, strings.public_id, first_name="Manuel", last_name="Moor")
