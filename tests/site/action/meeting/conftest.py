"""A session that goes on, and the browser of who runs it."""

import pytest
from tests.factories.site import signed_in
from tests.site.action.meeting.made import begun


@pytest.fixture
def session(town, coordinator):
    return begun(town, coordinator)


@pytest.fixture
def runs(coordinator):
    return signed_in(coordinator)
