"""The pages of offers and requests, as those see them who may and those who may not."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.factories.site import holder, organization, school, signed_in
from tests.site.needs.proposals.conftest import YEAR, Town
from tests.site.needs.proposals.test_proposing import in_days

from allcity.analysis.matching import PARTS
from allcity.site.cities.models import Membership, Role
from allcity.site.needs.ledger.domain import move_need
from allcity.site.needs.models import Match, Need, Proposal
from allcity.site.needs.proposals import domain
from allcity.site.needs.proposals.queries import year_of

pytestmark = pytest.mark.django_db
LIST = "/en/testville/proposals/"


def page_of(proposal: Proposal, step: str = "") -> str:
    return f"{LIST}{proposal.public_id}/{step}"


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return text_of(response)


def text_of(response: HttpResponse) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def liaison(town: Town) -> Client:
    return signed_in(town.liaison)


@pytest.fixture
def manager(town: Town) -> Client:
    return signed_in(town.manager)


@pytest.fixture
def coordinator(town: Town) -> Client:
    return signed_in(town.coordinator)


class TestProposing:
    def address(self, town: Town, **more: str) -> str:
        given = {"need": str(town.need.public_id), "organization": "harbor-strings", **more}
        return f"{LIST}new/?" + "&".join(f"{name}={value}" for name, value in given.items() if value)

    def answers(self, town: Town, **more: Any) -> dict[str, Any]:
        return {"text": "We could come.", "reply_due_on": in_days(town, 14).isoformat(), **more}

    def test_an_organization_offers_with_what_is_known_filled_in(self, town: Town, manager: Client) -> None:
        address = self.address(town, program="p1")
        page = read(manager, address)
        assert "Offer to help Pier School" in page
        assert 'name="organization"' not in page
        response = manager.post(address, self.answers(town, brings=["space"]), follow=True)
        assert "Pier School has until" in text_of(response)
        assert Proposal.objects.get().program == town.program

    def test_a_school_asks(self, town: Town, liaison: Client) -> None:
        address = self.address(town)
        assert "Ask Harbor Strings" in read(liaison, address)
        liaison.post(address, self.answers(town))
        assert Proposal.objects.get().made_by_side == "school"

    def test_without_a_need_it_asks_which(self, town: Town, liaison: Client) -> None:
        address = self.address(town, need="")
        assert "Private lessons and coaching, 2025-26" in read(liaison, address)
        liaison.post(address, self.answers(town, about="school:pier-school"))
        assert Proposal.objects.get().need is None

    def test_a_manager_of_several_is_asked_for_which(self, town: Town) -> None:
        second = organization(town.city, "Second Strings")
        user = holder(town.city, Role.MANAGER, second.public_id)
        Membership.objects.create(city=town.city, user=user, role=Role.MANAGER, place=town.organization.public_id)
        client, address = signed_in(user), self.address(town, organization="")
        assert "Which organization?" in read(client, address)
        client.post(address, self.answers(town, organization=second.pk))
        assert Proposal.objects.get().organization == second

    def test_whoever_looks_after_both_is_asked_for_whom(self, town: Town) -> None:
        Membership.objects.create(city=town.city, user=town.manager, role=Role.LIAISON, place=town.school.public_id)
        client = signed_in(town.manager)
        assert "For whom do you ask?" in read(client, self.address(town))
        client.post(self.address(town), self.answers(town, side="school"))
        assert Proposal.objects.get().made_by_side == "school"

    def test_what_stands_already_is_shown(self, town: Town, manager: Client) -> None:
        proposal = town.ask()
        assert manager.get(self.address(town)).headers["Location"] == page_of(proposal)

    def test_from_a_match_by_the_figures_it_says_why(self, town: Town, manager: Client) -> None:
        facts = {
            "asked": None, "not_met": 61.0, "free_seats": 25, "minutes": 12.2, "online": False, "music_staff": 0.0,
            "minutes_share": 0.5, **{f"{part}{end}": 1.0 for part in PARTS for end in ("_low", "", "_high")},
        }  # fmt: skip
        Match.objects.create(
            city=town.city, year=year_of(town.city, None), school=town.school, organization=town.organization,
            program=town.program, rank_for_need=1, rank_for_organization=1, score=0.8, shows_amount=True, reasons=facts,
        )  # fmt: skip
        address = self.address(town, need="", school="pier-school", program="p1")
        page = read(manager, address)
        assert "By the figures, about 61 students have no place." in page
        assert 'value="school:pier-school" selected' in page

    def test_words_are_not_lost_where_one_stands_already(self, town: Town, manager: Client) -> None:
        town.ask()
        address = self.address(town, need="", school="pier-school")
        page = text_of(manager.post(address, self.answers(town, about=str(town.need.public_id))))
        assert "The two talk about this already." in page
        assert "We could come." in page
        assert Proposal.objects.count() == 1

    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, town: Town, manager: Client) -> None:
        wrong = self.answers(town, reply_due_on=in_days(town, 2).isoformat())
        page = text_of(manager.post(self.address(town), wrong))
        assert "between 7 and 60 days" in page
        assert "We could come." in page
        move_need(need=town.need, state=Need.State.CLOSED, user=town.liaison, reason="met")
        assert "This need is closed" in text_of(manager.post(self.address(town), self.answers(town)))
        assert not Proposal.objects.exists()

    @pytest.mark.parametrize("odd", [{"text": "a\0b"}, {"text": "x" * 2001}, {"amount": "9" * 25}])
    def test_odd_answers(self, town: Town, manager: Client, odd: dict[str, str]) -> None:
        assert manager.post(self.address(town), self.answers(town, **odd)).status_code == 200
        assert not Proposal.objects.exists()

    @pytest.mark.parametrize(
        "query", ["need=1", "organization=gone", "school=gone", "program=p1&organization=other-strings"]
    )
    def test_what_is_not_there(self, town: Town, manager: Client, query: str) -> None:
        organization(town.city, "Other Strings")
        assert manager.get(f"{LIST}new/?{query}").status_code == 404

    def test_too_little_said_leads_on(self, manager: Client) -> None:
        assert "Begin with a need" in read(manager, f"{LIST}new/")

    def test_nobody_offers_for_others(self, town: Town, coordinator: Client) -> None:
        assert coordinator.get(self.address(town)).status_code == 403


class TestOnePage:
    def test_the_one_big_button_carries_it_on(self, town: Town, liaison: Client, manager: Client) -> None:
        proposal = town.offer()
        page = read(liaison, page_of(proposal))
        assert "Harbor Strings waits for your answer until" in page
        assert "We have fiddles." in page
        assert "Yes, let us talk" in page
        assert "Yes, let us talk" not in read(manager, page_of(proposal))
        assert "Suggest what comes next" in text_of(liaison.post(page_of(proposal, "yes/"), follow=True))
        suggestion = {"kind": "visit", "on": in_days(town, 5).isoformat(), "text": "Room 3"}
        assert "You suggested a visit" in text_of(manager.post(page_of(proposal, "next/"), suggestion, follow=True))
        page = read(liaison, page_of(proposal))
        assert "Harbor Strings suggests a visit on" in page
        seen = {"seen": f"visit {in_days(town, 5)}"}
        assert "You have agreed on a visit" in text_of(liaison.post(page_of(proposal, "agree/"), seen, follow=True))

    def test_every_step_can_be_taken_in_another_language(self, town: Town, liaison: Client, manager: Client) -> None:
        proposal = town.offer()
        address = page_of(proposal).replace("/en/", "/es/")
        liaison.post(f"{address}yes/")
        manager.post(f"{address}next/", {"kind": "visit", "on": in_days(town, 5).isoformat()})
        liaison.post(f"{address}agree/")
        liaison.post(f"{address}no/", {"reason": "times"})
        assert list(proposal.steps.values_list("step", flat=True)) == ["offered", "yes", "next", "agree", "no"]

    def test_what_was_agreed_is_asked_about(self, town: Town, liaison: Client, manager: Client) -> None:
        proposal = domain.accept(proposal=town.offer(), user=town.liaison)
        domain.propose_next_step(proposal=proposal, kind="visit", on=in_days(town, 5), user=town.manager)
        domain.agree_next_step(proposal=proposal, user=town.liaison)
        Proposal.objects.update(next_on=in_days(town, -1))
        assert "Did it take place?" in read(manager, page_of(proposal))
        assert "No: choose another day" in read(liaison, page_of(proposal))
        assert "other side is told" not in text_of(liaison.post(page_of(proposal, "happened/"), follow=True))
        assert "What comes next is open" in read(manager, page_of(proposal))

    def test_a_no_says_why_and_coordinators_read_the_words(
        self, town: Town, liaison: Client, manager: Client, coordinator: Client
    ) -> None:
        proposal = town.offer()
        assert "What is the reason?" in text_of(liaison.post(page_of(proposal, "no/"), {}))
        liaison.post(page_of(proposal, "no/"), {"reason": "other", "words": "The hall burnt", "text": "Sorry!"})
        for client, reads_words, reads_thread in (
            (manager, False, True),
            (liaison, True, True),
            (coordinator, True, False),
        ):
            page = read(client, page_of(proposal))
            assert "another reason" in page
            assert ("The hall burnt" in page) == reads_words
            assert ("Sorry!" in page) == reads_thread

    def test_coordinators_look_on(self, town: Town, coordinator: Client) -> None:
        proposal = town.offer()
        page = read(coordinator, page_of(proposal))
        assert "Pier School has until" in page
        assert "We have fiddles." not in page
        for step in ("yes/", "no/", "next/", "brings/space/"):
            assert coordinator.post(page_of(proposal, step), {"reason": "times"}).status_code == 403

    def test_where_nobody_is_the_coordinator_invites_or_answers(self, town: Town, coordinator: Client) -> None:
        Membership.objects.filter(user=town.liaison).delete()
        proposal = town.offer()
        page = read(coordinator, page_of(proposal))
        assert f"?role=liaison&amp;place={town.school.public_id}" in page
        assert "Done." in text_of(coordinator.post(page_of(proposal, "yes/"), follow=True))

    def test_a_rival_sees_nothing(self, town: Town) -> None:
        proposal = town.offer()
        rival = signed_in(holder(town.city, Role.MANAGER, organization(town.city, "Rival Strings").public_id))
        for step in ("", "no/", "next/", "brings/space/"):
            assert rival.get(page_of(proposal, step)).status_code == 404
        assert rival.post(page_of(proposal, "yes/")).status_code == 404
        assert "Pier School" not in read(rival, LIST)

    def test_of_two_answers_the_second_is_told(self, town: Town, liaison: Client) -> None:
        proposal = town.offer()
        liaison.post(page_of(proposal, "yes/"))
        assert "gone on meanwhile" in text_of(liaison.post(page_of(proposal, "yes/"), follow=True))
        domain.decline(proposal=proposal, reason="times", user=town.liaison)
        assert "gone on meanwhile" in text_of(liaison.post(page_of(proposal, "no/"), {"reason": "money"}, follow=True))
        assert Proposal.objects.get().reason == "times"

    def test_two_who_settle_at_once_see_both(self, town: Town, liaison: Client, manager: Client) -> None:
        proposal = town.offer()
        address = page_of(proposal, "brings/space/")
        said = {"who": "school", "version": 1}
        assert liaison.post(address, {**said, "text": "The gym"}).status_code == 302
        page = text_of(manager.post(address, {**said, "text": "Our hall"}))
        assert "“The gym”" in page
        assert "Our hall" in page
        assert 'name="version" value="2"' in page
        manager.post(address, {**said, "text": "Our hall", "version": 2, "is_settled": "on"})
        assert "Our hall" in read(liaison, page_of(proposal))

    def test_names_are_text(self, town: Town, liaison: Client) -> None:
        town.organization.name = "<b>Strings</b> %(x)s"
        town.organization.save()
        proposal = town.offer()
        for address in (page_of(proposal), LIST, page_of(proposal, "no/")):
            page = read(liaison, address)
            assert "<b>Strings" not in page
            assert "&lt;b&gt;Strings&lt;/b&gt; %(x)s" in page

    def test_a_need_that_is_gone_and_a_place_that_is_archived(self, town: Town, liaison: Client) -> None:
        proposal = town.offer()
        town.need.delete()
        town.organization.archived_at = proposal.made_at
        town.organization.save()
        assert "Private lessons" in read(liaison, page_of(proposal))
        assert "archived" in text_of(liaison.post(page_of(proposal, "yes/"), follow=True))


class TestLists:
    def test_what_waits_for_whom(self, town: Town, liaison: Client, manager: Client, coordinator: Client) -> None:
        town.offer()
        assert "Harbor Strings · Pier School</a>" in read(liaison, LIST)
        assert "Nothing waits for you" in read(manager, LIST)
        assert "Harbor Strings · Pier School</a>" in read(manager, f"{LIST}?show=others")
        assert "Nothing waits for you" in read(coordinator, LIST)
        assert "Harbor Strings · Pier School</a>" in read(coordinator, f"{LIST}?show=all&state=waiting")
        assert "None." in read(coordinator, f"{LIST}?show=all&state=agreed")
        assert "None." in read(coordinator, f"{LIST}?show=all&state=nobody")
        assert "Nothing waits for you" in read(manager, f"{LIST}?show=all")

    def test_what_is_over(self, town: Town, liaison: Client) -> None:
        domain.decline(proposal=town.offer(), reason="times", user=town.liaison)
        page = read(liaison, f"{LIST}?show=over")
        assert "the times do not fit" in page
        assert "Nothing waits for you" in read(liaison, LIST)

    @pytest.mark.parametrize("address", [LIST, f"{LIST}?show=all"])
    def test_as_many_questions_for_thirty_as_for_one(self, town: Town, address: str) -> None:
        Membership.objects.create(city=town.city, user=town.liaison, role=Role.COORDINATOR, place=None)
        client = signed_in(town.liaison)
        town.offer()
        client.get(address)
        with CaptureQueriesContext(connection) as one:
            client.get(address)
        for number in range(29):
            elsewhere = {} if number % 2 else {"school": school(town.city, f"School {number}")}
            town.offer(need=town.add_need(f"m{number}", **elsewhere))
        with CaptureQueriesContext(connection) as many:
            assert client.get(address).status_code == 200
        assert len(many) == len(one)

    def test_work_asks_as_often_for_thirty_as_for_one(self, town: Town) -> None:
        client = signed_in(town.liaison)
        town.offer()
        client.get("/en/work/")
        with CaptureQueriesContext(connection) as one:
            client.get("/en/work/")
        for number in range(29):
            town.offer(need=town.add_need(f"m{number}"))
        with CaptureQueriesContext(connection) as many:
            client.get("/en/work/")
        assert len(many) == len(one)

    def test_without_any_year_on_record_it_is_that_of_today(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("allcity.site.needs.proposals.queries.today_in", lambda _city: date(2027, 6, 30))
        assert year_of(town.city, None) == 2026

    def test_the_year_of_the_need_is_the_proposals(self, town: Town) -> None:
        assert town.offer().year == YEAR
