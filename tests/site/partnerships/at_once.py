"""Things that several people do at the same moment, each with a connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each of some acts gave, or the error that it raised, all begun at one moment. For tests of real transactions."""
    start = Barrier(len(acts))

    def do(act: Callable[[], object]) -> object:
        start.wait(timeout=30)
        try:
            return act()
        except Exception as error:  # the test looks at it
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as people:
        return [each.result(timeout=120) for each in [people.submit(do, act) for act in acts]]
