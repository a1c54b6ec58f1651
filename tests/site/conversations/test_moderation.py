"""The one queue: what is reported or new is looked at, decided with a reason, answered once, and all of it kept."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.factories.site import city, holder, person, signed_in

from allcity.site.accounts.domain import delete_account
from allcity.site.accounts.personal_data import export_all
from allcity.site.accounts.staff import start_session
from allcity.site.cities.models import Role
from allcity.site.cities.people.domain import ask_for_role
from allcity.site.conversations import contributions, moderation
from allcity.site.conversations.domain import address_of, edit_post, start_thread, take_back, write_post
from allcity.site.conversations.models import Case, Post, Thread
from allcity.site.conversations.moderation import Contribution, Kind, domain, reasons, registry
from allcity.site.notices.models import Notice
from allcity.site.notices.work import work_of

pytestmark = pytest.mark.django_db

HELD = {"text": "I am new", "language": "en"}


@pytest.fixture
def thread(town, editor) -> Thread:
    return start_thread(city=town, title="Violins", user=editor, audience="public", text="Who has violins?")


def report(post: Post, reporter=None, reason="It hurts") -> Case:
    found = contributions.find(post.city, [post.public_id])[post.public_id]
    return domain.report(city=post.city, kind="post", contribution=found, reporter=reporter, reason=reason)


def page(thread: Thread, user=None) -> str:
    return (signed_in(user) if user else Client()).get(address_of(thread)).content.decode()


def told(user, kind: str) -> list[str]:
    return [str(notice) for notice in Notice.objects.filter(user=user, kind=kind)]


def decide(client: Client, case: Case, answer: dict[str, str]):
    """Send the form on a case's page as it is shown."""
    url = f"/en/{case.city.slug}/workspace/moderation/{case.public_id}/"
    seen = re.search(r'name="seen" value="(\w+)"', client.get(url).content.decode())
    return client.post(url, {"seen": seen[1] if seen else "", **answer})


def test_what_is_reported_stays_until_a_coordinator_takes_it_down_and_says_why(town, thread, editor, coordinator):
    post = thread.posts.get()
    url = f"/en/{town.slug}/report/post/{post.public_id}/"
    assert "Who has violins?" in Client().get(url).content.decode()
    Client().post(url, {"reason": "Advertising"})
    assert "Who has violins?" in page(thread)
    assert told(coordinator, "moderation-queue") == ["Something that was written in your city waits to be looked at."]
    assert "1 thing that somebody wrote waits" in signed_in(coordinator).get("/en/work/").content.decode()
    client, case = signed_in(coordinator), Case.objects.get()
    queue = f"/en/{town.slug}/workspace/moderation/"
    assert "reported once" in client.get(queue).content.decode()
    looked = client.get(f"{queue}{case.public_id}/").content.decode()
    assert "Advertising" in looked
    assert "taken down with it" in looked
    refused = decide(client, case, {"take-down": "1", "reason": " "})
    assert "Say why" in refused.content.decode()
    decide(client, case, {"take-down": "1", "reason": "No selling here"})
    assert told(editor, "moderation-taken-down") == ["What you wrote in “Violins” was taken down: No selling here"]
    assert "Who has violins?" in page(thread, coordinator)
    assert Client().get(address_of(thread)).status_code == 302  # it opened the thread, which went with it


def test_a_post_that_is_taken_down_leaves_its_place_and_is_no_ones_to_read(thread, member, editor, coordinator):
    write_post(thread=thread, user=editor, text="Something bad")
    bad = thread.posts.last()
    write_post(thread=thread, user=editor, text="An answer", quoted=bad)
    domain.take_down(case=report(bad, member), decided_by=coordinator, reason="Unkind")
    for reader in (None, member):
        shown = page(thread, reader)
        assert "Something bad" not in shown
        assert "A coordinator took down what stood here." in shown
        assert "An answer" in shown
    assert "Something bad" in page(thread, coordinator)
    assert "Something bad" in page(thread, editor)
    assert told(member, "moderation-report") == [
        "A coordinator looked at what you reported in “Violins”. Thank you for telling."
    ]
    assert signed_in(member).get(f"/en/{bad.city.slug}/report/post/{bad.public_id}/").status_code == 404
    for change in (lambda: edit_post(post=bad, text="Nice"), lambda: take_back(post=bad)):
        with pytest.raises(ValidationError):
            change()


def test_its_author_answers_once_and_the_second_decision_is_the_last(town, thread, editor, member, coordinator):
    post = write_post(thread=thread, user=editor, text="Something bold")
    case = domain.take_down(case=report(post, member), decided_by=coordinator, reason="Unkind")
    url = f"/en/{town.slug}/report/{case.public_id}/answer/"
    for stranger in (member, coordinator):
        assert signed_in(stranger).get(url).status_code == 404
    client = signed_in(editor)
    assert "Unkind" in client.get(url).content.decode()
    client.post(url, {"text": "It was a joke"})
    assert "answered already" in client.post(url, {"text": "And more"}).content.decode()
    case.refresh_from_db()
    assert (case.state, case.answer) == (Case.State.WAITING, "It was a joke")
    assert "Something bold" not in page(thread, member)
    domain.keep(case=case, decided_by=coordinator)
    assert "Something bold" in page(thread, member)
    assert [each.state for each in case.decisions.all()] == ["taken-down", "kept"]
    with pytest.raises(ValidationError, match="answered already"):
        domain.answer(case=case, text="Once more")


def test_of_two_coordinators_at_one_case_the_first_decides(thread, member, coordinator):
    case = report(thread.posts.get(), member)
    stale = Case.objects.get(pk=case.pk)
    domain.keep(case=case, decided_by=coordinator)
    with pytest.raises(ValidationError, match="decided already"):
        domain.take_down(case=stale, decided_by=coordinator, reason="No")
    assert case.decisions.count() == 1


def test_nobody_decides_of_their_own_words(town, member, coordinator):
    thread = start_thread(city=town, title="Mine", user=coordinator, audience="public", text="My words")
    case = report(thread.posts.get(), member)
    with pytest.raises(ValidationError, match="somebody else decides"):
        domain.keep(case=case, decided_by=coordinator)
    other = holder(town, Role.COORDINATOR)
    assert "another coordinator decides" in (
        signed_in(coordinator).get(f"/en/{town.slug}/workspace/moderation/{case.public_id}/").content.decode()
    )
    domain.keep(case=case, decided_by=other)


def test_reports_of_one_thing_are_one_case(thread, member, liaison, editor, coordinator):
    post = thread.posts.get()
    case = report(post, member)
    assert report(post, liaison) == case
    with pytest.raises(ValidationError, match="already"):
        report(post, member)
    with pytest.raises(ValidationError, match="your own"):
        report(post, editor)
    for _time in range(domain.MOST_UNNAMED):
        report(post)
    with pytest.raises(ValidationError, match="already"):
        report(post)
    domain.keep(case=case, decided_by=coordinator)
    with pytest.raises(ValidationError, match="already"):
        report(post)
    assert report(post, coordinator).state == Case.State.WAITING
    assert case.reports.count() == 3 + domain.MOST_UNNAMED


def test_one_reports_only_what_one_may_read(town, editor, member, coordinator):
    circle = start_thread(city=town, title="Plan", user=editor, audience="circle", users=[member], text="Secret")
    url = f"/en/{town.slug}/report/post/{circle.posts.get().public_id}/"
    assert Client().get(url).status_code == 302
    assert signed_in(coordinator).get(url).status_code == 404
    assert signed_in(member).post(url, {"reason": "Unkind"}).status_code == 302
    # What is reported of a circle the coordinators read in the queue, and nothing else of it.
    case = Case.objects.get()
    looked = signed_in(coordinator).get(f"/en/{town.slug}/workspace/moderation/{case.public_id}/").content.decode()
    assert "Secret" in looked
    assert address_of(circle) not in looked
    assert signed_in(member).get(f"/en/{town.slug}/report/nothing/{circle.public_id}/").status_code == 404


def test_the_first_post_of_a_new_member_waits_before_everybody_sees_it(thread, editor, member, liaison, coordinator):
    client = signed_in(member)
    assert "first post of new members" in client.get(address_of(thread)).content.decode()
    said = client.post(address_of(thread), HELD, follow=True).content.decode()
    assert "reads your first post" in said
    assert "I am new" in said
    for reader in (None, editor, liaison):
        assert "I am new" not in page(thread, reader)
    assert "I am new" in page(thread, coordinator)
    assert told(editor, "conversation") == []
    domain.keep(case=Case.objects.get(), decided_by=coordinator)
    assert "I am new" in page(thread)
    assert told(editor, "conversation") == ["Something new in “Violins”."]
    assert told(member, "moderation-kept") != []
    client.post(address_of(thread), {**HELD, "text": "Known by now"})
    assert "Known by now" in page(thread)


def test_nothing_appears_that_no_coordinator_has_read(thread, member, coordinator):
    post = write_post(thread=thread, user=member, text="Harmless")
    client, case = signed_in(coordinator), Case.objects.get()
    url = f"/en/{thread.city.slug}/workspace/moderation/{case.public_id}/"
    seen = re.search(r'name="seen" value="(\w+)"', client.get(url).content.decode())[1]
    edit_post(post=post, text="Harmful")
    assert "changed it meanwhile" in client.post(url, {"keep": "1", "reason": "", "seen": seen}).content.decode()
    assert "Harmful" not in page(thread)
    decide(client, case, {"keep": "1", "reason": ""})
    assert "Harmful" in page(thread)


def test_what_waits_holds_back_the_topic_that_it_opens(town, member, editor, coordinator):
    thread = start_thread(city=town, title="Buy my stuff", user=member, audience="public", text="Cheap")
    listing = f"/en/{town.slug}/conversations/"
    assert "Buy my stuff" not in signed_in(editor).get(listing).content.decode()
    assert "Buy my stuff" in signed_in(member).get(listing).content.decode()
    domain.take_down(case=Case.objects.get(), decided_by=coordinator, reason="Advertising")
    assert "Buy my stuff" not in signed_in(editor).get(listing).content.decode()
    again = start_thread(city=town, title="Second try", user=member, audience="public", text="Still cheap")
    assert not Thread.objects.public().filter(pk=again.pk).exists()
    case = Case.objects.latest("pk")
    domain.keep(case=case, decided_by=coordinator)
    assert Thread.objects.public().filter(pk=again.pk).exists()
    assert not Thread.objects.public().filter(pk=thread.pk).exists()


@pytest.mark.parametrize(
    ("audience", "role"), [("members", Role.MEMBER), ("circle", Role.MEMBER), ("public", Role.EDITOR)]
)
def test_nothing_else_waits(town, audience, role):
    start_thread(city=town, title="Open", user=holder(town, role), audience=audience, text="Hello")
    assert not Case.objects.exists()


def test_what_is_taken_back_needs_no_decision(thread, member, coordinator):
    post = write_post(thread=thread, user=member, text="Sorry")
    take_back(post=post)
    case = Case.objects.get()
    assert case.state == Case.State.TAKEN_BACK
    with pytest.raises(ValidationError, match="decided already"):
        domain.keep(case=case, decided_by=coordinator)
    assert "Sorry" not in page(thread, coordinator)


def test_what_is_looked_at_is_not_changed_meanwhile(thread, editor, member):
    post = thread.posts.get()
    report(post, member)
    with pytest.raises(ValidationError, match="A coordinator is looking"):
        edit_post(post=post, text="Harmless")


def test_the_queue_takes_the_same_queries_for_one_and_for_thirty(town, thread, coordinator, member):
    def fill(number: int) -> None:
        for _each in range(number):
            post = Post.objects.create(
                thread=thread, author=holder(town), text="x", written_at=thread.started_at, shown_at=thread.started_at
            )
            report(post)

    def count() -> int:
        client = signed_in(coordinator)
        client.get("/en/work/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/en/{town.slug}/workspace/moderation/")
            client.get("/en/work/")
        return len(queries)

    fill(1)
    before = count()
    fill(29)
    assert count() == before


def test_no_coordinator_decides_in_another_city(town, thread, member):
    report(thread.posts.get(), member)
    other = holder(city("Otherton"), Role.COORDINATOR)
    case = Case.objects.get()
    for slug in ("otherton", town.slug):
        url = f"/en/{slug}/workspace/moderation/{case.public_id}/"
        assert signed_in(other).post(url, {"keep": "1", "reason": ""}).status_code in (403, 404)
    assert not Case.objects.for_user(other).exists()
    assert not Case.objects.public().exists()


def test_another_kind_of_contribution_goes_through_the_same_queue(town, member, coordinator, monkeypatch):
    monkeypatch.setattr(registry, "_kinds", dict(registry.kinds()))
    thread = start_thread(city=town, title="A story", user=member, audience="members", text="Once")
    done = []
    story = Contribution(thread.public_id, member, "A story", "<b>Once</b>", "/en/story/")
    moderation.register(
        Kind(
            id="letter",
            name="Letter",
            find=lambda city, ids: {one: story for one in ids if one == story.public_id and city == town},
            may_read=lambda user, city, one: True,
            take_down=lambda city, one: done.append(("down", one)),
            restore=lambda city, one: done.append(("up", one)),
            new="new letter",
        )
    )
    Client().post(f"/en/{town.slug}/report/letter/{story.public_id}/", {"reason": "<i>Untrue</i>"})
    case = Case.objects.get()
    looked = signed_in(coordinator).get(f"/en/{town.slug}/workspace/moderation/{case.public_id}/").content.decode()
    assert "&lt;b&gt;Once" in looked
    assert "&lt;i&gt;Untrue" in looked
    domain.take_down(case=case, decided_by=coordinator, reason="Untrue")
    domain.answer(case=case, text="It is true")
    domain.keep(case=case, decided_by=coordinator)
    assert done == [("down", story.public_id), ("up", story.public_id)]


def test_who_leaves_is_named_nowhere_and_what_waited_goes_with_them(town, thread, editor, member, coordinator):
    write_post(thread=thread, user=member, text="Never seen")
    report(thread.posts.first(), member, reason="Odd")
    post = write_post(thread=thread, user=editor, text="Taken")
    case = domain.take_down(case=report(post, member), decided_by=coordinator, reason="Unkind")
    kept = export_all(editor)["conversations"]
    assert {each["decisions__reason"] for each in kept["decisions"]} == {None, "Unkind"}
    delete_account(user=member)
    delete_account(user=editor)
    assert not Post.objects.filter(text="Never seen").exists()
    looked = signed_in(coordinator).get(f"/en/{town.slug}/workspace/moderation/{case.public_id}/").content.decode()
    assert "Taken" in looked
    for name in ("Edgar", "Mei"):
        assert name not in looked


def test_a_usual_reason_is_read_in_the_authors_language(town, thread, editor, member, coordinator):
    editor.language = "es"
    editor.save()
    post = write_post(thread=thread, user=editor, text="Buy here")
    case = report(post, member)
    client = signed_in(coordinator)
    decide(client, case, {"take-down": "1", "usual": "advertising", "reason": "Sorry."})
    reason = case.decisions.get().reason
    english = str(reasons.USUAL["advertising"])
    with translation.override("es"):
        assert reason == f"{reasons.USUAL['advertising']}\n\nSorry."
    assert english not in reason
    other = report(write_post(thread=thread, user=editor, text="Buy there"), member)
    page = client.get(f"/en/{town.slug}/workspace/moderation/{other.public_id}/").content.decode()
    assert "Of the same author" in page
    assert "taken down" in page.split("Of the same author")[1]


def test_what_is_hard_to_decide_goes_to_the_staff_of_the_site(town, thread, editor, member, coordinator):
    post = write_post(thread=thread, user=editor, text="I will hurt you")
    case = report(post, member)
    staff = person(is_staff=True)
    client = signed_in(coordinator)
    queue = f"/en/{town.slug}/workspace/moderation/"
    path = f"{queue}{case.public_id}/escalate/"
    assert "Say what is hard" in client.post(path, {"why": " "}, follow=True).content.decode()
    assert signed_in(member).post(path, {"why": "A threat"}).status_code == 403
    assert not work_of(staff)
    client.post(path, {"why": "A threat"})
    assert told(staff, "moderation-escalated")
    (item,) = work_of(staff)
    assert item.url == "/en/account/staff/"
    start_session(user=staff, reason="A threat")
    (item,) = work_of(staff)
    browser = signed_in(staff)
    assert str(case.public_id) in browser.get(item.url).content.decode()
    assert "A threat" in browser.get(f"{queue}{case.public_id}/").content.decode()
    decide(browser, case, {"take-down": "1", "reason": "A threat"})
    assert not work_of(staff)
    assert "I will hurt you" not in page(thread, member)
    assert "decided already" in client.post(path, {"why": "Again"}, follow=True).content.decode()


def test_the_queue_shows_one_kind_and_what_else_waits_to_be_decided(town, thread, editor, member, coordinator):
    report(write_post(thread=thread, user=editor, text="Bold"), member)
    asked = person("ask@example.org", first_name="Asa", last_name="Ask")
    ask_for_role(city=town, user=asked, role=Role.EDITOR)
    client, queue = signed_in(coordinator), f"/en/{town.slug}/workspace/moderation/"
    shown = client.get(queue).content.decode()
    assert "Bold" in shown
    assert "Asa Ask waits for your answer" in shown
    assert "Bold" in client.get(queue + "?kind=post").content.decode()
    assert "Bold" not in client.get(queue + "?kind=story").content.decode()
    assert "Bold" in client.get(queue + "?kind=made-up").content.decode()


def test_what_was_let_through_can_still_be_reported_by_whoever_does_not_sign_in(town, thread, coordinator, editor):
    newcomer = holder(town, first_name="Nina", last_name="New")
    post = write_post(thread=thread, user=newcomer, text="First")
    domain.keep(case=Case.objects.get(), decided_by=coordinator)
    case = report(post)
    assert case.state == Case.State.WAITING
    domain.keep(case=case, decided_by=coordinator)
    with pytest.raises(ValidationError, match="reported already"):
        report(post)
