import csv
import re
from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point, box
from tests.factories.small_city import CITY_TEXT, SHAPES, small_city

from allcity.analysis.city import year_dates
from allcity.declaration import apply_overrides, load_framework
from allcity.formats.check import read_settings
from allcity.formats.folder import CityFolder, read_folder, write_folder
from allcity.formats.geojson import feature_collection, read_shapes
from allcity.formats.problems import ProblemsError
from allcity.formats.raw import read_table
from allcity.formats.schema import SCHEMA
from allcity.formats.typed import DTYPES, conform, empty_tables, inert, revived, typed

no_deadline = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
TEXT = (
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=8)
    | st.sampled_from(
        ["=1+1", "'=1+1", "''@x", "-5", "- five", "+1 312 555 0100", '"quoted"', "two\nlines", "a,b", "'"]
    )
    | st.text(alphabet="=+-@'1a＝", min_size=1, max_size=6)
)
VALUES = {
    "text": TEXT,
    "integer": st.integers(-(2**62), 2**62),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "date": st.dates(date(1, 1, 1)),
    "time": st.integers(0, 24 * 60 - 1),
    "year": st.integers(1000, 9999),
    "list": st.lists(TEXT.map(lambda text: text.replace("\n", " ").replace(";", ",")), min_size=1, max_size=3),
}


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@st.composite
def frames(draw, columns):
    rows = st.lists(st.fixed_dictionaries({c.name: st.none() | VALUES[c.kind] for c in columns}), max_size=5)
    return pl.DataFrame(draw(rows), schema={column.name: DTYPES[column.kind] for column in columns}, orient="row")


@pytest.mark.parametrize("name", ["sources", "offerings"])  # they have columns of every kind between them
@settings(no_deadline, max_examples=40)
@given(data=st.data())
def test_what_is_written_is_read_again(tmp_path, name, data):
    table = SCHEMA[name]
    frame = data.draw(frames(table.columns))
    write_folder(tmp_path / "city", tables={name: frame}, city_text=CITY_TEXT)
    expected = frame.filter(pl.any_horizontal(pl.all().is_not_null()))
    if frame.height:
        read = typed(table, read_table(tmp_path / "city" / f"{name}.csv").frame)
        assert not read.failed.to_numpy().any()
        assert sorted(map(repr, read.frame.rows())) == sorted(map(repr, expected.rows()))


@no_deadline
@given(texts=st.lists(TEXT, min_size=1))
def test_no_text_is_written_live_and_all_of_it_comes_back(texts):
    frame = pl.DataFrame({"text": texts})
    written = frame.select(inert(pl.col("text")))
    for cell in written["text"]:
        assert not re.match(r"[=+\-@＝＋－＠]", cell) or re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", cell)
    assert written.select(revived(pl.col("text"))).equals(frame)


def test_a_separator_inside_of_an_item_does_not_make_two_of_it(tmp_path):
    tables = small_city()
    tables["offerings"] = tables["offerings"].with_columns(accommodations=pl.lit(["ramp; lift", "loop"]))
    write_folder(tmp_path / "city", tables=tables, city_text=CITY_TEXT)
    assert read_folder(tmp_path / "city").tables["offerings"]["accommodations"].to_list() == [["ramp, lift", "loop"]]


def test_formulas_leave_the_folder_as_plain_text(tmp_path):
    tables = small_city()
    live = ["=1+1", '=HYPERLINK("http://example.org","x")', "@SUM(A1)", "+1-1", "-A1", "＝1"]
    goal = tables["goals"].to_dicts()[0]
    goals = pl.DataFrame([{**goal, "goal_id": f"t{number}", "goal": text} for number, text in enumerate(live, 1)])
    write_folder(tmp_path / "city", tables={**tables, "goals": goals}, city_text=CITY_TEXT)
    with (tmp_path / "city" / "goals.csv").open(newline="") as file:
        assert [row["goal"] for row in csv.DictReader(file)] == [f"'{text}" for text in live]
    assert read_folder(tmp_path / "city").tables["goals"]["goal"].to_list() == live


def test_a_folder_round_trip_keeps_every_table(tmp_path):
    tables = small_city()
    tables["goals"] = tables["goals"].with_columns(standard=pl.lit("'@MU:Cr1"))
    write_folder(tmp_path / "city", tables=tables, city_text=CITY_TEXT, shapes=SHAPES)
    read = read_folder(tmp_path / "city")
    for name, table in SCHEMA.items():
        expected = conform(table, tables[name])
        assert read.tables[name].sort(table.key).equals(expected.sort(table.key)), name
    assert read.settings == read_settings(tmp_path / "city" / "city.toml")
    assert all(read.shapes[name].equals(SHAPES[name]) for name in SHAPES)


def test_writing_is_deterministic_and_sorted(tmp_path):
    tables = small_city()
    write_folder(tmp_path / "a", tables=tables, city_text=CITY_TEXT, shapes=SHAPES)
    shuffled = {
        name: frame.sample(fraction=1, shuffle=True, seed=3).select(frame.columns[::-1])
        for name, frame in reversed(tables.items())
    }
    write_folder(tmp_path / "b", tables=shuffled, city_text=CITY_TEXT, shapes=SHAPES)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    lines = (tmp_path / "a" / "schools.csv").read_bytes().split(b"\n")
    assert lines[0].decode().split(",") == list(SCHEMA["schools"].names)
    keys = [line.decode().split(",")[:2] for line in lines[1:5]]
    assert keys == [["n1", "2021"], ["n1", "2022"], ["s1", "2021"], ["s1", "2022"]]


def test_a_folder_holds_exactly_what_was_written_last(tmp_path):
    folder = tmp_path / "city"
    write_folder(folder, tables=small_city(), city_text=CITY_TEXT, shapes=SHAPES)
    (folder / "notes.txt").write_text("kept")
    before = contents(folder)
    fewer = {name: frame for name, frame in small_city().items() if name in ("sources", "schools", "districts")}
    write_folder(folder, tables={**fewer, "needs": empty_tables()["needs"]})
    assert set(contents(folder)) == {
        "city.toml", "areas.geojson", "datapackage.json", "notes.txt", "sources.csv", "schools.csv", "districts.csv"
    }  # fmt: skip
    assert all(contents(folder)[name] == before[name] for name in ("city.toml", "areas.geojson", "schools.csv"))


@pytest.mark.parametrize(
    "change",
    [
        {"city_text": "[city]\n"},
        {"tables": {**small_city(), "needs": pl.DataFrame({"need_id": ["x"], "colour": ["red"]})}},
        {"tables": {**small_city(), "students": small_city()["students"].with_columns(students=pl.lit("many"))}},
    ],
)
def test_a_failure_leaves_the_folder_as_it_was(tmp_path, change):
    folder = tmp_path / "city"
    write_folder(folder, tables=small_city(), city_text=CITY_TEXT)
    before = contents(folder)
    with pytest.raises((ProblemsError, ValueError, pl.exceptions.PolarsError)):
        write_folder(folder, **{"tables": {}, **change})
    assert contents(folder) == before
    assert list(tmp_path.iterdir()) == [folder]


def test_a_table_kept_as_a_workbook_is_not_written_beside(tmp_path):
    folder = tmp_path / "city"
    write_folder(folder, tables=small_city(), city_text=CITY_TEXT)
    (folder / "schools.csv").rename(folder / "schools.xlsx")
    before = contents(folder)
    with pytest.raises(ProblemsError, match=r"schools\.xlsx"):
        write_folder(folder, tables=small_city())
    assert contents(folder) == before


def test_writing_needs_to_know_which_city(tmp_path):
    with pytest.raises(ProblemsError, match=r"city\.toml"):
        write_folder(tmp_path / "city", tables=small_city())
    assert list(tmp_path.iterdir()) == []


def folder_of(tables, shapes=None) -> CityFolder:
    conformed = {name: conform(SCHEMA[name], frame) for name, frame in tables.items()}
    return CityFolder(apply_overrides(load_framework(), CITY_TEXT), {**empty_tables(), **conformed}, shapes or {})


def test_a_year_without_schools_says_which_years_there_are():
    assert folder_of(small_city()).years == [2021, 2022]
    with pytest.raises(ProblemsError, match="2019-20") as caught:
        folder_of(small_city()).city_year(2019)
    assert "2021-22, 2022-23" in caught.value.problems[0].remedy
    with pytest.raises(ProblemsError):
        folder_of({}).city_year(2019)


@no_deadline
@given(
    starts=st.lists(st.dates(date(2020, 1, 1), date(2025, 1, 1)), min_size=1, max_size=8),
    lengths=st.lists(st.none() | st.integers(0, 900), min_size=8, max_size=8),
)
def test_a_city_year_has_the_rows_of_its_year(starts, lengths):
    tables = small_city()
    rows = [
        {
            "partnership_id": str(number),
            "start_date": start,
            "end_date": None if days is None else date.fromordinal(start.toordinal() + days),
        }
        for number, (start, days) in enumerate(zip(starts, lengths, strict=False))
    ]
    partnerships = pl.DataFrame(rows, schema_overrides={"end_date": pl.Date})
    city_year = folder_of({**tables, "partnerships": partnerships}).city_year(2022)
    first, last = year_dates(2022)
    expected = [
        row["partnership_id"]
        for row in rows
        if any(
            row["start_date"].toordinal() <= day <= (row["end_date"] or date.max).toordinal()
            for day in range(first.toordinal(), last.toordinal() + 1)
        )
    ]
    assert city_year.partnerships["partnership_id"].to_list() == expected
    assert city_year.schools["year"].to_list() == [2022, 2022]
    assert city_year.city.id == "riverton"
    assert city_year.programs.height == tables["programs"].height


@no_deadline
@given(
    places=st.lists(
        st.tuples(st.none() | st.integers(-1, 5), st.integers(-1, 5), st.sampled_from([None, "named"])), min_size=1
    )
)
def test_places_have_the_first_area_that_holds_them_unless_one_is_named(places):
    shapes = {"b": box(0, 0, 2, 4), "a": box(2, 0, 4, 4), "c": box(1, 1, 3, 3)}
    locations = pl.DataFrame(
        [
            {"location_id": str(n), "longitude": x, "latitude": y, "area_id": area}
            for n, (x, y, area) in enumerate(places)
        ],
        schema_overrides={"area_id": pl.String, "longitude": pl.Float64},
    )
    found = folder_of({**small_city(), "locations": locations}, shapes).city_year(2022).locations
    assert found["location_id"].to_list() == locations["location_id"].to_list()
    assert found["area_id"].to_list() == [
        area or next((name for name in sorted(shapes) if x is not None and shapes[name].intersects(Point(x, y))), None)
        for x, y, area in places
    ]


def test_geojson_of_points_carries_properties(tmp_path):
    text = feature_collection({"l1": Point(-87.6, 41.9)}, key="location_id", properties={"l1": {"name": "Hall é"}})
    assert '"location_id": "l1"' in text
    assert '"name": "Hall é"' in text
    assert '"coordinates": [-87.6, 41.9]' in text


def test_an_outline_that_crosses_itself_is_mended(tmp_path):
    path = tmp_path / "areas.geojson"
    bow_tie = '{"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}'
    path.write_text(f'{{"features": [{{"type": "Feature", "properties": {{"area_id": 7}}, "geometry": {bow_tie}}}]}}')
    shape = read_shapes(path)["7"]
    assert shape.is_valid
    assert shape.area == 2


def test_a_need_of_every_group_is_a_need_of_none_alone(tmp_path):
    tables = small_city()
    tables["needs"] = tables["needs"].with_columns(group_id=pl.lit("all"))
    write_folder(tmp_path, tables=tables, city_text=CITY_TEXT, shapes=SHAPES)
    read = read_folder(tmp_path).tables
    assert read["needs"]["group_id"].to_list() == [None]
    assert "all" in read["students"]["group_id"].to_list()
