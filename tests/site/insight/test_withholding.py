"""Counts of too few students are on no page."""

import re

import polars as pl
from django.test import Client
from tests.factories.small_city import small_city
from tests.site.insight.pages import every_page, page

from allcity.site.cities.domain import note_change
from allcity.site.cities.models import City
from allcity.site.exchange.models import Edition
from allcity.site.insight.domain import examine_city
from allcity.site.partnerships.models import Delivery, Partnership


def cells(client: Client, url: str) -> list[str]:
    """Every cell of a table and every value of a list on a page."""
    return re.findall(r"<(?:td|dd)[^>]*>([^<]*)<", client.get(url).content.decode())


def test_a_small_number_of_students_is_withheld_and_a_large_one_shown(client, bring_in):
    tables = small_city()
    few = tables["deliveries"]
    enough = few.with_columns(
        pl.lit("v2").alias("delivery_id"), pl.lit(640).alias("students").cast(few.schema["students"])
    )
    city = bring_in({**tables, "deliveries": enough})
    school = page("school", city, "n1")
    assert "640" in cells(client, school)
    city = bring_in({**tables, "deliveries": few})
    partnership = page("partnership", city, Partnership.objects.get().public_id)
    for url in (school, partnership):
        assert "withheld" in cells(client, url)
        assert "9" not in cells(client, url)


def test_few_students_in_music_are_withheld_and_so_are_few_who_are_not(client, bring_in):
    tables = small_city()
    for enrolled in (4, 85):
        baselines = tables["baselines"].with_columns(pl.lit(enrolled).alias("students_enrolled"))
        city = bring_in({**tables, "baselines": baselines})
        found = cells(client, page("school", city, "n1"))
        assert str(enrolled) not in found
        assert "withheld" in found


def test_nothing_is_shown_of_records_that_have_not_been_weighed_yet(client, riverton):
    Edition.objects.all().delete()  # what was withheld once would stay so
    Delivery.objects.update(students=731)
    note_change(City.objects.get())
    url = page("school", riverton, "n1")
    assert "731" not in cells(client, url)
    examine_city(city=City.objects.get())
    assert "731" in cells(client, url)


def test_what_somebody_said_in_a_check_in_is_on_no_page(client, bring_in):
    tables = small_city()
    said = tables["check_ins"].with_columns(pl.lit("Speak with Ms. Rivera").alias("next_step"))
    city = bring_in({**tables, "check_ins": said})
    for url in every_page(city):
        assert "Rivera" not in client.get(url).content.decode(), url
