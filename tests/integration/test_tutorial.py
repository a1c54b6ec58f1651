"""The tutorial is done as it says: every command in it runs, and says what the tutorial says it does."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from allcity.cli import allcity

DOCS = Path(__file__).parents[2] / "docs"
TUTORIAL = (DOCS / "tutorial.md").read_text(encoding="utf-8")
FILES = DOCS / "tutorial"
BLOCK = re.compile(r"^```(console|\{code-block\} text|\{literalinclude\} [^\n]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(block: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a console block with the lines of its output that are shown; "…" stands for lines that are not."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *shown = part.splitlines()
        yield command, [line for line in shown if line.strip() not in ("", "…")]


def plain(text: str) -> str:
    return " ".join(text.split())


def run(command: str) -> str:
    program, *arguments = shlex.split(command)
    assert program == "allcity"
    result = CliRunner().invoke(allcity, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return plain(result.output)


@pytest.fixture
def larkfield(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the tutorial has its reader make, with the two files to be saved there."""
    for name in ("exports", "mappings"):
        (tmp_path / name).mkdir()
    for name in re.findall(r"\{download\}`[^<`]*<tutorial/([^>]+)>`", TUTORIAL):
        shutil.copy(FILES / name, tmp_path / "exports")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path


def test_every_step_of_the_tutorial(larkfield: Path) -> None:
    steps = BLOCK.findall(TUTORIAL)
    assert sum(kind == "console" for kind, _ in steps) >= 6
    for kind, block in steps:
        if kind == "console":
            for command, shown in commands(block):
                said = run(command)
                for line in shown:
                    assert plain(line) in said, f"{command} no longer says {line.strip()!r}, but:\n{said}"
        elif kind == "{code-block} text":
            correct_row(larkfield / "exports" / "programs.csv", block.splitlines()[-1])
        else:
            name = kind.rpartition("/")[2]
            shutil.copy(FILES / name, larkfield / ("mappings" if name.endswith(".toml") else "exports"))
    assert {path.name for path in (larkfield / "report").iterdir()} >= {"report.html", "report.pdf"}


def correct_row(path: Path, row: str) -> None:
    """Put a row in the place of the one that begins with the same cell."""
    first = row.partition(",")[0] + ","
    lines = path.read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith(first) for line in lines) == 1
    path.write_text("\n".join(row if line.startswith(first) else line for line in lines) + "\n", encoding="utf-8")


def test_the_proposal_has_what_the_tutorial_tells_to_mend(larkfield: Path) -> None:
    said = {name: run(f"allcity map exports/{name}.csv") for name in ("schools", "programs")}
    assert "CHECK" in said["schools"]
    assert '"Grades Served"' in said["schools"]
    assert '"Low Income"' in said["schools"]
    assert "# Spanish:" in said["programs"]


def test_the_python_page_runs_as_it_stands(larkfield: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in FILES.glob("*.toml"):
        shutil.copy(path, larkfield / "mappings")
    run("allcity import mappings --data exports --to city")
    page = (DOCS / "how-to" / "python.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert examples
    for example in examples:
        exec(compile(example, "python.md", "exec"), {})
    assert "72%, between 72% and 92%, by 7 of 8 offerings" in capsys.readouterr().out
