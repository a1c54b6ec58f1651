from pathlib import Path

import polars as pl
import pytest
from django.core.cache import cache
from tests.factories.site import holder
from tests.factories.small_city import CITY_TEXT, SHAPES, small_city

from allcity.formats.folder import write_folder
from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Role
from allcity.site.directory.models import Organization, School
from allcity.site.exchange.domain import import_folder
from allcity.site.insight.domain import examine_city
from allcity.site.partnerships.models import Partnership


@pytest.fixture(autouse=True)
def _no_kept_pages() -> None:
    cache.clear()


@pytest.fixture
def bring_in(db: None, tmp_path: Path):
    """Make a public city of tables, or put them in the place of its own, and have it examined."""

    def bring(tables: dict[str, pl.DataFrame]) -> City:
        write_folder(tmp_path / "riverton", tables=tables, city_text=CITY_TEXT, shapes=SHAPES)
        there = City.objects.filter(slug="riverton").first()
        city = import_folder(tmp_path / "riverton", city=there, is_public=True).city
        examine_city(city=city)
        city.refresh_from_db()
        return city

    return bring


@pytest.fixture
def riverton(bring_in) -> City:
    """A city with a row or two of everything: a partnership of o1 with the school n1 in 2022-23, examined."""
    return bring_in(small_city())


@pytest.fixture
def partnership(riverton: City) -> Partnership:
    return Partnership.objects.of(riverton).get(key="r1")


@pytest.fixture
def liaison(riverton: City) -> User:
    school = School.objects.of(riverton).get(key="n1")
    return holder(riverton, Role.LIAISON, school.public_id)


@pytest.fixture
def manager(riverton: City) -> User:
    organization = Organization.objects.of(riverton).get(key="o1")
    return holder(riverton, Role.MANAGER, organization.public_id)
