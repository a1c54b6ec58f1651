"""Figures of a year that were corrected: whoever kept the old ones learns nothing more from the new."""

import json
from contextlib import closing

import polars as pl
from tests.factories.small_city import small_city
from tests.site.insight.pages import page

from allcity.analysis.examine import examine
from allcity.reports.tables import figures_json
from allcity.site.exchange.tables import read_city
from allcity.site.figures.models import Examination
from allcity.site.insight import domain
from allcity.site.insight.domain import examine_city

YEAR = 2022
FEW = {"private_lessons": 4, "mentorship": 15, "small_ensembles": 40}
GROWN = {**FEW, "private_lessons": 20}
WITHHELD = {"private_lessons": None, "mentorship": None, "small_ensembles": 40}


def asking(students):
    """A city in which so many students need each contribution."""
    tables = small_city()
    need = tables["needs"].head(1)
    rows = [
        need.with_columns(need_id=pl.lit(f"e{number}"), contribution=pl.lit(one), amount=pl.lit(float(asked)))
        for number, (one, asked) in enumerate(students.items(), 1)
    ]
    return {**tables, "needs": pl.concat(rows)}


def stated(examination):
    """What the examination tells of the students who need each contribution."""
    figures = (figure for figure in examination.figures if figure["id"] == "needs.stated" and figure["by"])
    found = {figure["by"]["contribution"]: figure["value"] for figure in figures if "contribution" in figure["by"]}
    return {one: found[one] for one in FEW}


def examinations():
    return Examination.objects.filter(year=YEAR).order_by("pk")


def test_what_was_withheld_stays_so_and_what_hid_it_too(bring_in):
    bring_in(asking(FEW))
    city = bring_in(asking(GROWN))
    assert [stated(one) for one in examinations()] == [WITHHELD, WITHHELD]
    # Files that are made of the last one later tell the same.
    last = examinations().last()
    again = examine(read_city(city).city_year(YEAR), told=last.told)
    assert json.loads(figures_json(again)) == last.figures


def test_before_a_city_is_public_its_mistakes_leave_no_trace(bring_in):
    bring_in(asking(FEW), is_public=False)
    bring_in(asking(GROWN), is_public=False)
    assert [stated(one) for one in examinations()] == [WITHHELD, GROWN]


def test_what_was_told_before_a_city_became_a_draft_again_is_remembered(bring_in):
    city = bring_in(asking(FEW))
    city.is_public = False
    city.save()
    bring_in(asking(GROWN))
    assert [stated(one) for one in examinations()] == [WITHHELD, WITHHELD]


def test_an_examination_knows_one_that_came_in_between(bring_in, monkeypatch):
    city = bring_in(asking(GROWN), examined=False)
    really = domain.examine

    def while_another_is_made(city_year, **more):
        if not examinations():
            monkeypatch.setattr(domain, "examine", really)
            examine_city(city=bring_in(asking(FEW), examined=False))
        return really(city_year, **more)

    monkeypatch.setattr(domain, "examine", while_another_is_made)
    examine_city(city=city)
    assert [stated(one) for one in examinations()] == [WITHHELD, WITHHELD]


def test_what_it_remembers_is_in_no_file(client, bring_in):
    city = bring_in(asking(FEW))
    remembered = next(iter(examinations().get().told))
    with closing(client.get(page("export-report", city, YEAR, "figures.json"))) as figures:
        assert remembered not in figures.getvalue().decode()
