"""The command line as people use it who make mistakes: one clear message with a next step, and nothing half-written."""

import csv
import io
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest
from tests.factories.small_city import CITY_TEXT, SHAPES, small_city

from allcity.cli import main
from allcity.formats.folder import write_folder
from allcity.formats.mapping import load_mapping

PROGRAM = Path(sys.executable).with_name("allcity")
REPORT = {"report.html", "report.pdf", "figures.json", "schools.csv", "figures.xlsx"}
SIGNED = {"source_id": "register", "as_of": "2023-01-15"}
SETTINGS = '[city]\nid = "riverton"\nname = "Riverton"\ntime_zone = "America/Chicago"\n'
Row = Mapping[str, object]


class Said(NamedTuple):
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process, where an error that nobody foresaw, or a warning, fails the test."""
    monkeypatch.setenv("COLUMNS", "200")

    def run_here(*arguments: object) -> Said:
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Said(int(stop.value.code or 0), said.out, said.err)

    return run_here


def start(*arguments: object, **settings: object) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own."""
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, check=False, **settings)  # type: ignore[call-overload,no-any-return]


def content(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def table(rows: Iterable[Row]) -> str:
    rows = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def school(number: int, **more: object) -> Row:
    place = {"latitude": 41.8 + number / 100, "longitude": -87.6}
    named = {"school_id": f"s{number}", "year": 2022, "name": f"School {number}", "grades": "K;1;2"}
    return {**named, **place, **more}


def pupils(number: int, students: int = 100, **more: object) -> Row:
    return {
        "school_id": f"s{number}", "year": 2022, "grade": "all", "group_id": "all", "students": students, **more,
    }  # fmt: skip


def city_of(folder: Path, tables: Mapping[str, Sequence[Row]], settings: str = SETTINGS) -> Path:
    """A city folder as a person writes it, with nothing in it but these tables and their one source."""
    folder.mkdir(parents=True, exist_ok=True)
    register = {
        "source_id": "register", "name": "Register", "tables": ";".join(tables), "coverage": "complete", "licence": "CC0-1.0",
    }  # fmt: skip
    (folder / "city.toml").write_text(settings, encoding="utf-8")
    for name, rows in {"sources": [register], **tables}.items():
        if rows:
            (folder / f"{name}.csv").write_text(table([{**SIGNED, **row} for row in rows]), encoding="utf-8")
    return folder


def three_schools() -> dict[str, list[Row]]:
    return {"schools": [school(n) for n in (1, 2, 3)], "students": [pupils(n) for n in (1, 2, 3)]}


def program(**more: object) -> dict[str, list[Row]]:
    offering = {
        "offering_id": "f1", "program_id": "p1", "location_id": "l1", "mode": "in_person", "start_date": "2022-09-01",
        "end_date": "2023-05-31", "seats": 20, "minimum_age": 5, "maximum_age": 9, **more,
    }  # fmt: skip
    return {
        "organizations": [{"organization_id": "o1", "name": "Strings"}],
        "programs": [{"program_id": "p1", "organization_id": "o1", "name": "Fiddles"}],
        "locations": [{"location_id": "l1", "name": "Hall", "latitude": 41.81, "longitude": -87.6}],
        "offerings": [offering],
    }


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A folder with a row or two in every table, and nothing wrong in it."""
    folder = tmp_path / "city"
    write_folder(folder, tables=small_city(), city_text=CITY_TEXT, shapes=SHAPES)
    return folder


def test_the_city_that_the_tests_spoil_is_sound(city: Path, tmp_path: Path, run: Run) -> None:
    assert run("check", city) == (0, f"{city} has no problems.\n", "")
    assert run("examine", city, "--out", tmp_path / "report").code == 0
    assert {path.name for path in (tmp_path / "report").iterdir()} == REPORT


# --- a folder with something wrong in it


def replaced(old: str, new: str) -> Callable[[str], str]:
    def replace(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return replace


def whole(text: str) -> Callable[[str], str]:
    return lambda _: text


def header(text: str) -> str:
    return text.partition("\n")[0] + "\n"


def first_row_again(text: str) -> str:
    return text + text.split("\n")[1] + "\n"


def never_closed(text: str) -> str:
    first, second, rest = text.split("\n", 2)
    return f'{first}\n{second.replace("School", chr(34) + "School")}\n{rest}'


SPOILED: list[tuple[str, Callable[[str], str | bytes], str]] = [
    ("schools.csv", whole(""), "The file is empty."),
    ("schools.csv", header, "The table has no rows, but students.csv"),
    ("schools.csv", lambda text: text.replace("School", "Ñuñoa").encode("latin-1"), 'Save the file again as "CSV UTF-8"'),
    ("schools.csv", lambda text: text.encode("utf-16-le"), 'Save the file again as "CSV UTF-8"'),
    ("schools.csv", first_row_again, "row 6: The record of row 2 has the same school_id and year."),
    ("schools.csv", replaced("website", "address"), "2 columns have this name."),
    ("schools.csv", replaced(",name,", ",,"), "Column 3 has cells but no name."),
    ("schools.csv", replaced("latitude,longitude", "longitude,latitude"), "Latitude and longitude are exchanged"),
    ("schools.csv", replaced("41.95,-87.65", "-33.9,151.2"), "km away from the middle of the city"),
    ("schools.csv", replaced("41.95,-87.65", "0,0"), "which is in the ocean"),
    ("schools.csv", never_closed, "A quotation mark opens in this row and is not closed"),
    ("schools.csv", replaced("d1", "d9"), 'There is no "d9" in districts.'),
    ("offerings.csv", replaced("5.0,7.5", "7.5,5.0"), "minimum_age is greater than maximum_age"),
    ("offerings.csv", replaced("2022-09-01,2023-05-31", "2023-05-31,2022-09-01"), "start_date is after end_date"),
    ("city.toml", replaced('"riverton"', '"riverton'), "city.toml\n  line 3: This is not valid TOML"),
    ("city.toml", replaced("languages", "langages"), 'line 6: city.langages is not a known key.\n  → Did you mean "languages"?'),
    ("city.toml", replaced('"Riverton"', "7"), "line 4: city.name must be a text, not 7."),
    ("city.toml", lambda text: f"{text}# ñ".encode("latin-1"), "Save it as plain text in UTF-8."),
    ("areas.geojson", whole("{"), "The file is not GeoJSON that can be read"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "spoil", "message"), SPOILED, ids=[message[:40] for _, _, message in SPOILED])
def test_what_is_wrong_with_a_folder_is_said_and_nothing_is_written(
    city: Path, tmp_path: Path, run: Run, file: str, spoil: Callable[[str], str | bytes], message: str
) -> None:
    spoiled = spoil((city / file).read_text(encoding="utf-8"))
    (city / file).write_bytes(spoiled if isinstance(spoiled, bytes) else spoiled.encode())
    before = content(tmp_path)
    checked = run("check", city)
    examined = run("examine", city, "--out", tmp_path / "report")
    assert checked.code == examined.code == 1
    assert message in checked.out
    assert message in examined.err
    assert "  → " in examined.err
    assert checked.err == examined.out == ""
    assert content(tmp_path) == before
    assert not (tmp_path / "report").exists()


def test_a_single_problem_is_not_counted_and_several_are(city: Path, run: Run) -> None:
    (city / "city.toml").unlink()
    assert run("check", city).out == (
        "city.toml\n  The file that says which city this is is missing.\n"
        "  → Add it with at least the city's id, name and time_zone under [city].\n"
    )
    (city / "schools.csv").write_text("", encoding="utf-8")
    assert run("check", city).out.endswith("\n2 to mend.\n")


def test_utf_16_with_its_mark_is_read(city: Path, run: Run) -> None:
    text = (city / "schools.csv").read_text(encoding="utf-8").replace("School", "Ñuñoa")
    (city / "schools.csv").write_bytes(text.encode("utf-16"))
    assert run("check", city).code == 0


def test_problems_as_json_are_json_alone(city: Path, run: Run) -> None:
    assert json.loads(run("check", city, "--json").out) == []
    (city / "schools.csv").write_text("", encoding="utf-8")
    said = run("check", city, "--json")
    assert (said.code, said.err) == (1, "")
    assert json.loads(said.out)[0]["remedy"]
    assert json.loads(run("check", city / "nowhere", "--json").out)[0]["message"] == "There is no such folder."


def test_a_file_of_200_000_rows(tmp_path: Path, run: Run) -> None:
    years = range(2005, 2025)
    schools = [school(number, year=year) for number in range(2000) for year in years]
    students = [pupils(number, year=year, grade=grade) for number in range(2000) for year in years for grade in ("all", *"K12", "3")]
    folder = city_of(tmp_path / "city", {"schools": schools, "students": students})
    assert len(students) == 200_000
    said = run("check", folder)
    assert said.code == 1
    assert said.out.count("The grades of this school add up to 400, more than this total.") == 5
    assert "40,000 to mend." in said.out
    assert 'name = "students"' in run("map", folder / "students.csv").out


# --- what is typed wrongly


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("examine", "Missing argument 'FOLDER'."),
        ("examine city", "Missing option '--out'."),
        ("examine city --out report --yaer 2022", "No such option '--yaer'. Did you mean '--year'?"),
        ("examine city --out report --year soon", "'soon' is not a school year. Write it as 2022-23."),
        ("examine city --out report --year 2022-24", "'2022-24' is not a school year. Write it as 2022-23."),
        ("examine city --out report --language fr", "'fr' is not one of 'en', 'es'."),
        ("examine city --out city/city.toml", "city/city.toml is a file. Name a folder."),
        ("examine city --out ''", "The name is empty. Name a folder."),
        ("examine city --out city", "city holds tables, which the report's schools.csv would replace. Name a folder of its own."),
        ("examine city --out exports", "exports holds tables"),
        ("examine city/city.toml --out report", "city/city.toml is a file. Name a folder."),
        ("check city/city.toml", "city/city.toml is a file. Name a folder."),
        ("undo city/city.toml", "city/city.toml is a file. Name a folder."),
        ("import mapping.toml --data nowhere --to city", "There is no folder nowhere. Check its name."),
        ("import mapping.toml --data city/city.toml --to city", "city/city.toml is a file. Name a folder."),
        ("map city", "File 'city' is a directory."),
        ("demo --port many", "'many' is not a valid number."),
        ("demo --port 70000", "70000 is not in the range"),
        ("exmaine city", "No such command 'exmaine'"),
    ],
)  # fmt: skip
def test_what_is_typed_wrongly_is_one_sentence(
    city: Path, run: Run, monkeypatch: pytest.MonkeyPatch, line: str, message: str
) -> None:
    monkeypatch.chdir(city.parent)
    (city.parent / "exports").mkdir()
    (city.parent / "exports" / "schools.csv").write_text("ours\n", encoding="utf-8")
    before = content(city.parent)
    said = run(*shlex.split(line))
    assert (said.code, said.out) == (2, "")
    assert message in said.err
    assert re.fullmatch(r".+ See: allcity( \w+)? --help\n", said.err)
    assert content(city.parent) == before


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("check nowhere", "There is no such folder."),
        ("examine nowhere --out report", "There is no such folder."),
        ("examine city --out report --year 1999-00", "There are no schools in 1999-00.\n  → Choose one of 2021-22, 2022-23."),
        ("examine city --out exports/schools.csv/report", "exports/schools.csv: "),
        ("undo city", "There is no import to undo."),
        ("undo nowhere", "There is no import to undo."),
        ("map nowhere.csv", "The file cannot be opened: No such file or directory."),
        ("map city/city.toml", "Files of the kind '.toml' are not read."),
        ("map city/schools.csv --to city/schools.csv", "city/schools.csv exists already. Name a new file with --to."),
        ("map city/schools.csv --to nowhere/new.toml", "nowhere/new.toml: No such file or directory. Check the path"),
        ("import nowhere --data exports --to city", "There is no mapping here."),
        ("import mapping.toml --data exports --to exports/schools.csv/x", "exports/schools.csv"),
        ("demo --no-serve --to .", "city holds something else. Name another place with --to."),
    ],
)  # fmt: skip
def test_what_is_not_there_is_one_message(
    city: Path, run: Run, monkeypatch: pytest.MonkeyPatch, line: str, message: str
) -> None:
    monkeypatch.chdir(city.parent)
    export_of(city.parent, EXPORT)
    before = content(city.parent)
    said = run(*shlex.split(line))
    assert (said.code, said.out) == (1, "")
    assert message in said.err
    assert content(city.parent) == before


def test_without_a_command_it_shows_what_there_is(run: Run) -> None:
    said = run()
    assert said.code == 2
    assert all(command in said.err for command in ("import", "undo", "map", "check", "examine", "demo"))
