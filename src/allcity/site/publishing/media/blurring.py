"""Faces and names in a picture made unrecognisable, where an editor says. Nobody and nothing looks for faces by itself.

An area becomes a few large squares, each in the mean colour of what was there. So much is averaged away that it cannot be
computed back, and the picture is saved in the place of what it was.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from allcity.site.publishing.media.cleaning import encoded
from allcity.site.publishing.media.domain import replace_file
from allcity.site.publishing.models import Picture

MOST_AREAS = 8
SQUARES = 5
"""How many squares an area has along its longer side."""
PREVIEW_WIDTH = 800


@dataclass(frozen=True)
class Area:
    """A part of a picture: where it begins from the left and from the top, and its size, in percent of the picture's."""

    x: float
    y: float
    width: float
    height: float


def preview(*, picture: Picture, areas: Sequence[Area]) -> str:
    """What the picture would look like, small, as the address of an image that holds itself."""
    changed = blurred(_opened(picture), areas).convert("RGB")
    changed.thumbnail((PREVIEW_WIDTH, 4 * PREVIEW_WIDTH))
    out = BytesIO()
    changed.save(out, "JPEG", quality=75)
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()


@transaction.atomic
def blur(*, picture: Picture, areas: Sequence[Area]) -> Picture:
    """Make areas of a picture unrecognisable for good. What it looked like before is not kept."""
    if not areas:
        raise ValidationError(_("Say what to blur: draw a rectangle, or write where it begins and how large it is."))
    return replace_file(picture=picture, file=BytesIO(encoded(blurred(_opened(picture), areas)).content))


def blurred(picture: Image.Image, areas: Sequence[Area]) -> Image.Image:
    """A copy with areas in large squares; whatever an area touches of a pixel is taken in."""
    changed = picture.copy()
    for area in areas:
        left, top = int(area.x / 100 * picture.width), int(area.y / 100 * picture.height)
        right = min(-int(-(area.x + area.width) / 100 * picture.width // 1), picture.width)
        bottom = min(-int(-(area.y + area.height) / 100 * picture.height // 1), picture.height)
        if right <= left or bottom <= top:
            continue
        part = changed.crop((left, top, right, bottom))
        square = max(max(part.size) / SQUARES, 1)
        few = max(round(part.width / square), 1), max(round(part.height / square), 1)
        part = part.resize(few, Image.Resampling.BOX).resize(part.size, Image.Resampling.NEAREST)
        changed.paste(part, (left, top))
    return changed


def _opened(picture: Picture) -> Image.Image:
    with picture.open_file() as file:
        opened = Image.open(file)
        opened.load()
    return (
        opened if opened.mode in ("RGB", "RGBA") else opened.convert("RGBA" if "transparency" in opened.info else "RGB")
    )
