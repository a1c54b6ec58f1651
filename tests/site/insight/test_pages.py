"""Each public page, with everything, with nothing, and before anything has been computed."""

import re
from datetime import date

import pytest
from django.test import Client
from django.utils.translation import override
from tests.factories.site import city as made_city
from tests.factories.site import holder, signed_in
from tests.factories.small_city import small_city
from tests.site.insight.pages import MAPS, OF_A_CITY, every_page, page, record_pages

from allcity.site.cities.models import City, Role
from allcity.site.directory.models import Organization, Program, School


def text(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def test_every_page_has_one_heading_and_no_script_of_its_own(client, riverton):
    for url in every_page(riverton):
        if not url.endswith(".geojson"):
            found = text(client, url)
            assert found.count("<h1") == 1, url
            scripts = re.findall(r"<script([^>]*)>", found)
            assert all("src=" in script or "ld+json" in script for script in scripts), url
            assert " style=" not in found, url
            assert "<style" not in found, url


def test_every_page_answers_in_spanish(client, riverton):
    with override("es"):
        for url in every_page(riverton):
            assert url.startswith("/es/")
            assert client.get(url).status_code == 200, url


@pytest.mark.parametrize("name", OF_A_CITY)
def test_a_city_without_records_says_what_would_be_here(client, db, name):
    empty = made_city()
    found = text(client, page(name, empty))
    assert found.count("<h1") == 1
    assert 'class="empty"' in found


@pytest.mark.parametrize("name", MAPS)
def test_the_maps_of_a_city_without_records_are_empty(client, db, name):
    assert client.get(page(name, made_city())).json() == {"type": "FeatureCollection", "features": []}


def test_before_anything_is_computed_every_page_stands_and_says_so(client, bring_in):
    city = bring_in(small_city(), examined=False)
    for url in every_page(city):
        found = text(client, url)
        if not url.endswith(".geojson"):
            assert "have not been computed yet" in found, url
    assert "School n1" in text(client, page("schools", city))


def test_nothing_known_is_never_told_as_nothing_there(client, bring_in):
    tables = {name: rows for name, rows in small_city().items() if name in ("sources", "schools", "districts", "areas")}
    city = bring_in(tables)
    school = text(client, page("school", city, "n1"))
    assert "Nobody has answered yet" in school
    assert "Whether this school has partners is not known." in school
    ecosystem = text(client, page("ecosystem", city))
    assert "partners not known" in ecosystem
    assert "status unmet" not in ecosystem
    assert "No source lists programs" in text(client, page("front", city))


def test_the_front_page_answers_the_three_questions_and_leads_on(client, riverton):
    found = text(client, page("front", riverton))
    for question in ("Do all students have access?", "Who is part of our ecosystem?", "Which needs are met"):
        assert question in found
    for name in ("access", "ecosystem", "needs", "figures"):
        assert f'href="{page(name, riverton)}"' in found
    assert "of students have a lasting music program within reach" in found or "within reach" in found
    assert "computed on" in found


def test_the_school_year_can_be_chosen_and_is_kept(client, riverton):
    newest = text(client, page("front", riverton))
    assert "2022-23" in newest
    assert "?year=2021" in newest
    older = text(client, page("front", riverton, query="?year=2021"))
    assert f'<link rel="canonical" href="http://testserver{page("front", riverton)}?year=2021">' in older
    assert f'href="{page("access", riverton)}?year=2021"' in older
    for query in ("?year=1990", "?year=x", "?year=2022.0"):
        assert client.get(page("front", riverton, query=query)).status_code == 404


def test_a_draft_city_is_hidden_from_all_but_its_people(client, riverton):
    City.objects.update(is_public=False)
    member = signed_in(holder(riverton, Role.MEMBER))
    for url in every_page(riverton):
        assert client.get(url).status_code == 404, url
        assert member.get(url).status_code == 200, url


def test_nothing_is_found_under_another_citys_name(client, riverton):
    other = made_city("Otherton")
    for url in record_pages(riverton, other.slug):
        assert client.get(url).status_code == 404, url
    for name in ("ecosystem", "needs", "partnerships", "schools", "organizations"):
        assert "School n1" not in text(client, page(name, other))


def test_names_are_text_wherever_they_stand(client, riverton):
    evil = "</script><script>alert(1)</script><img src=x>"
    for model in (School, Organization, Program):
        model.objects.update(name=evil)
    Organization.objects.update(description=evil, website="javascript:alert(1)")
    Program.objects.update(description=evil)
    riverton.page_version += 1
    riverton.save()
    for url in every_page(riverton):
        found = text(client, url)
        assert "<script>alert" not in found or url.endswith(".geojson"), url
        assert "<img src=x" not in found or url.endswith(".geojson"), url
        assert "javascript:" not in found, url


def test_an_archived_record_is_not_found_and_a_merged_one_leads_on(client, riverton):
    first = Organization.objects.get(key="o1")
    survivor = Organization.objects.create(
        city=riverton, key="o2", slug="o2", name="Brass", public_id="0b6cfd0c-3a3f-5a5e-9a52-2a3d2ae5f0c8"
    )
    Organization.objects.filter(pk=first.pk).update(archived_at="2026-01-01T00:00:00Z")
    assert client.get(page("organization", riverton, "o1")).status_code == 404
    assert client.get(page("program", riverton, "g1")).status_code == 404
    Organization.objects.filter(pk=first.pk).update(merged_into=survivor)
    response = client.get(page("organization", riverton, "o1"))
    assert response.status_code == 301
    assert response["Location"] == page("organization", riverton, "o2")


def test_a_program_tells_when_where_for_whom_and_what_nobody_has_said(client, riverton):
    found = text(client, page("program", riverton, "g1"))
    for words in ("Monday and Wednesday", "5–7.5", "Hall", "English and Spanish", "Private lessons and coaching"):
        assert words in found
    Program.objects.get().offerings.update(
        minimum_age=None, maximum_age=None, seats=None, minimum_fee=None, maximum_fee=None
    )
    City.objects.update(page_version=99)
    assert text(client, page("program", riverton, "g1")).count("<dd>not said</dd>") == 3


def test_a_program_without_dates_in_the_year_says_so(client, riverton):
    found = text(client, page("program", riverton, "g1", query="?year=2021"))
    assert "No dates in 2021-22" in found
    assert '<a href="?year=2022">2022-23</a>' in found


def test_whoever_is_signed_in_is_led_to_what_they_may_do(client, riverton):
    place = Organization.objects.get()
    url = page("organization", riverton, place.slug)
    claim, record = page("claim", riverton, place.public_id), page("record", riverton, "organizations", place.slug)
    assert claim not in text(client, url)
    assert record not in text(client, url)
    assert claim in text(signed_in(holder(riverton)), url)
    assert record in text(signed_in(holder(riverton, Role.MANAGER, place.public_id)), url)


def test_the_sources_stand_with_their_terms_in_the_order_that_figures_number_them(client, riverton):
    found = text(client, page("figures", riverton))
    assert "School register" in found
    assert "CC0-1.0" in found
    assert date(2023, 1, 15).strftime("%Y") in found
    assert "Luo and Wang" in found
