"""Cities like mine: by figures of cities that are here and of others, in what, and never by what is not published."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories.examined import examined
from tests.factories.site import city

from allcity.analysis.figures import Figure
from allcity.site.cities.models import Group
from allcity.site.publishing.domain import plant_site_tree, plant_tree
from allcity.site.publishing.models import SpotlightPage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_other():
    """The spotlights that come with Allcity would be found as well."""
    for page in SpotlightPage.objects.all():
        page.delete()


def elsewhere(title, **more):
    page = plant_site_tree().add_child(
        instance=SpotlightPage(title=title, slug=title.lower(), place_name=title, **more)
    )
    page.save_revision().publish()
    return page


def counted(of, students, low_income, *, staffed=None, reach=None, suppressed=False):
    """What an examination found, and the group that it counted."""
    Group.objects.create(city=of, public_id=uuid4(), key="poor", name="Low income", dimension="income")

    def figure(id_, value, unit, by=None):
        return Figure(id=id_, unit=unit, value=value, low=value, high=value, year=2024, by=by)

    group = figure("students", low_income, "count", {"group": "poor"})
    examined(
        of,
        figure("students", students, "count"),
        group.withheld() if suppressed else group,
        figure("school_music.staffed", staffed, "share"),
        figure("access.reach", reach, "share"),
    )


def found(**asked):
    """What the page says of each city that it finds, by title."""
    text = Client().get(reverse("spotlights:alike"), asked).content.decode()
    part = text.partition('id="found"')[2].partition("</section>")[0]
    rows = re.findall(r"<li>(.*?)</li>", part, re.DOTALL)
    return {
        re.search(r"<h3.*?<a[^>]*>(.*?)</a>", row, re.DOTALL)[1]: " ".join(re.sub("<[^>]+>", " ", row).split())
        for row in rows
    }


def test_a_city_that_is_here_is_compared_by_its_own_figures():
    town = city()
    counted(town, 10_000, 6_000, staffed=0.5, reach=0.3)
    elsewhere("Likeville", students=12_000, low_income=0.55, staffed=0.2)
    elsewhere("Unlikeville", students=90_000, low_income=0.1)
    rows = found(city=town.slug)
    assert list(rows) == ["Likeville"]
    says = rows["Likeville"]
    assert "Alike in number of students and students from low-income families" in says
    assert "Not alike in certified music teachers" in says
    assert "One of the two does not publish population and programs in reach" in says


def test_a_city_is_not_like_itself_and_stands_on_spotlights_of_those_that_are():
    town = city()
    counted(town, 10_000, 6_000)
    page = plant_tree(city=town).add_child(instance=SpotlightPage(title="Ours", slug="ours"))
    page.save_revision().publish()
    other = elsewhere("Likeville", students=12_000)
    assert list(found(city=town.slug)) == ["Likeville"]
    assert "Likeville" in Client().get(page.get_url()).content.decode()
    assert "Ours" in Client().get(other.get_url()).content.decode().partition('id="alike"')[2]


def test_what_was_withheld_is_not_compared_by():
    town = city()
    counted(town, 10_000, 3, suppressed=True)
    elsewhere("Likeville", students=12_000, low_income=0.0003)
    says = found(city=town.slug)["Likeville"]
    assert "One of the two does not publish population, students from low-income families" in says


def test_any_other_city_is_compared_by_the_numbers_that_are_written():
    elsewhere("Likeville", population=100_000, reach=0.42)
    assert "Alike in population and programs in reach" in found(population=150_000, reach=50)["Likeville"]
    assert found(population=900_000) == {}
    text = Client().get(reverse("spotlights:alike"), {"population": "900000"}).content.decode()
    assert "No spotlight is of a city that is alike" in text
    assert "There is nothing to compare by" in Client().get(reverse("spotlights:alike"), {"city": ""}).content.decode()


@pytest.mark.parametrize("wrong", [{"reach": "101"}, {"population": "many"}, {"students": "0"}, {"city": "atlantis"}])
def test_a_number_that_cannot_be_is_said_to_be_wrong(wrong):
    answer = Client().get(reverse("spotlights:alike"), wrong)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert 'aria-invalid="true"' in text
    assert 'id="found"' not in text


def test_a_city_that_is_not_public_is_neither_chosen_nor_found():
    hidden = city("Hidden")
    counted(hidden, 10_000, 6_000)
    page = plant_tree(city=hidden).add_child(instance=SpotlightPage(title="Of the hidden", slug="ours"))
    page.save_revision().publish()
    hidden.is_public = False
    hidden.save()
    assert found(students=10_000) == {}
    assert "Hidden" not in Client().get(reverse("spotlights:alike")).content.decode()
    assert 'aria-invalid="true"' in Client().get(reverse("spotlights:alike"), {"city": hidden.slug}).content.decode()


def test_a_spotlight_that_is_taken_back_is_named_by_no_other_from_then_on():
    town = city()
    counted(town, 10_000, 6_000)
    page = plant_tree(city=town).add_child(instance=SpotlightPage(title="Ours", slug="ours"))
    page.save_revision().publish()
    other = elsewhere("Likeville", students=12_000)
    assert "Likeville" in Client().get(page.get_url()).content.decode()
    other.unpublish()
    assert "Likeville" not in Client().get(page.get_url()).content.decode()
