"""Matching the columns of a file that no mapping reads, in a form and as text."""

import pytest
from tests.factories.folders import EXPORT
from tests.site.exchange.journey import begun, go, look, page, sent, states

from allcity.formats.mapping import parse_mapping
from allcity.site.directory.models import School
from allcity.site.exchange.files import mappings_of, path_of
from allcity.site.exchange.forms import MatchForm
from allcity.site.exchange.matching import as_toml, columns_of, proposed
from allcity.site.exchange.models import Import

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
