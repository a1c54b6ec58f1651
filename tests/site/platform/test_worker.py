"""Tasks of the day are asked for once a day, however often the site is started."""

from datetime import UTC, datetime, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from allcity.site.publishing.editorial.tasks import publish_what_is_due
from allcity.site.worker import ask_for_due, forget_old_results

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_for_a_worker(settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def test_each_is_asked_for_once_a_day_or_an_hour() -> None:
    now = datetime.now(UTC)
    daily, hourly = forget_old_results.module_path, publish_what_is_due.module_path
    assert {daily, hourly} <= set(ask_for_due(now=now))
    assert ask_for_due(now=now) == []
    assert daily not in ask_for_due(now=now + timedelta(minutes=1))
    assert hourly in ask_for_due(now=now + timedelta(hours=1))
    assert daily in ask_for_due(now=now + timedelta(days=1))


def test_old_results_are_forgotten_and_new_ones_kept(settings) -> None:
    ask_for_due()
    old, new = DBTaskResult.objects.first(), forget_old_results.enqueue()
    DBTaskResult.objects.filter(pk=old.pk).update(
        status="SUCCESSFUL", finished_at=datetime.now(UTC) - timedelta(days=20)
    )
    forget_old_results.call()
    assert not DBTaskResult.objects.filter(pk=old.pk).exists()
    assert DBTaskResult.objects.filter(pk=new.id).exists()
