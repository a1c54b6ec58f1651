"""What holds of a command as a process: its pipes, its terminal, its signals, and others beside it."""

import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.factories.command import REPORT, Run
from tests.factories.folders import city_of, fiddles, school, three_schools

from allcity.reports import publish

PROGRAM = str(Path(sys.executable).with_name("allcity"))


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city with a Spanish name, in a folder whose name has all that shells and markup take for their own."""
    tables = {**three_schools(), "schools": [school(n, name="Escuela Peñalolén") for n in (1, 2, 3)], **fiddles()}
    settings = '[city]\nid = "nunoa"\nname = "Ñuñoa"\ntime_zone = "America/Santiago"\n'
    return city_of(tmp_path_factory.mktemp("a") / "[red] año (ñ) 'x' [" / "[/city]", tables, settings=settings)


def start(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [PROGRAM, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, env={**os.environ, **environment})


def in_terminal(*arguments: object, columns: int, **environment: str) -> str:
    """What a command shows on a terminal of so many columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    clean = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
    settings = {**clean, "TERM": "xterm-256color", **environment}
    with subprocess.Popen([PROGRAM, *map(str, arguments)], stdout=theirs, stderr=theirs, env=settings):
        os.close(theirs)
        shown = b""
        # Reading fails once the other side is closed.
        try:
            while more := os.read(ours, 65536):
                shown += more
        except OSError:
            pass
    os.close(ours)
    return shown.decode()


@pytest.mark.parametrize(
    "arguments",
    [("check",), ("check", "--json"), ("examine", "--out", "report"), ("examine", "--json", "--out", "report")],
)
def test_a_reader_who_leaves_early_is_no_error_to_speak_of(
    city: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    folder = tmp_path / "city"
    shutil.copytree(city, folder)
    if arguments[0] == "check":
        students = "".join(f"x{n},2022,all,all,1,register,2023-01-15\n" for n in range(5000))
        (folder / "students.csv").write_text(f"school_id,year,grade,group_id,students,source_id,as_of\n{students}")
    command = [PROGRAM, arguments[0], str(folder), *arguments[1:]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_told_in_a_sentence(city: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        said = subprocess.run([PROGRAM, "check", city], stdout=full, stderr=subprocess.PIPE, check=False)
    assert said.returncode == 1
    assert said.stderr.decode() == "No space left on device. Make room, or write to another place.\n"


def test_names_with_brackets_accents_and_spaces(city: Path) -> None:
    out = city.parent / "out [/b]"
    checked, examined = start("check", city), start("examine", city, "--out", out)
    assert checked.stdout.decode() == f"{city} has no problems.\n"
    assert f"→ {out / 'report.html'}\n" in examined.stdout.decode()
    assert {path.name for path in out.iterdir()} == REPORT
    nowhere = start("check", city.parent / "[/nowhere]")
    assert nowhere.stdout.decode().startswith(f"{city.parent / '[/nowhere]'}\n")


@pytest.mark.parametrize(
    "settings", [{}, {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}], ids=["as Python has it", "in ASCII"]
)
def test_a_terminal_without_letters_gets_what_it_can_show(
    city: Path, tmp_path: Path, settings: Mapping[str, str]
) -> None:
    said = start("examine", city, "--out", tmp_path / "report", "--language", "es", LC_ALL="C", LANG="C", **settings)
    assert (said.returncode, said.stderr) == (0, b"")
    assert ("Ñuñoa" if not settings else "?u?oa") in said.stdout.decode()
    assert "Ñuñoa" in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("columns", [40, 120])
def test_no_line_is_cut_by_a_narrow_terminal(city: Path, tmp_path: Path, columns: int) -> None:
    shown = in_terminal("examine", city, "--out", tmp_path / "report", columns=columns)
    after_progress = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", shown[shown.index("Ñuñoa") :]).splitlines()
    assert all(len(line) <= columns for line in after_progress if not line.startswith("→"))
    assert any(line.startswith("→") and line.endswith("report.html") for line in after_progress)


def test_colour_is_for_those_who_want_it(city: Path, tmp_path: Path) -> None:
    coloured = re.compile(r"\x1b\[(?:\d;)?(?:3[0-7]|9[0-7])")
    arguments = ("examine", city, "--out", tmp_path / "report")
    with_colour = in_terminal(*arguments, columns=80)
    without = in_terminal(*arguments, columns=80, NO_COLOR="1")
    assert coloured.search(with_colour[with_colour.index("Ñuñoa") :])
    assert not coloured.search(without)
    assert b"\x1b" not in start(*arguments).stdout


def test_two_examinations_at_once(city: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "report"
    command = [PROGRAM, "examine", str(city), "--out", str(out)]
    both = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)]
    assert [(process.communicate()[1], process.returncode) for process in both] == [(b"", 0)] * 2
    assert {path.name for path in out.iterdir()} == REPORT
    assert list(out.parent.iterdir()) == [out]
    alone = tmp_path / "alone"
    start("examine", city, "--out", alone)
    assert all((out / name).read_bytes() == (alone / name).read_bytes() for name in REPORT)


def test_an_interrupted_examination_writes_nothing(
    city: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publish, "render_pdf", interrupt)
    assert run("examine", city, "--out", tmp_path / "report") == (130, "", "\nStopped.\n")
    assert not list(tmp_path.iterdir())
