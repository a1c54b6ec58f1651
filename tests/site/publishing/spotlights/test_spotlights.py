"""City spotlights: a draft from data, finished and published; found by what they are about; fresh or asked after."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories.examined import examined
from tests.factories.site import city, holder, signed_in

from allcity.analysis.figures import Figure
from allcity.site.cities.models import Role
from allcity.site.notices.work import work_of
from allcity.site.publishing.domain import plant_site_tree, seat_editors
from allcity.site.publishing.models import SpotlightPage
from allcity.site.publishing.spotlights.words import size_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return city()


@pytest.fixture
def editor(town):
    user = holder(town, Role.EDITOR)
    seat_editors(city=town)
    return user


def elsewhere(title, **more):
    said = {"place_name": title, "region": "Ohio", "country": "US", **more}
    page = plant_site_tree().add_child(instance=SpotlightPage(title=title, slug=title.lower(), **said))
    page.save_revision().publish()
    return page


def figure(value, year):
    return Figure(
        id="access.reach", unit="share", value=value, low=value, high=value, status="measured", year=year, by={}
    )


def browse(**asked):
    return Client().get(reverse("spotlights:browse"), asked).content.decode()


def test_an_editor_makes_one_from_data_finishes_it_and_everybody_reads_it(town, editor):
    examined(town, figure(0.25, 2023), year=2023)
    examined(town, figure(0.5, 2024))
    client, here = signed_in(editor), reverse("city:spotlight-workshop", args=[town.slug])
    assert "Make a draft from the data" in client.get(here).content.decode()
    answer = client.post(reverse("city:spotlight-make", args=[town.slug]))
    page = SpotlightPage.objects.get()
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert not page.live
    form = client.get(answer.url).content.decode()
    assert "begin small, and hand over what grows" in form
    assert Client().get(page.get_url()).status_code == 404
    assert "not told its story" in Client().get(reverse("city:spotlight", args=[town.slug])).content.decode()
    page.introduction = "We began with drums."
    page.save_revision().publish()
    text = Client().get(reverse("city:spotlight", args=[town.slug]), follow=True).content.decode()
    for words in ("We began with drums.", "2023-24", "25%", "2024-25", "50%"):
        assert words in text
    assert "We began with drums." in browse()
    assert "Go on writing" in client.get(here).content.decode()


def test_nobody_else_makes_one(town, editor):
    for user in (holder(town), holder(city("Elsewhere"), Role.COORDINATOR)):
        client = signed_in(user)
        assert client.post(reverse("city:spotlight-make", args=[town.slug])).status_code in (403, 404)
    assert not SpotlightPage.objects.exists()


def test_they_are_found_by_size_region_contribution_strategy_and_condition():
    elsewhere("Smallville", population=90_000, strategies=["pilot"], contributions=["mentorship"])
    elsewhere("Largeton", population=900_000, region="Texas", conditions=["additive"])
    for asked, found, not_found in (
        ({"size": "small"}, "Smallville", "Largeton"),
        ({"size": "large"}, "Largeton", "Smallville"),
        ({"region": "Texas"}, "Largeton", "Smallville"),
        ({"strategy": "pilot"}, "Smallville", "Largeton"),
        ({"contribution": "mentorship"}, "Smallville", "Largeton"),
        ({"condition": "additive"}, "Largeton", "Smallville"),
        ({"words": "largeTON"}, "Largeton", "Smallville"),
    ):
        text = browse(**asked).split("</form>", 1)[1]
        assert found in text, asked
        assert not_found not in text, asked
    assert "Nothing fits all of this" in browse(words="nowhere")
    assert "Smallville" in browse(size="made-up")


@pytest.mark.parametrize(
    ("population", "size"), [(None, ""), (0, "small"), (99_999, "small"), (100_000, "middle"), (500_000, "large")]
)
def test_sizes_leave_no_gap(population, size):
    assert size_of(population) == size


def test_what_nobody_looked_at_for_a_year_is_asked_after(town, editor):
    client = signed_in(editor)
    client.post(reverse("city:spotlight-make", args=[town.slug]))
    page = SpotlightPage.objects.get()
    page.save_revision().publish()
    assert not work_of(editor)
    SpotlightPage.objects.update(last_published_at=timezone.now() - timedelta(days=400))
    (item,) = work_of(editor)
    assert "more than a year" in client.get(item.url).content.decode()
    page.refresh_from_db()
    assert "more than a year ago" in Client().get(page.get_url()).content.decode()
    client.post(reverse("city:spotlight-still-true", args=[town.slug, page.pk]))
    assert not work_of(editor)
