"""City spotlights: a draft from data, finished and published; found by what they are about; fresh or asked after."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.factories.examined import examined
from tests.factories.site import city, holder, signed_in
from tests.factories.stories import a_published_story

from allcity.analysis.figures import Figure
from allcity.site.cities.models import Role
from allcity.site.notices.work import work_of
from allcity.site.publishing.domain import plant_site_tree, plant_tree, seat_editors
from allcity.site.publishing.models import NewsPage, SpotlightPage
from allcity.site.publishing.spotlights.words import size_of
from allcity.site.publishing.stories.domain import withdraw

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


def of_town(town):
    return SpotlightPage.objects.descendant_of(plant_tree(city=town))


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
    page = of_town(town).get()
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
    assert not of_town(town).exists()


def test_they_are_found_by_size_region_contribution_strategy_and_condition():
    elsewhere("Smallville", population=90_000, strategies=["pilot"], contributions=["mentorship"], sections=["dignity"])
    elsewhere("Largeton", population=900_000, region="Texas", conditions=["additive"])
    for asked, found, not_found in (
        ({"size": "small"}, "Smallville", "Largeton"),
        ({"size": "large"}, "Largeton", "Smallville"),
        ({"region": "Texas"}, "Largeton", "Smallville"),
        ({"strategy": "pilot"}, "Smallville", "Largeton"),
        ({"contribution": "mentorship"}, "Smallville", "Largeton"),
        ({"condition": "additive"}, "Largeton", "Smallville"),
        ({"section": "dignity"}, "Smallville", "Largeton"),
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
    page = of_town(town).get()
    page.save_revision().publish()
    assert not work_of(editor)
    of_town(town).update(last_published_at=timezone.now() - timedelta(days=400))
    (item,) = work_of(editor)
    assert "more than a year" in client.get(item.url).content.decode()
    page.refresh_from_db()
    assert "more than a year ago" in Client().get(page.get_url()).content.decode()
    client.post(reverse("city:spotlight-still-true", args=[town.slug, page.pk]))
    assert not work_of(editor)


def test_a_spotlight_stands_on_the_front_of_its_city_with_its_sections_in_the_feed_and_the_sitemap(town, editor):
    page = plant_tree(city=town).add_child(
        instance=SpotlightPage(title="We began with drums", slug="drums", sections=["dignity"], live=False)
    )
    places = [
        reverse("city:front", args=[town.slug]),
        reverse("home:section", args=["dignity"]),
        reverse("spotlights:feed"),
        "/sitemap-editorial.xml",
    ]
    sought = ["We began with drums"] * 3 + [page.get_url_parts()[2]]
    for place, words in zip(places, sought, strict=True):
        assert words not in Client().get(place).content.decode(), place
    page.save_revision().publish()
    for place, words in zip(places, sought, strict=True):
        assert words in Client().get(place).content.decode(), place
    assert "We began with drums" not in Client().get(reverse("home:section", args=["access"])).content.decode()


def test_the_newest_stories_of_the_city_stand_on_its_spotlight(town, coordinator):
    page = plant_tree(city=town).add_child(instance=SpotlightPage(title="Drums", slug="drums"))
    page.save_revision().publish()
    story = a_published_story(town, coordinator, title="My first lesson")
    assert "My first lesson" in Client().get(page.get_url()).content.decode()
    withdraw(story=story)
    assert "My first lesson" not in Client().get(page.get_url()).content.decode()


def test_more_spotlights_and_news_cost_no_more_queries(town):
    def costs(address):
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(address).status_code == 200
        return len(queries)

    tree = plant_tree(city=town)
    addresses = [reverse("spotlights:browse"), reverse("city:news", args=[town.slug]), reverse("spotlights:feed")]
    before = None
    for number in range(8):
        for kind in (SpotlightPage, NewsPage):
            tree.add_child(instance=kind(title=f"T{number}", slug=f"{kind.__name__}{number}")).save_revision().publish()
        if number in (0, 7):
            for address in addresses:
                costs(address)
            now = [costs(address) for address in addresses]
            assert before in (None, now)
            before = now
