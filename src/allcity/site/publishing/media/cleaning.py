"""Pictures are made anew from what is seen in them: nothing else of the file that was sent in is kept.

The kind is told by the content and never by the name, the size is read from the header before anything is decoded, and of
what moves the first moment is taken. What follows the picture in a file, and all that says where, when and by what it was
made, stays behind, so that a file that is something else besides is a picture alone afterwards.
"""

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageCms
from pillow_heif import HeifImagePlugin as _HeifImagePlugin  # noqa: F401 # teaches Pillow to read pictures of phones

from allcity.site.environment import environment

MOST_BYTES = 20 * 2**20
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 3200
FEW_COLOURS = 256
"""A drawing has no more, and is kept without loss."""
JPEG_QUALITY, WEBP_QUALITY = 88, 90
_ORIENTATION = 0x0112
_TURNS = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}
_BRANDS = {
    "AVIF": {b"avif", b"avis"},
    "HEIF": {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"},
}
_MOST_PROFILE = 4 * 2**20

warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


@dataclass(frozen=True)
class Cleaned:
    """A picture as it is kept: its bytes, what a name of it ends with, and its size."""

    content: bytes
    suffix: str
    width: int
    height: int


def most_bytes() -> int:
    """How large a picture may be when it is sent in."""
    return min(MOST_BYTES, environment().upload_megabytes * 2**20)


def cleaned(file: IO[bytes]) -> Cleaned:
    """The picture that is in a file, made anew. Raises `ValidationError` with what to do instead."""
    file.seek(0)
    content = file.read(most_bytes() + 1)
    if len(content) > most_bytes():
        raise ValidationError(
            _("This picture is larger than %(number)s MB. Send a smaller copy of it.")
            % {"number": most_bytes() // 2**20}
        )
    return clean_content(content)


def clean_content(content: bytes) -> Cleaned:
    """As `cleaned`, from bytes."""
    kind = _kind(content)
    try:
        with Image.open(BytesIO(content), formats=[kind]) as opened:
            _check_size(*opened.size)
            picture = _decoded(opened)
    except ValidationError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except Exception as error:  # decoders raise whatever they trip over
        raise ValidationError(
            _("This picture is damaged or not complete. Open it, save it as JPEG or PNG, and send that.")
        ) from error
    return encoded(picture)


def encoded(picture: Image.Image) -> Cleaned:
    """A picture as it is kept: photographs as JPEG, drawings without loss, what can be seen through as WebP."""
    bare = Image.new(picture.mode, picture.size)  # which takes the pixels along and none of the notes
    bare.paste(picture)
    out = BytesIO()
    if bare.getcolors(FEW_COLOURS) is not None:
        bare.save(out, "PNG", optimize=True)
        suffix = ".png"
    elif bare.mode == "RGBA":
        bare.save(out, "WEBP", quality=WEBP_QUALITY)
        suffix = ".webp"
    else:
        bare.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
        suffix = ".jpg"
    return Cleaned(out.getvalue(), suffix, *bare.size)


# --- What it is ---


def _kind(content: bytes) -> str:
    """Pillow's name of the kind of picture. Others are refused, with what to do."""
    if not content.strip():
        raise ValidationError(_("This file is empty. Choose the picture again."))
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "WEBP"
    if content[4:8] == b"ftyp":
        length = min(int.from_bytes(content[:4], "big"), 256)
        brands = {content[at : at + 4] for at in (8, *range(16, length, 4))}
        for kind, names in _BRANDS.items():
            if brands & names:
                return kind
        raise ValidationError(_("This is a video and not a picture. Add it where videos are added."))
    raise ValidationError(_what_instead(content))


def _what_instead(content: bytes) -> str:
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype svg")) or b"<svg" in start:
        return _("Drawings in SVG can hold programs and are not taken. Export it as PNG and send that.")
    if start.startswith(b"%pdf") or b"%pdf-" in start:
        return _("This is a PDF and not a picture. Save the page as JPEG or PNG and send that.")
    if start.startswith((b"ii*\0", b"mm\0*", b"bm", b"ii+\0")):
        return _("Pictures in TIFF and BMP are not taken. Save it as JPEG or PNG and send that.")
    return _("This is not a picture that can be shown. Send a JPEG, PNG, WebP, HEIC, AVIF or GIF.")


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise _too_large()
    if min(width, height) < 1:
        raise ValidationError(_("There is nothing in this picture. Choose another one."))


def _too_large() -> ValidationError:
    return ValidationError(
        _("This picture has more than %(number)s million pixels. Make it smaller, 3200 pixels wide say, and send that.")
        % {"number": MOST_PIXELS // 1_000_000}
    )


# --- What is seen in it ---


def _decoded(opened: Image.Image) -> Image.Image:
    """The first picture of a file, upright, in the colours of screens, no larger than it is kept."""
    orientation = _orientation(opened)
    profile = opened.info.get("icc_profile")
    opened.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is decoded at half its size or less
    opened.load()
    picture = _in_colours(opened, profile)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    for turn in _TURNS.get(orientation, ()):
        picture = picture.transpose(turn)
    return picture


def _orientation(opened: Image.Image) -> int:
    try:
        return int(opened.getexif().get(_ORIENTATION, 1))
    except Exception:  # what is noted of it may be damaged while the picture is whole
        return 1


def _in_colours(opened: Image.Image, profile: object) -> Image.Image:
    """The picture in sRGB, with how far one sees through it where that is anywhere."""
    if opened.mode.startswith("I"):
        opened = _in_bytes(opened)
    alpha = None
    if opened.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in opened.info:
        through = opened.convert("RGBA")
        alpha = through.getchannel("A")
        if alpha.getextrema()[0] == 255:
            alpha = None
        plain = through.convert("RGB")
    else:
        plain = opened if opened.mode in ("RGB", "L", "CMYK") else opened.convert("RGB")
    plain = _in_srgb(plain, profile)
    if alpha is not None:
        plain.putalpha(alpha)
    return plain


def _in_srgb(picture: Image.Image, profile: object) -> Image.Image:
    if isinstance(profile, bytes) and len(profile) <= _MOST_PROFILE:
        try:
            changed = ImageCms.profileToProfile(
                picture, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except Exception:  # a profile of other colours than the picture's, or a damaged one, is left out
            changed = None
        if changed is not None:
            return changed
    return picture.convert("RGB")


def _in_bytes(opened: Image.Image) -> Image.Image:
    """A picture of 65536 shades of grey in 256."""
    shades: Any = opened.convert("I").point(lambda value: value * (1 / 256))
    grey: Image.Image = shades.convert("L")
    return grey
