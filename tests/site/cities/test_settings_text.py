"""The text of a city's settings: what a form changes in it, what is wrong with it, and its history."""

import tomllib

import pytest
from tests.factories.site import city
from tests.site.cities.settings_pages import TEXT, address, own, saved, shown_form

from allcity.site.cities.settings import domain
from allcity.site.cities.settings.document import ShapeError, edited

pytestmark = pytest.mark.django_db


# --- What a form changes in it ---


def test_only_what_is_changed_changes_in_the_text():
    changed = edited(TEXT, {("city", "state"): "IL", ("targets", "reach_minutes"): 20, ("targets", "fee_limit"): 50})
    assert changed == TEXT.replace('["en", "es"]\n', '["en", "es"]\nstate = "IL"\n').replace(
        "fee_limit = 60  # for one term\n", "fee_limit = 50  # for one term\nreach_minutes = 20\n"
    )


def test_what_is_taken_away_leaves_no_empty_table_but_every_remark():
    text = edited(TEXT, {("sections", "dignity", "title", "es"): "Otra cosa"})
    assert tomllib.loads(text)["sections"]["dignity"] == {"title": {"es": "Otra cosa"}}
    back = edited(text, {("sections", "dignity", "title", "es"): None})
    assert "dignity" not in back
    for remark in (
        "# Who we are.",
        "# never changes",
        "# What families told us.",
        "# for one term",
        "# Our own question.",
    ):
        assert remark in back


def test_a_text_in_one_language_becomes_one_in_two():
    text = edited(TEXT, {("city", "name", "es"): "Villaprueba"})
    assert tomllib.loads(text)["city"]["name"] == {"en": "Testville", "es": "Villaprueba"}
    assert tomllib.loads(edited(TEXT, {("city", "name", "en"): "New"}))["city"]["name"] == "New"


def test_a_text_that_is_not_toml_is_refused():
    with pytest.raises((ShapeError, ValueError)):
        edited("[city", {("city", "state"): "IL"})


# --- The whole text, and its history ---


def test_two_people_who_change_the_text_are_told(coordinator, town):
    mine = shown_form(coordinator, address("text/"))
    saved(coordinator, address("city/"), state="IL")
    sent = mine | {"text": TEXT.replace("60", "70"), "confirm": "1"}
    answer = coordinator.post(address("text/"), sent)
    assert answer.context["form"].errors["text"]
    assert "IL" in answer.context["theirs"]
    assert own(town)["targets"]["fee_limit"] == 60
    coordinator.post(address("text/"), sent | {"version": answer.context["form"]["version"].value()})
    assert own(town)["targets"]["fee_limit"] == 70


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "testville"', 'id = "other"'),
        ("[targets]", "[targets"),
        ("fee_limit = 60", "fee_limit = -1"),
        ("fee_limit = 60", "no_such = 1"),
        ('scale = "students"', 'scale = "nothing"'),
    ],
)
def test_a_text_with_problems_is_told_and_not_saved(coordinator, town, old, new):
    sent = shown_form(coordinator, address("text/")) | {"text": TEXT.replace(old, new), "confirm": "1"}
    answer = coordinator.post(address("text/"), sent)
    assert answer.context["form"].errors
    town.refresh_from_db()
    assert town.settings_text == TEXT


def test_problems_of_a_text_are_told_in_the_readers_language(coordinator, town):
    sent = shown_form(coordinator, address("text/")) | {"text": TEXT.replace("fee_limit = 60", "no_such = -1")}
    errors = coordinator.post(address("text/").replace("/en/", "/es/"), sent).context["form"].errors["text"]
    assert any(error.startswith("targets.no_such no es una clave conocida; use uno de estos: ") for error in errors)


def test_history_tells_who_changed_what_and_leads_back(coordinator, town):
    version = domain.version_of(town)
    saved(coordinator, address("targets/reach_minutes/"), value="20")
    rows = coordinator.get(address("history/")).context["page"].object_list
    assert rows[0]["who"] == "Cora Kim"
    assert [(change.before, change.after) for change in rows[0]["changes"]] == [("30", "20")]
    assert rows[-1]["is_first"]
    url = address(f"history/{version}/")
    coordinator.post(url, shown_form(coordinator, url) | {"confirm": "1"})
    town.refresh_from_db()
    assert town.settings_text == TEXT
    assert domain.version_of(town) > version


def test_history_of_another_city_is_not_found(coordinator):
    other = city("Otherton")
    assert coordinator.get(address(f"history/{domain.version_of(other)}/")).status_code == 404


def test_a_version_that_says_the_same_is_not_offered_to_go_back_to(coordinator, town):
    with_a_remark = TEXT.replace("# Who we are.", "# Who we are, and were.")
    domain.replace_text(city=town, version=domain.version_of(town), text=with_a_remark)
    rows = coordinator.get(address("history/")).context["page"].object_list
    assert [row["is_now"] for row in rows] == [True, True, False]
    same, begun = (
        coordinator.get(address(f"history/{row['record'].history_id}/")).content.decode() for row in rows[1:]
    )
    assert "They say the same today." in same
    assert 'name="confirm"' not in same
    assert 'name="confirm"' in begun
