"""The need ledger: stated, changed, moved and closed by those who keep it, and told to everybody."""

from datetime import timedelta

import polars as pl
import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.factories.site import city as make_city
from tests.factories.site import holder, organization, school, signed_in

from allcity.analysis.examine import examine
from allcity.reports.tables import ledger_csv
from allcity.site.cities.models import District, Role, public_id
from allcity.site.directory.domain import EditConflictError, source_of_people
from allcity.site.directory.models import SchoolYear, StudentCount
from allcity.site.exchange.tables import read_city
from allcity.site.figures.models import NeedFinding, SchoolFinding
from allcity.site.insight.domain import examine_city
from allcity.site.needs.ledger import domain, queries
from allcity.site.needs.ledger.words import ranged
from allcity.site.needs.models import Need
from allcity.site.partnerships.models import Delivery

pytestmark = pytest.mark.django_db
YEAR = 2025


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


@pytest.fixture
def city(db):
    return make_city("Riverton")


@pytest.fixture
def pier(city):
    return of_year(school(city, "Pier <b>School</b>"))


@pytest.fixture
def mill(city):
    return of_year(school(city, "Mill School"))


@pytest.fixture
def coordinator(city):
    return holder(city, Role.COORDINATOR, first_name="Corinne")


@pytest.fixture
def liaison(city, pier):
    return holder(city, Role.LIAISON, pier.public_id, first_name="Lia")


def of_year(found, students=100):
    known = {"city": found.city, "source": source_of_people(found.city, "schools"), "as_of": f"{YEAR}-09-01"}
    SchoolYear.objects.create(**known, school=found, year=YEAR, name=found.name, grades=["3"])
    StudentCount.objects.create(**known, school=found, year=YEAR, grade="all", students=students)
    return found


def state(of, user, **values):
    told = {"year": YEAR, "school": of, "contribution": "private_lessons", "amount": 40.0, **values}
    return domain.add_need(city=of.city, values=told, user=user)


def form_of(need_or_school, **more):
    return {"year": YEAR, "school": need_or_school.pk, "contribution": "private_lessons", "amount": "40", **more}


def page(city, name, *more):
    return reverse(f"city:{name}", args=[city.slug, *more])


class TestStating:
    def test_a_liaison_states_a_need_of_the_school(self, city, pier, mill, liaison):
        browser = signed_in(liaison)
        answer = browser.post(page(city, "need-add"), form_of(pier, priority="1", days=["mo"], times=["evening"]))
        need = Need.objects.get()
        assert answer.url == page(city, "need-record", need.public_id)
        assert (need.state, need.unit, need.amount, need.priority, need.days) == ("stated", "students", 40, 1, ["mo"])
        assert need.times == ["evening"]
        assert need.public_id == public_id(city.slug, "needs", need.key)
        assert need.history.get().history_user == liaison
        assert browser.post(page(city, "need-add"), form_of(mill)).context["form"].errors["school"]

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"amount": 101.0}, "amount"),
            ({"amount": 0.0}, "amount"),
            ({"contribution": "fireworks"}, "contribution"),
            ({"school": None}, "school"),
        ],
    )
    def test_what_cannot_be_true_is_told(self, pier, coordinator, wrong, field):
        with pytest.raises(ValidationError) as told:
            state(pier, coordinator, **wrong)
        assert list(told.value.error_dict) == [field]
        assert not Need.objects.exists()

    def test_an_absurd_number_is_told_and_stops_no_examination(self, pier, coordinator):
        with pytest.raises(ValidationError) as wrong:
            state(pier, coordinator, contribution="instruments_and_resources", amount=1e30)
        assert set(wrong.value.error_dict) == {"amount"}

    def test_a_need_is_a_schools_or_a_districts(self, city, pier, coordinator):
        district = District.objects.create(
            city=city, key="d", public_id=public_id(city.slug, "districts", "d"), name="District"
        )
        answer = signed_in(coordinator).post(page(city, "need-add"), form_of(pier, district=district.pk))
        assert answer.context["form"].errors["district"]
        state(pier, coordinator, school=None, district=district, amount=9000.0)

    def test_more_teachers_than_students_are_no_matter(self, pier, coordinator):
        assert state(pier, coordinator, contribution="teacher_development", amount=200.0).unit == "teachers"


class TestChanging:
    def test_what_two_change_at_once_is_told_kindly_and_nothing_is_lost(self, city, pier, liaison, coordinator):
        need = state(pier, liaison)
        address = page(city, "need-change", need.public_id)
        browser = signed_in(liaison)
        version = browser.get(address).context["form"]["version"].value()
        domain.change_need(need=need, values={"amount": 60.0, "description": "Strings."}, user=coordinator)
        answer = browser.post(address, form_of(pier, amount="70", version=version))
        assert "Corinne" in str(answer.context["form"].errors["amount"])
        assert "60" in str(answer.context["form"].errors["amount"])
        seen = answer.context["form"].data["seen"]
        assert browser.post(address, form_of(pier, amount="70", version=version, seen=seen)).status_code == 302
        need.refresh_from_db()
        assert (need.amount, need.description) == (70, "Strings.")

    def test_the_domain_says_so_too(self, pier, liaison, coordinator):
        need = state(pier, liaison)
        version = need.history.first().history_id
        domain.change_need(need=need, values={"amount": 60.0}, user=coordinator, version=version)
        with pytest.raises(EditConflictError):
            domain.change_need(need=need, values={"amount": 50.0}, user=liaison, version=version)


class TestMoving:
    def test_from_state_to_state_and_what_became_of_it(self, city, pier, liaison):
        need = state(pier, liaison)
        for now in ("offered", "agreed", "delivering"):
            domain.move_need(need=need, state=now, user=liaison)
        domain.move_need(need=need, state="closed", user=liaison, reason=domain.reason_of("met", "Forty <i>came</i>."))
        domain.move_need(need=need, state="stated", user=liaison, reason="needed_again")
        moves = queries.states_of(need)
        assert [move.state for move in moves] == ["stated", "offered", "agreed", "delivering", "closed", "stated"]
        for_all = signed_in(liaison).get(page(city, "need", need.public_id)).content.decode()
        assert "what was asked for was given" in for_all
        assert "Forty" not in for_all
        assert "Lia" not in for_all.split("<main")[1]
        mine = signed_in(liaison).get(page(city, "need-record", need.public_id)).content.decode()
        assert "Forty &lt;i&gt;came&lt;/i&gt;." in mine

    def test_closing_and_reopening_take_a_reason(self, pier, liaison):
        need = state(pier, liaison)
        with pytest.raises(ValidationError):
            domain.move_need(need=need, state="closed", user=liaison)
        domain.move_need(need=need, state="closed", user=liaison, reason="not_needed")
        with pytest.raises(ValidationError):
            domain.move_need(need=need, state="stated", user=liaison)
        with pytest.raises(ValidationError):
            domain.move_need(need=need, state="delivering", user=liaison, reason="met")

    def test_what_is_there_already_stays_as_it_is(self, pier, liaison):
        need = state(pier, liaison)
        domain.move_need(need=need, state="stated", user=liaison)
        assert need.history.count() == 1

    def test_by_hand_with_a_reason_of_the_list(self, city, pier, liaison):
        need, browser = state(pier, liaison), signed_in(liaison)
        address = page(city, "need-record", need.public_id)
        assert browser.post(address, {"state": "closed", "reason": ""}).context["form"].errors["reason"]
        browser.post(address, {"state": "closed", "reason": "not_needed", "words": "They moved"})
        need.refresh_from_db()
        assert need.state == "closed"
        assert need.history.first().history_change_reason == "not_needed: They moved"


class TestKeeping:
    def test_a_liaison_keeps_the_needs_of_the_school_and_no_others(self, city, pier, mill, liaison, coordinator):
        mine, other = state(pier, coordinator), state(mill, coordinator)
        browser = signed_in(liaison)
        assert [row[0] for row in browser.get(page(city, "needs-ledger")).context["rows"]] == [mine]
        assert browser.get(page(city, "need-record", other.public_id)).status_code == 403
        assert browser.get(page(city, "need-change", other.public_id)).status_code == 403
        assert len(signed_in(coordinator).get(page(city, "needs-ledger")).context["rows"]) == 2

    def test_the_list_is_narrowed(self, city, pier, mill, coordinator):
        old = state(pier, coordinator)
        new = state(mill, coordinator, contribution="mentorship")
        Need.objects.filter(pk=old.pk).update(as_of=timezone.localdate() - timedelta(days=400))
        browser = signed_in(coordinator)

        def shown(**chosen):
            return [row[0] for row in browser.get(page(city, "needs-ledger"), chosen).context["rows"]]

        assert shown(show="stale") == [old]
        assert shown(contribution="mentorship") == [new]
        assert shown(q="mill") == [new]
        assert set(shown(show="unmatched", contribution="nothing such")) == {old, new}
        assert shown(state="closed") == []

    def test_as_a_file(self, city, pier, coordinator):
        state(pier, coordinator, description="=1+1")
        browser = signed_in(coordinator)
        text = browser.get(page(city, "needs-ledger-file", "csv")).content.decode()
        assert "'=1+1" in text
        assert browser.get(page(city, "needs-ledger-file", "xlsx")).content[:2] == b"PK"
        assert browser.get(page(city, "needs-ledger-file", "pdf")).status_code == 404

    def test_thirty_needs_ask_as_often_as_one(self, city, pier, coordinator, django_assert_num_queries):
        browser = signed_in(coordinator)
        state(pier, coordinator)
        examine_city(city=city)
        for address in (page(city, "needs-ledger"), page(city, "needs")):
            browser.get(address)
            with CaptureQueriesContext(connection) as one:
                browser.get(address)
            asked = len(one)
            for _ in range(3):
                state(pier, coordinator)
            examine_city(city=city)
            browser.get(address)
            with django_assert_num_queries(asked):
                browser.get(address)


class TestEverybody:
    def test_what_is_stored_is_what_the_command_line_writes(self, city, pier, mill, coordinator):
        need = state(pier, coordinator, amount=60.0)
        state(mill, coordinator, amount=4.0)
        give(need, 25)
        examine_city(city=city)
        folder = read_city(city)
        written = pl.read_csv(ledger_csv(examine(folder.city_year(YEAR))).encode(), infer_schema_length=None)
        stored = {row.key: row.found for row in NeedFinding.objects.all()}
        assert len(stored) == len(written) == 2
        for row in written.iter_rows(named=True):
            for name in ("asked", "met", "met_low", "met_high", "unmet", "low", "high", "state", "suppressed"):
                assert row[name] == stored[row["need_id"]][name], name

    def test_a_need_with_what_meets_it(self, city, pier, coordinator, client):
        need = state(pier, coordinator, amount=60.0, days=["mo", "tu"], times=["evening"])
        give(need, 25)
        examine_city(city=city)
        text = client.get(page(city, "need", need.public_id)).content.decode()
        assert "Pier &lt;b&gt;School&lt;/b&gt;" in text
        assert "<b>School" not in text
        assert "60 students" in text
        assert "Monday and Tuesday · in the evening" in text
        assert "between 0 and 35 students" in text  # nobody says that these are all deliveries
        assert "Harbor Strings" in text

    def test_a_small_number_is_told_nowhere(self, city, pier, coordinator, client):
        need = state(pier, coordinator, amount=7.0)
        examine_city(city=city)
        for address in (page(city, "need", need.public_id), page(city, "needs")):
            text = client.get(address).content.decode()
            assert "7 students" not in text
            assert "93 students" not in text

    def test_by_the_figures_and_owed_stand_apart(self, city, pier, mill, client):
        examine_city(city=city)
        row = SchoolFinding.objects.get(key=pier.key).derived
        assert (row["additional_high"], row["owed_staff_high"]) == (100, pytest.approx(100 / 350, abs=1e-6))
        answer = client.get(page(city, "needs"))
        assert len(answer.context["without_place"]) == 2
        assert b"By the figures: students without a place" in answer.content
        assert b"Owed by the city" in answer.content

    def test_another_citys_need_is_not_found(self, pier, coordinator, client):
        need = state(pier, coordinator)
        other = make_city("Elsewhere")
        assert client.get(page(other, "need", need.public_id)).status_code == 404


def give(need, students):
    partner = organization(need.city)
    partner.source, partner.as_of = need.source, need.as_of
    partner.save()
    Delivery.objects.create(
        city=need.city,
        source=need.source,
        as_of=need.as_of,
        key="d",
        account="organization",
        need=need,
        school=need.school,
        organization=partner,
        contribution=need.contribution,
        start_date=f"{YEAR}-09-01",
        end_date=f"{YEAR}-12-01",
        students=students,
    )


@pytest.mark.parametrize(
    ("value", "low", "high", "told"),
    [
        (20, 20, 20, "20 students"),
        (18, 16, 20, "18 students (16 to 20)"),
        (None, 0, 50, "between 0 and 50 students"),
        (None, None, None, "not known"),
    ],
)
def test_ranges_in_words(value, low, high, told):
    assert ranged(value, low, high, "students") == told
