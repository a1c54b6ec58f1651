"""What an import and a merge leave of partnerships that people agree on, log and sign here."""

from typing import Any

import pytest
from tests.site.partnerships.delivering.conftest import Town, town

from allcity.analysis.city import year_of
from allcity.formats.folder import CityFolder
from allcity.site.cities.models import public_id
from allcity.site.directory.domain import merge_records, source_of_people, undo_merge
from allcity.site.directory.models import Organization, School, SchoolYear
from allcity.site.exchange.changes import difference
from allcity.site.exchange.domain import put, undo_import
from allcity.site.exchange.models import Import
from allcity.site.exchange.tables import read_city
from allcity.site.needs.models import Need
from allcity.site.partnerships.models import Agreement, Delivery, Event, Partnership, Session, Signature

__all__ = ["town"]
pytestmark = pytest.mark.django_db
PARTNERSHIPS = ("partnerships", "agreements", "goals", "deliveries", "check_ins")


@pytest.fixture
def folder(town: Town) -> CityFolder:
    """The city as a folder, in which the partnership is, before anything happened in it here."""
    source = source_of_people(town.city, Partnership.TABLE)
    for school in (town.pier, town.hill):
        SchoolYear.objects.create(city=town.city, school=school, year=2025, name=school.name)
    for model in (School, SchoolYear, Organization, Need, Partnership):
        model._default_manager.update(source=source, as_of=town.today)
    found = read_city(town.city)
    assert len(found.tables["partnerships"]) == 1
    return found


def bring(town: Town, found: CityFolder) -> Import:
    record = Import(
        city=town.city, public_id=public_id(town.city.slug, "imports", str(Import.objects.count())),
        kind=Import.Kind.FOLDER,
    )  # fmt: skip
    return put(record, found=found)


def without(found: CityFolder) -> CityFolder:
    tables = {name: frame.clear() if name in PARTNERSHIPS else frame for name, frame in found.tables.items()}
    return CityFolder(found.settings, tables, found.shapes, found.backdrop)


def agreement(town: Town, state: str) -> Agreement:
    found: Agreement = Agreement.objects.create(
        city=town.city, partnership=town.partnership, key="p1-1", public_id=public_id(town.city.slug, "agreements", "p1-1"),
        version=1, start_date=town.partnership.start_date, state=state,
        source=source_of_people(town.city, Agreement.TABLE), as_of=town.today,
    )  # fmt: skip
    return found


def here() -> list[list[Any]]:
    return [list(model._default_manager.order_by("pk").values()) for model in (Event, Session, Signature, Agreement)]


def lived(town: Town) -> None:
    town.log(ago=3)
    town.log(user=town.liaison, ago=3)
    Signature.objects.create(
        agreement=agreement(town, Agreement.State.SIGNED), side="school", place=town.pier.public_id,
        place_name="Pier School", name="Lia", fingerprint="f",
    )  # fmt: skip


def test_a_folder_that_does_not_name_it_takes_nothing_away_that_was_made_here(town: Town, folder: CityFolder) -> None:
    lived(town)
    before, tables = here(), read_city(town.city).tables
    record = bring(town, without(folder))
    assert here() == before
    assert not difference(tables, read_city(town.city).tables).keys() & set(PARTNERSHIPS)
    assert undo_import(record=record) == []
    assert here() == before


def test_one_of_which_nothing_is_told_here_goes_with_the_folder(town: Town, folder: CityFolder) -> None:
    record = bring(town, without(folder))
    assert not Partnership.objects.exists()
    undo_import(record=record)
    assert Partnership.objects.get().name == town.partnership.name


def test_taking_an_import_back_leaves_what_was_made_of_it_since(town: Town, folder: CityFolder) -> None:
    town.partnership.delete()
    record = bring(town, folder)
    made = Partnership.objects.get()
    Event.objects.create(partnership=made, step="version_begun")
    stays = undo_import(record=record)
    assert [(one.table, one.key) for one in stays] == [("partnerships", ("p1",))]
    assert Event.objects.get().partnership == made


def test_the_same_folder_changes_nothing(town: Town, folder: CityFolder) -> None:
    lived(town)
    before = here()
    assert bring(town, read_city(town.city)).changes["tables"] == {}
    assert here() == before


@pytest.mark.parametrize("stage", Partnership.HIDDEN)
def test_what_is_put_aside_here_stays_so_whatever_a_folder_says(town: Town, folder: CityFolder, stage: str) -> None:
    Partnership.objects.update(stage=stage, name="As it is here")
    bring(town, folder)
    now = Partnership.objects.get()
    assert (now.stage, now.name) == (stage, "As it is here")


def test_a_version_that_was_taken_back_stays_so(town: Town, folder: CityFolder) -> None:
    one = agreement(town, Agreement.State.SIGNED)
    found = read_city(town.city)
    assert len(found.tables["agreements"]) == 1
    Agreement.objects.update(state=Agreement.State.WITHDRAWN)
    bring(town, found)
    one.refresh_from_db()
    assert one.state == Agreement.State.WITHDRAWN


def sums() -> list[Any]:
    return sorted(Delivery.objects.values_list("key", "account", "school__name", "sessions", "hours"))


def test_two_schools_made_one_and_two_again(town: Town) -> None:
    town.log(ago=3)
    town.log(ago=3, school=town.hill)
    before = sums()
    merge = merge_records(survivor=town.pier, duplicate=town.hill, user=town.coordinator)
    assert [row[2:4] for row in sums()] == [("Pier School", 2)]
    undo_merge(merge=merge, user=town.coordinator)
    assert sums() == before
    assert [row[2:4] for row in before] == [("Hill School", 1), ("Pier School", 1)]


def test_a_school_that_left_keeps_the_ids_of_what_it_was_given(town: Town) -> None:
    town.log(ago=3)
    before = sums()
    town.log(ago=3, school=town.hill)
    town.partnership.schools.remove(town.pier)
    town.log(ago=2, school=town.hill)
    assert before[0] in sums()


def test_no_partnership_takes_the_sums_of_another_whose_id_begins_alike(town: Town) -> None:
    town.log(ago=3)
    before = sums()
    other = Partnership.objects.create(
        city=town.city, key=f"p1-{town.pier.key}", public_id=public_id(town.city.slug, "partnerships", "other"),
        name="At the harbor", contributions=town.partnership.contributions, start_date=town.day(90),
        setting="out_of_school",
    )  # fmt: skip
    other.organizations.add(town.strings)
    other.schools.add(town.pier)
    outside = Town(**{**vars(town), "partnership": other})
    outside.log(ago=3, school=None)
    assert before[0] in sums()
    assert Delivery.objects.filter(partnership=other).get().key.endswith(f"-{year_of(town.day(3))}-2")
