"""A city and who runs it, for every test of publishing."""

import pytest
from tests.factories.site import city, holder

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Role


@pytest.fixture
def town(db: None) -> City:
    return city()


@pytest.fixture
def coordinator(town: City) -> User:
    return holder(town, Role.COORDINATOR)
