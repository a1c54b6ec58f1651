"""Logging sessions: what is written, what is asked about, and who may."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.site import signed_in
from tests.site.partnerships.delivering.conftest import Town

from allcity.analysis.city import year_of
from allcity.site.directory.models import Organization
from allcity.site.needs.models import Need
from allcity.site.partnerships.delivering import domain
from allcity.site.partnerships.models import Agreement, Delivery, Event, Session


def faults(town: Town, **more: Any) -> dict[str, Any]:
    with pytest.raises(ValidationError) as told:
        town.log(**more)
    return dict(told.value.message_dict)


def test_a_session_becomes_a_delivery_and_moves_the_need(town: Town) -> None:
    town.log(ago=1)
    delivery = town.delivery()
    year = year_of(town.day(1))
    assert delivery.key == f"p1-pier-school-private_lessons-{year}"
    assert (delivery.sessions, delivery.students, delivery.hours) == (1, 20, 1.5)
    assert delivery.need == (town.need if town.need.year == year else None)
    assert Need.objects.get().state == Need.State.DELIVERING
    assert list(Event.objects.values_list("step", flat=True)) == ["first-session"]


def test_hours_are_those_of_each_student_and_students_the_most_at_once(town: Town) -> None:
    town.log(ago=1, students=10, hours=1)
    town.log(ago=2, students=20, hours=2)
    delivery = town.delivery()
    assert (delivery.sessions, delivery.students, delivery.hours) == (2, 20, (10 + 40) / 20)


def test_hours_are_summed_where_nobody_counted_students(town: Town) -> None:
    town.log(ago=1, students=None, hours=1)
    town.log(ago=2, students=20, hours=2)
    assert (town.delivery().students, town.delivery().hours) == (20, 3)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([True], True),
        ([True, False, True], True),
        ([True, None, None], None),
        ([True, False], False),
        ([False, None], False),
        ([None], None),
    ],
)
def test_a_teacher_was_there_where_most_sessions_say_so(
    town: Town, said: list[bool | None], expected: bool | None
) -> None:
    for ago, teacher in enumerate(said, start=1):
        town.log(ago=ago, certified_teacher=teacher)
    assert town.delivery().certified_teacher is expected


def test_both_sides_tell_of_the_same_in_two_accounts_with_one_key(town: Town) -> None:
    town.log(town.manager, ago=1, students=20)
    town.log(town.liaison, ago=1, students=15)
    assert {each.key for each in Delivery.objects.all()} == {town.delivery().key}
    assert (town.delivery().students, town.delivery("school").students) == (20, 15)


def test_the_same_day_twice_is_asked_about(town: Town) -> None:
    town.log()
    with pytest.raises(domain.TwiceError):
        town.log()
    town.log(is_another=True)
    assert town.delivery().sessions == 2


def test_a_day_has_24_hours_in_one_account_at_one_school(town: Town) -> None:
    town.log(hours=20)
    assert "hours" in faults(town, hours=5, is_another=True)
    town.log(hours=4, is_another=True)
    town.log(hours=20, school=town.hill)
    town.log(town.liaison, hours=20)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"hours": 0}, "hours"),
        ({"hours": -1}, "hours"),
        ({"hours": float("nan")}, "hours"),
        ({"hours": 25}, "hours"),
        ({"students": 0}, "students"),
        ({"students": 201}, "students"),
        ({"ago": -1}, "date"),
        ({"ago": 121}, "date"),
        ({"contribution": "magic"}, "contribution"),
    ],
)
def test_what_cannot_be_is_told_by_field_and_nothing_is_written(town: Town, more: dict[str, Any], field: str) -> None:
    assert field in faults(town, **more)
    assert not Session.objects.exists()
    assert not Delivery.objects.exists()


def test_a_day_must_be_in_a_signed_agreement(town: Town) -> None:
    fields = {"city": town.city, "partnership": town.partnership, "state": Agreement.State.SIGNED}
    Agreement.objects.create(
        **fields, key="a1", version=1, public_id=town.need.public_id, start_date=town.day(50), end_date=town.day(20)
    )
    assert "date" in faults(town, ago=10)
    assert "date" in faults(town, ago=60)
    town.log(ago=30)


def test_after_its_last_day_nothing_is_logged_for_it(town: Town) -> None:
    town.partnership.planned_end_date = town.day(10)
    town.partnership.save()
    assert "date" in faults(town, ago=9)
    town.log(ago=10)


def test_a_closed_school_and_one_that_is_not_in_it_are_told(town: Town) -> None:
    town.hill.archived_at = "2020-01-01T00:00Z"
    town.hill.save()
    assert "school" in faults(town, school=town.hill)
    town.partnership.schools.remove(town.pier)
    assert "school" in faults(town, school=town.pier)


def test_of_a_draft_nothing_is_logged(town: Town) -> None:
    town.partnership.stage = "draft"
    town.partnership.save()
    with pytest.raises(ValidationError, match="not agreed"):
        town.log()


def test_changing_and_taking_back_leave_what_was_said_in_the_history(town: Town) -> None:
    session = town.log(students=20)
    domain.change_session(session=session, user=town.manager, entry=town.entry(students=30), seen=session.told_at)
    assert town.delivery().students == 30
    assert Event.objects.get(step="session-changed").values["before"]["students"] == 20
    domain.take_back(session=Session.objects.get(), user=town.manager)
    assert not Delivery.objects.exists()
    assert Event.objects.get(step="session-taken-back").values["before"]["students"] == 30


def test_a_session_that_moves_to_another_school_year_leaves_its_old_sum(town: Town) -> None:
    town.partnership.start_date = town.today - timedelta(days=800)
    town.partnership.save()
    session = town.log(ago=1)
    domain.change_session(session=session, user=town.manager, entry=town.entry(ago=400))
    assert town.delivery().start_date == town.day(400)


def test_of_two_who_change_at_once_the_second_is_shown_what_the_first_wrote(town: Town) -> None:
    session = town.log(students=20)
    domain.change_session(session=session, user=town.manager, entry=town.entry(students=21), seen=session.told_at)
    with pytest.raises(domain.ChangedError) as told:
        domain.change_session(session=session, user=town.manager, entry=town.entry(students=22), seen=session.told_at)
    assert told.value.now.students == 21
    domain.change_session(
        session=session, user=town.manager, entry=town.entry(students=22), seen=told.value.now.told_at
    )
    assert town.delivery().students == 22


def test_nobody_writes_for_the_other_side(town: Town) -> None:
    own = town.log(town.manager)
    for user in (town.liaison, town.other_liaison, town.coordinator, town.rival):
        with pytest.raises(PermissionDenied):
            domain.take_back(session=own, user=user)
        with pytest.raises(PermissionDenied):
            domain.log_session(
                partnership=town.partnership, user=user, party=town.party(town.manager), entry=town.entry(ago=3)
            )


def test_a_coordinator_logs_for_a_place_that_nobody_looks_after(town: Town) -> None:
    town.liaison.memberships.all().delete()
    (party,) = domain.loggers(town.partnership, town.coordinator)
    assert party.place == town.pier
    town.log(town.coordinator)
    assert town.delivery("school").sessions == 1


def test_what_an_import_brought_is_kept_beside_the_sessions(town: Town) -> None:
    year = year_of(town.day(1))
    brought = Delivery.objects.create(
        city=town.city, key=f"p1-pier-school-private_lessons-{year}", account="organization",
        partnership=town.partnership, organization=town.strings, school=town.pier, contribution="private_lessons",
        start_date=town.day(9), end_date=town.day(8), students=99,
    )  # fmt: skip
    town.log()
    town.log(town.liaison)
    brought.refresh_from_db()
    assert brought.students == 99
    made = Delivery.objects.exclude(pk=brought.pk)
    assert {each.key for each in made} == {f"{brought.key}-2"}
    assert made.count() == 2


def test_what_the_school_said_in_a_survey_gives_way_to_its_sessions(town: Town) -> None:
    town.log(town.manager)
    told = town.delivery()
    Delivery.objects.create(
        city=town.city, key=told.key, account="school", partnership=town.partnership, organization=town.strings,
        school=town.pier, contribution=told.contribution, start_date=told.start_date, end_date=told.end_date,
        students=1, source=told.source,
    )  # fmt: skip
    town.log(town.liaison, students=15)
    assert town.delivery("school").students == 15


def test_two_organizations_that_give_the_same_have_a_delivery_each(town: Town) -> None:
    rivals = Organization.objects.get(name="Rivals")
    town.partnership.organizations.add(rivals)
    town.log(town.manager)
    town.log(town.rival, organization=rivals)
    keys = set(Delivery.objects.values_list("organization__name", "key"))
    year = year_of(town.day(1))
    assert keys == {
        (name.replace("-", " ").title(), f"p1-pier-school-{name}-private_lessons-{year}")
        for name in ("harbor-strings", "rivals")
    }


# --- Pages


def test_a_press_logs_what_the_last_one_was(town: Town) -> None:
    client = signed_in(town.manager)
    town.log(ago=3, hours=2, students=12)
    page = client.get(town.page())
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    assert (sent["hours"], sent["students"], sent["date"]) == ("2", 12, town.today)
    answer = client.post(town.page(), sent, follow=True)
    assert "Logged" in answer.content.decode()
    assert town.delivery().sessions == 2


def test_what_was_typed_stays_and_the_second_of_a_day_is_asked_about(town: Town) -> None:
    client = signed_in(town.manager)
    sent = {"date": town.day(1), "hours": "1", "students": "500", "school": town.pier.public_id}
    page = client.post(town.page(), sent).content.decode()
    assert "200 students" in page
    assert 'value="500"' in page
    sent["students"] = "20"
    client.post(town.page(), sent)
    page = client.post(town.page(), sent).content.decode()
    assert "Is this another one?" in page
    client.post(town.page(), sent | {"another": "on"})
    assert town.delivery().sessions == 2


def test_who_reads_the_sessions(town: Town) -> None:
    town.log(town.manager, school=town.hill, students=77)
    for user, sees in (
        (town.manager, True),
        (town.other_liaison, True),
        (town.coordinator, True),
        (town.liaison, False),
    ):
        page = signed_in(user).get(town.page())
        assert page.status_code == 200
        assert ("77 students" in page.content.decode()) is sees
    assert signed_in(town.rival).get(town.page()).status_code == 403
    other = Session.objects.get()
    assert signed_in(town.liaison).get(town.page("partnership-session", other.public_id)).status_code == 404
    assert signed_in(town.coordinator).get(town.page("partnership-session", other.public_id)).status_code == 403


def test_a_draft_is_not_found_by_a_rival(town: Town) -> None:
    town.partnership.stage = "draft"
    town.partnership.save()
    assert signed_in(town.rival).get(town.page()).status_code == 404
    assert signed_in(town.manager).get(town.page()).status_code == 200


def test_a_page_changes_and_takes_back(town: Town) -> None:
    session = town.log(students=20)
    client, page = signed_in(town.manager), town.page("partnership-session", session.public_id)
    form = client.get(page).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
    client.post(page, sent | {"students": "25"})
    assert town.delivery().students == 25
    conflict = client.post(page, sent | {"students": "26"})
    assert "25 students" in conflict.content.decode()
    client.post(page, sent | {"students": "26", "seen": conflict.context["form"]["seen"].value()})
    assert town.delivery().students == 26
    client.post(page, {"take_back": "1"})
    assert not Session.objects.exists()


def test_queries_do_not_grow_with_the_sessions(town: Town) -> None:
    client = signed_in(town.manager)
    town.log(ago=1)
    client.get(town.page())
    with CaptureQueriesContext(connection) as few:
        client.get(town.page())
    for ago in range(2, 26):
        town.log(ago=ago)
    with CaptureQueriesContext(connection) as many:
        client.get(town.page())
    assert len(many) == len(few)
