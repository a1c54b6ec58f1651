"""Figures as action shows them: those of the examination, in words, with range, year and sources; nothing made up."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils.translation import override
from tests.factories.examined import examined
from tests.factories.site import city

from allcity.analysis.figures import Figure
from allcity.site.action import readings
from allcity.site.cities.models import Source
from allcity.site.figures.models import Examination

pytestmark = pytest.mark.django_db
REACH = Figure(
    "access.reach",
    0.46,
    "share",
    2024,
    low=0.41,
    high=0.53,
    known=8,
    total=10,
    source=("list",),
    as_of=date(2025, 2, 1),
)


def test_a_figure_is_told_with_its_range_its_year_and_where_it_comes_from():
    town = city()
    Source.objects.create(
        city=town,
        key="list",
        name="The district's list",
        url="https://district.example",
        coverage="complete",
        as_of=REACH.as_of,
    )
    examined(town, REACH)
    shown = readings.reading(town, "access.reach")
    assert (shown.value, shown.year_name) == ("46%", "2024-25")
    assert "41%" in shown.range
    assert "53%" in shown.range
    assert "8 of 10 schools" in shown.basis
    assert shown.sources == (("The district's list", "https://district.example"),)
    with override("es"):
        assert readings.reading(town, "access.reach").title != shown.title


def test_what_is_withheld_and_what_is_not_known_is_said_so():
    town = city()
    examined(town, REACH.withheld(), replace(REACH, id="access.placed", value=None, low=None, high=None, known=0))
    assert readings.reading(town, "access.reach").value == "withheld"
    assert readings.reading(town, "access.placed").value == "not known"
    assert readings.reading(town, "students") is None


def test_the_newest_year_is_told_where_none_is_named_and_a_correction_replaces_what_it_corrects():
    town = city()
    assert readings.record_of(town, "access.reach") is None
    examined(town, replace(REACH, year=2023, value=0.2, low=0.1, high=0.3), year=2023)
    first = examined(town, REACH)
    assert readings.reading(town, "access.reach", year=2023).value == "20%"
    assert readings.reading(town, "access.reach").value == "46%"
    Examination.objects.filter(pk=examined(town, replace(REACH, value=0.5)).pk).update(corrects=first)
    assert readings.record_of(town, "access.reach")["value"] == 0.5


def test_one_key_of_a_dimension_is_not_the_whole_city():
    town = city()
    examined(town, replace(REACH, by={"band": "k2"}))
    assert readings.record_of(town, "access.reach") is None
    assert readings.record_of(town, "access.reach", by={"band": "k2"})["value"] == 0.46
    assert readings.choices(town) == []


def test_questions_have_the_figures_that_help_to_answer_them():
    town = city()
    examined(town, REACH)
    found = readings.readings_for(town, "access")
    assert [shown.figure_id for shown in found["out_of_school_music"]] == ["access.reach"]
    assert found["informal_music"] == ()
    assert readings.readings_for(town, "dropped") == {}
    assert readings.choices(town) == [("access.reach", found["out_of_school_music"][0].title)]
