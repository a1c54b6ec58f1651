"""Videos that are sent in, their captions, and links to those that are elsewhere."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.media import PLACE, box, film

from allcity.site.publishing.media import videos
from allcity.site.publishing.media.captions import checked_captions
from allcity.site.publishing.media.links import link_of
from allcity.site.publishing.media.videos import clean_film


def cleaned(sent):
    file = BytesIO(sent)
    told = clean_film(file)
    return told, file.getvalue()


def test_pictures_and_sound_stay_where_they_are_and_the_rest_is_blanked():
    sent = film(hidden=b"PK\x03\x04" + PLACE.encode())
    told, kept = cleaned(sent)
    assert (told.seconds, told.width, told.height) == (12, 640, 360)
    assert len(kept) == len(sent)
    for words in (PLACE.encode(), b"Phonemaker", b"PK\x03\x04", b"udta", b"meta", b"uuid", b"mebx"):
        assert words not in kept
    assert kept.index(b"P" * 50 + b"p" * 30 + b"S" * 60) == sent.index(b"P" * 50)
    assert (3_800_000_000).to_bytes(4, "big") not in kept  # when it was made
    assert cleaned(kept)[1] == kept


def test_a_video_that_was_held_upright_is_higher_than_wide():
    told, _ = cleaned(film(turned=True, brand=b"qt  "))
    assert (told.width, told.height) == (360, 640)


def test_a_video_without_sound_is_one():
    assert cleaned(film(tracks=(b"vide",)))[0].seconds == 12


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (b"", "not a video"),
        (b"\x1aE\xdf\xa3webm" + bytes(100), "Save it as MP4"),
        (b"<html><script>alert(1)</script>", "not a video"),
        (b"RIFF\0\0\0\0AVI " + bytes(20), "not a video"),
        (film(codec=b"hvc1"), "Most Compatible"),
        (film(codec=b"av01"), "H.264"),
        (film(seconds=301), "longer than 5 minutes"),
        (film(seconds=0), "damaged"),
        (film(tracks=(b"soun",)), "no picture"),
        (film(tracks=(b"vide", b"vide")), "no picture"),
        (film(after=b"PK\x03\x04 a whole archive"), "damaged or holds more"),
        (film(after=b"<script>alert(1)</script>"), "damaged or holds more"),
        (film(after=box(b"html", b"<script>")), "damaged or holds more"),
        (film(after=box(b"moof", b"")), "pieces"),
        (film(after=box(b"moov", b"")), "damaged or holds more"),
        (film()[:-10], "damaged or holds more"),
        (film()[:300], "damaged or holds more"),
        (film().replace(b"url \0\0\0\1", b"url \0\0\0\0"), "damaged or holds more"),
        (film().replace(b"mp4a", b"lpcm"), "sound"),
    ],
)
def test_what_cannot_be_played_everywhere_is_refused_with_what_to_do(sent, says):
    with pytest.raises(ValidationError, match=says):
        cleaned(sent)


def test_a_video_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(videos, "most_bytes", lambda: 100)
    with pytest.raises(ValidationError, match="send the link"):
        cleaned(film())


@given(st.data())
def test_a_damaged_video_is_refused_or_stays_as_long_as_it_was(data):
    sent = bytearray(film())
    for _ in range(data.draw(st.integers(1, 6))):
        sent[data.draw(st.integers(0, len(sent) - 1))] = data.draw(st.integers(0, 255))
    try:
        _told, kept = cleaned(bytes(sent))
    except ValidationError:
        return
    assert len(kept) == len(sent)


def test_every_length_of_a_cut_video_is_refused():
    whole = film()
    end = whole.index(b"uuid") - 4  # before which a whole video has been
    for length in (*range(0, end, 7), *range(end + 1, len(whole), 7)):
        with pytest.raises(ValidationError):
            cleaned(whole[:length])


# --- Links ---


@pytest.mark.parametrize(
    ("url", "service", "canonical", "player"),
    [
        *(
            (
                url,
                "YouTube",
                "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
                "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0",
            )
            for url in (
                "https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=PL1&t=3",
                "https://youtu.be/dQw4w9WgXcQ?si=tracking",
                "https://m.youtube.com/shorts/dQw4w9WgXcQ",
                "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
            )
        ),
        (
            "https://vimeo.com/76979871",
            "Vimeo",
            "https://vimeo.com/76979871",
            "https://player.vimeo.com/video/76979871?dnt=1",
        ),
        (
            "https://player.vimeo.com/video/76979871?h=8272103f6e",
            "Vimeo",
            "https://vimeo.com/76979871/8272103f6e",
            "https://player.vimeo.com/video/76979871?dnt=1&h=8272103f6e",
        ),
        (
            "https://video.example.org/w/kkGMgK9ZtnKfYAgnEtQxbv",
            "video.example.org",
            "https://video.example.org/w/kkGMgK9ZtnKfYAgnEtQxbv",
            "https://video.example.org/videos/embed/kkGMgK9ZtnKfYAgnEtQxbv",
        ),
        ("https://www.school.example/concert.html", "school.example", "https://www.school.example/concert.html", ""),
        ("https://www.youtube.com/@channel", "youtube.com", "https://www.youtube.com/@channel", ""),
    ],
)
def test_a_link_is_told_by_its_address_alone(url, service, canonical, player):
    link = link_of(url)
    assert (link.service, link.url, link.player) == (service, canonical, player)
    assert link_of(link.url) == link


@pytest.mark.parametrize(
    "url",
    [
        "http://vimeo.com/76979871",
        "javascript:alert(1)",
        "data:text/html,<script>",
        "//youtu.be/dQw4w9WgXcQ",
        "https://user:secret@youtu.be/dQw4w9WgXcQ",
        "https://localhost/video",
        "https://127.0.0.1/video",
        "https://[::1]/video",
        "https://example.org:8443/w/kkGMgK9ZtnKfYAgnEtQxbv",
        "https://example.org:port/",
        "https://ex ample.org/",
        'https://example.org/"><script>',
        "https://example.org;frame-src *//w/kkGMgK9ZtnKfYAgnEtQxbv",
        "https://example.org/" + "a" * 500,
        "",
    ],
)
def test_what_is_no_address_of_a_video_is_refused(url):
    with pytest.raises(ValidationError, match="whole address"):
        link_of(url)


@given(st.text())
def test_no_text_makes_a_player_of_an_unknown_host(text):
    for url in (f"https://youtu.be/{text}", f"https://www.youtube.com/watch?v={text}", f"https://vimeo.com/{text}"):
        try:
            link = link_of(url)
        except ValidationError:
            continue
        assert link.host in ("", "https://www.youtube-nocookie.com", "https://player.vimeo.com")


# --- Captions ---

CAPTIONS = """WEBVTT - our concert
X-TIMESTAMP: 1

STYLE
::cue { background: url(https://example.org/x) }

NOTE nobody reads this

one
00:01.000 --> 00:02.500 align:start position:10% onclick:alert
<v Ada><i>Hello</i> & <script>alert(1)</script>there</v>

00:00:03.000 --> 00:00:04.000
- Second <b>line
- Third
"""


def test_captions_say_what_is_said_and_nothing_else():
    assert checked_captions(CAPTIONS.encode()) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.500 align:start position:10%\n<i>Hello</i> &amp; alert(1)there\n\n"
        "00:00:03.000 --> 00:00:04.000\n- Second <b>line</b>\n- Third\n"
    )
    again = checked_captions(CAPTIONS)
    assert checked_captions(again) == again


def test_captions_of_another_kind_are_taken():
    subrip = "\ufeff1\r\n00:00:01,000 --> 00:00:02,000\r\nHola\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nAdiós\r\n"
    assert checked_captions(subrip.encode()).count("-->") == 2


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (b"", "not captions"),
        (b"<html>", "not captions"),
        (b"WEBVTT\n\n", "nothing in"),
        (b"WEBVTT\n\n00:05.000 --> 00:02.000\nback in time\n", "Line 3"),
        (b"WEBVTT\n\n00:05.000 --> soon\nlater\n", "Line 3"),
        (b"WEBVTT\n\n00:05.000 --> 00:06.000\nx\n\n00:01.000 --> 00:02.000\ny\n", "Line 6"),
        (b"WEBVTT\n\n\xff\xfe\n", "UTF-8"),
        (b"WEBVTT\n\n\0", "no text"),
        (b"WEBVTT" + b"\n" * 200_000, "too long"),
    ],
)
def test_what_are_no_captions_is_refused_with_what_to_do(sent, says):
    with pytest.raises(ValidationError, match=says):
        checked_captions(sent)


@given(st.text())
def test_no_captions_hold_marks_of_their_own(text):
    try:
        made = checked_captions(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{text}\n")
    except ValidationError:
        return
    bare = made
    for mark in ("<b>", "</b>", "<i>", "</i>", "<u>", "</u>", "-->"):
        bare = bare.replace(mark, "")
    assert "<" not in bare
    assert ">" not in bare
