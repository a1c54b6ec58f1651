"""Deliveries are what a naive count over the sessions gives, whatever was logged, changed and taken back."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.site.partnerships.delivering.conftest import LESSONS, Town

from allcity.analysis.city import year_of
from allcity.site.directory.domain import source_of_people
from allcity.site.directory.models import Organization, School, SchoolYear, StudentCount
from allcity.site.figures.models import NeedFinding
from allcity.site.insight.domain import examine_city
from allcity.site.needs.models import Need
from allcity.site.partnerships.delivering.gathering import gather
from allcity.site.partnerships.models import Delivery, Partnership, Session

OTHER = "mentorship"
MAKING = st.fixed_dictionaries(
    {
        "account": st.sampled_from(["organization", "school"]),
        "school": st.sampled_from(["pier", "hill"]),
        "contribution": st.sampled_from([LESSONS, OTHER]),
        "ago": st.integers(0, 700),
        "hours": st.sampled_from([0.5, 1.0, 1.5, 2.0]),
        "students": st.none() | st.integers(1, 200),
        "certified_teacher": st.none() | st.booleans(),
        "state": st.sampled_from(["held", "held", "held", "planned", "called_off"]),
    }
)


def make(town: Town, made: Iterable[dict[str, Any]]) -> list[Session]:
    return Session.objects.bulk_create(
        Session(
            city=town.city, partnership=town.partnership, organization=town.strings, school=getattr(town, one["school"]),
            date=town.day(one["ago"]), **{name: value for name, value in one.items() if name not in ("school", "ago")},
        )
        for one in made
    )  # fmt: skip


def naive(sessions: Iterable[Session]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    groups: dict[tuple[Any, ...], list[Session]] = defaultdict(list)
    for one in sessions:
        if one.state == "held":
            groups[one.school, one.contribution, year_of(one.date), one.account].append(one)
    found = {}
    for key, group in groups.items():
        students = hours = weighted = yes = no = 0.0
        all_counted = True
        first, last = date.max, date.min
        for one in group:
            assert one.hours is not None
            hours += one.hours
            first, last = min(first, one.date), max(last, one.date)
            yes += one.certified_teacher is True
            no += one.certified_teacher is False
            if one.students is None:
                all_counted = False
            else:
                students = max(students, one.students)
                weighted += one.hours * one.students
        teacher = True if yes > len(group) - yes else False if no >= len(group) - no else None
        each = round(weighted / students if all_counted else hours, 4)
        found[key] = (len(group), students or None, each, first, last, teacher)
    return found


def on_record(town: Town) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    return {
        (one.school, one.contribution, year_of(one.start_date), one.account): (
            one.sessions, one.students, one.hours, one.start_date, one.end_date, one.certified_teacher,
        )
        for one in Delivery.objects.filter(partnership=town.partnership)
    }  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=st.lists(MAKING, max_size=25), gone=st.sets(st.integers(0, 24)))
def test_deliveries_are_what_a_naive_count_gives(town: Town, made: list[dict[str, Any]], gone: set[int]) -> None:
    Session.objects.all().delete()
    Delivery.objects.all().delete()
    sessions = make(town, made)
    years = {year_of(town.day(ago)) for ago in (0, 350, 700)}
    gather(partnership=town.partnership, years=years)
    assert on_record(town) == naive(sessions)
    Session.objects.filter(pk__in=[sessions[place].pk for place in gone if place < len(sessions)]).delete()
    left = [one for place, one in enumerate(sessions) if place not in gone]
    gather(partnership=town.partnership, years=years)
    assert on_record(town) == naive(left)
    keys = Delivery.objects.values_list("key", "account")
    assert len(set(keys)) == len(keys)


def test_gathering_again_changes_nothing(town: Town) -> None:
    town.log()
    before = Delivery.objects.values().get()
    gather(partnership=town.partnership, years={year_of(town.day(1))})
    assert Delivery.objects.values().get() == before


def test_logging_one_more_to_800_is_gathered_with_them(town: Town) -> None:
    town.partnership.start_date = town.today - timedelta(days=800)
    town.partnership.save()
    one = {"account": "organization", "contribution": LESSONS, "hours": 1.0, "students": 20, "certified_teacher": True}
    make(town, ({**one, "school": "pier", "ago": 1 + number % 100, "state": "held"} for number in range(800)))
    town.log(school=town.hill)
    assert Delivery.objects.count() in (2, 3)  # the days may lie in two school years


def test_a_session_moves_the_need_ledger_with_the_next_examination(town: Town) -> None:
    year = town.need.year
    known = {"source": source_of_people(town.city, "schools"), "as_of": town.today}
    for school in (town.pier, town.hill):
        SchoolYear.objects.create(**known, city=town.city, school=school, year=year, name=school.name, grades=["K"])
    for rows in (StudentCount, Need, Partnership, School, Organization):
        rows.objects.of(town.city).update(**known)
    town.log(ago=0, students=20, hours=1.5)  # of 40 students who are to have 3 hours each
    examine_city(city=town.city)
    assert NeedFinding.objects.get(examination__year=year).found["met"] == 10
    town.log(ago=1, students=20, hours=1.5)
    examine_city(city=town.city)
    assert NeedFinding.objects.filter(examination__year=year).latest("pk").found["met"] == 20
