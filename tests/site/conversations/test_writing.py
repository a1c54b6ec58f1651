"""What people write: who is told, what they may change, what is refused, and what stays when they leave."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from tests.factories.site import holder, signed_in

from allcity.site.accounts.domain import delete_account
from allcity.site.accounts.personal_data import export_all
from allcity.site.cities.models import Role
from allcity.site.conversations import domain, events, views
from allcity.site.conversations.domain import (
    add_party,
    address_of,
    edit_post,
    note_event,
    start_thread,
    take_back,
    write_post,
)
from allcity.site.conversations.models import Party, Post, Thread
from allcity.site.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(town, editor, member) -> Thread:
    return start_thread(
        city=town, title="Violins", user=editor, audience="members", users=[member], text="Who has violins?"
    )


def told(user, kind="conversation") -> list[str]:
    return [str(notice) for notice in Notice.objects.filter(user=user, kind=kind)]


def written(thread: Thread, user) -> str:
    return signed_in(user).get(address_of(thread)).content.decode()


def test_those_who_follow_are_told_once_until_they_have_looked(thread, editor, member, liaison):
    assert told(member) == ["Something new in “Violins”."]
    for text in ("Ten", "Twelve"):
        write_post(thread=thread, user=liaison, text=text)
    assert told(member) == told(editor) == ["Something new in “Violins”."]
    assert told(liaison) == []
    signed_in(editor).get(address_of(thread))
    write_post(thread=thread, user=liaison, text="Fourteen")
    assert len(told(editor)) == 2
    assert mail.outbox == []  # they come in the mail of the day


def test_who_is_mentioned_by_choice_or_by_name_gets_a_mail_at_once(
    thread, member, liaison, manager, coordinator, django_capture_on_commit_callbacks
):
    client = signed_in(member)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            address_of(thread), {"text": "Ask @lia lake, please", "language": "en", "mentioned": coordinator.pk}
        )
    assert {message.to[0] for message in mail.outbox} == {liaison.email, coordinator.email}
    assert told(manager, "conversation-mention") == []
    (notice,) = Notice.objects.filter(user=liaison)
    assert notice.url.startswith(address_of(thread))
    assert "Ask @lia lake" in signed_in(liaison).get(notice.url.partition("#")[0]).content.decode()


def test_nobody_is_mentioned_into_what_they_may_not_read(town, editor, member, liaison):
    circle = start_thread(city=town, title="Plan", user=editor, audience="circle", users=[member], text="@Lía Lake")
    write_post(thread=circle, user=editor, text="So", mentioned=[liaison])
    assert told(liaison, "conversation-mention") == []
    assert "Lía Lake</option>" not in written(circle, member)


def test_a_post_is_shown_as_it_was_typed_and_its_links_lead_on(town, editor, member):
    name = "<b>Rosa</b>"
    writer = holder(town, Role.EDITOR, first_name=name, last_name="Red")
    text = "<script>alert(1)</script> see https://example.org/a?b=1&c=2\n\nand javascript:alert(1)"
    thread = start_thread(city=town, title="<i>Open</i>", user=writer, audience="public", text=text, language="es")
    page = Client().get(address_of(thread)).content.decode()
    assert "<script>alert" not in page
    assert "<i>Open" not in page
    assert name not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert '<a href="https://example.org/a?b=1&amp;c=2" rel="nofollow">' in page
    assert 'href="javascript' not in page
    assert 'lang="es"' in page


@pytest.mark.parametrize("text", ["", "   \n", "a" * 5001, "a\0b"])
def test_what_is_no_text_is_refused_by_form_and_function(thread, member, text):
    with pytest.raises(ValidationError):
        write_post(thread=thread, user=member, text=text)
    answer = signed_in(member).post(address_of(thread), {"text": text, "language": "en"})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert thread.posts.count() == 1


def test_the_longest_text_of_many_alphabets_comes_through(thread, member):
    text = "ñ🎻اب" * 1250
    signed_in(member).post(address_of(thread), {"text": text, "language": "es"})
    assert thread.posts.last().text == text


def test_thirty_posts_an_hour_are_enough(thread, member):
    for number in range(domain.MOST_AN_HOUR):
        write_post(thread=thread, user=member, text=f"Number {number}")
    with pytest.raises(ValidationError, match="30 posts in an hour"):
        write_post(thread=thread, user=member, text="One more")
    Post.objects.filter(author=member).update(written_at=timezone.now() - timedelta(hours=2))
    write_post(thread=thread, user=member, text="Rested")


def test_an_answer_leads_to_what_it_answers(thread, member, editor):
    first = thread.posts.get()
    page = signed_in(member).get(address_of(thread), {"quote": first.public_id}).content.decode()
    assert "You answer Edgar Eddy: “Who has violins?”" in " ".join(page.split())
    signed_in(member).post(address_of(thread), {"text": "I do", "language": "en", "quoted": first.public_id})
    assert f"?post={first.public_id}#post-{first.public_id}" in written(thread, editor)
    elsewhere = start_thread(city=thread.city, title="Else", user=editor, audience="members", text="Here")
    answer = signed_in(member).post(
        address_of(elsewhere), {"text": "Wrong", "language": "en", "quoted": first.public_id}
    )
    assert answer.status_code == 200
    assert elsewhere.posts.count() == 1


def test_own_words_are_changed_with_a_mark_and_by_nobody_else(thread, editor, coordinator):
    post = thread.posts.get()
    url = f"{address_of(thread)}posts/{post.public_id}/"
    assert signed_in(coordinator).post(url, {"text": "Mine now", "language": "en"}).status_code == 403
    assert signed_in(editor).post(url, {"text": "Who has cellos?", "language": "en"}).status_code == 302
    page = written(thread, coordinator)
    assert "Who has cellos?" in page
    assert "changed since" in page


def test_what_is_taken_back_is_gone_for_good_and_its_place_stays(thread, editor, member, coordinator):
    post = thread.posts.get()
    write_post(thread=thread, user=member, text="I do", quoted=post)
    signed_in(editor).post(f"{address_of(thread)}posts/{post.public_id}/", {"take-back": "1"})
    post.refresh_from_db()
    assert post.text == ""
    page = written(thread, coordinator)
    assert "Edgar Eddy took back what stood here." in page
    assert "violins?" not in page
    with pytest.raises(ValidationError):
        edit_post(post=post, text="Back again")
    with pytest.raises(ValidationError):
        take_back(post=post)


def test_a_circle_is_started_with_names_as_people_type_them(town, editor, liaison, pier, strings):
    client, url = signed_in(editor), f"/en/{town.slug}/conversations/new/"
    form = {"title": "Plan", "text": "Hello", "language": "en", "audience": "circle"}
    assert "Name at least one" in client.post(url, form).content.decode()
    wrong = client.post(url, {**form, "circle": "Lia Lak\nNobody Atall"}).content.decode()
    assert "Did you mean Lía Lake?" in wrong
    assert "“Nobody Atall” is nobody here" in wrong
    assert client.post(url, {**form, "circle": " lia  LAKE\nharbor strings\n"}).status_code == 302
    thread = Thread.objects.get()
    parties = {party.user or party.place for party in Party.objects.filter(thread=thread)}
    assert parties == {editor, liaison, strings.public_id}
    assert "Lía Lake, Harbor Strings" in written(thread, liaison)


def test_a_mail_address_is_never_shown(town, member):
    unnamed = holder(town, Role.EDITOR, first_name="", last_name="")
    thread = start_thread(city=town, title="Open", user=unnamed, audience="public", text="Hello")
    for page in (Client().get(address_of(thread)).content.decode(), written(thread, member)):
        assert unnamed.email not in page
        assert "somebody without a name" in page


def test_events_are_read_in_the_language_of_the_reader(thread, member, editor):
    events.register("visit", _("A visit was agreed for %(day)s by %(person)s."))
    note_event(thread=thread, text_id="visit", values={"day": date(2027, 5, 3)}, user=editor)
    assert "A visit was agreed for May 3, 2027 by Edgar Eddy." in written(thread, member)
    assert "3 de mayo de 2027" in signed_in(member).get(address_of(thread).replace("/en/", "/es/")).content.decode()
    with pytest.raises(KeyError):
        note_event(thread=thread, text_id="visit", values={"date": "wrong name"})
    with pytest.raises(KeyError):
        note_event(thread=thread, text_id="never registered", values={})


def test_closing_and_opening_again_is_said_in_the_thread(thread, editor, member):
    assert signed_in(member).post(f"{address_of(thread)}close/", {"closes": "1"}).status_code == 403
    for closes, says in (("1", "Edgar Eddy closed"), ("0", "Edgar Eddy opened")):
        signed_in(editor).post(f"{address_of(thread)}close/", {"closes": closes})
        assert says in written(thread, member)
    assert thread.posts.count() == 3


def test_a_thread_is_shown_in_another_page_and_leads_back_there(thread, member, liaison):
    request = RequestFactory().get("/en/testville/schools/pier/")
    request.user = member
    shown = render_to_string("conversations/thread_panel.html", {**views.panel(request, thread), "user": member})
    assert "Who has violins?" in shown
    assert 'name="next" value="/en/testville/schools/pier/"' in shown
    form = {"text": "Here", "language": "en"}
    back = signed_in(member).post(address_of(thread), {**form, "next": "/en/testville/schools/pier/"})
    assert back["Location"] == "/en/testville/schools/pier/#conversation-end"
    for elsewhere in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        back = signed_in(liaison).post(address_of(thread), {**form, "next": elsewhere})
        assert back["Location"].startswith(address_of(thread))


def test_adding_a_party_twice_changes_nothing(thread, pier, liaison):
    for _time in range(2):
        add_party(thread=thread, place=pier.public_id)
        add_party(thread=thread, user=liaison)
    assert Party.objects.filter(thread=thread).count() == 4


def test_who_leaves_takes_their_name_along_and_leaves_their_words(thread, editor, member):
    write_post(thread=thread, user=member, text="Ten of them")
    kept = export_all(member)["conversations"]
    assert [post["text"] for post in kept["posts"]] == ["Ten of them"]
    delete_account(user=member)
    page = written(thread, editor)
    assert "Ten of them" in page
    assert "somebody who has left" in page
    assert "Mei Marsh" not in page


def test_everything_that_one_wrote_can_be_taken_back_before(thread, editor, member):
    write_post(thread=thread, user=member, text="Ten of them")
    client = signed_in(member)
    assert "Ten of them" in client.get("/en/account/posts/").content.decode()
    client.post("/en/account/posts/")
    assert "Ten of them" not in client.get("/en/account/posts/").content.decode()
    assert not Post.objects.filter(text="Ten of them").exists()
    assert Post.objects.filter(text="Who has violins?").exists()


def test_words_of_an_event_follow_the_language(thread, editor):
    event = note_event(thread=thread, text_id=events.CLOSED, values={})
    with translation.override("en"):
        assert events.words(event, "") == "The conversation was closed."
