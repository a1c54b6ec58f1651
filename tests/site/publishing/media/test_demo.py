"""The pictures of the sample city."""

import pytest
from django.core import mail
from django.test import Client
from PIL import Image
from tests.factories.site import city, holder

from allcity.site.cities.models import Role
from allcity.site.notices.models import Notice
from allcity.site.publishing.media import demo, queries, renditions, tasks
from allcity.site.publishing.models import Consent, Picture

pytestmark = pytest.mark.django_db


def test_the_sample_has_a_picture_in_every_state_once(django_capture_on_commit_callbacks):
    town = city()
    people = {"coordinator": holder(town, Role.COORDINATOR), "member": holder(town)}
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            demo.add(city=town, **people)
    pictures = {picture.title: picture for picture in queries.pictures_of(town)}
    assert pictures.keys() == {sample.title for sample in demo.SAMPLES}
    assert Consent.objects.count() == 4
    assert all(picture.description for picture in pictures.values())
    drums, choir, violin, piano, notes = (pictures[sample.title] for sample in demo.SAMPLES)
    everything = queries.pictures_of(town)
    assert set(queries.lacking(everything, "shown")) == {drums, choir}
    assert set(queries.lacking(everything, "consent")) == {violin, piano}
    assert list(queries.lacking(everything, "stopped")) == [piano]
    assert list(queries.lacking(everything, "people")) == [notes]
    assert queries.missing(choir) == []
    tasks.look_after_consents.func()
    assert set(Notice.objects.values_list("kind", flat=True)) == {"consent-withdrawn", "consent-ending"}
    assert {address for message in mail.outbox for address in message.to} <= {people["coordinator"].email}
    renditions.make(drums)
    answer = Client().get(drums.renditions.first().url)
    assert answer.getvalue()
    assert answer.status_code == 200


def test_what_is_drawn_is_a_photograph_of_sorts_and_no_two_are_the_same():
    made = [demo.drawn(sample.draw) for sample in demo.SAMPLES]
    assert len({file.getvalue() for file in made}) == len(demo.SAMPLES)
    for file in made:
        drawing = Image.open(file)
        assert drawing.size == (demo.WIDTH, demo.HEIGHT)
        assert drawing.getcolors(256) is None
    assert not Picture.objects.exists()
