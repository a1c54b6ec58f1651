"""Pictures that are sent in, harmless and hostile: what is kept is what is seen, and nothing else."""

import struct
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin
from tests.factories.media import PLACE, content, drawing, noted

from allcity.site.publishing.media import cleaning
from allcity.site.publishing.media.cleaning import clean_content


def opened(made):
    picture = Image.open(BytesIO(made.content))
    picture.load()
    return picture


def near(colour, other):
    return all(abs(one - two) < 40 for one, two in zip(colour, other, strict=False))


def nothing_is_told(made):
    picture = opened(made)
    assert not picture.getexif()
    assert set(picture.info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
        "loop",
    } | {
        "background",
        "timestamp",
        "duration",
        "transparency",
    }
    for words in (PLACE.encode(), b"Exif", b"xmp", b"ICC_PROFILE", b"iCCP", b"Phonemaker", b"<script", b"PK\x03\x04"):
        assert words not in made.content
    return picture


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright_however_the_phone_was_held_and_tells_of_no_place(kind, orientation):
    inverse = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]
    as_held = drawing() if inverse is None else drawing().transpose(Image.Transpose(inverse))
    picture = nothing_is_told(clean_content(content(as_held, kind, exif=noted(orientation))))
    assert picture.size == (640, 400)
    assert near(picture.getpixel((30, 30)), (255, 0, 0))
    assert near(picture.getpixel((610, 30)), (0, 128, 0))
    assert near(picture.getpixel((30, 370)), (0, 0, 255))


def test_a_picture_of_an_iphone_is_read():
    import pillow_heif

    out = BytesIO()
    pillow_heif.from_pillow(drawing()).save(out, exif=noted().tobytes())
    picture = nothing_is_told(clean_content(out.getvalue()))
    assert (picture.format, picture.size) == ("JPEG", (640, 400))


def test_comments_and_notes_and_profiles_stay_behind():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    nothing_is_told(
        clean_content(content(comment=PLACE.encode(), icc_profile=profile, xmp=b"<x:xmpmeta>xmp</x:xmpmeta>"))
    )
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", PLACE)
    notes.add_itxt("XML:com.adobe.xmp", PLACE)
    nothing_is_told(clean_content(content(kind="PNG", pnginfo=notes, icc_profile=profile)))
    nothing_is_told(clean_content(content(kind="GIF", comment=PLACE.encode())))


@pytest.mark.parametrize(
    "after", [b"PK\x03\x04" + PLACE.encode(), b"<html><script>alert(1)</script>", b"\0" * 500, b"%PDF-1.4"]
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_what_follows_a_picture_in_its_file_is_dropped(kind, after):
    nothing_is_told(clean_content(content(kind=kind) + after))


def test_a_picture_that_is_a_program_as_well_is_a_picture_alone_afterwards():
    # GIF89a/* is the beginning of a comment in JavaScript: the size of the picture is "/*" by "..".
    program = b"GIF89a/*" + content(drawing(8, 8), "GIF")[8:] + b"*/=1;alert(1)//<script>"
    try:
        made = clean_content(program)
    except ValidationError:
        return
    assert b"alert" not in made.content
    assert not made.content.startswith(b"GIF")


def chunk(name, inside):
    return struct.pack(">I", len(inside)) + name + inside + struct.pack(">I", zlib.crc32(name + inside))


def a_bomb(width, height):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(10**6))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(100_000, 100_000), (60_000, 1000), (2**31 - 1, 1), (7072, 7072)])
def test_a_picture_that_would_unpack_to_gigabytes_is_refused_by_its_header(size, monkeypatch):
    monkeypatch.setattr(cleaning, "_decoded", lambda opened: pytest.fail("it was decoded"))
    with pytest.raises(ValidationError, match=r"million pixels|damaged"):
        clean_content(a_bomb(*size))


def test_a_large_note_packed_small_is_not_unpacked():
    bomb = content(kind="PNG")
    note = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200 * 2**20), 9))
    with pytest.raises(ValidationError):
        clean_content(bomb[:33] + note + bomb[33:])


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (b"", "empty"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "PNG"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><svg onload="alert(1)"/>', "PNG"),
        (b"<!-- --><svg/>", "PNG"),
        (b"%PDF-1.7\n", "PDF"),
        (b"BM" + bytes(100), "TIFF and BMP"),
        (b"II*\0" + bytes(100), "TIFF and BMP"),
        (b"MM\0*" + bytes(100), "TIFF and BMP"),
        (b"PK\x03\x04" + bytes(100), "JPEG, PNG"),
        (b"MZ" + bytes(100), "JPEG, PNG"),
        (b"<html><script>alert(1)</script>", "JPEG, PNG"),
        (b"\0\0\0\x18ftypisom" + bytes(100), "video"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "damaged"),
        (b"\0\0\0\x18ftypheic" + bytes(100), "damaged"),
    ],
)
def test_what_is_no_picture_is_refused_with_what_to_do(sent, says):
    with pytest.raises(ValidationError, match=says):
        clean_content(sent)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF"])
@pytest.mark.parametrize("part", [0.05, 0.5, 0.9])
def test_a_picture_that_is_cut_off_is_refused(kind, part):
    whole = content(kind=kind)
    cut = whole[: int(len(whole) * part)]
    if kind in ("GIF", "AVIF", "HEIF"):  # of which the decoder may take what there is
        with suppress(ValidationError):
            clean_content(cut)
        return
    with pytest.raises(ValidationError, match=r"damaged|not a picture|video"):
        clean_content(cut)


@given(st.data())
def test_no_file_does_anything_but_be_refused_or_made_anew(data):
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]))
    sent = bytearray(content(drawing(32, 20), kind))
    for _ in range(data.draw(st.integers(1, 8))):
        sent[data.draw(st.integers(0, len(sent) - 1))] = data.draw(st.integers(0, 255))
    try:
        made = clean_content(bytes(sent))
    except ValidationError:
        return
    assert opened(made).size == (made.width, made.height)


def test_the_kind_is_that_of_the_content_whatever_the_name_says(tmp_path):
    path = tmp_path / "holiday.svg"
    path.write_bytes(content(kind="PNG"))
    with path.open("rb") as file:
        assert cleaning.cleaned(file).suffix == ".jpg"


def test_of_what_moves_the_first_moment_is_kept():
    frames = [drawing(64, 40), Image.new("RGB", (64, 40), "black")]
    for kind in ("GIF", "WEBP", "PNG"):
        sent = content(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
        picture = opened(clean_content(sent))
        assert getattr(picture, "n_frames", 1) == 1
        assert near(picture.convert("RGB").getpixel((4, 4)), (255, 0, 0))


def test_colours_of_printers_and_of_science_become_those_of_screens():
    printed = opened(clean_content(content(drawing(mode="CMYK"))))
    assert printed.mode == "RGB"
    assert near(printed.getpixel((30, 30)), (255, 0, 0))
    shades = Image.new("I;16", (256, 1))
    shades.putdata([value * 256 for value in range(256)])
    grey = opened(clean_content(content(shades, "PNG"))).convert("L")
    assert [grey.getpixel((x, 0)) for x in (0, 100, 255)] == [0, 100, 255]


def test_a_profile_is_applied_and_not_passed_on():
    # XYZ says every colour in other numbers than sRGB does.
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert opened(clean_content(content(icc_profile=lab))).mode == "RGB"  # one of other colours is left out
    assert opened(clean_content(content(icc_profile=b"no profile at all"))).mode == "RGB"


def test_what_can_be_seen_through_stays_so():
    clear = drawing(mode="RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    made = clean_content(content(clear, "PNG"))
    assert made.suffix == ".webp"
    assert opened(made).getchannel("A").getextrema() == (0, 255)
    flat = Image.new("P", (20, 20), 0)
    assert clean_content(content(flat, "GIF", transparency=0)).suffix == ".png"


def test_a_large_picture_is_made_smaller_and_a_small_one_never_larger():
    made = clean_content(content(drawing(6000, 1500)))
    assert (made.width, made.height) == (3200, 800)
    assert clean_content(content(drawing(20, 10))).width == 20


def test_a_file_that_is_too_large_is_not_even_opened(monkeypatch):
    monkeypatch.setattr(cleaning, "MOST_BYTES", 2**20)
    with pytest.raises(ValidationError, match="larger than 1 MB"):
        cleaning.cleaned(BytesIO(content() + bytes(2**20)))
