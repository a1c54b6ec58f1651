"""What was merged stays merged, whatever a later import still calls it."""

import polars as pl
import pytest
from tests.factories.directory import organization
from tests.factories.site import person
from tests.factories.small_city import CITY_TEXT, SHAPES, small_city

from allcity.formats.folder import write_folder
from allcity.site.directory.domain import merge_records
from allcity.site.directory.models import Organization, Program
from allcity.site.exchange.domain import import_folder


@pytest.mark.django_db
def test_rows_of_a_merged_record_go_to_the_one_that_took_its_place(tmp_path):
    tables = small_city()
    write_folder(tmp_path, tables=tables, city_text=CITY_TEXT, shapes=SHAPES)
    city, user = import_folder(tmp_path).city, person()
    survivor, duplicate = organization(city, user, name="The Strings"), Organization.objects.get(key="o1")
    merge_records(survivor=survivor, duplicate=duplicate, user=user)

    # The folder still knows the old id alone, and brings a program more under it.
    programs = tables["programs"]
    tables["programs"] = pl.concat(
        [programs, programs.with_columns(program_id=pl.lit("g2"), name=pl.lit("Cellos"))], how="diagonal"
    )
    write_folder(tmp_path, tables=tables, city_text=CITY_TEXT, shapes=SHAPES)
    import_folder(tmp_path, city=city)

    duplicate.refresh_from_db()
    assert duplicate.merged_into == survivor
    assert duplicate.archived_at is not None
    assert Program.objects.get(key="g2").organization == survivor
