"""Portfolios: who reads what of partnerships, what is counted, and which next ones would do most."""

import csv
import io
import json
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.judged import candidate, examined, judged, screened
from tests.factories.partnerships import partnership
from tests.factories.site import holder, organization, signed_in
from tests.factories.site import school as make_school
from tests.factories.small_city import small_city
from tests.site.insight.conftest import bring_in
from tests.site.needs.proposals.conftest import YEAR, Town, town

from allcity.analysis import health
from allcity.analysis.cells import students_by_cell
from allcity.analysis.conditions import judge
from allcity.site.accounts.models import User
from allcity.site.cities.domain import note_change
from allcity.site.cities.models import Area, Role, public_id
from allcity.site.directory.models import Offering, Organization, SchoolYear
from allcity.site.exchange.tables import read_city
from allcity.site.figures.models import Examination, NeedFinding
from allcity.site.figures.queries import current_examination
from allcity.site.needs.models import Baseline
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.models import Delivery, Partnership, Review
from allcity.site.partnerships.portfolios import queries
from allcity.site.partnerships.portfolios.queries import Amount

__all__ = ["bring_in", "town"]

LEVELS = {"fills_unmet_need": 3, "staff_kept": 1, "continuity": None}


@dataclass(frozen=True)
class Many:
    """The town with two partnerships: one of its own sides, one of two others that it has no part in."""

    town: Town
    examination: Examination
    own: Partnership
    other: Partnership
    rivals: Organization
    rival: User
    member: User

    def url(self, of: str = "") -> str:
        path = {
            "": "workspace/partnerships/",
            "school": f"schools/{self.town.school.slug}/partnerships/",
            "organization": f"organizations/{self.town.organization.slug}/partnerships/",
        }
        return f"/en/{self.town.city.slug}/{path[of]}"


@pytest.fixture
def many(town: Town) -> Many:
    cache.clear()
    rivals, quay = organization(town.city, "Rival Brass"), make_school(town.city, "Quay School")
    own = partnership(town.city, town.organization, town.school, key="own", name="Fiddles at the pier")
    other = partnership(town.city, rivals, quay, key="other", name="Brass at the quay")
    examination = examined(town.city, YEAR)
    judged(examination, own, LEVELS, placed=31, met=7, school=town.school)
    judged(examination, other, {**LEVELS, "fills_unmet_need": 4}, placed=53, met=3, school=quay)
    note_change(town.city)
    town.city.refresh_from_db()
    return Many(
        town, examination, own, other, rivals, holder(town.city, Role.MANAGER, rivals.public_id),
        holder(town.city, Role.MEMBER),
    )  # fmt: skip


def page(user: User | None, url: str) -> str:
    answer = (signed_in(user) if user else Client()).get(url)
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def file(user: User | None, url: str) -> list[dict[str, str]]:
    answer = (signed_in(user) if user else Client()).get(f"{url}list.csv")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


class TestWhoReadsWhat:
    def test_coordinators_read_what_each_adds_each_by_itself(self, many: Many) -> None:
        shown = page(many.town.coordinator, many.url())
        for words in (
            "Fiddles at the pier",
            "Brass at the quay",
            "between 31 and 33 students",
            "between 53 and 55 students",
        ):
            assert words in shown
        assert "84 students" not in shown

    def test_a_party_reads_its_own_and_nobody_elses(self, many: Many) -> None:
        for user in (many.town.liaison, many.town.manager):
            shown = page(user, many.url())
            assert "between 31 and 33 students" in shown
            assert "53" not in shown.partition('id="list"')[2]

    def test_a_member_who_is_no_party_reads_no_counts(self, many: Many) -> None:
        for of in ("", "school", "organization"):
            shown = page(many.member, many.url(of))
            assert "Fiddles at the pier" in shown
            assert "between 31" not in shown
            assert "7 students" not in shown
            assert "By it alone" not in shown

    def test_the_public_reads_a_list_and_nothing_else(self, many: Many) -> None:
        Partnership.objects.filter(pk=many.own.pk).update(stage="")
        for of in ("school", "organization"):
            shown = page(None, many.url(of))
            assert "Fiddles at the pier" in shown
            for hidden in ("between 31", "three conditions", "Which next one", "put in, before and since"):
                assert hidden not in shown
        assert Client().get(many.url()).status_code == 302

    def test_a_draft_is_its_parties_alone(self, many: Many) -> None:
        Partnership.objects.filter(pk=many.own.pk).update(stage=Partnership.Stage.DRAFT)
        for user in (many.rival, many.member, None):
            assert "Fiddles at the pier" not in page(user, many.url("school"))
        assert "Fiddles at the pier" in page(many.town.liaison, many.url("school"))
        assert "Fiddles at the pier" not in page(many.rival, many.url())

    def test_the_file_tells_as_much_as_the_page(self, many: Many) -> None:
        rows = {row["partnership_id"]: row for row in file(many.town.liaison, many.url())}
        assert (rows["own"]["placed"], rows["own"]["met_students"], rows["own"]["level_fills_unmet_need"]) == (
            "31.0",
            "7.0",
            "3",
        )
        assert (rows["other"]["placed"], rows["other"]["level_fills_unmet_need"]) == ("", "")
        told = {row["partnership_id"]: row for row in file(many.town.coordinator, many.url())}
        assert told["other"]["placed_high"] == "55.0"
        for url in (many.url("school"), many.url("organization")):
            (row,) = file(None, url)
            assert row["partnership_id"] == "own"
            assert {value for name, value in row.items() if name.startswith(("placed", "met", "level"))} == {""}

    def test_what_the_screen_says_of_a_school_is_its_own_until_it_is_shared(self, many: Many) -> None:
        screened(many.examination, many.town.school)

        def level(user: User) -> str:
            return next(row for row in file(user, many.url()) if row["partnership_id"] == "own")["level_staff_kept"]

        assert (level(many.town.coordinator), level(many.town.liaison), level(many.town.manager)) == ("1", "1", "")
        Review.objects.create(city=many.town.city, school=many.town.school, year=YEAR, state=Review.State.SHARED)
        assert level(many.town.manager) == "1"

    def test_next_ones_are_for_coordinators_and_their_own(self, many: Many) -> None:
        assert "Which next one would do most" in page(many.town.liaison, many.url("school"))
        assert "Which next one would do most" not in page(many.rival, many.url("school"))
        assert signed_in(many.member).get(f"{many.url()}next/").status_code == 403


class TestDistribution:
    def test_each_criterion_by_itself_with_what_is_not_known(self, many: Many) -> None:
        rows = queries.rows_of(
            many.town.coordinator, many.town.city, queries.of_year(many.town.coordinator, many.town.city, YEAR),
            examination=many.examination, today=date(2025, 11, 1),
        )  # fmt: skip
        found = queries.distribution(row.found for row in rows)
        assert dict(found["fills_unmet_need"]) == {3: 1, 4: 1}
        assert dict(found["continuity"]) == {None: 2}
        assert dict(found["staff_kept"]) == {1: 2}

    def test_members_read_it_of_all_together_without_screens_once_there_are_enough(self, many: Many) -> None:
        assert "too few partnerships" in page(many.member, many.url())
        for number in range(many.town.city.threshold - 2):
            more = partnership(many.town.city, many.rivals, key=f"more{number}")
            judged(many.examination, more, LEVELS)
        note_change(many.town.city)
        shown = page(many.member, many.url())
        assert "It fills an unmet need" in shown
        assert "Certified staff is kept" not in shown
        every = f"{many.town.city.threshold} partnerships"
        assert f"From the records of {every}" in shown
        assert f"From the records of {every}" in page(many.member, f"{many.url()}?contribution=private_lessons")

    def test_members_read_nothing_where_all_but_few_are_their_own(self, many: Many) -> None:
        for number in range(many.town.city.threshold - 1):
            more = partnership(many.town.city, many.rivals, key=f"more{number}")
            judged(many.examination, more, LEVELS)
        note_change(many.town.city)
        assert "From the records of" in page(many.member, many.url())
        assert "From the records of" not in page(many.rival, many.url())

    def test_they_are_what_the_analysis_says(self, bring_in) -> None:
        city = bring_in(small_city())
        examination = current_examination(city, 2022)
        folder = read_city(city)
        years = [folder.city_year(year) for year in (2021, 2022)]
        newest = years[-1]
        found = queries.found_of(city, examination)
        levels = {key: dict(each.levels) for key, each in found.items()}
        told: dict[str, dict[str, int | None]] = {}
        for row in judge(years).iter_rows(named=True):
            told.setdefault(row["partnership_id"], {})[row["criterion"]] = row["level"]
        assert levels == told
        lost = health.places_lost(newest, students_by_cell(newest)).row(0, named=True)
        met = health.needs_met(newest).row(0, named=True)
        one = found["r1"]
        assert one.placed == Amount(lost["placed"], lost["placed_low"], lost["placed_high"])
        assert one.met[met["unit"]] == Amount(met["met"], met["met_low"], met["met_high"])


class TestLists:
    def test_narrowed_and_in_an_order_of_either_kind(self, many: Many) -> None:
        client = signed_in(many.town.coordinator)

        def names(query: str) -> list[str]:
            answer = client.get(f"{many.url()}?{query}")
            return [line.row.partnership.key for line in answer.context["lines"]]

        assert names("sort=-placed") == ["other", "own"]
        assert names("sort=-met") == ["own", "other"]
        assert names("sort=placed") == ["own", "other"]
        Partnership.objects.filter(pk=many.own.pk).update(contributions=["private_lessons"])
        assert names("contribution=private_lessons") == ["own"]
        assert names("phase=ended") == []
        area = Area.objects.create(
            city=many.town.city, key="north", name="North", public_id=public_id("x", "areas", "n")
        )
        SchoolYear.objects.create(city=many.town.city, school=many.town.school, year=YEAR, name="Pier", area=area)
        note_change(many.town.city)
        assert names(f"area={area.pk}") == ["own"]
        assert names("area=99999&contribution=nonsense") == ["other", "own"]

    def test_somebody_who_may_not_read_what_they_add_cannot_have_them_in_that_order(self, many: Many) -> None:
        answer = signed_in(many.member).get(f"{many.url()}?sort=-placed")
        assert [line.row.partnership.key for line in answer.context["lines"]] == ["other", "own"]  # by name

    def test_what_ends_soon_and_what_is_over_already(self, many: Many) -> None:
        today = today_in(many.town.city)
        days = {"soon": 30, "later": 400, "passed": -30}
        for key, ahead in days.items():
            partnership(
                many.town.city, many.rivals, key=key, start_date=today - timedelta(days=300),
                planned_end_date=today + timedelta(days=ahead),
            )  # fmt: skip
        every = queries.of_year(many.town.coordinator, many.town.city, None)
        rows = queries.rows_of(many.town.coordinator, many.town.city, every, examination=None, today=today)
        assert [row.partnership.key for row in queries.end_soon(rows, today)] == ["passed", "soon"]

    def test_how_many_there_were_in_each_year(self, many: Many) -> None:
        ended = partnership(many.town.city, many.rivals, key="ended", start_date=date(2024, 9, 1))
        Partnership.objects.filter(pk=ended.pk).update(end_date=date(2025, 6, 1))
        draft = partnership(many.town.city, many.rivals, key="draft", stage=Partnership.Stage.DRAFT)
        counts = queries.counts_by_year(
            [many.own, many.other, Partnership.objects.get(pk=ended.pk), draft], (2025, 2024)
        )
        assert [(each.there, each.begun, each.ended) for each in counts] == [(2, 2, 0), (1, 1, 1)]

    @pytest.mark.parametrize("of", ["", "school", "organization"])
    def test_they_take_as_many_queries_with_thirty_as_with_one(self, many: Many, of: str) -> None:
        client = signed_in(many.town.coordinator)
        client.get(many.url(of))
        with CaptureQueriesContext(connection) as one:
            client.get(many.url(of))
        for number in range(29):
            made = partnership(many.town.city, many.town.organization, many.town.school, key=f"n{number}")
            judged(many.examination, made, LEVELS, placed=number)
        with CaptureQueriesContext(connection) as thirty:
            assert "Partnership n28" in client.get(many.url(of)).content.decode()
        assert len(thirty) == len(one)


class TestWhereAndOnWhom:
    def _given(
        self, many: Many, key: str, account: str, hours: float | None, students: int | None, **more: object
    ) -> None:
        fields = {
            "organization": many.town.organization, "school": many.town.school, "contribution": "private_lessons",
            "start_date": date(2025, 9, 1), "end_date": date(2025, 12, 1), **more,
        }  # fmt: skip
        Delivery.objects.create(city=many.town.city, key=key, account=account, hours=hours, students=students, **fields)

    def test_the_largest_partners_and_schools_that_hang_on_one(self, many: Many) -> None:
        self._given(many, "a", "organization", 10, 30)
        self._given(many, "a", "school", 10, 20)
        self._given(many, "b", "school", 5, 50, organization=many.rivals, school=many.other.schools.get())
        self._given(many, "c", "school", None, 50, organization=many.rivals, school=many.other.schools.get())
        found = queries.dependency(many.town.city, YEAR)
        assert (found.partners, found.untold) == (2, 1)
        assert found.shares == {1: 0.5, 3: 1.0, 5: 1.0}
        assert found.concentration == 0.5
        assert "as if 2.0 partners gave the same each; there are 2" in page(many.member, many.url())
        assert {(str(school), str(one)) for school, one in found.alone} == {
            ("Pier School", "Harbor Strings"), ("Quay School", "Rival Brass"),
        }  # fmt: skip

    def test_areas_have_hours_beside_needs_as_far_as_these_are_told(self, many: Many) -> None:
        city = many.town.city
        north = Area.objects.create(city=city, key="north", name="North", public_id=public_id("x", "areas", "north"))
        SchoolYear.objects.create(city=city, school=many.town.school, year=YEAR, name="Pier", area=north)
        screened(many.examination, many.town.school)
        self._given(many, "a", "organization", 12, 30)
        self._given(many, "a", "school", 8, 30)
        many.town.add_need("n2", amount=25)
        NeedFinding.objects.create(
            examination=many.examination, key="n1", found={"suppressed": False, "unmet": 15.0, "asked": 40.0}
        )
        NeedFinding.objects.create(
            examination=many.examination, key="n2", found={"suppressed": True, "unmet": None, "asked": None}
        )
        (row,) = queries.area_rows(city, many.examination)
        assert (row.students, row.schools, row.with_partner, row.hours, row.hours_per_100) == (100, 1, 1, 10.0, 10.0)
        assert (row.needs, row.unmet, row.withheld) == (2, 15.0, 1)
        shown = page(many.member, many.url())
        assert "at least 15" in shown
        assert "city-map" not in shown
        square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
        Area.objects.update(outline=json.dumps(square))
        assert "areas.geojson?year=2025" in page(many.member, many.url())
        client = signed_in(many.member)
        (area,) = client.get(f"{many.url()}areas.geojson?year=2025").json()["features"]
        assert (area["properties"]["share"], area["properties"]["note"]) == (1.0, "2 needs are open")
        (mark,) = client.get(f"{many.url()}needs.geojson?year=none").json()["features"]
        assert mark["geometry"]["coordinates"] == area["properties"]["label"]


class TestSchools:
    def test_its_own_before_its_first_partnership_and_since(self, many: Many) -> None:
        for year, staff in ((2023, 1.0), (2024, 2.0), (2025, 2.5)):
            Baseline.objects.create(
                city=many.town.city, school=many.town.school, year=year, music_staff=staff, music_budget=staff * 100_000
            )
        for user in (many.town.liaison, many.town.manager, many.town.coordinator):
            shown = page(user, many.url("school"))
            assert "1.5 positions on average before its first partnership on record, 2.5 since" in shown
            assert "1,500 USD a year" in shown
        assert "positions on average" not in page(many.rival, many.url("school"))


class TestNextOnes:
    @pytest.fixture
    def offering(self, many: Many) -> Offering:
        return Offering.objects.create(
            city=many.town.city, key="f1", slug="f1", public_id=public_id("x", "offerings", "f1"), program=many.town.program,
            start_date=timezone.localdate(), end_date=timezone.localdate() + timedelta(days=200),
        )  # fmt: skip

    def test_two_lists_with_reasons_and_a_way_to_begin(self, many: Many, offering: Offering) -> None:
        quay = many.other.schools.get()
        candidate(many.examination, many.town.school, offering, placed=34, rank=1)
        candidate(many.examination, quay, offering, met=8, rank=1)
        shown = page(many.town.coordinator, f"{many.url()}next/")
        placed, _heading, met = shown.partition("Most of what is asked for and not met")
        assert "Would place 34 students who have no place now" in placed
        assert "Quay School" not in placed
        assert "Would meet what is asked for 8 students and not met now" in met
        assert "do not add them up" in shown
        assert "school=quay-school&amp;organization=harbor-strings&amp;program=p1" in met

    def test_few_students_of_a_school_are_told_to_it_and_not_to_an_organization(
        self, many: Many, offering: Offering
    ) -> None:
        candidate(many.examination, many.town.school, offering, placed=34, met=8)
        for user in (many.town.liaison, many.town.coordinator):
            shown = page(user, many.url("school"))
            assert "34 students" in shown
            assert "asked for 8 students" in shown
        shown = page(many.town.manager, many.url("organization"))
        assert "about 30 students" in shown
        assert "fewer than 10 students" in shown
        assert "34 students" not in shown
        assert "8 students" not in shown
