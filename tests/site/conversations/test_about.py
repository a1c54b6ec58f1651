"""Conversations about a record: started from its page, found there again, and only about what everybody may see."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories.site import city, holder, organization, school, signed_in

from allcity.site.cities.models import Role
from allcity.site.conversations.models import Thread
from allcity.site.partnerships.models import Partnership

pytestmark = pytest.mark.django_db


def start(client, town, kind, public_id, **more):
    url = f"{reverse('city:start-conversation', args=[town.slug])}?about={kind}&of={public_id}"
    typed = {"title": "Violins", "text": "Who has some?", "audience": "public", "language": "en", **more}
    return client.post(url, typed)


def test_a_conversation_is_started_from_a_records_page_and_found_there():
    town = city()
    place = school(town)
    editor = signed_in(holder(town, Role.EDITOR))
    page = reverse("city:school", args=[town.slug, place.slug])
    way = f"?about=school&amp;of={place.public_id}"
    assert way in editor.get(page).content.decode()
    assert way not in signed_in(holder(city("Elsewhere"))).get(page).content.decode()
    form = editor.get(f"{reverse('city:start-conversation', args=[town.slug])}?about=school&of={place.public_id}")
    assert form.context["form"].initial["circle"] == place.name
    start(editor, town, "school", place.public_id)
    thread = Thread.objects.get()
    assert (thread.subject_kind, thread.subject) == ("school", place.public_id)
    assert "Violins" in Client().get(page).content.decode()
    listed = Client().get(reverse("city:conversations", args=[town.slug]), {"about": "school", "of": place.public_id})
    assert [thread.title for thread, _about in listed.context["threads"]] == ["Violins"]
    other = school(town, "Hill School")
    assert "Violins" not in Client().get(reverse("city:school", args=[town.slug, other.slug])).content.decode()


def test_what_members_say_of_a_record_is_not_shown_to_others():
    town = city()
    place = organization(town)
    start(signed_in(holder(town)), town, "organization", place.public_id, audience="members")
    page = reverse("city:organization", args=[town.slug, place.slug])
    assert "Violins" in signed_in(holder(town)).get(page).content.decode()
    assert "Violins" not in Client().get(page).content.decode()


@pytest.mark.parametrize("kind", ["proposal", "nothing", "school", ""])
def test_about_what_is_not_there_or_not_for_all_an_open_topic_is_started(kind):
    town = city()
    elsewhere = school(city("Elsewhere"))
    start(signed_in(holder(town, Role.EDITOR)), town, kind, elsewhere.public_id)
    assert Thread.objects.get().subject is None


def test_of_a_partnership_that_is_not_agreed_nobody_else_learns():
    town = city()
    draft = Partnership.objects.create(
        city=town,
        key="p",
        public_id=uuid4(),
        name="Secret",
        stage=Partnership.Stage.DRAFT,
        start_date=date(2026, 9, 1),
    )
    start(signed_in(holder(town, Role.EDITOR)), town, "partnership", draft.public_id)
    assert Thread.objects.get().subject is None


def test_a_records_page_costs_the_same_with_many_conversations(django_assert_num_queries):
    town = city()
    place = school(town)
    client = signed_in(holder(town, Role.EDITOR))
    page = reverse("city:school", args=[town.slug, place.slug])
    start(client, town, "school", place.public_id)
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    queries = len(one)
    for _ in range(20):
        start(client, town, "school", place.public_id)
    client.get(page)
    with django_assert_num_queries(queries):
        answer = client.get(page)
    assert answer.content.decode().count("Violins") == 3
