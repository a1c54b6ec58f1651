"""Where editors look after pictures and videos: the list, one of them, a new video, captions, taking down."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories.media import a_picture, a_shown_picture, a_video, at, consented, film, fresh, page_of, shown
from tests.factories.site import city, holder, signed_in

from allcity.site.cities.models import Role
from allcity.site.publishing.media import domain, queries, renditions
from allcity.site.publishing.models import Consent, Media, Video

pytestmark = pytest.mark.django_db
CAPTIONS = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"
PDF = b"%PDF-1.7\nsigned\n%%EOF\n"


@pytest.fixture
def editor(town):
    return signed_in(holder(town, Role.EDITOR))


def sent(name, content, kind="application/octet-stream"):
    return SimpleUploadedFile(name, content, kind)


# --- The list ---


def test_the_list_finds_what_each_lacks(town, editor):
    lacking = {
        "people": a_picture(town, title="Unsaid"),
        "consent": a_picture(town, title="Unagreed", people=Media.People.MINORS),
        "words": a_picture(town, title="Wordless", caption="", people=Media.People.NOBODY),
        "shown": a_shown_picture(town, title="Public"),
        "stopped": domain.remove(of=a_shown_picture(town, title="Down"), user=None, reason="x"),
    }
    elsewhere = a_picture(city("Otherton"), title="Of another city")
    film_of_ours = a_video(town, title="A film", text="")
    titles = {of.title for of in lacking.values()}

    def listed(**query):
        page = page_of(editor, at("media", town), **query)
        return {title for title in (*titles, elsewhere.title, film_of_ours.title) if f">{title}</a>" in page}

    for name, of in lacking.items():
        assert listed(lacks=name) == {of.title}, name
    assert listed() == listed(lacks="nonsense") == listed(page="99") == titles
    assert listed(kind="videos") == listed(kind="videos", lacks="words") == {film_of_ours.title}
    assert listed(kind="videos", lacks="stopped") == set()


def test_a_list_of_many_asks_no_more_than_one_of_few(town, editor, django_assert_max_num_queries):
    def fill(number):
        for _ in range(number):
            picture = a_picture(town, people=Media.People.ADULTS)
            consented(picture)
            renditions.make(picture)

    url = at("media", town)
    fill(2)
    page_of(editor, url)
    with django_assert_max_num_queries(99) as few:
        page_of(editor, url)
    fill(12)
    with django_assert_max_num_queries(len(few)):
        page_of(editor, url)


def test_a_long_list_has_pages(town, editor):
    for number in range(25):
        a_video(town, title=f"Film {number}", url="https://school.example/x")
    url = at("media", town)
    first, second = (page_of(editor, url, kind="videos", page=str(number)) for number in (1, 2))
    assert first.count('dir="auto">Film ') == 24
    assert second.count('dir="auto">Film ') == 1
    assert "kind=videos" in first


# --- One of them ---


def test_an_editor_sees_what_is_missing_and_names_to_look_at(town, editor):
    picture = a_picture(town, caption="Ada Lovelace plays", people=Media.People.MINORS)
    page = page_of(editor, at("media-item", town, picture))
    assert "Before it may be shown" in page
    assert "Everybody who can be recognised has to agree" in page
    assert "Ada Lovelace" in page.split("<form")[0] + page.split("notice")[2]
    assert "nobody sees it" in page
    assert "everybody sees it" in page_of(editor, at("media-item", town, a_shown_picture(town)))


def test_editors_see_that_somebody_agreed_and_coordinators_alone_who(town, editor):
    picture = a_picture(town, people=Media.People.MINORS)
    said = {
        "shown": "A student",
        "is_minor": True,
        "relation": "guardian",
        "given_by": "Bea Secret",
        "email": "bea@example.org",
    }
    consented(picture, document=BytesIO(PDF), **said)
    url = at("media-item", town, picture)
    for_editor = page_of(editor, url)
    assert "A student" in for_editor
    for word in ("Bea Secret", "bea@example.org", "/document/"):
        assert word not in for_editor
        assert word in page_of(signed_in(holder(town, Role.COORDINATOR)), url)


def test_what_is_of_another_city_is_not_there(town, editor):
    theirs, video = a_picture(city("Otherton")), a_video(city("Thirdton"))
    consent = consented(theirs)
    for name in ("media-item", "media-blur"):
        assert editor.get(at(name, town, theirs)).status_code == 404
    for name in ("words", "people", "consents", "stop", "blur", "captions"):
        for of in (theirs, video):
            assert editor.post(at(f"media-{name}", town, of), {"people": "nobody", "reason": "x"}).status_code == 404
    for name in ("renew", "withdraw"):
        assert editor.post(at(f"media-consent-{name}", town, consent)).status_code == 404
    consent.refresh_from_db()
    assert consent.withdrawn_at is None
    assert fresh(theirs).people == Media.People.UNKNOWN


def test_words_are_changed_and_pages_with_them_made_anew(town, editor):
    picture = a_shown_picture(town)
    town.refresh_from_db()
    before = town.page_version
    said = {"title": " New ", "description": "A cello", "caption": "On stage", "credit": "Kim", "language": "es"}
    assert editor.post(at("media-words", town, picture), said).status_code == 302
    of = fresh(picture)
    assert (of.title, of.description, of.caption, of.credit, of.language) == ("New", "A cello", "On stage", "Kim", "es")
    town.refresh_from_db()
    assert town.page_version > before
    video = a_video(town)
    assert editor.post(at("media-words", town, video), {**said, "description": ""}).status_code == 302
    assert fresh(video).text == ""


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"description": " "}, "required"),
        ({"title": ""}, "required"),
        ({"caption": "x" * 301}, "at most 300"),
        ({"description": "x" * 256}, "at most 255"),
        ({"credit": "x" * 121}, "at most 120"),
        ({"language": "xx"}, "valid choice"),
    ],
)
def test_words_that_cannot_be_are_refused_and_stay_in_the_field(town, editor, wrong, says):
    picture = a_picture(town)
    said = {"title": "Kept in the field", "description": "A cello", **wrong}
    answer = editor.post(at("media-words", town, picture), said)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert says in page
    assert "title" in wrong or "Kept in the field" in page
    assert fresh(picture).title == "Drum"


def test_who_is_in_it_is_said_and_stops_what_takes_a_consent(town, editor):
    picture = a_shown_picture(town)
    renditions.make(picture)
    url = at("media-people", town, picture)
    assert editor.post(url, {"people": "cats"}).status_code == 200
    assert shown(picture)
    assert editor.post(url, {"people": "minors"}).status_code == 302
    assert not shown(picture)
    assert not picture.renditions.exists()
    town.refresh_from_db()
    before = town.page_version
    assert editor.post(url, {"people": "nobody"}).status_code == 302
    assert shown(picture)
    town.refresh_from_db()
    assert town.page_version > before


def test_a_consent_is_noted_given_anew_and_taken_back_by_an_editor(town, editor):
    picture = a_picture(town, people=Media.People.ADULTS)
    said = {"shown": "Ada", "relation": "self", "given_by": "Ada Able", "for_site": "on", "until": "2031-05-06"}
    url = at("media-consents", town, picture)
    for wrong in (
        {"shown": ""},
        {"relation": "x"},
        {"until": "2001-01-01"},
        {"until": "soon"},
        {"is_minor": "on"},
        {"for_site": ""},
    ):
        answer = editor.post(url, {**said, **wrong})
        assert answer.status_code == 200
        assert "<details open><summary>Add who agreed" in answer.content.decode()
    assert editor.post(url, {**said, "document": sent("x.exe", b"MZ")}).status_code == 200
    assert not Consent.objects.exists()
    assert editor.post(url, {**said, "document": sent("ada.pdf", PDF)}).status_code == 302
    consent = Consent.objects.get()
    assert (consent.given_on, consent.until.year, consent.for_print) == (timezone.now().date(), 2031, False)
    assert consent.noted_by is not None
    assert "ada" not in consent.document.name.partition("/")[2]
    renew = at("media-consent-renew", town, consent)
    answer = editor.post(renew, {"for_site": "on", "until": "2001-01-01"})
    assert "<details open><summary>They agreed anew" in answer.content.decode()
    assert editor.post(renew, {"for_site": "on", "for_print": "on"}).status_code == 302
    consent.refresh_from_db()
    assert (consent.until, consent.for_print) == (None, True)
    assert domain.release(items=[fresh(picture)]) == []
    assert shown(picture)
    assert editor.post(at("media-consent-withdraw", town, consent)).status_code == 302
    assert not shown(picture)
    page = page_of(editor, at("media-item", town, picture))
    assert "taken back" in page
    assert "They agreed anew" not in page
    assert editor.post(renew, {"for_site": "on"}).status_code == 200
    assert not shown(picture)


def test_it_is_taken_down_with_a_reason_and_put_back(town, editor):
    picture = a_shown_picture(town)
    url = at("media-stop", town, picture)
    assert editor.post(url, {"reason": ""}).status_code == 200
    assert shown(picture)
    assert editor.post(url, {"reason": "<b>Not ours</b>"}).status_code == 302
    assert not shown(picture)
    page = page_of(editor, at("media-item", town, picture))
    assert "&lt;b&gt;Not ours" in page
    assert "It is deleted after" in page
    assert "/pictures/" not in page
    answer = editor.post(url, {"restore": "1"}, follow=True)
    assert "It may be shown again" in answer.content.decode()
    assert shown(picture)


def test_what_somebody_took_back_is_not_put_back_with_a_button(town, editor):
    picture = a_picture(town, people=Media.People.ADULTS)
    consent = consented(picture)
    domain.release(items=[picture])
    domain.withdraw_consent(consent=consent)
    assert "Let it be shown again" not in page_of(editor, at("media-item", town, picture))
    answer = editor.post(at("media-stop", town, picture), {"restore": "1"}, follow=True)
    assert "It may be shown again" not in answer.content.decode()
    assert not shown(picture)


# --- A new video ---


def test_a_video_is_added_by_its_file_or_by_its_address(town, editor):
    url = at("media-video-new", town)
    said = {"title": "Concert", "people": "nobody", "text": "Drums."}
    answer = editor.post(url, {**said, "file": sent("IMG 1.MOV", film())})
    video = Video.objects.get()
    assert answer.url == at("media-item", town, video)
    assert (video.seconds, video.uploaded_by is None, queries.city_of(video)) == (12, False, town)
    assert not shown(video)
    editor.post(url, {**said, "url": "https://youtu.be/dQw4w9WgXcQ?si=tracking"})
    assert Video.objects.latest("pk").url == "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({}, "Choose a video, or write the address"),
        ({"url": "https://youtu.be/dQw4w9WgXcQ", "file": film()}, "Choose a video, or write the address"),
        ({"url": "javascript:alert(1)"}, "whole address"),
        ({"file": b"MZ program"}, "not a video"),
        ({"file": film(seconds=400)}, "longer than 5 minutes"),
        ({"title": "", "url": "https://youtu.be/dQw4w9WgXcQ"}, "required"),
        ({"people": "cats", "url": "https://youtu.be/dQw4w9WgXcQ"}, "valid choice"),
    ],
)
def test_what_is_no_video_is_refused_in_the_form(town, editor, wrong, says):
    file = {"file": sent("a.mp4", wrong["file"])} if "file" in wrong else {}
    answer = editor.post(at("media-video-new", town), {"title": "T", "people": "unknown", **wrong, **file})
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not Video.objects.exists()


# --- Captions ---


def test_captions_are_added_replaced_and_removed_and_pages_with_them_made_anew(town, editor):
    video = a_video(town, people=Media.People.NOBODY)
    assert domain.release(items=[video]) == []
    url, served = at("media-captions", town, video), reverse("subtitles", args=[video.public_id, "en"])
    versions = []

    def post(**said):
        answer = editor.post(url, said)
        town.refresh_from_db()
        versions.append(town.page_version)
        return answer

    assert post(language="en", captions=sent("a.vtt", CAPTIONS)).status_code == 302
    assert b"Hello" in Client().get(served).content
    assert post(language="en", captions=sent("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\nAgain\n")).status_code == 302
    assert Client().get(served).content == b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nAgain\n"
    assert post(remove="es").status_code == post(remove="\0").status_code == 302
    assert Client().get(served).status_code == 200
    assert post(remove="en").status_code == 302
    assert Client().get(served).status_code == 404
    assert versions == sorted(set(versions))
    for wrong, says in (
        ({"language": "en", "captions": sent("a.vtt", b"<html>")}, "not captions"),
        ({"language": "xx", "captions": sent("a.vtt", CAPTIONS)}, "valid choice"),
        ({"language": "en"}, "required"),
        ({"language": "en", "captions": sent("a.vtt", CAPTIONS + b"\n" * 200_000)}, "too long"),
    ):
        answer = post(**wrong)
        assert answer.status_code == 200
        assert says in answer.content.decode()
    assert not video.subtitles.exists()


def test_captions_are_for_videos_of_our_own(town, editor):
    for of in (a_picture(town), a_video(town, url="https://youtu.be/dQw4w9WgXcQ")):
        answer = editor.post(at("media-captions", town, of), {"language": "en", "captions": sent("a.vtt", CAPTIONS)})
        assert answer.status_code == 404
    with pytest.raises(ValidationError, match="in which language"):
        domain.add_subtitles(video=a_video(town), language="", content=CAPTIONS)
