"""The right of answer: who reads what the screen says of a school and when, who answers, and what stays beside the flag."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.judged import UNTOLD, screened
from tests.factories.partnerships import partnership
from tests.factories.site import school as make_school
from tests.factories.site import signed_in
from tests.site.needs.proposals.conftest import YEAR
from tests.site.partnerships.reviewing.conftest import Fallen

from allcity.site.accounts.models import User
from allcity.site.figures.models import SchoolFinding
from allcity.site.needs.models import Baseline
from allcity.site.notices.models import Notice
from allcity.site.notices.work import work_of
from allcity.site.partnerships.models import Answer, Delivery, Review, Setting
from allcity.site.partnerships.reviewing import domain, queries, words
from allcity.site.partnerships.reviewing.demo import add_reviews
from allcity.site.partnerships.reviewing.ledger import Hours, ledger_of

FLAG = "It may stand in place of the school"


def status(user: User | None, url: str) -> int:
    return (signed_in(user) if user else Client()).get(url).status_code


def page(user: User, url: str) -> str:
    answer = signed_in(user).get(url)
    assert answer.status_code == 200
    return str(answer.content.decode())


class TestBeforeItIsPut:
    def test_nobody_but_coordinators_reads_it(self, fallen: Fallen) -> None:
        town = fallen.town
        assert FLAG in page(town.coordinator, fallen.url)
        assert [status(user, fallen.url) for user in (town.liaison, town.manager, fallen.member, fallen.rival)] == [
            404
        ] * 4
        assert status(None, fallen.url) == 302

    def test_the_list_names_who_could_be_asked_and_says_how_often_it_is_wrong(self, fallen: Fallen) -> None:
        shown = page(fallen.town.coordinator, f"/en/{fallen.town.city.slug}/workspace/partnerships/reviews/")
        assert "Pier School" in shown
        assert "not asked yet" in shown
        assert "it calls out between 1.0 and 4.6" in shown

    def test_what_it_was_asked_about_stays_when_records_change(self, fallen: Fallen) -> None:
        fallen.ask()
        SchoolFinding.objects.update(screened={"staff": UNTOLD})
        shown = page(fallen.town.liaison, fallen.url)
        assert "2 positions before" in shown
        assert "say something else by now" in shown

    def test_of_a_school_without_a_screen_there_is_nothing_to_ask(self, fallen: Fallen) -> None:
        SchoolFinding.objects.update(screened={})
        with pytest.raises(ValidationError, match="nothing to ask"):
            fallen.ask()
        assert status(fallen.town.coordinator, fallen.url) == 404


class TestAsking:
    def test_the_school_alone_is_told_and_has_it_to_do(self, fallen: Fallen) -> None:
        fallen.ask()
        town = fallen.town
        told = set(Notice.objects.filter(kind="review-asked").values_list("user", flat=True))
        assert told == {town.liaison.pk}
        assert [
            item.url.endswith(fallen.url[3:]) for item in work_of(town.liaison) if "own music" in str(item.title)
        ] == [True]
        assert all("positions" not in str(notice.values) for notice in Notice.objects.all())

    def test_then_the_school_reads_it_and_neither_its_partner_nor_others(self, fallen: Fallen) -> None:
        fallen.ask()
        assert "What happened in 2024?" in page(fallen.town.liaison, fallen.url)
        assert [status(user, fallen.url) for user in (fallen.town.manager, fallen.member, fallen.rival)] == [404] * 3

    def test_only_coordinators_ask_share_and_close(self, fallen: Fallen) -> None:
        with pytest.raises(PermissionDenied):
            domain.ask(school=fallen.town.school, year=YEAR, user=fallen.town.liaison, words="Why?")
        review = fallen.ask()
        for act in (domain.share, domain.close):
            with pytest.raises(PermissionDenied):
                act(review=review, user=fallen.town.liaison, **({"reason": "other"} if act is domain.close else {}))
        assert [status(fallen.town.liaison, f"{fallen.url}{step}/") for step in ("ask", "share", "close")] == [403] * 3

    def test_two_who_ask_at_once_open_one_review(self, fallen: Fallen) -> None:
        fallen.ask()
        with pytest.raises(ValidationError, match="asked already"):
            fallen.ask()

    def test_answers_are_not_asked_for_by_tomorrow(self, fallen: Fallen) -> None:
        with pytest.raises(ValidationError, match="between 7 and 120"):
            domain.ask(
                school=fallen.town.school, year=YEAR, user=fallen.town.coordinator, words="?",
                due_on=timezone.localdate() + timedelta(days=1),
            )  # fmt: skip


class TestAnswering:
    def test_school_district_and_city_answer_first_and_the_partner_once_it_is_shared(self, fallen: Fallen) -> None:
        fallen.ask()
        town = fallen.town
        people = (town.liaison, town.coordinator, town.manager, fallen.rival)

        def sides() -> list[list[str]]:
            return [[voice.side.value for voice in queries.voices(fallen.review, user)] for user in people]

        assert sides() == [["school"], ["district", "city"], [], []]
        fallen.answer(town.liaison, "school")
        domain.share(review=fallen.review, user=town.coordinator)
        assert sides() == [[], [], ["organization"], []]
        assert set(Notice.objects.filter(kind="review-decided").values_list("user", flat=True)) == {
            town.liaison.pk, town.manager.pk,
        }  # fmt: skip
        domain.close(review=fallen.review, user=town.coordinator, reason="explained")
        assert sides() == [[], [], [], []]

    def test_it_can_be_changed_until_it_is_shared(self, fallen: Fallen) -> None:
        fallen.ask()
        first = fallen.answer(fallen.town.liaison, "school")
        fallen.answer(fallen.town.liaison, "school", words="She moved away.", seen=domain.version_of(first))
        assert [answer.words for answer in Answer.objects.all()] == ["She moved away."]
        (voice,) = queries.voices(fallen.review, fallen.town.liaison)
        domain.share(review=fallen.review, user=fallen.town.coordinator)
        said = {"user": fallen.town.liaison, "voice": voice, "words": "No."}
        with pytest.raises(ValidationError, match="stand as they are"):
            domain.answer(review=fallen.review, **said, seen=domain.version_of(Answer.objects.get()))

    def test_of_two_who_write_at_once_the_second_sees_the_first(self, fallen: Fallen) -> None:
        fallen.ask()
        place = fallen.town.school.public_id
        url = f"{fallen.url}answers/{place}/"
        fallen.answer(fallen.town.liaison, "school", words="Mine.")
        answer = signed_in(fallen.town.liaison).post(url, {"reason": "staff", "words": "Yours.", "seen": ""})
        shown = answer.content.decode()
        assert "Mine." in shown
        assert "Yours." in shown
        seen = re.search(r'name="seen" value="([^"]+)"', shown)
        assert seen is not None
        again = signed_in(fallen.town.liaison).post(url, {"reason": "staff", "words": "Both.", "seen": seen[1]})
        assert again.status_code == 302
        assert Answer.objects.get().words == "Both."

    def test_a_document_is_named_by_school_or_district_and_not_by_the_partner(self, fallen: Fallen) -> None:
        fallen.ask()
        fallen.answer(fallen.town.coordinator, "district", reason="document")
        assert queries.category_of(fallen.review.found, fallen.review) == "documented_replacing"
        assert "a document says that the partner gives it" in page(fallen.town.liaison, fallen.url).lower()
        fallen.answer(fallen.town.liaison, "school")
        domain.share(review=fallen.review, user=fallen.town.coordinator)
        with pytest.raises(ValidationError, match="Only the school"):
            fallen.answer(fallen.town.manager, "organization", reason="document")

    def test_nothing_at_all_is_no_answer(self, fallen: Fallen) -> None:
        fallen.ask()
        url = f"{fallen.url}answers/{fallen.town.school.public_id}/"
        answer = signed_in(fallen.town.liaison).post(url, {"reason": "", "words": "", "seen": ""})
        assert "Choose a reason" in answer.content.decode()
        assert not Answer.objects.exists()

    def test_nobody_answers_for_another(self, fallen: Fallen) -> None:
        fallen.ask()
        url = f"{fallen.url}answers/{fallen.town.school.public_id}/"
        assert [status(user, url) for user in (fallen.town.manager, fallen.rival)] == [404, 404]
        fallen.answer(fallen.town.liaison, "school")
        domain.share(review=fallen.review, user=fallen.town.coordinator)
        assert [status(user, url) for user in (fallen.town.manager, fallen.rival)] == [403, 403]


class TestSharing:
    def test_the_school_comes_first(self, fallen: Fallen) -> None:
        fallen.ask()
        with pytest.raises(ValidationError, match="comes first"):
            domain.share(review=fallen.review, user=fallen.town.coordinator)
        Review.objects.update(due_on=timezone.localdate() - timedelta(days=2))
        domain.share(review=fallen.review, user=fallen.town.coordinator)
        assert fallen.review.state == Review.State.SHARED

    def test_members_then_read_it_with_all_answers_and_the_public_never(self, fallen: Fallen) -> None:
        fallen.ask()
        fallen.answer(fallen.town.liaison, "school", words="She retired in June.")
        domain.share(review=fallen.review, user=fallen.town.coordinator, words="Thank you.")
        fallen.answer(fallen.town.manager, "organization", words="We came in addition.")
        portfolio = f"/en/{fallen.town.city.slug}/schools/{fallen.town.school.slug}/partnerships/"
        for url in (fallen.url, portfolio):
            for user in (fallen.member, fallen.rival):
                shown = page(user, url)
                assert "She retired in June." in shown
                assert "We came in addition." in shown
                assert "may stand in place" in shown
        public = Client().get(portfolio).content.decode()
        assert "retired" not in public
        assert "may stand in place" not in public
        assert status(None, fallen.url) == 302

    def test_before_that_a_member_reads_nothing_of_it_on_the_schools_page(self, fallen: Fallen) -> None:
        fallen.ask()
        fallen.answer(fallen.town.liaison, "school", words="She retired in June.")
        shown = page(fallen.member, f"/en/{fallen.town.city.slug}/schools/{fallen.town.school.slug}/partnerships/")
        assert "retired" not in shown
        assert "may stand in place" not in shown

    def test_what_is_closed_is_shown_to_members_no_more_and_can_be_opened_again(self, fallen: Fallen) -> None:
        fallen.ask()
        fallen.answer(fallen.town.liaison, "school", words="She retired in June.")
        domain.share(review=fallen.review, user=fallen.town.coordinator)
        domain.close(review=fallen.review, user=fallen.town.coordinator, reason="explained")
        assert status(fallen.member, fallen.url) == 404
        assert "there was another reason" in page(fallen.town.liaison, fallen.url)
        fallen.ask()
        assert "She retired in June." in page(fallen.town.liaison, fallen.url)

    def test_the_whole_way_on_the_pages(self, fallen: Fallen) -> None:
        town, due = fallen.town, (timezone.localdate() + timedelta(days=14)).isoformat()
        coordinator, liaison = signed_in(town.coordinator), signed_in(town.liaison)
        coordinator.post(f"{fallen.url}ask/", {"words": "What happened?", "due_on": due})
        liaison.post(f"{fallen.url}answers/{town.school.public_id}/", {"reason": "staff", "words": "", "seen": ""})
        assert Answer.objects.get().get_reason_display().startswith("a teacher retired")
        assert any("Share or close" in str(item.title) for item in work_of(town.coordinator))
        assert coordinator.post(f"{fallen.url}share/", {"words": ""}).status_code == 302
        assert coordinator.post(f"{fallen.url}close/", {"reason": "explained", "words": ""}).status_code == 302
        assert fallen.review.state == Review.State.CLOSED


class TestLedger:
    def test_hours_run_between_the_two_accounts_and_unknown_ones_leave_it_open(self, fallen: Fallen) -> None:
        town = fallen.town
        Baseline.objects.create(city=town.city, school=town.school, year=2023, music_staff=2)

        def told(key: str, account: str, hours: float | None, **more: object) -> None:
            Delivery.objects.create(
                city=town.city, key=key, account=account, partnership=fallen.partnership, organization=town.organization,
                **{"school": town.school, "contribution": "private_lessons", "start_date": date(2025, 9, 1),
                   "end_date": date(2025, 12, 1), "hours": hours, **more},
            )  # fmt: skip

        told("v1", "organization", 12)
        told("v1", "school", 10)
        told("v2", "school", 6, school=None)
        told("v3", "school", 99, setting=Setting.OUT_OF_SCHOOL)
        told("v4", "school", 99, contribution="instruments_and_resources")
        years = ledger_of(town.city, town.school)
        assert [(year.year, year.own is not None, year.has_partner) for year in years] == [
            (2023, True, False), (2024, False, False), (2025, False, True),
        ]  # fmt: skip
        assert years[2].hours == Hours(16, 18)
        assert years[2].minutes == Hours(16 * 60 / 36, 18 * 60 / 36)
        told("v5", "school", None)
        assert ledger_of(town.city, town.school)[2].hours == Hours(16, None)
        rows = words.ledger_table(town.city, ledger_of(town.city, town.school)).rows
        assert rows[0][:4] == ("2023-24", "2", "not known", "not known")
        assert rows[2][4:6] == ("Harbor Strings", "at least 16")


def test_the_rates_on_the_screen_are_those_that_the_docs_say_were_measured() -> None:
    text = (Path(__file__).parents[4] / "docs/explanation/supplanting.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?:nothing|a quarter).*?\| ([\d.]+) % \|([^|]*)\|([^|]*)\|$", text, re.MULTILINE)
    assert len(rows) == 6
    for of, (nothing, half, whole) in (("staff", rows[:3]), ("minutes", rows[3:])):
        called_out = [float(row[0]) for row in (nothing, half, whole)]
        found = [int(row[1].strip(" %")) for row in (half, whole)]
        wrong = [int(row[2].strip(" %")) for row in (half, whole)]
        assert words.ERRORS[of] == {
            "low": min(called_out), "high": max(called_out), "half": found[0], "whole": found[1],
            "least": min(wrong), "most": max(wrong),
        }  # fmt: skip
    shown = " ".join(words.errors())
    assert "it calls out between 1.0 and 4.6" in shown
    assert "calls out between 1.9 and 4.4" in shown


def test_the_list_takes_as_many_queries_for_thirty_schools_as_for_one(fallen: Fallen) -> None:
    client = signed_in(fallen.town.coordinator)
    url = f"/en/{fallen.town.city.slug}/workspace/partnerships/reviews/"
    fallen.ask()
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for number in range(29):
        more = make_school(fallen.town.city, f"School {number}")
        partnership(fallen.town.city, fallen.town.organization, more, key=f"p{number}")
        screened(fallen.examination, more)
        Review.objects.create(city=fallen.town.city, school=more, year=YEAR)
    with CaptureQueriesContext(connection) as many:
        assert "School 28" in client.get(url).content.decode()
    assert len(many) == len(one)


def test_a_person_who_leaves_takes_their_name_off_and_the_answer_stays(fallen: Fallen) -> None:
    fallen.ask()
    fallen.answer(fallen.town.liaison, "school")
    assert queries.personal_data(fallen.town.liaison)["answers"]
    domain.erase(fallen.town.liaison)
    assert (Answer.objects.get().by, Answer.objects.get().words) == (None, "She retired.")


def test_the_demonstration_has_reviews_in_every_state_and_only_once(fallen: Fallen) -> None:
    town = fallen.town
    told = {"p": 0.3, "category": "cannot_tell"}
    for name, more in (("Quay School", {}), ("Reed School", {"staff": {**UNTOLD, **told}})):
        other = make_school(town.city, name)
        partnership(town.city, town.organization, other, key=name, setting=Setting.IN_SCHOOL_HOURS)
        screened(fallen.examination, other, **more)
    for _ in range(2):
        add_reviews(city=town.city, coordinator=town.coordinator)
    made = {review.school.name: review for review in queries.reviews_of(town.city, YEAR)}
    assert {name: review.state for name, review in made.items()} == {
        "Pier School": Review.State.ASKED,  # its own people have not answered
        "Quay School": Review.State.ASKED,
        "Reed School": Review.State.CLOSED,
    }
    assert made["Reed School"].reason == Review.Reason.EXPLAINED
    Review.objects.all().delete()
    fallen.town.city.memberships.filter(user=town.liaison).delete()
    add_reviews(city=town.city, coordinator=town.coordinator)
    shared = Review.objects.get(state=Review.State.SHARED)
    assert queries.category_of(shared.found, shared) == "documented_replacing"
    assert queries.has_answered(shared)
