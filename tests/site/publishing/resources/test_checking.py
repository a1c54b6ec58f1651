"""What the answers of links come to: when one is called dead, when it lives again, and who is told."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories.resources import FakeAsker, a_resource, a_suggestion
from tests.factories.site import city, holder, person

from allcity.site.cities.models import City, Role
from allcity.site.notices.models import Notice
from allcity.site.notices.visibility import visible
from allcity.site.notices.work import work_of
from allcity.site.publishing.models import Resource
from allcity.site.publishing.resources import asking, checking, domain, queries, tasks, telling
from allcity.site.publishing.resources.checking import check_links, due, is_failure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty")]
NOW = datetime(2026, 3, 2, 5, tzinfo=UTC)
WEEK = timedelta(days=7)
LINK = "https://lending.example/how"


@pytest.fixture
def other():
    """A link that always answers: where none does there is no network, and nothing is said of any."""
    return a_resource(None, "Another", url="https://well.example/")


def asked(*statuses, link=LINK, start=NOW, every=WEEK):
    """Ask once a week, and give what is on record of the link after each."""
    found = []
    for number, status in enumerate(statuses):
        check_links(FakeAsker({link: status}), start + number * every)
        found.append(Resource.objects.get(url=link).dead_since)
    return found


@pytest.mark.parametrize(
    ("status", "fails"),
    [(0, True), (404, True), (410, True), (451, True), (500, True), (503, True), (599, True),
     (200, False), (204, False), (301, False), (401, False), (403, False), (405, False), (429, False)],
)  # fmt: skip
def test_a_site_that_only_turns_programs_away_still_answers(status, fails):
    assert is_failure(status) == fails


def test_a_link_is_dead_when_it_failed_twice_in_a_row_and_lives_again_with_the_first_good_answer(town, other):
    a_resource(town, url=LINK)
    found = asked(404, 404, 500, 200, 404, 200, 404, 0, 0)
    first, again = NOW, NOW + 6 * WEEK
    assert found == [None, first, first, None, None, None, None, again, again]
    row = Resource.objects.get(url=LINK)
    assert (row.answer, row.checked_at) == (0, NOW + 8 * WEEK)
    other.refresh_from_db()
    assert (other.answer, other.dead_since) == (200, None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([0, 200, 403, 404, 503]), min_size=1, max_size=8))
def test_it_is_dead_as_long_as_the_last_two_answers_or_more_were_failures(town, other, statuses):
    Resource.objects.exclude(pk=other.pk).delete()
    Resource.objects.update(checked_at=None, answer=None)
    a_resource(town, url=LINK)
    found = asked(*statuses)
    pairs = [(None, statuses[0]), *pairwise(statuses)]
    wanted = [before is not None and is_failure(before) and is_failure(now) for before, now in pairs]
    assert [dead is not None for dead in found] == wanted


def test_twice_on_the_same_day_counts_once(town, other):
    a_resource(town, url=LINK)
    assert asked(404) == [None]
    Resource.objects.filter(url=LINK).update(checked_at=NOW - timedelta(hours=2))
    row = Resource.objects.get(url=LINK)
    checking._mark(checking.Answer(row.pk, LINK, 404, NOW))
    row.refresh_from_db()
    assert row.dead_since is None


def test_where_nothing_answers_nothing_is_said_of_any(town):
    a_resource(town, url=LINK)
    a_resource(town)
    for week in range(3):
        assert (
            check_links(FakeAsker(dict.fromkeys(Resource.objects.values_list("url", flat=True), 0)), NOW + week * WEEK)
            == 0
        )
    assert not Resource.objects.exclude(checked_at=None, dead_since=None).exists()


# --- Which are asked ---


def test_a_link_is_asked_once_a_week_and_those_never_asked_come_first(town):
    rows = [a_resource(town, title) for title in ("Longest ago", "Within the week", "Never", "A week ago")]
    ages = (timedelta(days=30), timedelta(days=6, hours=23), None, WEEK)
    for row, age in zip(rows, ages, strict=True):
        Resource.objects.filter(pk=row.pk).update(checked_at=NOW - age if age else None)
    assert [str(row) for row in due(NOW)] == ["Never", "Longest ago", "A week ago"]
    asker = FakeAsker()
    assert check_links(asker, NOW) == 3
    assert check_links(asker, NOW) == 0
    assert len(asker.asked) == 3


def test_only_what_is_in_the_library_is_asked(town, editor):
    a_suggestion(town, user=person())
    domain.archive(resource=a_resource(town), user=editor)
    declined = a_suggestion(town, user=person())
    domain.decline(town, declined.public_id)
    a_resource(None, url=LINK)
    asker = FakeAsker()
    check_links(asker, NOW)
    assert asker.asked == [LINK]


def test_so_many_are_asked_in_one_go_and_the_others_another_time(town, monkeypatch):
    monkeypatch.setattr(checking, "MOST_AT_ONCE", 3)
    for _ in range(5):
        a_resource(town)
    first, second = FakeAsker(), FakeAsker()
    assert (check_links(first, NOW), check_links(second, NOW)) == (3, 2)
    assert not set(first.asked) & set(second.asked)


def test_slow_sites_do_not_hold_it_up_for_hours(town):
    for _ in range(5):
        a_resource(town)
    slow = FakeAsker(seconds_for_each=checking.LONGEST / 2 + 1)
    assert check_links(slow, NOW) == 2
    assert due(NOW).count() == 3


def test_a_link_that_was_changed_meanwhile_is_not_judged_by_the_old_one(town, other, editor):
    row = a_resource(town, url=LINK)

    class Slow(FakeAsker):
        def ask(self, url):
            Resource.objects.filter(pk=row.pk).update(url="https://new.example/")
            return super().ask(url)

    check_links(Slow({LINK: 404}), NOW)
    row.refresh_from_db()
    assert (row.answer, row.checked_at) == (None, None)


def test_that_a_link_was_asked_is_no_change_of_the_resource(town, other):
    row = a_resource(town, url=LINK)
    asked(404, 404)
    changed = Resource.objects.get(pk=row.pk)
    assert changed.dead_since
    assert changed.changed_at == row.changed_at


def test_asking_many_costs_no_more_for_each(town):
    def cost(number):
        Resource.objects.all().delete()
        for _ in range(number):
            a_resource(town)
        with CaptureQueriesContext(connection) as found:
            assert check_links(FakeAsker(), NOW) == number
        return len(found)

    two, four, eight = cost(2), cost(4), cost(8)
    assert eight - four == 2 * (four - two)


def test_the_daily_task_asks_and_reaches_no_private_network(town, other, monkeypatch):
    row = a_resource(town, url=LINK)
    called = []

    def connect(address, **more):
        called.append(address[0])
        raise ConnectionRefusedError

    found = {"lending.example": "10.0.0.8", "well.example": "8.8.8.8"}
    monkeypatch.setattr(asking.socket, "create_connection", connect)
    monkeypatch.setattr(asking.socket, "getaddrinfo", lambda host, port, **more: [(2, 1, 6, "", (found[host], port))])
    monkeypatch.setattr(asking, "PAUSE", 0)
    monkeypatch.setattr(tasks, "Asker", lambda: asking.Asker(pause=0, resolve=asking.resolve))
    tasks.check_links.call()
    assert set(called) == {"8.8.8.8"}
    row.refresh_from_db()
    assert row.checked_at is None  # nothing answered at all


# --- Who is told ---


def test_those_who_look_after_a_city_are_told_once_and_nobody_else(town, other, editor, coordinator, on_duty):
    holder(town)
    holder(city("Elsewhere"), Role.EDITOR)
    left = holder(town, Role.EDITOR, is_active=False)
    a_resource(town, url=LINK)
    a_resource(town, url=f"{LINK}/2")
    says = {LINK: 404, f"{LINK}/2": 404}
    check_links(FakeAsker(says), NOW)
    assert not Notice.objects.exists()
    for week in (1, 2, 3):
        check_links(FakeAsker(says), NOW + week * WEEK)
    told = Notice.objects.filter(kind=telling.DEAD.id)
    assert {notice.user for notice in told} == {editor, coordinator}
    assert told.count() == Notice.objects.count() == 2
    assert left not in {notice.user for notice in told}
    assert {notice.city for notice in told} == {town}
    assert all(notice.url.endswith(reverse("city:resources-kept", args=[town.slug])[3:]) for notice in told)


def test_staff_are_told_of_the_library_for_all(town, other, editor, on_duty):
    a_resource(None, url=LINK)
    asked(404, 404, 404)
    (notice,) = Notice.objects.all()
    assert (notice.user, notice.kind) == (on_duty, telling.DEAD_FOR_ALL.id)
    on_duty.is_staff = False
    assert visible(on_duty, [notice]) == []


def test_whoever_looks_after_it_no_more_reads_the_notice_no_more(town, other, editor):
    a_resource(town, url=LINK)
    asked(404, 404)
    notice = Notice.objects.get(user=editor)
    assert visible(editor, [notice]) == [notice]
    editor.memberships.update(role=Role.MEMBER)
    assert visible(editor, [notice]) == []


def test_the_dead_wait_among_ones_work_until_they_are_put_right(town, other, editor, on_duty):
    row = a_resource(town, url=LINK)
    a_resource(None, url=f"{LINK}/2")
    check_links(FakeAsker({LINK: 404, f"{LINK}/2": 404}), NOW)
    check_links(FakeAsker({LINK: 404, f"{LINK}/2": 404}), NOW + WEEK)
    assert titles(editor) == ["1 link of the city's resources does not answer"]
    assert titles(on_duty) == ["1 link of the library for all cities does not answer"]
    assert titles(holder(town)) == []
    domain.archive(resource=row, user=editor)
    assert titles(editor) == []
    assert (queries.dead_in([town.pk]), queries.dead_for_all()) == ({}, 1)


def titles(user):
    return [str(item.title) for item in work_of(user) if "link" in str(item.title)]


def test_kept_pages_go_when_a_link_dies_and_when_it_lives_again(town, other):
    a_resource(town, url=LINK)
    versions = []
    for week, status in enumerate((404, 404, 404, 200)):
        check_links(FakeAsker({LINK: status}), NOW + week * WEEK)
        versions.append(City.objects.get(pk=town.pk).page_version)
    first, died, still_dead, lives = versions
    assert first < died == still_dead < lives
