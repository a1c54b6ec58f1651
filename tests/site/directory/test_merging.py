"""Two records that are one: found, looked at side by side, merged, and taken apart again."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from tests.factories import site
from tests.factories.directory import offering, organization, program, school
from tests.factories.site import holder, signed_in

from allcity.site.cities.models import Membership, Role
from allcity.site.conversations.domain import start_thread
from allcity.site.conversations.models import Thread
from allcity.site.directory import domain
from allcity.site.directory.kinds import KINDS
from allcity.site.directory.models import Identifier, Merge, Organization, Program
from allcity.site.directory.queries.similar import similar_pairs
from allcity.site.needs.models import Letter
from allcity.site.partnerships.models import Delivery, Partnership

pytestmark = pytest.mark.django_db


@pytest.fixture
def twin(city, coordinator) -> Organization:
    return organization(city, coordinator, "Harbour Strings", website="https://strings.example")


@pytest.fixture
def pair(city, strings, twin, coordinator):
    """The twin has a program, two partnerships (one is the survivor's too), a delivery, an identifier and a manager."""
    program(twin, coordinator, "Cellos")
    offering(program(twin, coordinator, "Basses"), coordinator)
    pier = school(city, "Pier School")
    for key, partners in (("a", [twin]), ("b", [twin, strings])):
        made = Partnership.objects.create(
            city=city,
            key=key,
            public_id=f"00000000-0000-0000-0000-00000000000{key}",
            name=key,
            start_date=date(2026, 9, 1),
        )
        made.organizations.set(partners)
    Delivery.objects.create(
        city=city,
        key="d",
        account="school",
        organization=twin,
        school=pier,
        contribution="private_lessons",
        start_date=date(2026, 9, 1),
        end_date=date(2026, 9, 2),
    )
    for record, scheme in ((twin, "EIN"), (twin, "other"), (strings, "other")):
        Identifier.objects.create(city=city, table="organizations", record_key=record.key, scheme=scheme, value="1")
    return strings, twin, holder(city, Role.MANAGER, twin.public_id)


def state() -> dict[str, list]:
    """Who belongs to whom."""
    return {
        "programs": list(Program.objects.order_by("pk").values_list("name", "organization__name")),
        "partners": sorted(Partnership.objects.values_list("key", "organizations__name")),
        "deliveries": list(Delivery.objects.values_list("key", "organization__name")),
        "identifiers": sorted(Identifier.objects.values_list("scheme", "record_key")),
        "roles": sorted(map(str, Membership.objects.exclude(place=None).values_list("user", "place"))),
        "websites": list(
            Organization.objects.order_by("pk").values_list("name", "website", "archived_at", "merged_into")
        ),
    }


def test_everything_of_the_duplicate_is_the_survivors(pair, coordinator, city):
    survivor, duplicate, manager = pair
    version = city.data_version
    domain.merge_records(survivor=survivor, duplicate=duplicate, take=["website"], user=coordinator)
    survivor.refresh_from_db()
    duplicate.refresh_from_db()
    city.refresh_from_db()
    assert state()["programs"] == [("Cellos", "Harbor Strings"), ("Basses", "Harbor Strings")]
    assert state()["partners"] == [("a", "Harbor Strings"), ("b", "Harbor Strings")]
    assert state()["deliveries"] == [("d", "Harbor Strings")]
    assert state()["identifiers"] == [
        ("EIN", "harbor-strings"),
        ("other", "harbor-strings"),
        ("other", "harbour-strings"),
    ]
    assert Membership.objects.get(user=manager).place == survivor.public_id
    assert (survivor.name, survivor.website) == ("Harbor Strings", "https://strings.example")
    assert (duplicate.merged_into, duplicate.archived_at is None) == (survivor, False)
    assert Program.objects.first().history.first().history_user == coordinator
    assert city.data_version == version + 1


def test_a_merge_is_taken_back_whole(pair, coordinator):
    survivor, duplicate, _manager = pair
    before = state()
    merge = domain.merge_records(survivor=survivor, duplicate=duplicate, take=["name", "website"], user=coordinator)
    assert state() != before
    assert domain.undo_merge(merge=merge, user=coordinator) == duplicate
    assert state() == before
    with pytest.raises(ValidationError, match="already"):
        domain.undo_merge(merge=merge, user=coordinator)


def test_what_was_changed_since_stays_when_a_merge_is_taken_back(pair, coordinator):
    survivor, duplicate, _manager = pair
    merge = domain.merge_records(survivor=survivor, duplicate=duplicate, take=["website"], user=coordinator)
    domain.change_record(record=survivor, values={"website": "https://new.example"}, user=coordinator)
    program(survivor, coordinator, "New since")
    domain.undo_merge(merge=merge, user=coordinator)
    survivor.refresh_from_db()
    assert survivor.website == "https://new.example"
    assert Program.objects.get(name="New since").organization == survivor


def test_merges_are_taken_back_in_their_order(city, strings, twin, coordinator):
    third = organization(city, coordinator, "Harbor Strings Inc")
    first = domain.merge_records(survivor=strings, duplicate=twin, user=coordinator)
    strings.refresh_from_db()
    second = domain.merge_records(survivor=third, duplicate=strings, user=coordinator)
    twin.refresh_from_db()
    assert twin.merged_into == third  # an old address leads on at once
    with pytest.raises(ValidationError, match="another merge since"):
        domain.undo_merge(merge=first, user=coordinator)
    domain.undo_merge(merge=second, user=coordinator)
    domain.undo_merge(merge=first, user=coordinator)
    assert Organization.objects.current().count() == 3


def test_years_that_both_schools_have_stay_with_each(city, coordinator):
    pier, twin = school(city, "Pier School", year=2026), school(city, "Pier Schol", year=2026)
    twin.years.create(city=city, year=2025, name="Pier Schol", grades=["K"])
    merge = domain.merge_records(survivor=pier, duplicate=twin, user=coordinator)
    assert sorted(pier.years.values_list("year", flat=True)) == [2025, 2026]
    assert list(twin.years.values_list("year", flat=True)) == [2026]
    domain.undo_merge(merge=merge, user=coordinator)
    assert sorted(twin.years.values_list("year", flat=True)) == [2025, 2026]


def test_only_two_current_records_of_one_kind_and_city_can_be_one(city, strings, twin, coordinator):
    foreign = organization(site.city("Lakeview"), coordinator, "Harbor Strings")
    of = program(strings, coordinator)
    record = offering(of, coordinator)
    for one, other in ((strings, strings), (strings, of), (strings, foreign), (record, offering(of, coordinator))):
        with pytest.raises(ValidationError):
            domain.merge_records(survivor=one, duplicate=other, user=coordinator)
    domain.archive_record(record=twin, user=coordinator)
    with pytest.raises(ValidationError, match="archived"):
        domain.merge_records(survivor=strings, duplicate=twin, user=coordinator)
    assert not Merge.objects.exists()


def test_conversations_go_on_with_the_survivor(pair, coordinator, city):
    strings, twin, manager = pair
    thread = start_thread(city=city, title="Cellos", user=None, audience="circle", places=[twin.public_id])
    both = start_thread(
        city=city, title="Basses", user=None, audience="circle", places=[twin.public_id, strings.public_id]
    )
    merge = domain.merge_records(survivor=strings, duplicate=twin, user=coordinator)
    assert set(Thread.objects.for_user(manager)) == {thread, both}
    domain.undo_merge(merge=merge, user=coordinator)
    assert set(Thread.objects.for_user(manager)) == {thread, both}
    assert not thread.parties.filter(place=strings.public_id).exists()


def test_what_each_has_once_stays_with_each(city, strings, twin, coordinator):
    for one in (strings, twin):
        Letter.objects.create(city=city, organization=one, sent_at=timezone.now())
    domain.merge_records(survivor=strings, duplicate=twin, user=coordinator)
    assert {letter.organization for letter in Letter.objects.all()} == {strings, twin}


def test_somebody_who_has_both_places_keeps_one_role_there(city, strings, twin, coordinator):
    user = holder(city, Role.MANAGER, strings.public_id)
    Membership.objects.create(city=city, user=user, role=Role.MANAGER, place=twin.public_id)
    domain.merge_records(survivor=strings, duplicate=twin, user=coordinator)
    assert Membership.objects.filter(user=user, place=strings.public_id).count() == 1


# --- Pages ---


def test_both_are_seen_side_by_side_and_merged_by_choice(as_coordinator, pair):
    survivor, duplicate, _manager = pair
    page = f"/en/riverton/records/organizations/{survivor.slug}/merge/{duplicate.slug}/"
    shown = as_coordinator.get(page)
    told = shown.content.decode()
    assert "https://strings.example" in told
    assert "Harbour Strings" in told
    assert {(label, moving, staying) for label, moving, staying in shown.context["moves"]} == {
        ("programs", 2, 0),
        ("partnerships", 1, 1),
        ("deliveries", 1, 0),
    }
    as_coordinator.post(page, {"name": "other", "website": "mine"})
    survivor.refresh_from_db()
    assert (survivor.name, survivor.website) == ("Harbour Strings", "")


def test_the_old_address_leads_to_the_survivor(as_coordinator, strings, twin, coordinator):
    domain.merge_records(survivor=strings, duplicate=twin, user=coordinator)
    answer = as_coordinator.get(f"/en/riverton/records/organizations/{twin.slug}/")
    assert answer.headers["Location"] == f"/en/riverton/records/organizations/{strings.slug}/"


def test_a_merge_is_taken_back_from_its_list(as_coordinator, strings, twin, coordinator):
    merge = domain.merge_records(survivor=strings, duplicate=twin, user=coordinator)
    page = as_coordinator.get("/en/riverton/workspace/records/merges/").content.decode()
    assert "“Harbour Strings” was merged into “Harbor Strings”" in page
    as_coordinator.post(f"/en/riverton/workspace/records/merges/{merge.public_id}/undo/")
    twin.refresh_from_db()
    assert twin.archived_at is None
    assert "Taken back on" in as_coordinator.get("/en/riverton/workspace/records/merges/").content.decode()


def test_a_record_that_was_merged_comes_back_by_taking_the_merge_back_alone(strings, twin, coordinator):
    domain.merge_records(survivor=strings, duplicate=twin, user=coordinator)
    with pytest.raises(ValidationError, match="Take the merge back"):
        domain.restore_record(record=twin, user=coordinator)


def test_merging_is_the_coordinators(city, strings, twin, manager, coordinator):
    merge = domain.merge_records(
        survivor=organization(city, coordinator, "A"), duplicate=organization(city, coordinator, "B"), user=coordinator
    )
    inside = signed_in(manager)
    for page in (
        f"records/organizations/{strings.slug}/merge/{twin.slug}/",
        f"workspace/records/merges/{merge.public_id}/undo/",
        f"records/organizations/{strings.slug}/apart/{twin.slug}/",
    ):
        assert inside.post(f"/en/riverton/{page}").status_code == 403
    abroad = signed_in(holder(site.city("Lakeview"), Role.COORDINATOR))
    assert abroad.post(f"/en/lakeview/workspace/records/merges/{merge.public_id}/undo/").status_code == 404


def test_a_long_list_of_merges_asks_no_more(as_coordinator, city, coordinator, strings, django_assert_max_num_queries):
    for number in range(30):
        twin = organization(city, coordinator, f"Twin {number}")
        domain.merge_records(survivor=strings, duplicate=twin, user=coordinator)
    with django_assert_max_num_queries(12):
        as_coordinator.get("/en/riverton/workspace/records/merges/")


# --- What looks alike ---


def found(city, kind: str) -> list[set[str]]:
    return [{str(pair.first), str(pair.second)} for pair in similar_pairs(city, KINDS[kind])]


def test_names_of_one_sound_are_a_pair(city, strings, twin, coordinator):
    organization(city, coordinator, "Quay Brass")
    assert found(city, "organizations") == [{"Harbor Strings", "Harbour Strings"}]


def test_one_web_site_makes_a_pair_and_a_shared_host_does_not(city, coordinator):
    for name, site_of in (
        ("Lake Opera Chorus", "https://www.lake.example/a"),
        ("Lake Opera Children", "http://lake.example"),
        ("Hill Opera Chorals", "https://facebook.com/hill"),
        ("Dale Opera Kids", "https://facebook.com/dale"),
    ):
        organization(city, coordinator, name, website=site_of)
    assert found(city, "organizations") == [{"Lake Opera Chorus", "Lake Opera Children"}]


def test_programs_are_alike_within_their_organization_alone(city, strings, twin, coordinator):
    for of in (strings, twin):
        program(of, coordinator, "Youth Choir")
    assert found(city, "programs") == []
    program(strings, coordinator, "Youth Choirs")
    assert found(city, "programs") == [{"Youth Choir", "Youth Choirs"}]


def test_places_of_one_name_far_apart_are_two(city, coordinator):
    for name, latitude in (("Park House", 41.0), ("Park House", 41.5), ("The Park House", 41.0001)):
        domain.add_location(
            city=city, values={"name": name, "latitude": latitude, "longitude": -87.0}, user=coordinator
        )
    assert found(city, "locations") == [{"Park House", "The Park House"}]


def test_schools_are_compared_where_they_are(city):
    school(city, "Lincoln School", latitude=41.0, longitude=-87.0)
    school(city, "Lincoln Schol", latitude=41.3, longitude=-87.0)
    assert found(city, "schools") == []
    school(city, "Lincoln  School", latitude=41.0, longitude=-87.0)
    assert found(city, "schools") == [{"Lincoln School", "Lincoln  School"}]


def test_two_that_are_not_the_same_are_not_asked_about_again(as_coordinator, city, strings, twin):
    page = "/en/riverton/workspace/records/?show=similar"
    assert "“Harbor Strings” and “Harbour Strings”" in as_coordinator.get(page).content.decode()
    as_coordinator.post(f"/en/riverton/records/organizations/{twin.slug}/apart/{strings.slug}/")
    assert "No two look like one." in as_coordinator.get(page).content.decode()


def test_archived_records_are_no_pair(city, strings, twin, coordinator):
    domain.archive_record(record=twin, user=coordinator)
    assert found(city, "organizations") == []
