"""Commitments from a proposal to what is verified: who may do what, what is refused, what is told, and what nobody sees."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories.examined import examined
from tests.factories.site import city, holder, organization, person, school, signed_in

from allcity.analysis.figures import Figure
from allcity.site.accounts.domain import delete_account
from allcity.site.action.committing import demo, domain, telling
from allcity.site.action.committing.phases import BY_NAME, TRANSITIONS, State
from allcity.site.action.committing.tasks import remind_of_commitments
from allcity.site.action.models import Commitment
from allcity.site.cities.models import Membership, Role
from allcity.site.needs.survey.reminding import today_in
from allcity.site.notices.mine import mine_of
from allcity.site.notices.models import Notice
from allcity.site.notices.work import work_of

pytestmark = pytest.mark.django_db
NASTY = "<script>alert(1)</script> 🎺🎺"
REACH = Figure("access.reach", 0.46, "share", 2024, low=0.41, high=0.53, known=8, total=10)


@pytest.fixture
def coordinator(town):
    return holder(town, Role.COORDINATOR, first_name="Cora")


@pytest.fixture
def member(town):
    return holder(town, first_name="Mel", last_name="Ody")


@pytest.fixture
def agreed(town, coordinator, member):
    return domain.commit(city=town, user=coordinator, title="Find a hall", owner=member, due_on=today_in(town))


def at(name, of, *more):
    return reverse(f"city:{name}", args=[of.slug, *more])


def take(commitment, *steps, user, words="Because."):
    for step in steps:
        commitment = domain.move(commitment=commitment, step=BY_NAME[step], user=user, words=words)
    return commitment


def told(user):
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


# --- Its states ---


def test_every_state_is_reached_and_none_is_a_dead_end_but_by_choice():
    reached = {step.after for step in TRANSITIONS}
    assert reached == set(State)
    assert {before for step in TRANSITIONS for before in step.before} == set(State)


def test_a_commitment_goes_from_proposed_to_verified_and_its_history_says_so(town, coordinator, member):
    one = domain.propose(city=town, user=member, title=" Find a hall ", owner=member)
    assert (one.title, one.state) == ("Find a hall", State.PROPOSED)
    one = take(one, "agree", user=coordinator)
    one = take(one, "begin", "finish", user=member)
    assert one.done_at
    one = take(one, "not_yet", user=coordinator, words="The hall has no heating.")
    assert (one.state, one.done_at) == (State.IN_WORK, None)
    one = take(one, "finish", user=member)
    one = take(one, "verify", user=coordinator)
    assert one.verified_at
    assert [change.state for change in one.changes.all()] == [
        *("proposed", "agreed", "in_work", "done", "in_work", "done", "verified")
    ]


def test_a_step_that_leads_nowhere_is_refused_and_one_taken_twice_changes_nothing(agreed, coordinator):
    take(agreed, "agree", user=coordinator)
    assert agreed.changes.count() == 2
    with pytest.raises(ValidationError, match="cannot be done now"):
        take(agreed, "verify", user=coordinator)
    with pytest.raises(ValidationError, match="Say why"):
        take(agreed, "drop", user=coordinator, words="  ")


def test_what_was_dropped_says_why_and_can_be_proposed_again(agreed, coordinator):
    one = take(agreed, "drop", user=coordinator, words="No hall is left.")
    assert (one.state, one.reason) == (State.DROPPED, "No hall is left.")
    one = take(one, "propose_again", user=coordinator)
    assert (one.state, one.reason, one.agreed_at) == (State.PROPOSED, "", None)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"title": "  "}, "Say in a few words"),
        ({"title": "x" * 201}, "longer than 200"),
        ({"title": "a\0b"}, "Type it anew"),
        ({"due_on": -1}, "past"),
        ({"due_on": 5000}, "years ahead"),
        ({"section": "dropped"}, "sections"),
        ({"strategy": "dropped"}, "strategies"),
        ({"figure_id": "no.such"}, "no such figure"),
        ({"owner": "stranger"}, "no role in the city"),
        ({"place": "elsewhere"}, "not in the city's directory"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(town, coordinator, said, sentence):
    values = {"title": "Find a hall", **said}
    if "due_on" in values:
        values["due_on"] = today_in(town) + timedelta(days=values["due_on"])
    if "owner" in values:
        values["owner"] = person()
    if "place" in values:
        values["place"] = organization(city("Elsewhere")).public_id
    with pytest.raises(ValidationError, match=sentence):
        domain.propose(city=town, user=coordinator, **values)
    assert not Commitment.objects.exists()


def test_a_day_that_passed_may_stay_and_a_new_one_may_not_be_past(town, agreed, coordinator):
    past = today_in(town) - timedelta(days=3)
    Commitment.objects.filter(pk=agreed.pk).update(due_on=past, told="on")
    one = domain.change(commitment=agreed, user=coordinator, title="Find two halls", due_on=past)
    assert (one.title, one.due_on, one.told) == ("Find two halls", past, "on")
    with pytest.raises(ValidationError, match="past"):
        domain.change(commitment=agreed, user=coordinator, due_on=past - timedelta(days=1))
    later = today_in(town) + timedelta(days=30)
    assert domain.change(commitment=agreed, user=coordinator, due_on=later).told == ""


def test_steps_on_the_way(town, agreed, member):
    add = {"commitment": agreed, "user": member}
    with pytest.raises(ValidationError, match="past"):
        domain.add_milestone(**add, title="Call", due_on=today_in(town) - timedelta(days=1))
    with pytest.raises(ValidationError, match="which step"):
        domain.add_milestone(**add, title=" ")
    step = domain.add_milestone(**add, title="Call")
    assert domain.check_milestone(milestone=step, user=member, is_done=True).done_at
    assert not domain.check_milestone(milestone=step, user=member, is_done=False).done_at
    domain.remove_milestone(milestone=step, user=member)
    for number in range(domain.MOST_MILESTONES):
        domain.add_milestone(**add, title=str(number))
    with pytest.raises(ValidationError, match="30 steps"):
        domain.add_milestone(**add, title="One more")


# --- Who may ---


def test_members_propose_and_look_after_their_own_and_coordinators_do_the_rest(town, coordinator, member):
    mel, cora, other = (signed_in(user) for user in (member, coordinator, holder(town)))
    mel.post(at("commitment-new", town), {"title": "Find a hall", "owner": member.pk, "agree": "1", "is_public": "on"})
    one = Commitment.objects.get()
    assert (one.state, one.is_public, one.owner) == (State.PROPOSED, False, member)

    def step(who, name, words="Because."):
        return who.post(at("commitment-step", town, one.public_id, name), {"words": words}).status_code

    assert step(mel, "agree") == 403
    assert step(cora, "take_back") == 403
    assert step(cora, "agree") == 302
    assert step(other, "begin") == 403
    assert step(mel, "begin") == 302
    assert step(mel, "drop") == 403
    assert step(mel, "finish") == 302
    assert step(mel, "verify") == 403
    assert step(cora, "not_yet", "") == 200  # words are asked for
    assert step(cora, "verify") == 302
    assert step(cora, "no-such-step") == 404
    one.refresh_from_db()
    assert one.state == State.VERIFIED


def test_whoever_looks_after_the_place_works_on_it(town, coordinator):
    ours = school(town)
    liaison = holder(town, Role.LIAISON, ours.public_id)
    one = domain.commit(city=town, user=coordinator, title="Lend drums", place=ours.public_id)
    browser = signed_in(liaison)
    assert browser.post(at("commitment-step", town, one.public_id, "begin")).status_code == 302
    said = {"title": "Lend two drums", "place": ours.public_id}
    assert browser.post(at("commitment-change", town, one.public_id), said).status_code == 302
    one.refresh_from_db()
    assert (one.title, one.place, one.state) == ("Lend two drums", ours.public_id, State.IN_WORK)
    assert "commitment-yours" in told(liaison)


def test_a_coordinator_agrees_at_once_and_changes_everything(town, coordinator, member):
    browser = signed_in(coordinator)
    day = today_in(town) + timedelta(days=9)
    said = {"title": NASTY, "details": NASTY, "owner": member.pk, "due_on": day.isoformat(), "section": "access"}
    page = browser.post(at("commitment-new", town), {**said, "agree": "1", "is_public": "on"}, follow=True)
    one = Commitment.objects.get()
    assert (one.state, one.owner, one.section, one.is_public) == (State.AGREED, member, "access", True)
    assert "<script>alert" not in page.content.decode()
    assert "🎺" in page.content.decode()
    page = browser.post(at("commitment-change", town, one.public_id), {**said, "title": "", "section": ""})
    assert page.status_code == 200
    assert browser.post(at("commitment-change", town, one.public_id), {"title": "Hall"}).status_code == 302
    one.refresh_from_db()
    assert (one.title, one.owner, one.was_owned, one.due_on, one.is_public) == ("Hall", None, False, None, False)
    history = browser.get(at("commitment", town, one.public_id)).content.decode()
    assert "Changed: what is to be done, more about it, the section" in history


def test_bad_input_is_told_at_its_field(town, coordinator):
    browser = signed_in(coordinator)
    day = (today_in(town) - timedelta(days=1)).isoformat()
    page = browser.post(at("commitment-new", town), {"title": "x" * 300, "due_on": day, "section": "dropped"})
    assert page.status_code == 200
    assert set(page.context["form"].errors) == {"title", "section"}
    page = browser.post(at("commitment-new", town), {"title": "x", "due_on": day})
    assert "That day is past" in str(page.context["form"].errors["due_on"])


def test_of_another_city_nothing_is_found(town, agreed):
    other = city("Elsewhere")
    browser = signed_in(holder(other, Role.COORDINATOR))
    for name, more in (("commitment", ()), ("commitment-change", ()), ("commitment-step", ("agree",))):
        assert browser.get(at(name, other, agreed.public_id, *more)).status_code == 404
    assert browser.get(at("commitment", town, agreed.public_id)).status_code == 404


def test_a_milestone_of_another_commitment_is_not_found(town, agreed, coordinator, member):
    other = domain.commit(city=town, user=coordinator, title="Other")
    step = domain.add_milestone(commitment=other, user=coordinator, title="Step")
    browser = signed_in(member)
    assert browser.post(at("commitment-milestone", town, agreed.public_id, step.pk), {"done": "1"}).status_code == 404
    assert browser.post(at("commitment-milestone", town, other.public_id, step.pk), {"done": "1"}).status_code == 403
    assert browser.post(at("commitment", town, agreed.public_id), {"title": "Call the school"}).status_code == 302
    own = agreed.milestones.get()
    assert browser.post(at("commitment-milestone", town, agreed.public_id, own.pk), {"done": "1"}).status_code == 302
    assert agreed.milestones.get().done_at
    browser.post(at("commitment-milestone", town, agreed.public_id, own.pk), {"remove": "1"})
    assert not agreed.milestones.exists()
    assert browser.post(at("commitment", town, other.public_id), {"title": "Mine"}).status_code == 403


# --- Who sees ---


def test_the_public_sees_public_ones_without_the_names_of_people(town, agreed, coordinator, member):
    everybody = Client()
    assert everybody.get(at("commitment", town, agreed.public_id)).status_code == 404
    assert "Find a hall" not in everybody.get(at("commitments", town)).content.decode()
    domain.publish(commitment=agreed, user=coordinator, is_public=True)
    for address in (at("commitment", town, agreed.public_id), at("commitments", town), at("commitments-board", town)):
        page = everybody.get(address).content.decode()
        assert "Find a hall" in page
        assert "Mel" not in page
        assert "Cora" not in page
        assert "Mel Ody" in signed_in(member).get(address).content.decode()
    proposed = domain.propose(city=town, user=member, title="Only an idea", is_public=True)
    assert everybody.get(at("commitment", town, proposed.public_id)).status_code == 404
    assert everybody.get(at("commitments", town) + f"?owner=person-{member.pk}").context["page"].paginator.count == 1
    assert everybody.get(at("commitments", town) + "?owner=gone").context["page"].paginator.count == 1


def test_the_list_is_narrowed(town, agreed, coordinator, member):
    place = organization(town).public_id
    Commitment.objects.filter(pk=agreed.pk).update(due_on=today_in(town) - timedelta(days=1))
    domain.propose(city=town, user=member, title="Sing more", section="access", place=place)
    browser = signed_in(member)

    def found(query):
        return [row.commitment.title for row in browser.get(at("commitments", town) + query).context["rows"]]

    assert found("?state=proposed") == ["Sing more"]
    assert found("?state=at_work") == ["Find a hall"]
    assert found("?section=access") == ["Sing more"]
    assert found("?section=none") == ["Find a hall"]
    assert found("?owner=mine") == ["Find a hall"]
    assert found(f"?owner=person-{member.pk}") == ["Find a hall"]
    assert found(f"?owner=place-{place}") == ["Sing more"]
    assert found("?overdue=on") == ["Find a hall"]
    assert found("?q=SING") == ["Sing more"]
    assert found("?owner=nobody") == []
    assert found("?state=no-such&owner=place-x&page=99") == ["Find a hall", "Sing more"]


@pytest.mark.parametrize("name", ["commitments", "commitments-board", "plan"])
def test_pages_cost_the_same_with_many(town, coordinator, name):
    browser = signed_in(coordinator)

    def cost():
        browser.get(at(name, town))
        with CaptureQueriesContext(connection) as found:
            assert browser.get(at(name, town)).status_code == 200
        return len(found)

    def add(number):
        place = organization(town, f"Band {number}").public_id
        owner = holder(town, first_name=f"P{number}")
        one = domain.commit(city=town, user=coordinator, title=f"T{number}", owner=owner, place=place, section="access")
        domain.add_milestone(commitment=one, user=coordinator, title="Step")

    add(0)
    few = cost()
    for number in range(1, 25):
        add(number)
    assert cost() == few


# --- What people are told ---


def test_whoever_answers_for_it_is_told_a_week_before_on_the_day_and_a_week_after(town, agreed, member):
    assert told(member) == ["commitment-yours"]
    Notice.objects.all().delete()
    today = today_in(town)
    seen = []
    for days in (20, 8, 7, 3, 0, -1, -7, -8, -30):
        Commitment.objects.filter(pk=agreed.pk).update(due_on=today + timedelta(days=days))
        remind_of_commitments.enqueue()
        remind_of_commitments.enqueue()
        seen.append(told(member))
    soon, now, late = "commitment-soon", "commitment-today", "commitment-overdue"
    assert seen == [[], [], [soon], [soon], *[[soon, now]] * 2, *[[soon, now, late]] * 3]


def test_what_is_done_or_dropped_or_has_no_day_reminds_nobody(town, agreed, coordinator, member):
    day = today_in(town)
    domain.commit(city=town, user=coordinator, title="No day", owner=member)
    domain.propose(city=town, user=coordinator, title="Idea", owner=member, due_on=day)
    take(agreed, "finish", user=member)
    Notice.objects.all().delete()
    remind_of_commitments.enqueue()
    assert told(member) == []


def test_marks_that_were_missed_are_let_go(town, agreed, member):
    Notice.objects.all().delete()
    Commitment.objects.filter(pk=agreed.pk).update(due_on=today_in(town) - timedelta(days=40))
    remind_of_commitments.enqueue()
    assert told(member) == ["commitment-overdue"]
    assert telling.mark_reached(today_in(town), today_in(town)) == "on"


def test_an_owner_who_left_leaves_it_to_coordinators_to_name_another(town, agreed, coordinator, member):
    Notice.objects.all().delete()
    Membership.objects.filter(user=member).delete()
    remind_of_commitments.enqueue()
    assert told(member) == []
    assert any("nobody any more" in str(item.title) for item in work_of(coordinator))
    delete_account(user=member)
    agreed.refresh_from_db()
    assert (agreed.owner, agreed.was_owned) == (None, True)
    browser = signed_in(coordinator)
    page = browser.get(at("commitment", town, agreed.public_id)).content.decode()
    assert "Name another person" in page
    assert browser.get(at("commitments", town) + "?owner=gone").context["page"].paginator.count == 1
    domain.change(commitment=agreed, user=coordinator, owner=coordinator)
    assert not any("nobody any more" in str(item.title) for item in work_of(coordinator))


def test_my_work_has_what_is_due_and_for_coordinators_a_line_of_each_kind(town, agreed, coordinator, member):
    assert [str(item.title) for item in work_of(member) if "commitment" in item.url] == ["Find a hall"]
    assert [item.title for mine in mine_of(member) if mine.id == "commitments" for item in mine.items] == [
        "Find a hall"
    ]
    late = domain.commit(city=town, user=coordinator, title="Late", owner=member)
    Commitment.objects.filter(pk=late.pk).update(due_on=today_in(town) - timedelta(days=1))
    for number in range(2):
        domain.propose(city=town, user=member, title=str(number))
    take(agreed, "finish", user=member)
    lines = [str(item.title) for item in work_of(coordinator) if "commitments" in item.url]
    assert lines == [
        "1 commitment is overdue",
        "2 commitments are proposed: agree to them, or drop them",
        "1 commitment is said to be done: verify it",
    ]


def test_work_costs_the_same_with_many(town, coordinator, member):
    def cost():
        with CaptureQueriesContext(connection) as found:
            work_of(coordinator)
            mine_of(member)
        return len(found)

    def add(number):
        domain.commit(city=town, user=coordinator, title=str(number), owner=member, due_on=today_in(town))

    add(0)
    few = cost()
    for number in range(20):
        add(number)
    assert cost() == few


def test_decisions_of_others_are_told_to_whoever_proposed_and_answers(town, coordinator, member):
    one = domain.propose(city=town, user=member, title="Idea")
    take(one, "drop", user=coordinator)
    assert told(member) == ["commitment-decided"]
    assert told(coordinator) == []
    assert "Cora" not in str(list(Notice.objects.values_list("values", flat=True)))


def test_the_demonstration_has_some_in_every_state_and_adds_them_once(town, coordinator, member):
    examined(town, REACH)
    people = {"liaison": member, "manager": member, "member": member}
    demo.add(city=town, coordinator=coordinator, **people)
    demo.add(city=town, coordinator=coordinator, **people)
    states = set(Commitment.objects.of(town).values_list("state", flat=True))
    assert states == {"proposed", "agreed", "in_work", "verified", "dropped"}
    assert Client().get(at("plan", town)).status_code == 200
