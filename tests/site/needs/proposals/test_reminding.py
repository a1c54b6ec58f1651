"""Nothing is lost in silence: whoever has to answer is reminded, and what nobody answers is put aside."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from tests.site.needs.proposals.conftest import Town
from tests.site.needs.proposals.test_proposing import in_days, told, trial

from allcity.site.cities.models import City, Membership
from allcity.site.needs.models import Proposal
from allcity.site.needs.proposals import domain
from allcity.site.needs.proposals.reminding import lapse_overdue
from allcity.site.notices.models import Notice
from allcity.site.notices.work import work_of

pytestmark = pytest.mark.django_db


def later(days: int) -> datetime:
    return timezone.now() + timedelta(days=days)


def days_go_by(first: int, last: int) -> None:
    """The daily task runs on each of these days, and on each twice."""
    for day in range(first, last + 1):
        lapse_overdue(now=later(day))
        lapse_overdue(now=later(day))


def titles(user: object, city: City) -> list[str]:
    return [str(item.title) for item in work_of(user, city=city)]


class TestWaiting:
    def test_a_reminder_before_one_on_the_day_and_then_it_is_put_aside(self, town: Town) -> None:
        proposal = town.offer()
        days_go_by(0, 10)
        assert told(town.liaison) == ["proposal"]
        days_go_by(11, 13)
        assert told(town.liaison) == ["proposal", "proposal-waits"]
        assert told(town.coordinator) == []
        days_go_by(14, 20)
        assert told(town.liaison) == ["proposal", "proposal-waits", "proposal-waits"]
        assert told(town.coordinator) == ["proposal-overdue"]
        days_go_by(21, 40)
        proposal.refresh_from_db()
        assert (proposal.state, proposal.reason, town.state()) == ("lapsed", "no_answer", "stated")
        assert told(town.liaison)[-1] == told(town.manager)[-1] == "proposal-lapsed"
        assert len(told(town.manager)) == 1

    def test_days_on_which_nothing_ran_are_made_good_once(self, town: Town) -> None:
        town.offer()
        lapse_overdue(now=later(16))
        assert told(town.liaison) == ["proposal", "proposal-waits"]
        assert lapse_overdue(now=later(30)) == 1

    def test_an_answer_ends_the_reminders(self, town: Town) -> None:
        domain.decline(proposal=town.offer(), reason="times", user=town.liaison)
        days_go_by(10, 40)
        assert told(town.liaison) == ["proposal"]

    def test_where_nobody_is_coordinators_are_reminded(self, town: Town) -> None:
        Membership.objects.filter(user=town.liaison).delete()
        town.offer()
        lapse_overdue(now=later(12))
        assert told(town.coordinator) == ["proposal-nobody", "proposal-waits"]
        lapse_overdue(now=later(14))  # and are not told besides that nobody has answered
        assert told(town.coordinator) == ["proposal-nobody", "proposal-waits", "proposal-waits"]


class TestConversations:
    def test_a_suggestion_without_an_answer_is_asked_about(self, town: Town) -> None:
        proposal = domain.accept(proposal=town.offer(), user=town.liaison)
        domain.propose_next_step(proposal=proposal, kind="visit", on=in_days(town, 5), user=town.manager)
        Notice.objects.all().delete()
        days_go_by(0, 12)
        assert told(town.liaison) == ["proposal-waits"] * 3
        assert told(town.manager) == []
        assert told(town.coordinator) == ["proposal-overdue"]

    def test_both_are_asked_whether_it_took_place(self, town: Town) -> None:
        proposal = trial(town)
        Notice.objects.all().delete()
        days_go_by(0, 8)
        assert told(town.liaison) == told(town.manager) == ["proposal-soon"]
        days_go_by(9, 20)
        assert told(town.liaison) == told(town.manager) == ["proposal-soon", "proposal-how-is-it", "proposal-how-is-it"]
        Proposal.objects.update(next_on=in_days(town, -1))
        found = domain.say_happened(proposal=proposal, user=town.manager)
        assert (found.next_step, found.state, found.due_on) == ("", "trial", in_days(town, 14))

    def test_only_after_a_long_silence_is_a_conversation_put_aside(self, town: Town) -> None:
        proposal = domain.accept(proposal=town.offer(), user=town.liaison)
        days_go_by(14, 41)
        proposal.refresh_from_db()
        assert proposal.state == "talking"
        assert lapse_overdue(now=later(42)) == 1

    def test_what_is_agreed_or_over_is_left_in_peace(self, town: Town) -> None:
        proposal = trial(town)
        domain.propose_next_step(proposal=proposal, kind="agreement", on=in_days(town, 9), user=town.manager)
        domain.agree_next_step(proposal=proposal, user=town.liaison)
        Notice.objects.all().delete()
        assert lapse_overdue(now=later(200)) == 0
        assert not Notice.objects.exists()


class TestWork:
    def test_it_waits_for_whoever_has_to_answer_with_the_day(self, town: Town) -> None:
        proposal = town.offer()
        (item,) = [each for each in work_of(town.liaison) if "Harbor Strings" in str(each.title)]
        assert (item.due_on, item.url) == (proposal.due_on, f"/en/testville/proposals/{proposal.public_id}/")
        assert not any("Pier School" in title for title in titles(town.manager, town.city))

    def test_in_conversation_it_waits_for_both(self, town: Town) -> None:
        domain.accept(proposal=town.offer(), user=town.liaison)
        assert "Say what comes next with Pier School" in titles(town.manager, town.city)
        assert "Say what comes next with Harbor Strings" in titles(town.liaison, town.city)

    def test_coordinators_see_how_many_nobody_is_there_to_answer(self, town: Town) -> None:
        Membership.objects.filter(user=town.liaison).delete()
        town.offer()
        assert "1 offer or request is for a place that nobody looks after" in titles(town.coordinator, town.city)
