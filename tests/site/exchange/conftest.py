import shutil

import pytest
from tests.factories.site import city as made_city
from tests.factories.site import holder, signed_in

from allcity.site.cities.models import Role
from allcity.site.environment import environment


@pytest.fixture(autouse=True)
def no_files_of_other_tests():
    """Cities of other tests, which are gone, had the same names."""
    yield
    for name in ("exports", "imports", "reports"):
        shutil.rmtree(environment().data / name, ignore_errors=True)


@pytest.fixture
def city(db):
    return made_city()


@pytest.fixture
def coordinator(city):
    return holder(city, Role.COORDINATOR)


@pytest.fixture
def client(coordinator):
    """A browser in which the city's coordinator is signed in."""
    return signed_in(coordinator)
