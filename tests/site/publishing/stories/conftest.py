"""A city with who runs it, and a browser that tells a story, for every test of stories."""

import re

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def no_rates():
    cache.clear()


@pytest.fixture
def link_in():
    """The path to which a mail leads."""

    def found(message):
        return re.search(r"http://localhost:8000(/\S*stories/\S+)", message.body)[1]

    return found
