import pytest
from django.test import Client
from tests.factories.site import city, holder, signed_in
from tests.site.cities.settings_pages import TEXT

from allcity.site.cities.models import City, Role
from allcity.site.cities.settings import domain


@pytest.fixture
def town() -> City:
    town = city()
    return domain.replace_text(city=town, version=domain.version_of(town), text=TEXT)


@pytest.fixture
def coordinator(town: City) -> Client:
    return signed_in(holder(town, Role.COORDINATOR, first_name="Cora", last_name="Kim"))
