"""What an examination keeps of partnerships, against the analysis called by itself."""

import json
import logging
from datetime import date

import polars as pl
import pytest
from tests.factories.small_city import small_city

from allcity.analysis import health
from allcity.analysis.cells import students_by_cell
from allcity.analysis.conditions import judge
from allcity.site.cities.models import City
from allcity.site.exchange.tables import read_city
from allcity.site.figures.models import Examination, NextPartnership, PartnershipFinding
from allcity.site.figures.queries import current_examination, next_partnerships, partnership_finding
from allcity.site.insight import partners
from allcity.site.insight.domain import examine_city


def test_what_is_kept_is_what_the_analysis_says(riverton: City) -> None:
    folder = read_city(riverton)
    for year in folder.years:
        city_years = folder.city_years_until(year)
        kept = {
            finding.key: finding
            for finding in PartnershipFinding.objects.filter(examination=current_examination(riverton, year))
        }
        judged = judge(city_years)
        assert set(kept) == set(judged["partnership_id"])
        for key, finding in kept.items():
            own = judged.filter(pl.col("partnership_id") == key).drop("partnership_id").to_dicts()
            assert [row | {"evidence": None} for row in finding.conditions] == [row | {"evidence": None} for row in own]
            for row, there in zip(finding.conditions, own, strict=True):
                assert row["evidence"] == json.loads(there["evidence"])
        lost = health.places_lost(city_years[-1], students_by_cell(city_years[-1]))
        for row in lost.iter_rows(named=True):
            assert kept[row["partnership_id"]].adds["placed"]["placed"] == pytest.approx(row["placed"], abs=1e-4)


def test_an_earlier_year_that_changes_has_later_ones_judged_anew_and_their_figures_stay(
    bring_in, riverton: City
) -> None:
    examined = {examination.year: examination.pk for examination in Examination.objects.of(riverton)}
    newest = current_examination(riverton)
    assert newest is not None
    first, judged = min(examined), newest.judged
    assert first < newest.year
    tables = small_city()
    own = tables["baselines"].head(1)
    earlier = own.with_columns(pl.lit(first).cast(own.schema["year"]).alias("year"))
    tables["baselines"] = pl.concat([tables["baselines"], earlier])
    bring_in(tables)
    again = current_examination(riverton)
    assert again is not None
    assert again.judged != judged
    assert again.pk == examined[newest.year]


def test_examining_once_more_judges_nothing_anew(riverton: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partners.Judging, "judge", lambda *_args: pytest.fail("nothing has changed"))
    assert examine_city(city=riverton) == []


def test_a_measure_that_fails_leaves_itself_out_and_nothing_else(
    bring_in, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def odd(*_args: object, **_named: object) -> pl.DataFrame:
        raise ZeroDivisionError

    odd.__qualname__ = "odd"
    monkeypatch.setattr(partners, "judge", odd)
    with caplog.at_level(logging.ERROR, logger="allcity.site.insight.partners"):
        city = bring_in(small_city())
    finding = partnership_finding(current_examination(city, 2022), "r1")
    assert finding is not None
    assert finding.conditions == []
    assert "placed" in finding.adds
    assert "odd failed" in caplog.text


def test_an_older_judgement_does_not_take_the_place_of_a_newer_one(riverton: City) -> None:
    examination = current_examination(riverton)
    assert examination is not None
    Examination.objects.filter(pk=examination.pk).update(judged_version=riverton.data_version + 5)
    kept = partners.keep_judged(
        examination=examination, judged=partners.Judged(), inputs="x", version=riverton.data_version
    )
    assert not kept
    assert PartnershipFinding.objects.filter(examination=examination).exists()


def test_next_partnerships_come_by_rank_and_for_whom_is_asked(riverton: City) -> None:
    examination = current_examination(riverton)
    NextPartnership.objects.all().delete()
    for number, school in enumerate(("n1", "n2", "n1"), start=1):
        NextPartnership.objects.create(
            examination=examination, school=school, organization="o1", offering="f1", found={}, rank_placed=4 - number
        )
    ranks = [found.rank_placed for found in next_partnerships(examination, adds="placed")]
    assert ranks == [1, 2, 3]
    assert [found.rank_placed for found in next_partnerships(examination, adds="placed", school="n1")] == [1, 3]
    assert list(next_partnerships(examination, adds="met")) == []
    assert list(next_partnerships(None, adds="placed")) == []


def test_the_last_day_looked_at_is_in_the_school_year() -> None:
    assert partners.last_day(2025, date(2026, 2, 3)) == date(2026, 2, 3)
    assert partners.last_day(2025, date(2027, 2, 3)) == date(2026, 6, 30)
    assert partners.last_day(2025, date(2025, 2, 3)) == date(2025, 7, 1)
