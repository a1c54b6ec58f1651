"""Students answer without a name; nothing is kept but counts, which are shown from the threshold on, to everybody alike."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from tests.factories.site import city as make_city
from tests.factories.site import signed_in
from tests.site.partnerships.checking.conftest import make_pair

from allcity.declaration.loader import load_framework
from allcity.site.insight.domain import examine_city
from allcity.site.needs.families import limits
from allcity.site.needs.models import Answer
from allcity.site.partnerships.checking import queries, voice, words
from allcity.site.partnerships.checking.questions import VOICE
from allcity.site.partnerships.models import Partnership, VoiceCount, VoiceForm

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


@pytest.fixture
def form(pair):
    return voice.open_form(partnership=pair.partnership, school=pair.school, user=pair.liaison)


def page(form, name="form"):
    return reverse(f"city:voice-{name}", args=[form.city.slug, form.code])


def replies(form, number, **levels):
    for _ in range(number):
        voice.add_reply(form=form, reply=levels or {"heard": 3})


def shown(pair, form):
    pair.city.refresh_from_db()
    form.refresh_from_db()
    return queries.voice_of(form, pair.city)


class TestAnswering:
    def test_whoever_has_the_link_answers_and_hands_on(self, form):
        browser = Client()
        answer = browser.get(page(form))
        assert set(answer.cookies) <= {"csrftoken"}
        assert browser.post(page(form), {"belonging": "4", "students_heard": "2"}).url == page(form, "thanks")
        assert page(form) in browser.get(page(form, "thanks")).content.decode()
        kept = {(one.question_id, one.level, one.number) for one in VoiceCount.objects.all()}
        assert kept == {("belonging", 4, 1), ("students_heard", 2, 1)}
        assert not Answer.objects.exists()

    @pytest.mark.parametrize("sent", [{}, {"heard": "5"}, {"heard": "0"}, {"heard": "x"}, {"other": "1"}])
    def test_nothing_or_something_else_is_not_counted(self, form, sent):
        assert Client().post(page(form), sent).context["form"].errors
        assert not VoiceCount.objects.exists()

    def test_one_address_may_not_fill_it(self, form, monkeypatch):
        monkeypatch.setattr(limits, "MOST_IN_AN_HOUR", 2)
        browser = Client()
        assert [browser.post(page(form), {"heard": "4"}).status_code for _ in range(3)] == [302, 302, 429]

    def test_nor_may_more_answer_than_the_school_has(self, form):
        VoiceForm.objects.update(received=60)
        with pytest.raises(ValidationError, match="As many have answered"):
            voice.add_reply(form=form, reply={"heard": 1})

    def test_a_closed_one_and_one_of_an_ended_partnership_take_no_more(self, pair, form):
        voice.close_form(form=form, user=pair.liaison)
        assert b"This form is closed" in Client().get(page(form)).content
        voice.open_form(partnership=pair.partnership, school=pair.school, user=pair.liaison)
        Partnership.objects.update(end_date=pair.today - timedelta(days=1))
        with pytest.raises(ValidationError):
            voice.add_reply(form=form, reply={"heard": 1})
        assert b"This form is closed" in Client().get(page(form)).content

    def test_of_another_city_it_is_not_found(self, form):
        other = make_city("Elsewhere")
        assert Client().get(reverse("city:voice-form", args=[other.slug, form.code])).status_code == 404


class TestBatches:
    def test_counts_become_answers_when_enough_wait_and_are_added(self, form):
        replies(form, 9)
        assert not Answer.objects.exists()
        voice.add_reply(form=form, reply={"heard": 1})
        assert {(row.level, row.number, row.asked) for row in Answer.objects.all()} == {
            (1, 1, 10), (2, 0, 10), (3, 9, 10), (4, 0, 10)
        }  # fmt: skip
        assert not VoiceCount.objects.exists()
        replies(form, 9)
        assert Answer.objects.get(level=3).number == 9
        replies(form, 1)
        assert Answer.objects.get(level=3).number == 19

    def test_a_question_that_few_answer_waits_by_itself(self, form):
        replies(form, 9, heard=3, valued=1)
        replies(form, 1, heard=3)
        assert set(Answer.objects.values_list("question_id", flat=True)) == {"heard"}
        form.refresh_from_db()
        assert form.waiting == 9

    def test_small_counts_are_shown_to_nobody_and_the_middle_only_of_many(self, pair, form):
        replies(form, 4, heard=2)
        replies(form, 6, heard=3)
        assert shown(pair, form)["heard"].middle is None
        examine_city(city=pair.city)
        assert not any(shown(pair, form)["heard"].counts.values())
        replies(form, 4, heard=2)
        replies(form, 6, heard=4)
        examine_city(city=pair.city)
        found = shown(pair, form)["heard"]
        assert (found.asked, found.middle) == (20, 3)
        assert not any(found.counts.values())
        for user in (pair.liaison, pair.manager, pair.coordinator):
            assert "The answer in the middle: Mostly" in pair.text(user, "voice")

    def test_one_small_level_cannot_be_worked_out_from_the_others(self, pair, form):
        replies(form, 15, heard=4)
        replies(form, 12, heard=3)
        replies(form, 3, heard=1)
        examine_city(city=pair.city)
        counts = shown(pair, form)["heard"].counts
        assert counts[1] is None
        assert list(counts.values()).count(None) >= 2

    def test_under_the_threshold_only_that_they_are_fewer(self, pair, form):
        replies(form, 3)
        form.refresh_from_db()
        assert words.received(form, 10) == "fewer than 10"
        assert "fewer than 10" in pair.text(pair.liaison, "voice")


class TestRights:
    def test_a_liaison_asks_the_school_and_an_organization_everybody(self, pair):
        assert voice.asked_by(pair.partnership, pair.liaison) == [pair.school]
        assert voice.asked_by(pair.partnership, pair.manager) == [None]
        assert voice.asked_by(pair.partnership, pair.coordinator) == [pair.school, None]
        with pytest.raises(PermissionDenied):
            voice.open_form(partnership=pair.partnership, school=pair.school, user=pair.manager)

    def test_only_whose_it_is_runs_it(self, pair, form):
        rival = make_pair(pair.city, name="Brass")
        for name in ("voice-run", "voice-poster"):
            assert pair.browser(pair.liaison).get(pair.url(name, form.code)).status_code == 200
            assert pair.browser(pair.manager).get(pair.url(name, form.code)).status_code == 403
            assert signed_in(rival.liaison).get(rival.url(name, form.code)).status_code == 404
        assert pair.browser(pair.manager).post(pair.url("voice-close", form.code)).status_code == 403

    def test_opening_again_keeps_the_link(self, pair, form):
        browser = pair.browser(pair.liaison)
        browser.post(pair.url("voice-close", form.code))
        assert VoiceForm.objects.get().closed_at
        browser.post(pair.url("voice-reopen", form.code))
        assert VoiceForm.objects.get().closed_at is None
        assert "/es/" in pair.text(pair.liaison, "voice-poster", form.code)


def test_the_criterion_of_the_framework_is_asked_by_its_id_and_levels():
    criteria = load_framework().conditions["meaningful"].criteria
    question = next(one for one in VOICE if one.id == "students_heard")
    assert len(question.levels) == len(criteria[question.id].levels)
