"""Records are added and changed by those who look after them, in forms and by functions."""

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from tests.factories import site
from tests.factories.directory import offering, organization, program, school
from tests.factories.site import holder, person, signed_in

from allcity.site.cities.models import Role, Source, public_id
from allcity.site.directory import domain
from allcity.site.directory.models import Location, Offering, Organization, Program

pytestmark = pytest.mark.django_db

NUMBERS = {"seats": "20", "minimum_age": "8", "maximum_age": "12", "sessions": "30"}
OFFERING = {
    "mode": "in_person",
    "location": "",
    "start_date": "2026-09-07",
    "end_date": "2027-06-04",
    "days": ["tu", "mo"],
    "start_time": "15:30",
    "end_time": "17:00",
    "fee": "paid",
    "lowest": "12.50",
    "highest": "40",
    "languages": ["es", "en"],
    "accommodations": ["step_free"],
    "transport": "no",
    "food": "",
    **NUMBERS,
}


def test_a_new_record_has_a_readable_id_and_says_who_knows_it(city, coordinator):
    first = organization(city, coordinator, "Café Música")
    second = organization(city, coordinator, "Cafe Musica")
    assert (first.key, first.slug, second.slug) == ("cafe-musica", "cafe-musica", "cafe-musica-2")
    assert first.public_id == public_id("riverton", "organizations", "cafe-musica")
    assert (first.confirmed_by, first.as_of) == (coordinator, timezone.now().date())
    source = Source.objects.get(city=city)
    assert (first.source, source.key, source.name) == (source, "people", "People of Riverton")
    assert (source.coverage, source.tables) == ("unknown", ["organizations"])


def test_the_people_as_a_source_name_every_table_they_feed(strings, coordinator):
    offering(program(strings, coordinator), coordinator)
    assert Source.objects.get().tables == ["organizations", "programs", "offerings"]


def test_every_write_tells_the_city_and_the_history_who(city, strings, manager):
    before = city.data_version
    domain.change_record(record=strings, values={"description": "Plays."}, user=manager)
    city.refresh_from_db()
    assert city.data_version == before + 1
    assert strings.history.first().history_user == manager


def test_an_edit_keeps_the_source_and_counts_as_confirming(city, coordinator, manager, strings):
    source = Source.objects.create(city=city, key="list", name="A list", coverage="partial", as_of=date(2020, 1, 1))
    Organization.objects.update(source=source, as_of=date(2020, 1, 1), confirmed_at=None, confirmed_by=None)
    record = domain.change_record(record=strings, values={"name": "Harbor Strings School"}, user=manager)
    record.refresh_from_db()
    assert (record.source, record.as_of, record.confirmed_by) == (source, timezone.now().date(), manager)


def test_a_manager_changes_an_offering_in_whole_units_of_money(as_manager, strings, manager):
    record = offering(program(strings, manager), manager)
    page = f"/en/riverton/records/offerings/{record.slug}/edit/"
    assert as_manager.get(page).status_code == 200
    answer = as_manager.post(page, {**OFFERING, "version": record.history.first().history_id})
    assert answer.headers["Location"] == f"/en/riverton/records/offerings/{record.slug}/"
    record = Offering.objects.get()
    assert (record.minimum_fee, record.maximum_fee, record.seats) == (1250, 4000, 20)
    assert (record.days, record.start_time, record.languages) == (["mo", "tu"], time(15, 30), ["es", "en"])
    assert (record.transport, record.food, record.minimum_age) == (False, None, 8)


def test_what_is_stored_is_what_the_form_shows_again(as_manager, strings, manager):
    record = offering(
        program(strings, manager), manager, seats=None, minimum_fee=1250, maximum_fee=None, transport=True, food=None
    )
    page = f"/en/riverton/records/offerings/{record.slug}/edit/"
    shown = as_manager.get(page).context["form"]
    data = {}
    for field in shown:
        value = field.value()
        if field.name in ("seats", "sessions", "minimum_age", "maximum_age"):
            data[f"{field.html_name}_unknown"] = "on"
        elif value is not None:
            data[field.html_name] = value
    before = {name: getattr(record, name) for name in ("seats", "minimum_fee", "maximum_fee", "transport", "food")}
    assert as_manager.post(page, data).status_code == 302
    record.refresh_from_db()
    assert {name: getattr(record, name) for name in before} == before


def test_money_without_cents_is_not_multiplied(as_manager, strings, manager):
    record = offering(program(strings, manager), manager, currency="JPY")
    as_manager.post(
        f"/en/riverton/records/offerings/{record.slug}/edit/", {**OFFERING, "lowest": "500", "highest": "900"}
    )
    record.refresh_from_db()
    assert (record.minimum_fee, record.maximum_fee) == (500, 900)


@pytest.mark.parametrize(
    ("answers", "stored"),
    [
        ({"fee": "free", "lowest": ""}, (0, 0)),
        ({"fee": "", "lowest": "5"}, (None, None)),
        ({"highest": ""}, (1250, None)),
    ],
)
def test_free_and_unknown_are_two_answers(as_manager, strings, manager, answers, stored):
    record = offering(program(strings, manager), manager)
    as_manager.post(f"/en/riverton/records/offerings/{record.slug}/edit/", {**OFFERING, **answers})
    record.refresh_from_db()
    assert (record.minimum_fee, record.maximum_fee) == stored


def test_not_to_know_is_an_answer_and_no_answer_is_asked_for(as_manager, strings, manager):
    record = offering(program(strings, manager), manager, seats=9)
    page = f"/en/riverton/records/offerings/{record.slug}/edit/"
    unanswered = as_manager.post(page, {**OFFERING, "seats": ""})
    assert "Write a number, or choose “I don" in unanswered.content.decode()
    both = as_manager.post(page, {**OFFERING, "seats_unknown": "on"})
    assert "Leave one of them." in both.content.decode()
    as_manager.post(page, {**OFFERING, "seats": "", "seats_unknown": "on"})
    record.refresh_from_db()
    assert record.seats is None


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        ({"end_date": "2026-01-01"}, "The last day is before the first."),
        ({"minimum_age": "13"}, "The oldest age is under the youngest."),
        ({"end_time": "15:00"}, "It ends before it begins."),
        ({"seats": "0"}, "With 0 seats nobody can join."),
        ({"lowest": "50"}, "The highest fee is under the lowest."),
        ({"lowest": "", "highest": ""}, "Write the fee, or choose"),
        ({"location": "new", "new_name": ""}, "Write what the new place is called"),
    ],
)
def test_what_cannot_be_true_is_told_with_a_remedy(as_manager, strings, manager, wrong, remedy):
    record = offering(program(strings, manager), manager)
    answer = as_manager.post(f"/en/riverton/records/offerings/{record.slug}/edit/", {**OFFERING, **wrong})
    assert answer.status_code == 200
    assert remedy in answer.content.decode()
    assert record.history.count() == 1


@pytest.mark.parametrize(
    "values",
    [
        {"seats": 0},
        {"start_date": date(2027, 1, 1), "end_date": date(2026, 1, 1)},
        {"minimum_age": 9.0, "maximum_age": 8.0},
    ],
)
def test_functions_insist_on_the_same(strings, manager, values):
    record = offering(program(strings, manager), manager)
    with pytest.raises(ValidationError):
        domain.change_record(record=record, values=values, user=manager)
    assert record.history.count() == 1


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://example.org", "data:text/html,x", "nowhere"])
def test_a_web_address_is_of_the_web(as_manager, strings, address):
    page = f"/en/riverton/records/organizations/{strings.slug}/edit/"
    answer = as_manager.post(page, {"name": strings.name, "participant_type": "", "website": address})
    assert "begins with https:// or http://" in answer.content.decode()


def test_a_web_address_without_its_beginning_gets_one(as_manager, strings):
    page = f"/en/riverton/records/organizations/{strings.slug}/edit/"
    as_manager.post(page, {"name": strings.name, "participant_type": "", "website": "strings.example/home"})
    strings.refresh_from_db()
    assert strings.website == "https://strings.example/home"


@pytest.mark.parametrize(
    ("place", "remedy"),
    [
        ({"latitude": "41.9", "longitude": ""}, "A place on the map needs both numbers."),
        ({"latitude": "91", "longitude": "1"}, "This is not on earth"),
    ],
)
def test_a_place_is_on_earth(as_coordinator, place, remedy):
    answer = as_coordinator.post("/en/riverton/records/locations/new/", {"name": "Pier Hall", **place})
    assert remedy in answer.content.decode()
    assert not Location.objects.exists()


def test_text_is_text(as_manager, strings, manager):
    domain.change_record(
        record=strings, values={"name": "<script>alert(1)</script>", "description": "=1+1"}, user=manager
    )
    for page in ("", "edit/", "history/", "archive/"):
        content = as_manager.get(f"/en/riverton/records/organizations/{strings.slug}/{page}").content.decode()
        assert "<script>alert" not in content
    strings.refresh_from_db()
    assert strings.description == "=1+1"


def test_a_program_is_added_step_by_step_with_a_new_place(as_manager, strings):
    base = f"/en/riverton/records/organizations/{strings.slug}/add/"
    steps = {
        "name": {"name": "Youth Choir", "description": "They sing."},
        "gives": {"contributions": ["private_lessons"]},
        "where": {"mode": "in_person", "location": "new", "new_name": "Pier Hall", "new_address": "1 Pier"},
        "when": {name: OFFERING[name] for name in ("start_date", "end_date", "sessions", "days")},
        "who": NUMBERS,
        "terms": {"fee": "free"},
    }
    expected = [*list(steps)[1:], "check"]
    for (step, answers), following in zip(steps.items(), expected, strict=True):
        assert as_manager.get(f"{base}{step}/").status_code == 200
        assert as_manager.post(f"{base}{step}/", answers).headers["Location"] == f"{base}{following}/"
    assert not Program.objects.exists()
    shown = as_manager.get(f"{base}check/").content.decode()
    assert "Pier Hall, 1 Pier" in shown
    assert "They sing." in shown
    as_manager.post(f"{base}check/")
    record = Offering.objects.get()
    assert (record.program.name, record.program.organization, record.location.name) == (
        "Youth Choir",
        strings,
        "Pier Hall",
    )
    assert (record.minimum_fee, record.seats, record.days) == (0, 20, ["mo", "tu"])


def test_a_program_can_be_saved_before_its_dates_are_known(as_manager, strings):
    base = f"/en/riverton/records/organizations/{strings.slug}/add/"
    as_manager.post(f"{base}name/", {"name": "Youth Choir"})
    answer = as_manager.post(f"{base}gives/", {"finish": "1"})
    assert answer.headers["Location"] == f"{base}check/"
    as_manager.post(f"{base}check/")
    assert Program.objects.get().name == "Youth Choir"
    assert not Offering.objects.exists()


def test_steps_cannot_be_jumped_over(as_manager, strings, manager):
    of = program(strings, manager)
    base = f"/en/riverton/records/programs/{of.slug}/add/"
    as_manager.post(f"{base}when/", {**OFFERING})
    assert as_manager.get(f"{base}check/").headers["Location"] == f"{base}where/"
    assert as_manager.post(f"{base}check/").status_code == 302
    assert not Offering.objects.exists()
    assert as_manager.get(f"{base}nonsense/").status_code == 404


def test_the_same_again_falls_on_the_same_days_of_the_week(as_manager, strings, manager):
    record = offering(
        program(strings, manager),
        manager,
        start_date=date(2023, 9, 5),
        end_date=date(2024, 6, 4),
        seats=12,
        languages=["en"],
    )
    copy = domain.repeat_offering(offering=record, user=manager, today=date(2026, 8, 1))
    assert (copy.start_date, copy.end_date) == (date(2026, 9, 1), date(2027, 6, 1))
    assert copy.start_date.weekday() == record.start_date.weekday()
    assert (copy.seats, copy.languages, copy.program) == (12, ["en"], record.program)
    answer = as_manager.post(f"/en/riverton/records/offerings/{record.slug}/again/")
    newest = Offering.objects.latest("pk")
    assert answer.headers["Location"] == f"/en/riverton/records/offerings/{newest.slug}/edit/"
    assert newest.end_date >= timezone.now().date()


def test_a_running_offering_is_repeated_a_year_later(strings, manager):
    record = offering(program(strings, manager), manager, start_date=date(2026, 9, 7), end_date=date(2027, 6, 4))
    copy = domain.repeat_offering(offering=record, user=manager, today=date(2027, 6, 4))
    assert (copy.start_date, copy.end_date) == (date(2027, 9, 6), date(2028, 6, 2))


def test_a_liaison_changes_the_newest_year_of_the_school(city):
    place = school(city)
    liaison = holder(city, Role.LIAISON, place.public_id, first_name="Lia")
    client = signed_in(liaison)
    page = f"/en/riverton/records/schools/{place.slug}/edit/"
    assert client.get(page).status_code == 200
    answers = {"name": "North Academy", "grades": ["K", "1", "2"], "dismissal_time": "15:10"}
    assert client.post(page, answers).status_code == 302
    place.refresh_from_db()
    year = place.years.get()
    assert (place.name, year.name, year.grades) == ("North Academy", "North Academy", ["K", "1", "2"])
    assert (place.confirmed_by, year.dismissal_time, year.as_of) == (liaison, time(15, 10), timezone.now().date())


def test_an_organization_is_told_apart_by_what_kinds_there_are(as_coordinator):
    page = as_coordinator.get("/en/riverton/records/organizations/new/").content.decode()
    assert "Universities and other institutions" in page
    assert "conservatories" in page  # said what it is
    assert "Music educators" not in page
    as_coordinator.post(
        "/en/riverton/records/organizations/new/", {"name": "Lake College", "participant_type": "universities"}
    )
    assert Organization.objects.get().participant_type == "universities"


# --- Two people at once ---


def page_of(record) -> str:
    return f"/en/riverton/records/organizations/{record.slug}/edit/"


def test_two_people_at_once_are_told_and_nothing_is_lost(as_manager, strings, coordinator):
    began = strings.history.first().history_id
    domain.change_record(record=strings, values={"description": "Coordinator's words"}, user=coordinator)
    mine = {"name": "Harbor Strings", "participant_type": "", "description": "Manager's words", "version": began}
    told = as_manager.post(page_of(strings), mine)
    assert told.status_code == 200
    assert "Corinne Cole changed this to “Coordinator&#x27;s words”" in told.content.decode()
    assert "Manager&#x27;s words" in told.content.decode()
    strings.refresh_from_db()
    assert strings.description == "Coordinator's words"
    seen = told.context["form"]["seen"].value()
    assert as_manager.post(page_of(strings), {**mine, "seen": seen}).status_code == 302
    strings.refresh_from_db()
    assert strings.description == "Manager's words"


def test_what_the_other_changed_elsewhere_stays(as_manager, strings, coordinator):
    began = strings.history.first().history_id
    domain.change_record(record=strings, values={"website": "https://strings.example"}, user=coordinator)
    mine = {"name": "Harbor Strings", "participant_type": "", "description": "Mine", "website": "", "version": began}
    assert as_manager.post(page_of(strings), mine).status_code == 302
    strings.refresh_from_db()
    assert (strings.website, strings.description) == ("https://strings.example", "Mine")


def test_having_seen_one_change_is_not_having_seen_the_next(strings, coordinator, manager):
    began = strings.history.first().history_id
    domain.change_record(record=strings, values={"description": "One"}, user=coordinator)
    seen = strings.history.first().history_id
    domain.change_record(record=strings, values={"description": "Two"}, user=coordinator)
    with pytest.raises(domain.EditConflictError):
        domain.change_record(record=strings, values={"description": "Mine"}, user=manager, version=began, seen=seen)


# --- Names that are there already ---


def test_names_like_it_are_told_while_typing(as_manager, strings):
    found = as_manager.get("/en/riverton/similar/?kind=organizations&q=harbour+strings").json()
    assert [entry["name"] for entry in found] == ["Harbor Strings"]
    assert found[0]["url"].startswith("/en/riverton/")
    assert as_manager.get("/en/riverton/similar/?kind=organizations&q=Zebra").json() == []
    assert as_manager.get("/en/riverton/similar/?kind=nonsense&q=x").status_code == 404


def test_without_scripts_the_form_asks_before_it_is_entered_twice(as_coordinator, strings):
    page, answers = "/en/riverton/records/organizations/new/", {"name": "The Harbour Strings", "participant_type": ""}
    asked = as_coordinator.post(page, answers).content.decode()
    assert "Is it one of these?" in asked
    assert f"/records/organizations/{strings.slug}/" in asked
    assert Organization.objects.count() == 1
    as_coordinator.post(page, {**answers, "anyway": "1"})
    assert Organization.objects.count() == 2


def test_a_record_is_not_like_itself(as_manager, strings):
    answer = as_manager.post(page_of(strings), {"name": "Harbor  Strings!", "participant_type": ""})
    assert answer.status_code == 302


# --- Who may ---


def test_only_those_who_look_after_it_may(client, city, strings, manager):
    of = program(strings, manager)
    record = offering(of, manager)
    elsewhere = site.city("Lakeview")
    others = [
        holder(city, Role.MANAGER, organization(city, manager, "Another").public_id),
        holder(city, Role.LIAISON, school(city).public_id),
        holder(city, Role.MEMBER),
        holder(city, Role.EDITOR),
        holder(elsewhere, Role.COORDINATOR),
        person(is_superuser=True, is_staff=True),
    ]
    pages = [
        f"/en/riverton/records/{kind}/{slug}/{page}"
        for kind, slug in (("organizations", strings.slug), ("programs", of.slug), ("offerings", record.slug))
        for page in ("", "edit/", "history/", "archive/", "add/where/")
    ]
    for user in others:
        inside = signed_in(user)
        for page in pages:
            assert inside.get(page).status_code == 403, (user, page)
            assert inside.post(page, {"name": "Mine now"}).status_code in (403, 405), (user, page)
    for page in pages:
        assert "/account/sign-in/" in client.get(page).headers["Location"]
    assert not Organization.objects.filter(name="Mine now").exists()


def test_a_place_is_changed_by_those_who_alone_use_it(as_manager, city, strings, manager, coordinator):
    hall = domain.add_location(city=city, values={"name": "Pier Hall"}, user=coordinator)
    page = f"/en/riverton/records/locations/{hall.slug}/edit/"
    assert as_manager.get(page).status_code == 403
    offering(program(strings, manager), manager, location=hall)
    assert as_manager.get(page).status_code == 200
    offering(program(organization(city, coordinator, "Another"), coordinator), coordinator, location=hall)
    assert as_manager.get(page).status_code == 403


@pytest.mark.parametrize("page", ["workspace/records/", "records/organizations/new/", "workspace/records/merges/"])
def test_the_coordinators_pages_are_the_coordinators(as_manager, as_coordinator, page):
    assert as_manager.get(f"/en/riverton/{page}").status_code == 403
    assert as_coordinator.get(f"/en/riverton/{page}").status_code == 200


def test_no_record_has_the_name_that_adding_one_has(city, coordinator):
    assert organization(city, coordinator, "New").slug == "new-2"


def test_what_has_no_end_cannot_be_offered_again(strings, coordinator, as_coordinator):
    endless = offering(program(strings, coordinator), coordinator, end_date=date(9999, 12, 31))
    address = f"/en/riverton/records/offerings/{endless.slug}/"
    answer = as_coordinator.post(f"{address}again/", follow=True)
    assert answer.redirect_chain[-1][0] == address
    assert "It has no end" in answer.content.decode()
    assert Offering.objects.count() == 1


def test_what_is_archived_is_its_managers_no_more(as_manager, as_coordinator, strings, coordinator, manager):
    of = program(strings, coordinator)
    record = offering(of, coordinator)
    pages = [
        f"/en/riverton/records/{kind}/{slug}/"
        for kind, slug in (("organizations", strings.slug), ("programs", of.slug), ("offerings", record.slug))
    ]
    assert {as_manager.get(page).status_code for page in pages} == {200}
    domain.archive_record(record=of, user=manager)
    assert as_manager.post(f"{pages[1]}restore/").status_code == 302
    domain.archive_record(record=strings, user=coordinator)
    for page in pages:
        assert as_manager.get(page).status_code == 403
        assert as_manager.post(f"{page}restore/").status_code == 403
    assert as_coordinator.post(f"{pages[0]}restore/").status_code == 302
    assert {as_manager.get(page).status_code for page in pages} == {200}
