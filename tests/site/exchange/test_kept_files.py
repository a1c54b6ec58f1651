"""Files that are kept of a city: whose they are."""

import pytest
from django.db import connection, transaction
from tests.factories.folders import SETTINGS, city_of, school, three_schools

from allcity.site.cities.models import City
from allcity.site.exchange.domain import import_folder
from allcity.site.exchange.exports import table_file

pytestmark = pytest.mark.django_db


def test_no_city_gets_the_files_of_another_that_had_its_number(tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite gives a number anew that was taken back")
    with transaction.atomic():
        gone = import_folder(city_of(tmp_path / "riverton", three_schools()), is_public=True).city
        assert b"Lakeside" not in table_file(gone, "schools", "csv").read_bytes()
        transaction.set_rollback(True)
    other = {**three_schools(), "schools": [school(1, name="Lakeside"), school(2), school(3)]}
    named = SETTINGS.replace('id = "riverton"', 'id = "otherton"')
    there = import_folder(city_of(tmp_path / "otherton", other, settings=named), is_public=True).city
    City.objects.filter(pk=there.pk).update(data_version=gone.data_version)
    there.refresh_from_db()
    assert (there.pk, there.data_version) == (gone.pk, gone.data_version)
    assert b"Lakeside" in table_file(there, "schools", "csv").read_bytes()
