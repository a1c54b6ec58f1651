"""Looking after resources: adding, changing, archiving and bringing back, in a city and in the library for all."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.factories.resources import a_resource, a_suggestion, an_entry
from tests.factories.site import city, holder, person, signed_in

from allcity.site.accounts.staff import start_session
from allcity.site.cities.models import City, Role
from allcity.site.publishing.models import Resource
from allcity.site.publishing.resources import domain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty")]
State = Resource.State
FORM = {
    "url": "https://lending.example/how",
    "kind": "guide",
    "language": "en",
    "publisher": " The  union ",
    "year": "2019",
    "licence": "",
    "sections": ["partnerships", "access"],
    "contributions": [],
    "audiences": ["families"],
    "title_en": "How to lend a cello",
    "summary_en": "On lending.",
    "use_en": "",
}


def kept(town, browser):
    return browser.get(reverse("city:resources-kept", args=[town.slug]) if town else reverse("resources:kept"))


def send(path, browser, **more):
    return browser.post(path, {name: value for name, value in {**FORM, **more}.items() if value is not None})


def new(town):
    return reverse("city:resource-new", args=[town.slug]) if town else reverse("resources:new")


def at(name, resource):
    if resource.city:
        return reverse(f"city:resource-{name}", args=[resource.city.slug, resource.public_id])
    return reverse(f"resources:{name}", args=[resource.public_id])


# --- Who may ---


@pytest.fixture
def browsers(town, editor, coordinator, on_duty):
    off_duty = person(is_staff=True, is_superuser=True)
    others = {
        "nobody": Client(),
        "outsider": signed_in(person()),
        "member": signed_in(holder(town)),
        "editor of another city": signed_in(holder(city("Elsewhere"), Role.EDITOR)),
        "off duty": signed_in(off_duty),
    }
    return {**others, "editor": signed_in(editor), "coordinator": signed_in(coordinator), "on duty": signed_in(on_duty)}


def test_editors_coordinators_and_staff_on_duty_look_after_those_of_a_city(town, browsers):
    may = {"editor", "coordinator", "on duty"}
    for number, (name, browser) in enumerate(browsers.items()):
        row = a_resource(town, "Before")
        send(new(town), browser, url=f"https://new.example/{number}")
        send(at("change", row), browser, url=row.url, title_en="After")
        added = Resource.objects.filter(url=f"https://new.example/{number}").exists()
        row.refresh_from_db()
        assert (added, str(row) == "After") == ((name in may,) * 2), name
        assert (kept(town, browser).status_code == 200) == (name in may), name
        browser.post(at("archive", row))
        row.refresh_from_db()
        assert (row.state == State.REMOVED) == (name in may), name
        Resource.objects.filter(pk=row.pk).update(state=State.REMOVED)
        browser.post(at("restore", row))
        row.refresh_from_db()
        assert (row.state == State.LISTED) == (name in may), name
    library, there = reverse("city:resources", args=[town.slug]), reverse("city:resources-kept", args=[town.slug])
    assert {name for name, browser in browsers.items() if there in browser.get(library).content.decode()} == may


def test_staff_on_duty_alone_look_after_those_for_all(browsers):
    for number, (name, browser) in enumerate(browsers.items()):
        row = a_resource(None, "Before")
        send(new(None), browser, url=f"https://new.example/{number}")
        send(at("change", row), browser, url=row.url, title_en="After")
        browser.post(at("archive", row))
        added = Resource.objects.filter(url=f"https://new.example/{number}", city=None).exists()
        row.refresh_from_db()
        is_on_duty = name == "on duty"
        assert (added, str(row) == "After", row.state == State.REMOVED) == (is_on_duty,) * 3, name
        answer = kept(None, browser)
        assert (answer.status_code == 200) == is_on_duty, name
    assert kept(None, browsers["nobody"]).url.startswith(reverse("account_login"))
    assert kept(None, browsers["off duty"]).url == reverse("accounts:staff")
    assert kept(None, browsers["member"]).status_code == 403


def test_nothing_is_changed_under_another_citys_name_nor_among_those_for_all(town, on_duty):
    other = city("Elsewhere")
    row, browser = a_resource(town, "Before"), signed_in(on_duty)
    for name in ("change", "archive"):
        for path in (
            reverse(f"city:resource-{name}", args=[other.slug, row.public_id]),
            reverse(f"resources:{name}", args=[row.public_id]),
        ):
            assert send(path, browser, title_en="After").status_code == 404
    row.refresh_from_db()
    assert (str(row), row.state) == ("Before", State.LISTED)


def test_what_waits_for_a_decision_is_changed_and_archived_by_nobody(town, editor):
    row = a_suggestion(town, user=person())
    for name in ("change", "archive", "restore"):
        assert send(at(name, row), signed_in(editor)).status_code == 404
    with pytest.raises(ValidationError, match="waits for a decision"):
        domain.archive(resource=row, user=editor)
    row.refresh_from_db()
    assert row.state == State.SUGGESTED


def test_archiving_takes_a_form_and_doing_it_twice_changes_nothing(town, editor):
    row, browser = a_resource(town), signed_in(editor)
    assert browser.get(at("archive", row)).status_code == browser.get(at("restore", row)).status_code == 405
    for name, state, told in (("archive", State.REMOVED, "You can bring it back"), ("restore", State.LISTED, "again")):
        for _ in range(2):
            assert told in browser.post(at(name, row), follow=True).content.decode()
            row.refresh_from_db()
            assert row.state == state


def test_it_is_refused_where_it_is_gone(town, editor):
    row = a_resource(town)
    Resource.objects.all().delete()
    with pytest.raises(ValidationError, match="This is gone"):
        domain.change(resource=row, user=editor, entry=an_entry(), url=row.url)


# --- What is written ---


def test_what_is_filled_in_is_kept_tidily(town, editor):
    before = City.objects.get(pk=town.pk).page_version
    answer = send(new(town), signed_in(editor), title_es="Cómo prestar", summary_es="Préstamos.")
    row = Resource.objects.get()
    assert answer.url == reverse("city:resource", args=[town.slug, row.public_id])
    assert (row.city, row.kind, row.url, row.publisher, row.year) == (
        town,
        "guide",
        "https://lending.example/how",
        "The union",
        2019,
    )
    assert row.sections == ["access", "partnerships"]  # as the framework has them
    assert (row.contributions, row.audiences) == ([], ["families"])
    assert row.words == {
        "en": {"title": "How to lend a cello", "summary": "On lending.", "use": ""},
        "es": {"title": "Cómo prestar", "summary": "Préstamos.", "use": ""},
    }
    assert (row.state, row.changed_by) == (State.LISTED, editor)
    assert City.objects.get(pk=town.pk).page_version > before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": ""}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "http://192.168.0.1/"}, "url"),
        ({"kind": "poem"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"language": "klingon"}, "language"),
        ({"year": "19"}, "year"),
        ({"year": "9999"}, "year"),
        ({"year": "9" * 40}, "year"),
        ({"year": "soon"}, "year"),
        ({"publisher": "x" * 201}, "publisher"),
        ({"licence": "x" * 201}, "licence"),
        ({"sections": ["no-such"]}, "sections"),
        ({"contributions": ["no-such"]}, "contributions"),
        ({"audiences": ["no-such"]}, "audiences"),
        ({"title_en": ""}, "title_en"),
        ({"title_en": "x" * 201}, "title_en"),
        ({"summary_en": ""}, "summary_en"),
        ({"summary_en": "x" * 601}, "summary_en"),
        ({"summary_es": "Sin título."}, "title_es"),
        ({"title_en": "", "summary_en": ""}, "title_en"),
        ({"title_en": "\u202e\u200b"}, "title_en"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_changes_nothing(town, editor, wrong, field):
    row, browser = a_resource(town), signed_in(editor)
    before = Resource.objects.values().get()
    for path in (new(town), at("change", row)):
        answer = send(path, browser, **wrong)
        assert answer.status_code == 200
        assert answer.context["form"].errors.keys() == {field}
    assert Resource.objects.values().get() == before


def test_characters_that_steer_how_others_are_written_are_left_out(town, editor):
    send(new(town), signed_in(editor), title_en="Cello\u202e for all", publisher="\u2066Union", summary_en="One\r\ntwo")
    row = Resource.objects.get()
    assert (str(row), row.publisher, row.words["en"]["summary"]) == ("Cello for all", "Union", "One\ntwo")


def test_the_form_shows_what_there_is_and_saving_it_as_it_is_changes_nothing(town, editor):
    row = a_resource(
        town, "Strings", publisher="A union", year=2019, licence="CC0", sections=("access",), audiences=("families",)
    )
    browser = signed_in(editor)
    initial = browser.get(at("change", row)).context["form"].initial
    before = Resource.objects.values().get()
    browser.post(at("change", row), {name: value for name, value in initial.items() if value not in (None, [])})
    after = Resource.objects.values().get()
    own = {"changed_at", "changed_by_id", "is_changed"}
    assert {name for name in after if after[name] != before[name]} <= own
    assert after["changed_by_id"] == editor.pk


def test_the_same_link_is_not_added_twice(town, editor, on_duty):
    a_resource(None, "For all", url="https://one.example/")
    a_resource(town, "Ours", url="https://two.example/")
    for url in ("https://one.example/", "http://www.two.example"):
        answer = send(new(town), signed_in(editor), url=url)
        assert "in the library already" in answer.content.decode()
    assert Resource.objects.count() == 2
    domain.add(city=None, user=on_duty, entry=an_entry(), url="https://two.example/")  # a city's own hinders no other


def test_what_stands_twice_through_a_later_version_can_still_be_changed(town, editor):
    row = a_resource(town, "Ours", url="https://one.example/")
    a_resource(None, "For all", url="https://one.example/")
    domain.change(resource=row, user=editor, entry=an_entry("Ours, better"), url="https://one.example/")
    row.refresh_from_db()
    assert str(row) == "Ours, better"


def test_another_link_has_not_been_asked_and_the_same_one_keeps_its_answer(town, editor):
    row = a_resource(town, url="https://one.example/")
    Resource.objects.update(checked_at=timezone.now(), answer=404, dead_since=timezone.now())
    domain.change(resource=row, user=editor, entry=an_entry(), url="https://one.example/")
    row.refresh_from_db()
    assert (row.answer, row.dead_since is None) == (404, False)
    domain.change(resource=row, user=editor, entry=an_entry(), url="https://one.example/new")
    row.refresh_from_db()
    assert (row.answer, row.checked_at, row.dead_since) == (None, None, None)


def test_what_a_city_has_dropped_from_its_framework_stays_where_it_was_and_is_chosen_anew_by_nobody(town, editor):
    row = a_resource(town, sections=("access", "dignity"))
    text = town.settings_text + "\n[sections.dignity]\nenabled = false\n"
    City.objects.filter(pk=town.pk).update(settings_text=text)
    town = City.objects.get(pk=town.pk)
    assert "dignity" not in town.settings.framework.sections
    row = Resource.objects.get()
    domain.change(resource=row, user=editor, entry=an_entry("Kept", sections=("access", "dignity")), url=row.url)
    row.refresh_from_db()
    assert (str(row), set(row.sections)) == ("Kept", {"access", "dignity"})
    page = Client().get(reverse("city:resource", args=[town.slug, row.public_id]))
    assert [key for key, _title in page.context["sections"]] == ["access"]
    with pytest.raises(ValidationError, match="Choose from the list"):
        domain.add(city=town, user=editor, entry=an_entry(sections=("dignity",)), url="https://new.example/")


# --- The list ---


def test_those_to_look_after_are_a_citys_own_with_the_dead_first_and_the_archived_last(town, editor):
    for title in ("Archived", "Dead", "Well"):
        a_resource(town, title)
    a_resource(None, "For all")
    a_suggestion(town, "Suggested", user=person())
    rows = {str(row): row for row in Resource.objects.all()}
    Resource.objects.filter(pk=rows["Dead"].pk).update(dead_since=timezone.now())
    domain.archive(resource=rows["Archived"], user=editor)
    page = kept(town, signed_in(editor))
    assert [shown.said.title for shown in page.context["resources"]] == ["Dead", "Well", "Archived"]
    assert "has not answered since" in page.content.decode()


def test_the_list_costs_the_same_with_one_and_with_many(town, editor):
    a_resource(town)
    browser = signed_in(editor)

    def cost():
        kept(town, browser)  # the navigation is asked for anew once something in the city has changed
        with CaptureQueriesContext(connection) as asked:
            rows = len(kept(town, browser).context["resources"])
        return len(asked), rows

    one, few = cost()
    for number in range(30):
        a_resource(town, f"Title {number}")
    many, rows = cost()
    assert (few, rows) == (1, 30)
    assert many == one


def test_the_workspace_leads_to_them(town, editor):
    path = reverse("city:resources-kept", args=[town.slug])
    workspace = reverse("city:workspace", args=[town.slug])
    assert path in signed_in(editor).get(workspace).content.decode()
    assert path not in signed_in(holder(town)).get(workspace).content.decode()


def test_an_hour_of_duty_ends(on_duty):
    off = person(is_staff=True)
    browser = signed_in(off)
    assert kept(None, browser).status_code == 302
    start_session(user=off, reason="A test")
    assert kept(None, browser).status_code == 200


def test_a_file_is_sent_with_the_form(town, editor):
    file = SimpleUploadedFile("../../notes.txt", b"Six questions")
    answer = send(new(town), signed_in(editor), url="", file=file)
    row = Resource.objects.get()
    assert answer.status_code == 302
    assert (row.url, row.file.name) == ("", f"resources/{row.public_id.hex}.txt")
    assert "There is a file" in signed_in(editor).get(at("change", row)).content.decode()
    send(at("change", row), signed_in(editor), url="", title_en="Renamed")
    row.refresh_from_db()
    assert (str(row), row.file.read()) == ("Renamed", b"Six questions")
    row.file.close()
