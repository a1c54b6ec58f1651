"""Who could answer which need, on the site: what is kept, who sees it, and in which words."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.site import city as make_city
from tests.factories.site import holder, organization, school, signed_in

from allcity.analysis.matching import PARTS, Matches
from allcity.site.cities.models import City, Role, public_id
from allcity.site.directory.models import Offering, Program, School
from allcity.site.figures.models import Examination
from allcity.site.needs.matching.domain import keep_matches, show_amounts
from allcity.site.needs.models import Match, Need, News, Unmatched
from allcity.site.notices.work import work_of

pytestmark = pytest.mark.django_db
YEAR = 2025
FACTS: dict[str, Any] = {
    "school_id": "pier-school", "district_id": None, "contribution": "private_lessons", "unit": "students",
    "organization_id": "harbor-strings", "program_id": "p1", "offering_id": "f1", "asked": 40.0, "not_met": 30.0,
    "free_seats": 25, "minutes": 12.2, "online": False, "music_staff": 0.0, "minutes_share": 0.5, "score": 0.8,
    **{f"{part}{end}": 1.0 for part in PARTS for end in ("_low", "", "_high")},
}  # fmt: skip
SIDES = {"needs": "needs/for/harbor-strings/", "offers": "offers/for/pier-school/"}


@pytest.fixture
def town() -> City:
    """A school with a need, and an organization with a program and dates; examined, nothing matched as yet."""
    town = make_city()
    pier, strings = school(town), organization(town)
    program = Program.objects.create(
        city=town, organization=strings, key="p1", slug="p1", name="Fiddles", public_id=public_id(town.slug, "programs", "p1")
    )  # fmt: skip
    Offering.objects.create(
        city=town, program=program, key="f1", slug="f1", start_date="2025-09-01", end_date="2026-05-31",
        public_id=public_id(town.slug, "offerings", "f1"),
    )  # fmt: skip
    add_need(town, pier, "n1")
    Examination.objects.create(city=town, year=YEAR, state="done", computed_at=timezone.now())
    return town


def add_need(town: City, at: School, key: str, **more: Any) -> Need:
    fields = {"contribution": "private_lessons", "unit": "students", "amount": 40, "state": "stated", **more}
    return Need.objects.create(
        city=town, school=at, key=key, year=YEAR, public_id=public_id(town.slug, "needs", key), **fields
    )


def found(*rows: dict[str, Any], unanswered: Any = (), idle: Any = ()) -> Matches:
    """What an examination finds: pairs of which only what differs is given, by rank."""
    pairs = [
        {**FACTS, "rank_for_need": rank, "rank_for_organization": rank, **row} for rank, row in enumerate(rows, start=1)
    ]
    empty = {"need_id": None, "school_id": None, "district_id": None, "contribution": None, "unit": "students"}
    return Matches(
        pl.DataFrame(pairs, infer_schema_length=None),
        pl.DataFrame([{**empty, **row} for row in unanswered], infer_schema_length=None),
        pl.DataFrame(list(idle), schema={"organization_id": pl.String, "free_seats": pl.Int64}, orient="row"),
    )


def keep(town: City, *rows: dict[str, Any], hidden: Any = (), schools: Any = (), **more: Any) -> None:
    keep_matches(city=town, year=YEAR, found=found(*rows, **more))
    show_amounts(city=town, hidden=hidden, schools=schools)


def manager(town: City) -> Client:
    return signed_in(holder(town, Role.MANAGER, organization_of(town).public_id))


def liaison(town: City) -> Client:
    return signed_in(holder(town, Role.LIAISON, School.objects.get(city=town).public_id))


def organization_of(town: City) -> Any:
    return Program.objects.get(city=town).organization


def read(client: Client, town: City, side: str, query: str = "") -> str:
    response = client.get(f"/en/{town.slug}/{SIDES[side]}{query}")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


class TestKeeping:
    def test_the_years_matches_are_replaced(self, town: City) -> None:
        keep(town, {"need_id": "n1"})
        keep(town, {"need_id": "n1", "score": 0.4}, {"need_id": None, "rank_for_organization": 2})
        assert list(Match.objects.values_list("need__key", "score")) == [("n1", 0.4), (None, 0.8)]

    def test_what_a_school_needs_by_the_figures_is_told_unless_the_examination_withheld_it(self, town: City) -> None:
        rows = {"need_id": "n1"}, {"need_id": None}
        keep(town, *rows)
        assert set(Match.objects.values_list("shows_amount", flat=True)) == {True}
        keep(town, *rows, schools=[School.objects.get(city=town).key])
        assert set(Match.objects.values_list("need__key", "shows_amount")) == {("n1", True), (None, False)}

    def test_a_pair_that_is_still_there_keeps_its_day(self, town: City) -> None:
        keep(town, {"need_id": "n1"})
        Match.objects.update(found_at=timezone.now() - timedelta(days=30))
        keep(town, {"need_id": "n1"}, {"need_id": None})
        days = {match.need_id is None: (timezone.now() - match.found_at).days for match in Match.objects.all()}
        assert days == {False: 30, True: 0}

    @pytest.mark.parametrize("gone", ["school_id", "organization_id", "program_id", "need_id"])
    def test_what_has_gone_since_is_left_out(self, town: City, gone: str) -> None:
        keep(town, {"need_id": "n1", gone: "gone"}, {"need_id": "n1", "offering_id": "gone"})
        assert [match.offering for match in Match.objects.all()] == [None]

    def test_what_nobody_could_answer_and_who_could_answer_nothing(self, town: City) -> None:
        rows = [
            {"need_id": "n1", "school_id": "pier-school", "reason": "reach"},
            {"need_id": "gone", "reason": "reach"},
        ]
        keep(town, {"need_id": "n1"}, unanswered=rows, idle=[("harbor-strings", 7), ("gone", 3)])
        told = Unmatched.objects.values_list("need__key", "organization__key", "reason", "free_seats")
        assert list(told) == [("n1", None, "reach", None), (None, "harbor-strings", "idle", 7)]

    def test_other_cities_are_left_alone(self, town: City) -> None:
        keep(town, {"need_id": "n1"})
        other = make_city("Otherville")
        keep(other, {"need_id": "n1"})
        assert [match.city for match in Match.objects.all()] == [town]


class TestNews:
    def titles(self, town: City) -> list[str]:
        user = organization_of(town)
        person = holder(town, Role.MANAGER, user.public_id)
        return [str(item.title) for item in work_of(person, city=town)]

    def test_new_needs_are_told_once_a_week(self, town: City) -> None:
        keep(town, {"need_id": "n1"}, {"need_id": None})
        assert "2 new needs that Harbor Strings could answer" in self.titles(town)
        add_need(town, School.objects.get(city=town), "n2")
        keep(town, {"need_id": "n1"}, {"need_id": None}, {"need_id": "n2"})
        assert News.objects.get().needs == 2

    def test_after_a_week_only_what_came_since_is_new(self, town: City) -> None:
        keep(town, {"need_id": "n1"})
        Match.objects.update(found_at=timezone.now() - timedelta(days=9))
        News.objects.update(told_at=timezone.now() - timedelta(days=8))
        keep(town, {"need_id": "n1"})
        assert not any("new need" in title for title in self.titles(town))
        keep(town, {"need_id": "n1"}, {"need_id": None})
        assert "1 new need that Harbor Strings could answer" in self.titles(town)

    def test_nobody_else_is_told(self, town: City) -> None:
        keep(town, {"need_id": "n1"})
        other = holder(town, Role.MANAGER, organization(town, "Other Strings").public_id)
        assert not any("new need" in str(item.title) for item in work_of(other))


class TestNeedsForAnOrganization:
    def test_each_match_says_why(self, town: City) -> None:
        keep(town, {"need_id": "n1"})
        page = read(manager(town), town, "needs")
        for words in (
            "Pier School</a> · Private lessons and coaching",
            "Asked for: 40 students. Not met yet: 30 students.",
            "About 12 minutes on foot.",
            "You have 25 free seats.",
            "The school has no certified music teacher.",
        ):
            assert words in page
        assert "Not known" not in page

    def test_numbers_that_would_tell_of_too_few_are_not_shown(self, town: City) -> None:
        keep(town, {"need_id": "n1"}, {"need_id": None, "not_met": 61.0}, hidden={"n1"})
        page = read(manager(town), town, "needs")
        assert "40 students" not in page
        assert "30 students" not in page
        assert "61 students" not in page  # it follows from what the school states

    @pytest.mark.parametrize(("asked", "left"), [(40.0, 4.0), (40.0, 36.0)])
    def test_nor_is_a_small_part_of_what_is_shown(self, town: City, asked: float, left: float) -> None:
        keep(town, {"need_id": "n1", "asked": asked, "not_met": left})
        page = read(manager(town), town, "needs")
        assert "40 students" in page
        assert "met yet" not in page

    def test_until_somebody_says_what_may_be_shown_nothing_is(self, town: City) -> None:
        keep_matches(city=town, year=YEAR, found=found({"need_id": "n1"}))
        assert "40 students" not in read(manager(town), town, "needs")

    def test_students_without_a_place_are_told_as_such(self, town: City) -> None:
        keep(town, {"need_id": None, "not_met": 61.0})
        assert "By the figures, about 61 students have no place." in read(manager(town), town, "needs")

    def test_what_is_not_known_is_said_with_the_remedy(self, town: City) -> None:
        open_ = {f"seats{end}": value for end, value in (("_low", 0.0), ("", 0.5), ("_high", 1.0))}
        keep(town, {"need_id": "n1", "free_seats": None, **open_})
        page = read(manager(town), town, "needs")
        assert "how many seats are free" in page
        assert f'href="/en/{town.slug}/records/offerings/f1/edit/"' in page

    def test_a_program_without_dates_is_asked_for_them(self, town: City) -> None:
        keep(town, {"need_id": "n1", "offering_id": None, "free_seats": None, "minutes": None, "reach_low": 0.0})
        page = read(manager(town), town, "needs")
        assert f'href="/en/{town.slug}/records/programs/p1/add/where/"' in page
        assert "its dates, place, ages and seats" in page

    def test_a_long_list_has_pages(self, town: City) -> None:
        keep(town, *({"need_id": "n1"} for _ in range(21)))
        client = manager(town)
        assert "21 needs" in (page := read(client, town, "needs"))
        assert page.count("<h2>") == 20
        assert read(client, town, "needs", "?page=2").count("<h2>") == 1

    def test_the_list_can_be_narrowed(self, town: City) -> None:
        add_need(town, School.objects.get(city=town), "n2", contribution="mentorship", languages=["es"])
        keep(town, {"need_id": "n1"}, {"need_id": "n2", "minutes": 4.0})
        client = manager(town)
        for query in ("?contribution=mentorship", "?language=es", "?minutes=10"):
            page = read(client, town, "needs", query)
            assert "mentorship" in page.partition('class="records"')[2]
            assert "Private lessons" not in page.partition('class="records"')[2]
        assert "2 needs" in read(client, town, "needs", "?contribution=gone&minutes=x&area=1")

    def test_without_a_match_the_page_says_what_to_do(self, town: City) -> None:
        page = read(manager(town), town, "needs")
        assert "No need that your programs could answer" in page

    def test_names_are_text(self, town: City) -> None:
        School.objects.update(name="<b>Pier</b>")
        Program.objects.update(name="<i>Fiddles</i>")
        keep(town, {"need_id": "n1"})
        page = read(manager(town), town, "needs") + read(liaison(town), town, "offers")
        assert "<b>Pier" not in page
        assert "<i>Fiddles" not in page
        assert "&lt;b&gt;Pier" in page


class TestOffersForASchool:
    def test_by_need_with_why(self, town: City) -> None:
        add_need(town, School.objects.get(city=town), "n2", contribution="mentorship", priority=1)
        keep(town, {"need_id": "n1"}, {"need_id": "n2"})
        page = read(liaison(town), town, "offers")
        assert page.index("mentorship") < page.index("Private lessons and coaching · 40 students")
        assert "It has 25 free seats." in page
        assert "Fiddles" in page

    @pytest.mark.parametrize(
        ("reason", "words"),
        [
            ("contribution", "No program on record gives this."),
            ("reach", "none within reach"),
            ("ages", "none for these grades"),
            ("seats", "no free seat"),
            ("in_hand", "works with you on it already"),
        ],
    )
    def test_what_nobody_can_answer_says_the_nearest_reason(self, town: City, reason: str, words: str) -> None:
        row = {"need_id": "n1", "school_id": "pier-school", "reason": reason}
        keep(town, {"need_id": "gone"}, unanswered=[row])
        assert words in read(liaison(town), town, "offers")

    def test_a_school_without_needs_is_led_to_the_survey(self, town: City) -> None:
        assert "No need of your school is on record" in read(liaison(town), town, "offers")


@pytest.mark.parametrize("side", SIDES)
def test_only_those_who_look_after_it_see_it(town: City, side: str) -> None:
    keep(town, {"need_id": "n1"})
    address = f"/en/{town.slug}/{SIDES[side]}"
    other_school = holder(town, Role.LIAISON, school(town, "Hill School").public_id)
    other_organization = holder(town, Role.MANAGER, organization(town, "Other").public_id)
    for person in (holder(town), other_school, other_organization):
        assert signed_in(person).get(address).status_code == 403
    assert signed_in(holder(town, Role.COORDINATOR)).get(address).status_code == 200
    assert Client().get(address).status_code == 302
    elsewhere = make_city("Otherville")
    stranger = signed_in(holder(elsewhere, Role.COORDINATOR))
    assert stranger.get(f"/en/{elsewhere.slug}/{SIDES[side]}").status_code == 404


@pytest.mark.parametrize("side", SIDES)
def test_thirty_take_as_many_queries_as_one(town: City, side: str) -> None:
    client = manager(town) if side == "needs" else liaison(town)
    pier = School.objects.get(city=town)

    def queries() -> int:
        client.get(f"/en/{town.slug}/{SIDES[side]}")
        with CaptureQueriesContext(connection) as counted:
            client.get(f"/en/{town.slug}/{SIDES[side]}")
        return len(counted)

    keep(town, {"need_id": "n1"})
    one = queries()
    for number in range(2, 31):
        add_need(town, pier, f"n{number}")
    keep(town, *({"need_id": f"n{number}"} for number in range(1, 31)))
    assert queries() == one


def test_records_lead_to_it(town: City) -> None:
    page = manager(town).get(f"/en/{town.slug}/records/organizations/harbor-strings/").content.decode()
    assert f'href="/en/{town.slug}/{SIDES["needs"]}"' in page
    page = liaison(town).get(f"/en/{town.slug}/records/schools/pier-school/").content.decode()
    assert f'href="/en/{town.slug}/{SIDES["offers"]}"' in page
