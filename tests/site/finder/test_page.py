"""The finder's page and its map, as a family meets them."""

import json
import re
from datetime import date, time, timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories import site
from tests.factories.directory import offering, organization, program, school

from allcity.site.cities.domain import note_change
from allcity.site.cities.models import Area, Role, public_id
from allcity.site.directory.models import Location
from allcity.site.finder.index import build_index
from allcity.site.partnerships.models import Partnership

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_kept_pages():
    """Pages are kept by the numbers of cities and of versions, which begin anew with every test."""
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture
def city():
    return site.city("Riverton")


@pytest.fixture
def user(city):
    return site.holder(city, Role.COORDINATOR)


@pytest.fixture
def harbor(city, user):
    return organization(city, user, "Harbor Music")


@pytest.fixture
def hall(city):
    return Location.objects.create(
        city=city, key="hall", slug="hall", public_id=public_id(city.slug, "locations", "hall"), name="Pier Hall",
        address="5 Dock St, Riverton, IL, 60601", latitude=41.0, longitude=-87.0,
    )  # fmt: skip


def offered(of, user, **values):
    """An offering that goes on."""
    today = timezone.now().date()
    return offering(of, user, **{"start_date": today, "end_date": today + timedelta(days=90), **values})


@pytest.fixture
def guitar(harbor, user, hall):
    of = program(harbor, user, "Guitar for All")
    offered(
        of, user, location=hall, days=["tu"], start_time=time(16), end_time=time(17), minimum_age=8, maximum_age=12,
        minimum_fee=0, maximum_fee=0, seats=12, languages=["en", "es"],
    )  # fmt: skip
    return of


@pytest.fixture
def choir(harbor, user):
    of = program(harbor, user, "Young Choir")
    offered(of, user)
    return of


def text_of(response) -> str:
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def look(client, query: str = "", language: str = "en") -> str:
    return text_of(client.get(f"/{language}/riverton/programs/{query}"))


def test_every_program_is_listed_with_what_is_said_of_it(client, guitar, choir):
    page = look(client)
    assert "2 programs fit" in page
    for words in ("Guitar for All", "Harbor Music", "Pier Hall", "Tuesday, 4 p.m. – 5 p.m.", "8–12", "free"):
        assert words in page
    assert "English and Spanish" in page
    assert "place not said" in page
    assert "Days and times not said" in page


def test_what_fits_comes_first_and_what_may_fit_says_what_to_ask(client, guitar, choir):
    page = look(client, "?age=10&days=tu&free=on")
    assert "1 program fits , 1 more may fit" in page.replace("fits,", "fits ,")
    assert page.index("Guitar for All") < page.index("May fit: ask") < page.index("Young Choir")
    assert "Ask: the ages, the days and the fee" in page


def test_a_misspelled_word_shows_what_was_searched_for_and_the_other_way(client, guitar):
    page = client.get("/en/riverton/programs/?what=gitar").content.decode()
    assert "Showing results for “guitar”." in page
    assert 'href="?what=gitar&amp;exact=on"' in page
    assert "Guitar for All" in page
    assert "Guitar for All" not in look(client, "?what=gitar&exact=on")


def test_spanish_words_are_understood_in_every_language(client, guitar, choir):
    assert "Young Choir" not in look(client, "?what=guitarra")
    assert "Guitar for All" in look(client, "?what=guitarra", language="es")


@pytest.mark.parametrize("near", ["Pier+Hall", "60601", "pier"])
def test_near_a_place_it_says_how_far(client, guitar, near):
    assert "about 1 minute on foot" in look(client, f"?near={near}")


def test_near_a_school_its_reserved_seats_fit_and_others_do_not(client, city, user, harbor, guitar):
    mine = school(city, "North School", latitude=41.0, longitude=-87.0)
    school(city, "South School", latitude=41.1, longitude=-87.0)
    agreed = Partnership.objects.create(
        city=city, key="r1", public_id=public_id(city.slug, "partnerships", "r1"), name="Strings at North",
        start_date=date(2026, 1, 1),
    )  # fmt: skip
    agreed.schools.add(mine)
    kept = offered(program(harbor, user, "Kept Seats"), user)
    type(kept).objects.filter(pk=kept.pk).update(partnership=agreed)
    note_change(city)
    assert "2 programs fit" in look(client, "?near=North+School")
    page = look(client, "?near=South+School")
    assert "1 program fits" in page
    assert "Kept Seats" not in page
    page = look(client)
    assert (
        page.index("May fit: ask")
        < page.index("Kept Seats")
        < page.index("places are kept for students of North School")
    )


def test_the_middle_of_a_neighborhood_is_said_to_be_that(client, city, guitar):
    square = {"type": "Polygon", "coordinates": [[[-87.1, 41], [-87, 41], [-87, 41.1], [-87.1, 41.1], [-87.1, 41]]]}
    Area.objects.create(
        city=city, key="a", public_id=public_id(city.slug, "areas", "a"), name="Old Town", outline=json.dumps(square)
    )
    note_change(city)
    page = look(client, "?near=old+town")
    assert "We count from the middle of Old Town." in page
    assert "about 113 minutes on foot" in page


def test_a_place_that_is_not_clear_is_chosen_from_a_list_of_links(client, city, guitar):
    for name in ("Oak School East", "Oak School West"):
        school(city, name, latitude=41.0 + len(name) / 100, longitude=-87.0 if "East" in name else -87.5)
    note_change(city)
    response = client.get("/en/riverton/programs/?near=oak")
    assert "Which place is “oak”?" in text_of(response)
    (link, *_rest) = re.findall(r'<li><a href="(\?[^"]+)">Oak School', response.content.decode())
    assert "minutes on foot" in look(client, link.replace("&amp;", "&"))


def test_a_place_that_nobody_knows_is_said_and_everything_still_shown(client, guitar):
    page = look(client, "?near=Atlantis&minutes=30")
    assert "We know no place called “Atlantis”" in page
    assert "Guitar for All" in page


def test_nothing_found_says_what_to_loosen_and_the_link_does_it(client, guitar):
    response = client.get("/en/riverton/programs/?what=guitar&age=15")
    page = text_of(response)
    assert "No program fits all of this" in page
    assert "Without “the age”: 1 more program" in page
    (link,) = re.findall(r'href="(\?[^"]*)">Without “the age”:', response.content.decode())
    assert "1 program fits" in look(client, link)


def test_a_city_without_programs_says_what_would_be_here(client, city):
    assert "No programs are on record yet" in look(client)


def test_what_is_over_is_shown_with_its_year_where_nothing_else_is(client, harbor, user):
    over = program(harbor, user, "Last Year's Band")
    offering(over, user, start_date=date(2022, 9, 1), end_date=date(2023, 6, 1))
    page = look(client)
    assert "These are from 2022-23: ask whether they run again." in page
    assert "Last Year&#x27;s Band" in page


def test_empty_fields_leave_the_address(client, guitar):
    response = client.get("/en/riverton/programs/?what=guitar&near=&age=&days=tu&days=")
    assert response.url == "/en/riverton/programs/?what=guitar&days=tu"


@pytest.mark.parametrize(
    "query",
    [
        "?age=x",
        "?age=-1",
        "?lat=1",
        "?lat=99&lon=0",
        "?fee=1e99",
        "?days=xx",
        "?sort=no",
        "?page=zz",
        "?lat=nan&lon=1",
    ],
)
def test_what_is_not_understood_narrows_nothing_and_breaks_nothing(client, guitar, query):
    assert "Guitar for All" in look(client, query)


def test_a_number_that_is_none_is_told(client, guitar):
    assert "Enter a number." in look(client, "?lat=nan&lon=1")


def test_words_of_others_are_shown_as_text(client, harbor, user):
    offered(program(harbor, user, "<script>alert(1)</script> Band"), user)
    for query in ("", "?what=%3Cb%3Eband&near=%3Cb%3E"):
        page = client.get(f"/en/riverton/programs/{query}").content
        assert b"<script>alert" not in page
        assert b"<b>" not in page


def test_a_changed_program_is_found_under_its_new_name_at_once(client, city, guitar):
    assert "Guitar for All" in look(client)
    guitar.name = "Ukulele Circle"
    guitar.save()
    note_change(city)
    assert "Ukulele Circle" in look(client, "?what=uke")


def test_programs_for_teachers_and_what_is_archived_are_not_for_families(client, city, harbor, user, guitar):
    offered(program(harbor, user, "Teachers at Work", contributions=["teacher_development"]), user)
    gone = program(harbor, user, "Gone")
    offered(gone, user)
    type(gone).objects.filter(pk=gone.pk).update(archived_at=timezone.now())
    note_change(city)
    page = look(client)
    assert "Teachers at Work" not in page
    assert "Gone" not in page


def test_a_point_is_kept_to_a_hundred_meters_and_its_page_nowhere(client, guitar):
    response = client.get("/en/riverton/programs/found.geojson?lat=41.00049&lon=-87.00049")
    assert response["Cache-Control"] == "private, no-store"
    origin = json.loads(response.content)["features"][-1]
    assert origin["geometry"]["coordinates"] == [-87.0, 41.0]
    page = client.get("/en/riverton/programs/?lat=41.00049&lon=-87.00049")
    assert page["Cache-Control"] == "private, no-store"
    assert "Content-Encoding" not in page


def test_the_map_has_the_places_of_the_page_and_where_the_search_is_from(client, guitar, choir):
    found = json.loads(client.get("/en/riverton/programs/found.geojson?near=60601").content)["features"]
    told = {one["properties"]["key"]: one["properties"] for one in found}
    assert told["hall"]["note"] == "Guitar for All"
    assert told["hall"]["tone"] == "place"
    assert set(told) == {"hall", "origin"}
    assert 'data-key="hall"' in client.get("/en/riverton/programs/?near=60601").content.decode()


def test_thirty_to_a_page(client, harbor, user):
    for number in range(31):
        offered(program(harbor, user, f"Band {number:02}"), user)
    assert "Band 29" in look(client)
    page = look(client, "?page=2")
    assert "Band 30" in page
    assert "Band 29" not in page


def test_the_number_of_queries_does_not_grow(client, city, user, harbor, guitar):
    def queries() -> list[int]:
        counts = []
        for act in (
            lambda: build_index(city, user),
            lambda: look(client, "?what=guitar"),
            lambda: look(client, "?age=9"),
        ):
            with CaptureQueriesContext(connection) as captured:
                act()
                counts.append(len(captured))
            note_change(city)
        return counts

    before = queries()
    for number in range(30):
        offered(program(harbor, user, f"Guitar {number}"), user, location=Location.objects.get())
    assert queries() == before
