"""What is kept of a city is made anew once the city has changed, and only then."""

from itertools import count

import pytest
from tests.factories.site import city

from allcity.site.cities.domain import note_change, note_publication
from allcity.site.cities.kept import kept
from allcity.site.cities.models import City

pytestmark = pytest.mark.django_db


def test_what_is_kept_of_a_city_lasts_until_the_city_or_its_figures_change() -> None:
    town, number, seen = city(), count(), []
    for change in (str, note_change, note_publication):
        change(town)
        again = City.objects.get(pk=town.pk)
        seen += [kept(again, "number", lambda: next(number)) for _ in range(2)]
    assert seen == [0, 0, 1, 1, 2, 2]


def test_what_is_kept_of_one_city_is_not_told_of_another() -> None:
    here, there = city(), city("Elsewhere")
    assert kept(here, "name", lambda: here.name) == "Testville"
    assert kept(there, "name", lambda: there.name) == "Elsewhere"
