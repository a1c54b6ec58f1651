"""Families answer without a name: nothing is kept but counts, and those become answers in batches."""

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.urls import reverse
from tests.factories.site import city as make_city
from tests.factories.site import holder, school, signed_in

from allcity.site.cities.models import CityRecord, Role
from allcity.site.directory.models import SchoolYear, StudentCount
from allcity.site.insight.domain import examine_city
from allcity.site.needs.families import domain, limits
from allcity.site.needs.families.questions import INFORMAL, Counted, Reply
from allcity.site.needs.models import Answer, FamilyForm, WaitingCount

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
    found = school(city, "Pier School")
    SchoolYear.objects.create(city=city, school=found, year=YEAR, name=found.name, grades=["3"])
    StudentCount.objects.create(city=city, school=found, year=YEAR, grade="all", students=100)
    return found


@pytest.fixture
def liaison(city, pier):
    return holder(city, Role.LIAISON, pier.public_id)


@pytest.fixture
def form(city, pier, liaison):
    return domain.open_form(city=city, year=YEAR, user=liaison, school=pier)


def page(form, name):
    return reverse(f"city:family-{name}", args=[form.city.slug, form.code])


def reply(who="student", wishes=("sing",), barriers=("fee",), **contexts):
    told = {"home": True, "worship": False, "friends": False, **contexts}
    return Reply(who, told, frozenset(wishes), frozenset(barriers))


def answers(**of):
    return {row.question_id: (row.number, row.asked) for row in Answer.objects.filter(**of)}


class TestAnswering:
    def test_whoever_has_the_link_may_answer_and_nothing_but_counts_is_kept(self, form, client):
        told = {"who": "family", "home": "yes", "worship": "no", "wishes": ["sing", "dance"], "barriers": ["nothing"]}
        assert client.post(page(form, "form"), told).url == page(form, "thanks")
        counts = {row.question_id: (row.number, row.asked) for row in WaitingCount.objects.all()}
        assert counts[INFORMAL] == counts["informal.home"] == counts["wish.sing"] == (1, 1)
        assert counts["informal.worship"] == counts["barrier.fee"] == counts["wish.compose"] == (0, 1)
        assert "informal.friends" not in counts
        assert not Answer.objects.exists()

    def test_no_table_holds_one_reply(self, form):
        def rows():
            return {model: model._default_manager.count() for model in apps.get_models()}

        domain.add_reply(form=form, reply=reply())
        before = rows()
        for _ in range(5):
            domain.add_reply(form=form, reply=reply())
        assert rows() == before
        kept = {field.name for field in WaitingCount._meta.fields}
        assert kept == {"id", "form", "question_id", "participant_type", "grade_band", "number", "asked"}
        assert not issubclass(WaitingCount, CityRecord)

    @pytest.mark.parametrize("told", [{}, {"who": "nobody"}, {"who": "family"}, {"who": "family", "wishes": ["<b>"]}])
    def test_what_says_nothing_or_something_else_is_not_counted(self, form, client, told):
        assert client.post(page(form, "form"), told).context["form"].errors
        assert not WaitingCount.objects.exists()

    def test_no_cookie_but_the_one_against_forgery(self, form, client):
        answer = client.get(page(form, "form"))
        assert set(answer.cookies) <= {"csrftoken"}

    def test_a_closed_form_takes_no_more(self, form, client):
        domain.close_form(form=form)
        assert b"This form is closed" in client.get(page(form, "form")).content
        client.post(page(form, "form"), {"who": "family", "home": "yes"})
        with pytest.raises(ValidationError):
            domain.add_reply(form=form, reply=reply())
        assert not WaitingCount.objects.exists()

    def test_one_address_may_not_fill_it(self, form, client, monkeypatch):
        monkeypatch.setattr(limits, "MOST_IN_AN_HOUR", 2)
        told = {"who": "family", "home": "yes"}
        assert [client.post(page(form, "form"), told).status_code for _ in range(3)] == [302, 302, 429]
        form.refresh_from_db()
        assert form.received == 2

    def test_of_another_city_it_is_not_found(self, form, client):
        other = make_city("Elsewhere")
        assert client.get(reverse("city:family-form", args=[other.slug, form.code])).status_code == 404


class TestBatches:
    def test_counts_become_answers_when_enough_wait_and_are_added_to_those_before(self, form):
        for _ in range(9):
            domain.add_reply(form=form, reply=reply())
        assert not Answer.objects.exists()
        domain.add_reply(form=form, reply=reply(home=False))
        assert answers(participant_type="students")[INFORMAL] == (9, 10)
        form.refresh_from_db()
        assert (form.received, form.waiting) == (10, 0)
        for _ in range(9):
            domain.add_reply(form=form, reply=reply())
        assert answers()[INFORMAL] == (9, 10)
        domain.add_reply(form=form, reply=reply())
        assert answers()[INFORMAL] == (19, 20)
        assert Answer.objects.filter(question_id=INFORMAL).get().source.key == "people"

    def test_students_and_families_wait_apart(self, form):
        for _ in range(9):
            domain.add_reply(form=form, reply=reply())
            domain.add_reply(form=form, reply=reply(who="family"))
        assert not Answer.objects.exists()
        domain.add_reply(form=form, reply=reply(who="family"))
        assert set(Answer.objects.values_list("participant_type", flat=True)) == {"families"}

    def test_a_question_that_few_answered_waits_for_more(self, form):
        for number in range(10):
            domain.add_reply(form=form, reply=reply(worship=None if number else True))
        assert "informal.home" in answers()
        assert "informal.worship" not in answers()

    def test_any_of_the_three_is_yes_and_all_three_are_needed_for_no(self):
        assert reply(home=None, friends=True).counts()[INFORMAL] == Counted(1, 1)
        assert INFORMAL not in reply(home=None).counts()
        assert reply(home=False).counts()[INFORMAL] == Counted(0, 1)


class TestRaisedHands:
    def test_of_a_class(self, form, liaison):
        told = {"there": "24", INFORMAL: "20", "informal_home": "18", "wish_sing": "7"}
        assert signed_in(liaison).post(page(form, "hands"), told).url == page(form, "run")
        assert answers() == {INFORMAL: (20, 24), "informal.home": (18, 24), "wish.sing": (7, 24)}

    @pytest.mark.parametrize(
        ("told", "field"),
        [
            ({"there": "24", "wish_sing": "25"}, "wish_sing"),
            ({"there": "24", INFORMAL: "5", "informal_home": "6"}, INFORMAL),
            ({"there": "0"}, "there"),
            ({"there": "101", "wish_sing": "7"}, "__all__"),
            ({"there": "24"}, "__all__"),
        ],
    )
    def test_more_hands_than_students_are_told(self, form, liaison, told, field):
        assert field in signed_in(liaison).post(page(form, "hands"), told).context["form"].errors
        assert not Answer.objects.exists()


class TestRunning:
    def test_a_liaison_opens_one_for_the_school_and_a_coordinator_for_the_city(self, city, pier, liaison):
        address = reverse("city:family-forms", args=[city.slug])
        browser = signed_in(liaison)
        assert browser.post(address, {"school": ""}).context["form"].errors
        browser.post(address, {"school": pier.pk})
        assert FamilyForm.objects.get().school == pier
        signed_in(holder(city, Role.COORDINATOR)).post(address, {"school": ""})
        assert FamilyForm.objects.filter(school=None).count() == 1

    def test_another_schools_form_is_not_ones_own(self, city, form):
        other = holder(city, Role.LIAISON, school(city, "Mill School").public_id)
        for name in ("run", "poster", "hands"):
            assert signed_in(other).get(page(form, name)).status_code == 403
        assert signed_in(other).post(page(form, "close")).status_code == 403

    def test_how_many_answered_is_told_roughly(self, form, liaison):
        browser = signed_in(liaison)
        assert browser.get(page(form, "run")).context["received"] == "nobody so far"
        domain.add_reply(form=form, reply=reply())
        assert browser.get(page(form, "run")).context["received"] == "fewer than 10"
        FamilyForm.objects.update(received=101)
        answer = browser.get(page(form, "run"))
        assert answer.context["received"] == "101"
        assert answer.context["too_many"]

    def test_closing_and_opening_keeps_the_link(self, form, liaison):
        browser = signed_in(liaison)
        browser.post(page(form, "close"))
        assert FamilyForm.objects.get().closed_at
        browser.post(page(form, "reopen"))
        assert FamilyForm.objects.get().closed_at is None
        assert FamilyForm.objects.get().code == form.code

    def test_the_poster_speaks_two_languages_and_has_a_code(self, form, liaison, client):
        text = signed_in(liaison).get(page(form, "poster")).content.decode()
        assert f"/en/{form.city.slug}/families/{form.code}/" in text
        assert f"/es/{form.city.slug}/families/{form.code}/" in text
        code = client.get(page(form, "code"))
        assert code["Content-Type"] == "image/svg+xml"
        assert code.content.startswith(b"<svg")


class TestResults:
    def test_what_was_said_is_told_above_the_threshold_alone(self, city, pier, form, client):
        for number in range(30):
            barriers = ["fee"] if number < 3 else ["time"] if number < 15 else []
            domain.add_reply(form=form, reply=reply(barriers=barriers))
        examine_city(city=city)
        cache.clear()
        for address in (
            reverse("city:family-results", args=[city.slug]),
            reverse("city:family-results-school", args=[city.slug, pier.slug]),
        ):
            rows = {row[0]: row[1:] for part in client.get(address).context["parts"] for row in part.rows}
            assert rows["The times do not fit"][0] == "40% of 30"
            assert rows["It costs too much"][0] == "withheld"
            assert rows["At home"][1] == "not known"

    def test_a_city_where_nobody_was_asked_says_so(self, city, client):
        answer = client.get(reverse("city:family-results", args=[city.slug]))
        assert b"Nothing can be shown yet" in answer.content
