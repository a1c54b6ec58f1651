"""Lists: what narrows and orders them, and that a longer one takes no more queries."""

import json

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.site.insight.pages import MAPS, OF_A_CITY, page, record_pages

from allcity.site.cities.models import City
from allcity.site.directory.models import Organization
from allcity.site.needs.models import Need


def rows(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def queries(client: Client, url: str) -> int:
    cache.clear()
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(url).status_code == 200, url
    return len(found)


def test_a_longer_list_takes_no_more_queries(client, many):
    city = many(1)
    urls = [*(page(name, city) for name in (*OF_A_CITY, *MAPS)), *record_pages(city)]
    few = {url: queries(client, url) for url in urls}
    many(30)
    more = {url: queries(client, url) for url in urls}
    assert more == few
    assert max(few.values()) <= 25


def test_a_kept_page_takes_two_queries_and_is_made_anew_when_the_city_changes(client, riverton):
    url = page("school", riverton, "n1")
    assert queries(client, url) > 2
    with CaptureQueriesContext(connection) as again:
        client.get(url)
    assert len(again) <= 2


def test_schools_are_narrowed_searched_and_put_in_order(client, riverton):
    url = page("schools", riverton)
    assert rows(client, url).index("School n1") < rows(client, url).index("School s1")
    down = rows(client, f"{url}?sort=-name")
    assert down.index("School s1") < down.index("School n1")
    assert 'aria-sort="descending"' in down
    assert "School n1" not in rows(client, f"{url}?q=s1")
    assert "School s1" not in rows(client, f"{url}?area=north")
    assert "No school fits" in rows(client, f"{url}?q=nowhere")


@pytest.mark.parametrize(
    "query", ["?sort=students", "?sort=-placed", "?sort=reach", "?sort=nothing", "?area=none", "?page=999"]
)
def test_any_order_or_filter_in_an_address_is_answered(client, riverton, query):
    for name in ("access", "schools", "ecosystem", "needs", "partnerships", "organizations"):
        assert client.get(page(name, riverton, query=query)).status_code == 200


def test_schools_that_are_not_known_stand_last_in_either_order(client, riverton):
    for sort in ("students", "-students"):
        found = rows(client, page("schools", riverton, query=f"?sort={sort}"))
        assert found.index("School n1") < found.index("School s1")


def test_the_ecosystem_is_narrowed_by_kind_contribution_partner_and_words(client, riverton):
    url = page("ecosystem", riverton)
    assert "Strings" in rows(client, url)
    assert "School n1" in rows(client, url)
    assert "School n1" not in rows(client, f"{url}?kind=partner_organizations")
    assert ">Strings<" not in rows(client, f"{url}?kind=schools")
    assert ">Strings<" in rows(client, f"{url}?contribution=private_lessons")
    assert "Nobody fits" in rows(client, f"{url}?contribution=mentorship&q=x")
    with_partner = rows(client, f"{url}?partner=some&kind=schools")
    assert "School n1</a></h3>" in with_partner
    assert "School s1</a></h3>" not in with_partner
    assert ">Strings<" not in rows(client, f"{url}?q=brass")


def test_needs_are_narrowed_by_what_state_and_area(client, riverton):
    url = page("needs", riverton)
    assert "School n1" in rows(client, url)
    assert "No need fits" in rows(client, f"{url}?state=closed")
    assert "No need fits" in rows(client, f"{url}?area=south")
    assert "School n1" in rows(client, f"{url}?area=north&contribution=private_lessons&q=school+N1")
    Need.objects.all().delete()
    City.objects.update(page_version=99)
    assert "No need is on record for this year" in rows(client, url)


def test_maps_hold_what_the_lists_say(client, riverton):
    schools = client.get(page("schools-geojson", riverton))
    assert schools["Content-Type"] == "application/geo+json"
    features = json.loads(schools.content)["features"]
    assert [feature["properties"]["key"] for feature in features] == ["n1", "s1"]
    assert {feature["properties"]["tone"] for feature in features} <= {"met", "unmet", "unknown"}
    areas = client.get(page("areas-geojson", riverton)).json()["features"]
    assert {area["properties"]["name"] for area in areas} == {"North", "South"}
    places = client.get(page("ecosystem-geojson", riverton)).json()["features"]
    assert [place["properties"]["name"] for place in places if place["properties"]["tone"] == "place"] == ["Hall"]
    own = client.get(page("organization-geojson", riverton, "o1")).json()["features"]
    assert [place["geometry"]["coordinates"] for place in own] == [[-87.66, 41.91]]
    Organization.objects.update(archived_at="2026-01-01T00:00:00Z")
    City.objects.update(page_version=99)
    left = client.get(page("ecosystem-geojson", riverton)).json()["features"]
    assert all(place["properties"]["tone"] != "place" for place in left)
