"""Who reads what: the public, members, and the circle of those who take part, found through their roles."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.factories.site import city, holder, person, signed_in

from allcity.site.accounts.staff import start_session
from allcity.site.cities.domain import give_role
from allcity.site.cities.models import City, Role
from allcity.site.cities.people.domain import remove_role
from allcity.site.conversations import subjects
from allcity.site.conversations.domain import (
    address_of,
    close_thread,
    follow,
    note_event,
    start_thread,
    take_back,
    write_post,
)
from allcity.site.conversations.models import Post, Thread
from allcity.site.conversations.queries import threads_about, unread_of
from allcity.site.conversations.subjects import Subject

pytestmark = pytest.mark.django_db


def readers(thread: Thread, **people) -> set[str]:
    """Whom of these the thread is for: by its rows, by its posts' rows and by its page alike."""
    found = set()
    for name, user in people.items():
        client = signed_in(user) if user.is_authenticated else Client()
        by_row = Thread.objects.for_user(user).filter(pk=thread.pk).exists()
        assert by_row == Post.objects.for_user(user).filter(thread=thread).exists()
        assert by_row == (client.get(address_of(thread)).status_code == 200)
        found |= {name} if by_row else set()
    return found


@pytest.fixture
def people(member, liaison, coordinator, editor):
    duty = person(is_staff=True)
    start_session(user=duty, reason="A test")
    return {
        "anonymous": AnonymousUser(),
        "outsider": holder(city("Otherton"), Role.COORDINATOR),
        "member": member,
        "liaison": liaison,
        "coordinator": coordinator,
        "editor": editor,
        "staff": duty,
    }


INSIDE = {"member", "liaison", "coordinator", "editor", "staff"}


@pytest.mark.parametrize(
    ("audience", "is_public", "expected"),
    [
        ("public", True, INSIDE | {"anonymous", "outsider"}),
        ("public", False, INSIDE),
        ("members", True, INSIDE),
        ("members", False, INSIDE),
        ("circle", True, {"editor", "liaison"}),
        ("circle", False, {"editor", "liaison"}),
    ],
)
def test_each_audience_reads_what_is_for_it(town, people, pier, audience, is_public, expected):
    City.objects.filter(pk=town.pk).update(is_public=is_public)
    town.refresh_from_db()
    thread = start_thread(
        city=town,
        title="Violins",
        user=people["editor"],
        audience=audience,
        places=[pier.public_id],
        text="Who has some?",
    )
    assert readers(thread, **people) == expected
    assert Thread.objects.public().filter(pk=thread.pk).exists() == ("anonymous" in expected)


def test_who_looks_after_a_place_reads_its_circle_as_long_as_they_do(town, pier, strings, liaison, manager):
    thread = start_thread(
        city=town,
        title="Trial",
        user=manager,
        audience="circle",
        places=[pier.public_id, strings.public_id],
        text="Shall we?",
    )
    heir = holder(town)
    assert readers(thread, old=liaison, heir=heir, manager=manager) == {"old", "manager"}
    give_role(city=town, user=heir, role=Role.LIAISON, place=pier.public_id)
    remove_role(membership=liaison.memberships.get())
    give_role(city=town, user=liaison, role=Role.MEMBER)
    for user in (heir, liaison):
        user.__dict__.pop("_roles", None)
    assert readers(thread, old=liaison, heir=heir) == {"heir"}
    # Whoever started it did so for their organization, and leaves it behind with it.
    remove_role(membership=manager.memberships.get())
    give_role(city=town, user=manager, role=Role.MEMBER)
    assert readers(thread, manager=manager) == set()


def test_a_person_of_a_circle_reads_it_no_more_once_they_have_left_the_city(town, editor, member):
    thread = start_thread(city=town, title="Plan", user=editor, audience="circle", users=[member], text="Hello")
    assert readers(thread, member=member) == {"member"}
    member.memberships.all().delete()
    assert readers(thread, member=member) == set()


def test_nobody_writes_where_they_may_not(town, people, editor):
    outside = ("anonymous", "outsider")
    public = start_thread(city=town, title="Open", user=editor, audience="public", text="Hello")
    circle = start_thread(city=town, title="Closed", user=editor, audience="circle", text="Hello")
    for thread, names in ((public, outside), (circle, (*outside, "member", "coordinator", "staff"))):
        for name in names:
            client = signed_in(people[name]) if people[name].is_authenticated else Client()
            assert client.post(address_of(thread), {"text": "Me too"}).status_code in (302, 403, 404)
            for action in ("follow", "close"):
                client.post(f"{address_of(thread)}{action}/", {"closes": "1", "follows": "1"})
        thread.refresh_from_db()
        assert thread.closed_at is None
        assert thread.posts.count() == 1


def test_who_is_not_signed_in_is_asked_to_whether_the_thread_is_there_or_not(town, editor):
    thread = start_thread(city=town, title="Ours", user=editor, audience="members", text="Hello")
    there = Client().get(address_of(thread))
    Thread.objects.all().delete()
    nowhere = Client().get(address_of(thread))
    assert there.status_code == nowhere.status_code == 302
    assert there["Location"] == nowhere["Location"]


def test_the_list_holds_what_one_may_read_and_finds_words(town, editor, member):
    for audience, title in (("public", "Pianos"), ("members", "Drums"), ("circle", "Secrets")):
        start_thread(city=town, title=title, user=editor, audience=audience, text=f"We talk of {title} & tubas")
    url = f"/en/{town.slug}/conversations/"
    assert (b"Pianos" in Client().get(url).content, b"Drums" in Client().get(url).content) == (True, False)
    seen = signed_in(member).get(url, {"q": "TUBAS"}).content.decode()
    assert ("Pianos" in seen, "Drums" in seen, "Secrets" in seen) == (True, True, False)
    assert "Secrets" not in signed_in(member).get(url, {"q": "secrets"}).content.decode()
    assert "Drums" not in signed_in(member).get(url, {"q": "of pianos"}).content.decode()


def test_a_text_that_is_gone_is_found_by_no_word(town, editor, member):
    thread = start_thread(city=town, title="Open", user=editor, audience="public", text="Xylophones")
    Post.objects.filter(thread=thread).update(taken_down_at=thread.started_at)
    page = signed_in(member).get(f"/en/{town.slug}/conversations/", {"q": "xylophones"}).content.decode()
    assert address_of(thread) not in page


@pytest.mark.parametrize("who", ["anonymous", "member", "coordinator"])
def test_pages_take_the_same_queries_for_one_and_for_thirty(town, editor, people, pier, who):
    subjects.register("school", lambda city, ids: {one: Subject("A school", "/") for one in ids})
    user = people[who]

    def fill(number: int) -> Thread:
        for each in range(number):
            writer = holder(town, Role.EDITOR, last_name=f"Writer {each}")
            thread = start_thread(
                city=town,
                title="Open",
                user=writer,
                audience="public",
                text="Hello",
                subject_kind="school",
                subject=pier.public_id,
            )
            quoted = Post.objects.filter(thread=first).earliest("pk")
            write_post(thread=first, user=writer, text="And I", quoted=quoted)
        return thread

    def count(url: str) -> int:
        client = signed_in(user) if user.is_authenticated else Client()
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    first = start_thread(city=town, title="First", user=editor, audience="public", text="Hello")
    fill(1)
    urls = (f"/en/{town.slug}/conversations/", address_of(first))
    before = [count(url) for url in urls]
    fill(29)
    assert [count(url) for url in urls] == before


def test_what_is_new_is_unread_until_it_is_looked_at(town, editor, liaison, member, pier):
    thread = start_thread(
        city=town, title="Rooms", user=editor, audience="members", places=[pier.public_id], text="Which?"
    )
    assert list(unread_of(liaison)) == [thread]
    assert not unread_of(editor)
    assert not unread_of(member)
    assert "Something new in 1 conversation" in signed_in(liaison).get("/en/work/").content.decode()
    signed_in(liaison).get(address_of(thread))
    assert not unread_of(liaison)
    write_post(thread=thread, user=member, text="The hall")
    assert list(unread_of(liaison)) == list(unread_of(editor)) == [thread]
    follow(thread=thread, user=liaison, follows=False)
    assert not unread_of(liaison)


def test_threads_about_a_thing_are_found_and_name_it(town, editor, pier):
    subjects.register("school", lambda city, ids: {pier.public_id: Subject(pier.name, "/en/its-page/")})
    thread = start_thread(
        city=town, title="Choir", user=editor, audience="public", subject_kind="school", subject=pier.public_id
    )
    start_thread(city=town, title="Other", user=editor, audience="public")
    assert list(threads_about(town, "school", pier.public_id).public()) == [thread]
    page = Client().get(address_of(thread)).content.decode()
    assert "About Pier School" in page
    assert 'href="/en/its-page/"' in page


def test_long_conversations_open_at_their_end_and_lead_to_any_post(town, editor):
    thread = start_thread(city=town, title="Long", user=editor, audience="members", text="The first of all")
    for number in range(60):
        note_event(thread=thread, text_id="closed", values={}, tells=False)
        Post.objects.filter(thread=thread, event="closed").update(event="", text=f"Number {number}")
    first = thread.posts.first()
    client = signed_in(editor)
    assert "The first of all" not in client.get(address_of(thread)).content.decode()
    assert "The first of all" in client.get(address_of(thread), {"post": first.public_id}).content.decode()
    assert "The first of all" in client.get(address_of(thread), {"page": "1"}).content.decode()
    assert client.get(address_of(thread), {"post": "nonsense", "quote": "more", "page": "x"}).status_code == 200


def test_a_closed_conversation_is_read_and_not_written(town, editor, member):
    thread = start_thread(city=town, title="Done", user=editor, audience="members", text="Hello")
    close_thread(thread=thread)
    client = signed_in(member)
    assert "closed on" in client.get(address_of(thread)).content.decode()
    answer = client.post(address_of(thread), {"text": "Late"})
    assert "This conversation is closed" in answer.content.decode()
    assert "Late" in answer.content.decode()
    assert thread.posts.filter(event="").count() == 1


def test_conversations_are_led_to_by_members_and_by_everybody_once_there_is_one_for_all(town, editor):
    page, link = f"/en/{town.slug}/", f'<a href="/en/{town.slug}/conversations/"'
    assert link in signed_in(editor).get(page).content.decode()
    start_thread(city=town, title="Plan", user=editor, audience="members", text="Hello")
    assert link not in Client().get(page).content.decode()
    thread = start_thread(city=town, title="Violins", user=editor, audience="public", text="Who has some?")
    assert link in Client().get(page).content.decode()
    take_back(post=thread.posts.get())
    assert link not in Client().get(page).content.decode()


def test_the_account_leads_to_what_one_has_written(member):
    assert 'href="/en/account/posts/"' in signed_in(member).get("/en/account/").content.decode()
