"""Taking data along: the same city elsewhere, and nothing for everybody that tells of few students."""

import io
import shutil
import zipfile

import polars as pl
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from tests.factories.folders import city_of, school, three_schools
from tests.factories.site import city as made_city
from tests.factories.site import holder, signed_in
from tests.factories.small_city import CITY_TEXT, SHAPES, small_city

from allcity.analysis.public import public_tables, publish
from allcity.formats.folder import read_folder, write_folder
from allcity.formats.schema import SCHEMA
from allcity.formats.typed import empty_tables
from allcity.sample import make_sample_city
from allcity.site.cities.models import City, Role
from allcity.site.environment import environment
from allcity.site.exchange import editions
from allcity.site.exchange.domain import import_folder
from allcity.site.exchange.exports import folder_zip
from allcity.site.exchange.models import Edition
from allcity.site.exchange.tables import read_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    """A browser of somebody who is not signed in."""
    return Client()


def packed_by_another_installation(folder):
    """The city of a folder, packed by an installation that is gone afterwards."""
    with transaction.atomic():
        packed = folder_zip(import_folder(folder).city, everything=True).read_bytes()
        transaction.set_rollback(True)
    shutil.rmtree(environment().data / "exports")
    return packed


def unpacked(packed, place):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(place)
    (folder,) = place.iterdir()
    return folder


def test_rivermouth_is_the_same_city_elsewhere(tmp_path):
    make_sample_city(tmp_path / "rivermouth")
    packed = packed_by_another_installation(tmp_path / "rivermouth")
    assert packed_by_another_installation(unpacked(packed, tmp_path / "moved")) == packed
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for path in (tmp_path / "rivermouth").iterdir():
            if path.name not in ("areas.geojson", "datapackage.json") and path.is_file():
                assert archive.read(f"rivermouth/{path.name}") == path.read_bytes(), path.name


NAMES = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=12).map(str.strip).filter(bool)
CHANGES = st.fixed_dictionaries(
    {
        "name": NAMES,
        "latitude": st.floats(41.8, 42.0),
        "grades": st.lists(st.sampled_from(["K", "1", "2"]), min_size=1, unique=True),
        "dismissal_time": st.none() | st.integers(0, 24 * 60 - 1),
    }
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(change=CHANGES)
def test_any_small_city_is_the_same_elsewhere(tmp_path_factory, change):
    place, tables = tmp_path_factory.mktemp("small"), small_city()
    one = pl.DataFrame([{"longitude": -87.65, **change}], schema_overrides={"dismissal_time": pl.Int16})
    rows = tables["schools"]
    first = rows.head(1).with_columns(pl.lit(one[name]).first().alias(name) for name in one.columns if name != "grades")
    first = first.with_columns(grades=one["grades"])
    tables["schools"] = pl.concat([first.select(rows.columns).cast(rows.schema), rows.tail(-1)])
    write_folder(place / "riverton", tables=tables, city_text=CITY_TEXT, shapes=SHAPES)
    packed = packed_by_another_installation(place / "riverton")
    assert packed_by_another_installation(unpacked(packed, place / "moved")) == packed


@pytest.fixture
def small(tmp_path):
    """A public city in which one school's counts are small."""
    baseline = {"year": 2022, "students_without_place": None}
    tables = {
        **three_schools(),
        "baselines": [
            {"school_id": "s1", **baseline, "students_enrolled": 4},
            {"school_id": "s2", **baseline, "students_enrolled": 40},
            {"school_id": "s3", **baseline, "students_enrolled": 50},
        ],
    }
    return import_folder(city_of(tmp_path / "riverton", tables), is_public=True).city


def got(client, city, table="baselines", kind="csv"):
    answer = client.get(reverse("city:export-table", args=[city.slug, table, kind]))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def test_small_counts_are_withheld_with_what_would_tell_them(client, small):
    rows = pl.read_csv(got(client, small))
    # The total is a published figure: with one cell left out alone it would be worked out.
    assert dict(rows.select("school_id", "students_enrolled").iter_rows()) == {"s1": None, "s2": None, "s3": 50}
    students = pl.read_csv(got(client, small, "students"))
    assert students["students"].to_list() == [100, 100, 100]


def test_everybody_gets_the_public_folder_and_coordinators_everything(client, small):
    def enrolled(browser, name):
        answer = browser.get(reverse(f"city:{name}", args=[small.slug]))
        assert answer.status_code == 200, name
        with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
            return pl.read_csv(archive.read("riverton/baselines.csv"))["students_enrolled"].to_list()

    assert enrolled(client, "export-folder") == [None, None, 50]
    assert client.get(reverse("city:export-everything", args=[small.slug])).status_code == 302
    member = signed_in(holder(small, Role.MEMBER))
    assert enrolled(member, "export-folder") == [None, None, 50]
    assert member.get(reverse("city:export-everything", args=[small.slug])).status_code == 403
    coordinator = signed_in(holder(small, Role.COORDINATOR))
    assert enrolled(coordinator, "export-everything") == [4, 40, 50]


def test_the_public_folder_is_a_city_folder_without_errors(client, small, tmp_path):
    answer = client.get(reverse("city:export-folder", args=[small.slug]))
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        archive.extractall(tmp_path / "public")
    assert read_folder(tmp_path / "public" / "riverton").years == [2022]


def test_no_withheld_cell_can_be_worked_out_in_the_sample_city(tmp_path):
    make_sample_city(tmp_path / "rivermouth")
    tables = read_folder(tmp_path / "rivermouth").tables
    public = public_tables(tables, threshold=10)
    delivered = public["deliveries"]["students"].drop_nulls()
    assert delivered.filter(delivered.is_between(1, 9)).is_empty()
    assert public["deliveries"]["students"].null_count() > tables["deliveries"]["students"].null_count()
    for name in ("students_enrolled", "students_without_place"):
        assert not public["baselines"][name].drop_nulls().is_between(1, 9).any()
    answers = public["answers"]
    assert not answers["number"].is_between(1, 9).any()
    assert not (answers["asked"] - answers["number"]).is_between(1, 9).any()
    by_partnership = ["partnership_id", "account", pl.col("start_date").dt.offset_by("-6mo").dt.year()]
    hidden = (
        tables["deliveries"]
        .filter(tables["deliveries"]["students"].is_not_null())
        .with_columns(
            gone=public["deliveries"].filter(tables["deliveries"]["students"].is_not_null())["students"].is_null()
        )
    )
    sums = hidden.group_by(by_partnership).agg(
        pl.col("students").sum(), pl.col("gone").sum(), alone=pl.col("students").filter("gone").max()
    )
    assert sums.filter((pl.col("gone") == 1) & (pl.col("students") >= 10) & (pl.col("alone") < 10)).is_empty()


def test_tables_come_as_workbook_and_map(client, small):
    sheet = load_workbook(io.BytesIO(got(client, small, "schools", "xlsx"))).active
    assert [cell.value for cell in sheet[2]][:3] == ["s1", 2022, "School 1"]
    assert b'"geometry": {"type": "Point", "coordinates": [-87.6, 41.8' in got(client, small, "schools", "geojson")
    for table, kind in (("baselines", "geojson"), ("passwords", "csv"), ("schools", "exe")):
        assert client.get(f"/en/{small.slug}/data/{table}.{kind}").status_code == 404


def test_exports_follow_the_data(client, small, tmp_path):
    before = got(client, small, "schools")
    changed = three_schools() | {"schools": [school(1, name="Renamed"), school(2), school(3)]}
    import_folder(city_of(tmp_path / "again", changed), city=small)
    assert b"Renamed" in got(client, small, "schools")
    assert b"Renamed" not in before


def enrolled(client, city):
    return dict(pl.read_csv(got(client, city)).select("school_id", "students_enrolled").iter_rows())


def with_counts(tmp_path, **counts):
    baselines = [
        {"school_id": school, "year": 2022, "students_enrolled": count, "students_without_place": None}
        for school, count in counts.items()
    ]
    return city_of(tmp_path / "-".join(map(str, counts.values())), {**three_schools(), "baselines": baselines})


def test_exports_of_different_days_cannot_be_put_together(client, small, tmp_path):
    assert enrolled(client, small) == {"s1": None, "s2": None, "s3": 50}
    # Nothing is small any more; but s2 has not changed, and with it the 4 of s1 before would be known.
    import_folder(with_counts(tmp_path, s1=30, s2=40, s3=50), city=small)
    assert enrolled(client, small) == {"s1": None, "s2": None, "s3": 50}
    assert Edition.objects.get(city=small).number == 1
    enrolled(client, small)
    assert Edition.objects.get(city=small).number == 1


def test_a_mistake_that_members_alone_have_seen_leaves_no_trace(tmp_path):
    city = import_folder(with_counts(tmp_path, s1=4, s2=40, s3=50)).city
    member = signed_in(holder(city, Role.MEMBER))
    assert enrolled(member, city) == {"s1": None, "s2": None, "s3": 50}
    import_folder(with_counts(tmp_path, s1=44, s2=40, s3=50), city=city)
    assert enrolled(member, city) == {"s1": 44, "s2": 40, "s3": 50}
    # What members see last is what everybody sees first, from the same files.
    City.objects.filter(pk=city.pk).update(is_public=True)
    import_folder(with_counts(tmp_path, s1=5, s2=40, s3=51), city=city)
    assert enrolled(Client(), city) == {"s1": None, "s2": 40, "s3": None}


def test_of_two_editions_made_at_once_the_second_is_made_anew(client, small, monkeypatch):
    enrolled(client, small)
    tables, calls = read_city(small), []

    def publish_slowly(*args, **kwargs):
        calls.append(kwargs["told"])
        if len(calls) == 1:
            Edition.objects.filter(city=small).update(number=7, told={"baselines.students_enrolled": []})
        return publish(*args, **kwargs)

    monkeypatch.setattr(editions, "publish", publish_slowly)
    editions.public_folder(city=small, found=tables)
    assert len(calls) == 2
    assert calls[1] == {"baselines.students_enrolled": []}
    assert Edition.objects.get(city=small).number == 8


def test_the_page_lists_what_there_is_with_its_terms(client, small):
    said = client.get(reverse("city:data", args=[small.slug])).content.decode()
    for part in ("schools.geojson", "baselines.xlsx", "folder.zip", "Register", "fewer than 10 people"):
        assert part in said
    empty = made_city("Emptyville")
    assert "There is no data yet" in client.get(reverse("city:data", args=[empty.slug])).content.decode()


def test_a_city_that_is_not_public_gives_nothing_away(client, small):
    City.objects.filter(pk=small.pk).update(is_public=False)
    for name in ("data", "export-folder"):
        assert client.get(reverse(f"city:{name}", args=[small.slug])).status_code == 404
    assert client.get(reverse("city:export-table", args=[small.slug, "schools", "csv"])).status_code == 404


def test_every_table_can_be_written_without_rows():
    from allcity.formats.tabular import table_csv, table_xlsx

    for name, frame in empty_tables().items():
        assert table_csv(SCHEMA[name], frame).count(b"\n") == 1
        assert load_workbook(io.BytesIO(table_xlsx(SCHEMA[name], frame))).active.max_row == 1
