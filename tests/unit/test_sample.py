"""The sample city: the same every time, sound, clearly made up, and shaped as published cities are."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely

from allcity.analysis.city import year_of
from allcity.analysis.conditions.records import STAFF_MARGIN, screened
from allcity.analysis.travel import great_circle_km
from allcity.formats.check import check_folder
from allcity.formats.folder import CityFolder, read_folder
from allcity.formats.schema import SCHEMA
from allcity.sample import make_sample_city
from allcity.sample.answers import VOICE

NEWEST = 2025
FARTHEST_FROM_LAND = np.array([[-48.8767, -123.3933]])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "rivermouth"
    make_sample_city(folder)
    return folder


@pytest.fixture(scope="module")
def city(folder: Path) -> CityFolder:
    return read_folder(folder)


@pytest.fixture(scope="module")
def schools(city: CityFolder) -> pl.DataFrame:
    """The newest year's schools with their area's hardship, students, certified staff and number of partners."""
    tables = city.tables
    now = tables["schools"].filter(pl.col("year") == NEWEST)
    students = tables["students"].filter(pl.col("year") == NEWEST, pl.col("group_id") == "all")
    partners = links(city).group_by("school_ids").agg(partners=pl.len())
    return (
        now.join(students.group_by("school_id").agg(pl.col("students").sum()), on="school_id")
        .join(tables["areas"].select("area_id", "hardship"), on="area_id")
        .join(partners, left_on="school_id", right_on="school_ids", how="left")
        .join(tables["baselines"].filter(pl.col("year") == NEWEST), on="school_id", how="left")
        .with_columns(pl.col("partners").fill_null(0))
    )


def links(city: CityFolder) -> pl.DataFrame:
    """Each organization and school that work together in the newest year."""
    going_on = city.tables["partnerships"].filter(pl.col("end_date").is_null())
    pairs = going_on.explode("organization_ids").explode("school_ids").drop_nulls("school_ids")
    return pairs.select("organization_ids", "school_ids").unique()


TODAY = date(2031, 2, 1)


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> CityFolder:
    """The city as it is some years later, in the middle of a school year."""
    folder = tmp_path_factory.mktemp("sample") / "later"
    make_sample_city(folder, today=TODAY)
    assert check_folder(folder) == []
    return read_folder(folder)


def test_its_newest_year_is_todays_and_nothing_was_told_after_today(today: CityFolder, city: CityFolder) -> None:
    assert today.years == [2026, 2027, 2028, 2029, 2030]
    for name, table in today.tables.items():
        if "as_of" in table.columns:
            assert table["as_of"].max() <= TODAY, name
    assert today.tables["check_ins"]["date"].max() <= TODAY
    assert 0 < len(today.tables["check_ins"]) < len(city.tables["check_ins"])


def test_each_day_stays_in_its_school_year_and_weekday_wherever_the_city_is_moved(
    tmp_path: Path, city: CityFolder
) -> None:
    for years in (-3, 1, 2, 7):
        make_sample_city(tmp_path / str(years), today=date(2026 + years, 6, 30))
        moved = read_folder(tmp_path / str(years)).tables
        for name, column in (("offerings", "start_date"), ("offerings", "end_date"), ("deliveries", "start_date"),
                             ("partnerships", "start_date"), ("partnerships", "end_date")):  # fmt: skip
            before, after = city.tables[name][column].drop_nulls(), moved[name][column].drop_nulls()
            assert [year_of(day) for day in after] == [year_of(day) + years for day in before], (name, column, years)
            assert (before.dt.weekday() == after.dt.weekday()).all()


def test_the_screen_of_supplanting_says_of_some_schools_one_thing_and_of_some_another(city: CityFolder) -> None:
    found = screened(city.city_years_until(NEWEST), value="music_staff", margin=STAFF_MARGIN)["category"]
    counts = dict(found.value_counts().iter_rows())
    assert counts["cannot_tell"] > 8
    assert counts["additive"] >= 1
    assert 1 <= counts["likely_replacing"] <= 2


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_seed_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    make_sample_city(tmp_path / "again")
    make_sample_city(tmp_path / "other", seed=7)
    assert contents(tmp_path / "again") == contents(folder)
    assert contents(tmp_path / "other")["schools.csv"] != contents(folder)["schools.csv"]


def test_nothing_is_wrong_with_it(folder: Path) -> None:
    assert check_folder(folder) == []


def test_every_table_has_rows_and_there_are_five_years(city: CityFolder) -> None:
    assert {name for name in SCHEMA if city.tables[name].is_empty()} == set()
    assert city.years == [2021, 2022, 2023, 2024, 2025]
    for name, table in SCHEMA.items():
        if table.dated == "year":
            assert city.tables[name]["year"].n_unique() >= 4, name


def test_its_size(city: CityFolder, schools: pl.DataFrame) -> None:
    assert len(schools) == 62
    assert len(city.tables["organizations"]) == 97
    assert 9 <= len(city.tables["areas"]) <= 12
    assert 30_000 < schools["students"].sum() < 32_500
    assert city.tables["schools"]["school_id"].n_unique() == 63, "one closes, one opens"


def test_it_is_clearly_made_up(city: CityFolder) -> None:
    assert "fictional" in city.settings.city.name.in_language("en")
    assert "ficticia" in city.settings.city.name.in_language("es")
    assert city.settings.city.country == "XX"
    assert city.settings.city.state is not None
    assert "does not exist" in city.settings.city.state
    assert city.tables["sources"]["name"].str.contains("made up").all()
    assert city.tables["organizations"]["description"].str.contains("made up").all()
    numbers = city.tables["identifiers"].filter(pl.col("scheme") == "NCESSCH")["value"]
    assert numbers.str.starts_with("0000000").all()
    places = city.tables["schools"].drop_nulls("latitude").select("latitude", "longitude").to_numpy()
    assert great_circle_km(places, FARTHEST_FROM_LAND).max() < 25


def test_areas_tile_the_city_and_a_river_runs_through_it(city: CityFolder, folder: Path) -> None:
    areas = list(city.shapes.values())
    whole = shapely.union_all(areas)
    assert isinstance(whole, shapely.Polygon)
    assert not whole.interiors
    assert whole.area == pytest.approx(sum(area.area for area in areas), rel=1e-9)
    assert all(area.is_valid for area in areas)
    river, sea = sorted(backdrop(folder, "water"), key=lambda shape: shape.bounds[3], reverse=True)
    assert river.is_valid
    assert river.intersects(sea)
    assert shapely.difference(whole, river).geom_type == "MultiPolygon", "it parts the city in two banks"
    assert shapely.intersection(whole, sea).area < 1e-6 * whole.area
    assert len(backdrop(folder, "street")) > 20


def backdrop(folder: Path, kind: str) -> list[shapely.Geometry]:
    features = json.loads((folder / "backdrop.geojson").read_text(encoding="utf-8"))["features"]
    return [shapely.geometry.shape(one["geometry"]) for one in features if one["properties"]["kind"] == kind]


def test_schools_and_places_are_on_dry_land_in_their_area(city: CityFolder, folder: Path) -> None:
    water = shapely.union_all(backdrop(folder, "water"))
    for name in ("schools", "locations"):
        placed = city.tables[name].drop_nulls("latitude")
        points = shapely.points(placed["longitude"].to_numpy(), placed["latitude"].to_numpy())
        areas = np.array([city.shapes[area_id] for area_id in placed["area_id"]])
        assert shapely.contains(areas, points).all()
        assert not shapely.intersects(water, points).any()


def test_few_organizations_hold_many_partnerships(city: CityFolder) -> None:
    held = links(city)["organization_ids"].value_counts()["count"].sort(descending=True)
    assert 0.5 < (held == 1).mean() < 0.56, "just over half work with one school"
    assert 0.25 < held.is_between(2, 5).mean() < 0.31
    assert 0.02 < (held > 12).mean() < 0.05
    assert 0.3 < held.head(10).sum() / held.sum() < 0.45
    assert len(held) < len(city.tables["organizations"]), "some are alone"


def test_partnerships_follow_strength_not_need(schools: pl.DataFrame) -> None:
    assert (schools["partners"] == 0).sum() == 9
    staffed = schools.drop_nulls("music_staff").with_columns(each=pl.col("music_staff") / pl.col("students"))
    assert np.corrcoef(staffed["each"], staffed["partners"])[0, 1] > 0.3
    assert np.corrcoef(schools["hardship"], schools["partners"])[0, 1] < 0


def test_staff_minutes_and_ratings_are_as_published(city: CityFolder, schools: pl.DataFrame) -> None:
    elementary = schools.filter(pl.col("minutes_pk_2").is_not_null(), pl.col("music_staff").is_not_null())
    staffed = elementary["music_staff"] * 350 >= elementary["students"]
    assert 0.58 < staffed.mean() < 0.76
    assert 0.5 < (elementary["minutes_pk_2"] >= 120).mean() < 0.7
    rated = city.tables["baselines"].drop_nulls("rating").filter(pl.col("rating") != "Incomplete data")
    assert set(rated["rating"]) == {"Excelling", "Strong", "Developing", "Emerging"}
    excelling = rated.group_by("year").agg((pl.col("rating") == "Excelling").mean()).sort("year")["rating"]
    assert 0.08 < excelling[0] < 0.22
    assert 0.32 < excelling[-1] < 0.46


def test_hardship_rises_across_the_river_and_seats_fall(city: CityFolder, schools: pl.DataFrame) -> None:
    tables = city.tables
    west = min(shape.centroid.x for shape in city.shapes.values())
    areas = tables["areas"].with_columns(
        east=pl.Series([city.shapes[area_id].centroid.x - west for area_id in tables["areas"]["area_id"]])
    )
    assert np.corrcoef(areas["east"], areas["hardship"])[0, 1] > 0.8
    hard = pl.col("hardship") > areas["hardship"].median()
    seats = (
        tables["offerings"]
        .filter(pl.col("start_date") >= pl.date(NEWEST, 7, 1), pl.col("sessions") >= 8)
        .join(tables["locations"].select("location_id", "area_id"), on="location_id")
        .join(areas.select("area_id", "hardship"), on="area_id")
        .group_by(hard=hard)
        .agg(pl.col("seats").sum())
        .join(schools.group_by(hard=hard).agg(pl.col("students").sum()), on="hard")
        .sort("hard")
    )
    easier, harder = seats["seats"] / seats["students"]
    assert harder < 0.6 * easier
    poor = tables["students"].filter(pl.col("year") == NEWEST, pl.col("group_id") == "low_income")
    share = poor.group_by("school_id").agg(poor="students").with_columns(poor=pl.col("poor").list.sum())
    joined = schools.join(share, on="school_id")
    assert np.corrcoef(joined["poor"] / joined["students"], joined["hardship"])[0, 1] > 0.8


def test_groups_add_up_and_small_ones_exist(city: CityFolder) -> None:
    students = city.tables["students"].filter(pl.col("year") == NEWEST)
    races = city.tables["groups"].filter(pl.col("dimension") == "race and ethnicity")["group_id"]
    whole = students.filter(pl.col("group_id") == "all")
    assert students.filter(pl.col("group_id").is_in(races.implode()))["students"].sum() == whole["students"].sum()
    assert students["students"].is_between(1, 9).sum() > 20
    totals_alone = whole.filter(pl.col("grade") == "all")["school_id"]
    assert 3 < len(totals_alone) < 15
    assert students.filter((pl.col("group_id") != "all") & (pl.col("grade") == "9")).height > 0


def test_some_did_not_answer_and_what_is_unknown_is_empty(city: CityFolder) -> None:
    tables = city.tables
    told = tables["baselines"].drop_nulls("music_staff").select("school_id", "year")
    silent = tables["schools"].select("school_id", "year").join(told, on=["school_id", "year"], how="anti")
    by_year = {year: set(rows["school_id"]) for (year,), rows in silent.partition_by("year", as_dict=True).items()}
    assert len(by_year[NEWEST]) in (8, 9)
    assert by_year[NEWEST] != by_year[NEWEST - 1]
    for column in ("seats", "minimum_age", "maximum_age", "minimum_fee", "sessions", "languages", "accommodations"):
        assert 0 < tables["offerings"][column].null_count() < 0.6 * len(tables["offerings"]), column
    assert tables["offerings"].filter(pl.col("mode") == "in_person")["location_id"].null_count() > 0
    for name, column in [
        ("schools", "latitude"),
        ("locations", "latitude"),
        ("needs", "amount"),
        ("deliveries", "hours"),
    ]:
        assert 0 < tables[name][column].null_count() < 0.5 * len(tables[name]), (name, column)
    assert tables["agreements"]["signed_by_school"].null_count() > 0
    assert set(tables["sources"]["coverage"]) == {"complete", "partial"}


def test_offerings_are_of_every_sort(city: CityFolder) -> None:
    offerings = city.tables["offerings"]
    assert set(offerings["mode"]) == {"in_person", "online"}
    assert (offerings["start_date"] == offerings["end_date"]).any()
    assert offerings["partnership_id"].is_not_null().any()
    assert set(offerings["start_date"].dt.month()) >= {1, 4, 7, 9}
    assert (offerings["minimum_fee"] == 0).any()
    assert (offerings["maximum_fee"] > 6000).any()


def test_every_type_of_participant_takes_part(city: CityFolder) -> None:
    types = set(city.framework.participants)
    assert set(city.tables["organizations"]["participant_type"].drop_nulls()) == types
    assert set(city.tables["participants"]["participant_type"]) == types
    assert set(city.tables["needs"]["contribution"]) == set(city.framework.contributions)


def test_the_two_accounts_of_a_delivery_sometimes_disagree(city: CityFolder) -> None:
    deliveries = city.tables["deliveries"]
    both = deliveries.filter(pl.col("account") == "school").join(
        deliveries.filter(pl.col("account") == "organization"), on="delivery_id"
    )
    agree = (both["hours"] == both["hours_right"]).mean()
    assert 0.5 < agree < 0.95
    assert len(both) < deliveries["delivery_id"].n_unique(), "some are told by one side alone"


def test_partnerships_are_of_every_sort(city: CityFolder) -> None:
    partnerships = city.tables["partnerships"]
    assert (partnerships["organization_ids"].list.len() > 1).any()
    assert (partnerships["school_ids"].list.len() > 1).any()
    assert partnerships["district_ids"].is_not_null().any()
    assert partnerships["need_ids"].is_not_null().any()
    assert partnerships["end_date"].is_not_null().any()
    assert (partnerships["end_date"] < partnerships["planned_end_date"]).any(), "ended early"
    assert set(city.tables["check_ins"]["side"]) == {"organization", "school", "teacher"}
    assert (city.tables["agreements"]["version"] > 1).any()


def test_partnerships_are_in_every_phase_that_days_tell(today: CityFolder) -> None:
    days = today.tables["partnerships"]
    has_ended, has_passed = pl.col("end_date") < TODAY, pl.col("planned_end_date") < TODAY
    going_on = days.filter(pl.col("end_date").is_null())
    assert len(days.filter(has_ended)) > 50
    assert len(going_on.filter(has_passed)) > 20
    assert len(going_on.filter(~has_passed)) > 50


def test_students_are_heard_and_their_growth_is_counted_in_some_partnerships(city: CityFolder) -> None:
    said = city.tables["answers"].drop_nulls("partnership_id")
    voice, growth = (said.filter(pl.col("question_id").is_in(VOICE) == is_voice) for is_voice in (True, False))
    assert growth.join(city.tables["goals"].drop_nulls("agreed_on"), left_on=["question_id", "partnership_id"],
                       right_on=["goal_id", "partnership_id"], how="anti").is_empty()  # fmt: skip
    partners = city.tables["partnerships"].explode("school_ids").rename({"school_ids": "school_id"})
    assert said.join(partners, on=["partnership_id", "school_id"], how="anti").is_empty()
    for rows in (voice, growth):
        together = rows.group_by("partnership_id", "school_id", "year", "question_id").agg(
            pl.col("number").sum(), pl.col("asked").first()
        )
        assert (together["number"] == together["asked"]).all()
        assert 20 < together["partnership_id"].n_unique() < 100, "some, and not all"
    assert voice["asked"].min() >= 10


def story(city: CityFolder, school_id: str) -> list[float]:
    """A school's certified staff, year by year."""
    rows = city.tables["baselines"].filter(pl.col("school_id") == school_id).sort("year")
    return rows["music_staff"].to_list()


def test_one_partner_stands_in_for_a_teacher(city: CityFolder) -> None:
    alone_in_class = city.tables["deliveries"].filter(
        pl.col("setting") == "in_school_hours", pl.col("sessions") > 60, pl.col("account") == "organization"
    )
    assert set(alone_in_class["start_date"].dt.year()) == {2023, 2024, 2025}
    assert not alone_in_class["certified_teacher"].any()
    (school_id,) = set(alone_in_class["school_id"])
    staff = story(city, school_id)
    assert staff[0] == staff[1] > staff[2] > staff[3] > 0


def test_one_partner_hands_over_to_the_district(city: CityFolder) -> None:
    partnerships = city.tables["partnerships"]
    both = partnerships.filter(pl.col("school_ids").list.len() == 2)
    ended = both.filter((pl.col("end_date") == pl.col("planned_end_date")) & (pl.col("end_date").dt.year() == 2024))
    followed = ended.join(both.filter(pl.col("contributions").list.contains("teacher_development")), on="school_ids")
    assert len(followed) == 1
    for school_id in followed["school_ids"][0]:
        staff = story(city, school_id)
        assert staff[0] == 0
        assert staff[-1] >= 1.5


def test_one_school_hangs_on_one_partner(city: CityFolder, schools: pl.DataFrame) -> None:
    assert schools.filter((pl.col("partners") == 1) & (pl.col("music_staff") == 0)).height >= 1


def test_scale_multiplies_it(city: CityFolder, tmp_path: Path) -> None:
    make_sample_city(tmp_path / "large", scale=3)
    large = read_folder(tmp_path / "large")
    assert large.tables["schools"].filter(pl.col("year") == NEWEST).height == 3 * 62
    assert large.tables["organizations"].height == 3 * 97
    assert 27 <= large.tables["areas"].height <= 45
    assert large.tables["schools"]["name"].n_unique() == large.tables["schools"]["school_id"].n_unique()
    assert check_folder(tmp_path / "large") == []
