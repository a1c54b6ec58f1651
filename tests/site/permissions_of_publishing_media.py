"""Who may do what at the addresses of pictures, videos and consents: a part of the table in `permissions`."""

from io import BytesIO
from pathlib import PurePosixPath

from tests.factories.media import a_picture, a_shown_picture, a_video, consented
from tests.site.permissions_world import COORDINATORS, EDITORS, EVERYBODY, NOBODY, Page, World

from allcity.site.publishing.media import domain, renditions
from allcity.site.publishing.models import Consent, Media, Picture, Video

PDF = b"%PDF-1.7\nsigned\n%%EOF\n"
SHOWN, HIDDEN, ELSEWHERE = "Shown to everybody", "Shown to nobody", "At a service"


def a_shown_one(world: World) -> Picture:
    """A picture that everybody sees."""
    found = Picture.objects.filter(title=SHOWN).first()
    return found or a_shown_picture(world.city, title=SHOWN)


def a_hidden_one(world: World) -> Picture:
    """A picture of which nobody has said yet who is in it."""
    return Picture.objects.filter(title=HIDDEN).first() or a_picture(world.city, title=HIDDEN)


def a_film(world: World, title: str = SHOWN, **more: object) -> Video:
    """A video that everybody sees, with captions where it is a file of our own."""
    found = Video.objects.filter(title=title).first()
    if found is None:
        found = a_video(world.city, title=title, people=Media.People.NOBODY, **more)
        assert domain.release(items=[found]) == []
        if found.file:
            domain.add_subtitles(video=found, language="en", content="WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n")
    return found


def a_consent(world: World) -> Consent:
    of = a_hidden_one(world)
    return of.consents.first() or consented(of, document=BytesIO(PDF))


def a_rendition(world: World) -> dict[str, object]:
    of = a_shown_one(world)
    renditions.make(of)
    made = of.renditions.earliest("pk")
    return {"public_id": of.public_id, "rendition": made.pk, "name": PurePosixPath(made.file.name).name}


def of_a_film(world: World) -> dict[str, object]:
    return {"public_id": a_film(world).public_id}


def an_item(world: World) -> dict[str, object]:
    return {"item": a_hidden_one(world).public_id}


def of_a_consent(world: World) -> dict[str, object]:
    return {"consent": a_consent(world).public_id}


PAGES: dict[str, Page] = {
    # What is shown is there for everybody; what is not is looked at in the tests of serving.
    "picture": Page(EVERYBODY, NOBODY, a_rendition),
    "video": Page(EVERYBODY, NOBODY, of_a_film),
    "subtitles": Page(EVERYBODY, NOBODY, lambda world: {**of_a_film(world), "language": "en"}),
    "video-watch": Page(
        EVERYBODY,
        NOBODY,
        lambda world: {"public_id": a_film(world, ELSEWHERE, url="https://youtu.be/dQw4w9WgXcQ").public_id},
    ),
    # Whoever agreed has a link and needs no account.
    "consent": Page(EVERYBODY, EVERYBODY, lambda world: {"token": a_consent(world).token}),
    "city:media": Page(EDITORS, NOBODY),
    "city:media-video-new": Page(EDITORS, EDITORS),
    "city:media-item": Page(EDITORS, NOBODY, an_item),
    **dict.fromkeys(
        ("city:media-words", "city:media-people", "city:media-consents", "city:media-stop"),
        Page(NOBODY, EDITORS, an_item),
    ),
    "city:media-blur": Page(EDITORS, EDITORS, an_item),
    "city:media-captions": Page(NOBODY, EDITORS, lambda world: {"item": a_film(world).public_id}),
    **dict.fromkeys(("city:media-consent-renew", "city:media-consent-withdraw"), Page(NOBODY, EDITORS, of_a_consent)),
    "city:media-consent-document": Page(COORDINATORS, NOBODY, of_a_consent),
}
"""One line for every address."""
