"""What the command line says, on wide and narrow terminals, with and without colour."""

import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from tests.factories.findings import findings, findings_all_met, findings_at_least, findings_of_nothing

from allcity.formats.account import LeftOut
from allcity.formats.importing import ImportResult, TableChange
from allcity.formats.problems import Problem
from allcity.reports.story import build_report
from allcity.reports.terminal import show_import, summary
from allcity.reports.text import LANGUAGES

DAY = date(2026, 7, 1)
PATHS = [Path("/srv/a rather long folder/of/reports/that/no/narrow/terminal/could/hold/report.html")]
STATES = [findings, findings_of_nothing, findings_at_least, findings_all_met]


def printed(found: Any, *, width: int = 80, language: str = "en", **settings: Any) -> str:
    target = io.StringIO()
    report = build_report(found, language=language, generated=DAY)
    summary(report, paths=PATHS, console=Console(file=target, width=width, **settings))
    return target.getvalue()


def unwrapped(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("make", STATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_answers_the_questions_in_every_state(make: Any, language: str) -> None:
    found = make()
    report = build_report(found, language=language, generated=DAY)
    text = unwrapped(printed(found, language=language))
    assert unwrapped(report.headline) in text
    for section in report.sections:
        if section.id in ("access", "ecosystem", "needs", "limits", "steps"):
            assert unwrapped(section.question) in text
            assert unwrapped(section.answer) in text


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal_but_the_paths(width: int) -> None:
    lines = printed(findings(), width=width).splitlines()
    assert all(len(line) <= min(width, 92) for line in lines if not line.startswith("→"))
    assert f"→ {PATHS[0]}" in lines


@pytest.mark.parametrize("make", STATES)
def test_every_figure_stands_with_its_range(make: Any) -> None:
    report = build_report(make(), language="en", generated=DAY)
    text = unwrapped(printed(make(), width=200))
    sections = [section for section in report.sections if section.id in ("access", "ecosystem", "needs")]
    readings = [reading for section in sections for block in section.blocks for reading in block.readings]
    assert all(unwrapped(f"{one.title} {one.value} {one.range}") in text for one in readings)


def test_what_is_unknown_and_what_was_left_out_is_counted() -> None:
    text = printed(findings())
    assert "14 of 88 offerings" in text
    assert "31 of 140 offerings" in text


def test_colour_is_for_terminals_alone() -> None:
    assert "\x1b" not in printed(findings())
    assert "\x1b" not in printed(findings(), force_terminal=True, no_color=True, color_system=None)
    coloured = printed(findings(), force_terminal=True, color_system="standard")
    assert "\x1b[" in coloured
    assert unwrapped(re.sub(r"\x1b\[[\d;]*m", "", coloured)) == unwrapped(printed(findings()))


def test_names_are_never_read_as_markup() -> None:
    areas = [{"area_id": key, "name": f"[bold]{key}[/bold] [link=x]"} for key in ("north", "bend", "south")]
    assert "[bold]bend[/bold] [link=x]" in unwrapped(printed(findings(areas=areas)))


def result(**changes: Any) -> ImportResult:
    left_out = LeftOut(
        "feed.csv", "offerings", "cells", "age_span", "ages [0] to 24 are the whole span of the feed", 106,
        (Problem("feed.csv", "Not chosen.", "", 35, "Min Age", "0.0", "notice"), Problem("feed.csv", "Not chosen.", "", 62)),
    )  # fmt: skip
    made = ImportResult(
        folder=Path("chicago"), new_folder=False, dry_run=False, written=True, outlines_changed=False,
        tables=(TableChange("offerings", 554, 2, 30, {"seats": 2}, ("o1: seats, 10 → 12",)),),
        left_out=(left_out,), read={"feed.csv": 1200},
    )  # fmt: skip
    return replace(made, **changes)


def imported(outcome: ImportResult, *, dry_run: bool = False) -> str:
    target = io.StringIO()
    show_import(outcome, folder=Path("chicago"), dry_run=dry_run, console=Console(file=target, width=60))
    assert all(len(line) <= 60 for line in target.getvalue().splitlines())
    return unwrapped(target.getvalue())


def test_an_import_says_what_it_read_changed_and_left_out_and_why() -> None:
    text = imported(result())
    assert "Read 1,200 rows of feed.csv." in text
    assert "554 added · 2 changed · 30 the same" in text
    assert "o1: seats, 10 → 12" in text
    assert "offerings: 106 cells, because ages [0] to 24 are the whole span of the feed" in text
    assert "row 35: '0.0', row 62, …" in text
    assert "Wrote chicago" in text


def test_an_import_says_when_nothing_was_written() -> None:
    assert "Nothing was written" in imported(result(dry_run=True, written=False), dry_run=True)
    same = result(tables=(TableChange("offerings", 0, 0, 586, {}),), left_out=(), written=False)
    assert "nothing to change" in imported(same)
