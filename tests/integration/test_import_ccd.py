"""The federal school directory, imported with the mappings that are shipped, from small made-up files of its shape."""

from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from allcity.formats.check import check_folder
from allcity.formats.folder import read_folder
from allcity.formats.importing import import_mapping

MAPPINGS = Path(__file__).parents[2] / "examples" / "ccd"
ALL_SCHOOLS = (
    "SCHOOL_YEAR,FIPST,STATENAME,ST,SCH_NAME,LEA_NAME,STATE_AGENCY_NO,UNION,ST_LEAID,LEAID,ST_SCHID,NCESSCH,SCHID"
)
DIRECTORY = (
    f"{ALL_SCHOOLS},MSTREET1,MCITY,MSTATE,MZIP,LSTREET1,LCITY,LSTATE,LZIP,PHONE,WEBSITE,SY_STATUS,SY_STATUS_TEXT,"
    "SCH_TYPE,SCH_TYPE_TEXT,CHARTER_TEXT,NOGRADES,G_PK_OFFERED,G_KG_OFFERED,GSLO,GSHI,LEVEL"
)
LONG = ALL_SCHOOLS.replace("LEA_NAME,", "")
MEMBERSHIP = f"{LONG},GRADE,RACE_ETHNICITY,SEX,STUDENT_COUNT,TOTAL_INDICATOR,DMS_FLAG"
LUNCH = f"{LONG},DATA_GROUP,LUNCH_PROGRAM,STUDENT_COUNT,TOTAL_INDICATOR,DMS_FLAG"
HERE, ELSEWHERE = "1709930", "0100005"
BY_GRADE = "Subtotal 4 - By Grade"
BY_RACE = "Category Set A - By Race/Ethnicity; Sex; Grade"


def school(name, number, *, lea=HERE, status="1", low="KG", high="08", charter="No", street="1 Main St"):
    return (
        f"2023-2024,17,ILLINOIS,IL,{name},District,01,,IL-1,{lea},IL-1-{number},{lea}{number},17{number},"
        f"PO Box 1,Chicago,IL,60601,{street},Chicago,IL,60602,(312)555-0100,https://example.org/{number},{status},Open,"
        f"1,Regular School,{charter},No,No,Yes,{low},{high},Elementary"
    )


def count(number, *cells, lea=HERE):
    return f"2023-2024,17,ILLINOIS,IL,School,01,,IL-1,{lea},IL-1-{number},{lea}{number},17{number},{','.join(cells)}"


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    data, folder = tmp_path_factory.mktemp("nces"), tmp_path_factory.mktemp("folder")
    (folder / "city.toml").write_text('[city]\nid = "x"\nname = "X"\ntime_zone = "America/Chicago"\n', encoding="utf-8")

    def write(name, header, *rows):
        (data / name).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")

    write(
        "ccd_sch_029_2324_w_1a_073124.csv",
        DIRECTORY,
        school("Adams", "00001"),
        school("Banks Charter", "00002", low="09", high="13", charter="Yes"),
        school("Clark", "00003", status="2"),
        school("Dunne", "00004", low="N", high="N"),
        school("Elsewhere", "00005", lea=ELSEWHERE),
        school("Evers", "00006", low="PK", high="PK", street=""),
    )
    write(
        "ccd_sch_052_2324_l_1a_073124.csv",
        MEMBERSHIP,
        count("00001", "Kindergarten", "No Category Codes", "No Category Codes", "40", BY_GRADE, "Reported"),
        count("00001", "Grade 1", "No Category Codes", "No Category Codes", "42", BY_GRADE, "Reported"),
        count("00001", "Grade 2", "No Category Codes", "No Category Codes", "-1", BY_GRADE, "Missing"),
        count("00001", "Ungraded", "No Category Codes", "No Category Codes", "3", BY_GRADE, "Reported"),
        count("00002", "Grade 9", "No Category Codes", "No Category Codes", "90", BY_GRADE, "Reported"),
        count("00003", "Grade 9", "No Category Codes", "No Category Codes", "9", BY_GRADE, "Reported"),
        count("00001", "Kindergarten", "White", "Female", "12", f'"{BY_RACE}"', "Reported"),
        count("00001", "Kindergarten", "White", "Male", "11", f'"{BY_RACE}"', "Reported"),
        count("00001", "Kindergarten", "Hispanic/Latino", "Female", "9", f'"{BY_RACE}"', "Reported"),
        count("00001", "Kindergarten", "Hispanic/Latino", "Male", "", f'"{BY_RACE}"', "Suppressed"),
        count("00001", "Not Specified", "Not Specified", "Not Specified", "0", f'"{BY_RACE}"', "Reported"),
        count("00001", "Grade 1", "Not Specified", "Male", "1", f'"{BY_RACE}"', "Reported"),
        count(
            "00001",
            "No Category Codes",
            "No Category Codes",
            "No Category Codes",
            "85",
            "Education Unit Total",
            "Derived",
        ),
        count("00005", "Grade 1", "No Category Codes", "No Category Codes", "7", BY_GRADE, "Reported", lea=ELSEWHERE),
    )
    write(
        "ccd_sch_033_2324_l_1a_073124.csv",
        LUNCH,
        count("00001", "Direct Certification", "Not Applicable", "51", "Education Unit Total", "Reported"),
        count(
            "00001", "Free and Reduced-price Lunch Table", "No Category Codes", "70", "Education Unit Total", "Reported"
        ),
        count(
            "00001", "Free and Reduced-price Lunch Table", "Free lunch qualified", "60", "Category Set A", "Reported"
        ),
        count("00002", "Direct Certification", "Not Applicable", "-9", "Education Unit Total", "Suppressed"),
    )
    book = openpyxl.Workbook()
    book.active.append(["NCESSCH", "LEAID", "NAME", "LAT", "LON", "LOCALE"])
    book.active.append([f"{HERE}00001", HERE, "Adams", 41.88, -87.63, "11"])
    book.active.append([f"{ELSEWHERE}00005", ELSEWHERE, "Elsewhere", 34.26, -86.2, "32"])
    book.active.append([f"{ELSEWHERE}00009", ELSEWHERE, "Nowhere", 34.27, -86.21, "32"])
    book.save(data / "EDGE_GEOCODE_PUBLICSCH_2324.xlsx")
    return import_mapping(MAPPINGS, data=data, folder=folder)


@pytest.fixture(scope="module")
def city(imported):
    return read_folder(imported.folder)


def test_schools_keep_their_federal_ids_with_leading_zeros(city):
    schools = city.tables["schools"]
    assert schools.select("school_id", "year", "name", "school_type").rows() == [
        ("170993000001", 2023, "Adams", "Regular School"),
        ("170993000002", 2023, "Banks Charter", "Charter school"),
        ("170993000006", 2023, "Evers", "Regular School"),
    ]
    assert schools["grades"].to_list() == [["K", *map(str, range(1, 9))], ["9", "10", "11", "12"], ["PK"]]
    assert schools["latitude"].to_list() == [41.88, None, None]
    assert schools["address"].to_list() == ["1 Main St, Chicago, IL, 60602"] * 2 + [None]
    assert city.tables["districts"].select("district_id", "name").rows() == [("1709930", "District")]
    assert set(city.tables["identifiers"]["scheme"]) == {"NCESSCH", "state school id"}
    assert "IL-1-00001" in set(city.tables["identifiers"]["value"])


def test_students_are_counted_by_grade_race_and_income(city):
    students = city.tables["students"].select("school_id", "grade", "group_id", "students").rows()
    assert sorted(students) == [
        ("170993000001", "1", "all", 42),
        ("170993000001", "K", "all", 40),
        ("170993000001", "K", "white", 23),
        ("170993000001", "all", "directly_certified", 51),
        ("170993000001", "all", "free_or_reduced_lunch", 70),
        ("170993000002", "9", "all", 90),
    ]
    groups = dict(city.tables["groups"].select("group_id", "compared").rows())
    assert (groups["directly_certified"], groups["free_or_reduced_lunch"]) == (True, False)
    assert city.tables["groups"]["name_es"].null_count() == 0


def test_everything_that_is_left_out_has_its_reason(imported):
    found = Counter()
    for entry in imported.left_out:
        found[entry.file[:11], entry.table, entry.what, entry.reason] += entry.number
    assert found == {
        ("EDGE_GEOCOD", "schools", "rows", "no_match"): 1,
        ("ccd_sch_029", "districts", "rows", "other_district"): 1,
        ("ccd_sch_029", "districts", "rows", "merged"): 4,
        ("ccd_sch_029", "schools", "rows", "other_district"): 1,
        ("ccd_sch_029", "schools", "rows", "not_open"): 1,
        ("ccd_sch_029", "schools", "rows", "no_grades"): 1,
        ("ccd_sch_029", "identifiers", "rows", "other_district"): 1,
        ("ccd_sch_029", "identifiers", "rows", "not_open"): 1,
        ("ccd_sch_029", "identifiers", "rows", "wrong_record_id"): 2,
        ("ccd_sch_052", "students", "rows", "no_table"): 1,
        ("ccd_sch_052", "students", "rows", "other_district"): 1,
        ("ccd_sch_052", "students", "rows", "no_grade"): 2,
        ("ccd_sch_052", "students", "rows", "race_not_specified"): 1,
        ("ccd_sch_052", "students", "rows", "no_students"): 1 + 2,
        ("ccd_sch_052", "students", "rows", "wrong_school_id"): 1,
        ("ccd_sch_033", "students", "rows", "no_table"): 1,
        ("ccd_sch_033", "students", "rows", "no_students"): 1,
    }


def test_the_folder_has_no_error(imported):
    assert [str(problem) for problem in check_folder(imported.folder) if problem.severity == "error"] == []
