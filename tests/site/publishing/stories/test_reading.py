"""Stories as everybody reads them: lists, feeds, what is shared, and who may not."""

import xml.etree.ElementTree as ElementTree

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories.media import consented, film, status
from tests.factories.site import city, holder, school, signed_in
from tests.factories.stories import a_published_story, a_story, with_picture

from allcity.site.cities.models import City, Role
from allcity.site.publishing.media import domain as media
from allcity.site.publishing.models import Consent, Media
from allcity.site.publishing.stories import domain, reviewing

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def get(name, *args, client=None, **query):
    return (client or Client()).get(reverse(name, args=args), query).content.decode()


def entries(name, *args):
    root = ElementTree.fromstring(Client().get(reverse(name, args=args)).content)
    return root.findall(f"{ATOM}entry")


def publish(story, by):
    assert reviewing.approve(story=story, user=by)
    story.refresh_from_db()


def test_what_waits_is_read_by_those_who_look_at_it_alone(town, coordinator):
    story = a_story(town)
    path = reverse("city:story", args=[town.slug, story.public_id])
    member, outsider = holder(town), holder(city("Elsewhere"), Role.COORDINATOR)
    readers = {None: 404, member: 404, outsider: 404, coordinator: 200}
    for reader, code in readers.items():
        client = signed_in(reader) if reader else Client()
        assert client.get(path).status_code == code
        assert "Drums" not in get("city:stories", town.slug, client=client)
    assert not entries("stories:feed")


def test_it_is_found_by_words_and_by_what_it_is_an_example_of(town, coordinator):
    a_published_story(town, coordinator, title="Violins", participant="families", email="a@example.org")
    a_published_story(town, coordinator, title="Trombones", happened="A band marched.", email="b@example.org")
    assert "Violins" in get("city:stories", town.slug, participant="families")
    assert "Trombones" not in get("city:stories", town.slug, participant="families")
    assert "Trombones" in get("city:stories", town.slug, words="BAND trombones")
    page = get("city:stories", town.slug, words="nothing of this")
    assert "Nothing fits all of this" in page
    assert "noindex" in page
    assert "Violins" in get("city:stories", town.slug, participant="made-up"), "what is no choice is no filter"


def test_those_of_all_cities_are_on_one_page_but_not_those_of_a_city_that_is_hidden(town, coordinator):
    other = city("Elsewhere")
    a_published_story(town, coordinator, title="Here", email="a@example.org")
    hidden = a_published_story(other, holder(other, Role.COORDINATOR), title="There", email="b@example.org")
    far = a_published_story(None, coordinator, title="Far away", email="c@example.org")
    page = get("stories:all")
    assert all(title in page for title in ("Here", "There", "Far away", "Faraway"))
    assert {entry.find(f"{ATOM}title").text for entry in entries("stories:feed")} == {"Here", "There", "Far away"}
    City.objects.filter(pk=other.pk).update(is_public=False)
    assert "There" not in get("stories:all")
    assert len(entries("stories:feed")) == 2
    assert Client().get(reverse("stories:one", args=[far.public_id])).status_code == 200
    crossed = reverse("stories:one", args=[hidden.public_id])
    assert Client().get(crossed).status_code == 404


@pytest.mark.parametrize("path", ["list", "feed"])
def test_a_list_costs_the_same_with_one_and_with_many(town, coordinator, path):
    name = {"list": "city:stories", "feed": "city:stories-feed"}[path]

    def cost():
        get(name, town.slug)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            get(name, town.slug)
        return len(asked)

    def one(number):
        story = a_story(town, email=f"a{number}@example.org")
        with_picture(story)
        publish(story, coordinator)

    one(0)
    few = cost()
    for number in range(1, 9):
        one(number)
    assert cost() == few


def test_pages_of_a_long_list_lead_on(town, coordinator):
    for number in range(14):
        a_published_story(town, coordinator, title=f"Story {number:02}", email=f"a{number}@example.org")
    first, second = get("city:stories", town.slug), get("city:stories", town.slug, page=2)
    assert "Story 13" in first
    assert "Story 01" not in first
    assert "Story 01" in second


def test_the_page_says_what_it_is_an_example_of_with_its_pictures_and_videos(town, coordinator):
    here = school(town)
    story = a_story(town, place=here.public_id, participant="families")
    first = with_picture(story)
    domain.add_video(
        story=story, title="Our concert", text="Drums.", people="nobody", file=ContentFile(film(), name="a.mp4")
    )
    publish(story, coordinator)
    page = get("city:story", town.slug, story.public_id)
    assert here.name in page
    assert "Before the concert" in page
    assert "Our concert" in page
    assert 'lang="en"' in page
    image = page.split("<img")[1].split(">")[0]
    assert "width=" in image
    assert "height=" in image
    assert 'alt="A drum on a stage"' in image
    assert "lazy" not in image, "the first is not waited for"
    assert f"/pictures/{first.public_id}/" in page


def test_its_picture_is_in_the_feed_until_a_consent_is_taken_back(town, coordinator):
    story = a_story(town)
    picture = with_picture(story, Media.People.ADULTS)
    consent = consented(picture)
    publish(story, coordinator)
    (entry,) = entries("city:stories-feed", town.slug)
    (enclosure,) = [link for link in entry.findall(f"{ATOM}link") if link.get("rel") == "enclosure"]
    url = enclosure.get("href").removeprefix("http://localhost:8000")
    assert enclosure.get("type") == "image/jpeg"
    assert status(url) == 200
    media.withdraw_consent(consent=consent)
    assert status(url) in (404, 410)
    (entry,) = entries("city:stories-feed", town.slug)
    assert [link for link in entry.findall(f"{ATOM}link") if link.get("rel") == "enclosure"] == []
    for page in (get("city:story", town.slug, story.public_id), get("city:stories", town.slug)):
        assert str(picture.public_id) not in page
        assert "Drums" in page


def test_a_shared_link_shows_a_picture_only_if_all_in_it_agreed_to_that(town, coordinator):
    story = a_story(town)
    picture = with_picture(story, Media.People.ADULTS)
    consent = consented(picture)
    publish(story, coordinator)
    page = get("city:story", town.slug, story.public_id)
    assert 'property="og:title" content="Drums in room nine"' in page
    assert "og:image" not in page
    Consent.objects.filter(pk=consent.pk).update(for_social=True)
    page = get("city:story", town.slug, story.public_id)
    address = page.split('property="og:image" content="')[1].split('"')[0]
    assert status(address.removeprefix("http://localhost:8000")) == 200


def test_search_engines_are_told_of_what_is_published(town, coordinator):
    story = a_published_story(town, coordinator)
    waiting = a_story(town, email="b@example.org")
    told = Client().get("/sitemap-stories.xml").content.decode()
    assert str(story.public_id) in told
    assert str(waiting.public_id) not in told
