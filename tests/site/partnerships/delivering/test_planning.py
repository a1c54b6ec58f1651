"""Plans of sessions: what they plan, confirming with one press, by page and by link, and reminders."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from tests.factories.site import signed_in
from tests.site.partnerships.delivering.conftest import Town

from allcity.site.notices.models import Notice
from allcity.site.notices.work import work_of
from allcity.site.partnerships.delivering import domain, links
from allcity.site.partnerships.delivering.reminding import remind_to_log
from allcity.site.partnerships.models import Delivery, Schedule, Session

HELD, PLANNED = Session.State.HELD, Session.State.PLANNED


def plan(town: Town, *, ago: int = 20, weeks: int = 4, **more: Any) -> Schedule:
    first = town.day(ago)
    values = {"days": [domain.DAYS[first.weekday()]], "last_day": first + timedelta(weeks=weeks)} | more
    return domain.plan(
        partnership=town.partnership, user=town.manager, party=town.party(town.manager), entry=town.entry(ago), **values
    )


def now(town: Town, days: int = 0) -> datetime:
    return datetime.combine(town.today, datetime.min.time(), UTC) + timedelta(days=days, hours=18)


def test_a_plan_holds_the_days_of_the_week_and_counts_nowhere_yet(town: Town) -> None:
    first = town.day(20)
    plan(town)
    days = list(Session.objects.filter(state=PLANNED).order_by("date").values_list("date", flat=True))
    assert days == [first + timedelta(weeks=week) for week in range(5)]
    assert not Delivery.objects.exists()


def test_every_other_week_is_counted_from_the_first(town: Town) -> None:
    plan(town, every_weeks=2)
    days = list(Session.objects.order_by("date").values_list("date", flat=True))
    assert days == [town.day(20) + timedelta(weeks=week) for week in (0, 2, 4)]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"ago": 130}, "date"),
        ({"weeks": 30}, "last_day"),
        ({"weeks": -1}, "last_day"),
        ({"days": []}, "days"),
    ],
)
def test_a_plan_that_cannot_be_is_told_by_field(town: Town, more: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as told:
        plan(town, **more)
    assert field in told.value.message_dict
    assert not Session.objects.exists()


def test_what_is_still_to_come_goes_with_a_plan_and_what_passed_stays_to_be_confirmed(town: Town) -> None:
    schedule = plan(town)
    passed = Session.objects.filter(date__lte=town.today).count()
    assert domain.end_plan(schedule=schedule, user=town.manager) == 5 - passed
    assert Session.objects.count() == passed
    with pytest.raises(PermissionDenied):
        domain.end_plan(schedule=schedule, user=town.liaison)


def test_one_press_confirms_several_with_what_was_different(town: Town) -> None:
    plan(town)
    client = signed_in(town.manager)
    forms = client.get(town.page()).context["planned"]
    sent: dict[str, Any] = {}
    for form in forms:
        sent |= {
            form.add_prefix("took_place"): "on",
            form.add_prefix("hours"): "1.5",
            form.add_prefix("students"): "20",
        }
    sent[forms[0].add_prefix("students")] = "31"
    del sent[forms[1].add_prefix("took_place")]
    client.post(town.page("partnership-planned"), sent)
    assert (town.delivery().sessions, town.delivery().students) == (len(forms) - 1, 31)
    assert Session.objects.get(pk=forms[1].session.pk).state == PLANNED


def test_a_wrong_number_keeps_all_from_being_written_and_stays_as_typed(town: Town) -> None:
    plan(town)
    client = signed_in(town.manager)
    forms = client.get(town.page()).context["planned"]
    sent: dict[str, Any] = {}
    for form in forms:
        sent |= {
            form.add_prefix("took_place"): "on",
            form.add_prefix("hours"): "1.5",
            form.add_prefix("students"): "20",
        }
    sent[forms[0].add_prefix("students")] = "999"
    page = client.post(town.page("partnership-planned"), sent).content.decode()
    assert "200 students" in page
    assert 'value="999"' in page
    assert not Session.objects.filter(state=HELD).exists()


def test_one_press_calls_a_session_off(town: Town) -> None:
    plan(town)
    one = Session.objects.earliest("date")
    client = signed_in(town.manager)
    client.post(town.page("partnership-planned"), {"called_off": str(one.public_id)})
    one.refresh_from_db()
    assert one.state == Session.State.CALLED_OFF
    assert client.post(town.page("partnership-planned"), {"called_off": "no id"}).status_code == 404
    other = signed_in(town.liaison).post(town.page("partnership-planned"), {"called_off": str(one.public_id)})
    assert other.status_code == 403


def test_a_page_plans_and_ends_a_plan(town: Town) -> None:
    client, page = signed_in(town.manager), town.page("partnership-plan")
    assert client.get(page).status_code == 200
    last = town.today + timedelta(days=6)
    sent = {
        "days": list(domain.DAYS), "date": town.today, "last_day": last, "every_weeks": 1, "hours": 1, "students": 9,
        "school": town.pier.public_id,
    }  # fmt: skip
    client.post(page, sent)
    assert Session.objects.filter(state=PLANNED, school=town.pier).count() == 7
    client.post(town.page("partnership-plan-end", Schedule.objects.get().pk))
    assert Session.objects.filter(state=PLANNED).count() == 1
    wrong = client.post(page, sent | {"last_day": town.day(3)}).content.decode()
    assert "The last day is before the first" in wrong


# --- Links of reminders


def link(town: Town) -> str:
    return reverse("delivering:planned", args=[links.make_token(town.partnership, town.manager, town.today)])


def test_a_link_shows_first_and_then_confirms_once(town: Town) -> None:
    plan(town)
    client = Client()
    page = client.get(link(town))
    assert "20 students" in page.content.decode()
    assert not Session.objects.filter(state=HELD).exists()
    passed = Session.objects.filter(date__lte=town.today).count()
    answer = client.post(link(town), {"seen": page.context["seen"]})
    assert "Thank you" in answer.content.decode()
    assert town.delivery().sessions == passed
    assert Session.objects.filter(told_by=town.manager, state=HELD).count() == passed
    again = client.post(link(town), {"seen": page.context["seen"]})
    assert "already" in again.content.decode()
    assert town.delivery().sessions == passed


def test_a_link_confirms_only_what_was_seen(town: Town) -> None:
    plan(town)
    client = Client()
    seen = client.get(link(town)).context["seen"]
    domain.call_off(
        partnership=town.partnership, user=town.manager, sessions=[Session.objects.earliest("date").public_id]
    )
    assert "Look again" in client.post(link(town), {"seen": seen}).content.decode()
    assert not Session.objects.filter(state=HELD).exists()


def test_a_link_of_somebody_who_left_and_one_that_is_not_ours_are_refused(town: Town) -> None:
    plan(town)
    address = link(town)
    town.manager.memberships.all().delete()
    assert Client().get(address).status_code == 410
    assert Client().post(address).status_code == 410
    assert Client().get(reverse("delivering:planned", args=["x"])).status_code == 410


# --- Reminders and work


def test_whoever_logs_is_asked_once_a_week_and_by_a_link(town: Town) -> None:
    plan(town)
    assert remind_to_log(now=now(town)) == 1
    assert remind_to_log(now=now(town, 1)) == 0
    assert remind_to_log(now=now(town, 8)) == 1
    asked = Notice.objects.filter(kind="sessions-planned")
    assert {each.user for each in asked} == {town.manager}
    assert asked.count() == 2
    assert Client().get(asked.earliest("pk").url).status_code == 200


def test_four_weeks_without_a_word_are_asked_about_once_in_four_weeks(town: Town) -> None:
    town.log(ago=1)
    assert remind_to_log(now=now(town)) == 0
    assert remind_to_log(now=now(town, 26)) == 0
    assert remind_to_log(now=now(town, 27)) == 1
    assert remind_to_log(now=now(town, 40)) == 0
    assert remind_to_log(now=now(town, 56)) == 1
    assert set(Notice.objects.values_list("kind", "user")) == {("sessions-silent", town.manager.pk)}


def test_a_partnership_of_which_nobody_ever_logged_is_left_in_peace(town: Town) -> None:
    assert remind_to_log(now=now(town, 60)) == 0
    assert not Notice.objects.exists()


def test_planned_sessions_and_silence_are_work(town: Town) -> None:
    def titles(user: Any) -> list[str]:
        return [str(item.title) for item in work_of(user, city=town.city) if "session" in str(item.title)]

    assert titles(town.manager) == []
    plan(town)
    number = Session.objects.filter(date__lte=town.today).count()
    assert titles(town.manager) == [f"{number} planned sessions: did they take place?"]
    assert titles(town.liaison) == []
    Session.objects.all().delete()
    town.log(ago=40)
    assert titles(town.manager) == ["Was there no session for four weeks?"]


def test_the_other_side_reads_of_the_next_day_and_not_of_one_that_has_passed(town: Town) -> None:
    plan(town)
    address = reverse("city:partnership-sessions", args=[town.city.slug, town.partnership.public_id])
    assert signed_in(town.liaison).get(address).context["next"].date == town.day(-1)


def test_who_logs_is_led_there_from_the_page_of_the_partnership(town: Town) -> None:
    address = reverse("city:partnership", args=[town.city.slug, town.partnership.public_id])
    page = signed_in(town.manager).get(address)
    assert page.context["first"].url == f"{address}sessions/#log"
    assert f'href="{address}sessions/#log"' in page.text
