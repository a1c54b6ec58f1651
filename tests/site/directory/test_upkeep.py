"""Records that grow old are asked after, confirmed, remembered, archived, and never lost."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail, signing
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories import site
from tests.factories.directory import offering, organization, program, school
from tests.factories.site import holder, signed_in

from allcity.site.cities import places
from allcity.site.cities.models import Membership, Role
from allcity.site.directory import domain
from allcity.site.directory.models import Asking, Location, Offering, Organization, Program
from allcity.site.directory.tasks import ask_what_is_still_true
from allcity.site.notices.work import work_of

pytestmark = pytest.mark.django_db

LONG_AGO = date(2020, 1, 1)


def aged(record) -> None:
    type(record).objects.filter(pk=record.pk).update(as_of=LONG_AGO, confirmed_at=None, confirmed_by=None)
    record.refresh_from_db()


def history_of(client: Client, record) -> str:
    page = client.get(f"/en/riverton/records/{record.TABLE}/{record.slug}/history/").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


# --- Confirming ---


def test_still_true_is_one_button(as_manager, manager, strings):
    aged(strings)
    page = f"/en/riverton/records/organizations/{strings.slug}/"
    assert "may be out of date" in as_manager.get(page).content.decode()
    as_manager.post(f"{page}confirm/")
    strings.refresh_from_db()
    assert (strings.confirmed_by, strings.as_of, strings.is_stale) == (manager, timezone.now().date(), False)
    assert "Confirmed by Manuel Maas on" in as_manager.get(page).content.decode()
    assert as_manager.get(f"{page}confirm/").status_code == 405


@pytest.fixture
def asked(manager, strings, django_capture_on_commit_callbacks):
    """The mail that the manager gets for an old organization."""
    aged(strings)
    with django_capture_on_commit_callbacks(execute=True):
        ask_what_is_still_true.enqueue()
    return mail.outbox[-1]


def link_in(message) -> str:
    return re.search(r"http://localhost:8000(/\S+/still-true/\S+)", message.body)[1]


def test_whoever_looks_after_an_old_record_is_asked_once_a_month(asked, manager, coordinator, strings):
    assert (asked.to, asked.subject, len(mail.outbox)) == ([manager.email], "Is this still true?", 1)
    assert "Harbor Strings (organization)" in asked.body
    domain.ask_everybody()
    assert Asking.objects.get().user == manager
    Asking.objects.update(asked_at=timezone.now() - timedelta(days=29))
    assert domain.ask_everybody() == 1


def test_nobody_is_asked_about_what_is_fresh_or_over(strings, manager):
    over = offering(program(strings, manager), manager, start_date=date(2019, 9, 2), end_date=date(2020, 1, 1))
    aged(over)
    assert domain.ask_everybody() == 0


def test_the_mail_can_be_stopped_with_one_click(client, asked, manager):
    stop = asked.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    assert stop in asked.body
    client.post(stop)
    Asking.objects.all().delete()
    assert domain.ask_everybody() == 0


def test_the_mail_speaks_the_persons_language_where_there_is_one(strings, manager, django_capture_on_commit_callbacks):
    aged(strings)
    manager.language = "es"
    manager.save()
    with django_capture_on_commit_callbacks(execute=True):
        domain.ask_everybody()
    assert "/es/still-true/" in mail.outbox[-1].body


def test_the_link_confirms_without_sign_in_and_only_when_pressed(client, asked, strings, manager):
    link = link_in(asked)
    assert "Harbor Strings" in client.get(link).content.decode()
    strings.refresh_from_db()
    assert strings.as_of == LONG_AGO
    assert "Thank you" in client.post(link).content.decode()
    strings.refresh_from_db()
    assert (strings.confirmed_by, strings.as_of) == (manager, timezone.now().date())
    assert strings.history.first().history_user == manager
    assert "_auth_user_id" not in client.session


def test_the_link_is_for_that_person_and_that_record_alone(client, asked, strings, manager):
    link = link_in(asked)
    assert client.get(link.rstrip("/") + "x/").status_code == 410
    other = signing.dumps(["organizations", strings.pk, manager.pk], salt="something else")
    assert client.post(f"/en/still-true/{other}/").status_code == 410
    Membership.objects.filter(user=manager).delete()
    assert client.post(link).status_code == 410
    strings.refresh_from_db()
    assert strings.as_of == LONG_AGO


def test_the_link_ends_after_sixty_days(client, asked, monkeypatch, strings):
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 59 * 86400)
    assert client.get(link_in(asked)).status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: now + 61 * 86400)
    assert client.post(link_in(asked)).status_code == 410
    strings.refresh_from_db()
    assert strings.as_of == LONG_AGO


def test_the_link_of_an_archived_record_is_over(client, asked, strings, coordinator):
    domain.archive_record(record=strings, user=coordinator)
    assert client.get(link_in(asked)).status_code == 410


def test_it_waits_in_my_work(strings, manager, coordinator, city):
    assert not [item for item in work_of(manager) if "still true" in str(item.title)]
    aged(strings)
    aged(program(strings, manager))
    [item] = [item for item in work_of(manager) if "still true" in str(item.title)]
    assert "2 records of Harbor Strings" in item.title
    assert (item.city, item.url) == (city, f"/en/riverton/records/organizations/{strings.slug}/")


def test_my_work_asks_no_more_for_more(strings, manager, django_assert_num_queries):
    of = program(strings, manager)
    aged(of)
    with CaptureQueriesContext(connection) as one:
        work_of(manager)
    for number in range(20):
        aged(program(strings, manager, f"Program {number}"))
        aged(offering(of, manager))
    with django_assert_num_queries(len(one)):
        work_of(manager)


def test_a_school_is_confirmed_with_its_newest_year(city):
    place = school(city)
    liaison = holder(city, Role.LIAISON, place.public_id)
    domain.confirm(record=place, user=liaison)
    place.refresh_from_db()
    assert (place.confirmed_by, place.years.get().as_of) == (liaison, timezone.now().date())


def test_places_are_found_for_roles(city, strings, coordinator):
    pier = school(city, "Pier School")
    gone = organization(city, coordinator, "Gone")
    domain.archive_record(record=gone, user=coordinator)
    assert [place.name for place in places.all_places(city, Role.MANAGER)] == ["Harbor Strings"]
    assert [place.name for place in places.all_places(city, Role.LIAISON)] == ["Pier School"]
    found = places.find_places(city, [pier.public_id, strings.public_id, gone.public_id, None])
    assert {place.name: place.role for place in found.values()} == {
        "Harbor Strings": Role.MANAGER,
        "Pier School": Role.LIAISON,
    }


# --- History ---


def test_history_is_told_in_plain_words(as_manager, strings, manager, coordinator):
    record = offering(program(strings, manager), manager, seats=20, minimum_fee=1250)
    domain.change_record(
        record=record,
        values={"seats": 24, "days": ["mo", "we"], "food": True, "minimum_fee": None, "start_date": date(2026, 9, 8)},
        user=coordinator,
    )
    domain.confirm(record=record, user=manager)
    told = history_of(as_manager, record)
    assert "Corinne Cole" in told
    assert "changed seats from 20 to 24" in told
    assert "set days of the week to Monday, Wednesday" in told
    assert "set gives food to yes" in told
    assert "took away lowest fee (it was 12.50 USD)" in told
    assert "changed first day from Sept. 7, 2026 to Sept. 8, 2026" in told
    assert told.index("still true") < told.index("changed seats") < told.index("added this")


def test_names_and_not_numbers_stand_in_history(as_coordinator, city, strings, coordinator):
    pier, quay = (domain.add_location(city=city, values={"name": name}, user=coordinator) for name in ("Pier", "Quay"))
    record = offering(program(strings, coordinator), coordinator, location=pier)
    domain.change_record(record=record, values={"location": quay}, user=coordinator)
    assert "changed place from Pier to Quay" in history_of(as_coordinator, record)


def test_a_long_history_is_read_in_as_many_queries(as_manager, city, strings, manager, django_assert_num_queries):
    page = f"/en/riverton/records/organizations/{strings.slug}/history/"
    domain.change_record(record=strings, values={"description": "0"}, user=manager)
    with CaptureQueriesContext(connection) as few:
        as_manager.get(page)
    for number in range(1, 30):
        domain.change_record(record=strings, values={"description": str(number)}, user=manager)
    with django_assert_num_queries(len(few)):
        first = as_manager.get(page).content.decode()
    assert "changed what it does from 28 to 29" in first
    assert "changed what it does from 9 to 10" in first
    assert "changed what it does from 8 to 9" in as_manager.get(f"{page}?page=2").content.decode()


def test_an_earlier_version_comes_back_as_a_new_one(as_manager, strings, manager):
    domain.change_record(record=strings, values={"description": "First"}, user=manager)
    first = strings.history.first().history_id
    domain.change_record(record=strings, values={"description": "Second", "website": "https://a.example"}, user=manager)
    page = f"/en/riverton/records/organizations/{strings.slug}/history/"
    as_manager.post(f"{page}{first}/restore/")
    strings.refresh_from_db()
    assert (strings.description, strings.website) == ("First", "")
    assert strings.history.count() == 4
    assert as_manager.post(f"{page}999999/restore/").status_code == 404


def test_a_version_of_another_record_is_none_of_this_one(as_manager, as_coordinator, city, strings, coordinator):
    other = organization(city, coordinator, "Another")
    foreign = other.history.first().history_id
    answer = as_manager.post(f"/en/riverton/records/organizations/{strings.slug}/history/{foreign}/restore/")
    assert answer.status_code == 404
    strings.refresh_from_db()
    assert strings.name == "Harbor Strings"


# --- Archiving ---


def test_an_organization_goes_and_comes_with_what_is_under_it(as_coordinator, city, strings, coordinator):
    kept, gone_before = program(strings, coordinator, "Kept"), program(strings, coordinator, "Gone before")
    offering(kept, coordinator)
    domain.archive_record(record=gone_before, user=coordinator)
    page = f"/en/riverton/records/organizations/{strings.slug}/"
    assert "its programs (1) and their dates (1)" in as_coordinator.get(f"{page}archive/").content.decode()
    as_coordinator.post(f"{page}archive/")
    for model in (Organization, Program, Offering):
        assert not model.objects.of(city).current().exists()
    assert "Bring it back" in as_coordinator.get(page).content.decode()
    as_coordinator.post(f"{page}restore/")
    assert [program.name for program in Program.objects.of(city).current()] == ["Kept"]
    assert Offering.objects.of(city).current().count() == 1
    assert Program.objects.get(name="Kept").history.first().history_user == coordinator


def test_what_is_under_something_archived_waits_for_it(strings, coordinator):
    of = program(strings, coordinator)
    domain.archive_record(record=strings, user=coordinator)
    of.refresh_from_db()
    with pytest.raises(ValidationError, match="Bring back “Harbor Strings” first"):
        domain.restore_record(record=of, user=coordinator)


def test_a_place_in_use_is_not_archived(as_coordinator, city, strings, coordinator):
    hall = domain.add_location(city=city, values={"name": "Pier Hall"}, user=coordinator)
    record = offering(program(strings, coordinator), coordinator, location=hall)
    page = f"/en/riverton/records/locations/{hall.slug}/"
    as_coordinator.post(f"{page}archive/")
    assert "1 offering is still held here." in as_coordinator.get(page).content.decode()
    domain.archive_record(record=record, user=coordinator)
    as_coordinator.post(f"{page}archive/")
    assert not Location.objects.of(city).current().exists()


def test_a_manager_archives_programs_and_not_the_organization(as_manager, strings, manager):
    of = program(strings, manager)
    assert as_manager.post(f"/en/riverton/records/organizations/{strings.slug}/archive/").status_code == 403
    assert as_manager.post(f"/en/riverton/records/programs/{of.slug}/archive/").status_code == 302
    assert not Program.objects.current().exists()


def test_what_is_archived_is_not_edited(as_manager, strings, manager):
    of = program(strings, manager)
    domain.archive_record(record=of, user=manager)
    as_manager.post(f"/en/riverton/records/programs/{of.slug}/edit/", {"name": "Other"})
    of.refresh_from_db()
    assert of.name == "Fiddles"


# --- The coordinator's table ---


def rows(client: Client, query: str) -> list[str]:
    found = client.get(f"/en/riverton/workspace/records/?{query}").context["page"]
    return [str(record) for record in found]


def test_the_table_shows_what_needs_looking_after(as_coordinator, city, strings, coordinator):
    old, gone = organization(city, coordinator, "Old Brass"), organization(city, coordinator, "Gone Winds")
    aged(old)
    domain.archive_record(record=gone, user=coordinator)
    assert rows(as_coordinator, "") == ["Harbor Strings", "Old Brass"]
    assert rows(as_coordinator, "show=stale") == rows(as_coordinator, "show=unconfirmed") == ["Old Brass"]
    assert rows(as_coordinator, "show=archived") == ["Gone Winds"]
    assert rows(as_coordinator, "q=harbor") == ["Harbor Strings"]
    assert rows(as_coordinator, "kind=nonsense&show=nonsense&page=nonsense") == ["Harbor Strings", "Old Brass"]
    tally = as_coordinator.get("/en/riverton/workspace/records/").context["tally"]
    assert (tally.current, tally.stale, tally.unconfirmed, tally.archived) == (2, 1, 1, 1)


def test_the_table_shows_no_other_city(as_coordinator, strings, coordinator):
    organization(site.city("Lakeview"), coordinator, "Foreign Strings")
    assert rows(as_coordinator, "") == ["Harbor Strings"]


@pytest.mark.parametrize(
    "query", ["", "show=similar", "kind=offerings", "kind=programs&show=unconfirmed", "kind=schools"]
)
def test_the_table_asks_no_more_for_more(as_coordinator, city, strings, coordinator, query, django_assert_num_queries):
    def more(names):
        for name in names:
            of = program(organization(city, coordinator, f"Band {name}"), coordinator, f"Course {name}")
            offering(of, coordinator)
            school(city, f"School {name}")

    page = f"/en/riverton/workspace/records/?{query}"
    more(["a", "b"])
    with CaptureQueriesContext(connection) as few:
        as_coordinator.get(page)
    more([str(number) for number in range(30)])
    with django_assert_num_queries(len(few)):
        as_coordinator.get(page)


def test_an_organizations_page_asks_no_more_for_more(as_manager, strings, manager, django_assert_num_queries):
    page = f"/en/riverton/records/organizations/{strings.slug}/"
    offering(program(strings, manager), manager)
    with CaptureQueriesContext(connection) as few:
        as_manager.get(page)
    for number in range(30):
        offering(program(strings, manager, f"Program {number}"), manager)
    with django_assert_num_queries(len(few)):
        as_manager.get(page)


def test_mine_are_the_places_that_i_hold(as_manager, strings, city, coordinator):
    organization(city, coordinator, "Another")
    page = as_manager.get("/en/riverton/records/").content.decode()
    assert "Harbor Strings" in page
    assert "Another" not in page
    assert signed_in(holder(city, Role.MEMBER)).get("/en/riverton/records/").status_code == 403
