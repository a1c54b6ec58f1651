"""The library that comes with Allcity: every entry is whole, planting it twice changes nothing, and what people changed stays."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.factories.resources import an_entry

from allcity.declaration import load_framework
from allcity.site.accounts.domain import delete_account
from allcity.site.cities.models import City
from allcity.site.publishing.models import Resource, ResourceCollection, ResourceInCollection
from allcity.site.publishing.resources import domain, queries
from allcity.site.publishing.resources.addresses import cleaned, same
from allcity.site.publishing.resources.checks import checked_entry
from allcity.site.publishing.resources.library import HERE, read_library, stock

TEXT = (HERE / "library.toml").read_text(encoding="utf-8")
SMALL = """
[resources.one]
kind = "guide"
publisher = "Somebody"
url = "https://one.example/"
language = "en"
sections = ["access"]
en.title = "One"
en.summary = "The first."
en.use = "Read it."
es.title = "Uno"
es.summary = "El primero."
es.use = "Léanlo."

[collections.all]
en.title = "All"
en.summary = "All there is."
es.title = "Todo"
es.summary = "Todo lo que hay."
resources = ["one"]
"""


def everything():
    return (
        list(Resource.objects.order_by("pk").values()),
        list(ResourceCollection.objects.order_by("pk").values()),
        list(ResourceInCollection.objects.order_by("pk").values()),
    )


# --- The file ---


@pytest.mark.parametrize("key", stock().resources)
def test_each_entry_is_what_an_editor_might_have_written(key):
    entry = stock().resources[key]
    told = {
        name: getattr(entry, name)
        for name in ("kind", "language", "publisher", "year", "licence", "sections", "contributions", "audiences")
    }
    checked = checked_entry(an_entry(**told), None)
    assert checked.publisher == entry.publisher
    assert set(checked.sections) == set(entry.sections)
    assert set(entry.words) == dict(settings.LANGUAGES).keys()
    assert checked_entry(an_entry(words=entry.words), None).words == entry.words
    assert cleaned(entry.url) == entry.url
    assert entry.sections
    assert entry.audiences


def test_no_two_entries_lead_to_the_same_page():
    addresses = [same(entry.url) for entry in stock().resources.values()]
    assert len(addresses) > 30
    assert len(set(addresses)) == len(addresses)


def test_no_two_say_the_same_and_none_says_one_language_in_both():
    for language in ("en", "es"):
        for part in ("title", "summary", "use"):
            said = [entry.words[language][part] for entry in stock().resources.values()]
            assert len(set(said)) == len(said), (language, part)
    assert all(entry.en.summary != entry.es.summary for entry in stock().resources.values())


def test_every_section_of_the_framework_has_something_to_read():
    found = {section for entry in stock().resources.values() for section in entry.sections}
    assert found == set(load_framework().sections)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"access"', '"no-such"', "one: there are no sections no-such"),
        ('["one"]', '["one", "two"]', "all: there are no resources two"),
        ('["one"]', '["one", "one"]', "names a resource twice"),
        ('["one"]', "[]", "at least 1 item"),
        ('kind = "guide"', 'kind = "poem"', "kind"),
        ("https://one.example/", "javascript:alert(1)", "url"),
        ('es.use = "Léanlo."', "", "es.use"),
        ("[resources.one]", '[resources."One of them"]', "resources"),
        ('language = "en"', 'language = "en"\ncolour = "red"', "colour"),
        ('language = "en"', 'language = "en"\nyear = 203', "year"),
    ],
)
def test_a_library_with_a_fault_is_refused_and_the_fault_is_named(old, new, told):
    assert read_library(SMALL)
    assert SMALL.replace(old, new) != SMALL
    with pytest.raises(ValueError, match=re.escape(told)):
        read_library(SMALL.replace(old, new))


# --- In the database ---


@pytest.mark.django_db
def test_it_is_planted_when_the_database_is_made():
    assert Resource.objects.exclude(key="").count() == len(stock().resources)
    assert queries.library().count() == len(stock().resources)


@pytest.mark.django_db
def test_planting_it_again_changes_nothing(empty):
    assert domain.stock_library() >= len(stock().resources)
    before = everything()
    assert len(before[0]) == len(stock().resources)
    assert len(before[1]) == len(stock().collections)
    for key, collection in stock().collections.items():
        rows = queries.in_collection(ResourceCollection.objects.get(key=key))
        assert tuple(row.key for row in rows) == collection.resources
    assert domain.stock_library() == 0
    assert everything() == before


@pytest.mark.django_db
def test_a_later_version_brings_up_to_date_what_nobody_changed(empty):
    domain.stock_library(library=read_library(SMALL))
    Resource.objects.update(answer=200)
    assert domain.stock_library(library=read_library(SMALL.replace("The first.", "The very first."))) == 1
    row = Resource.objects.get()
    assert (row.words["en"]["summary"], row.answer) == ("The very first.", 200)
    moved = SMALL.replace("https://one.example/", "https://one.example/new")
    assert domain.stock_library(library=read_library(moved)) == 1
    row.refresh_from_db()
    assert (row.url, row.answer, row.checked_at) == ("https://one.example/new", None, None)  # nobody has asked that one
    two = SMALL.replace("[collections.all]", SMALL.split("[collections")[0].replace("one", "two") + "[collections.all]")
    two = two.replace('["one"]', '["two", "one"]')
    assert domain.stock_library(library=read_library(two)) > 0
    assert [each.key for each in queries.in_collection(ResourceCollection.objects.get())] == ["two", "one"]
    domain.stock_library(library=read_library(SMALL))
    assert Resource.objects.filter(key="two", state=Resource.State.LISTED).exists()  # what it no longer has stays


@pytest.mark.django_db
def test_what_somebody_changed_or_archived_stays_so_and_also_once_they_have_left(empty, on_duty):
    domain.stock_library(library=read_library(SMALL))
    domain.change(
        resource=Resource.objects.get(), user=on_duty, entry=an_entry("Ours"), url="https://ours.example/guide"
    )
    assert domain.stock_library(library=read_library(SMALL)) == 0
    delete_account(user=on_duty)
    assert domain.stock_library(library=read_library(SMALL)) == 0
    assert (str(Resource.objects.get()), Resource.objects.get().url) == ("Ours", "https://ours.example/guide")


@pytest.mark.django_db
def test_what_was_archived_is_not_planted_anew(empty, on_duty):
    domain.stock_library(library=read_library(SMALL))
    domain.archive(resource=Resource.objects.get(), user=on_duty)
    assert domain.stock_library(library=read_library(SMALL.replace("The first.", "The very first."))) == 0
    assert Resource.objects.get().state == Resource.State.REMOVED
    assert Client().get(reverse("resources:collection", args=["all"])).status_code == 404
    assert queries.collections().count() == 0


@pytest.mark.django_db
def test_kept_pages_of_every_city_go_when_the_library_for_all_changes(empty, town, on_duty):
    domain.stock_library(library=read_library(SMALL))
    before = City.objects.get().page_version
    domain.archive(resource=Resource.objects.get(), user=on_duty)
    assert City.objects.get().page_version > before


@pytest.mark.django_db
def test_each_reads_in_the_language_of_the_page():
    row = Resource.objects.get(key="declaration")
    for language in ("en", "es"):
        with translation.override(language):
            page = Client().get(reverse("resources:one", args=[row.public_id])).content.decode()
        assert row.words[language]["use"] in page
        assert f'lang="{language}"' in page
