"""Starting a city: who may, under which short name, in which steps, and what it looks like until it is public."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from tests.factories.site import city, holder, person, school, signed_in

from allcity.declaration import CityFileError
from allcity.formats.folder import write_folder
from allcity.site.cities.domain import create_city
from allcity.site.cities.models import City, Role
from allcity.site.cities.names import CityNameError
from allcity.site.cities.settings import domain as settings
from allcity.site.cities.start import domain
from allcity.site.cities.start.steps import next_of, steps_of
from allcity.site.exchange.domain import import_folder

pytestmark = pytest.mark.django_db

FORM = {"name": "St. Paul", "state": "MN", "country": "US", "time_zone": "America/Chicago", "short_name": ""}


@pytest.fixture
def founder():
    return person(first_name="Flora")


@pytest.fixture
def client(founder) -> Client:
    return signed_in(founder)


def begun(client: Client, **changes: str) -> City:
    answer = client.post("/en/start/", FORM | changes)
    assert answer.status_code == 302, answer.context["form"].errors
    return City.objects.get(slug=answer["Location"].split("/")[2])


def test_everybody_reads_what_it_takes_and_signs_in_to_begin():
    page = Client().get("/en/start/")
    assert b"/en/account/sign-in/?next=/en/start/" in page.content
    answer = Client().post("/en/start/", FORM)
    assert answer.status_code == 302
    assert "/account/sign-in/" in answer["Location"]
    assert not City.objects.exists()


def test_a_city_begins_as_a_draft_of_its_founder(client, founder):
    town = begun(client)
    assert (town.slug, town.name, town.is_public, town.in_totals) == ("st-paul", "St. Paul", False, False)
    assert town.settings.city.state == "MN"
    assert founder.memberships.get(city=town).role == Role.COORDINATOR
    assert Client().get("/en/st-paul/").status_code == 404
    assert client.get("/en/st-paul/").status_code == 200
    assert signed_in(person()).get("/en/st-paul/workspace/start/").status_code == 404


def test_a_short_name_that_is_taken_gets_the_state_or_is_asked_for(client):
    begun(client)
    assert begun(client).slug == "st-paul-mn"
    answer = client.post("/en/start/", FORM)
    assert answer.context["form"].errors["short_name"]
    assert begun(client, short_name="saint-paul").slug == "saint-paul"
    answer = client.post("/en/start/", FORM | {"short_name": "saint-paul"})
    assert answer.context["form"].errors["short_name"]


@pytest.mark.parametrize(
    "word", ["account", "work", "start", "declaration", "look", "demo", "still-true", "hsds", "es"]
)
def test_the_sites_own_words_are_no_citys(client, word):
    answer = client.post("/en/start/", FORM | {"short_name": word})
    assert answer.context["form"].errors["short_name"]
    assert not City.objects.exists()


@pytest.mark.parametrize(
    ("word", "remedy"),
    [
        ("work", "kept free"),
        ("ES", "kept free"),
        ("hsds", "kept free"),
        ("x" * 61, "at most 60"),
        ("testville", "already"),
    ],
)
def test_no_other_door_lets_such_a_name_in(word, remedy, tmp_path):
    city()
    text = f'[city]\nid = "{word}"\nname = "A"\ntime_zone = "America/Chicago"\n'
    write_folder(tmp_path, tables={}, city_text=text)
    for make in (lambda: create_city(settings_text=text), lambda: import_folder(tmp_path)):
        with pytest.raises(CityNameError, match=remedy):
            make()
    assert City.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "x" * 201), ("country", "us"), ("country", "U$"), ("time_zone", "Mars/Base"),
        ("short_name", "St Paul"), ("short_name", "../x"), ("short_name", "-"), ("short_name", "x" * 61),
    ],
)  # fmt: skip
def test_bad_values_are_told(client, field, value):
    answer = client.post("/en/start/", FORM | {field: value})
    assert answer.context["form"].errors[field]
    assert not City.objects.exists()


def test_a_name_that_leaves_no_letters_asks_for_a_short_name(client):
    answer = client.post("/en/start/", FORM | {"name": "北京", "state": ""})
    assert answer.context["form"].errors["short_name"]
    assert begun(client, name="北京", state="", short_name="beijing").name == "北京"


def test_a_name_is_text_and_nothing_else(client):
    town = begun(client, name='A "quoted" \\ city\'s <b>')
    assert town.settings.city.name.root == {"en": 'A "quoted" \\ city\'s <b>'}


def test_nobody_heaps_up_drafts(client, founder):
    for number in range(domain.MOST_DRAFTS):
        begun(client, short_name=f"town-{number}")
    answer = client.post("/en/start/", FORM)
    assert answer.context["form"].non_field_errors()
    City.objects.filter(slug="town-0").update(is_public=True)
    begun(client)


def test_values_that_no_form_lets_through_are_refused(founder):
    with pytest.raises(CityFileError):
        domain.start_city(name="A", time_zone="Nowhere", user=founder)
    with pytest.raises(ValidationError):
        domain.start_city(name="A", time_zone="America/Chicago", short_name="start", user=founder)


def test_steps_are_seen_from_what_the_city_has(client, founder):
    town = begun(client)

    def done() -> set[str]:
        return {step.name for step in steps_of(town) if step.is_done}

    assert done() == {"name"}
    assert next_of(steps_of(town)).name == "schools"
    settings.set_boundary(
        city=town,
        content=b'{"type": "Polygon", "coordinates": [[[-88, 41], [-87, 41], [-87, 42], [-88, 41]]]}',
        user=founder,
    )
    school(town)
    town.refresh_from_db()
    assert next_of(steps_of(town)).name == "people"
    holder(town)
    assert done() == {"name", "boundary", "schools", "people"}
    page = client.get("/en/st-paul/workspace/start/")
    assert page.context["next"].name == "public"
    form = client.get("/en/st-paul/workspace/start/targets/").context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    client.post("/en/st-paul/workspace/start/targets/", sent | {"reach_minutes": "20", "fee_limit": "50"})
    town.refresh_from_db()
    assert town.settings.framework.targets.reach_minutes.value == 20
    assert town.settings.framework.targets.fee_limit.value == 50
    assert done() == {"name", "boundary", "schools", "people", "targets"}
    settings.show_city(city=town, is_public=True, in_totals=False, user=founder)
    settings.set_boundary(city=town, content=b"", user=founder)
    town.refresh_from_db()
    page = client.get("/en/st-paul/workspace/start/").content.decode()
    assert "If you like: Boundary" in page
    assert "may be left out" in page
    City.objects.filter(pk=town.pk).update(boundary="{}")
    town.refresh_from_db()
    assert next_of(steps_of(town)) is None
    assert b"All steps are done" in client.get("/en/st-paul/workspace/start/").content


@pytest.mark.parametrize("value", ["4", "", "many"])
def test_the_first_targets_too_keep_the_threshold(client, value):
    begun(client)
    form = client.get("/en/st-paul/workspace/start/targets/").context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    answer = client.post("/en/st-paul/workspace/start/targets/", sent | {"suppression_threshold": value})
    assert answer.context["form"].errors["suppression_threshold"]


def test_first_targets_keep_what_the_city_says_of_them(client):
    town = begun(client)
    text = town.settings_text + '\n[targets]\nreach_minutes = { value = 25, caveat = "Ours" }\n'
    settings.replace_text(city=town, version=settings.version_of(town), text=text)
    form = client.get("/en/st-paul/workspace/start/targets/").context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    client.post("/en/st-paul/workspace/start/targets/", sent | {"fee_limit": "10"})
    town.refresh_from_db()
    assert town.settings.framework.targets.reach_minutes.caveat.root == {"en": "Ours"}
    assert town.settings.framework.targets.fee_limit.value == 10


def test_members_do_not_start_somebody_elses_city():
    town = city("Draftville", is_public=False)
    client = signed_in(holder(town))
    for url in ("", "targets/"):
        assert client.get(f"/en/draftville/workspace/start/{url}").status_code == 403
