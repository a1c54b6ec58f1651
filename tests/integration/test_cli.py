"""The command line as people use it who make mistakes: one clear message with a next step, and nothing half-written."""

import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.factories.command import REPORT, Run
from tests.factories.folders import EXPORT, MAPPING, SETTINGS, city_of, content, export_of, pupils, school
from tests.factories.small_city import CITY_TEXT, SHAPES, small_city

from allcity.formats.folder import write_folder
from allcity.formats.mapping import load_mapping


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a row or two in every table, and nothing wrong in it."""
    folder = tmp_path_factory.mktemp("sound") / "city"
    write_folder(folder, tables=small_city(), city_text=CITY_TEXT, shapes=SHAPES)
    return folder


@pytest.fixture
def city(sound: Path, tmp_path: Path) -> Path:
    """The sound folder, to be spoiled."""
    return Path(shutil.copytree(sound, tmp_path / "city"))


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
    return f"{first}\n{second.replace('School', chr(34) + 'School')}\n{rest}"


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
    ("offerings.csv", replaced("5,7.5", "7.5,5"), "minimum_age is greater than maximum_age"),
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


def test_the_last_of_200_000_rows(tmp_path: Path, run: Run) -> None:
    grades = {"all": 300, "K": 100, "1": 100, "2": 100}
    schools = [school(number, year=year) for number in range(2500) for year in range(2003, 2023)]
    students = [pupils(n, year=year, grade=grade, students=of_grade)
                for n in range(2500) for year in range(2003, 2023) for grade, of_grade in grades.items()]  # fmt: skip
    assert len(students) == 200_000
    students[-1] = {**students[-1], "students": -1}
    folder = city_of(tmp_path / "city", {"schools": schools, "students": students})
    said = run("check", folder)
    assert said.code == 1
    assert "students.csv, column students\n  row 200001: The value is less than 0. ('-1')" in said.out
    assert 'name = "schools"' in run("map", folder / "schools.csv").out


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
        ("import mappings --data exports --to exports/schools.csv/x", "exports/schools.csv"),
        ("demo --no-serve --port 0 --to .", ". holds something else. Name another place with --to."),
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
    assert all(command in said.err for command in ("import", "undo", "map", "check", "examine", "serve", "demo"))


# --- imports


@pytest.mark.parametrize(
    ("export", "message"),
    [
        (None, "The mapping names this file, but it is not there."),
        ("", "The file is empty."),
        (EXPORT.partition("\n")[0], "The file has column names but no rows."),
        (EXPORT.encode("latin-1"), 'Save the file again as "CSV UTF-8".'),
        (EXPORT.encode("utf-16-le"), 'Save the file again as "CSV UTF-8".'),
        (EXPORT.replace("Lat", "School"), "2 columns have this name."),
        (EXPORT.replace("Lat", ""), "Column 4 has cells but no name."),
        (EXPORT.replace("Grades", "Grade span"), "The mapping names this column, but the file has none of that name."),
        (EXPORT.replace("Bunche", '"Bunche'), "A quotation mark opens in this row and is not closed"),
        (EXPORT.replace("Bunche", "Bun,che"), "The header has 6 cells, this row 7."),
        (EXPORT.replace("Bunche", "Bun\0che"), "The cell holds a character that is not text (NUL)."),
    ],
)
def test_an_export_that_cannot_be_read_is_not_imported(
    tmp_path: Path, run: Run, export: str | bytes | None, message: str
) -> None:
    export_of(tmp_path, export)
    before = content(tmp_path)
    said = run("import", tmp_path / "mappings", "--data", tmp_path / "exports", "--to", tmp_path / "city")
    assert (said.code, said.out) == (1, "")
    assert message in said.err
    assert "  → " in said.err
    assert content(tmp_path) == before
    assert not (tmp_path / "city").exists()


@pytest.mark.parametrize(
    ("mapping", "settings", "message"),
    [
        (None, SETTINGS, "There is no mapping here."),
        ("", SETTINGS, "schools.toml, line 1: [source] is missing"),
        (MAPPING + "x = = 1\n", SETTINGS, "schools.toml, line 24: this is not valid TOML"),
        (MAPPING + "[sauce]\n", SETTINGS, 'schools.toml, line 24: sauce is not a known key; did you mean "source"?'),
        (MAPPING.replace('"ID"', "3", 1), SETTINGS, "schools.toml, line 15: table (item 1).columns.school_id must be"),
        ((MAPPING + "# ñ").encode("latin-1"), SETTINGS, "schools.toml: the text is not in the encoding UTF-8"),
        (MAPPING, None, "The folder is new, and there is no city.toml to begin it with."),
        (MAPPING, "[city]\nid = 3\n", "line 2: city.id must be a text, not 3."),
        (MAPPING, "city", "line 1: This is not valid TOML"),
    ],
)
def test_a_mapping_or_settings_that_cannot_be_used_import_nothing(
    tmp_path: Path, run: Run, mapping: str | bytes | None, settings: str | None, message: str
) -> None:
    export_of(tmp_path, EXPORT, mapping=mapping, settings=settings)
    before = content(tmp_path)
    said = run("import", tmp_path / "mappings", "--data", tmp_path / "exports", "--to", tmp_path / "city")
    assert (said.code, said.out) == (1, "")
    assert message in said.err
    assert content(tmp_path) == before


@pytest.mark.parametrize(
    ("export", "message"),
    [
        (
            EXPORT + "1,Again,K,41.8,-87.6,50\n",
            "1 row, because an earlier row has their school_id and year\n    row 5: '1'",
        ),
        (EXPORT.replace("Lat,Lon", "Lon,Lat"), "schools: 3 cells, because their latitude is wrong\n    row 2: '-87.6'"),
        (EXPORT.replace("41.81,-87.61", "-33.9,151.2"), "1 cell, because the place is 14,879 km away"),
        (EXPORT.replace("41.81,-87.61", "0,0"), "1 cell, because latitude and longitude are both 0"),
        (EXPORT.replace("200", "-5"), "1 row, because it should be 0 or more\n    row 3: '-5'"),
        (EXPORT.replace("200", "many"), "1 row, because it should be a number such as"),
    ],
)
def test_what_is_wrong_in_an_export_is_left_out_and_told(tmp_path: Path, run: Run, export: str, message: str) -> None:
    export_of(tmp_path, export)
    arguments = ("import", tmp_path / "mappings", "--data", tmp_path / "exports", "--to", tmp_path / "city")
    before = content(tmp_path)
    tried = run(*arguments, "--dry-run")
    assert content(tmp_path) == before
    said = run(*arguments)
    assert tried.code == said.code == 0
    assert message in tried.out
    assert message in said.out
    assert run("check", tmp_path / "city").code == 0


def test_an_import_is_undone_and_says_what_it_took_back(tmp_path: Path, run: Run) -> None:
    export_of(tmp_path, EXPORT)
    said = run("import", tmp_path / "mappings", "--data", tmp_path / "exports", "--to", tmp_path / "a city")
    assert said.out.endswith(f"Next: allcity check '{tmp_path / 'a city'}'\n")
    undone = run("undo", tmp_path / "a city")
    assert re.match(
        r"Took back the import of schools\.toml made on \d{4}-\d\d-\d\d at \d\d:\d\d: city\.toml, ", undone.out
    )
    assert not (tmp_path / "a city").exists()


@pytest.mark.parametrize(
    ("export", "message"),
    [
        ("", "The file is empty."),
        (EXPORT.encode("latin-1"), 'Save the file again as "CSV UTF-8".'),
        (EXPORT.replace("Lat", "School"), "2 columns have this name."),
        (EXPORT.replace("Bunche", '"Bunche'), "A quotation mark opens in this row and is not closed"),
        ("Colour,Shape\nred,round\n", "No table of the city folder is recognized in this file."),
    ],
)
def test_no_mapping_is_proposed_for_a_file_that_cannot_be_read(
    tmp_path: Path, run: Run, export: str | bytes, message: str
) -> None:
    export_of(tmp_path, export)
    said = run("map", tmp_path / "exports" / "schools.csv", "--to", tmp_path / "new.toml")
    assert (said.code, said.out) == (1, "")
    assert message in said.err
    assert not (tmp_path / "new.toml").exists()


def test_a_mapping_is_proposed_whatever_the_headers_and_cells_hold(tmp_path: Path, run: Run) -> None:
    export = EXPORT.replace("Lat", "La\x1b[31mt").replace("Lon", '"Lon ""g\\\n[x]"').replace("Bunche", "Bun\x07che")
    export_of(tmp_path, export)
    said = run("map", tmp_path / "exports" / "schools.csv", "--to", tmp_path / "a [new].toml")
    assert said.code == 0
    assert f"allcity import '{tmp_path}/a [new].toml'" in said.out
    assert load_mapping(tmp_path / "a [new].toml").table[0].name == "schools"
    assert "\x1b" not in (tmp_path / "a [new].toml").read_text(encoding="utf-8")
