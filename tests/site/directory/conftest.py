"""A city with one organization, its manager, and a coordinator."""

import pytest
from django.test import Client
from tests.factories import site
from tests.factories.directory import organization
from tests.factories.site import holder, signed_in

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Role
from allcity.site.directory.models import Organization


@pytest.fixture
def city(db) -> City:
    return site.city("Riverton")


@pytest.fixture
def coordinator(city) -> User:
    return holder(city, Role.COORDINATOR, first_name="Corinne", last_name="Cole")


@pytest.fixture
def strings(city, coordinator) -> Organization:
    return organization(city, coordinator, "Harbor Strings")


@pytest.fixture
def manager(city, strings) -> User:
    return holder(city, Role.MANAGER, strings.public_id, first_name="Manuel", last_name="Maas")


@pytest.fixture
def as_manager(manager) -> Client:
    return signed_in(manager)


@pytest.fixture
def as_coordinator(coordinator) -> Client:
    return signed_in(coordinator)
