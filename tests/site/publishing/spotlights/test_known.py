"""The spotlights that come with Allcity: whole in both languages, planted once, and staff's from then on."""

import pytest
from django.test import Client

from allcity.declaration import load_framework
from allcity.site.publishing.models import SpotlightPage
from allcity.site.publishing.spotlights import known

pytestmark = pytest.mark.django_db


def words_in(value):
    """Every text that is said in languages."""
    if isinstance(value, dict):
        if set(value) <= {"en", "es"} and value:
            yield value
        else:
            for each in value.values():
                yield from words_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from words_in(each)


def test_each_is_whole_and_names_what_the_framework_knows():
    framework = load_framework()
    strategies = set(SpotlightPage.Strategy.values)
    for key, said in known.load().items():
        assert set(said["contributions"]) <= set(framework.contributions), key
        assert set(said["conditions"]) <= set(framework.conditions), key
        assert set(said["sections"]) <= set(framework.sections), key
        assert set(said["strategies"]) <= strategies, key
        texts = list(words_in(said))
        assert texts
        for text in texts:
            assert set(text) == {"en", "es"}, text
            assert text["en"] != text["es"]
            assert all(text.values())
        for block in said["blocks"]:
            if block["kind"] == "number":
                assert block["source"].startswith("http")
        assert len(said["introduction"]["en"]) <= 500


def test_they_are_planted_once_and_what_staff_change_stays():
    known.stock()
    planted = SpotlightPage.objects.live()
    assert planted.count() == 2 * len(known.load())
    page = planted.get(slug="newark")
    shown = Client().get(page.get_url()).content.decode()
    assert "The source gives no year." in shown
    assert "Newark Arts Education Roundtable" in shown
    text = Client().get("/en/spotlights/").content.decode()
    assert text.count("<h3") == len(known.load())
    assert "Chula Vista: a partner" in text
    spanish = Client().get("/es/spotlights/").content.decode()
    assert "Chula Vista: un aliado" in spanish
    assert "Chula Vista: a partner" not in spanish
    page.title = "Newark, as we say it"
    page.save_revision().publish()
    known.stock()
    assert planted.count() == 2 * len(known.load())
    page.refresh_from_db()
    assert page.title == "Newark, as we say it"
