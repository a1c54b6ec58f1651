"""Each test counts its tries anew, and lands on pages that hold nothing of other features."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def alone(settings: object) -> None:
    cache.clear()
    settings.LOGIN_REDIRECT_URL = "accounts:me"
    settings.ACCOUNT_LOGOUT_REDIRECT_URL = "/en/look/"
