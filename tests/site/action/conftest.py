"""A city and who runs it, for every test of action."""

import pytest
from tests.factories.site import city, holder

from allcity.site.cities.models import Role


@pytest.fixture
def town(db):
    return city()


@pytest.fixture
def coordinator(town):
    return holder(town, Role.COORDINATOR)
