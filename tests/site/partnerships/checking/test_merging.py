"""Two schools of a partnership that become one, with their teachers and what their students said; and records that fail."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories.site import holder
from tests.site.partnerships.checking.conftest import make_pair

from allcity.site.cities.models import Membership, Role
from allcity.site.directory.domain import merge_records, undo_merge
from allcity.site.needs.models import Answer
from allcity.site.notices.models import Notice
from allcity.site.partnerships.checking import queries, reminding, rounds, teachers, voice
from allcity.site.partnerships.models import Partnership, Round, Teacher, VoiceCount, VoiceForm

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_schools(pair):
    return make_pair(pair.city, schools=2, name="Drums")


def asked(two_schools, place, user):
    return teachers.ask_teacher(
        partnership=two_schools.partnership, school=place, kind="music", name="Kim", email="kim@example.org", user=user
    )


def answer(form, number):
    for _ in range(number):
        voice.add_reply(form=form, reply={"heard": 3})


class TestMerging:
    def test_teachers_go_along_and_their_link_still_works(self, two_schools):
        kept, gone = two_schools.schools
        teacher = asked(two_schools, gone, two_schools.coordinator)
        merge = merge_records(survivor=kept, duplicate=gone, user=two_schools.coordinator)
        teacher.refresh_from_db()
        assert teacher.school == kept
        assert Client().get(reverse("check-in:teacher", args=[teacher.token])).status_code == 200
        undo_merge(merge=merge, user=two_schools.coordinator)
        assert Teacher.objects.get().school == gone

    def test_a_form_goes_along_where_the_other_has_none(self, two_schools):
        kept, gone = two_schools.schools
        form = voice.open_form(partnership=two_schools.partnership, school=gone, user=two_schools.coordinator)
        answer(form, 4)
        merge_records(survivor=kept, duplicate=gone, user=two_schools.coordinator)
        form = VoiceForm.objects.get()
        assert (form.school, form.received) == (kept, 4)
        answer(form, 6)
        assert Answer.objects.get(level=3).number == 10

    def test_of_two_forms_one_takes_replies_and_what_both_said_is_added(self, two_schools):
        kept, gone = two_schools.schools
        first, second = (
            voice.open_form(partnership=two_schools.partnership, school=one, user=two_schools.coordinator)
            for one in (kept, gone)
        )
        answer(first, 10)
        answer(second, 13)
        merge = merge_records(survivor=kept, duplicate=gone, user=two_schools.coordinator)
        first, second = VoiceForm.objects.get(pk=first.pk), VoiceForm.objects.get(pk=second.pk)
        assert voice.takes_replies(first)
        assert not voice.takes_replies(second)
        assert VoiceCount.objects.get(form=second).number == 3  # too few to tell of, now and later
        assert queries.voice_of(first, first.city)["heard"].asked == 20
        answer(first, 10)
        assert queries.voice_of(first, first.city)["heard"].asked == 30
        assert sorted(Answer.objects.filter(level=3).values_list("number", flat=True)) == [10, 20]
        undo_merge(merge=merge, user=two_schools.coordinator)
        second = VoiceForm.objects.get(pk=second.pk)
        assert queries.voice_of(second, second.city)["heard"].asked == 10


class TestWhoIsTold:
    def test_a_link_that_reached_somebody_else_is_told_to_whoever_is_at_the_school_now(self, pair):
        teacher = asked(pair, pair.school, pair.liaison)
        Membership.objects.filter(user=pair.liaison).delete()
        successor = holder(pair.city, Role.LIAISON, pair.school.public_id)
        teachers.refuse_teacher(teacher=teacher)
        assert [told.user for told in Notice.objects.filter(kind="teacher-not-for-them")] == [successor]

    def test_coordinators_are_told_together_of_those_that_nobody_looks_after(self, pair):
        assert pair.round
        Membership.objects.filter(user=pair.liaison).delete()
        reminding.remind_where_due()
        told = Notice.objects.get(kind="partnerships-unattended")
        assert (told.user, told.values) == (pair.coordinator, {"number": 1})
        assert not Notice.objects.filter(kind="check-in-due", user=pair.coordinator).exists()


def test_one_partnership_that_fails_holds_up_no_other(pair, monkeypatch, caplog):
    other = make_pair(pair.city, name="Flutes")
    days = rounds.due_days

    def fails(partnership: Partnership, *more: object) -> object:
        if partnership == pair.partnership:
            raise RuntimeError("odd record")
        return days(partnership, *more)

    monkeypatch.setattr(rounds, "due_days", fails)
    rounds.keep_all()
    assert {one.partnership for one in Round.objects.all()} == {other.partnership}
    assert f"failed for {pair.partnership.pk}" in caplog.text
    Round.objects.update(due_on=pair.today + timedelta(days=1))
    reminding.remind_where_due()
    assert Notice.objects.filter(kind="check-in-due", user=other.liaison).exists()
