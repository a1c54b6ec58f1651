"""What an editor publishes is seen at once, also by those for whom pages are kept."""

import pytest
from django.test import Client
from tests.factories.site import city

from allcity.site.publishing.domain import plant_tree
from allcity.site.publishing.models import ArticlePage


@pytest.mark.django_db
def test_a_reader_sees_what_was_published_last_and_nothing_that_was_taken_back() -> None:
    tree = plant_tree(city=city())
    article = tree.add_child(
        instance=ArticlePage(title="Who we are", slug="who", body=[("text", "<p>First words</p>")])
    )
    address, reader = article.get_url(), Client()
    assert "First words" in reader.get(address).content.decode()

    article.body = [("text", "<p>Better words</p>")]
    article.save_revision().publish()
    assert "Better words" in reader.get(address).content.decode()

    article.unpublish()
    assert reader.get(address).status_code == 404
