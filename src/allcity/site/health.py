"""`/healthz` for whatever watches over the site: whether the database answers and is up to date."""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase

Respond = Callable[[HttpRequest], HttpResponseBase]


class Health:
    """Answers before anything asks for the name of a host, for https or for a language."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond
        self.up_to_date = False

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info != "/healthz":
            return self.respond(request)
        ready = self._is_ready()
        answer = HttpResponse(
            b"well\n" if ready else b"not ready\n",
            status=200 if ready else 503,
            content_type="text/plain; charset=utf-8",
            headers={"Cache-Control": "no-store"},
        )
        answer._has_been_logged = True  # type: ignore[attr-defined] # Django would write a line for each time it is asked
        return answer

    def _is_ready(self) -> bool:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            if not self.up_to_date:  # once every migration is applied it stays so for this process
                executor = MigrationExecutor(connection)
                self.up_to_date = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        except DatabaseError:
            return False
        return self.up_to_date
