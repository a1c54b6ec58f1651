"""What a city decides for itself: forms over its city.toml, with preview, conflicts and bad input."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.factories import directory
from tests.factories.site import city, holder, school, signed_in
from tests.site.cities.settings_pages import TEXT, address, own, saved, shown_form

from allcity.site.cities.models import Role
from allcity.site.cities.settings import domain
from allcity.site.cities.settings.city_forms import TARGETS
from allcity.site.cities.settings.parts import KINDS
from allcity.site.figures.models import Examination

pytestmark = pytest.mark.django_db

# --- Forms, preview and saving ---


def test_every_page_of_the_settings_opens(coordinator, town):
    now = domain.effective(town.settings_text)
    urls = ["", "city/", "boundary/", "shown/", "targets/", "text/", "history/"]
    urls += [f"targets/{name}/" for name in TARGETS]
    for kind in KINDS:
        entry = next(iter(now[kind]))
        urls += [f"framework/{kind}/", f"framework/{kind}/add/", f"framework/{kind}/entries/{entry}/"]
    urls += [
        "framework/sections/entries/access/parts/own_question/",
        "framework/conditions/entries/meaningful/add/",
        f"history/{domain.version_of(town)}/",
    ]
    for url in urls:
        response = coordinator.get(address(url))
        assert response.status_code == 200, url
        assert response.content.count(b"<h1") == 1, url


@pytest.mark.parametrize(
    "url",
    [
        "targets/no_such/",
        "framework/no_such/",
        "framework/sections/entries/no_such/",
        "framework/terms/entries/autumn/parts/x/",
        "framework/terms/entries/autumn/add/",
        "framework/sections/entries/access/parts/no_such/",
        "history/999999/",
    ],
)
def test_what_is_not_there_is_not_found(coordinator, url):
    assert coordinator.get(address(url)).status_code == 404


def test_a_form_sent_as_it_is_changes_nothing(coordinator, town):
    for url in ("city/", "targets/reach_minutes/", "targets/minutes_per_week/", "framework/sections/entries/access/",
                "framework/sections/entries/access/parts/own_question/", "framework/contributions/entries/mentorship/",
                "framework/conditions/entries/meaningful/", "framework/strategies/entries/chula_vista_pilot/"):  # fmt: skip
        response = coordinator.get(address(url))
        if response.status_code == 404:
            pytest.fail(url)
        answer = coordinator.post(address(url), shown_form(coordinator, address(url)))
        assert answer.status_code == 302, (url, answer.context["form"].errors if answer.context else "")
    town.refresh_from_db()
    assert town.settings_text == TEXT


def test_nothing_is_saved_before_it_was_confirmed(coordinator, town):
    sent = shown_form(coordinator, address("targets/reach_minutes/")) | {"value": "20"}
    preview = coordinator.post(address("targets/reach_minutes/"), sent)
    page = preview.content.decode()
    assert [(change.before, change.after) for change in preview.context["changes"]] == [("30", "20")]
    assert "Travel time within reach" in page
    assert "reach" in " ".join(preview.context["figures"])
    assert "reach_minutes" not in own(town)["targets"]
    back = coordinator.post(address("targets/reach_minutes/"), {**sent, "back": "1"})
    assert back.context["form"]["value"].value() == "20"
    assert "reach_minutes" not in own(town)["targets"]


def test_a_target_is_changed_with_its_reason_and_goes_back_to_its_default(coordinator, town):
    url, version = address("targets/reach_minutes/"), town.data_version
    saved(coordinator, url, value="20", note="Small children", source="Our survey", url="https://example.org/survey")
    assert own(town)["targets"]["reach_minutes"] == {
        "value": 20,
        "caveat": "Small children",
        "sources": [{"text": {"en": "Our survey"}, "url": "https://example.org/survey"}],
    }
    assert town.settings.framework.targets.reach_minutes.standing == "city"
    assert town.data_version > version
    assert own(town)["targets"]["fee_limit"] == 60
    sent = {"version": domain.version_of(town), "default": "1"}
    assert coordinator.post(url, sent).status_code == 200
    coordinator.post(url, {**sent, "confirm": "1"})
    assert "reach_minutes" not in own(town)["targets"]


def test_a_target_may_be_left_unset(coordinator, town):
    saved(coordinator, address("targets/seats_cap_unknown/"), value="")
    assert town.settings.framework.targets.seats_cap_unknown.value == 30
    town.refresh_from_db()
    assert town.settings.framework.targets.seats_cap_unknown.value is None


def test_minutes_a_week_are_set_for_each_band(coordinator, town):
    saved(coordinator, address("targets/minutes_per_week/"), **{"value-PK-2": "60", "value-9-12": "100"})
    assert own(town)["targets"]["minutes_per_week"] == {"PK-2": 60, "3-5": 90, "6-8": 92, "9-12": 100}


@pytest.mark.parametrize("value", ["4", "0", "-1", "x", "", "1e400", "5.5"])
def test_the_threshold_is_never_under_five(coordinator, town, value):
    url = address("targets/suppression_threshold/")
    answer = coordinator.post(url, shown_form(coordinator, url) | {"value": value, "confirm": "1"})
    assert answer.status_code == 200
    assert answer.context["form"].errors["value"]
    assert town.settings_text == TEXT


def test_a_value_that_the_framework_refuses_is_told_at_its_field(coordinator, town):
    url = address("targets/catchment_step_weights/")
    sent = shown_form(coordinator, url) | {"minutes-0": "10", "weight-0": "0.5", "minutes-1": "5", "weight-1": "1"}
    answer = coordinator.post(url, {**sent, "confirm": "1"})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert town.settings_text == TEXT


def test_who_the_city_is(coordinator, town):
    saved(
        coordinator, address("city/"), **{"name-es": "Villaprueba"}, state="IL", population="12345", licence="CC0-1.0"
    )
    assert own(town)["city"]["name"] == {"en": "Testville", "es": "Villaprueba"}
    assert (town.settings.city.state, town.settings.city.population) == ("IL", 12345)
    assert "# never changes" in town.settings_text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "usa"), ("currency", "$"), ("time_zone", "Mars/Base"), ("languages", "english"), ("languages", ""),
        ("population", "-5"), ("name-en", ""), ("name-en", "x" * 201),
    ],
)  # fmt: skip
def test_bad_values_are_told_and_not_saved(coordinator, town, field, value):
    answer = coordinator.post(
        address("city/"), shown_form(coordinator, address("city/")) | {field: value, "confirm": "1"}
    )
    assert answer.context["form"].errors[field]
    town.refresh_from_db()
    assert town.settings_text == TEXT


def test_an_entry_is_changed_in_both_languages_and_goes_back(coordinator, town):
    url = address("framework/sections/entries/access/")
    usual = town.settings.framework.sections["access"].title.root["es"]
    saved(coordinator, url, **{"title-en": "Music for all", "title-es": "Música para todos"})
    assert own(town)["sections"]["access"]["title"] == {"en": "Music for all", "es": "Música para todos"}
    saved(coordinator, url, **{"title-es": usual})
    assert own(town)["sections"]["access"]["title"] == {"en": "Music for all"}


def test_an_entry_is_dropped_with_what_hangs_on_it_and_taken_up_again(coordinator, town):
    url = address("framework/participants/entries/families/")
    sent = {"version": domain.version_of(town), "drop": "1"}
    assert coordinator.post(url, sent).status_code == 200
    coordinator.post(url, {**sent, "confirm": "1"})
    town.refresh_from_db()
    assert "families" not in town.settings.framework.participants
    assert coordinator.get(url).status_code == 404
    assert b"Dropped by the city" in coordinator.get(address("framework/participants/")).content
    sent = {"version": domain.version_of(town), "restore": "1"}
    coordinator.post(url, {**sent, "confirm": "1"})
    town.refresh_from_db()
    assert "families" in town.settings.framework.participants
    assert "participants" not in own(town)


def test_a_section_and_a_question_are_added(coordinator, town):
    saved(coordinator, address("framework/sections/add/"),
          **{"title-en": "Places", "summary-en": "Where music is made.", "summary-es": "Dónde"}, number="10")  # fmt: skip
    assert own(town)["sections"]["places"]["number"] == 10
    saved(
        coordinator,
        address("framework/sections/entries/places/add/"),
        **{"text-en": "Is there a hall?", "help-en": "Count them.", "answered_by": ["students"], "scale": "schools"},
    )
    town.refresh_from_db()
    questions = town.settings.framework.sections["places"].questions
    assert [question.text.root for question in questions.values()] == [{"en": "Is there a hall?"}]


def test_a_new_entry_never_takes_the_id_of_another(coordinator, town):
    for _time in range(2):
        saved(
            coordinator,
            address("framework/participants/add/"),
            **{"title-en": "Families", "description-en": "Others"},
        )
    assert set(own(town)["participants"]) == {"families_2", "families_3"}


def test_what_is_written_is_never_markup(coordinator, town):
    saved(coordinator, address("framework/participants/entries/families/"), **{"title-en": "<b>&\"'\\ x"})
    page = coordinator.get(address("framework/participants/")).content.decode()
    assert "&lt;b&gt;&amp;" in page
    assert own(town)["participants"]["families"]["title"]["en"] == "<b>&\"'\\ x"


def test_a_text_needs_some_language(coordinator, town):
    url = address("framework/participants/entries/families/")
    answer = coordinator.post(url, shown_form(coordinator, url) | {"title-en": "", "title-es": "", "confirm": "1"})
    assert answer.context["form"].errors["title-en"]


# --- Two people at once ---


def test_two_people_who_change_different_things_both_keep_theirs(coordinator, town):
    first = shown_form(coordinator, address("targets/reach_minutes/"))
    saved(coordinator, address("city/"), state="IL")
    coordinator.post(address("targets/reach_minutes/"), first | {"value": "20", "confirm": "1"})
    assert own(town)["targets"]["reach_minutes"] == 20
    assert own(town)["city"]["state"] == "IL"


def test_two_people_who_change_the_same_are_told_and_lose_nothing(coordinator, town):
    url = address("framework/sections/entries/access/")
    mine = shown_form(coordinator, url) | {"title-en": "Mine", "confirm": "1"}
    saved(coordinator, url, **{"title-en": "Theirs"})
    answer = coordinator.post(url, mine)
    form = answer.context["form"]
    assert "Theirs" in form.errors["title-en"][0]
    assert "Cora Kim" in form.errors["title-en"][0]
    assert form["title-en"].value() == "Mine"
    assert own(town)["sections"]["access"]["title"]["en"] == "Theirs"
    coordinator.post(url, mine | {"version": form["version"].value()})
    assert own(town)["sections"]["access"]["title"]["en"] == "Mine"


# --- Boundary ---

SQUARE = '{"type": "Polygon", "coordinates": [[[-88, 41], [-87, 41], [-87, 42], [-88, 41]]]}'


@pytest.mark.parametrize(
    "content",
    [
        SQUARE,
        f'{{"type": "Feature", "properties": {{}}, "geometry": {SQUARE}}}',
        (
            f'{{"type": "FeatureCollection", "features": [{{"type": "Feature", "geometry": {SQUARE}}}, '
            '{"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 0]}}]}'
        ),
    ],
)
def test_a_boundary_is_read_and_drawn(coordinator, town, content):
    coordinator.post(address("boundary/"), {"file": SimpleUploadedFile("b.geojson", content.encode())})
    town.refresh_from_db()
    assert '"Polygon"' in town.boundary
    assert own(town)["city"]["boundary"] == "boundary.geojson"
    assert b'<path d="M' in coordinator.get(address("boundary/")).content
    coordinator.post(address("boundary/"), {"remove": "1"})
    assert "boundary" not in own(town)["city"]
    assert town.boundary == ""


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[]", "null", '"x"', "[" * 100_000, '{"type": "Point", "coordinates": [0, 0]}',
        '{"type": "Polygon", "coordinates": [[[500000, 4000000], [500001, 4000000], [500001, 4000001], [500000, 4000000]]]}',
        '{"type": "Polygon", "coordinates": "x"}', '{"type": "Polygon"}', '{"type": "FeatureCollection", "features": [1]}',
        '{"type": "FeatureCollection", "features": [null]}', '{"type": "Polygon", "coordinates": [[[NaN, 1], [2, 3], [1, 1]]]}',
        '{"type": "Polygon", "coordinates": []}',
    ],
)  # fmt: skip
def test_what_is_no_boundary_is_refused(coordinator, town, content):
    answer = coordinator.post(address("boundary/"), {"file": SimpleUploadedFile("b.geojson", content.encode())})
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    town.refresh_from_db()
    assert (town.boundary, town.settings_text) == ("", TEXT)


def test_a_boundary_that_is_too_large_is_refused():
    with pytest.raises(ValidationError, match="larger"):
        domain.boundary_text(b" " * (5 * 2**20 + 1))


# --- Who sees the city ---


def test_a_draft_becomes_public_only_with_schools_a_name_and_understanding(town):
    draft = city("Draftville", is_public=False)
    client = signed_in(holder(draft, Role.COORDINATOR, first_name="Cora"))
    url = "/en/draftville/workspace/settings/shown/"
    assert client.post(url, {"is_public": "on", "understood": "on"}).context["form"].non_field_errors()
    school(draft)
    assert client.post(url, {"is_public": "on"}).context["form"].errors["understood"]
    assert Client().get("/en/draftville/").status_code == 404
    assert client.post(url, {"is_public": "on", "understood": "on", "in_totals": "on"}).status_code == 302
    draft.refresh_from_db()
    assert draft.is_public
    assert draft.in_totals
    client.post(url, {"in_totals": "on"})
    draft.refresh_from_db()
    assert not draft.is_public
    assert not draft.in_totals
    words = [word for row in client.get("/en/draftville/workspace/settings/history/").context["page"].object_list
             for word in row["made"]]  # fmt: skip
    assert "Everybody can see the city." in words


def test_a_coordinator_without_a_name_is_nobody_to_ask():
    draft = city("Draftville", is_public=False)
    school(draft)
    holder(draft, Role.COORDINATOR, first_name="", last_name="")
    assert domain.wanting_for_public(draft) == {"schools": True, "contact": False}
    with pytest.raises(ValidationError):
        domain.show_city(city=draft, is_public=True, in_totals=False)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.EDITOR])
def test_only_coordinators_come_in(town, role):
    client = signed_in(holder(town, role))
    for url in ("", "city/", "text/", "history/", "shown/", "targets/reach_minutes/"):
        assert client.get(address(url)).status_code == 403
        assert client.post(address(url), {"confirm": "1"}).status_code in (403, 405)


def test_school_years_stand_in_the_overview_with_what_can_be_done(town, coordinator):
    assert "The city has no school year yet." in coordinator.get(address()).content.decode()
    for year in (2024, 2025):
        directory.school(town, f"School {year}", year=year)
    page = coordinator.get(address())
    assert [(year.name, year.computed_at) for year in page.context["years"]] == [("2025-26", None), ("2024-25", None)]
    assert "not computed yet" in page.content.decode()
    made = datetime(2026, 3, 4, tzinfo=UTC)
    Examination.objects.create(city=town, year=2024, state=Examination.State.DONE, computed_at=made)
    page = coordinator.get(address())
    assert [(year.year, year.is_shown) for year in page.context["years"]] == [(2025, False), (2024, True)]
    words = page.content.decode()
    assert "computed on March 4, 2026" in words
    assert 'href="/en/testville/?year=2024"' in words
    assert 'href="/en/testville/?year=2025"' not in words
    assert 'href="/en/testville/workspace/imports/"' in words


def test_a_city_is_called_by_its_name_in_the_readers_language_everywhere(town, coordinator):
    text = TEXT.replace('"Testville"', '{ en = "Testville", es = "Villa Prueba" }')
    domain.replace_text(city=town, version=domain.version_of(town), text=text)
    for page in ("", "schools/", "data/", "workspace/", "workspace/settings/", "workspace/settings/shown/"):
        words = coordinator.get(f"/es/testville/{page}").content.decode()
        assert "Villa Prueba" in words, page
        assert "Testville" not in words, page
