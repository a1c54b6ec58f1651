"""Each side checks in by itself, reads the other's answer after its own, and both stand side by side."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories.site import holder, school
from tests.site.partnerships.checking.conftest import make_pair

from allcity.site.cities.models import Role
from allcity.site.exchange.tables import read_city
from allcity.site.insight.views.work import check_ins
from allcity.site.notices.models import Notice
from allcity.site.notices.work import work_of
from allcity.site.partnerships.checking import reminding, rounds
from allcity.site.partnerships.models import CheckIn, Goal, Partnership, Round

pytestmark = pytest.mark.django_db


class TestRounds:
    def test_they_come_by_the_rhythm_once_each_and_only_near(self, pair):
        for _ in range(2):
            rounds.keep_rounds(pair.partnership)
        assert [one.due_on for one in Round.objects.all()] == [pair.today]

    def test_without_a_rhythm_once_a_term(self, pair):
        Partnership.objects.update(check_in_weeks=None, start_date=pair.today - timedelta(weeks=11))
        pair.partnership.refresh_from_db()
        assert pair.round.due_on == pair.today + timedelta(weeks=1)

    def test_none_is_due_after_the_last_day_and_a_short_one_has_one_on_it(self, pair):
        Partnership.objects.update(check_in_weeks=12, planned_end_date=pair.today + timedelta(days=3))
        pair.partnership.refresh_from_db()
        assert rounds.due_days(pair.partnership, pair.today + timedelta(days=900)) == [pair.today + timedelta(days=3)]

    def test_one_that_is_no_more_agreed_goes_and_one_that_was_answered_stays(self, pair):
        Partnership.objects.update(start_date=pair.today - timedelta(days=18))
        pair.partnership.refresh_from_db()
        pair.says(pair.manager, pair.organization, 2)
        Partnership.objects.update(check_in_weeks=5)
        pair.partnership.refresh_from_db()
        rounds.keep_rounds(pair.partnership)
        assert Round.objects.count() == 1
        CheckIn.objects.all().delete()
        rounds.keep_rounds(pair.partnership)
        assert not Round.objects.exists()

    def test_one_that_has_not_begun_or_is_a_draft_has_none(self, pair):
        for change in ({"stage": "draft"}, {"stage": "", "start_date": pair.today + timedelta(days=1)}):
            Partnership.objects.update(**change)
            pair.partnership.refresh_from_db()
            rounds.keep_rounds(pair.partnership)
            assert not Round.objects.exists()


class TestTwoSides:
    def test_neither_reads_the_other_before_it_has_answered(self, pair):
        pair.says(pair.manager, pair.organization, 4, 3, helps="The caretaker opens early")
        assert "caretaker" in pair.text(pair.manager, "check-ins")
        before = pair.text(pair.liaison, "check-ins")
        assert "caretaker" not in before
        assert "4 of 4" not in before
        pair.says(pair.liaison, pair.school, 2, hinders="The hall is loud")
        for user in (pair.manager, pair.liaison):
            told = pair.text(user, "check-ins")
            assert "caretaker" in told
            assert "The hall is loud" in told

    def test_where_they_differ_it_says_so_and_averages_nothing(self, pair):
        pair.says(pair.manager, pair.organization, 4, 3, communication=3)
        pair.says(pair.liaison, pair.school, 2, 3, communication=3)
        told = pair.text(pair.liaison, "check-ins")
        assert f"They see it differently: {pair.school} says 2, {pair.organization} says 4." in told
        assert "begun (2 of 4)" in told
        assert "reached (4 of 4)" in told
        assert told.count("Both see it alike.") == 2

    def test_no_table_of_the_city_has_an_answer_before_the_round_is_closed(self, pair):
        pair.says(pair.manager, pair.organization, 4, 3)
        assert read_city(pair.city).tables["check_ins"].is_empty()
        pair.says(pair.liaison, pair.school, 2, next_step="Meet on Monday", helps="Tea")
        pair.city.refresh_from_db()
        rows = read_city(pair.city).tables["check_ins"]
        assert sorted(rows["progress"].to_list()) == [2, 3, 4]
        assert rows["next_step"].drop_nulls().to_list() == ["Meet on Monday"]
        assert "helps" not in rows.columns

    def test_a_round_whose_time_is_over_closes_and_takes_no_more(self, pair):
        pair.says(pair.manager, pair.organization, 4, helps="The caretaker")
        later = pair.round.due_on + rounds.CLOSES + timedelta(days=1)
        rounds.keep_rounds(pair.partnership, today=later)
        assert pair.text(pair.liaison, "check-ins").count("The caretaker") == 1
        with pytest.raises(ValidationError):
            pair.says(pair.liaison, pair.school, 2)

    def test_the_words_stand_once_and_each_goal_has_a_row(self, pair):
        pair.says(pair.manager, pair.organization, 4, 3, communication=2, helps="Tea", next_step="Go on")
        first, second = CheckIn.objects.order_by("pk")
        assert (first.progress, first.communication, first.helps) == (4, 2, "Tea")
        assert (second.progress, second.communication, second.helps, second.next_step) == (3, None, "", "")
        assert (first.goal, second.goal) == tuple(pair.goals)

    def test_whoever_speaks_for_no_party_reads_all_and_a_coordinator_answers_where_nobody_is(self, pair):
        pair.says(pair.manager, pair.organization, 4, helps="The caretaker")
        assert "The caretaker" in pair.text(pair.coordinator, "check-ins")
        pair.liaison.memberships.all().delete()
        assert "The caretaker" not in pair.text(pair.coordinator, "check-ins")
        pair.says(pair.coordinator, pair.school, 1)
        assert "The caretaker" in pair.text(pair.coordinator, "check-ins")

    def test_one_of_several_schools_waits_for_its_own_answer_too(self, db):
        from tests.factories.site import city as make_city

        pair = make_pair(make_city(), schools=2)
        other = holder(pair.city, Role.LIAISON, pair.schools[1].public_id)
        pair.says(pair.manager, pair.organization, 4)
        pair.says(pair.liaison, pair.school, 2, hinders="The hall is loud")
        assert "The hall is loud" not in pair.text(other, "check-ins")
        assert Round.objects.get().closed_at is None
        pair.says(other, pair.schools[1], 3)
        assert "The hall is loud" in pair.text(other, "check-ins")
        assert Round.objects.get().closed_at


class TestChanging:
    def test_what_was_said_stays_in_the_history(self, pair):
        pair.says(pair.manager, pair.organization, 4, 3, helps="Tea", communication=4)
        first = pair.says(pair.manager, pair.organization, 2, helps="Cake", version=1)
        assert CheckIn.objects.count() == 1
        assert first.before[0]["helps"] == "Tea"
        assert first.before[0]["progress"] == {"Play a song together": 4, "Read music": 3}
        told = pair.text(pair.manager, "check-ins")
        assert "Tea" in told
        assert "Cake" in told

    def test_after_two_weeks_it_stands(self, pair):
        first = pair.says(pair.manager, pair.organization, 4)
        CheckIn.objects.update(written_at=first.written_at - timedelta(days=15))
        with pytest.raises(ValidationError, match="two weeks"):
            pair.says(pair.manager, pair.organization, 3, version=1)

    def test_of_two_who_answer_at_once_the_second_sees_both_and_loses_nothing(self, pair):
        colleague = holder(pair.city, Role.MANAGER, pair.organization.public_id)
        url = pair.url("check-in", pair.round.due_on, pair.organization.public_id)
        goal = f"goal-{pair.goals[0].pk}"
        assert pair.browser(pair.manager).post(url, {goal: "4", "helps": "Tea", "version": "0"}).status_code == 302
        answer = pair.browser(colleague).post(url, {goal: "2", "helps": "Cake", "version": "0"})
        told = answer.content.decode()
        assert "Tea" in told
        assert "Cake" in told
        assert CheckIn.objects.get().progress == 4
        again = {goal: "2", "helps": "Cake", "version": answer.context["form"]["version"].value()}
        assert pair.browser(colleague).post(url, again).status_code == 302
        assert CheckIn.objects.get().progress == 2

    def test_a_dropped_goal_is_asked_no_more_and_keeps_what_was_said(self, pair):
        pair.says(pair.manager, pair.organization, 4, 3)
        Goal.objects.filter(pk=pair.goals[1].pk).update(dropped_on=pair.today)
        answer = pair.browser(pair.liaison).get(pair.url("check-in", pair.round.due_on, pair.school.public_id))
        assert [goal.pk for goal in answer.context["form"].goals] == [pair.goals[0].pk]
        pair.says(pair.manager, pair.organization, 1, 3, version=1)
        assert sorted(CheckIn.objects.values_list("progress", flat=True)) == [1, 3]


class TestForm:
    def test_nothing_has_changed_begins_from_the_last_answer_and_sends_nothing_by_itself(self, pair):
        pair.says(pair.manager, pair.organization, 3, communication=2, helps="Tea")
        pair.says(pair.liaison, pair.school, 3)
        Round.objects.update(due_on=pair.today - timedelta(weeks=4))
        Partnership.objects.update(start_date=pair.today - timedelta(weeks=8))
        pair.partnership.refresh_from_db()
        rounds.keep_rounds(pair.partnership)
        url = pair.url("check-in", pair.today, pair.organization.public_id)
        assert "Nothing has changed since last time" in pair.browser(pair.manager).get(url).content.decode()
        form = pair.browser(pair.manager).get(url, {"as": "last"}).context["form"]
        assert form["helps"].value() == "Tea"
        assert CheckIn.objects.filter(side="organization").count() == 1
        sent = {name: form[name].value() for name in form.fields}
        assert pair.browser(pair.manager).post(url, sent).status_code == 302
        assert list(CheckIn.objects.filter(side="organization").values_list("progress", "helps")) == [(3, "Tea")] * 2

    @pytest.mark.parametrize(
        "sent", [{}, {"communication": "5"}, {"helps": "   "}, {"helps": "x" * 1001}, {"version": "a"}]
    )
    def test_what_says_nothing_or_something_odd_is_told_kindly(self, pair, sent):
        url = pair.url("check-in", pair.round.due_on, pair.school.public_id)
        answer = pair.browser(pair.liaison).post(url, sent)
        assert answer.context["form"].errors
        assert not CheckIn.objects.exists()

    def test_only_out_of_school_schools_are_asked_how_it_can_serve_their_students(self, pair):
        url = pair.url("check-in", pair.round.due_on, pair.school.public_id)
        assert "serves" not in pair.browser(pair.liaison).get(url).context["form"].fields
        Partnership.objects.update(setting="out_of_school")
        assert "serves" in pair.browser(pair.liaison).get(url).context["form"].fields
        of_partner = pair.url("check-in", pair.round.due_on, pair.organization.public_id)
        assert "serves" not in pair.browser(pair.manager).get(of_partner).context["form"].fields


class TestRights:
    def test_nobody_answers_for_another(self, pair):
        with pytest.raises(PermissionDenied):
            pair.says(pair.liaison, pair.organization, 2)
        with pytest.raises(PermissionDenied):
            pair.says(pair.coordinator, pair.school, 2)
        url = pair.url("check-in", pair.round.due_on, pair.organization.public_id)
        assert pair.browser(pair.liaison).get(url).status_code == 403

    def test_a_rival_and_another_school_are_refused(self, pair):
        rival = make_pair(pair.city, name="Brass")
        elsewhere = holder(pair.city, Role.LIAISON, school(pair.city, "Mill School").public_id)
        for user in (rival.manager, rival.liaison, elsewhere):
            for name in ("check-ins", "growth", "voice", "teachers"):
                assert pair.browser(user).get(pair.url(name)).status_code == 403

    def test_of_another_partnership_nothing_is_found_by_this_ones_address(self, pair):
        rival = make_pair(pair.city, name="Brass")
        url = pair.url("check-in", pair.round.due_on, rival.organization.public_id)
        assert pair.browser(pair.manager).get(url).status_code == 404


class TestReminding:
    def test_each_mark_is_told_once_to_those_who_have_not_answered(self, pair):
        one = pair.round
        pair.says(pair.manager, pair.organization, 2)
        for days, told in ((-7, 1), (-6, 1), (0, 2), (1, 2), (7, 3), (8, 3)):
            Round.objects.update(due_on=pair.today - timedelta(days=days))
            reminding.remind_where_due()
            assert Notice.objects.filter(kind="check-in-due", user=pair.liaison).count() == told
        assert not Notice.objects.filter(kind="check-in-due", user=pair.manager).exists()
        assert one.pk == Round.objects.get().pk

    def test_a_missed_day_is_made_good_by_the_latest_mark_alone(self, pair):
        assert pair.round
        Round.objects.update(due_on=pair.today - timedelta(days=9))
        for _ in range(2):
            reminding.remind_where_due()
        assert Notice.objects.filter(kind="check-in-due", user=pair.liaison).count() == 1

    def test_it_is_among_ones_work_until_one_has_answered(self, pair):
        assert pair.round
        assert any("Check in on" in str(item.title) for item in work_of(pair.liaison))
        pair.says(pair.liaison, pair.school, 2)
        assert not any("Check in on" in str(item.title) for item in work_of(pair.liaison))
        assert any("Check in on" in str(item.title) for item in work_of(pair.manager))

    def test_all_are_told_once_everybody_has_answered(self, pair):
        pair.says(pair.manager, pair.organization, 2)
        pair.says(pair.liaison, pair.school, 2)
        assert [one.user for one in Notice.objects.filter(kind="check-in-answered")] == [pair.manager]


class TestHistory:
    def test_it_tells_that_somebody_answered_and_not_what(self, pair):
        pair.says(pair.manager, pair.organization, 4, helps="The caretaker")
        url = reverse("city:partnership", args=[pair.city.slug, pair.partnership.public_id])
        told = pair.browser(pair.liaison).get(url).content.decode()
        assert f"{pair.organization} answered the check-in of" in told
        assert "The caretaker" not in told


class TestPublicPage:
    def test_it_tells_of_closed_rounds_alone_and_counts_what_is_said_of_two_goals_once(self, pair):
        pair.says(pair.manager, pair.organization, 2, 3)
        year = CheckIn.objects.latest("pk").year
        assert check_ins(pair.partnership, year) == []
        pair.says(pair.liaison, pair.school, 2, 2)
        assert [(side, number) for side, number, _day in check_ins(pair.partnership, year)] == [
            ("the partner", "1"), ("the school", "1"),
        ]  # fmt: skip


class TestQueries:
    def test_the_page_asks_as_often_for_one_round_as_for_ten(self, pair):
        pair.says(pair.manager, pair.organization, 2)
        pair.says(pair.liaison, pair.school, 2)
        pair.text(pair.liaison, "check-ins")

        def number():
            with CaptureQueriesContext(
                connection,
            ) as found:
                pair.text(pair.liaison, "check-ins")
            return len(found)

        one = number()
        for weeks in range(1, 10):
            again = Round.objects.create(
                city=pair.city, partnership=pair.partnership, due_on=pair.today - timedelta(weeks=4 * weeks),
                closed_at=pair.round.closed_at or Round.objects.latest("pk").closed_at,
            )  # fmt: skip
            for row in list(CheckIn.objects.filter(round=Round.objects.earliest("pk"))):
                row.pk, row.key, row.round = None, f"{row.key}-{weeks}", again
                row.public_id = f"00000000-0000-0000-{weeks:04d}-{len(row.side):012d}"
                row.save()
        assert number() == one

    def test_work_asks_as_often_for_one_partnership_as_for_several(self, pair):
        assert pair.round

        def number():
            with CaptureQueriesContext(connection) as found:
                work_of(pair.liaison)
            return len(found)

        one = number()
        for name in ("Brass", "Choir", "Drums"):
            more = make_pair(pair.city, name=name)
            more.partnership.schools.add(pair.school)
            rounds.keep_rounds(more.partnership)
        assert number() == one
