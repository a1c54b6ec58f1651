"""Matching the columns of a file that no mapping reads, in a form and as text."""

import tomllib

import pytest
from django.urls import reverse
from django.utils import translation
from tests.factories.folders import EXPORT
from tests.site.exchange.journey import begun, go, look, page, sent, states

from allcity.formats.mapping import parse_mapping
from allcity.formats.schema import SCHEMA
from allcity.site.directory.models import School
from allcity.site.exchange.files import mappings_of, path_of
from allcity.site.exchange.forms import MatchForm
from allcity.site.exchange.matching import as_toml, columns_of, proposed
from allcity.site.exchange.models import Import
from allcity.site.exchange.words import COLUMNS

pytestmark = pytest.mark.django_db
NAME = "register of schools.csv"


@pytest.fixture
def record(client, city):
    record = begun(client, city)
    sent(client, record, {NAME: EXPORT.encode()})
    return record


def given(record, **changes):
    """What a browser sends of the form as it is shown, but for `changes`."""
    path = path_of(record, NAME)
    form = MatchForm(values=proposed(path), columns=columns_of(path))
    shown = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: value for name, value in (shown | changes).items() if value is not None}


def test_the_proposal_is_shown_kept_and_used(client, city, record):
    assert "its columns are not matched yet" in look(client, record)
    shown = look(client, record, "import-match", NAME)
    assert "Bunche" in shown
    go(client, record, "import-match", NAME, **given(record, coverage="complete", as_of="2023-01-15", year="2022"))
    go(client, record, "import-try")
    go(client, record, "import-confirm")
    assert states([record]) == [Import.State.DONE]
    assert sorted(School.objects.of(city).values_list("name", flat=True)) == ["Bunche", "Clark", "Ñuñoa"]


def test_columns_are_explained_in_the_readers_language(client, record):
    assert "Its name as people know it." in look(client, record, "import-match", NAME)
    with translation.override("es"):
        spanish = look(client, record, "import-match", NAME)
        kept = page(go(client, record, "import-mapping", NAME, text="[source]\nid = 5\n"))
    assert "Su nombre tal como lo conoce la gente." in spanish
    assert "Its name as people know it." not in spanish
    assert "source.id debe ser un texto, no 5; escríbalo entre comillas." in kept


def test_what_is_lacking_is_told_and_nothing_is_kept(client, record):
    field = next(name for name in given(record) if name.endswith("-name-from"))
    said = page(go(client, record, "import-match", NAME, **given(record, **{field: ""})))
    assert "lacks name" in said
    assert not list(mappings_of(record).iterdir())


def test_the_text_can_be_written_by_those_who_know_it(client, record):
    text = as_toml(proposed(path_of(record, NAME)))
    assert "[[table]]" in look(client, record, "import-mapping", NAME)
    assert "line 1" in page(go(client, record, "import-mapping", NAME, text="[[nonsense"))
    go(client, record, "import-mapping", NAME, text=text)
    (kept,) = mappings_of(record).iterdir()
    assert parse_mapping(kept.read_text(encoding="utf-8"), file_name=NAME) == parse_mapping(text, file_name=NAME)


def test_values_that_may_name_people_are_not_shown(client, record):
    sent(client, record, {NAME: EXPORT.replace("Lat,", "Principal,").replace("41.8,", "Ada Lovelace,").encode()})
    assert "Ada Lovelace" not in look(client, record, "import-match", NAME)


def test_a_name_from_an_address_is_looked_up_and_never_followed(client, record):
    for step in ("import-match", "import-mapping"):
        assert go(client, record, step, "..").status_code == 404


def kept_by(record):
    (kept,) = mappings_of(record).iterdir()
    return tomllib.loads(kept.read_text(encoding="utf-8"))


def matched(client, record):
    go(client, record, "import-match", NAME, **given(record, coverage="complete", as_of="2023-01-15", year="2022"))


def test_what_was_kept_is_opened_again_and_changed(client, city, record):
    matched(client, record)
    assert "Change how its columns are matched" in look(client, record)
    go(client, record, "import-try")
    answer = client.get(reverse("city:import-match", args=[city.slug, record.public_id, NAME]))
    assert "Below is what you kept." in page(answer)
    form = answer.context["form"]
    shown = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    shown = {name: value for name, value in shown.items() if value is not None}
    before = kept_by(record)
    go(client, record, "import-match", NAME, **shown)
    assert kept_by(record) == before  # as it was shown, so it is kept
    go(client, record, "import-match", NAME, **shown | {"as_of": "2023-02-01"})
    assert kept_by(record)["source"]["as_of"].isoformat() == "2023-02-01"
    assert states([record]) == [Import.State.DRAFT]  # to be tried out once more
    assert "Below is a proposal" in page(client.get(f"{answer.request['PATH_INFO']}?table="))


def test_a_column_that_is_gone_from_the_file_is_named(client, record):
    matched(client, record)
    sent(client, record, {NAME: EXPORT.replace("Lat,", "Latitude north,").encode()})
    assert "Lat, which is not in the file" in look(client, record, "import-match", NAME)


def test_a_text_that_says_more_than_the_form_is_opened_as_text(client, record):
    text = as_toml(proposed(path_of(record, NAME)))
    go(client, record, "import-mapping", NAME, text=text + 'as_of = { value = "2023-01-09" }\n')
    answer = client.get(reverse("city:import-match", args=[record.city.slug, record.public_id, NAME]), follow=True)
    assert "2023-01-09" in page(answer)
    assert answer.redirect_chain


def test_nothing_is_matched_otherwise_once_the_import_is_done(client, record):
    matched(client, record)
    go(client, record, "import-try")
    go(client, record, "import-confirm")
    before = kept_by(record)
    for step in ("import-match", "import-mapping"):
        answer = client.get(reverse(f"city:{step}", args=[record.city.slug, record.public_id, NAME]), follow=True)
        assert "This import has gone on meanwhile." in page(answer)
        go(client, record, step, NAME, text="")
    assert kept_by(record) == before


def test_every_column_has_a_name_that_people_know():
    assert {column.name for table in SCHEMA.values() for column in table.columns} == set(COLUMNS)
