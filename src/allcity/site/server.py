"""The whole site by one command: database brought up to date, web server, worker and clock, all stopped together."""

import hashlib
import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from allcity.site.checks import unsafe
from allcity.site.environment import Environment, environment, variable

SETTINGS = "allcity.site.settings"
READY_SECONDS = 120
GRACE_SECONDS = 30
log = logging.getLogger(__name__)
TRY_IT = (
    "To try it on this computer alone: ALLCITY_PRODUCTION=false allcity serve. For a city of examples: allcity demo."
)


class CannotServeError(Exception):
    """Something that whoever runs the site can mend, in one sentence and the next step."""


def prepare(*, port: int, say: Callable[[str], None]) -> None:
    """Check the settings, set Django up, bring the database up to date and gather the static files.

    `say` is told of what takes long. Raises CannotServeError.
    """
    given = _environment()
    if problems := unsafe(given):
        raise CannotServeError("\n".join((*(f"- {problem}" for problem in problems), TRY_IT)))
    _make_folder(given.data)
    if given.s3_bucket and not all(find_spec(name) for name in ("storages", "smart_open")):
        raise CannotServeError(
            f"{variable('s3_bucket')} is set, and the packages that reach a bucket are missing. Install them: "
            "pip install --require-hashes -r requirements/s3.txt."
        )
    if not given.production:
        os.environ.setdefault(variable("address"), f"http://localhost:{port}")
        os.environ[variable("secret_key")] = given.secret_key or _kept_secret(given.data / "secret-key")
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    environment.cache_clear()
    _set_up_django()
    if given.s3_bucket:
        _reach_bucket(given.s3_bucket)
    from django.core.cache import caches
    from django.core.management import call_command

    if _is_behind():
        say("Bringing the database up to date …")
        call_command("migrate", verbosity=0, interactive=False)
    caches["pages"].clear()  # a newer version of the software makes them differently
    _gather_static_files(say)


def serve(listener: socket.socket, *, workers: int | None, ready: Callable[[], None]) -> None:
    """Serve on a bound socket until told to stop (Ctrl+C or SIGTERM); what ends by itself is started again.

    `ready` is called once the site answers. Whatever it started has ended when it returns, and ends also when this
    process is killed: each child watches the pipe that is its standard input.
    """
    os.set_inheritable(listener.fileno(), True)
    commands = {
        "web": [str(listener.fileno()), str(workers or min(os.cpu_count() or 1, 4))],
        "tasks": [],
    }
    with _stopped_by_signals():
        children = {name: _start(name, arguments, listener) for name, arguments in commands.items()}
        try:
            _wait_until_ready(children["web"], listener)
            ready()
            _watch(children, commands, listener)
        finally:
            _stop(list(children.values()))


def bound(host: str, port: int) -> socket.socket:
    """A socket of this address that does not listen yet, so that nobody is kept waiting; port 0 is any free one."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise CannotServeError(
            f"The site cannot be served on {host}, port {port} ({error.strerror}). Give another port: --port 0 is any free one."
        ) from error
    return listener


def _environment() -> Environment:
    try:
        return Environment()
    except ValidationError as error:
        said = (f"{variable(str(one['loc'][0])) if one['loc'] else ''}: {one['msg']}." for one in error.errors())
        raise CannotServeError("\n".join(said)) from error


def _make_folder(data: Path) -> None:
    try:
        data.mkdir(mode=0o750, parents=True, exist_ok=True)
        (data / ".written").touch()
        (data / ".written").unlink()
    except OSError as error:
        raise CannotServeError(
            f"Nothing can be written to {data} ({error.strerror}). Name another folder in {variable('data')}."
        ) from error


def _kept_secret(path: Path) -> str:
    """The secret of an installation that nobody relies on: made once, so that a restart signs nobody out."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64), encoding="ascii")
    return path.read_text(encoding="ascii")


def _set_up_django() -> None:
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.db import Error, connection

    try:
        django.setup()
        connection.ensure_connection()
    except (ValueError, ImproperlyConfigured) as error:  # what dj-database-url and Django make of an address
        raise CannotServeError(
            f"{variable('database_url')} cannot be used: {error} Write it as postgres://user:password@host:5432/name."
        ) from error
    except Error as error:
        reason = str(error).strip().splitlines()[0]
        raise CannotServeError(
            f"The database does not answer: {reason}. See that it runs, and that {variable('database_url')} is right."
        ) from error


def _reach_bucket(bucket: str) -> None:
    from botocore.exceptions import BotoCoreError, ClientError
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    try:
        default_storage.delete(default_storage.save(".written", ContentFile(b"")))
    except (BotoCoreError, ClientError, ValueError) as error:  # ValueError is what it makes of an address
        raise CannotServeError(
            f"Nothing can be written to the bucket {bucket}: {error}. See that {variable('s3_endpoint')} answers, that the "
            f"bucket is there, and that {variable('s3_access_key')} may read, write and delete in it."
        ) from error


def _is_behind() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _gather_static_files(say: Callable[[str], None]) -> None:
    """Copy, name by content and compress the static files, where they are not those of the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    found = ((name, storage) for finder in get_finders() for name, storage in finder.list([]))
    seen = sorted(f"{name} {Path(storage.path(name)).stat().st_mtime_ns}" for name, storage in found)
    mark, now = settings.STATIC_ROOT / ".made-from", hashlib.sha256("\n".join(seen).encode()).hexdigest()
    if not mark.exists() or mark.read_text(encoding="ascii") != now:
        say("Gathering styles and scripts …")
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        mark.write_text(now, encoding="ascii")


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Let Ctrl+C and SIGTERM end the block quietly, and let nothing hinder its end."""
    before = {one: signal.signal(one, signal.default_int_handler) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _start(name: str, arguments: list[str], listener: socket.socket) -> subprocess.Popen[bytes]:
    """A child of a session of its own, so that Ctrl+C reaches this process alone, which then stops them in order."""
    return subprocess.Popen(  # noqa: S603 - this very program
        [sys.executable, "-m", "allcity.site.server", name, *arguments],
        stdin=subprocess.PIPE,
        pass_fds=[listener.fileno()] if name == "web" else [],
        start_new_session=True,
    )


def _wait_until_ready(web: subprocess.Popen[bytes], listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - asked after, not bound
    until = time.monotonic() + READY_SECONDS
    while web.poll() is None and time.monotonic() < until:
        asked = HTTPConnection(everywhere.get(host, host), port, timeout=5)
        with suppress(OSError, HTTPException), closing(asked):
            asked.request("GET", "/healthz")
            if asked.getresponse().status == HTTPStatus.OK:
                return
        time.sleep(0.1)
    raise CannotServeError("The web server did not start; what it said is above. Start it again once that is mended.")


def _watch(
    children: dict[str, subprocess.Popen[bytes]], commands: dict[str, list[str]], listener: socket.socket
) -> None:
    """Start again what ended, and ask once a minute for the tasks that are due."""
    from django.db import DatabaseError, connection

    from allcity.site.worker import ask_for_due

    next_look = 0.0
    while True:
        for name, child in children.items():
            if child.poll() is not None:
                log.warning("The %s process ended (%s) and is started again.", name, child.returncode)
                children[name] = _start(name, commands[name], listener)
        if time.monotonic() >= next_look:
            try:
                ask_for_due()
            except DatabaseError as error:
                log.warning("The tasks of the day wait for the database: %s", error)
            connection.close()
            next_look = time.monotonic() + 60
        time.sleep(1)


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    for child in children:
        child.terminate()
    until = time.monotonic() + GRACE_SECONDS
    for child in children:
        try:
            child.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


# --- what the children do


def _end_with_parent() -> None:
    """Stop this process as soon as the one that started it is gone, however it went."""

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def _web(descriptor: int, workers: int) -> None:
    from gunicorn.app.base import BaseApplication

    class Site(BaseApplication):
        def load_config(self) -> None:
            settings: dict[str, Any] = {
                "bind": f"fd://{descriptor}",
                "workers": workers,
                "worker_class": "gthread",
                "threads": 4,
                "preload_app": True,
                "timeout": 60,
                "graceful_timeout": 20,
                "loglevel": "error",
                "control_socket_disable": True,
                "post_fork": _close_connections,
            }
            for name, value in settings.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            from django.urls import get_resolver

            from allcity.site.wsgi import application

            get_resolver().url_patterns  # noqa: B018 - imported once here, not by each worker at its first request
            return application

    Site().run()


def _close_connections(_arbiter: object, _worker: object) -> None:
    from django.db import connections

    connections.close_all()


def _tasks() -> None:
    import django

    django.setup()
    from allcity.site.worker import work

    work()


if __name__ == "__main__":
    _end_with_parent()
    match sys.argv[1:]:
        case ["web", descriptor, workers]:
            _web(int(descriptor), int(workers))
        case ["tasks"]:
            _tasks()
