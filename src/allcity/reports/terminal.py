"""What the command line says: the answers of an examination, and the account of an import, as a person likes to read them.

Nothing from a city's tables is read as markup, nor as a command to the terminal. Colour only adds to what the words say
already.
"""

import re
import shlex
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from allcity.formats.importing import ImportResult, LeftOut
from allcity.formats.problems import Problem
from allcity.reports.model import Report, Section, Tone

_STYLES: dict[Tone, str] = {"met": "bold green", "unmet": "bold red", "unknown": "bold"}
_WIDEST = 92
_ROWS_NAMED = 20
_FILES_NAMED = 5
_QUESTIONS = ("access", "ecosystem", "needs")
# Control characters, and those that turn the direction of all that follows.
_UNSHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def summary(report: Report, *, paths: Sequence[Path], console: Console) -> None:
    """Print the answers to the first three questions, what is not known and was left out, what to do, and the files."""
    _say(console, report.title, style="dim")
    _say(console, report.headline, style="bold")
    console.print()
    _say(console, report.lede)
    sections = {section.id: section for section in report.sections}
    for name in _QUESTIONS:
        _section(console, sections[name])
        for reading in (reading for block in sections[name].blocks for reading in block.readings):
            _rows(console, [(reading.title, reading.value)], style=_STYLES[reading.tone])
            if reading.range:
                _say(console, reading.range, style="dim", indent=4)
    _section(console, sections["limits"])
    for table in (table for block in sections["limits"].blocks for table in block.tables):
        _say(console, table.caption, style="underline", indent=2)
        _rows(console, [(row[0], row[1]) for row in table.rows])
    _section(console, sections["steps"])
    steps = [entry.term for block in sections["steps"].blocks for entry in block.entries]
    for number, step in enumerate(steps, start=1):
        _say(console, f"{number}. {step}", indent=2)
    console.print()
    for path in paths:
        console.print(_text(f"→ {path}"), soft_wrap=True)


def show_import(result: ImportResult, *, folder: Path, dry_run: bool, console: Console) -> None:
    """Print what an import read, what it added and changed in each table, and what it left out and why."""
    for file, rows in result.read.items():
        _say(console, f"Read {_count(rows, 'row')} of {file}.")
    for change in result.tables:
        _say(console, change.table, style="bold")
        counts = (f"{change.added:,} added", f"{change.changed:,} changed", f"{change.unchanged:,} the same")
        _say(console, " · ".join(counts), indent=2)
        if change.columns:
            cells = ", ".join(f"{column} {cells:,}" for column, cells in change.columns.items())
            _say(console, f"changed: {cells}", style="dim", indent=2)
        for example in change.examples:
            _say(console, example, style="dim", indent=4)
    for file, entries in groupby(result.left_out, key=lambda entry: entry.file):
        _say(console, f"Left out of {file}", style="bold")
        for entry in entries:
            what = _count(entry.number, entry.what.removesuffix("s"))
            _say(console, f"{entry.table}: {what}, because {entry.because}", indent=2)
            _say(console, _places(entry), style="dim", indent=4)
    console.print()
    _say(console, _outcome(result, folder=folder, dry_run=dry_run), style="bold")
    if result.written:
        console.print(_text(f"Next: allcity check {shlex.quote(str(folder))}"), soft_wrap=True)


def show_problems(problems: Sequence[Problem], *, console: Console, most_alike: int = 5) -> None:
    """Print problems by place, those with the same remedy together: the first few in full, of the rest the rows.

    What is wrong with whole files comes first, since it often explains the others.
    """
    for _, group in groupby(sorted(problems, key=lambda p: (*_alike(p), p.file, p.row or 0)), key=_alike):
        same = list(group)
        files = list(dict.fromkeys(problem.file for problem in same))
        column = f", column {same[0].column}" if same[0].column else ""
        _say(console, f"{_first(files, _FILES_NAMED)}{column}", style="bold")
        for line in dict.fromkeys(map(_line, same[:most_alike])):
            _say(console, line, indent=2)
        rest = [str(problem.row) for problem in same[most_alike:] if problem.row is not None]
        if rest:
            _say(console, f"the same in row {_first(rest, _ROWS_NAMED)}", indent=2)
        _say(console, f"→ {same[0].remedy}", style="dim", indent=2)
    if len(problems) > 1:
        errors = sum(problem.severity == "error" for problem in problems)
        counts = {"to mend": errors, "to look at again": len(problems) - errors}
        console.print()
        _say(console, ", ".join(f"{number:,} {what}" for what, number in counts.items() if number) + ".", style="bold")


def _alike(problem: Problem) -> tuple[str, str, str]:
    """What problems share that are told together: their place, or what is wrong where that is a file as a whole."""
    of_file = problem.row is None and problem.column is None
    return ("", problem.message, problem.remedy) if of_file else (problem.file, problem.column or "", problem.remedy)


def _line(problem: Problem) -> str:
    mark = "" if problem.severity == "error" else "notice: "
    row = "" if problem.row is None else f"{problem.line}: "
    value = "" if problem.value is None else f" ({problem.value!r})"
    return f"{mark}{row}{problem.message}{value}"


def _first(items: Sequence[str], most: int) -> str:
    """The first of the items, and how many more there are."""
    more = f" and {len(items) - most:,} further" if len(items) > most else ""
    return ", ".join(items[:most]) + more


def _places(entry: LeftOut) -> str:
    cells = [f"row {one.row}" + ("" if one.value is None else f": {one.value!r}") for one in entry.examples if one.row]
    return ", ".join(cells) + (", …" if entry.number > len(cells) else "")


def _outcome(result: ImportResult, *, folder: Path, dry_run: bool) -> str:
    if not result.changes:
        return f"{folder} holds all of this already: nothing to change."
    if dry_run:
        return f"Nothing was written. Leave out --dry-run to write this to {folder}."
    return f"Wrote {folder}."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _section(console: Console, section: Section) -> None:
    console.print()
    _say(console, section.question, style="bold")
    _say(console, section.answer)
    for paragraph in section.text:
        _say(console, paragraph, style="dim")


def _rows(console: Console, rows: Iterable[tuple[str, str]], *, style: str = "") -> None:
    """Pairs on a line each: what it is on the left, how much on the right, in the style."""
    grid = Grid.grid(padding=(0, 2), expand=True)
    grid.add_column(ratio=1)
    grid.add_column(justify="right")
    for left, right in rows:
        grid.add_row(_text(left), _text(right, style))
    console.print(Padding(grid, (0, 0, 0, 2)), width=_width(console), highlight=False)


def _say(console: Console, words: str, *, style: str = "", indent: int = 0) -> None:
    for line in _text(words, style).wrap(console, max(_width(console) - indent, 1)):
        line.rstrip()
        console.print(Text(" " * indent) + line)


def _text(words: str, style: str = "") -> Text:
    return Text(_UNSHOWN.sub("\ufffd", words), style)


def _width(console: Console) -> int:
    return min(console.width, _WIDEST)
