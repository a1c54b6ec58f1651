"""Editorial pages as readers see them."""

import pytest
from django.test import Client
from tests.factories.site import city
from wagtail.models import PageViewRestriction

from allcity.site.publishing.domain import plant_tree
from allcity.site.publishing.models import ArticlePage

pytestmark = pytest.mark.django_db


def test_what_an_editor_made_private_is_not_shown(client: Client) -> None:
    of = city()
    page = plant_tree(city=of).add_child(
        instance=ArticlePage(title="Us", slug="us", body=[("text", "<p>We play.</p>")])
    )
    assert client.get(page.get_url()).status_code == 200
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert client.get(page.get_url()).status_code == 404
    restriction.delete()
    assert client.get(page.get_url()).status_code == 200
