"""Django for the tests of the site alone: it is set up when the first of them is collected."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import django
import pytest
from pytest_django.plugin import DjangoDbBlocker, blocking_manager_key

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.site.settings"
django.setup()


def pytest_configure(config: pytest.Config) -> None:
    """Forbid the database to tests that do not ask for it, also where this folder is found after the start."""
    blocker = config.stash[blocking_manager_key]
    if not blocker.is_active:
        blocker.block()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Put back what migrations made, such as Wagtail's root page, after a test of real transactions has emptied all tables.

    Processes share out the tests as they come, so that any test may follow upon such a one.
    """
    yield
    marker = item.get_closest_marker("django_db")
    if "live_server" in getattr(item, "fixturenames", ()) or (marker and marker.kwargs.get("transaction")):
        from django.db import connection

        with item.config.stash[blocking_manager_key].unblock():
            connection.creation.deserialize_db_from_string(connection._test_serialized_contents)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A database of this process's own, copied from one that is migrated once for a state of all migrations.

    A test of real transactions says `serialized_rollback`, and `live_server` asks for the fixture
    `django_db_serialized_rollback`, where they need what migrations made, such as Wagtail's root page.
    """
    from django.conf import settings
    from pytest_django.fixtures import _get_databases_for_setup
    from tests.site.database import copied, removed

    _, serialized = _get_databases_for_setup(request.session.items)
    name = f"{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_{os.getpid()}"
    with django_db_blocker.unblock():
        copied(name, place=settings.PLACE, serialize="default" in serialized)
    yield
    with django_db_blocker.unblock():
        removed(name)
    shutil.rmtree(settings.MEDIA_ROOT.parent, ignore_errors=True)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """A test reads no page that another has had made: their cities have the same numbers."""
    from django.core.cache import caches

    caches["pages"].clear()


@pytest.fixture(autouse=True)
def nobodys_language() -> None:
    """A test begins in no language: Django leaves that of the last request on, which `reverse` and words then follow."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture
def mails(django_capture_on_commit_callbacks: Any) -> Callable[[Callable[[], object]], list[Any]]:
    """Do something and give the mails that it sent."""
    from django.core import mail

    def sent_by(act: Callable[[], object]) -> list[Any]:
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return mail.outbox[before:]

    return sent_by
