"""Background tasks in tests: done at once, and never failing in silence."""

from django_tasks import TaskResult
from django_tasks.backends.immediate import ImmediateBackend


class AtOnce(ImmediateBackend):
    """Does a task where it is asked for, and passes its error on to whoever asked."""

    def _execute_task(self, task_result: TaskResult) -> None:
        super()._execute_task(task_result)
        if task_result.errors:
            raise AssertionError(task_result.errors[-1].traceback)
