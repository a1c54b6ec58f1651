"""A city, who looks after its resources, and a library with nothing in it but what a test adds."""

import pytest
from django.core.cache import cache
from tests.factories.site import holder, person

from allcity.site.accounts.staff import start_session
from allcity.site.cities.models import Role
from allcity.site.publishing.models import Resource, ResourceCollection


@pytest.fixture(autouse=True)
def no_rates():
    cache.clear()


@pytest.fixture
def empty(db):
    """The library without what comes with Allcity."""
    ResourceCollection.objects.all().delete()
    Resource.objects.all().delete()


@pytest.fixture
def editor(town):
    return holder(town, Role.EDITOR)


@pytest.fixture
def on_duty(db):
    user = person(is_staff=True)
    start_session(user=user, reason="A test")
    return user
