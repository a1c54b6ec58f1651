"""Telling a story without an account: confirmed by mail, completed, changed and withdrawn by the same link."""

import re
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.media import PLACE, content, film, photograph, status
from tests.factories.site import city, holder, organization, person, school, signed_in
from tests.factories.stories import SAID, a_published_story, a_story, with_picture, words

from allcity.site.accounts import personal_data
from allcity.site.cities.models import Role
from allcity.site.conversations.models import Case
from allcity.site.publishing.models import Consent, Media, Picture, Story, Video
from allcity.site.publishing.stories import checks, domain, proof, reviewing, tasks

pytestmark = pytest.mark.django_db
State = Story.State
HOSTILE = "<script>alert(1)</script>{{ 7|add:7 }}\"'><img src=x onerror=alert(1)>"


def form(**more):
    return {**SAID, "email": "Ada@Example.org", "is_adult": "on", **more}


def send(town, client=None, **more):
    path = reverse("city:story-new", args=[town.slug]) if town else reverse("stories:new")
    return (client or Client()).post(path, form(**more))


def page_of(story, client=None):
    answer = (client or Client()).get(reverse("stories:mine", args=[story.token]))
    return answer.content.decode()


def upload(story, kind="picture", **more):
    said = {
        "picture": {"description": "A drum", "caption": "On stage", "people": "nobody"},
        "video": {"title": "Our concert", "text": "Children play.", "people": "nobody"},
    }[kind]
    return Client().post(reverse(f"stories:add-{kind}", args=[story.token]), {**said, **more})


# --- Telling ---


def test_it_is_looked_at_once_its_address_is_confirmed_with_a_button_and_not_by_following_the_link(
    town, mails, link_in
):
    (message,) = mails(lambda: send(town))
    assert message.to == ["ada@example.org"]
    assert SAID["title"] not in message.body
    link, client = link_in(message), Client()
    for _ in range(2):
        assert "Drums in room nine" in client.get(link).content.decode()
    assert Story.objects.get().state == State.UNCONFIRMED
    assert not Case.objects.exists()
    assert Client().get(reverse("stories:mine", args=[Story.objects.get().token])).status_code == 404
    for _ in range(2):
        answer = client.post(link)
        assert answer.url == reverse("stories:mine", args=[Story.objects.get().token])
    story = Story.objects.get()
    assert (story.state, story.email, story.city) == (State.WAITING, "ada@example.org", town)
    assert Case.objects.get().subject == story.public_id
    assert "Add a picture" in client.get(answer.url).content.decode()
    assert Client().get(link).url == answer.url


def test_its_city_need_not_be_on_the_installation(mails, link_in, town):
    (message,) = mails(lambda: send(None, place_name="Faraway", region="Ohio"))
    Client().post(link_in(message))
    story = Story.objects.get()
    assert (story.city, story.place_name, story.region, story.state) == (None, "Faraway", "Ohio", State.WAITING)
    assert not Case.objects.exists()
    answer = send(None)
    assert answer.status_code == 200
    assert "City or town" in answer.content.decode()
    assert Story.objects.count() == 1


def test_whoever_is_signed_in_goes_on_to_pictures_at_once(town):
    user = person("tess@example.org")
    client = signed_in(user)
    assert 'name="email"' not in client.get(reverse("city:story-new", args=[town.slug])).content.decode()
    answer = client.post(reverse("city:story-new", args=[town.slug]), SAID)
    story = Story.objects.get()
    assert answer.url == reverse("stories:mine", args=[story.token]) + "?new"
    assert "data-draft-sent" in client.get(answer.url).content.decode(), "the device forgets what was typed"
    assert "data-draft-sent" not in page_of(story), "and nothing later"
    assert (story.author, story.email, story.state) == (user, "tess@example.org", State.WAITING)


def test_what_it_is_an_example_of_is_public_and_of_its_city(town):
    here, elsewhere = school(town), organization(city("Elsewhere"))
    told = domain.tell_story(city=town, words=words(place=here.public_id), email="a@example.org")
    assert told.place == here.public_id
    with pytest.raises(ValidationError, match="not in the directory"):
        domain.tell_story(city=town, words=words(place=elsewhere.public_id), email="a@example.org")
    with pytest.raises(ValidationError, match="not in the directory"):
        domain.tell_story(city=None, words=words(place=here.public_id, place_name="Faraway"), email="a@example.org")
    with pytest.raises(ValidationError, match="not public"):
        domain.tell_story(city=town, words=words(partnership=here.public_id), email="a@example.org")


def test_a_city_that_is_not_public_takes_none():
    assert Client().get(reverse("city:story-new", args=[city(is_public=False).slug])).status_code in (302, 404)


@pytest.mark.parametrize(
    ("field", "value", "words_of_it"),
    [
        ("title", "", "required"),
        ("happened", " ", "required"),
        ("happened", "x" * 8001, "8000"),
        ("email", "nobody", "valid email"),
        ("is_adult", "", "Ask an adult"),
        ("section", "made-up", "valid choice"),
        ("language", "zz-made-up", "valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(town, mails, field, value, words_of_it):
    sent = mails(lambda: send(town, **{field: value}))
    answer = send(town, **{field: value})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert words_of_it.lower() in page.lower()
    assert 'aria-invalid="true"' in page
    if field != "happened":
        assert SAID["happened"] in page
    assert (sent, Story.objects.count()) == ([], 0)


def test_hostile_words_are_words(town, coordinator):
    story = a_published_story(town, coordinator, title=HOSTILE, happened=HOSTILE, shown_name=HOSTILE)
    pages = [reverse("city:stories", args=[town.slug]), reverse("city:story", args=[town.slug, story.public_id])]
    for path in [*pages, reverse("stories:mine", args=[story.token]), reverse("stories:feed")]:
        page = Client().get(path).content.decode()
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page
        assert "onerror=alert(1)>" not in page


@given(st.text(max_size=300))
def test_words_are_kept_as_typed_but_for_what_steers_them(typed):
    kept = checks._text("happened", typed)
    assert all(each in "\n\u200d" or each.isprintable() or each.isspace() or ord(each) > 127 for each in kept)
    assert checks._text("happened", kept) == kept
    assert [each for each in kept if each.isalnum()] == [each for each in typed if each.isalnum()]


# --- Spam ---


def test_a_program_that_fills_in_everything_is_thanked_and_nothing_is_kept(town, mails):
    assert mails(lambda: send(town, website="https://spam.example")) == []
    assert send(town, website="https://spam.example").url == reverse("stories:sent")
    assert not Story.objects.exists()


def _work(challenge):
    number = 0
    while int.from_bytes(sha256(f"{challenge}:{number}".encode()).digest()[:4], "big") >> (32 - proof.BITS):
        number += 1
    return str(number)


def test_whoever_did_the_work_may_send_more_from_one_connection(town):
    answers = [send(town, email=f"a{n}@example.org").status_code for n in range(6)]
    assert answers == [302] * 4 + [429] * 2
    page = Client().get(reverse("city:story-new", args=[town.slug])).content.decode()
    challenge = re.search(r'name="challenge" value="([^"]+)"', page)[1]
    done = {"challenge": challenge, "work": _work(challenge)}
    assert send(town, email="b@example.org", **done).status_code == 302
    assert send(town, email="c@example.org", **done).status_code == 429, "the same work counts once"


def test_whoever_is_signed_in_need_not_do_the_work(town):
    client = signed_in(person())
    assert [send(town, client).status_code for _ in range(6)] == [302] * 6


@pytest.mark.parametrize("number", ["", "-1", "x", "²", "1" * 40])
def test_work_that_was_not_done_counts_for_nothing(number):
    assert not proof.is_done(proof.challenge(), number)
    assert not proof.is_done("made-up:1:2", number or "0")


def test_one_address_gets_three_mails_a_day_and_the_answer_is_the_same(town, mails):
    sent, answers = [], []
    for _ in range(4):
        sent += mails(lambda: answers.append(send(town)))
    assert [answer.url for answer in answers] == [reverse("stories:sent")] * 4
    assert len(sent) == 3


# --- By the link ---


def test_a_stranger_gets_nowhere(town):
    story = a_story(town)
    picture = with_picture(story)
    client = Client()
    for name in ("mine", "change", "add-picture", "add-video"):
        assert client.get(reverse(f"stories:{name}", args=["made-up"])).status_code == 404
    item = reverse("stories:item", args=["made-up", picture.public_id])
    assert client.post(item, {"take_out": "1"}).status_code == 404
    assert client.post(reverse("stories:withdraw", args=["made-up"])).status_code == 404
    another = a_story(town, email="b@example.org")
    crossed = reverse("stories:item", args=[another.token, picture.public_id])
    assert client.post(crossed, {"take_out": "1"}).status_code == 404
    assert Picture.objects.filter(pk=picture.pk).exists()
    assert client.get(reverse("stories:withdraw", args=[story.token])).status_code == 405
    assert client.get(reverse("stories:confirm", args=[story.token])).status_code == 404, "only a signed link confirms"


def test_words_are_changed_and_looked_at_again(town, coordinator):
    story = a_published_story(town, coordinator)
    path = reverse("stories:change", args=[story.token])
    version = re.search(r'name="version" value="(\d+)"', Client().get(path).content.decode())[1]
    public = reverse("city:story", args=[town.slug, story.public_id])
    assert Client().get(public).status_code == 200
    unchanged = {**SAID, "version": version}
    assert Client().post(path, unchanged).status_code == 302
    assert Client().get(public).status_code == 200, "nothing new is to be looked at"
    Client().post(path, {**SAID, "title": "Drums and more", "version": version})
    story.refresh_from_db()
    assert (story.title, story.state) == ("Drums and more", State.WAITING)
    assert Client().get(public).status_code == 404
    assert Case.objects.get().state == Case.State.WAITING


def test_who_writes_in_two_windows_loses_nothing(town):
    story = a_story(town)
    path = reverse("stories:change", args=[story.token])
    assert Client().post(path, {**SAID, "now": "First window", "version": "1"}).status_code == 302
    answer = Client().post(path, {**SAID, "now": "Second window", "version": "1"})
    page = answer.content.decode()
    assert "changed meanwhile" in page
    assert "Second window" in page
    story.refresh_from_db()
    assert story.now == "First window"
    assert 'name="version" value="2"' in page
    assert Client().post(path, {**SAID, "now": "Second window", "version": "2"}).status_code == 302


def test_a_picture_and_a_video_are_added_and_taken_out(town):
    story = a_story(town)
    assert upload(story, file=photograph()).status_code == 302
    assert upload(story, "video", url="https://www.youtube.com/watch?v=abcdefghijk").status_code == 302
    file = ContentFile(film(), name="clip.mov")
    assert upload(story, "video", file=file).status_code == 302
    picture = Picture.objects.get()
    with picture.file.open("rb") as file:
        assert PLACE.encode() not in file.read()
    page = page_of(story)
    assert page.count("Take it out") == 3
    assert Video.objects.count() == 2
    Client().post(reverse("stories:item", args=[story.token, picture.public_id]), {"take_out": "1"})
    assert not Picture.objects.exists()
    assert page_of(story).count("Take it out") == 2


@pytest.mark.parametrize(
    ("kind", "more", "words_of_it"),
    [
        ("picture", {}, "required"),
        ("picture", {"file": b"<svg onload=alert(1)>"}, "picture"),
        ("picture", {"file": content()[:900]}, "picture"),
        ("video", {}, "address"),
        ("video", {"url": "javascript:alert(1)"}, "address"),
        ("video", {"file": content()}, "video"),
    ],
)
def test_files_that_are_none_are_refused_with_a_word_and_nothing_typed_is_lost(town, kind, more, words_of_it):
    story = a_story(town)
    if "file" in more:
        more = {"file": ContentFile(more["file"], name="photo.jpg" if kind == "picture" else "clip.mp4")}
    answer = upload(story, kind, **more)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert words_of_it in page
    assert 'aria-invalid="true"' in page or "errors" in page
    assert ("A drum" if kind == "picture" else "Our concert") in page
    assert Picture.objects.count() + Video.objects.count() == 0


def test_there_is_an_end_to_pictures(town, monkeypatch):
    monkeypatch.setattr(domain, "MOST_PICTURES", 1)
    story = a_story(town)
    assert upload(story, file=photograph()).status_code == 302
    assert "at most 1 picture" in upload(story, file=photograph()).content.decode()
    assert "Add a picture" not in page_of(story)


def test_its_author_says_who_agreed_and_what_is_missing_goes_away(town, mails):
    story = a_story(town)
    picture = with_picture(story, Media.People.MINORS)
    assert "has to agree" in page_of(story)
    path = reverse("stories:item", args=[story.token, picture.public_id])
    agreed = {"shown": "eight students", "is_minor": "on", "relation": "school", "given_by": "Pat Principal"}
    wrong = Client().post(path, {**agreed, "relation": "self"}, follow=True).content.decode()
    assert "a parent, a guardian or the school agrees" in wrong
    assert not Consent.objects.exists()
    assert "Who agreed" in Client().post(path, {**agreed, "relation": ""}, follow=True).content.decode()
    (message,) = mails(lambda: Client().post(path, {**agreed, "email": "pat@example.org"}))
    assert message.to == ["pat@example.org"]
    assert "nothing is missing" in page_of(story)
    Client().post(path, {"people": "nobody"})
    picture.refresh_from_db()
    assert picture.people == Media.People.NOBODY


def test_withdrawn_it_is_gone_with_all_that_belonged_to_it(town, coordinator):
    story = a_story(town)
    picture = with_picture(story)
    reviewing.approve(story=story, user=coordinator)
    public = reverse("city:story", args=[town.slug, story.public_id])
    page = Client().get(public).content.decode()
    shown = re.findall(r'/pictures/[^"\s,]+', page)
    assert shown
    assert all(status(url) == 200 for url in shown)
    answer = Client().post(reverse("stories:withdraw", args=[story.token]))
    assert "It is withdrawn" in answer.content.decode()
    assert Client().get(public).status_code == 410
    assert all(status(url) in (404, 410) for url in shown)
    for path in (reverse("city:stories", args=[town.slug]), reverse("stories:feed")):
        assert "Drums" not in Client().get(path).content.decode()
    story.refresh_from_db()
    assert (story.email, story.happened, story.shown_name, story.state) == ("", "", "", State.WITHDRAWN)
    assert not Picture.objects.filter(pk=picture.pk).exists()
    assert Client().get(reverse("stories:mine", args=[story.token])).status_code == 410
    assert not Case.objects.filter(state=Case.State.WAITING).exists()
    everything = " ".join(str(row) for row in _rows())
    assert "ada@example.org" not in everything
    assert "A drummer came" not in everything


def _rows():
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM publishing_story")
        return cursor.fetchall()


def test_what_nobody_confirmed_is_forgotten_after_two_weeks(town):
    old = domain.tell_story(city=town, words=words(), email="old@example.org")
    new = domain.tell_story(city=town, words=words(), email="new@example.org")
    kept = a_story(town)
    Story.objects.filter(pk__in=[old.pk, kept.pk]).update(made_at=timezone.now() - timedelta(days=15))
    tasks.forget_unconfirmed.call()
    assert set(Story.objects.values_list("pk", flat=True)) == {new.pk, kept.pk}


def test_who_leaves_takes_their_stories_along(town):
    user = holder(town, Role.EDITOR)
    story = domain.tell_story(city=town, words=words(), user=user)
    (told,) = personal_data.export_all(user)["stories"]
    assert told["title"] == SAID["title"]
    for erase in personal_data.erasers():
        erase(user)
    story.refresh_from_db()
    assert (story.author, story.happened, story.email) == (None, "", "")
