"""After sessions: who came over the years, and everything as files."""

import csv
import io
import json
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from tests.factories.site import holder, signed_in
from tests.site.action.convening.made import invited
from tests.site.action.meeting.made import begun, held, let_begin, url

from allcity.site.action.convening import answering
from allcity.site.action.meeting import attending, domain, exporting, queries
from allcity.site.action.models import PlanningSession, Series

pytestmark = pytest.mark.django_db


def visited(session, *types):
    for number, type_ in enumerate(types):
        attending.sign_in_by_name(session=session, name=f"Somebody {number}", participant=type_, at_door=True)
    return session


# --- Over the years ---


def test_who_came_is_counted_by_year_and_by_series(town, coordinator):
    series = Series.objects.create(city=town, every=1, unit=Series.Unit.MONTHS, until="2030-01-01")
    sessions = [visited(held(town, coordinator), *types) for types in (["families"], ["families", "families"], [])]
    PlanningSession.objects.filter(pk__in=[each.pk for each in sessions[:2]]).update(series=series)
    PlanningSession.objects.filter(pk=sessions[2].pk).update(starts_at=F("starts_at") - timedelta(days=730))
    years, by_series = queries.attendance_over(town, coordinator)
    assert [(over.sessions, over.came) for _year, over in years] == [(2, 3), (1, 0)]
    (families,) = years[0][1].types
    assert (families.title, families.came, families.sessions) == ("Families", 3, 2)
    assert "Students" in years[0][1].missing
    assert [(over.sessions, over.came) for over in by_series] == [(2, 3)]


def test_members_see_counts_of_what_they_may_see_and_no_names(town, coordinator):
    visited(held(town, coordinator, audience="members"), "families")
    visited(held(town, coordinator, audience="invited"), "families", "students")
    visited(begun(town, coordinator, audience="members"), "musicians")
    page = signed_in(holder(town)).get(f"/en/{town.slug}/sessions/attendance/").content.decode()
    assert "1 session, at which 1 came." in page
    assert "Somebody" not in page


def test_it_costs_as_many_queries_with_one_session_as_with_thirty(town, coordinator):
    browser, costs = signed_in(coordinator), []
    for number in (1, 29):
        for _each in range(number):
            visited(held(town, coordinator, lines=""), "families")
        browser.get(f"/en/{town.slug}/sessions/attendance/")
        with CaptureQueriesContext(connection) as found:
            assert browser.get(f"/en/{town.slug}/sessions/attendance/").status_code == 200
        costs.append(len(found))
    assert costs[0] == costs[1]


def test_without_any_it_says_so(town):
    page = signed_in(holder(town)).get(f"/en/{town.slug}/sessions/attendance/").content.decode()
    assert "No session has been held yet" in page


# --- Everything as files ---


@pytest.fixture
def whole(town, coordinator):
    session = begun(town, coordinator, "kim@example.org, =HYPERLINK(1)\nana@example.org, Ana", ago=-48)
    kim, _ana = invited(session)
    answering.answer(invitee=kim, comes=True, asks="+1 child")
    session = let_begin(session, ago=5)
    visited(session, "families")
    domain.write_item_notes(item=session.agenda.first(), user=coordinator, text="@said", version=0)
    domain.decide(session=session, user=coordinator, text="-1 meeting", item=session.agenda.last(), commitment={})
    return PlanningSession.objects.select_related("city").get(pk=session.pk)


def test_all_of_it_is_in_one_file(whole, coordinator):
    answer = signed_in(coordinator).get(url(whole, "export", "session.json"))
    found = json.loads(answer.content)
    assert answer["Content-Disposition"] == 'attachment; filename="first-session-session.json"'
    assert set(found) == set(exporting.TABLES)
    (session,) = found["session"]
    assert session["public_id"] == str(whole.public_id)
    assert [row["title"] for row in found["agenda"]] == ["What we heard", "What we do"]
    assert found["agenda"][0]["notes"] == "@said"
    assert sorted((row["mail"], row["answer"], row["needs"]) for row in found["people"]) == [
        ("ana@example.org", "invited", ""), ("kim@example.org", "coming", "+1 child"),
    ]  # fmt: skip
    assert [row["name"] for row in found["attendance"]] == ["Somebody 0"]
    (decision,) = found["decisions"]
    assert (decision["text"], decision["point"], decision["commitment_title"]) == (
        "-1 meeting", "What we do", "-1 meeting",
    )  # fmt: skip


def test_no_cell_of_a_spreadsheet_is_a_formula(whole, coordinator):
    browser = signed_in(coordinator)
    for table in exporting.TABLES:
        text = browser.get(url(whole, "export", f"{table}.csv")).content.decode()
        rows = list(csv.reader(io.StringIO(text)))
        assert len({len(row) for row in rows}) == 1
        assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@")]
    book = openpyxl.load_workbook(io.BytesIO(browser.get(url(whole, "export", "session.xlsx")).content))
    assert book.sheetnames == list(exporting.TABLES)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "'@said" in [cell.value for cell in cells]


def test_files_are_for_those_who_run_it_and_of_no_other_name(whole, coordinator, client, town):
    assert signed_in(holder(town)).get(url(whole, "export", "session.json")).status_code in (403, 404)
    assert client.get(url(whole, "export", "session.json")).status_code == 302
    browser = signed_in(coordinator)
    for name in ("session", "people.json", "users.csv", "session.xml", ".csv"):
        assert browser.get(url(whole, "export", name)).status_code == 404
