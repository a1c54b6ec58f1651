"""Offers and requests as they are made, answered, carried on and ended."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from tests.factories.site import holder, organization, person, school
from tests.site.needs.proposals.conftest import Town

from allcity.site.accounts.personal_data import erasers, export_all
from allcity.site.cities.domain import give_role
from allcity.site.cities.models import District, Membership, Role, public_id
from allcity.site.cities.people.domain import remove_role
from allcity.site.conversations.models import Post, Thread
from allcity.site.directory.domain import merge_records
from allcity.site.directory.models import SchoolYear, StudentCount
from allcity.site.exchange.changes import Change
from allcity.site.exchange.writing import write_changes
from allcity.site.needs.ledger.domain import move_need
from allcity.site.needs.ledger.queries import states_of
from allcity.site.needs.models import Bring, Need, Proposal, ProposalStep, Side
from allcity.site.needs.proposals import domain
from allcity.site.needs.proposals.domain import propose
from allcity.site.needs.proposals.queries import reasons_of_no
from allcity.site.needs.survey.reminding import today_in
from allcity.site.notices.models import Notice

pytestmark = pytest.mark.django_db


def told(user: Any) -> list[str]:
    """The kinds of what somebody was told, the oldest first; what conversations tell left out."""
    return [
        notice.kind for notice in Notice.objects.filter(user=user).order_by("pk") if notice.kind.startswith("proposal")
    ]


def in_days(town: Town, days: int) -> date:
    return today_in(town.city) + timedelta(days=days)


def trial(town: Town) -> Proposal:
    """A proposal that has come as far as a trial on which both have agreed."""
    proposal = town.offer()
    domain.accept(proposal=proposal, user=town.liaison)
    domain.propose_next_step(proposal=proposal, kind="trial", on=in_days(town, 9), user=town.liaison)
    return domain.agree_next_step(proposal=proposal, user=town.manager)


class TestProposing:
    def test_an_offer_waits_for_the_school_and_begins_a_conversation_of_the_two(self, town: Town) -> None:
        proposal = town.offer(program=town.program, amount=25, brings=["instruments"])
        assert (proposal.state, proposal.awaits, proposal.contribution) == ("waiting", Side.SCHOOL, "private_lessons")
        assert proposal.due_on == in_days(town, 14)
        assert proposal.thread is not None
        for reader, reads in ((town.liaison, True), (town.manager, True), (town.coordinator, False)):
            assert Thread.objects.for_user(reader).filter(pk=proposal.thread.pk).exists() == reads
        assert "We have fiddles." in Post.objects.values_list("text", flat=True)
        assert dict(proposal.brings.values_list("what", "who"))["instruments"] == "organization"
        assert (told(town.liaison), told(town.manager)) == (["proposal"], [])
        assert town.state() == Need.State.OFFERED

    def test_a_request_waits_for_the_organization(self, town: Town) -> None:
        assert town.ask().awaits == Side.ORGANIZATION
        assert told(town.manager) == ["proposal"]

    def test_places_by_the_figures_have_no_need(self, town: Town) -> None:
        proposal = town.ask(need=None, school=town.school)
        assert (proposal.need, proposal.contribution) == (None, "")
        assert town.state() == Need.State.STATED

    def test_asking_twice_gives_the_same(self, town: Town) -> None:
        proposal = town.offer()
        assert town.offer(text="Again") == proposal
        assert town.ask() == proposal  # the other side too
        assert Post.objects.filter(text="Again").count() == 0
        assert Proposal.objects.count() == 1

    def test_after_a_no_it_can_be_asked_anew(self, town: Town) -> None:
        domain.decline(proposal=town.offer(), reason="times", user=town.liaison)
        assert town.offer().state == "waiting"

    def test_a_place_that_nobody_looks_after_is_the_coordinators_to_answer(self, town: Town) -> None:
        Membership.objects.filter(user=town.liaison).delete()
        proposal = town.offer()
        assert told(town.coordinator) == ["proposal-nobody"]
        domain.accept(proposal=proposal, user=town.coordinator)
        assert proposal.thread is not None
        assert Thread.objects.for_user(town.coordinator).filter(pk=proposal.thread.pk).exists()

    def test_whoever_coordinates_no_more_reads_no_more_of_it(self, town: Town) -> None:
        Membership.objects.filter(user=town.liaison).delete()
        proposal = town.offer()
        domain.accept(proposal=proposal, user=town.coordinator)
        give_role(city=town.city, user=town.coordinator, role=Role.MEMBER)
        give_role(city=town.city, user=person(), role=Role.COORDINATOR)
        remove_role(membership=Membership.objects.get(user=town.coordinator, role=Role.COORDINATOR))
        assert proposal.thread is not None
        assert not Thread.objects.for_user(town.coordinator).filter(pk=proposal.thread.pk).exists()

    def test_a_district_is_answered_for_by_coordinators(self, town: Town) -> None:
        district = District.objects.create(
            city=town.city, key="d1", name="District", public_id=public_id(town.city.slug, "districts", "d1")
        )
        need = town.add_need("n9", school=None, district=district)
        proposal = town.offer(need=need)
        assert told(town.coordinator) == ["proposal-nobody"]
        assert domain.accept(proposal=proposal, user=town.coordinator).state == "talking"

    def test_a_district_that_an_import_removes_takes_its_offers_along(self, town: Town) -> None:
        district = District.objects.create(
            city=town.city, key="d1", name="District", public_id=public_id(town.city.slug, "districts", "d1")
        )
        need = town.add_need("n9", school=None, district=district)
        town.offer(need=need)
        town.offer()
        need.delete()
        write_changes(town.city, {"districts": Change(removed={("d1",): {}})}, user=None)
        assert [proposal.school for proposal in Proposal.objects.all()] == [town.school]

    def test_only_those_who_look_after_a_side_propose(self, town: Town) -> None:
        rival = holder(town.city, Role.MANAGER, organization(town.city, "Other Strings").public_id)
        for user in (rival, town.coordinator, person(), holder(town.city)):
            with pytest.raises(PermissionDenied):
                propose(
                    city=town.city, user=user, side=Side.ORGANIZATION, organization=town.organization, need=town.need
                )

    @pytest.mark.parametrize("days", [6, 61])
    def test_the_other_side_has_a_week_to_two_months(self, town: Town, days: int) -> None:
        with pytest.raises(ValidationError, match="between 7 and 60 days"):
            town.offer(reply_due_on=in_days(town, days))

    def test_a_closed_need_takes_no_offers(self, town: Town) -> None:
        move_need(need=town.need, state=Need.State.CLOSED, user=town.liaison, reason="met")
        with pytest.raises(ValidationError, match="closed"):
            town.offer()

    def test_nobody_asks_what_is_archived(self, town: Town) -> None:
        town.organization.archived_at = timezone.now()
        town.organization.save()
        with pytest.raises(ValidationError, match="archived"):
            town.ask()
        with pytest.raises(PermissionDenied):
            town.offer()

    def test_no_more_students_than_the_school_has(self, town: Town) -> None:
        year = SchoolYear.objects.create(city=town.city, school=town.school, year=2025, name="Pier School")
        StudentCount.objects.create(city=town.city, school=town.school, year=year.year, grade="all", students=30)
        with pytest.raises(ValidationError, match="30 students"):
            town.offer(amount=31)
        assert town.offer(amount=30).amount == 30

    def test_the_program_is_the_organizations_own(self, town: Town) -> None:
        town.program.organization = organization(town.city, "Other Strings")
        town.program.save()
        with pytest.raises(ValidationError, match="program"):
            town.offer(program=town.program)

    def test_words_are_checked(self, town: Town) -> None:
        for text in ("a\0b", "x" * 5001):
            with pytest.raises(ValidationError):
                town.offer(text=text)
        assert not Proposal.objects.exists()


class TestGoingOn:
    def test_from_a_yes_to_an_agreement(self, town: Town) -> None:
        proposal = domain.accept(proposal=town.offer(), user=town.liaison)
        assert (proposal.state, proposal.awaits, told(town.manager)) == ("talking", "", ["proposal-answered"])
        proposal = domain.propose_next_step(proposal=proposal, kind="visit", on=in_days(town, 5), user=town.manager)
        assert (proposal.state, proposal.awaits, proposal.due_on) == ("talking", Side.SCHOOL, in_days(town, 5))
        proposal = domain.agree_next_step(proposal=proposal, user=town.liaison, seen=f"visit {in_days(town, 5)}")
        assert (proposal.state, town.state()) == ("visit", Need.State.OFFERED)
        proposal = domain.propose_next_step(proposal=proposal, kind="trial", on=in_days(town, 9), user=town.liaison)
        proposal = domain.agree_next_step(proposal=proposal, user=town.manager)
        assert (proposal.state, town.state()) == ("trial", Need.State.AGREED)
        proposal = domain.propose_next_step(
            proposal=proposal, kind="agreement", on=in_days(town, 20), user=town.manager
        )
        proposal = domain.agree_next_step(proposal=proposal, user=town.liaison)
        assert (proposal.state, proposal.due_on, town.state()) == ("agreed", None, Need.State.AGREED)
        assert [step.after for step in proposal.steps.all()] == [
            *("waiting", "talking", "talking", "visit", "visit", "trial", "trial", "agreed")
        ]
        assert [moved.state for moved in states_of(town.need)][-2:] == ["offered", "agreed"]

    def test_a_talk_after_a_trial_leads_no_step_back(self, town: Town) -> None:
        proposal = trial(town)
        domain.propose_next_step(proposal=proposal, kind="talk", on=in_days(town, 2), user=town.manager)
        assert domain.agree_next_step(proposal=proposal, user=town.liaison).state == "trial"

    def test_nobody_agrees_with_themselves(self, town: Town) -> None:
        proposal = domain.accept(proposal=town.offer(), user=town.liaison)
        domain.propose_next_step(proposal=proposal, kind="visit", on=in_days(town, 5), user=town.manager)
        with pytest.raises(PermissionDenied):
            domain.agree_next_step(proposal=proposal, user=town.manager)

    def test_nobody_agrees_to_what_they_have_not_read(self, town: Town) -> None:
        proposal = domain.accept(proposal=town.offer(), user=town.liaison)
        domain.propose_next_step(proposal=proposal, kind="visit", on=in_days(town, 5), user=town.manager)
        with pytest.raises(ValidationError, match="something else"):
            domain.agree_next_step(proposal=proposal, user=town.liaison, seen=f"visit {in_days(town, 4)}")

    def test_whoever_offered_does_not_answer(self, town: Town) -> None:
        with pytest.raises(PermissionDenied):
            domain.accept(proposal=town.offer(), user=town.manager)

    def test_of_two_who_answer_at_once_the_second_is_told(self, town: Town) -> None:
        proposal = town.offer()
        domain.accept(proposal=proposal, user=town.liaison)
        with pytest.raises(ValidationError, match="gone on meanwhile"):
            domain.accept(proposal=proposal, user=holder(town.city, Role.LIAISON, town.school.public_id))

    def test_somebody_who_left_the_role_answers_no_more(self, town: Town) -> None:
        proposal = town.offer()
        Membership.objects.filter(user=town.liaison).delete()
        town.liaison.__dict__.pop("_roles", None)  # as a new request reads them
        with pytest.raises(PermissionDenied):
            domain.accept(proposal=proposal, user=town.liaison)

    @pytest.mark.parametrize("days", [-1, 367])
    def test_a_next_step_is_to_come(self, town: Town, days: int) -> None:
        proposal = domain.accept(proposal=town.offer(), user=town.liaison)
        with pytest.raises(ValidationError, match="day"):
            domain.propose_next_step(proposal=proposal, kind="visit", on=in_days(town, days), user=town.manager)

    def test_a_need_that_was_closed_meanwhile_stops_it(self, town: Town) -> None:
        proposal = domain.accept(proposal=town.offer(), user=town.liaison)
        move_need(need=town.need, state=Need.State.CLOSED, user=town.liaison, reason="met")
        with pytest.raises(ValidationError, match="closed meanwhile"):
            domain.propose_next_step(proposal=proposal, kind="visit", on=in_days(town, 5), user=town.manager)
        assert domain.withdraw(proposal=proposal, reason="found", user=town.manager).state == "withdrawn"
        assert town.state() == Need.State.CLOSED

    def test_a_need_that_is_gone_leaves_the_conversation(self, town: Town) -> None:
        proposal = domain.accept(proposal=town.offer(), user=town.liaison)
        town.need.delete()
        domain.propose_next_step(proposal=proposal, kind="agreement", on=in_days(town, 5), user=town.manager)
        assert domain.agree_next_step(proposal=proposal, user=town.liaison).state == "agreed"

    def test_what_was_set_by_hand_stays(self, town: Town) -> None:
        move_need(need=town.need, state=Need.State.DELIVERING, user=town.liaison)
        proposal = town.offer()
        domain.decline(proposal=proposal, reason="money", user=town.liaison)
        assert town.state() == Need.State.DELIVERING

    def test_two_organizations_that_are_one_keep_their_proposals(self, town: Town) -> None:
        twin = organization(town.city, "Harbour Strings")
        proposal = propose(city=town.city, user=town.liaison, side=Side.SCHOOL, organization=twin, need=town.need)
        merge_records(survivor=town.organization, duplicate=twin, user=town.coordinator)
        proposal.refresh_from_db()
        assert proposal.organization == town.organization
        assert domain.accept(proposal=proposal, user=town.manager).state == "talking"


class TestBringing:
    def test_either_side_says_who_brings_what(self, town: Town) -> None:
        proposal = town.offer()
        said = {"what": "space", "who": "school", "text": "The gym", "is_settled": True}
        assert domain.settle(proposal=proposal, user=town.liaison, version=1, **said).version == 2

    def test_of_two_at_once_nothing_is_lost(self, town: Town) -> None:
        proposal = town.offer()
        domain.settle(
            proposal=proposal, user=town.liaison, what="space", who="school", text="Gym", is_settled=False, version=1
        )
        with pytest.raises(domain.BringConflictError) as conflict:
            domain.settle(
                proposal=proposal, user=town.manager, what="space", who="both", text="Hall", is_settled=False, version=1
            )
        assert conflict.value.now.text == "Gym"
        kept = domain.settle(
            proposal=proposal, user=town.manager, what="space", who="both", text="Hall", is_settled=False, version=2
        )
        assert kept.text == "Hall"

    def test_what_has_ended_stays_as_it_was(self, town: Town) -> None:
        proposal = domain.withdraw(proposal=town.offer(), reason="found", user=town.manager)
        with pytest.raises(ValidationError, match="ended"):
            domain.settle(
                proposal=proposal, user=town.liaison, what="space", who="", text="", is_settled=True, version=1
            )

    def test_nobody_else_does(self, town: Town) -> None:
        proposal = town.offer()
        with pytest.raises(PermissionDenied):
            domain.settle(
                proposal=proposal, user=town.coordinator, what="space", who="", text="x", is_settled=True, version=1
            )
        assert Bring.objects.filter(proposal=proposal, text="").count() == len(Bring.What)


class TestEnding:
    def test_a_no_takes_the_need_back_when_it_was_the_last(self, town: Town) -> None:
        other = organization(town.city, "Other Strings")
        first, second = (
            town.offer(),
            propose(city=town.city, user=town.liaison, side=Side.SCHOOL, organization=other, need=town.need),
        )
        domain.decline(proposal=first, reason="times", user=town.liaison, words="Mondays only", text="Thank you!")
        assert (told(town.manager), town.state()) == (["proposal-over"], Need.State.OFFERED)
        domain.withdraw(proposal=second, reason="found", user=town.liaison)
        assert town.state() == Need.State.STATED
        assert "Thank you!" in Post.objects.values_list("text", flat=True)
        assert "Mondays only" not in Post.objects.values_list("text", flat=True)

    def test_a_trial_that_did_not_work_takes_the_agreement_back(self, town: Town) -> None:
        domain.decline(proposal=trial(town), reason="no_room", user=town.liaison)
        assert town.state() == Need.State.STATED

    def test_a_no_needs_a_reason_of_the_list(self, town: Town) -> None:
        for reason in ("", "because", "other"):  # another reason is one with words
            with pytest.raises(ValidationError):
                domain.decline(proposal=town.offer(), reason=reason, user=town.liaison)

    def test_why_needs_stay_open_is_summed_up(self, town: Town) -> None:
        for number in range(3):
            need = town.add_need(f"m{number}")
            domain.decline(proposal=town.offer(need=need), reason="times", user=town.liaison)
        domain.withdraw(
            proposal=town.ask(need=None, school=town.school), reason="other", user=town.liaison, words="Moved"
        )
        domain.lapse(proposal=town.offer())
        found = reasons_of_no(town.city, 2025)
        assert found[("private_lessons", "times")] == 3
        assert found[("private_lessons", "no_answer")] == 1
        assert sum(reasons_of_no(town.city, year).get(("", "other"), 0) for year in range(2020, 2040)) == 1

    def test_what_lapsed_is_taken_up_by_whoever_was_asked_or_asked_once_more(self, town: Town) -> None:
        proposal = domain.lapse(proposal=town.offer())
        assert (proposal.state, town.state()) == ("lapsed", Need.State.STATED)
        assert domain.ask_again(proposal=proposal, user=town.manager).state == "waiting"
        domain.lapse(proposal=proposal)
        found = domain.take_up(proposal=proposal, user=town.liaison)
        assert (found.state, found.reason, town.state()) == ("talking", "", Need.State.OFFERED)

    def test_what_lapsed_stays_where_there_is_a_newer_one(self, town: Town) -> None:
        proposal = domain.lapse(proposal=town.offer())
        town.offer()
        with pytest.raises(ValidationError, match="newer"):
            domain.take_up(proposal=proposal, user=town.liaison)


class TestPeopleWhoLeave:
    def test_what_they_did_is_handed_over_and_stays_without_a_name(self, town: Town) -> None:
        domain.withdraw(proposal=town.offer(), reason="money", user=town.manager, words="No grant")
        kept: Any = export_all(town.manager)["proposals"]
        assert kept["made"][0]["organization__name"] == "Harbor Strings"
        assert [step["step"] for step in kept["steps"]] == ["offered", "withdraw"]
        assert kept["reasons"][0]["proposal__reason_words"] == "No grant"
        for erase in erasers():
            erase(town.manager)
        assert set(ProposalStep.objects.values_list("by", flat=True)) == {None}
        assert Proposal.objects.get().made_by is None

    def test_another_school_is_none_of_theirs(self, town: Town) -> None:
        proposal = town.offer()
        other = holder(town.city, Role.LIAISON, school(town.city, "Hill School").public_id)
        assert not Proposal.objects.for_user(other).exists()
        with pytest.raises(PermissionDenied):
            domain.accept(proposal=proposal, user=other)
