"""Proposals of mappings: what is recognized, and that every proposal loads and imports."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allcity.formats.folder import read_folder
from allcity.formats.importing import import_mapping
from allcity.formats.mapping import parse_mapping
from allcity.formats.problems import ProblemsError
from allcity.formats.propose import propose_mapping

CHICAGO = Path(__file__).parents[3] / "shared" / "data" / "chicago"
needs_chicago = pytest.mark.skipif(not CHICAGO.is_dir(), reason=f"Chicago's exports are not at {CHICAGO}")


def proposed(path):
    text = propose_mapping(path)
    return text, parse_mapping(text, file_name="proposed.toml")


def table(mapping, name):
    return next(one for one in mapping.table if one.name == name)


def headers(mapping, name):
    return {column: mapped.header for column, mapped in table(mapping, name).columns.items()}


def imported(tmp_path, name, content):
    """The city folder that a proposal makes of an export as it is."""
    data = tmp_path / "exports"
    data.mkdir()
    (data / name).write_text(content, encoding="utf-8")
    mappings = tmp_path / "mappings"
    mappings.mkdir()
    (mappings / "proposed.toml").write_text(propose_mapping(data / name), encoding="utf-8")
    (mappings / "city.toml").write_text(
        '[city]\nid = "x"\nname = "X"\ntime_zone = "America/Chicago"\n', encoding="utf-8"
    )
    import_mapping(mappings, data=data, folder=tmp_path / "city")
    return read_folder(tmp_path / "city").tables


@needs_chicago
@pytest.mark.parametrize("year", ["1617", "1819", "2425"])
def test_chicagos_profile_is_recognized(year):
    text, mapping = proposed(CHICAGO / f"cps_school_profile_sy{year}.csv")
    schools = headers(mapping, "schools")
    assert schools["school_id"] == "School_ID"
    assert schools["name"] == "Long_Name"
    assert schools["grades"] == "Grades_Offered_All"
    assert (schools["latitude"], schools["longitude"]) == ("School_Latitude", "School_Longitude")
    assert schools["dismissal_time"] == "School_Hours"
    counts = {one["group_id"].value: one["students"].header for one in table(mapping, "students").each}
    assert counts["all"] == "Student_Count_Total"
    assert counts["low_income"] == "Student_Count_Low_Income"
    assert counts["students_with_disabilities"] == "Student_Count_Special_Ed"
    assert counts["english_learners"] == "Student_Count_English_Learners"
    assert counts["black"] == "Student_Count_Black"
    assert counts["asian"] == "Student_Count_Asian"
    assert counts["asian_pacific_islander"] == "Student_Count_Asian_Pacific_Islander"
    assert counts["hawaiian_pacific_islander"] == "Student_Count_Hawaiian_Pacific_Islander"
    assert len(counts) == 14
    assert "# Legacy_Unit_ID: " in text


@needs_chicago
def test_a_school_year_that_the_file_contradicts_is_pointed_out():
    text, mapping = proposed(CHICAGO / "cps_school_profile_sy1819.csv")
    assert mapping.file[0].year == 2018
    assert "year = 2018  # CHECK: School_Year says 2019" in text


@needs_chicago
def test_chicagos_programs_are_recognized():
    _, mapping = proposed(CHICAGO / "youth_programs_music_2020_2023.csv")
    assert [one.name for one in mapping.table] == ["organizations", "programs", "locations", "offerings"]
    offerings = table(mapping, "offerings").columns
    assert offerings["mode"].codes == {"online": "online", "face_to_face": "in_person"}
    assert offerings["start_time"].convert == "seconds"
    assert (offerings["maximum_fee"].convert, offerings["maximum_fee"].part) == ("money_range", "maximum")
    assert (offerings["minimum_age"].header, offerings["seats"].header) == ("min_age", "capacity")


def test_a_districts_spreadsheet_is_recognized_by_words_and_values(tmp_path):
    tables = imported(
        tmp_path,
        "enrollment 2024-25.csv",
        "Site Number,School,Grade Span,Street Address,Coordinates,K,Gr 1,Grade 2,ELL,% ELL,Principal,Budget Code\n"
        '1,Adams,K-2,1 Main St,"(41.88, -87.63)",10,11,12,5,15%,Ada Lovelace,a\n'
        '2,Banks,"K,1",2 Oak St,POINT (-87.64 41.89),20,21,,6,14%,Grace Hopper,b\n',
    )
    assert tables["schools"].select("school_id", "year", "name", "latitude", "longitude").rows() == [
        ("1", 2024, "Adams", 41.88, -87.63),
        ("2", 2024, "Banks", 41.89, -87.64),
    ]
    assert tables["schools"]["grades"].to_list() == [["K", "1", "2"], ["K", "1"]]
    students = tables["students"].select("school_id", "grade", "group_id", "students").rows()
    assert ("1", "2", "all", 12) in students
    assert ("2", "all", "english_learners", 6) in students
    assert len(students) == 7


def test_people_are_not_named_in_a_proposal(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text(
        "School ID,School Name,Grades,Principal,E-mail,Shoe\n1,Adams,K-5,Ada Lovelace,ada@example.org,brown\n",
        encoding="utf-8",
    )
    text, _ = proposed(path)
    assert "Lovelace" not in text
    assert "ada@example.org" not in text
    assert "# Shoe: brown" in text


def test_offerings_without_ids_or_mode_are_proposed_with_marks_to_check(tmp_path):
    tables = imported(
        tmp_path,
        "classes.csv",
        "Provider,Program,Venue,Ages,Cost,First day,Last day,Time\n"
        "Band Hall,Guitar,Hall A,8-12,$25,9/1/2024,12/15/2024,3:30 PM - 5 PM\n"
        "Band Hall,Choir,Hall B,6+,Free,9/2/2024,12/16/2024,4:00-5:00 PM\n",
    )
    rows = tables["offerings"].sort("minimum_fee")
    assert rows.select("minimum_age", "maximum_age", "minimum_fee", "start_time", "end_time").rows() == [
        (6.0, None, 0, 16 * 60, 17 * 60),
        (8.0, 12.0, 2500, 15 * 60 + 30, 17 * 60),
    ]
    assert rows["mode"].to_list() == ["in_person"] * 2
    assert sorted(tables["locations"]["name"]) == ["Hall A", "Hall B"]


def test_a_list_of_areas_is_recognized(tmp_path):
    tables = imported(
        tmp_path, "areas.csv", "Community Area Number,Community Area Name,Hardship Index\n1,North,12\n2,South,80\n"
    )
    assert tables["areas"].select("area_id", "name", "hardship").rows() == [("1", "North", 12.0), ("2", "South", 80.0)]


def test_a_file_of_nothing_known_is_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("colour,shape\nred,round\n", encoding="utf-8")
    with pytest.raises(ProblemsError, match="No table of the city folder is recognized"):
        propose_mapping(path)


names = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters=","), min_size=1, max_size=12
    )
    .map(str.strip)
    .filter(bool)
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(names, min_size=1, max_size=5, unique=True), st.sampled_from(['"', "\\", "é", "plain"]))
def test_every_proposal_loads_whatever_the_headers_are(tmp_path, others, sign):
    heads = ["School ID", "School", "Grades", *(f"{name}{sign}" for name in others)]
    lines = [heads, ["7", "Adams", "K-5", *(f"{sign}{name}" for name in others)]]
    text = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
    path = tmp_path / "s.csv"
    path.write_text(text + "\n", encoding="utf-8")
    mapping = parse_mapping(propose_mapping(path), file_name="proposed.toml")
    assert headers(mapping, "schools")["school_id"] == "School ID"
