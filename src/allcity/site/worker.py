"""Work in the background: the tasks that are due once a day or an hour, and the processes that do them and all others."""

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django_tasks import task
from django_tasks.base import Task

_logger = logging.getLogger(__name__)
_due: dict[str, tuple[int | None, Task[[], Any]]] = {}


def daily(due: Task[[], Any], *, hour: int = 4) -> Task[[], Any]:
    """Have a task done every day from this hour (UTC) on; registered in `AppConfig.ready()`.

    It may be done late, when the site was stopped, and by a rare chance twice, when two machines ask at once: what it does
    must bear that.
    """
    _due[due.module_path] = (hour, due)
    return due


def hourly(due: Task[[], Any]) -> Task[[], Any]:
    """Have a task done once in every hour; registered likewise, and bearing the same."""
    _due[due.module_path] = (None, due)
    return due


def each_by_itself(keys: Iterable[int], act: Callable[[int], object]) -> int:
    """Do something for each, in a transaction of its own: one that fails is logged and holds up no other. Gives how often it did.

    `act` gives something true where it did something. What failed is tried again when the task is done the next time.
    """
    done = 0
    for key in keys:
        try:
            with transaction.atomic():
                done += bool(act(key))
        except Exception:
            _logger.exception("%s.%s failed for %s", act.__module__, getattr(act, "__qualname__", act), key)
    return done


@task()
def forget_old_results() -> None:
    """Remove results of tasks after two weeks, and sessions that have ended."""
    call_command("prune_db_task_results", verbosity=0)
    call_command("clearsessions")


daily(forget_old_results, hour=3)


def ask_for_due(*, now: datetime | None = None) -> list[str]:
    """Enqueue each of these tasks that has not been asked for since it was last due, and give their names.

    That it was asked for is known from its results, which are kept for two weeks: a restart repeats nothing.
    """
    from django_tasks_db.models import DBTaskResult

    now = now or datetime.now(UTC)
    asked = []
    for path, (hour, due_task) in _due.items():
        due = now.replace(hour=now.hour if hour is None else hour, minute=0, second=0, microsecond=0)
        due -= timedelta(days=due > now)
        if not DBTaskResult.objects.filter(task_path=path, enqueued_at__gte=due).exists():
            due_task.enqueue()
            asked.append(path)
    return asked


def work() -> None:
    """Do tasks as they come, until told to stop; the task at hand is finished first."""
    from django.utils.crypto import get_random_string
    from django_tasks_db.management.commands.db_worker import Worker

    logging.getLogger("django_tasks_db").setLevel(logging.ERROR)  # it would tell of every stop
    worker = Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0.5,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
    )
    worker.configure_signals()
    worker.run()
