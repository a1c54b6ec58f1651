from pathlib import Path

import polars as pl
import pytest
from django.core.cache import cache
from tests.factories.small_city import CITY_TEXT, SHAPES, small_city

from allcity.formats.folder import write_folder
from allcity.site.cities.models import City
from allcity.site.exchange.domain import import_folder
from allcity.site.insight.domain import examine_city


@pytest.fixture(autouse=True)
def _no_kept_pages() -> None:
    cache.clear()


@pytest.fixture
def bring_in(db: None, tmp_path: Path):
    """Make a public city of tables, or put them in the place of its own, and have it examined unless told otherwise."""

    def bring(tables: dict[str, pl.DataFrame], *, examined: bool = True, is_public: bool = True) -> City:
        write_folder(tmp_path / "riverton", tables=tables, city_text=CITY_TEXT, shapes=SHAPES)
        there = City.objects.filter(slug="riverton").first()
        city = import_folder(tmp_path / "riverton", city=there, is_public=is_public).city
        if examined:
            examine_city(city=city)
        city.refresh_from_db()
        return city

    return bring


@pytest.fixture
def riverton(bring_in) -> City:
    """A city of two schools with a row or two of everything, examined."""
    return bring_in(small_city())


@pytest.fixture
def many(bring_in):
    """The same city with as many of everything that has a list as is asked for."""

    def made(number: int, *, examined: bool = True) -> City:
        tables = small_city()
        for name, key in (
            ("schools", "school_id"),
            ("organizations", "organization_id"),
            ("programs", "program_id"),
            ("locations", "location_id"),
            ("offerings", "offering_id"),
            ("needs", "need_id"),
            ("partnerships", "partnership_id"),
            ("deliveries", "delivery_id"),
        ):
            rows = tables[name]
            row = rows.filter(pl.col("year") == 2022).head(1) if "year" in rows.columns else rows.head(1)
            copies = [row.with_columns(pl.lit(f"more{one}").alias(key)) for one in range(number - 1)]
            tables[name] = pl.concat([row, *copies])
        return bring_in(tables, examined=examined)

    return made
