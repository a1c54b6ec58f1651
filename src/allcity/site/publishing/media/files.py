"""What is done with files of pictures, videos and consents where they are kept."""

from io import BytesIO
from tempfile import TemporaryFile
from typing import IO
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.publishing.media.cleaning import Cleaned, clean_content
from allcity.site.publishing.media.videos import Film, clean_film
from allcity.site.publishing.models import Picture

GONE = "consents/gone"
"""Where documents of consents lie whose picture is gone, in a folder for each day."""
MOST_DOCUMENT = 10 * 2**20
CHUNK = 2**20


def put(picture: Picture, cleaned: Cleaned) -> None:
    """Give a picture that is not saved yet its file, under a name that says nothing."""
    name = f"{uuid4().hex}{cleaned.suffix}"
    picture.file = File(BytesIO(cleaned.content), name=name)
    picture.width, picture.height = cleaned.width, cleaned.height
    picture._set_image_file_metadata()


def film_of(file: IO[bytes]) -> tuple[IO[bytes], Film]:
    """A copy of a video that is fit to be kept, in a file that goes when it is closed; and what is known of it."""
    copy = TemporaryFile()  # noqa: SIM115 # it is closed by whoever keeps it
    try:
        file.seek(0)
        while chunk := file.read(CHUNK):
            copy.write(chunk)
        film = clean_film(copy)
    except BaseException:
        copy.close()
        raise
    copy.seek(0)
    return copy, film


def checked_document(file: IO[bytes]) -> ContentFile[bytes]:
    """A document of consent as it is kept: a PDF as it is, a picture made anew. Raises `ValidationError`."""
    file.seek(0)
    content = file.read(MOST_DOCUMENT + 1)
    if len(content) > MOST_DOCUMENT:
        raise ValidationError(
            _("This document is larger than %(number)s MB. Scan it in black and white, or photograph it.")
            % {"number": MOST_DOCUMENT // 2**20},
            code="document",
        )
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:]:
            raise ValidationError(_("This PDF is not complete. Save it again and send that."), code="document")
        return ContentFile(content, name=f"{uuid4().hex}.pdf")
    if not content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        raise ValidationError(_("Send the document as PDF, JPEG or PNG."), code="document")
    try:
        picture = clean_content(content)
    except ValidationError as error:
        raise ValidationError(error.messages, code="document") from None
    return ContentFile(picture.content, name=f"{uuid4().hex}{picture.suffix}")


def delete_file(name: str) -> None:
    """Delete a file once the transaction stands."""
    if name:
        transaction.on_commit(lambda: default_storage.delete(name))


def put_aside(name: str) -> None:
    """Move the document of a consent that is gone to where it is kept for a while longer."""
    if not name or name.startswith(GONE):
        return

    def move() -> None:
        if default_storage.exists(name):
            target = f"{GONE}/{timezone.now().date().isoformat()}/{name.rpartition('/')[2]}"
            with default_storage.open(name) as file:
                default_storage.save(target, file)
            default_storage.delete(name)

    transaction.on_commit(move)
