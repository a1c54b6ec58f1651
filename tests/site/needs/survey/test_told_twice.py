"""What a school told of first and a partner reports later is one delivery with two accounts, or somebody is asked."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories.site import organization
from tests.site.exchange.journey import imported
from tests.site.needs.survey.conftest import DAY, YEAR, delivery, register
from tests.site.needs.survey.test_partners import hand_in, own, question

from allcity.site.cities.models import public_id
from allcity.site.exchange.domain import undo_import
from allcity.site.exchange.tables import read_city
from allcity.site.needs.survey.sheet import sheet_of
from allcity.site.notices.work import work_of
from allcity.site.partnerships.models import Delivery, Partnership
from allcity.site.partnerships.twice.domain import join_accounts

pytestmark = pytest.mark.django_db
COLUMNS = (
    "delivery_id,account,organization_id,school_id,contribution,start_date,end_date,hours,students,source_id,as_of"
)
ALONE = f"pier-school-{YEAR}-school"


@pytest.fixture
def strings(city):
    strings = organization(city, "Harbor Strings")
    strings.source, strings.as_of = register(city), DAY
    strings.save()
    return strings


@pytest.fixture
def named(survey, pier, liaison, strings):
    """What the school names without knowing of any report: nine students had private lessons."""
    answers = {
        "another": "yes",
        "another__organization": strings.key,
        "another__contribution": "private_lessons",
        "another__students": 9,
    }
    hand_in(survey, pier, liaison, **answers)
    return own(pier)


def table(*rows):
    """Partners' reports as a file: id, contribution, students, and the days if they are not those of autumn."""
    lines = [
        f"{key},organization,harbor-strings,pier-school,{contribution},{start},{end},10,{students},register,{DAY}"
        for key, contribution, students, start, end in (
            (*row, f"{YEAR}-09-08", f"{YEAR}-12-18") if len(row) == 3 else row for row in rows
        )
    ]
    return {"deliveries.csv": "\n".join([COLUMNS, *lines]).encode()}


def accounts(city):
    return set(Delivery.objects.of(city).values_list("key", "account", "students"))


def counted(city):
    return len(set(read_city(city).city_year(YEAR).deliveries["delivery_id"]))


def decide(browser, city, told, are):
    account = Delivery.objects.of(city).get(account="school")
    sent = {"own": account.pk, "told": Delivery.objects.get(key=told, account="organization").pk, "are": are}
    page = browser.post(reverse("city:deliveries-told-twice", args=[city.slug]), sent, follow=True)
    return page.content.decode()


def test_a_report_that_is_brought_in_later_is_the_same_delivery(office, city, named):
    imported(office, city, table(("v1", "private_lessons", 12)))
    assert accounts(city) == {("v1", "organization", 12), ("v1", "school", 9)}
    assert counted(city) == 1


def test_both_accounts_outlast_the_import_and_its_undoing(office, city, named):
    record = imported(office, city, table(("v1", "private_lessons", 12)))
    imported(office, city, table(("v1", "private_lessons", 15)))
    assert accounts(city) == {("v1", "organization", 15), ("v1", "school", 9)}
    imported(office, city, table(("v1", "private_lessons", 12)))
    undo_import(record=record)
    assert accounts(city) == {(ALONE, "school", 9)}
    imported(office, city, table(("other-id", "private_lessons", 12)))
    assert accounts(city) == {("other-id", "organization", 12), ("other-id", "school", 9)}


def test_an_import_is_taken_back_whole_and_the_school_can_take_back_its_word(
    office, city, named, survey, pier, liaison
):
    files = table(("v1", "private_lessons", 12))
    lines = files["deliveries.csv"].decode().splitlines()
    record = imported(
        office,
        city,
        {
            "deliveries.csv": f"{lines[0]},partnership_id\n{lines[1]},r1".encode(),
            "partnerships.csv": (
                "partnership_id,name,organization_ids,school_ids,contributions,start_date,source_id,as_of\n"
                f"r1,Strings,harbor-strings,pier-school,private_lessons,{YEAR}-09-01,register,{DAY}"
            ).encode(),
        },
    )
    assert own(pier).partnership
    assert undo_import(record=record) == []
    assert not Partnership.objects.exists()
    assert accounts(city) == {(ALONE, "school", 9)}
    hand_in(survey, pier, liaison, another="no")
    assert accounts(city) == set()


def test_a_report_that_is_gone_leaves_the_school_s_account_alone(office, city, named):
    imported(office, city, table(("v1", "private_lessons", 12)))
    Delivery.objects.get(account="organization").delete()
    join_accounts(city)
    assert accounts(city) == {(ALONE, "school", 9)}


def test_the_school_s_answer_is_written_to_the_one_delivery_from_then_on(office, city, named, survey, pier, liaison):
    imported(office, city, table(("v1", "private_lessons", 12)))
    line = sheet_of(survey, pier).lines[question(survey, pier)]
    assert line.before.value == "other"
    hand_in(survey, pier, liaison, another__students=10)
    assert accounts(city) == {("v1", "organization", 12), ("v1", "school", 10)}
    hand_in(survey, pier, liaison, **{line.question.id: "yes"})  # of the report itself, which counts for more
    assert accounts(city) == {("v1", "organization", 12), ("v1", "school", 12)}


def test_another_organization_that_the_school_names_then_is_one_more(office, city, named, survey, pier, liaison):
    imported(office, city, table(("v1", "private_lessons", 12)))
    organization(city, "Brass")
    hand_in(survey, pier, liaison, another__organization="brass")
    assert accounts(city) == {("v1", "organization", 12), ("v1", "school", 9), (ALONE, "school", 9)}


def test_a_report_on_the_site_is_found_when_the_school_hands_in(city, survey, pier, liaison, named, strings):
    delivery(pier, organization=strings, students=12)
    hand_in(survey, pier, liaison, another="yes")
    assert accounts(city) == {("v1", "organization", 12), ("v1", "school", 9)}


def test_what_a_partnership_s_other_organization_reports_is_found(city, survey, pier, liaison, strings):
    partnership = Partnership.objects.create(
        city=city,
        key="r1",
        public_id=public_id(city.slug, "partnerships", "r1"),
        name="Strings",
        start_date=date(YEAR - 1, 9, 1),
        contributions=["private_lessons"],
    )
    partnership.organizations.add(strings, organization(city, "Hall"))
    partnership.schools.add(pier)
    key = question(survey, pier, "partnership.")
    hand_in(survey, pier, liaison, **{key: "yes", f"{key}.students": 12})
    delivery(pier, partnership=partnership)
    join_accounts(city)
    assert accounts(city) == {("v1", "organization", 60), ("v1", "school", 12)}


@pytest.mark.parametrize(
    "reports",
    [
        [("v1", "mentorship", 12)],
        [("v1", "private_lessons", 12), ("v2", "private_lessons", 7)],
    ],
    ids=["another contribution", "two that it may be"],
)
def test_where_it_is_not_certain_the_coordinator_says(office, city, coordinator, named, reports):
    imported(office, city, table(*reports))
    assert counted(city) == len(reports) + 1
    address = reverse("city:deliveries-told-twice", args=[city.slug])
    (item,) = [item for item in work_of(coordinator) if item.url == address]
    assert str(item.title) == "1 delivery may be counted twice"
    assert "12 students" in office.get(address).content.decode()
    assert "They are one delivery now" in decide(office, city, "v1", "one")
    assert accounts(city) == {("v1", "school", 9), *((key, "organization", number) for key, _what, number in reports)}
    assert address not in [item.url for item in work_of(coordinator)]


def test_days_that_do_not_meet_are_not_certain_and_another_year_is_another_delivery(
    office, city, survey, pier, liaison, named
):
    hand_in(survey, pier, liaison, another__start=f"{YEAR}-09-01", another__end=f"{YEAR}-10-01")
    imported(office, city, table(("v1", "private_lessons", 12, f"{YEAR + 1}-03-01", f"{YEAR + 1}-04-01")))
    page = office.get(reverse("city:deliveries-told-twice", args=[city.slug]))
    assert [len(reported) for _own, reported in page.context["open"]] == [1]
    imported(office, city, table(("v1", "private_lessons", 12, f"{YEAR - 1}-09-01", f"{YEAR - 1}-10-01")))
    page = office.get(reverse("city:deliveries-told-twice", args=[city.slug]))
    assert page.context["open"] == []
    assert accounts(city) == {("v1", "organization", 12), (ALONE, "school", 9)}


def test_two_stay_two_once_somebody_says_so(office, city, survey, pier, liaison, named):
    imported(office, city, table(("v1", "private_lessons", 12)))
    assert "They count as two" in decide(office, city, "v1", "two")
    apart = {("v1", "organization", 12), (ALONE, "school", 9)}
    assert accounts(city) == apart
    imported(office, city, table(("v1", "private_lessons", 13)))
    hand_in(survey, pier, liaison, another__students=8)
    assert accounts(city) == {("v1", "organization", 13), (ALONE, "school", 8)}


def test_two_that_were_told_as_one_from_the_beginning_stay_one(office, city, survey, pier, liaison, strings):
    delivery(pier, organization=strings)
    hand_in(survey, pier, liaison, **{question(survey, pier): "yes"})
    assert "They are one." in decide(office, city, "v1", "two")
    assert accounts(city) == {("v1", "organization", 60), ("v1", "school", 60)}


def test_rows_that_the_city_brought_as_two_are_left_alone(city, pier, strings):
    delivery(pier, organization=strings)
    delivery(pier, key="v2", account="school", organization=strings)
    assert join_accounts(city) == []


def test_the_page_takes_as_many_queries_for_ten_as_for_one(office, city, named):
    address = reverse("city:deliveries-told-twice", args=[city.slug])
    imported(office, city, table(("v1", "mentorship", 12)))
    office.get(address)
    with CaptureQueriesContext(connection) as few:
        office.get(address)
    imported(office, city, table(*((f"v{number}", "mentorship", 12) for number in range(10))))
    office.get(address)
    with CaptureQueriesContext(connection) as many:
        assert len(office.get(address).context["open"][0][1]) == 10
    assert len(few) == len(many)
