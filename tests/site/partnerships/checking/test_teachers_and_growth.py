"""Teachers answer by a link that shows nothing else; growth is counted by level, and small counts are their school's alone."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories.site import city as make_city
from tests.factories.site import holder, organization, school
from tests.site.partnerships.checking.conftest import make_pair

from allcity.site.cities.models import Role
from allcity.site.exchange.tables import read_city
from allcity.site.insight.domain import examine_city
from allcity.site.needs.models import Answer
from allcity.site.partnerships.checking import growth, queries, reminding, teachers
from allcity.site.partnerships.checking.growth import Counting
from allcity.site.partnerships.models import CheckIn, Delivery, Partnership, Teacher

pytestmark = pytest.mark.django_db


def named(pair, user=None, email="kim@example.org", **more):
    told = {"kind": "music", "name": "Kim  Keys", "email": email, "school": pair.school, **more}
    return teachers.ask_teacher(partnership=pair.partnership, user=user or pair.liaison, **told)


def link(teacher, name="teacher"):
    return reverse(f"check-in:{name}", args=[teacher.token])


def levels(*numbers):
    return dict(zip((1, 2, 3, 4), numbers, strict=True))


def count(pair, *numbers, user=None, goal=0):
    growth.count_growth(
        partnership=pair.partnership, school=pair.school, counts={pair.goals[goal].pk: levels(*numbers)},
        by=Counting(user=user or pair.liaison),
    )  # fmt: skip


class TestTeachers:
    def test_they_get_a_link_in_a_mail_and_answer_without_an_account(self, pair, django_capture_on_commit_callbacks):
        assert pair.round
        with django_capture_on_commit_callbacks(execute=True):
            teacher = named(pair)
        assert [one.to for one in mail.outbox] == [["kim@example.org"]]
        assert link(teacher).partition("/account")[2] in mail.outbox[0].body
        answer = Client().post(
            link(teacher), {f"goal-{pair.goals[0].pk}": "3", "helps": "Small groups", "version": "0"}
        )
        assert answer.status_code == 302
        said = CheckIn.objects.get()
        assert (said.side, said.school, said.teacher, said.progress) == ("teacher", pair.school, teacher, 3)
        assert "Small groups" in Client().get(link(teacher)).content.decode()

    def test_the_link_shows_nothing_of_the_sides_and_sides_wait_for_their_own_answer(self, pair):
        teacher = named(pair)
        pair.says(pair.manager, pair.organization, 4, helps="The caretaker")
        Client().post(link(teacher), {"helps": "Small groups", "version": "0"})
        assert "Small groups" not in pair.text(pair.liaison, "check-ins")
        pair.says(pair.liaison, pair.school, 2, hinders="The hall is loud")
        told = Client().get(link(teacher)).content.decode()
        assert "The caretaker" not in told
        assert "The hall is loud" not in told
        assert "Small groups" in pair.text(pair.liaison, "check-ins")

    def test_a_teacher_may_answer_after_both_sides_have(self, pair):
        teacher = named(pair)
        pair.says(pair.manager, pair.organization, 4)
        pair.says(pair.liaison, pair.school, 2)
        assert Client().post(link(teacher), {"helps": "Small groups", "version": "0"}).status_code == 302
        pair.city.refresh_from_db()
        assert read_city(pair.city).tables["check_ins"]["side"].to_list().count("teacher") == 1

    def test_only_the_school_and_coordinators_name_and_see_them(self, pair):
        named(pair, pair.coordinator)
        with pytest.raises(PermissionDenied):
            named(pair, pair.manager)
        assert pair.browser(pair.manager).get(pair.url("teachers")).status_code == 403
        assert "kim@example.org" in pair.text(pair.liaison, "teachers")

    def test_a_liaison_names_and_ends_none_of_another_school(self, db):
        pair = make_pair(make_city(), schools=2)
        other = holder(pair.city, Role.LIAISON, pair.schools[1].public_id)
        teacher = named(pair)
        with pytest.raises(PermissionDenied):
            named(pair, other)
        assert "kim@example.org" not in pair.text(other, "teachers")
        end = pair.url("teacher-end", teacher.pk)
        assert pair.browser(other).post(end).status_code == 403
        assert pair.browser(pair.liaison).post(end).status_code == 302
        teacher.refresh_from_db()
        assert (teacher.name, teacher.email) == ("", "")
        assert Client().get(link(teacher)).status_code == 410
        assert Client().get(link(teacher, "teacher-growth")).status_code == 410

    def test_the_same_is_asked_once_and_nobody_a_whole_staff(self, pair):
        named(pair)
        with pytest.raises(ValidationError):
            named(pair, email="KIM@example.org ")
        for number in range(teachers.AT_ONCE - 1):
            named(pair, email=f"t{number}@example.org")
        with pytest.raises(ValidationError, match="Many are asked"):
            named(pair, email="one.more@example.org")

    def test_when_it_has_ended_links_end_and_names_are_forgotten(self, pair):
        pair.says(pair.manager, pair.organization, 4)
        teacher = named(pair)
        Client().post(link(teacher), {"helps": "Small groups", "version": "0"})
        assert teachers.forget_teachers() == 0
        Partnership.objects.update(end_date=pair.today - timedelta(days=1))
        assert Client().get(link(teacher)).status_code == 410
        assert teachers.forget_teachers() == 1
        teacher.refresh_from_db()
        assert (teacher.name, teacher.email) == ("", "")
        assert CheckIn.objects.filter(helps="Small groups").exists()

    def test_whom_it_is_not_for_ends_it(self, pair):
        teacher = named(pair)
        assert b"Thank you for saying so" in Client().post(link(teacher), {"not-me": "1"}).content
        assert Client().get(link(teacher)).status_code == 410
        assert not Teacher.objects.exclude(email="").exists()

    def test_they_are_reminded_by_mail_until_they_have_answered(self, pair, django_capture_on_commit_callbacks):
        teacher = named(pair)
        assert pair.round
        with django_capture_on_commit_callbacks(execute=True):
            reminding.remind_where_due()
        assert [one.to for one in mail.outbox if "is due on" in one.body] == [["kim@example.org"]]
        Client().post(link(teacher), {"helps": "Small groups", "version": "0"})
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            reminding.remind_where_due(now=timezone.now() + timedelta(days=7))
        assert not [one for one in mail.outbox if one.to == ["kim@example.org"]]


class TestGrowth:
    def test_a_liaison_or_a_teacher_counts_and_the_newest_count_stands(self, pair):
        count(pair, 12, 14, 16, 0)
        teacher = named(pair)
        sent = {f"goal-{pair.goals[0].pk}-{level}": number for level, number in levels(10, 10, 11, 11).items()}
        assert Client().post(link(teacher, "teacher-growth"), sent).status_code == 302
        rows = Answer.objects.order_by("level")
        assert [(row.level, row.number, row.asked) for row in rows] == [
            (1, 10, 42),
            (2, 10, 42),
            (3, 11, 42),
            (4, 11, 42),
        ]
        assert {row.question_id for row in rows} == {pair.goals[0].key}
        assert {row.partnership_key for row in rows} == {pair.partnership.key}
        assert {row.participant_type for row in rows} == {"students"}

    def test_more_than_the_school_has_or_were_reached_is_refused_and_nothing_is_kept(self, pair):
        with pytest.raises(ValidationError, match="the school has 60"):
            count(pair, 31, 10, 10, 10)
        Delivery.objects.create(
            city=pair.city, key="d", account="organization", partnership=pair.partnership,
            organization=organization(pair.city, "Other"), school=pair.school, contribution="private_lessons",
            start_date=pair.today, end_date=pair.today, students=20,
        )  # fmt: skip
        with pytest.raises(ValidationError, match="20 are on record"):
            count(pair, 10, 10, 1, 0)
        assert not Answer.objects.exists()
        count(pair, 10, 10, 0, 0)

    @pytest.mark.parametrize(
        "numbers", [("1", "", "2", "3"), ("-1", "1", "1", "1"), ("x", "1", "1", "1"), ("", "", "", "")]
    )
    def test_what_is_half_or_wrong_is_told_kindly(self, pair, numbers):
        url = pair.url("growth-count", pair.school.slug)
        sent = {f"goal-{pair.goals[0].pk}-{level}": text for level, text in levels(*numbers).items()}
        assert pair.browser(pair.liaison).post(url, sent).context["form"].errors
        assert not Answer.objects.exists()

    def test_nobody_counts_for_a_school_that_is_not_theirs(self, pair):
        with pytest.raises(PermissionDenied):
            count(pair, 1, 1, 1, 1, user=pair.manager)
        assert pair.browser(pair.manager).get(pair.url("growth-count", pair.school.slug)).status_code == 403
        other = make_pair(pair.city, name="Brass")
        teacher = named(other)
        with pytest.raises(PermissionDenied):
            growth.count_growth(
                partnership=pair.partnership, school=pair.school, counts={pair.goals[0].pk: levels(1, 1, 1, 1)},
                by=Counting(teacher=teacher),
            )  # fmt: skip

    def test_small_counts_are_shown_to_their_school_alone_also_over_two_looks(self, pair):
        def seen(own):
            pair.city.refresh_from_db()
            found = queries.growth_of(pair.partnership, growth.year_of(pair.partnership), own)
            return list(found[pair.goals[0].pk][0].counts.values())

        count(pair, 3, 15, 12, 0)
        assert seen([]) == [None] * 4, "nothing before it was weighed"
        examine_city(city=pair.city)
        first = seen([])
        assert first[0] is None
        assert first.count(None) > 1, "one alone could be worked out from how many there are"
        assert seen([pair.school]) == [3, 15, 12, 0]
        count(pair, 10, 15, 12, 0)
        examine_city(city=pair.city)
        second = seen([])
        for level in range(4):
            if first[level] is None and level in (1, 2):
                assert second[level] is None, "what did not change would tell what was withheld before"
        told = pair.text(pair.manager, "growth")
        assert "not shown: few" in told
        assert "not shown: few" not in pair.text(pair.liaison, "growth")

    def test_of_a_goal_that_was_dropped_nothing_is_counted(self, pair):
        pair.goals[0].dropped_on = pair.today
        pair.goals[0].save()
        with pytest.raises(ValidationError):
            count(pair, 10, 10, 10, 10)

    def test_a_school_outside_of_it_is_not_found(self, pair):
        away = school(pair.city, "Mill School")
        assert pair.browser(pair.coordinator).get(pair.url("growth-count", away.slug)).status_code == 404
