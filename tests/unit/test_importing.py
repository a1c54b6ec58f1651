"""Importing: what is added, changed and left out; twice is once; all or nothing; and it can be taken back."""

import gzip
import hashlib
from pathlib import Path

import polars as pl
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allcity.analysis.city import GRADES
from allcity.formats import journal
from allcity.formats.check import check_folder
from allcity.formats.folder import read_folder
from allcity.formats.geojson import feature_collection
from allcity.formats.importing import import_mapping, undo_import
from allcity.formats.problems import ProblemsError

CITY = '[city]\nid = "testville"\nname = "Testville"\ntime_zone = "America/Chicago"\n'
SOURCE = '[source]\nid = "district"\nname = "District list"\ncoverage = "complete"\nas_of = 2024-09-30\n'
SCHOOLS = f"""{SOURCE}
[[file]]
name = "schools.csv"
year = 2024

[[table]]
name = "schools"

[table.columns]
school_id = "Code"
name = "School"
grades = "Grades"
dismissal_time = "Bell"
latitude = "Lat"
longitude = "Lon"

[[table.leave_out]]
reason = "closed"
because = "the school is closed"
when = [{{ header = "Status", equals = "closed" }}]

[[table.unknown]]
reason = "zero_zero"
because = "0, 0 is no place of the city"
columns = ["latitude", "longitude"]
when = [{{ header = "Lat", equals = "0" }}, {{ header = "Lon", equals = "0" }}]

[[table]]
name = "students"
columns = {{ school_id = "Code", grade = {{ value = "all" }} }}
each = [
  {{ group_id = {{ value = "all" }}, students = "Total" }},
  {{ group_id = {{ value = "el" }}, students = "EL" }},
]

[[table]]
name = "groups"
rows = [{{ group_id = "el", name = "English learners", dimension = "language", compared = true }}]
"""
EXPORT = """\
Code,School,Grades,Bell,Lat,Lon,Status,Total,EL
0001,Adams,K-8,3:15 PM,41.8,-87.6,open,300,50
0002,Banks,9-12,15:30,0,0,open,900,120
0003,Clark,K-XX,3:00 PM,41.9,-87.7,open,100,10
0004,Dunne,K-5,later,41.7,-87.6,open,200,
0005,Evers,K-5,3:00 PM,41.7,-87.6,closed,,
,Ghost,K-5,3:00 PM,41.7,-87.6,open,10,1
0001,Adams again,K-8,3:00 PM,41.8,-87.6,open,5,5
"""


@pytest.fixture
def place(tmp_path):
    """A folder of mappings, one of exports, and where the city folder is to be."""
    mappings, data = tmp_path / "mappings", tmp_path / "exports"
    mappings.mkdir()
    data.mkdir()
    (mappings / "city.toml").write_text(CITY, encoding="utf-8")
    (mappings / "schools.toml").write_text(SCHOOLS, encoding="utf-8")
    (data / "schools.csv").write_text(EXPORT, encoding="utf-8")
    return tmp_path


def run(place: Path, **options):
    return import_mapping(place / "mappings", data=place / "exports", folder=place / "city", **options)


def fingerprint(folder: Path):
    return {
        path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def left_out(result):
    found: dict[tuple[str, str, str], int] = {}
    for entry in result.left_out:
        key = (entry.table, entry.what, entry.reason)
        found[key] = found.get(key, 0) + entry.number
    return found


def rows(place, table):
    return pl.read_csv(place / "city" / f"{table}.csv", infer_schema=False)


def test_nothing_is_lost_without_a_reason(place):
    result = run(place)
    assert result.written
    assert result.new_folder
    assert result.read == {"schools.csv": 7}
    added = {change.table: change.added for change in result.tables}
    assert added == {"sources": 1, "groups": 1, "schools": 3, "students": 5}
    assert left_out(result) == {
        ("schools", "rows", "closed"): 1,
        ("schools", "cells", "zero_zero"): 2,
        ("schools", "rows", "unreadable_grades"): 1,
        ("schools", "cells", "unreadable_dismissal_time"): 1,
        ("schools", "rows", "no_school_id"): 1,
        ("schools", "rows", "repeated_key"): 1,
        ("students", "rows", "no_students"): 3,
        ("students", "rows", "no_school_id"): 2,
        ("students", "rows", "repeated_key"): 2,
        ("students", "rows", "wrong_school_id"): 2,
    }
    assert rows(place, "schools")["school_id"].to_list() == ["0001", "0002", "0004"]
    assert rows(place, "schools")["dismissal_time"].to_list() == ["15:15", "15:30", None]
    assert rows(place, "schools")["latitude"].to_list() == ["41.8", None, "41.7"]


def test_what_is_left_out_names_file_row_column_value_and_remedy(place):
    grades = next(entry for entry in run(place).left_out if entry.reason == "unreadable_grades")
    (problem,) = grades.examples
    assert (problem.file, problem.row, problem.column, problem.value) == ("schools.csv", 4, "grades", "K-XX")
    assert "no grade" in problem.message
    assert problem.remedy


def test_what_is_imported_is_a_folder_without_errors(place):
    run(place)
    assert [str(problem) for problem in check_folder(place / "city") if problem.severity == "error"] == []
    city = read_folder(place / "city").city_year(2024)
    assert city.schools.height == 3
    assert city.sources["tables"].to_list() == [["groups", "schools", "students"]]


def test_a_dry_run_tells_the_same_and_writes_nothing(place):
    dry = run(place, dry_run=True)
    assert not (place / "city").exists()
    wet = run(place)
    assert (dry.tables, dry.left_out, dry.changes) == (wet.tables, wet.left_out, wet.changes)
    assert not dry.written


def test_running_it_twice_changes_nothing(place):
    run(place)
    before = fingerprint(place / "city")
    again = run(place)
    assert not again.changes
    assert not again.written
    assert fingerprint(place / "city") == before
    assert all(change.added == change.changed == 0 for change in again.tables)


def test_a_second_import_changes_what_its_mapping_names_and_keeps_the_rest(place):
    run(place)
    schools = rows(place, "schools").with_columns(
        address=pl.when(pl.col("school_id") == "0001").then(pl.lit("1 Main St")).otherwise("address")
    )
    extra = schools.head(1).with_columns(school_id=pl.lit("9999"), name=pl.lit("By hand"))
    pl.concat([schools, extra]).write_csv(place / "city" / "schools.csv")
    export = EXPORT.replace("Adams,K-8", "Adams Academy,K-6", 1).replace("0002,Banks", "0006,Banks")
    (place / "exports" / "schools.csv").write_text(export, encoding="utf-8")
    change = next(one for one in run(place).tables if one.table == "schools")
    assert (change.added, change.changed, change.unchanged) == (1, 1, 1)
    assert change.columns == {"name": 1, "grades": 1}
    assert "0001, 2024: name, Adams → Adams Academy" in change.examples
    now = {row["school_id"]: row for row in rows(place, "schools").iter_rows(named=True)}
    assert set(now) == {"0001", "0002", "0004", "0006", "9999"}
    assert now["0001"]["address"] == "1 Main St"
    assert now["0001"]["grades"] == "K;1;2;3;4;5;6"


def test_imports_are_undone_one_after_the_other(place):
    run(place)
    first = fingerprint(place / "city")
    (place / "exports" / "schools.csv").write_text(EXPORT.replace("Banks", "Bunche"), encoding="utf-8")
    run(place)
    (place / "exports" / "schools.csv").write_text(EXPORT.replace("300,50", "310,50"), encoding="utf-8")
    run(place)
    undo_import(place / "city")
    assert "Bunche" in (place / "city" / "schools.csv").read_text(encoding="utf-8")
    undo_import(place / "city")
    assert fingerprint(place / "city") == first
    undone = undo_import(place / "city")
    assert undone.mappings == ("schools.toml",)
    assert not (place / "city").exists()


def test_an_undo_gives_back_a_folder_that_was_there_before_byte_for_byte(place):
    (place / "city").mkdir()
    (place / "city" / "city.toml").write_text(CITY, encoding="utf-8")
    hand_made = "school_id,year,name,grades,source_id,as_of\n77,2023, By hand ,K;1,me,2023-10-01\n"
    (place / "city" / "schools.csv").write_text(hand_made, encoding="utf-8")
    (place / "city" / "sources.csv").write_text(
        "source_id,name,tables,coverage,as_of\nme,Me,schools,unknown,2023-10-01\n", encoding="utf-8"
    )
    before = fingerprint(place / "city")
    assert run(place).written
    assert fingerprint(place / "city") != before
    undo_import(place / "city")
    assert fingerprint(place / "city") == before


def test_an_undo_refuses_to_lose_a_later_edit(place):
    run(place)
    path = place / "city" / "schools.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Banks", "Bunche"), encoding="utf-8")
    before = fingerprint(place / "city")
    with pytest.raises(ProblemsError, match=r"schools.csv: The file has been changed since the import"):
        undo_import(place / "city")
    assert fingerprint(place / "city") == before


def test_there_is_nothing_to_undo_in_a_folder_without_imports(tmp_path):
    with pytest.raises(ProblemsError, match="no import to undo"):
        undo_import(tmp_path)


def test_an_interrupted_import_can_be_taken_back(place, monkeypatch):
    run(place)
    before = fingerprint(place / "city")
    (place / "exports" / "schools.csv").write_text(
        EXPORT.replace("300,50", "310,50").replace("Banks", "Bunche"), encoding="utf-8"
    )
    replace, moved = Path.replace, []

    def fail_after_one(path, target):
        if path.suffix == ".draft" and moved:
            raise OSError("the disk is full")
        moved.extend([target] * (path.suffix == ".draft"))
        return replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail_after_one)
        with pytest.raises(OSError, match="the disk is full"):
            run(place)
    assert fingerprint(place / "city") != before
    undo_import(place / "city")
    assert fingerprint(place / "city") == before


def test_the_journal_keeps_only_what_changed(place):
    run(place)
    (place / "exports" / "schools.csv").write_text(EXPORT.replace("300,50", "310,50"), encoding="utf-8")
    run(place)
    kept = sorted((place / "city" / ".allcity" / "imports" / "000002").iterdir())
    assert [path.name for path in kept] == ["import.json", "students.csv.gz"]
    assert b",300," in gzip.decompress(kept[1].read_bytes())


def test_a_missing_export_is_named_unless_it_is_optional(place):
    (place / "exports" / "schools.csv").rename(place / "exports" / "other.csv")
    with pytest.raises(
        ProblemsError, match=r"schools.csv: The mapping names this file, but it is not there. .*optional = true"
    ):
        run(place)
    text = SCHOOLS.replace('name = "schools.csv"', 'name = "schools.csv"\noptional = true')
    (place / "mappings" / "schools.toml").write_text(text, encoding="utf-8")
    assert {change.table: change.added for change in run(place).tables} == {"sources": 1, "groups": 1}


def test_every_missing_header_is_named_with_the_nearest_one(place):
    (place / "exports" / "schools.csv").write_text(
        EXPORT.replace("School,Grades", "school name,Grade"), encoding="utf-8"
    )
    with pytest.raises(ProblemsError) as caught:
        run(place)
    assert {problem.column for problem in caught.value.problems} == {"School", "Grades"}
    assert any('Did you mean "Grade"?' in problem.remedy for problem in caught.value.problems)
    assert not (place / "city").exists()


def test_a_new_folder_needs_a_city_file(place):
    (place / "mappings" / "city.toml").unlink()
    with pytest.raises(ProblemsError, match="to begin it with"):
        run(place)


def test_a_folder_with_errors_is_not_written_to(place):
    run(place)
    path = place / "city" / "schools.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2024-09-30", "soon", 1), encoding="utf-8")
    (place / "exports" / "schools.csv").write_text(EXPORT.replace("300,50", "310,50"), encoding="utf-8")
    before = fingerprint(place / "city")
    with pytest.raises(ProblemsError, match="as_of"):
        run(place)
    assert fingerprint(place / "city") == before


def test_progress_ends_where_it_said(place):
    told = []
    run(place, progress=lambda what, done, of: told.append((what, done, of)))
    assert told == [("schools.csv", 0, 3), ("checking", 1, 3), ("writing", 2, 3)]


JOINED = f"""{SOURCE}
[[file]]
name = "schools.csv"
year = 2024
join = [{{ name = "report", file = "report.csv", on = "Code", key = "School code" }}]

[fields]
label = {{ header = "School", pattern = '^(\\w+)', codes = {{ Adams = "Adams Elementary" }} }}

[[table]]
name = "schools"
columns = {{ school_id = "Code", name = "label", grades = "Grades", school_type = {{ header = "report.Type" }} }}

[[table.leave_out]]
reason = "no_report"
because = "the school has no report"
when = [{{ header = "report.School code", empty = true }}]
"""


def test_a_join_reports_what_matches_on_neither_side(place):
    (place / "mappings" / "schools.toml").write_text(JOINED, encoding="utf-8")
    (place / "exports" / "report.csv").write_text(
        "School code,Type\n0001,magnet\n0002,\n0002,charter\n0008,small\n", encoding="utf-8"
    )
    result = run(place)
    assert rows(place, "schools").select("school_id", "name", "school_type").rows() == [
        ("0001", "Adams Elementary", "magnet"),
        ("0002", "Banks", None),
    ]
    assert left_out(result) == {
        ("schools", "rows", "repeated_key"): 2,  # 0002 of the report, 0001 of the list
        ("schools", "rows", "no_match"): 1,
        ("schools", "rows", "no_report"): 4,
    }


def test_two_mappings_of_one_source_have_to_say_the_same(place):
    other = SCHOOLS.replace('"complete"', '"partial"')
    (place / "mappings" / "second.toml").write_text(other, encoding="utf-8")
    with pytest.raises(ProblemsError, match="another coverage for the same source"):
        run(place)


def test_repeated_rows_are_merged_and_added_up_with_their_differences_told(place):
    text = f"""{SOURCE}
[[file]]
name = "sessions.csv"

[[table]]
name = "organizations"
repeated = "merge"
columns = {{ organization_id = {{ header = "Who", convert = "identifier" }}, name = "Who", website = "Site" }}

[[table]]
name = "groups"
rows = [{{ group_id = "el", name = "English learners", dimension = "language" }}]

[[table]]
name = "students"
repeated = "sum"
only = [{{ header = "School", empty = false }}]

[table.columns]
school_id = "School"
year = {{ value = 2024 }}
grade = {{ value = "all" }}
group_id = {{ value = "all" }}
students = "Number"
"""
    (place / "mappings" / "sessions.toml").write_text(text, encoding="utf-8")
    (place / "mappings" / "schools.toml").write_text(SCHOOLS.split('[[table]]\nname = "students"')[0], encoding="utf-8")
    (place / "exports" / "sessions.csv").write_text(
        "Who,Site,School,Number\nArts & Co,,0001,5\narts and co,https://a.org,0001,7\nArts & Co,https://b.org,0002,1\nBand,,0002,\n",
        encoding="utf-8",
    )
    result = run(place)
    assert rows(place, "organizations").select("organization_id", "name", "website").rows() == [
        ("arts-and-co", "Arts & Co", "https://a.org"),
        ("band", "Band", None),
    ]
    assert rows(place, "students").select("school_id", "students").rows() == [("0001", "12")]
    found = left_out(result)
    assert found["organizations", "rows", "merged"] == 2
    assert found["organizations", "cells", "differing_name"] == 1
    assert found["organizations", "cells", "differing_website"] == 1
    assert found["students", "rows", "no_students"] == 2


def test_outlines_come_with_the_areas_that_they_belong_to(place):
    areas = f"""{SOURCE}
[[file]]
name = "areas.csv"

[shapes]
file = "outlines.geojson"
area_id = "number"
decimals = 3

[[table]]
name = "areas"
columns = {{ area_id = "number", name = "name" }}
"""
    outlines = {
        "1": shapely.box(-88, 41, -87, 42.00049),
        "2": shapely.box(-87, 41, -86, 42),
        "3": shapely.box(-86, 41, -85, 42),
    }
    document = feature_collection(outlines, key="number")
    (place / "mappings" / "areas.toml").write_text(areas, encoding="utf-8")
    (place / "exports" / "areas.csv").write_text("number,name\n1,West\n2,East\n", encoding="utf-8")
    (place / "exports" / "outlines.geojson").write_text(document, encoding="utf-8")
    result = run(place)
    assert result.outlines_changed
    assert left_out(result)["areas", "outlines", "no_area"] == 1
    city = read_folder(place / "city")
    assert sorted(city.shapes) == ["1", "2"]
    assert city.shapes["1"].touches(city.shapes["2"])
    assert city.city_year(2024).schools["area_id"].drop_nulls().unique().to_list() == ["1"]
    assert not run(place).changes


def test_a_table_kept_as_a_workbook_is_not_doubled(place):
    run(place)
    rows(place, "schools").write_parquet(place / "city" / "schools.parquet")
    (place / "city" / "schools.csv").unlink()
    (place / "exports" / "schools.csv").write_text(EXPORT.replace("Banks", "Bunche"), encoding="utf-8")
    with pytest.raises(ProblemsError, match="Save it as CSV"):
        run(place)
    assert not (place / "city" / "schools.csv").exists()


cells = st.sampled_from(["", "K-8", "K,1,2", "9-12", "nonsense", "8-K", "PK"])
counts = st.sampled_from(["", "0", "12", "1,200", "15.0", "many", "-4", "3.5"])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(["", *"abcdef"]), cells, counts, counts), max_size=12).filter(
        lambda rows: any(any(row) for row in rows)
    )
)
def test_every_row_is_accounted_for(place, tmp_path_factory, exported):
    data = tmp_path_factory.mktemp("exports")
    lines = [f'{code},S,"{grades}",,,,open,"{total}","{learners}"' for code, grades, total, learners in exported]
    (data / "schools.csv").write_text("\n".join([EXPORT.splitlines()[0], *lines]) + "\n", encoding="utf-8")
    folder = tmp_path_factory.mktemp("city") / "city"
    result = import_mapping(place / "mappings", data=data, folder=folder)
    added = {change.table: change.added for change in result.tables}
    lost: dict[str, int] = {}
    for entry in result.left_out:
        if entry.what == "rows":
            lost[entry.table] = lost.get(entry.table, 0) + entry.number
    assert added.get("schools", 0) + lost.get("schools", 0) == len(exported)
    assert added.get("students", 0) + lost.get("students", 0) == 2 * len(exported)
    if folder.exists():
        written = read_folder(folder).tables["schools"]
        assert all(set(grades) <= set(GRADES) for grades in written["grades"])
        assert not import_mapping(place / "mappings", data=data, folder=folder).changes


def test_the_journal_manages_every_file_that_an_import_writes(place):
    run(place)
    written = {path.name for path in (place / "city").iterdir() if path.is_file()}
    assert written <= set(journal.MANAGED)
