"""Chicago's exports, imported with the mappings that are shipped: every number, and every reason for what is left out."""

import shutil
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from allcity.analysis.city import year_dates
from allcity.formats.check import check_folder
from allcity.formats.folder import read_folder
from allcity.formats.importing import import_mapping, undo_import

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "chicago"
PROGRAMS = "youth_programs_music_2020_2023.csv"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"Chicago's exports are not at {DATA}")


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chicago") / "city"
    return import_mapping(ROOT / "examples" / "chicago", data=DATA, folder=folder)


@pytest.fixture(scope="module")
def city(imported):
    return read_folder(imported.folder)


def of_year(city, table, year):
    return city.tables[table].filter(pl.col("year") == year)


def everyone(city, year):
    students = of_year(city, "students", year).filter(pl.col("group_id") == "all")
    return students.height, students["students"].sum()


def test_everything_that_is_left_out_has_its_reason(imported):
    found = Counter()
    for entry in imported.left_out:
        found[entry.file.removesuffix(".csv"), entry.table, entry.what, entry.reason] += entry.number
    profile, report, programs = "cps_school_profile_sy", "cps_progress_report_sy", PROGRAMS.removesuffix(".csv")
    assert found == {
        ("census_socioeconomic_community_areas", "areas", "rows", "city_total"): 1,
        (f"{profile}1617", "schools", "cells", "unreadable_dismissal_time"): 26,
        (f"{profile}1718", "schools", "cells", "unreadable_dismissal_time"): 29,
        (f"{profile}1819", "schools", "cells", "unreadable_dismissal_time"): 34,
        (f"{profile}2122", "schools", "cells", "unreadable_dismissal_time"): 35,
        (f"{profile}2223", "schools", "cells", "unreadable_dismissal_time"): 35,
        (f"{profile}2425", "schools", "cells", "unreadable_dismissal_time"): 39,
        (f"{profile}1617", "baselines", "rows", "incomplete_data"): 82,
        (f"{profile}1718", "baselines", "rows", "incomplete_data"): 22,
        (f"{profile}1718", "baselines", "rows", "not_rated"): 4,
        (f"{profile}1819", "baselines", "rows", "incomplete_data"): 23,
        (f"{profile}1819", "baselines", "rows", "not_rated"): 4,
        (f"{report}2122", "baselines", "rows", "no_match"): 2,
        (f"{profile}2122", "baselines", "rows", "no_report"): 6,
        (f"{profile}2122", "baselines", "rows", "not_rated"): 649,
        (f"{report}2223", "baselines", "rows", "no_match"): 2,
        (f"{profile}2223", "baselines", "rows", "no_report"): 6,
        (f"{profile}2223", "baselines", "rows", "not_rated"): 2,
        (f"{profile}2223", "baselines", "rows", "incomplete_data"): 55,
        (f"{profile}2425", "baselines", "rows", "no_report"): 3,
        (f"{profile}2425", "baselines", "rows", "not_rated"): 2,
        (f"{profile}2425", "baselines", "rows", "incomplete_data"): 8,
        (programs, "organizations", "rows", "merged"): 520,
        (programs, "programs", "rows", "merged"): 208,
        (programs, "programs", "cells", "differing_name"): 7,
        (programs, "locations", "rows", "held_online"): 141,
        (programs, "locations", "rows", "no_address"): 1,
        (programs, "locations", "rows", "merged"): 221,
        (programs, "locations", "cells", "differing_address"): 9,
        (programs, "locations", "cells", "differing_latitude"): 30,
        (programs, "locations", "cells", "differing_longitude"): 30,
        (programs, "offerings", "cells", "held_online"): 14,
        (programs, "offerings", "cells", "ages_zero"): 2 * 8,
        (programs, "offerings", "cells", "ages_whole_span"): 2 * 106,
        (programs, "offerings", "cells", "times_zero"): 2,
        (programs, "offerings", "cells", "at_night"): 2 * 3,
        (programs, "offerings", "cells", "no_duration"): 17,
    }


def test_no_row_of_an_export_is_lost(imported):
    lost, added = Counter(), {change.table: change.added for change in imported.tables}
    for entry in imported.left_out:
        lost[entry.table] += entry.number * (entry.what == "rows")
    profiles = sum(rows for name, rows in imported.read.items() if "profile" in name)
    assert imported.read[PROGRAMS] == 554
    for table in ("organizations", "programs", "locations", "offerings"):
        assert added[table] + lost[table] == 554
    assert added["areas"] + lost["areas"] == 78
    assert added["schools"] == profiles
    assert added["students"] == 14 * profiles
    no_match = sum(entry.number for entry in imported.left_out if entry.reason == "no_match")
    assert added["baselines"] + lost["baselines"] - no_match == profiles


def test_the_folder_has_no_error(imported):
    problems = check_folder(imported.folder)
    assert [str(problem) for problem in problems if problem.severity == "error"] == []
    assert {problem.message for problem in problems} == {"The school has no students, so it counts in no figure."}


def test_schools_and_students_are_those_of_the_profiles(city):
    assert city.years == [2016, 2017, 2018, 2021, 2022, 2024]
    assert everyone(city, 2024) == (652, 325_370)
    assert everyone(city, 2022) == (655, 321_852)
    # The column School_Year of this file says 2019-2020.
    assert everyone(city, 2018) == (654, 353_387)


def test_groups_are_compared_as_they_should_be(city):
    compared = city.tables["groups"].filter("compared")["group_id"].to_list()
    assert sorted(compared) == ["english_learners", "low_income", "students_with_disabilities"]
    races = city.tables["groups"].filter(pl.col("dimension") == "race and ethnicity")["group_id"]
    students = of_year(city, "students", 2024)
    assert students.filter(pl.col("group_id").is_in(races.implode()))["students"].sum() == 325_370
    assert students.filter(pl.col("group_id") == "english_learners")["students"].sum() == 88_737


def test_schools_have_their_grades_places_and_hours(city):
    schools = city.tables["schools"]
    assert schools["latitude"].null_count() == schools["longitude"].null_count() == 0
    assert set(schools["grades"].explode()) == {"PK", "K", *(str(grade) for grade in range(1, 13))}
    # Two schools of this year have PE beside PK: one pre-kindergarten.
    assert all(len(set(grades)) == len(grades) for grades in of_year(city, "schools", 2017)["grades"])
    assert of_year(city, "schools", 2022)["dismissal_time"].is_between(13 * 60, 18 * 60).mean() > 0.99
    assert of_year(city, "schools", 2016)["school_type"].null_count() == 0
    assert of_year(city, "schools", 2024)["school_type"].null_count() == 652


def test_ratings_are_those_of_the_year_before_their_report(city):
    ratings = city.tables["baselines"]
    assert set(ratings["rating"]) == {"Excelling", "Strong", "Developing", "Emerging"}
    assert set(ratings["year"]) == {2016, 2017, 2018, 2022, 2024}
    assert (ratings["rating_year"] == ratings["year"] - 1).all()
    now = of_year(city, "baselines", 2024)
    # 647 of 652 schools join a report that says something; of 8 of them it says that the data are incomplete.
    assert now.height == 647 - 8
    assert (now["rating"] == "Excelling").sum() == 252


def test_areas_have_outlines_in_which_the_schools_lie(city):
    assert city.tables["areas"].height == len(city.shapes) == 77
    assert city.tables["areas"]["hardship"].null_count() == 0
    placed = city.city_year(2024).schools
    assert placed["area_id"].null_count() == 0
    assert placed["area_id"].n_unique() == 77


def test_the_season_has_the_seats_that_the_feed_names(city):
    first, last = year_dates(2022)
    season = city.city_year(2022).offerings
    assert season.height == 213
    assert ((season["start_date"] <= last) & (season["end_date"] >= first)).all()
    days = (season["end_date"] - season["start_date"]).dt.total_days() + 1
    sustained = season.filter((days >= 28) & (season["mode"] == "in_person"))
    assert sustained["seats"].sum() == 1_001


def test_placeholders_of_the_feed_are_unknown(city):
    offerings = city.tables["offerings"]
    assert offerings["minimum_age"].null_count() == offerings["maximum_age"].null_count() == 8 + 106
    assert offerings["start_time"].drop_nulls().min() >= 6 * 60
    online = offerings.filter(pl.col("mode") == "online")
    assert (online.height, online["location_id"].null_count()) == (141, 141)
    assert offerings.filter(pl.col("mode") == "in_person")["location_id"].null_count() == 1
    fees = offerings.group_by("minimum_fee", "maximum_fee").len().rows()
    assert sorted(fees, key=str) == sorted([(0, 0, 359), (1, 5000, 155), (5001, None, 31), (None, None, 9)], key=str)


def test_programs_repeated_over_parks_and_seasons_are_one(city):
    names = city.tables["programs"].filter(pl.col("organization_id") == "chicago-park-district")["name"]
    assert names.n_unique() == names.len()
    program = city.tables["programs"].filter(
        (pl.col("name") == "Music and Movement") & (pl.col("organization_id") == "chicago-park-district")
    )
    held = city.tables["offerings"].filter(pl.col("program_id") == program["program_id"].item())
    assert held.height > 50
    assert held["location_id"].n_unique() > 50


def test_organizations_of_several_spellings_are_one(city):
    names = city.tables["organizations"]["name"].to_list()
    assert len(names) == 34
    for part in ("CHICAT", "DCASE", "Intonation"):
        assert len([name for name in names if part in name]) == 1


def test_licences_travel_with_the_rows(city):
    sources = city.tables["sources"]
    licence = dict(zip(sources["source_id"], sources["licence"], strict=True))
    assert {licence[source] for source in city.tables["locations"]["source_id"]} == {"ODbL-1.0"}
    assert "ODbL-1.0" not in {licence[source] for source in city.tables["offerings"]["source_id"]}
    coverage = dict(zip(sources["source_id"], sources["coverage"], strict=True))
    assert {coverage[source] for source in city.tables["offerings"]["source_id"]} == {"partial"}
    assert set(sources["attribution"].is_not_null()) == {True}


def test_twice_is_once_and_can_be_taken_back(imported, tmp_path):
    folder = tmp_path / "city"
    shutil.copytree(imported.folder, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    again = import_mapping(ROOT / "examples" / "chicago", data=DATA, folder=folder)
    assert not again.changes
    assert before == {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    undo_import(folder)
    assert not folder.exists()
