"""Whoever asks for a picture or a video is looked at each time: who may see what, in which parts, and when no more."""

import re
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.signing import TimestampSigner
from django.template import Context, Template
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.media import a_picture, a_shown_picture, a_video, ask, consented, film, status
from tests.factories.site import city, holder, person, signed_in

from allcity.site.cities.models import City, Role
from allcity.site.publishing.domain import seat_editors, uproot_tree
from allcity.site.publishing.media import domain, listeners, queries, renditions, tasks
from allcity.site.publishing.media.serving import Part, _range
from allcity.site.publishing.models import Consent, Media, Picture, Video

pytestmark = pytest.mark.django_db


def addresses(picture):
    """Every address at which a picture is, in all its sizes."""
    renditions.make(picture)
    return [rendition.url for rendition in picture.renditions.all()]


def bytes_of(video):
    with video.file.open("rb") as file:
        return file.read()


def drawn(tag, **values):
    return Template("{% load media %}{% " + tag + " %}").render(Context(values))


def test_a_picture_is_served_as_a_picture_and_as_nothing_else(town):
    picture = a_shown_picture(town)
    for url in addresses(picture):
        answer = ask(url)
        assert answer.status_code == 200
        assert answer["Content-Type"] in ("image/avif", "image/webp", "image/jpeg")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Content-Disposition"].startswith("inline")
        assert "must-revalidate" in answer["Cache-Control"]
        assert int(answer["Cache-Control"].split("max-age=")[1].split(",")[0]) <= 300
        assert not answer.cookies
        assert int(answer["Content-Length"]) == len(answer.whole)
        assert status(url[:-1]) == 404
        again = Client().get(url, headers={"if-none-match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert Client().post(url).status_code == 405


def test_nobody_sees_it_before_everybody_in_it_has_agreed_but_those_who_edit(town):
    picture = a_picture(town, people=Media.People.MINORS)
    url = addresses(picture)[0]
    elsewhere = city("Elsewhere")
    browsers = {
        "nobody": Client(),
        "somebody": signed_in(person()),
        "member": signed_in(holder(town)),
        "coordinator of another city": signed_in(holder(elsewhere, Role.COORDINATOR)),
        "editor": signed_in(holder(town, Role.EDITOR)),
        "coordinator": signed_in(holder(town, Role.COORDINATOR)),
    }

    def who():
        return [name for name, browser in browsers.items() if status(url, browser) == 200]

    assert who() == ["editor", "coordinator"]
    assert ask(url, browsers["editor"])["Cache-Control"] == "private, no-store"
    assert len(domain.release(items=[picture])) == 1
    consented(picture, shown="Eight students of grade 5", is_minor=True, relation="school", given_by="Pier School")
    assert who() == ["editor", "coordinator"]
    assert domain.release(items=[picture]) == []
    assert who() == list(browsers)
    consented(picture, for_site=False, for_print=True)
    assert status(url, browsers["editor"]) == 404  # what was public is made anew
    url = addresses(picture)[0]
    assert who() == ["editor", "coordinator"]


def test_by_a_link_it_is_seen_for_an_hour_and_nothing_else_is(town, monkeypatch):
    picture, other = a_picture(town), a_picture(town)
    renditions.make(picture)
    rendition = picture.renditions.first()
    url = queries.preview_url(rendition)
    assert status(url) == 200
    assert ask(url)["Cache-Control"] == "private, no-store"
    signature = url.partition("?")[2]
    assert status(f"{addresses(other)[0]}?{signature}") == 404
    assert status(url + "x") == 404
    assert status(f"{rendition.url}?see={TimestampSigner().sign(picture.public_id.hex)}") == 404
    later = timezone.now() + timedelta(minutes=61)
    with monkeypatch.context() as clock:
        clock.setattr("django.core.signing.time.time", later.timestamp)
        assert status(url) == 404


@pytest.mark.parametrize("make", [a_picture, a_video])
def test_no_link_leads_to_what_somebody_took_their_consent_back_for(town, make):
    of = make(town, people=Media.People.ADULTS)
    consent = consented(of)
    see = queries.see(of)
    url = addresses(of)[0] if make is a_picture else reverse("video", args=[of.public_id])
    assert status(f"{url}?see={see}") == 200
    domain.withdraw_consent(consent=consent)
    assert status(f"{url}?see={see}") in (404, 410)
    assert status(f"{url}?see={queries.see(of)}") in (404, 410)


def test_when_a_consent_is_taken_back_no_address_that_ever_was_public_serves_it(
    town, django_capture_on_commit_callbacks
):
    picture = a_picture(town, people=Media.People.ADULTS)
    consent = consented(picture)
    domain.release(items=[picture])
    told = []
    listeners.WITHDRAWN.append(told.append)
    try:
        urls = addresses(picture)
        urls += re.findall(r'(?:src|srcset)="([^"]+)"', drawn("picture p", p=picture))
        urls = {word for url in urls for word in url.split() if word.startswith("/pictures/")}
        files = [rendition.file.name for rendition in picture.renditions.all()]
        assert {status(url) for url in urls} == {200}
        with django_capture_on_commit_callbacks(execute=True):
            Client().post(reverse("consent", args=[consent.token]))
        assert {status(url) for url in urls} == {410}
        assert told == [picture]
        assert not any(default_storage.exists(name) for name in files)
        picture.refresh_from_db()
        assert "img" not in drawn("picture p", p=picture)
        assert not Picture.objects.public().filter(pk=picture.pk).exists()
        consented(picture)  # a new consent of somebody else brings nothing back
        assert {status(url) for url in urls} == {410}
    finally:
        listeners.WITHDRAWN.remove(told.append)


def test_what_a_moderator_takes_down_is_gone_at_once_and_may_come_back(town):
    picture = a_shown_picture(town)
    urls = addresses(picture)
    domain.remove(of=picture, user=None, reason="Not ours")
    assert {status(url) for url in urls} == {410}
    domain.restore(of=picture, user=None)
    assert {status(url) for url in addresses(picture)} == {200}
    domain.conceal(items=[picture])
    assert {status(url) for url in addresses(picture)} == {404}


def test_no_address_leads_past_the_look_at_who_asks(town, settings):
    picture, video = a_shown_picture(town), a_video(town)
    for of in (picture, video):
        for path in (
            f"{settings.MEDIA_URL}{of.file.name}",
            f"/static/{of.file.name}",
            f"/documents/{of.pk}/{of.file.name}",
        ):
            assert Client().get(path, follow=True).status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("wagtailimages_serve", args=["signature", 1, "original"])
    editor = signed_in(holder(town, Role.EDITOR))
    assert editor.get(reverse("wagtailimages:url_generator", args=[picture.pk])).status_code == 404
    assert editor.get(reverse("wagtailimages:url_generator_output", args=[picture.pk])).status_code == 404
    assert "original_images" not in ask(addresses(picture)[0])["Content-Disposition"]


def test_no_size_but_those_of_the_site_can_be_asked_for(town):
    picture = a_shown_picture(town)
    assert len(addresses(picture)) == len(renditions.specs_of(picture)) == 3 * 2  # it is 640 wide
    drawn('picture p widths="1 2 3 99999 400"', p=picture)
    drawn('picture p "width-800"', p=picture)
    assert {row.filter_spec for row in picture.renditions.all()} <= {
        spec.format(width) for spec in renditions.SPECS.values() for width in renditions.WIDTHS
    }


def test_editors_see_pictures_in_their_own_pages(town):
    picture = a_picture(town)
    editor = signed_in(holder(town, Role.EDITOR))
    seat_editors(city=town)
    page = editor.get(reverse("wagtailimages:index")).content.decode()
    url = re.findall(r'src="(/pictures/[^"]+)"', page)[0]
    assert status(url, editor) == 200
    assert status(url) == 404
    assert editor.get(reverse("wagtailimages:edit", args=[picture.pk])).status_code == 200


# --- Videos ---


def shown_video(town, **more):
    video = a_video(town, people=Media.People.NOBODY, **more)
    assert domain.release(items=[video]) == []
    return video


@pytest.mark.parametrize(
    ("asked", "answered", "first", "length"),
    [
        (None, 200, 0, None),
        ("bytes=0-", 206, 0, None),
        ("bytes=0-0", 206, 0, 1),
        ("bytes=10-19", 206, 10, 10),
        ("bytes=10-99999999", 206, 10, None),
        ("bytes=-5", 206, -5, 5),
        ("bytes=-99999999", 206, 0, None),
        ("bytes=0-1,5-6", 200, 0, None),
        ("bytes=9-2", 200, 0, None),
        ("bytes=-", 200, 0, None),
        ("items=0-1", 200, 0, None),
        ("bytes=99999999-", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
    ],
)
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_player_gets_the_part_of_a_video_that_it_asks_for(town, asked, answered, first, length, method):
    video = shown_video(town)
    whole = bytes_of(video)
    url = reverse("video", args=[video.public_id])
    answer = ask(url, method=method, headers={"range": asked} if asked else None)
    assert answer.status_code == answered
    if answered == 416:
        assert answer["Content-Range"] == f"bytes */{len(whole)}"
        return
    start = first % len(whole)
    expected = whole[start : None if length is None else start + length]
    assert int(answer["Content-Length"]) == len(expected)
    assert answer["Content-Type"] == "video/mp4"
    assert answer["Accept-Ranges"] == "bytes"
    if method == "get":
        assert answer.whole == expected
    if answered == 206:
        assert answer["Content-Range"] == f"bytes {start}-{start + len(expected) - 1}/{len(whole)}"


def test_a_part_is_sent_only_of_the_video_that_was_begun(town):
    url = reverse("video", args=[shown_video(town).public_id])
    tag = ask(url, method="head")["ETag"]
    assert ask(url, headers={"range": "bytes=0-1", "if-range": tag}).status_code == 206
    assert ask(url, headers={"range": "bytes=0-1", "if-range": '"another"'}).status_code == 200


@given(
    st.binary(min_size=1, max_size=300),
    st.integers(0, 400),
    st.integers(0, 400),
    st.sampled_from(["{0}-{1}", "{0}-", "-{1}"]),
)
def test_every_range_is_that_of_a_slice(whole, one, two, form):
    from io import BytesIO

    from django.test import RequestFactory

    request = RequestFactory().get("/", headers={"range": "bytes=" + form.format(one, two)})
    start, end, answered = _range(request, len(whole), '"tag"')
    got = b"".join(Part(BytesIO(whole), start, end))
    if answered == 200:
        assert got == whole
    elif answered == 416:
        assert one >= len(whole) or (form == "-{1}" and two == 0)
    else:
        expected = {"{0}-{1}": whole[one : two + 1], "{0}-": whole[one:], "-{1}": whole[-two:]}[form]
        assert got == expected


def test_captions_are_text_for_those_who_may_see_the_video(town):
    video = shown_video(town)
    domain.add_subtitles(video=video, language="en", content="WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n")
    url = reverse("subtitles", args=[video.public_id, "en"])
    answer = Client().get(url)
    assert answer["Content-Type"] == "text/vtt; charset=utf-8"
    assert b"Hello" in answer.content
    assert status(reverse("subtitles", args=[video.public_id, "xx"])) == 404
    assert 'kind="captions"' in drawn("video v", v=video)
    domain.remove(of=video, user=None, reason="x")
    assert status(url) == 410


def test_another_site_is_asked_for_nothing_before_the_reader_chooses(town):
    video = shown_video(town, url="https://youtu.be/dQw4w9WgXcQ")
    card = drawn("video v", v=video)
    assert "youtube.com" not in card
    assert "iframe" not in card
    page = Client().get(reverse("video-watch", args=[video.public_id]))
    policy = page["Content-Security-Policy"]
    assert "frame-src https://www.youtube-nocookie.com;" in policy + ";"
    assert "youtube" not in policy.split("frame-src")[0]
    html = page.content.decode()
    assert re.search(r'<iframe[^>]+sandbox="[^"]*"[^>]+referrerpolicy="strict-origin-when-cross-origin"', html)
    assert 'href="https://www.youtube.com/watch?v=dQw4w9WgXcQ"' in html
    assert "frame-src" not in Client().get("/en/")["Content-Security-Policy"]
    plain = shown_video(town, url="https://school.example/concert")
    page = Client().get(reverse("video-watch", args=[plain.public_id]))
    assert "iframe" not in page.content.decode()
    assert "frame-src" not in page["Content-Security-Policy"]
    domain.remove(of=video, user=None, reason="x")
    assert status(reverse("video-watch", args=[video.public_id])) == 410


def test_a_video_is_kept_without_where_it_was_made(town):
    video = a_video(town)
    kept = bytes_of(video)
    assert len(kept) == len(film())
    assert b"secret place" not in kept
    assert video.file.name.endswith(f"{video.public_id.hex}.mp4")


# --- Tags ---


def test_a_picture_stands_on_a_page_with_its_size_and_its_words(town):
    picture = a_shown_picture(
        town, description='A "drum" <b>', caption="<script>x</script>", credit="Kim", language="es"
    )
    tasks.make_sizes.func(picture.pk)
    html = drawn('picture p widths="400 800"', p=Picture.objects.get(pk=picture.pk))
    assert 'type="image/avif"' in html
    assert 'type="image/webp"' in html
    assert 'width="640" height="400"' in html
    assert 'loading="lazy"' in html
    assert "<script>" not in html
    assert 'alt="A &quot;drum&quot; &lt;b&gt;"' in html
    assert 'lang="es"' in html
    assert 'fetchpriority="high"' in drawn("picture p eager=True", p=picture)
    assert "figcaption" not in drawn("picture p caption=False", p=picture)


def test_a_page_of_many_pictures_asks_no_more_than_one_of_few(town, django_assert_num_queries):
    for _ in range(12):
        renditions.make(a_shown_picture(town))
    template = Template("{% load media %}{% for p in rows %}{% picture p '400' %}{% endfor %}")

    def queries_of(number):
        rows = list(queries.with_renditions(queries.pictures_of(town))[:number])
        with django_assert_num_queries(0):
            template.render(Context({"rows": rows}))

    queries_of(1)
    queries_of(12)


def test_the_sizes_are_made_in_the_background_and_the_page_shows_them_next_time(town):
    picture = a_shown_picture(town)
    before = city_version(town)
    assert "image/avif" not in drawn("picture p", p=picture)
    tasks.make_sizes.func(picture.pk)
    assert "image/avif" in drawn("picture p", p=Picture.objects.get(pk=picture.pk))
    assert city_version(town) > before
    tasks.make_sizes.func(picture.pk + 1000)


def city_version(town):
    town.refresh_from_db()
    return town.page_version


def test_rows_of_places_elsewhere_are_kept_apart():
    picture = a_picture(None)
    assert queries.city_of(picture) is None
    assert queries.collection_of(None) == queries.collection_of(None)
    assert Video.objects.count() == Consent.objects.count() == 0


def test_a_picture_of_a_draft_city_is_there_for_its_people_alone(town):
    picture = a_shown_picture(town)
    url = addresses(picture)[0]
    member, outsider = signed_in(holder(town)), signed_in(holder(city("Elsewhere"), Role.COORDINATOR))
    City.objects.filter(pk=town.pk).update(is_public=False)
    assert [status(url, client) for client in (Client(), outsider, member)] == [404, 404, 200]
    City.objects.filter(pk=town.pk).update(is_public=True)
    assert status(url) == 200


def test_a_city_that_is_discarded_takes_its_videos_along(town):
    video = a_video(town)
    uproot_tree(town)
    assert not Video.objects.filter(pk=video.pk).exists()
