"""Reading the library: who sees what of it, the search, one page, collections and feeds."""

import json
import re
from datetime import timedelta
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories.resources import a_resource, a_suggestion
from tests.factories.site import city, holder, person, signed_in

from allcity.site.cities.models import City, Role
from allcity.site.publishing.models import Resource, ResourceCollection, ResourceInCollection
from allcity.site.publishing.resources import domain, queries
from allcity.site.publishing.resources.queries import Asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty")]
ATOM = "{http://www.w3.org/2005/Atom}"
Kind, State = Resource.Kind, Resource.State


def page_of(town=None, browser=None, **query):
    """The library, in a city or for all."""
    path = reverse("city:resources", args=[town.slug]) if town else reverse("resources:library")
    return (browser or Client()).get(f"{path}?{urlencode(query)}")


def titles(answer):
    assert answer.status_code == 200
    return [shown.said.title for shown in answer.context["resources"]]


def of(resource, browser=None):
    """The answer to asking for the page of a resource."""
    if resource.city:
        return (browser or Client()).get(reverse("city:resource", args=[resource.city.slug, resource.public_id]))
    return (browser or Client()).get(reverse("resources:one", args=[resource.public_id]))


def a_collection(*resources, key="first"):
    words = {"en": {"title": f"Collection {key}", "summary": "What goes together."}}
    found = ResourceCollection.objects.create(key=key, words=words)
    for position, resource in enumerate(resources):
        ResourceInCollection.objects.create(collection=found, resource=resource, position=position)
    return found


# --- Who sees what ---


def test_a_citys_own_stand_in_that_city_alone_and_before_those_for_all(town):
    other = city("Elsewhere")
    a_resource(None, "A guide for all")
    a_resource(town, "Zithers of Testville")
    a_resource(other, "Drums of Elsewhere")
    assert titles(page_of(town)) == ["Zithers of Testville", "A guide for all"]
    assert titles(page_of(other)) == ["Drums of Elsewhere", "A guide for all"]
    assert titles(page_of()) == ["A guide for all"]


def test_what_is_not_in_the_library_is_read_by_those_who_look_after_it_alone(town, editor, coordinator, on_duty):
    rows = {
        "suggested": a_suggestion(town, "Suggested", user=person()),
        "declined": a_suggestion(town, "Declined", user=person()),
        "archived": a_resource(town, "Archived"),
    }
    domain.decline(town, rows["declined"].public_id)
    domain.archive(resource=rows["archived"], user=editor)
    browsers = {
        "nobody": Client(),
        "member": signed_in(holder(town)),
        "coordinator of another city": signed_in(holder(city("Elsewhere"), Role.COORDINATOR)),
        "editor": signed_in(editor),
        "coordinator": signed_in(coordinator),
        "on duty": signed_in(on_duty),
    }
    for name, row in rows.items():
        readers = [reader for reader, browser in browsers.items() if of(row, browser).status_code == 200]
        assert readers == ["editor", "coordinator", "on duty"], name
        assert 'content="noindex"' in of(row, browsers["editor"]).content.decode()
    assert titles(page_of(town, browsers["editor"])) == []


def test_what_is_archived_of_the_library_for_all_is_read_by_staff_on_duty_alone(editor, on_duty):
    row = a_resource(None)
    assert of(row).status_code == 200
    domain.archive(resource=row, user=on_duty)
    assert of(row).status_code == of(row, signed_in(editor)).status_code == 404
    assert of(row, signed_in(on_duty)).status_code == 200


def test_a_city_that_is_not_public_shows_its_own_to_members_alone(town):
    row = a_resource(town)
    member = signed_in(holder(town))
    City.objects.filter(pk=town.pk).update(is_public=False)
    feed = reverse("city:resources-feed", args=[town.slug])
    assert page_of(town).status_code == of(row).status_code == Client().get(feed).status_code == 404
    assert titles(page_of(town, member)) == ["How to lend violins"]
    assert of(row, member).status_code == member.get(feed).status_code == 200
    assert not Resource.objects.public().exists()


def test_a_resource_has_its_page_where_it_belongs_and_nowhere_else(town):
    own, for_all = a_resource(town), a_resource(None)
    assert of(own).status_code == of(for_all).status_code == 200
    assert Client().get(reverse("resources:one", args=[own.public_id])).status_code == 404
    assert Client().get(reverse("city:resource", args=[town.slug, for_all.public_id])).status_code == 404
    assert Client().get(reverse("city:resource", args=[city("Elsewhere").slug, own.public_id])).status_code == 404


# --- The search ---


@pytest.fixture
def shelf(town):
    """Four resources, each of which is one thing that no other is."""
    a_resource(None, "Instruments: who lends", kind=Kind.GUIDE, sections=("access",), audiences=("families",))
    a_resource(None, "Una política de artes", kind=Kind.POLICY, language="es", publisher="Escuelas de Peñón")
    a_resource(None, "Ensembles", kind=Kind.TOOLKIT, contributions=("small_ensembles",), audiences=("music_educators",))
    a_resource(town, "A template of ours", kind=Kind.TEMPLATE, sections=("partnerships", "access"))
    return town


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"kind": "policy"}, ["Una política de artes"]),
        ({"kind": "research"}, []),
        ({"section": "access"}, ["A template of ours", "Instruments: who lends"]),
        ({"section": "partnerships"}, ["A template of ours"]),
        ({"contribution": "small_ensembles"}, ["Ensembles"]),
        ({"audience": "families"}, ["Instruments: who lends"]),
        ({"language": "es"}, ["Una política de artes"]),
        ({"language": "es", "kind": "guide"}, []),
        ({"section": "access", "audience": "families"}, ["Instruments: who lends"]),
        ({"q": "POLITICA"}, ["Una política de artes"]),  # neither accents nor capitals
        ({"q": "penon"}, ["Una política de artes"]),  # who published it
        ({"q": "lends instruments"}, ["Instruments: who lends"]),
        ({"q": "lends cellos"}, []),  # every word
        ({"q": "lends", "kind": "template"}, ["A template of ours"]),  # in the summary
        ({"q": "violins.example"}, ["A template of ours", "Ensembles", "Instruments: who lends", "Una política de artes"]),
    ],
)  # fmt: skip
def test_a_search_finds_what_fits_all_of_it(shelf, asked, found):
    answer = page_of(shelf, **asked)
    assert titles(answer) == found
    content = answer.content.decode()
    assert 'content="noindex"' in content
    assert "Show all" in content
    assert ("Nothing fits all of this" in content) == (not found)


@pytest.mark.parametrize("asked", [{"kind": "poem"}, {"section": "no-such"}, {"language": "xx"}, {"q": "a" * 101}])
def test_a_choice_that_there_is_not_is_none(shelf, asked):
    assert len(titles(page_of(shelf, **asked))) == 4


def test_words_in_a_title_come_before_words_elsewhere():
    a_resource(None, "About something else", publisher="The trumpet society")
    a_resource(None, "Zoo of trumpets and a trumpet")
    assert titles(page_of(q="trumpet")) == ["Zoo of trumpets and a trumpet", "About something else"]


def test_languages_to_choose_from_are_those_there_are(shelf):
    choices = [code for code, _name in page_of(shelf).context["form"].fields["language"].choices]
    assert choices == ["", "en", "es"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.text(max_size=100))
def test_whatever_is_looked_for_a_search_gives_a_part_of_what_there_is(words):
    row = Resource(
        pk=1, kind="guide", words={"en": {"title": "Ärger mit Geigen", "summary": "Ǆ"}}, url="https://a.example/"
    )
    assert set(queries.narrowed([row], Asked(words=words))) <= {row}
    assert queries.narrowed([row], Asked(words="arger")) == [row]


def test_the_library_costs_the_same_with_one_and_with_many(town):
    a_resource(None)
    a_collection(a_resource(town))
    a_collection(a_resource(None), key="second")

    def cost():
        page_of(town)  # the navigation is asked for anew once something in the city has changed
        with CaptureQueriesContext(connection) as asked:
            answers = [page_of(town), page_of(), page_of(town, q="violins"), Client().get(feed_path(town))]
        assert {answer.status_code for answer in answers} == {200}
        return len(asked), len(titles(answers[0]))

    one, few = cost()
    for number in range(30):
        row = a_resource(town if number % 2 else None, f"Title {number}")
        ResourceInCollection.objects.create(collection=ResourceCollection.objects.first(), resource=row)
    many, rows = cost()
    assert (few, rows) == (3, 20)
    assert many == one
    assert len(titles(page_of(town, page=2))) == 13


def test_pages_of_one_and_of_a_collection_cost_the_same_however_much_is_in_it():
    first = a_resource(None)
    found = a_collection(first)
    path = reverse("resources:collection", args=[found.key])
    Client().get(path)

    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert of(first).status_code == Client().get(path).status_code == 200
        return len(asked)

    one = cost()
    for number in range(30):
        row = a_resource(None, f"Title {number}")
        ResourceInCollection.objects.create(collection=found, resource=row, position=number + 1)
        a_collection(first, key=f"c{number}")
    assert len(Client().get(path).context["resources"]) == 31
    assert cost() == one


# --- One ---


def test_the_page_of_one_says_all_there_is_to_know(town):
    row = a_resource(
        None, "Strings", url="https://www.strings.example/a?b=1&c=2", publisher="A union", year=2019, language="es",
        licence="CC BY 4.0", sections=("access",), contributions=("private_lessons",), audiences=("families",),
    )  # fmt: skip
    found = a_collection(row)
    page = of(row).content.decode()
    for said in (
        "Strings", "A union", "2019", "Spanish", "CC BY 4.0", "strings.example", "Who lends them, and to whom.",
        "Read it before you buy any.", "Families", 'href="https://www.strings.example/a?b=1&amp;c=2"', "not yet",
        reverse("resources:collection", args=[found.key]),
    ):  # fmt: skip
        assert said in page, said
    assert "Change it" not in page
    assert "see the source" in of(a_resource(None)).content.decode()


def test_nothing_that_was_typed_becomes_part_of_the_page():
    row = a_resource(None, "</script><script>alert(1)</script>", publisher="<b>Bold</b>")
    page = of(row).content.decode()
    assert "<script>alert" not in page
    assert "<b>Bold" not in page
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert data["name"] == "</script><script>alert(1)</script>"
    assert data["publisher"]["name"] == "<b>Bold</b>"
    assert data["url"] == row.url


def test_it_is_said_in_the_language_of_the_page_or_in_one_there_is():
    words = {
        "en": {"title": "Drums", "summary": "On drums.", "use": ""},
        "es": {"title": "Tambores", "summary": "Sobre tambores.", "use": ""},
    }
    both, one = a_resource(None, words=words), a_resource(None, "English alone")
    with translation.override("es"):
        said = of(both).content.decode()
        foreign = of(one).content.decode()
    assert "Sobre tambores." in said
    assert "On drums." not in said
    assert re.search(r'<h1[^>]* lang="en"[^>]*>English alone', foreign)


def test_a_dead_link_is_told_of_on_the_page_and_in_the_list():
    row = a_resource(None)
    Resource.objects.filter(pk=row.pk).update(dead_since=timezone.now(), checked_at=timezone.now())
    assert "has not answered since" in of(row).content.decode()
    assert "has not answered since" in page_of().content.decode()


# --- Collections, and what goes with something ---


def test_a_collection_keeps_its_order_and_leaves_out_what_is_not_in_the_library(town, on_duty):
    second, first, gone = (a_resource(None, title) for title in ("Second", "First", "Gone"))
    found = a_collection(first, gone, second, a_resource(town, "A city's own"))
    path = reverse("resources:collection", args=[found.key])
    domain.archive(resource=gone, user=on_duty)
    assert titles(Client().get(path)) == ["First", "Second"]
    assert "2 resources" in page_of().content.decode()
    for row in (first, second):
        domain.archive(resource=row, user=on_duty)
    assert Client().get(path).status_code == 404
    assert "Collection first" not in page_of().content.decode()
    assert Client().get(reverse("resources:collection", args=["no-such"])).status_code == 404


def test_collections_are_where_one_begins_and_not_among_what_was_found():
    a_collection(a_resource(None))
    assert "Collection first" in page_of().content.decode()
    assert "Collection first" not in page_of(q="violins").content.decode()


def test_what_goes_with_a_section_are_a_few_a_citys_own_first_and_the_dead_last(town):
    dead = a_resource(None, "Dead", sections=("access",))
    Resource.objects.filter(pk=dead.pk).update(dead_since=timezone.now())
    a_resource(None, "About much", sections=("access", "dignity", "action"))
    a_resource(None, "About that alone", sections=("access",))
    a_resource(None, "About something else", sections=("dignity",))
    a_resource(town, "Ours", sections=("access", "dignity"))
    found = [str(row) for row in queries.resources_for(section="access", city=town)]
    assert found == ["Ours", "About that alone", "About much", "Dead"]
    assert len(queries.resources_for(section="access", city=town, most=2)) == 2


# --- Feeds ---


def feed_path(town=None):
    return reverse("city:resources-feed", args=[town.slug]) if town else reverse("resources:feed")


def entries(town=None):
    answer = Client().get(feed_path(town))
    assert answer["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")


def test_a_feed_has_the_newest_with_our_words_and_the_link_to_our_page(town):
    old = a_resource(None, "Older & <b>bold</b>")
    Resource.objects.filter(pk=old.pk).update(made_at=timezone.now() - timedelta(days=3))
    new = a_resource(town, "Newer")
    a_suggestion(town, "Suggested", user=person())
    first, second = entries(town)
    assert [each.find(f"{ATOM}title").text for each in (first, second)] == ["Newer", "Older & <b>bold</b>"]
    assert first.find(f"{ATOM}link").get("href").endswith(reverse("city:resource", args=[town.slug, new.public_id]))
    assert first.find(f"{ATOM}summary").text == "Who lends them, and to whom."
    assert first.find(f"{ATOM}id").text == new.public_id.urn
    assert [each.find(f"{ATOM}title").text for each in entries()] == ["Older & <b>bold</b>"]


def test_a_feed_ends_after_the_newest_thirty():
    for number in range(31):
        a_resource(None, f"Title {number}")
    found = [each.find(f"{ATOM}title").text for each in entries()]
    assert len(found) == 30
    assert "Title 0" not in found


def test_the_library_tells_where_its_feed_is(town):
    for place in (None, town):
        assert f'type="application/atom+xml" title="New resources" href="{feed_path(place)}"' in (
            page_of(place).content.decode()
        )
