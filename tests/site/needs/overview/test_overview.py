"""The coordinator's view of needs: what is missing and what it costs, what nobody answers, and whom to call."""

from datetime import timedelta
from io import StringIO
from typing import Any

import polars as pl
import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.site import city as make_city
from tests.factories.site import holder, organization, school, signed_in

from allcity.site.cities.models import City, Role, Source, public_id
from allcity.site.directory.models import School, SchoolYear, StudentCount
from allcity.site.figures.models import SchoolFinding
from allcity.site.figures.queries import current_examination
from allcity.site.insight.domain import examine_city
from allcity.site.needs.models import Baseline, Letter, Need, Proposal, Reminder, Reply, Survey, Unmatched
from allcity.site.needs.overview import domain, queries
from allcity.site.needs.overview.words import cost
from allcity.site.notices.models import Notice

pytestmark = pytest.mark.django_db
YEAR = 2025
DAY = timezone.localdate()


def of_the_year(school: School, students: int, **said: Any) -> School:
    """The school in the year, with what it said of its music."""
    source, _new = Source.objects.get_or_create(
        city=school.city,
        key="register",
        defaults={
            "name": "Register", "coverage": "complete", "as_of": DAY, "tables": ["schools", "students", "baselines"],
        },
    )  # fmt: skip
    row = {"city": school.city, "school": school, "year": YEAR, "source": source, "as_of": DAY}
    SchoolYear.objects.create(name=school.name, grades=["1", "2"], **row)
    StudentCount.objects.create(grade="all", students=students, **row)
    if said:
        Baseline.objects.create(**row, **said)
    return school


@pytest.fixture
def town() -> City:
    """Three schools, of which one has answered; a survey that nobody has handed in; an organization with free places."""
    town = make_city()
    of_the_year(
        school(town, "Hill School"), 100, music_staff=1.0, minutes_pk_2=90, students_enrolled=40, students_without_place=20
    )  # fmt: skip
    of_the_year(school(town, "Mill School"), 60)
    of_the_year(school(town, "Pier School"), 40)
    examine_city(city=town)
    Survey.objects.create(city=town, year=YEAR, due_on=DAY + timedelta(days=9))
    Unmatched.objects.of(town).delete()
    return town


def find(town: City, name: str) -> School:
    return School.objects.get(city=town, name=name)


def hand_in(town: City, name: str) -> None:
    survey = Survey.objects.get(city=town)
    Reply.objects.create(city=town, survey=survey, school=find(town, name), submitted_at=timezone.now())


def nobody_can(town: City, name: str, *, amount: float = 25, key: str = "n1") -> Need:
    """A need of a school that nobody can answer."""
    at = find(town, name)
    need = Need.objects.create(
        city=town, school=at, key=key, year=YEAR, contribution="mentorship", unit="students", amount=amount,
        state="stated", public_id=public_id(town.slug, "needs", key),
    )  # fmt: skip
    Unmatched.objects.create(city=town, year=YEAR, need=need, school=at, reason="reach")
    return need


def idle(town: City, name: str = "Harbor Strings", seats: int = 12) -> Any:
    found = organization(town, name)
    Unmatched.objects.create(city=town, year=YEAR, organization=found, reason="idle", free_seats=seats)
    return found


def office(town: City) -> Client:
    return signed_in(holder(town, Role.COORDINATOR))


def address(town: City, name: str = "") -> str:
    return f"/en/{town.slug}/workspace/needs/overview/{name}"


def read(client: Client, town: City, name: str = "") -> str:
    response = client.get(address(town, name))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def on_the_list(town: City) -> list[str]:
    return [call.place.name for call in queries.calls(queries.standing_of(town))]


class TestWhomToAsk:
    def test_an_examination_stores_what_each_missing_answer_costs(self, town: City) -> None:
        found = SchoolFinding.objects.filter(examination=current_examination(town))
        assert dict(found.values_list("key", "ask_rank")) == {"hill-school": None, "mill-school": 1, "pier-school": 2}
        costs = {row["figure"]: (row["least"], row["most"]) for row in found.get(key="mill-school").missing}
        assert costs["school_music.enrolled"] == pytest.approx((0.3, 0.3))
        assert costs["needs.owed.minutes"] == pytest.approx((1 / 3, 1 / 3))
        assert found.get(key="hill-school").missing == []

    def test_it_is_told_from_the_range_now_to_the_range_then(self, town: City) -> None:
        page = read(office(town), town)
        assert page.index("Mill School") < page.index("Pier School")
        assert "teachers: from 50–100% to 50–70%, 80–100%, or in between: 30 points narrower." in page

    @pytest.mark.parametrize(
        ("low", "high", "least", "most", "words"),
        [
            (0.2, 0.7, 0.004, 0.004, "now 20–70%, 0.4 points narrower."),
            (0.2, 0.7, 0.0004, 0.0004, "now 20–70%, less than 0.1 points narrower."),
            (0.2, 0.7, 0.0, 0.12, "now 20–70%, up to 12 points narrower."),
            (0.2, 0.7, 0.04, 0.12, "now 20–70%, between 4.0 points and 12 points narrower."),
            (0.2, 0.7, 0.5, 0.5, "from 20–70% to 20%, 70%, or in between: 50 points narrower."),
        ],
    )
    def test_in_words(self, low: float, high: float, least: float, most: float, words: str) -> None:
        row = {
            "figure": "school_music.minutes",
            "unit": "share",
            "low": low,
            "high": high,
            "least": least,
            "most": most,
        }
        assert cost(row) == f"Students with enough minutes of music a week: {words}"

    def test_who_has_handed_in_has_said_what_they_know(self, town: City) -> None:
        hand_in(town, "Mill School")
        names = [each.school.name for each in queries.to_ask(queries.standing_of(town))]
        assert names == ["Pier School"]

    def test_before_any_survey_the_figures_tell_whom_to_ask(self, town: City) -> None:
        Survey.objects.all().delete()
        page = read(office(town), town)
        assert "There is no survey of 2025-26" in page
        assert "Mill School" in page

    def test_a_city_without_schools_is_told_where_to_begin(self) -> None:
        town = make_city("Newville")
        assert "Bring data in" in read(office(town), town)
        assert "Nobody has to be called" in read(office(town), town, "calls/")


class TestWhatNobodyAnswers:
    def test_needs_by_their_nearest_reason(self, town: City) -> None:
        need = nobody_can(town, "Pier School")
        Unmatched.objects.create(city=town, year=YEAR, school=find(town, "Mill School"), reason="reach")
        page = read(office(town), town)
        assert "Nobody who gives this is within reach" in page
        assert '<td class="num">1</td><td class="num">1</td>' in page
        assert f"/workspace/needs/{need.public_id}/" in page
        for state in ("offered", "agreed", "delivering", "closed"):
            need.state = state
            need.save()
            assert f"/workspace/needs/{need.public_id}/" not in read(office(town), town)

    def test_free_places_and_why_offers_came_to_nothing(self, town: City) -> None:
        strings = idle(town)
        for number, reason in enumerate(("money", "money", "times")):
            Proposal.objects.create(
                city=town, year=YEAR, about=f"n{number}", school=find(town, "Pier School"), organization=strings,
                made_by_side="organization", state="declined", reason=reason, contribution="mentorship",
                reply_due_on=DAY,
            )  # fmt: skip
        page = read(office(town), town)
        assert 'Harbor Strings</a></th><td class="num">12</td>' in page
        assert page.index('Money</th><td class="num">2</td>') < page.index('The times do not fit</th><td class="num">1')


class TestTheListToCall:
    def test_first_whoever_most_students_are_about(self, town: City) -> None:
        nobody_can(town, "Hill School", amount=50)
        idle(town, seats=45)
        idle(town, "Brass Band", seats=3)
        assert on_the_list(town) == ["Mill School", "Hill School", "Harbor Strings", "Pier School", "Brass Band"]
        hand_in(town, "Mill School")
        assert on_the_list(town) == ["Hill School", "Harbor Strings", "Pier School", "Brass Band"]

    def test_it_says_why_with_whom_and_when_last(self, town: City) -> None:
        nobody_can(town, "Pier School")
        pier = find(town, "Pier School")
        holder(town, Role.LIAISON, pier.public_id, email="lia@example.org", first_name="Lia")
        Reminder.objects.create(
            city=town, survey=Survey.objects.get(city=town), school=pier, sent_at=timezone.now() - timedelta(days=8)
        )
        page = read(office(town), town, "calls/").partition("Pier School</a>")[2]
        for words in ("Has not handed in the survey.", "1 need that nobody can answer.", "Lia", "last written to on"):
            assert words in page
        assert "mailto:lia@example.org?subject=Pier%20School" in page

    def test_where_nobody_looks_after_a_place_somebody_can_be_invited(self, town: City) -> None:
        strings = idle(town)
        page = read(office(town), town, "calls/")
        assert f"?role=liaison&amp;place={find(town, 'Pier School').public_id}" in page
        assert f"?role=manager&amp;place={strings.public_id}" in page

    def test_names_are_text(self, town: City) -> None:
        School.objects.update(name="<b>School</b>")
        idle(town, "<i>Strings</i>")
        pages = read(office(town), town) + read(office(town), town, "calls/")
        assert "<b>School" not in pages
        assert "<i>Strings" not in pages

    def test_as_files_without_a_formula(self, town: City) -> None:
        School.objects.filter(name="Mill School").update(name="=1+1")
        client = office(town)
        texts = [client.get(address(town, f"{name}.csv")).content.decode() for name in ("calls", "answers")]
        calls, answers = (pl.read_csv(StringIO(text)) for text in texts)
        assert calls["name"][0] == answers["name"][0] == "'=1+1"
        assert calls["students"].to_list()[:2] == [60, 40]
        enrolled = answers.filter(pl.col("figure") == "school_music.enrolled")
        assert enrolled["least"].to_list() == pytest.approx([0.3, 0.2])
        assert client.get(address(town, "other.csv")).status_code == 404


class TestWriting:
    def people(self, town: City) -> dict[str, Any]:
        """Somebody who looks after each place on the list."""
        nobody_can(town, "Hill School")
        hand_in(town, "Hill School")
        places = {"silent": find(town, "Mill School"), "need": find(town, "Hill School"), "free": idle(town)}
        roles = {"silent": Role.LIAISON, "need": Role.LIAISON, "free": Role.MANAGER}
        return {why: holder(town, roles[why], place.public_id) for why, place in places.items()}

    def chosen(self, town: City) -> list[str]:
        return [str(call.place.public_id) for call in queries.calls(queries.standing_of(town))]

    def test_each_gets_the_mail_that_fits(self, town: City, django_capture_on_commit_callbacks: Any) -> None:
        people, client = self.people(town), office(town)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(address(town, "calls/letter/"), {"who": self.chosen(town)})
        told = {user: Notice.objects.get(user=user) for user in people.values()}
        assert [told[people[why]].kind for why in ("silent", "need", "free")] == [
            "survey-reminder",
            "need-unanswered",
            "free-places",
        ]
        assert told[people["need"]].url.endswith("/offers/for/hill-school/")
        assert {letter.to[0] for letter in mail.outbox} == {user.email for user in people.values()}

    def test_the_words_are_seen_before_they_go(self, town: City) -> None:
        self.people(town)
        query = "&".join(f"who={each}" for each in self.chosen(town))
        page = read(office(town), town, f"calls/letter/?{query}")
        for words in (
            "Mill School: the survey of 2025-26 is not handed in yet.",
            "Hill School: needs that nobody on record can answer yet: 1.",
            "Harbor Strings: free places that answer no need on record: 12.",
            "nothing to ask by mail: Pier School.",
            "Send these 3 mails",
        ):
            assert words in page
        assert not Notice.objects.exists()

    def test_nobody_is_written_to_twice_within_three_days(self, town: City) -> None:
        self.people(town)
        now = timezone.now()

        def write(later: timedelta) -> domain.Written:
            standing = queries.standing_of(town)
            return domain.write_to(standing=standing, calls=queries.calls(standing), now=now + later)

        assert write(timedelta()) == domain.Written(places=3, resting=0)
        assert write(timedelta(days=2)) == domain.Written(places=0, resting=3)
        assert write(timedelta(days=3, minutes=1)) == domain.Written(places=3, resting=0)

    def test_of_two_who_press_at_once_one_sends(self, town: City) -> None:
        self.people(town)
        standing = queries.standing_of(town)
        calls = queries.calls(standing)
        assert domain.write_to(standing=standing, calls=calls).places == 3
        assert domain.write_to(standing=standing, calls=calls) == domain.Written(places=0, resting=3)

    def test_of_a_closed_survey_nobody_is_reminded(self, town: City) -> None:
        self.people(town)
        Survey.objects.update(closed_at=timezone.now())
        office(town).post(address(town, "calls/letter/"), {"who": self.chosen(town)})
        assert not Reminder.objects.exists()
        assert Letter.objects.count() == 2

    def test_places_of_another_city_are_not_written_to(self, town: City) -> None:
        people = self.people(town)
        other = make_city("Otherville")
        answer = office(other).post(address(other, "calls/letter/"), {"who": self.chosen(town)}, follow=True)
        assert "Nobody was chosen who can be written to." in answer.content.decode()
        assert not Notice.objects.filter(user__in=people.values()).exists()


def test_pages_ask_the_database_no_more_for_many(town: City) -> None:
    nobody_can(town, "Mill School")
    holder(town, Role.LIAISON, find(town, "Mill School").public_id)
    idle(town)
    client = office(town)
    everybody = "calls/letter/?" + "&".join(
        f"who={each}" for each in School.objects.values_list("public_id", flat=True)
    )

    def number() -> list[int]:
        found = []
        for name in ("", "calls/", everybody, "calls.csv", "answers.csv"):
            with CaptureQueriesContext(connection) as asked:
                read(client, town, name)
            found.append(len(asked))
        return found

    number()
    few = number()
    examination = current_examination(town)
    for at in range(30):
        each = of_the_year(school(town, f"School {at}"), 50)
        SchoolFinding.objects.create(
            examination=examination, key=each.key, found={"students": 50}, ask_rank=at + 3,
            missing=SchoolFinding.objects.get(key="pier-school").missing,
        )  # fmt: skip
        nobody_can(town, each.name, key=f"m{at}")
        holder(town, Role.LIAISON, each.public_id)
        idle(town, f"Band {at}")
    assert number() == few
