"""Discarding a draft: who may, when not, and that nothing of it is left, while other cities keep all they have."""

import re

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.factories.site import city, holder, person, signed_in
from tests.factories.small_city import CITY_TEXT, SHAPES, small_city
from wagtail.documents import get_document_model
from wagtail.models import Collection

from allcity.formats.folder import write_folder
from allcity.site.accounts.models import User
from allcity.site.cities.domain import give_role, note_change
from allcity.site.cities.models import City, Role
from allcity.site.cities.people import domain as people
from allcity.site.cities.settings.domain import show_city
from allcity.site.cities.start import discarding, domain
from allcity.site.directory.models import School
from allcity.site.environment import environment
from allcity.site.exchange.domain import import_folder
from allcity.site.exchange.exports import folder_zip, report_file
from allcity.site.exchange.files import place_of
from allcity.site.exchange.models import Import
from allcity.site.figures.models import Examination
from allcity.site.figures.queries import current_examination
from allcity.site.insight.domain import examine_city
from allcity.site.publishing.domain import SITE_EDITORS, collection_for_all, plant_tree
from allcity.site.publishing.models import ArticlePage

pytestmark = pytest.mark.django_db

ADDRESS = "/en/riverton/workspace/start/discard/"


@pytest.fixture
def founder() -> User:
    return person("founder@example.org", first_name="Flora")


@pytest.fixture
def town(founder: User) -> City:
    """A draft without records."""
    text = '[city]\nid = "riverton"\nname = "Riverton"\ntime_zone = "America/Chicago"\n'
    return domain.create_city(settings_text=text, founder=founder)


def rows_of(number: int) -> dict[str, int]:
    """How many rows of each model belong to a city, of its history too."""
    found = {}
    for model in apps.get_models():
        names = {field.attname for field in model._meta.concrete_fields if field.related_model is City}
        found |= {
            f"{model.__name__}.{name}": count
            for name in names
            if (count := model._base_manager.filter(**{name: number}).count())
        }
    return found


def test_nothing_of_a_discarded_city_is_left_and_another_keeps_everything(
    founder, tmp_path, django_capture_on_commit_callbacks
):
    write_folder(tmp_path / "riverton", tables=small_city(), city_text=CITY_TEXT, shapes=SHAPES)
    town = import_folder(tmp_path / "riverton", user=founder).city
    text = CITY_TEXT.replace('"riverton"', '"otherton"')
    write_folder(tmp_path / "otherton", tables=small_city(), city_text=text, shapes=SHAPES)
    other = import_folder(tmp_path / "otherton", user=founder).city
    for each in (town, other):
        examine_city(city=each)
        Examination.objects.of(each).update(inputs="of another day")
        note_change(each)
        examine_city(city=each)
        plant_tree(city=each).add_child(
            instance=ArticlePage(title="A page", slug="page", body="<p>Words</p>", live=False)
        )
        get_document_model().objects.create(
            title="Plan", file=SimpleUploadedFile("plan.txt", b"ours"), collection=plant_tree(city=each).collection
        )
        place_of(Import.objects.get(city=each))
    assert Examination.objects.of(town).exclude(corrects=None).exists()
    assert report_file(current_examination(town), "en", "figures.json")
    school = School.objects.of(town).earliest("pk")
    liaison = person("lia@example.org")
    give_role(city=town, user=liaison, role=Role.LIAISON, place=school.public_id)
    people.invite(city=town, email="x@example.org", role=Role.MEMBER, invited_by=founder)
    folder_zip(town, everything=True)
    kept, number = rows_of(other.pk), town.pk
    assert set(kept) <= set(rows_of(number))
    files = [path for path in environment().data.rglob(str(town.public_id)) if path.is_dir()]
    assert {path.parent.name for path in files} == {"exports", "reports"}
    files.append(place_of(Import.objects.get(city=town)))

    client = signed_in(founder)
    assert ADDRESS in client.get("/en/riverton/workspace/start/").content.decode()
    assert client.post(ADDRESS, {"certain": ""}).context["form"].errors["certain"]
    assert City.objects.filter(pk=number).exists()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(ADDRESS, {"certain": "on"}, follow=True)
    assert "The draft of Riverton is discarded." in answer.content.decode()
    assert rows_of(number) == {}
    assert rows_of(other.pk) == kept
    assert not [path for path in files if path.exists()]
    editors = Group.objects.filter(name__startswith="editors:").exclude(name=SITE_EDITORS)
    assert list(editors.values_list("name", flat=True)) == ["editors:otherton"]
    assert Collection.objects.filter(depth=2).exclude(pk=collection_for_all().pk).count() == 1
    assert get_document_model().objects.count() == 1
    assert ["lia@example.org"] in [message.to for message in mail.outbox]
    assert City.history.filter(id=number).values_list("history_type", "history_user", "settings_text").get() == (
        "-",
        founder.pk,
        "",
    )
    assert import_folder(tmp_path / "riverton", user=founder).city.slug == "riverton"


def test_whoever_coordinates_a_draft_alone_may_discard_it_and_nobody_else(town, founder):
    for user in (holder(town), holder(town, Role.EDITOR), holder(city("Otherton"), Role.COORDINATOR)):
        assert signed_in(user).post(ADDRESS, {"certain": "on"}).status_code in (403, 404)
    assert Client().post(ADDRESS, {"certain": "on"}).status_code == 404
    second = holder(town, Role.COORDINATOR)
    for user in (founder, second):
        page = signed_in(user).post(ADDRESS, {"certain": "on"}).content.decode()
        assert "Others coordinate this city too" in page
    User.objects.filter(pk=second.pk).update(is_active=False)
    assert signed_in(founder).post(ADDRESS, {"certain": "on"}).status_code == 302
    assert not City.objects.filter(pk=town.pk).exists()


def test_what_others_have_seen_is_not_discarded(town, founder):
    School.objects.create(city=town, key="a", slug="a", name="A", public_id=town.public_id)
    show_city(city=town, is_public=True, in_totals=False, user=founder)
    for is_public in (True, False):
        show_city(city=town, is_public=is_public, in_totals=False, user=founder)
        client = signed_in(founder)
        assert ADDRESS not in client.get("/en/riverton/workspace/start/").content.decode()
        assert "Others have seen this city" in client.post(ADDRESS, {"certain": "on"}).content.decode()
        with pytest.raises(ValidationError):
            discarding.discard_city(city=town, user=founder)
    assert City.objects.filter(pk=town.pk).exists()


def test_what_is_at_work_or_published_comes_first(town, founder):
    record = Import.objects.create(city=town, public_id=town.public_id, title="Schools", state=Import.State.RUNNING)
    page = plant_tree(city=town).add_child(instance=ArticlePage(title="A page", slug="page", body="<p>Words</p>"))
    client = signed_in(founder)
    words = client.post(ADDRESS, {"certain": "on"}).content.decode()
    assert "An import is at work." in words
    assert "are published" in words
    record.delete()
    page.unpublish()
    assert client.post(ADDRESS, {"certain": "on"}).status_code == 302
    assert not City.objects.exists()


def test_the_way_from_an_account_that_cannot_be_deleted_leads_there(town, founder):
    other = city("Otherton")
    give_role(city=other, user=founder, role=Role.COORDINATOR)
    client = signed_in(founder)
    page = client.post("/en/account/delete/", {"certain": "on"}, follow=True).content.decode()
    assert "The draft of Riverton would have no coordinator" in page
    assert "Otherton would have no coordinator" in page
    assert set(re.findall(r'<li><a href="([^"]+)">[^<]*(?:Riverton|Otherton)', page)) == {
        ADDRESS,
        "/en/otherton/workspace/people/",
    }
    client.post(ADDRESS, {"certain": "on"})
    give_role(city=other, user=person(), role=Role.COORDINATOR)
    client.post("/en/account/delete/", {"certain": "on"})
    assert not User.objects.filter(pk=founder.pk).exists()


def test_discarding_and_beginning_again_does_not_go_on_for_ever(founder):
    for number in range(domain.MOST_DRAFTS):
        begun = domain.start_city(name=f"Town {number}", time_zone="America/Chicago", user=founder)
        discarding.discard_city(city=begun, user=founder)
    with pytest.raises(ValidationError, match="wait a week"):
        domain.start_city(name="Town", time_zone="America/Chicago", user=founder)
    City.history.update(history_date="2026-01-01T00:00Z")
    assert domain.start_city(name="Town", time_zone="America/Chicago", user=founder).slug == "town"
