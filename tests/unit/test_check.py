from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from tests.factories.small_city import CITY_TEXT, SHAPES, small_city

from allcity.formats.check import check_folder
from allcity.formats.folder import read_folder, write_folder
from allcity.formats.problems import Problem, ProblemsError
from allcity.formats.records import check_tables
from allcity.formats.schema import SCHEMA


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "city"
    write_folder(path, tables=small_city(), city_text=CITY_TEXT)
    return path


def edit(folder: Path, table: str, column: str, value: str, *, row: int = 2) -> None:
    """Change one cell of a table's file, named by its row in a spreadsheet."""
    path = folder / f"{table}.csv"
    frame = pl.read_csv(path, infer_schema=False)
    cells = frame[column].to_list()
    cells[row - 2] = value
    frame.with_columns(pl.Series(column, cells, dtype=pl.String)).write_csv(path)


def only(folder: Path, severity: str = "error") -> Problem:
    """The one problem of a folder, that names its place and a remedy."""
    (problem,) = check_folder(folder)
    assert problem.severity == severity
    assert problem.message
    assert problem.remedy
    if severity == "error":
        with pytest.raises(ProblemsError) as caught:
            read_folder(folder)
        assert caught.value.problems == (problem,)
    else:
        read_folder(folder)
    return problem


def test_a_sound_folder_has_no_problem(folder):
    assert check_folder(folder) == []


@pytest.mark.parametrize(
    ("table", "column", "value", "says"),
    [
        ("schools", "year", "2021-22", "2022 for 2022-23"),
        ("schools", "grades", "K,1", "Put"),
        ("schools", "grades", "K-8", '"K-8"'),
        ("schools", "name", "", "empty"),
        ("schools", "district_id", "d9", 'no "d9" in districts'),
        ("schools", "dismissal_time", "3:30 PM", "15:30"),
        ("students", "students", "1,200", "1200"),
        ("students", "students", "12.5", "whole number"),
        ("deliveries", "students", "-1", "less than 0"),
        ("students", "students", "<10", "known"),
        ("students", "students", "9" * 30, "number"),
        ("students", "students", '=HYPERLINK("http://example.org")', "never executed"),
        ("students", "group_id", "lowincome", 'Did you mean "low_income"?'),
        ("students", "school_id", "N1", 'Did you mean "n1"?'),
        ("baselines", "music_staff", "0,5", "1.5"),
        ("baselines", "music_staff", "1e999", "number"),
        ("programs", "contributions", "private_lesson", 'Did you mean "private_lessons"?'),
        ("participants", "participant_type", "Musicians", 'Did you mean "musicians"?'),
        ("needs", "grade_band", "K-2", 'Did you mean "PK-2"?'),
        ("needs", "priority", "4", "more than 3"),
        ("offerings", "transport", "yes", "true or false"),
        ("offerings", "start_date", "9/1/2022", "2022-09-01"),
        ("offerings", "start_date", "2022-02-30", "2022-09-01"),
        ("offerings", "start_date", "2023-06-01", "after end_date (2023-05-31)"),
        ("offerings", "start_date", "0202-09-01", "centuries"),
        ("offerings", "minimum_age", "9", "greater than maximum_age (7.5)"),
        ("offerings", "minimum_age", "+A1", "never executed"),
        ("offerings", "start_time", "18:00", "after end_time (17:00)"),
        ("offerings", "minimum_fee", "3000", "greater than maximum_fee"),
        ("partnerships", "organization_ids", "o1;o2", 'no "o2" in organizations'),
        ("answers", "number", "21", "greater than asked"),
        ("sources", "tables", "school", 'Did you mean "schools"?'),
        ("identifiers", "table", "school", 'Did you mean "schools"?'),
        ("identifiers", "record_id", "n9", "schools"),
    ],
)
def test_one_wrong_cell_is_one_problem_at_its_place(folder, table, column, value, says):
    edit(folder, table, column, value)
    problem = only(folder)
    assert (problem.file, problem.row, problem.column) == (f"{table}.csv", 2, column)
    assert problem.value == (value or None)
    assert says in str(problem)


def test_a_record_of_a_year_refers_to_that_year(folder):
    edit(folder, "baselines", "year", "2019")
    problem = only(folder)
    assert (problem.column, problem.value) == ("school_id", "n1")
    assert "not in 2019-20" in problem.message


def test_a_repeated_key_names_both_rows(folder):
    path = folder / "schools.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines, lines[2]]))
    problem = only(folder)
    assert problem.row == 6
    assert "row 3" in problem.message


@pytest.mark.parametrize(
    ("latitude", "longitude", "severity", "says"),
    [
        ("-87.65", "41.95", "error", "exchanged"),
        ("0", "0", "error", "ocean"),
        ("41.95", "87.65", "error", "sign"),
        ("-33.9", "151.2", "error", "km away"),
        ("4195", "-87.65", "error", "degrees"),
        ("41.95", "", "error", "Only one"),
        ("40.0", "-86.0", "notice", "km away"),
    ],
)
@pytest.mark.parametrize("shapes", [None, SHAPES])
def test_places_that_cannot_be_in_the_city(tmp_path, latitude, longitude, severity, says, shapes):
    folder = tmp_path / "city"
    write_folder(folder, tables=small_city(), city_text=CITY_TEXT, shapes=shapes)
    edit(folder, "locations", "latitude", latitude)
    edit(folder, "locations", "longitude", longitude)
    problem = only(folder, severity)
    assert (problem.file, problem.row, problem.column) == ("locations.csv", 2, "latitude")
    assert says in str(problem)


def test_coordinates_that_are_all_exchanged(tmp_path):
    tables = small_city()
    for name in ("schools", "locations"):
        tables[name] = tables[name].rename({"latitude": "longitude", "longitude": "latitude"})
    write_folder(tmp_path / "city", tables=tables, city_text=CITY_TEXT)
    found = check_folder(tmp_path / "city")
    assert len(found) == tables["schools"].height + tables["locations"].height
    assert all("exchanged" in problem.message for problem in found)


def test_a_school_of_no_students_is_a_notice(folder):
    for row in (2, 3, 4, 5):
        edit(folder, "students", "students", "0", row=row)
    problem = only(folder, "notice")
    assert "no students" in problem.message
    assert problem.file == "students.csv"


@pytest.mark.parametrize(
    ("grade", "group", "students", "severity", "says"),
    [
        ("all", "all", "89", "error", "add up to 90"),
        ("all", "all", "91", "notice", "add up to 90"),
        ("all", "low_income", "99", "error", "larger than all students"),
    ],
)
def test_numbers_of_students_that_contradict_each_other(folder, grade, group, students, severity, says):
    frame = pl.read_csv(folder / "students.csv", infer_schema=False)
    row = frame.with_row_index("row", 2).filter(pl.col("grade") == grade, pl.col("group_id") == group)["row"][0]
    edit(folder, "students", "students", students, row=row)
    problem = only(folder, severity)
    assert problem.row == row
    assert says in problem.message


def test_a_date_far_from_every_school_year_is_a_notice(folder):
    edit(folder, "offerings", "end_date", "2052-05-31")
    assert only(folder, "notice").column == "end_date"


def test_a_formula_in_a_text_is_a_notice_and_stays_text(folder):
    edit(folder, "programs", "name", "=SUM(A1:A9)")
    assert only(folder, "notice").value == "=SUM(A1:A9)"
    assert read_folder(folder).tables["programs"]["name"].to_list() == ["=SUM(A1:A9)"]


def test_columns_that_are_missing_misspelt_or_unknown(folder):
    path = folder / "districts.csv"
    path.write_text("district_id,nam,colour,source_id\nd1,One,red,register\n")
    found = {(problem.column, problem.row, problem.remedy) for problem in check_folder(folder)}
    assert found == {
        ("nam", 1, 'Did you mean "name"?'),
        ("colour", 1, "Rename it, or delete it."),
        ("name", 1, "Add it."),
        ("as_of", 1, "Add it."),
    }


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("school.csv", 'Did you mean "schools"?'),
        ("area.geojson", 'Did you mean "areas"?'),
        ("invoice.xlsx", "move it out"),
    ],
)
def test_a_file_that_is_no_table(folder, name, says):
    (folder / name).write_text("a\n1\n")
    assert says in only(folder).remedy


def test_files_of_people_and_programs_are_let_alone(folder):
    for name in ("README.md", "notes.docx", ".hidden.csv", "~$schools.xlsx"):
        (folder / name).write_text("a")
    assert check_folder(folder) == []


def test_a_table_in_two_files(folder):
    pl.read_csv(folder / "areas.csv", infer_schema=False).write_parquet(folder / "areas.parquet")
    assert "areas.csv" in only(folder).message


def test_tables_may_be_workbooks_or_parquet(folder):
    before = read_folder(folder)
    for name in ("schools", "offerings"):
        path = folder / f"{name}.csv"
        workbook = openpyxl.Workbook()
        for row in [SCHEMA[name].names, *pl.read_csv(path, infer_schema=False).rows()]:
            workbook.active.append(row)
        workbook.save(path.with_suffix(".xlsx"))
        path.unlink()
    (folder / "areas.csv").unlink()
    before.tables["areas"].write_parquet(folder / "areas.parquet")
    after = read_folder(folder)
    assert all(after.tables[name].equals(before.tables[name]) for name in SCHEMA)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (None, None),
        ("[city\n", 1),
        (CITY_TEXT + "[targets]\nreach_minuts = 5\n", 9),
        (b"\xff", None),
    ],
)
def test_a_city_file_that_cannot_be_used(folder, text, line):
    path = folder / "city.toml"
    path.unlink()
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = check_folder(folder)
    assert {problem.file for problem in found} == {"city.toml"}
    assert found[0].row == line


def test_the_boundary_that_the_city_names_must_be_there(folder):
    (folder / "city.toml").write_text(CITY_TEXT + 'boundary = "limits.geojson"\n')
    assert only(folder).file == "limits.geojson"
    (folder / "limits.geojson").write_text("{}")
    assert check_folder(folder) == []


def test_no_folder(tmp_path):
    (problem,) = check_folder(tmp_path / "absent")
    assert problem.file.endswith("absent")


def test_an_unreadable_table_does_not_hide_other_problems_nor_make_new_ones(folder):
    (folder / "organizations.csv").write_bytes("organization_id,name\no1,Música".encode("cp1252"))
    (folder / "sources.csv").write_text('source_id,name\nregister,"School\n')
    edit(folder, "offerings", "seats", "many")
    (folder / "goals.csv").write_text("")
    found = check_folder(folder)
    assert {(problem.file, problem.row) for problem in found} == {
        ("organizations.csv", 2),
        ("sources.csv", 2),
        ("offerings.csv", 2),
        ("goals.csv", None),
    }


GOOD_FEATURE = (
    '{"type":"Feature","properties":{"area_id":"north"},'
    '"geometry":{"type":"Polygon","coordinates":[[[-87.7,41.9],[-87.6,41.9],[-87.6,42],[-87.7,41.9]]]}}'
)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not GeoJSON"),
        ("[]", "FeatureCollection"),
        ('{"features": [1]}', "Feature 1"),
        ('{"features": [' + GOOD_FEATURE.replace("area_id", "id") + "]}", "no property area_id"),
        ('{"features": [' + GOOD_FEATURE.replace("north", "north\\u0000") + "]}", "NUL"),
        ('{"features": [' + GOOD_FEATURE.replace("-87.7", "448000") + "]}", "WGS 84"),
        ('{"features": [' + GOOD_FEATURE.replace("[-87.7,41.9]", '"x"') + "]}", "valid coordinates"),
        ('{"features": [' + GOOD_FEATURE.replace("Polygon", "Point") + "]}", "Polygon"),
        ('{"features": [' + GOOD_FEATURE + "," + GOOD_FEATURE + "]}", "Another feature"),
        ('{"features": [' + GOOD_FEATURE.replace("north", "nort") + "]}", 'Did you mean "north"?'),
    ],
)
def test_outlines_that_cannot_be_used(folder, text, says):
    (folder / "areas.geojson").write_text(text)
    found = [problem for problem in check_folder(folder) if problem.severity == "error"]
    assert [problem.file for problem in found] == ["areas.geojson"]
    assert says in str(found[0])


def test_an_area_without_an_outline_is_a_notice(folder):
    (folder / "areas.geojson").write_text('{"features": [' + GOOD_FEATURE + "]}")
    assert only(folder, "notice").value == "south"


def test_every_problem_of_a_large_table_is_found(folder):
    count = 200_000
    text = "".join(f"s{number // 2},2022,all,all,{number % 7 - 1},register,2023-01-15\n" for number in range(count))
    (folder / "students.csv").write_text("school_id,year,grade,group_id,students,source_id,as_of\n" + text)
    found = check_folder(folder)
    repeated = {problem.row for problem in found if "same school_id" in problem.message}
    negative = {problem.row for problem in found if "less than 0" in problem.message}
    dangling = {problem.row for problem in found if "in schools" in problem.message}
    assert repeated == set(range(3, count + 2, 2))
    assert negative == {row for row in range(2, count + 2) if (row - 2) % 7 == 0}
    assert dangling == set(range(2, count + 2)) - {4, 5}  # s1 is a school


def test_typed_tables_are_checked_like_the_files_they_would_be_written_to(folder):
    tables: dict[str, Any] = {name: frame.clone() for name, frame in read_folder(folder).tables.items()}
    tables["offerings"] = tables["offerings"].with_columns(
        start_date=pl.lit(date(2023, 6, 1)), program_id=pl.lit("g9"), seats=pl.lit(-1)
    )
    found = check_tables(tables, framework=read_folder(folder).framework)
    write_folder(folder, tables=tables)
    assert found == check_folder(folder)
    assert len(found) == 3
