"""`allcity serve` and `allcity demo` as processes: what they start, what they say, how they end."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from allcity.site import server

PROGRAM = str(Path(sys.executable).with_name("allcity"))
STOPPED = "\nStopped.\n"


def clean(**more: object) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ALLCITY_", "DATABASE_URL"))}
    return kept | {name: str(value) for name, value in more.items()}


def said(*arguments: object, **environment: object) -> tuple[int, str]:
    """The exit code and the errors of a command that ends by itself."""
    done = subprocess.run(
        [PROGRAM, *map(str, arguments)], env=clean(**environment), capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


@contextmanager
def running(*arguments: object, **environment: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A command that serves, and the address that it gives."""
    command = [PROGRAM, *map(str, arguments), "--port", "0"]
    with subprocess.Popen(
        command, env=clean(**environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = next((line for line in process.stdout if "http://localhost:" in line), None)
            assert line is not None, process.stderr and process.stderr.read()
            yield process, next(word for word in line.split() if word.startswith("http://"))
        finally:
            process.kill()


def children(process: subprocess.Popen[str]) -> list[int]:
    """The processes that a process started, and those that they started."""
    found, ask = [], [process.pid]
    while ask:
        listed = Path(f"/proc/{(parent := ask.pop())}/task/{parent}/children").read_text().split()
        found += [int(pid) for pid in listed]
        ask += [int(pid) for pid in listed]
    return found


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


@pytest.fixture(scope="module")
def place(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker
) -> Iterator[Mapping[str, object]]:
    """Settings of an installation whose database is migrated already."""
    data = tmp_path_factory.mktemp("data")
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        shutil.copy(database["TEST"]["NAME"], data / "allcity.sqlite3")
        yield {"ALLCITY_PRODUCTION": "false", "ALLCITY_DATA": data}
    else:
        host = database["HOST"].replace("/", "%2F")
        port = f":{database['PORT']}" if database["PORT"] else ""
        access = f"{database['USER']}:{database['PASSWORD']}" if database["PASSWORD"] else database["USER"]
        address = f"postgres://{access}@{host}{port}/{database['NAME']}"
        yield {"ALLCITY_PRODUCTION": "false", "ALLCITY_DATA": data, "DATABASE_URL": address}
        with django_db_blocker.unblock():
            DBTaskResult.objects.all().delete()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl+C", "SIGTERM"])
def test_one_command_serves_works_and_stops(place: Mapping[str, object], how: signal.Signals) -> None:
    with running("serve", **place) as (process, site):
        with urlopen(f"{site}/healthz") as answer:
            assert answer.status == 200
        with pytest.raises(HTTPError) as nothing, urlopen(f"{site}/en/nothing-is-here/"):
            pass
        with nothing.value as answer:
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            style = next(part for part in answer.read().decode().split('"') if part.endswith(".css"))
        with urlopen(f"{site}{style}") as answer:
            assert "immutable" in answer.headers["Cache-Control"]
        started = children(process)
        assert len(started) >= 3  # the web server, its workers, and the worker of tasks
        process.send_signal(how)
        assert process.communicate(timeout=60) == (STOPPED, "")
        assert process.returncode == 0
        assert alive(started) == []


def test_nothing_outlives_a_server_that_is_killed(place: Mapping[str, object]) -> None:
    with running("serve", "--workers", 1, **place) as (process, _):
        started = children(process)
        process.kill()
        until = time.monotonic() + 60
        while alive(started) and time.monotonic() < until:
            time.sleep(0.1)
        assert alive(started) == []


def test_the_worker_does_what_is_due(place: Mapping[str, object]) -> None:
    data = Path(str(place["ALLCITY_DATA"]))
    ask = (
        "import django; django.setup(); from django_tasks_db.models import DBTaskResult as R; "
        "print(*R.objects.values_list('task_path', 'status'))"
    )
    with running("serve", "--workers", 1, **place):
        until = time.monotonic() + 60
        results = ""
        while "SUCCESSFUL" not in results and time.monotonic() < until:
            results = subprocess.run(
                [sys.executable, "-c", ask],
                env=clean(**place, DJANGO_SETTINGS_MODULE="allcity.site.settings"),
                capture_output=True,
                text=True,
                check=True,
            ).stdout
    assert "('allcity.site.worker.forget_old_results', 'SUCCESSFUL')" in results
    assert (data / "secret-key").stat().st_mode & 0o077 == 0


def test_a_port_that_is_taken_is_told(place: Mapping[str, object]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port, remedy = other.getsockname()[1], "Give another port: --port 0 is any free one."
        assert said("serve", "--port", port, **place) == (
            1,
            f"The site cannot be served on 127.0.0.1, port {port} (Address already in use). {remedy}\n",
        )


def test_without_settings_it_says_what_is_unsafe(tmp_path: Path) -> None:
    code, text = said("serve", "--port", 0, ALLCITY_DATA=tmp_path)
    assert code == 1
    assert "- ALLCITY_SECRET_KEY is not a random text" in text
    assert text.endswith("For a city of examples: allcity demo.\n")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL cannot be used:"),
        ({"DATABASE_URL": "nonsense://here/there"}, "DATABASE_URL cannot be used:"),
        ({"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}, "The database does not answer: connection"),
        ({"DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"}, "The database does not answer: unable to open"),
        (
            {
                "ALLCITY_S3_BUCKET": "files",
                "ALLCITY_S3_ENDPOINT": "http://127.0.0.1:1",
                "ALLCITY_S3_ACCESS_KEY": "name",
                "ALLCITY_S3_SECRET_KEY": "secret",
            },
            "Nothing can be written to the bucket files: Could not connect",
        ),
        (
            {"ALLCITY_S3_BUCKET": "files", "ALLCITY_S3_ENDPOINT": "nowhere"},
            "Nothing can be written to the bucket files:",
        ),
        ({"ALLCITY_DATA": "/dev/null/data"}, "Nothing can be written to /dev/null/data (Not a directory)."),
        ({"ALLCITY_PRODUCTION": "perhaps"}, "ALLCITY_PRODUCTION: Input should be a valid boolean"),
        ({"ALLCITY_MAIL_PORT": "0"}, "ALLCITY_MAIL_PORT: Input should be greater than or equal to 1."),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_sentence(
    tmp_path: Path, settings: Mapping[str, str], message: str
) -> None:
    trial = {"ALLCITY_PRODUCTION": "false", "ALLCITY_DATA": tmp_path}
    code, text = said("serve", "--port", 0, **{**trial, **settings})
    assert code == 1
    assert text.startswith(message)
    assert text.count("\n") == 1


def test_a_bucket_needs_packages_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PRODUCTION": "false", "DATA": str(tmp_path), "S3_BUCKET": "files"}.items():
        monkeypatch.setenv(f"ALLCITY_{name}", value)
    monkeypatch.setattr(server, "find_spec", lambda name: None)
    with pytest.raises(server.CannotServeError, match=r"requirements/s3\.txt"):
        server.prepare(port=0, say=str)


@pytest.mark.once  # it has a database of its own
def test_the_demonstration_is_made_once_and_opened(tmp_path: Path, django_db_setup: None) -> None:
    if connection.vendor == "sqlite":  # the way that is quick; what it is given by others must not reach it
        shutil.copy(connection.settings_dict["TEST"]["NAME"], tmp_path / "allcity.sqlite3")
        (tmp_path / "secret-key").write_text("for-one-demonstration")
    others = {"ALLCITY_PRODUCTION": "true", "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}
    for _ in range(2):
        with running("demo", "--to", tmp_path, **others) as (process, page):
            assert page.endswith("/en/rivermouth/")
            with urlopen(page) as answer:
                assert "Rivermouth" in answer.read().decode()
            with urlopen(page.replace("rivermouth", "demo")) as answer:
                assert "coordinator" in answer.read().decode().lower()
            process.send_signal(signal.SIGTERM)
            assert process.communicate(timeout=60)[1] == ""
            assert process.returncode == 0
