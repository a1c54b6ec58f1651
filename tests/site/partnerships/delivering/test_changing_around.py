"""Sessions while something changes around them: needs that are closed or deleted, schools that close or merge, long lists."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.site import signed_in
from tests.site.partnerships.delivering.conftest import LESSONS, Town

from allcity.analysis.city import year_of
from allcity.site.cities.models import Membership
from allcity.site.directory.domain import archive_record, merge_records
from allcity.site.needs.ledger.domain import move_need
from allcity.site.needs.models import Need
from allcity.site.notices.models import Notice
from allcity.site.partnerships.delivering import domain
from allcity.site.partnerships.delivering.reminding import remind_to_log
from allcity.site.partnerships.models import Delivery, Schedule, Session

State = Need.State


def planned(town: Town, number: int) -> None:
    for ago in range(1, number + 1):
        Session.objects.create(
            city=town.city, partnership=town.partnership, organization=town.strings, school=town.pier, hours=1,
            contribution=LESSONS, account="organization", date=town.day(ago), state=Session.State.PLANNED,
        )  # fmt: skip


def this_year(town: Town) -> int:
    """How many days ago a day was that is in the need's school year."""
    return next(ago for ago in (0, 1) if year_of(town.day(ago)) == town.need.year)


class TestTheNeed:
    def test_it_is_agreed_again_when_the_last_session_is_taken_back(self, town: Town) -> None:
        first = town.log(ago=this_year(town))
        second = town.log(town.liaison, ago=this_year(town))
        domain.take_back(session=first, user=town.manager)
        assert Need.objects.get().state == State.DELIVERING
        domain.take_back(session=second, user=town.liaison)
        assert Need.objects.get().state == State.AGREED
        assert not Delivery.objects.exists()

    def test_it_is_agreed_again_when_a_spreadsheet_is_taken_back(self, town: Town) -> None:
        domain.bring(
            partnership=town.partnership, user=town.manager, party=town.party(town.manager),
            entries=[town.entry(this_year(town))],
        )  # fmt: skip
        assert Need.objects.get().state == State.DELIVERING
        domain.undo_bring(event=town.partnership.events.get(step="sessions-brought"), user=town.manager)
        assert Need.objects.get().state == State.AGREED

    def test_it_stays_answered_while_another_partnership_gives_it(self, town: Town) -> None:
        session = town.log(ago=this_year(town))
        Delivery.objects.create(
            city=town.city, key="other", account="school", organization=town.strings, school=town.pier, need=town.need,
            contribution=LESSONS, start_date=town.today, end_date=town.today,
        )  # fmt: skip
        domain.take_back(session=session, user=town.manager)
        assert Need.objects.get().state == State.DELIVERING

    def test_one_that_was_closed_stays_closed(self, town: Town) -> None:
        session = town.log(ago=this_year(town))
        move_need(need=town.need, state=State.CLOSED, user=town.liaison, reason="met")
        domain.take_back(session=session, user=town.manager)
        town.log(ago=this_year(town))
        assert Need.objects.get().state == State.CLOSED

    def test_one_that_is_deleted_while_it_is_met_leaves_what_was_given(self, town: Town) -> None:
        town.log(ago=this_year(town))
        town.need.delete()
        town.log(ago=this_year(town), is_another=True)
        assert (town.delivery().sessions, town.delivery().need) == (2, None)
        assert signed_in(town.manager).get(town.page()).status_code == 200


class TestTheSchool:
    def test_one_that_closes_keeps_what_was_given_and_takes_no_more(self, town: Town) -> None:
        town.log(ago=2)
        planned(town, 1)
        archive_record(record=town.pier, user=town.coordinator)
        assert town.delivery().sessions == 1
        with pytest.raises(ValidationError) as told:
            town.log(ago=1)
        assert "not open any more" in told.value.message_dict["school"][0]
        waiting = Session.objects.get(state=Session.State.PLANNED).public_id
        with pytest.raises(domain.SessionsError) as wrong:
            domain.confirm_planned(partnership=town.partnership, user=town.manager, numbers={waiting: {}})
        assert "school" in wrong.value.faults[waiting]
        assert domain.call_off(partnership=town.partnership, user=town.manager, sessions=[waiting]) == 1
        assert signed_in(town.manager).get(town.page()).status_code == 200

    def test_two_that_merge_in_mid_year_have_one_delivery(self, town: Town) -> None:
        ago = this_year(town)
        town.log(ago=ago, students=20)
        town.log(ago=ago, students=30, school=town.hill)
        merge_records(survivor=town.hill, duplicate=town.pier, user=town.coordinator)
        delivery = town.delivery()
        assert (delivery.school, delivery.sessions, delivery.students) == (town.hill, 2, 30)
        assert delivery.need == Need.objects.get()
        assert Need.objects.get().state == State.DELIVERING
        town.log(ago=ago, school=town.hill, hours=20, is_another=True)
        with pytest.raises(ValidationError) as told:
            town.log(ago=ago, school=town.hill, hours=2, is_another=True)
        assert "more than 24" in told.value.message_dict["hours"][0]


class TestLongLists:
    def test_thirty_planned_ones_are_asked_about_at_once(self, town: Town) -> None:
        planned(town, 31)
        client = signed_in(town.manager)
        first, second = client.get(town.page()), client.get(town.page(), {"waiting": 2})
        assert [len(page.context["planned"]) for page in (first, second)] == [30, 1]
        assert "The ones after these" in first.content.decode()
        assert "31 wait for your word in all." in second.content.decode()
        form = second.context["planned"][0]
        sent = {form.add_prefix("took_place"): "on", form.add_prefix("hours"): "1"}
        client.post(town.page("partnership-planned"), sent)
        assert Session.objects.get(state=Session.State.HELD) == form.session

    def test_plans_are_shown_in_pages_of_thirty(self, town: Town) -> None:
        client = signed_in(town.manager)

        def make(number: int) -> None:
            for _ in range(number):
                Schedule.objects.create(
                    city=town.city, partnership=town.partnership, organization=town.strings, school=town.pier, days=["mo"],
                    contribution=LESSONS, account="organization", first_day=town.day(9), last_day=town.today, hours=1,
                )  # fmt: skip

        make(2)
        client.get(town.page("partnership-plan"))
        with CaptureQueriesContext(connection) as few:
            client.get(town.page("partnership-plan"))
        make(29)
        with CaptureQueriesContext(connection) as many:
            page = client.get(town.page("partnership-plan"))
        assert (len(page.context["plans"]), len(few)) == (30, len(many))
        assert "?page=2" in page.content.decode()


class TestReminding:
    def later(self, town: Town) -> datetime:
        return datetime.combine(town.today, datetime.min.time(), UTC) + timedelta(days=27, hours=18)

    def test_coordinators_are_told_together_of_those_that_nobody_looks_after(self, town: Town) -> None:
        town.log(ago=1)
        Membership.objects.filter(user=town.manager).delete()
        assert remind_to_log(now=self.later(town)) == 1
        told = Notice.objects.get()
        assert (told.kind, told.user) == ("partnerships-unattended", town.coordinator)
        assert told.values == {"number": 1}

    def test_one_that_fails_holds_up_no_other(
        self, town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        from tests.factories.partnerships import partnership

        from allcity.site.partnerships.delivering import reminding

        other = partnership(town.city, town.strings, town.pier, start_date=town.day(60), planned_end_date=town.day(-60))
        for one in (town.partnership, other):
            Session.objects.create(
                city=town.city, partnership=one, organization=town.strings, school=town.pier, hours=1,
                contribution=LESSONS, account="organization", date=town.day(40),
            )  # fmt: skip
        ask = reminding.silent_since

        def fails(partnership: object, *more: object) -> object:
            if partnership == town.partnership:
                raise RuntimeError("odd record")
            return ask(partnership, *more)

        monkeypatch.setattr(reminding, "silent_since", fails)
        assert remind_to_log() == 1
        assert Notice.objects.get().kind == "sessions-silent"
        assert f"failed for {town.partnership.pk}" in caplog.text
