"""A city's documents are for whoever may see the city."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.factories.site import city, person, signed_in
from wagtail.documents import get_document_model

from allcity.site.cities.domain import give_role
from allcity.site.cities.models import City, Role
from allcity.site.publishing.domain import plant_tree


@pytest.mark.django_db
def test_a_document_of_a_draft_city_is_read_by_its_people_alone() -> None:
    town, member = city(), person()
    give_role(city=town, user=member, role=Role.MEMBER)
    document = get_document_model().objects.create(
        title="Plan", file=SimpleUploadedFile("plan.txt", b"ours"), collection=plant_tree(city=town).collection
    )

    def status(client: Client) -> int:
        response = client.get(document.url)
        assert response.status_code == 404 or response.getvalue() == b"ours"
        return int(response.status_code)

    City.objects.filter(pk=town.pk).update(is_public=True)
    assert status(Client()) == 200
    City.objects.filter(pk=town.pk).update(is_public=False)
    assert status(Client()) == 404
    assert status(signed_in(person())) == 404
    assert status(signed_in(member)) == 200
