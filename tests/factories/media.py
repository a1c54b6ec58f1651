"""Pictures and videos drawn by code, harmless ones and others."""

import struct
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import IFDRational

from allcity.site.cities.models import City
from allcity.site.publishing.media import domain, queries
from allcity.site.publishing.models import Media, Picture, Video

GPS = 0x8825
PLACE = "Rivermouth secret place"


def drawing(width: int = 640, height: int = 400, mode: str = "RGB") -> Image.Image:
    """A photograph of sorts: red at the top left, green at the top right, blue at the bottom left, with soft changes."""
    ramp = Image.linear_gradient("L").resize((width, height))
    picture = Image.merge(
        "RGB", (ramp, ramp.transpose(Image.Transpose.ROTATE_180), ramp.rotate(90).resize((width, height)))
    )
    pen = ImageDraw.Draw(picture)
    w, h = width // 4, height // 4
    pen.rectangle((0, 0, w, h), fill="red")
    pen.rectangle((width - w, 0, width, h), fill="green")
    pen.rectangle((0, height - h, w, height), fill="blue")
    return picture.convert(mode)


def content(picture: Image.Image | None = None, kind: str = "JPEG", **more: Any) -> bytes:
    out = BytesIO()
    (picture or drawing()).save(out, kind, **more)
    return out.getvalue()


def noted(orientation: int = 1) -> Image.Exif:
    """What a phone notes in a picture: how it was held, where, and by what."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Phonemaker"
    exif[0x010E] = PLACE
    exif[GPS] = {
        1: "N",
        2: (IFDRational(41), IFDRational(52), IFDRational(42)),
        3: "W",
        4: (IFDRational(87), IFDRational(37), IFDRational(12)),
    }
    return exif


def photograph(**more: Any) -> ContentFile:
    """A file as a phone sends it."""
    return ContentFile(content(exif=noted(), **more), name="IMG_0001.jpg")


def a_picture(city: City | None = None, **more: Any) -> Picture:
    said = {"title": "Drum", "description": "A drum on a stage", "caption": "Before the concert", **more}
    return domain.keep_picture(collection=queries.collection_of(city), file=photograph(), **said)


def a_shown_picture(city: City | None = None, **more: Any) -> Picture:
    picture = a_picture(city, people=Media.People.NOBODY, **more)
    assert domain.release(items=[picture]) == []
    return picture


def consented(of: Picture | Video, **more: Any) -> Any:
    said = {
        "shown": "Ada Able",
        "is_minor": False,
        "relation": "self",
        "given_by": "Ada Able",
        "email": "ada@example.org",
        **more,
    }
    return domain.give_consent(of=of, **said)


# --- Videos ---


def box(name: bytes, *parts: bytes) -> bytes:
    inside = b"".join(parts)
    return struct.pack(">I", 8 + len(inside)) + name + inside


def _header(name: bytes, seconds: float, more: int) -> bytes:
    return box(name, struct.pack(">IIIII", 0, 3_800_000_000, 3_800_000_001, 1000, int(seconds * 1000)), bytes(more))


def _track(handler: bytes, codec: bytes, samples: list[bytes], at: int, seconds: float, turned: bool) -> bytes:
    matrix = (
        (0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000) if turned else (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 1 << 30)
    )
    size = (640 << 16, 360 << 16) if handler == b"vide" else (0, 0)
    tkhd = box(
        b"tkhd",
        struct.pack(">IIIIII", 3, 3_800_000_000, 3_800_000_001, 1, 0, 0),
        bytes(16),
        struct.pack(">9i2I", *matrix, *size),
    )
    sizes = struct.pack(f">III{len(samples)}I", 0, 0, len(samples), *(len(sample) for sample in samples))
    stbl = box(
        b"stbl",
        box(b"stsd", struct.pack(">II", 0, 1), box(codec, bytes(78))),
        box(b"stts", struct.pack(">IIII", 0, 1, len(samples), 100)),
        box(b"stsc", struct.pack(">IIIII", 0, 1, 1, len(samples), 1)),
        box(b"stsz", sizes),
        box(b"stco", struct.pack(">III", 0, 1, at)),
    )
    dinf = box(b"dinf", box(b"dref", struct.pack(">II", 0, 1), box(b"url ", struct.pack(">I", 1))))
    hdlr = box(b"hdlr", bytes(8), handler, bytes(12), b"Phonemaker\0")
    minf = box(b"minf", box(b"vmhd", bytes(12)), dinf, stbl)
    told = box(b"udta", box(b"\xa9xyz", PLACE.encode()))
    return box(b"trak", tkhd, told, box(b"mdia", _header(b"mdhd", seconds, 4), hdlr, minf))


def film(
    *,
    seconds: float = 12,
    codec: bytes = b"avc1",
    turned: bool = False,
    hidden: bytes = b"",
    after: bytes = b"",
    tracks: tuple[bytes, ...] = (b"vide", b"soun", b"meta"),
    brand: bytes = b"isom",
) -> bytes:
    """An MP4 of a phone: pictures, sound, a track of places, and notes of where it was; none of it can be decoded."""
    codecs = {b"vide": codec, b"soun": b"mp4a", b"meta": b"mebx"}
    samples = {b"vide": [b"P" * 50, b"p" * 30], b"soun": [b"S" * 20] * 3, b"meta": [PLACE.encode()]}
    ftyp = box(b"ftyp", brand, bytes(4), brand, b"mp41")

    def moov(start: int) -> bytes:
        at, made = start, []
        for handler in tracks:
            made.append(_track(handler, codecs[handler], samples[handler], at, seconds, turned))
            at += sum(map(len, samples[handler]))
        notes = box(b"udta", box(b"\xa9xyz", PLACE.encode()))
        return box(b"moov", _header(b"mvhd", seconds, 80), *made, notes, box(b"meta", PLACE.encode()))

    start = len(ftyp) + len(moov(0)) + 8
    mdat = box(b"mdat", *(sample for handler in tracks for sample in samples[handler]), hidden)
    return ftyp + moov(start) + mdat + box(b"uuid", bytes(16), PLACE.encode()) + after


def a_video(city: City | None = None, **more: Any) -> Video:
    said = {"title": "Our concert", "text": "Children play drums.", "caption": "In the park", **more}
    if "url" not in said:
        said["file"] = ContentFile(film(), name="clip.MOV")
    return domain.keep_video(collection=queries.collection_of(city), **said)


# --- What is served ---


def ask(url: str, client: Client | None = None, method: str = "get", **more: Any) -> Any:
    """An answer that has been read to its end, as a server does."""
    answer = getattr(client or Client(), method)(url, **more)
    answer.whole = answer.getvalue()
    return answer


def status(url: str, client: Client | None = None) -> int:
    return int(ask(url, client).status_code)


# --- Where editors look after them ---


def at(name: str, town: City, of: Any = None) -> str:
    """The address of a page of a city's pictures and videos."""
    return reverse(f"city:{name}", args=[town.slug, *([of.public_id] if of else [])])


def page_of(browser: Client, url: str, **query: str) -> str:
    """What stands on a page."""
    answer = browser.get(url, query)
    assert answer.status_code == 200
    return answer.content.decode()


def fresh(of: Any) -> Any:
    """A picture or a video as it is now."""
    return type(of).objects.get(pk=of.pk)


def shown(of: Any) -> bool:
    """Whether everybody sees it."""
    return bool(type(of).objects.public().filter(pk=of.pk).exists())
