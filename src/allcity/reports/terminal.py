"""What the command line says: the answers of an examination, and the account of an import, as a person likes to read them.

Nothing from a city's tables is read as markup. Colour only adds to what the words say already.
"""

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
_QUESTIONS = ("access", "ecosystem", "needs")


def summary(report: Report, *, paths: Sequence[Path], console: Console) -> None:
    """Print the answers to the first three questions, what is not known and was left out, what to do, and the files."""
    _say(console, Text(report.title, "dim"))
    _say(console, Text(report.headline, "bold"))
    console.print()
    _say(console, Text(report.lede))
    sections = {section.id: section for section in report.sections}
    for name in _QUESTIONS:
        _section(console, sections[name])
        for reading in (reading for block in sections[name].blocks for reading in block.readings):
            value = Text(reading.value, _STYLES[reading.tone])
            _rows(console, [(Text(reading.title), value)])
            if reading.range:
                _say(console, Text(reading.range, "dim"), indent=4)
    _section(console, sections["limits"])
    for table in (table for block in sections["limits"].blocks for table in block.tables):
        _say(console, Text(table.caption, "underline"), indent=2)
        _rows(console, [(Text(row[0]), Text(row[1])) for row in table.rows])
    _section(console, sections["steps"])
    steps = [entry.term for block in sections["steps"].blocks for entry in block.entries]
    for number, step in enumerate(steps, start=1):
        _say(console, Text(f"{number}. {step}"), indent=2)
    console.print()
    for path in paths:
        console.print(Text(f"→ {path}"), soft_wrap=True)


def show_import(result: ImportResult, *, folder: Path, dry_run: bool, console: Console) -> None:
    """Print what an import read, what it added and changed in each table, and what it left out and why."""
    for file, rows in result.read.items():
        _say(console, Text(f"Read {_count(rows, 'row')} of {file}."))
    for change in result.tables:
        _say(console, Text(change.table, "bold"))
        counts = (f"{change.added:,} added", f"{change.changed:,} changed", f"{change.unchanged:,} the same")
        _say(console, Text(" · ".join(counts)), indent=2)
        if change.columns:
            cells = ", ".join(f"{column} {cells:,}" for column, cells in change.columns.items())
            _say(console, Text(f"changed: {cells}", "dim"), indent=2)
        for example in change.examples:
            _say(console, Text(example, "dim"), indent=4)
    for file, entries in groupby(result.left_out, key=lambda entry: entry.file):
        _say(console, Text(f"Left out of {file}", "bold"))
        for entry in entries:
            what = _count(entry.number, entry.what.removesuffix("s"))
            _say(console, Text(f"{entry.table}: {what}, because {entry.because}"), indent=2)
            _say(console, Text(_places(entry), "dim"), indent=4)
    console.print()
    _say(console, Text(_outcome(result, folder=folder, dry_run=dry_run), "bold"))


def show_problems(problems: Sequence[Problem], *, console: Console, most_alike: int = 5) -> None:
    """Print problems by place, those with the same remedy together: the first few in full, of the rest the rows."""

    def alike(problem: Problem) -> tuple[str, str, str]:
        return problem.file, problem.column or "", problem.remedy

    for (file, column, remedy), group in groupby(sorted(problems, key=lambda p: (*alike(p), p.row or 0)), key=alike):
        same = list(group)
        _say(console, Text(f"{file}, column {column}" if column else file, "bold"))
        for problem in same[:most_alike]:
            row = "" if problem.row is None else f"row {problem.row}: "
            value = "" if problem.value is None else f" ({problem.value!r})"
            mark = "" if problem.severity == "error" else "notice: "
            _say(console, Text(f"{mark}{row}{problem.message}{value}"), indent=2)
        rest = [str(problem.row) for problem in same[most_alike:]]
        if rest:
            more = f" and {len(rest) - _ROWS_NAMED:,} further" if len(rest) > _ROWS_NAMED else ""
            _say(console, Text(f"the same in row {', '.join(rest[:_ROWS_NAMED])}{more}"), indent=2)
        _say(console, Text(f"→ {remedy}", "dim"), indent=2)
    errors = sum(problem.severity == "error" for problem in problems)
    console.print()
    _say(console, Text(f"{errors:,} to mend, {len(problems) - errors:,} to look at again.", "bold"))


def _places(entry: LeftOut) -> str:
    cells = [f"row {one.row}" + ("" if one.value is None else f": {one.value!r}") for one in entry.examples if one.row]
    return ", ".join(cells) + (", …" if entry.number > len(cells) else "")


def _outcome(result: ImportResult, *, folder: Path, dry_run: bool) -> str:
    if not result.changes:
        return f"{folder} holds all of this already: nothing to change."
    if dry_run:
        return f"Nothing was written. Leave out --dry-run to write this to {folder}."
    return f"Wrote {folder}. Next: allcity check {folder}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _section(console: Console, section: Section) -> None:
    console.print()
    _say(console, Text(section.question, "bold"))
    _say(console, Text(section.answer))
    for paragraph in section.text:
        _say(console, Text(paragraph, "dim"))


def _rows(console: Console, rows: Iterable[tuple[Text, Text]]) -> None:
    """Pairs on a line each: what it is on the left, how much on the right."""
    grid = Grid.grid(padding=(0, 2), expand=True)
    grid.add_column(ratio=1)
    grid.add_column(justify="right")
    for left, right in rows:
        grid.add_row(left, right)
    _say(console, grid, indent=2)


def _say(console: Console, content: Text | Grid, *, indent: int = 0) -> None:
    padded = Padding(content, (0, 0, 0, indent), expand=isinstance(content, Grid))
    console.print(padded, width=min(console.width, _WIDEST), highlight=False)
