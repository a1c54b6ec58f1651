"""Sessions from a spreadsheet: looked through first, told row by row, written on a second press, taken back."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.factories.site import signed_in
from tests.site.partnerships.delivering.conftest import Town

from allcity.site.partnerships.models import Delivery, Session


@pytest.fixture
def client(town: Town) -> Client:
    return signed_in(town.manager)


def send(client: Client, town: Town, content: str | bytes, name: str = "s.csv", **more: Any) -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post(town.page("partnership-sessions-file"), {"file": SimpleUploadedFile(name, data), **more})


def rows(town: Town, *lines: str) -> str:
    return "\n".join(["date,hours,students,certified_teacher,school", *lines])


def confirm(client: Client, town: Town, answer: Any) -> Any:
    return client.post(town.page("partnership-sessions-file"), {"packed": answer.context["packed"]})


def test_a_file_is_looked_through_then_written_then_taken_back(town: Town, client: Client) -> None:
    good = rows(town, f"{town.day(2)},1.5,20,true,Pier School", f"{town.day(1)},1,,,hill-school")
    answer = send(client, town, good)
    assert "2 sessions can be logged" in answer.content.decode()
    assert not Session.objects.exists()
    assert confirm(client, town, answer).status_code == 302
    assert set(Session.objects.values_list("school", "hours", "students", "certified_teacher", "told_by")) == {
        (town.pier.pk, 1.5, 20, True, town.manager.pk),
        (town.hill.pk, 1, None, None, town.manager.pk),
    }
    assert Delivery.objects.count() == 2
    page = client.get(town.page("partnership-sessions-file"))
    (batch,) = page.context["batches"]
    assert signed_in(town.liaison).post(town.page("partnership-sessions-undo", batch.pk)).status_code == 404
    client.post(town.page("partnership-sessions-undo", batch.pk))
    assert not Session.objects.exists()
    assert not Delivery.objects.exists()
    assert client.post(town.page("partnership-sessions-undo", batch.pk)).status_code == 404


def test_what_was_changed_by_hand_since_stays_when_the_rest_is_taken_back(town: Town, client: Client) -> None:
    lines = [f"{town.day(ago)},1.5,20,,Pier School" for ago in (1, 2)]
    confirm(client, town, send(client, town, rows(town, *lines)))
    one = Session.objects.earliest("date")
    form = client.get(town.page("partnership-session", one.public_id)).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
    client.post(town.page("partnership-session", one.public_id), sent | {"students": "21"})
    (batch,) = client.get(town.page("partnership-sessions-file")).context["batches"]
    client.post(town.page("partnership-sessions-undo", batch.pk))
    assert Session.objects.get() == one


def test_the_same_file_twice_brings_nothing_new_but_what_is_twice_in_it_counts_twice(
    town: Town, client: Client
) -> None:
    twice = rows(town, *[f"{town.day(2)},1.5,20,,Pier School"] * 2)
    answer = send(client, town, twice)
    assert list(answer.context["read"].twice) == [3]
    confirm(client, town, answer)
    again = send(client, town, twice)
    assert again.context["read"].known == 2
    assert not again.context["packed"]
    confirm(client, town, answer)
    assert Session.objects.count() == 2


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("{day},25,20,,Pier School", "hours"),
        ("{day},0,20,,Pier School", "hours"),
        ("{day},an hour,20,,Pier School", "hours"),
        ("{day},,20,,Pier School", "hours"),
        ("{day},1,201,,Pier School", "students"),
        ("{day},1,2.5,,Pier School", "students"),
        ("{day},1,20,maybe,Pier School", "certified_teacher"),
        ("{day},1,20,,Nowhere School", "school"),
        ("{day},1,20,,", "school"),
        ("soon,1,20,,Pier School", "date"),
        ("2999-01-01,1,20,,Pier School", "date"),
        ("{day},=1+1,20,,Pier School", "hours"),
    ],
)
def test_a_wrong_cell_is_told_by_row_and_column_and_nothing_can_be_written(
    town: Town, client: Client, line: str, column: str
) -> None:
    good = f"{town.day(3)},1,20,,Pier School"
    answer = send(client, town, rows(town, good, line.format(day=town.day(2))))
    assert [(fault.row, fault.column) for fault in answer.context["read"].faults] == [(3, column)]
    assert not answer.context["packed"]


def test_hours_of_a_day_are_counted_over_the_whole_file(town: Town, client: Client) -> None:
    answer = send(client, town, rows(town, *[f"{town.day(2)},10,20,,Pier School"] * 3))
    assert [(fault.row, fault.column) for fault in answer.context["read"].faults] == [(4, "hours")]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "s.csv", "empty"),
        (b"date,students\n", "s.csv", "hours"),
        (b"date,hours,school\n", "s.csv", "no row"),
        (b"hello", "s.pdf", "CSV or XLSX"),
        (b"PK\x03\x04no", "s.xlsx", "damaged"),
        ("date,hours,school\n2026-01-01,1,é".encode("latin-1"), "s.csv", "UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_kindly(
    town: Town, client: Client, content: bytes, name: str, words: str
) -> None:
    answer = send(client, town, content, name)
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_what_is_sent_back_must_be_what_was_shown(town: Town, client: Client) -> None:
    answer = send(client, town, rows(town, f"{town.day(2)},1.5,20,,Pier School"))
    client.post(town.page("partnership-sessions-file"), {"packed": answer.context["packed"] + "x"})
    assert not Session.objects.exists()


def test_what_is_no_longer_right_when_pressed_is_not_written(town: Town, client: Client) -> None:
    answer = send(client, town, rows(town, f"{town.day(2)},20,20,,Pier School"))
    town.log(ago=2, hours=10)
    confirm(client, town, answer)
    assert Session.objects.count() == 1


def test_the_template_can_be_filled_in_and_ones_own_sessions_sent_in_again(town: Town, client: Client) -> None:
    template = client.get(town.page("partnership-sessions-download", "template", "xlsx")).content
    book = openpyxl.load_workbook(BytesIO(template))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["date", "hours", "students", "certified_teacher", "school"]
    sheet.append([town.day(2), 1.5, 20, True, "Pier School"])
    filled = BytesIO()
    book.save(filled)
    confirm(client, town, send(client, town, filled.getvalue(), "s.xlsx"))
    assert town.delivery().sessions == 1
    for kind in ("csv", "xlsx"):
        own = client.get(town.page("partnership-sessions-download", "sessions", kind)).content
        assert send(client, town, own, f"s.{kind}").context["read"].known == 1


def test_nobody_takes_the_sessions_of_others_with_them(town: Town) -> None:
    town.log(town.manager, school=town.hill)
    own = signed_in(town.liaison).get(town.page("partnership-sessions-download", "sessions", "csv"))
    assert own.content.decode().splitlines() == ["date,hours,students,certified_teacher"]
    assert signed_in(town.rival).get(town.page("partnership-sessions-download", "sessions", "csv")).status_code == 403
    assert signed_in(town.coordinator).get(town.page("partnership-sessions-file")).status_code == 403
