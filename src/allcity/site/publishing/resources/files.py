"""Files of resources: each is looked into before it is kept, and only ever handed out to be saved, never to be shown."""

import zipfile
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.text import slugify
from django.utils.translation import gettext as _

from allcity.site.publishing.models import Resource
from allcity.site.publishing.resources.words import said
from allcity.site.uploads import UploadError, check_content

MEGABYTES = 15
KINDS = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
"""What may be uploaded, and as what it is handed out."""
MOST_UNPACKED, MOST_MEMBERS, MOST_RATIO, SMALL = 150 * 2**20, 2000, 300, 2**20
"""How much a document may hold unpacked, in how many parts, and how far one that is not small may have shrunk."""
_PROGRAMS_IN_PDF = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")
_PROGRAMS_IN_ODT = ("basic/", "scripts/")
_ODT = b"application/vnd.oasis.opendocument.text"


def checked(file: IO[bytes], name: str) -> ContentFile[bytes]:
    """A file as it is kept. Raises `ValidationError`, with what to do instead."""
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if suffix not in KINDS:
        raise _refused(_("Send the file as PDF, DOCX, ODT, XLSX, CSV or TXT."))
    file.seek(0)
    content = file.read(MEGABYTES * 2**20 + 1)
    if len(content) > MEGABYTES * 2**20:
        text = _("This file is larger than %(number)s MB. Make it smaller, or give a link to it.")
        raise _refused(text % {"number": MEGABYTES})
    if not content.strip():
        raise _refused(_("This file is empty. Save it again."))
    if suffix == ".pdf":
        _check_pdf(content)
    else:
        with NamedTemporaryFile(suffix=suffix) as copy:
            copy.write(content)
            copy.flush()
            _check(Path(copy.name), suffix)
    return ContentFile(content, name=f"file{suffix}")


def _check(path: Path, suffix: str) -> None:
    if suffix in (".docx", ".odt"):
        _check_document(path, suffix)
        return
    try:
        check_content(path, _("The file") + suffix, most=MOST_UNPACKED)
    except UploadError as error:
        raise _refused(str(error)) from None
    if suffix in (".csv", ".txt") and b"\0" in path.read_bytes():
        raise _refused(_("This file holds characters that are no text. Save it again as text in UTF-8."))


def _check_pdf(content: bytes) -> None:
    if not content.startswith(b"%PDF-"):
        raise _is_another()
    if b"%%EOF" not in content[-2048:]:
        raise _refused(_("This PDF is not complete. Save it again and send that."))
    if any(mark in content for mark in _PROGRAMS_IN_PDF):
        raise _refused(_("This PDF holds programs or other files. Print it to a new PDF and send that."))


def _check_document(path: Path, suffix: str) -> None:
    """A text of a word processor: an archive that holds what it should, not too much, and no programs."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = {one.filename.lower() for one in members}
            if _is_too_much(members):
                raise _refused(
                    _("This file would unpack to far more than it should. Save it anew with fewer pictures.")
                )
            if any(one.flag_bits & 1 for one in members):
                raise _refused(_("This file is locked with a password. Save it without one."))
            if suffix == ".docx":
                if "[content_types].xml" not in names or not any(one.startswith("word/") for one in names):
                    raise _is_another()
                kinds = next(one for one in members if one.filename.lower() == "[content_types].xml")
                has_programs = b"macroenabled" in archive.read(kinds).lower()
                has_programs = has_programs or any(one.endswith(("vbaproject.bin", ".exe", ".js")) for one in names)
            else:
                if "mimetype" not in names or archive.read("mimetype").strip() != _ODT:
                    raise _is_another()
                has_programs = any(one.startswith(_PROGRAMS_IN_ODT) for one in names)
    except (zipfile.BadZipFile, OSError, EOFError, KeyError, ValueError, RuntimeError, NotImplementedError):
        raise _is_another() from None
    if has_programs:
        raise _refused(_("This file holds macros, which are programs. Save it without them, or as PDF."))


def _is_too_much(members: list[zipfile.ZipInfo]) -> bool:
    """Whether an archive holds more than anybody writes: what its parts say of their size binds when they are read."""
    shrunk = any(one.file_size > SMALL and one.file_size > MOST_RATIO * max(one.compress_size, 1) for one in members)
    return shrunk or len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_UNPACKED


def _is_another() -> ValidationError:
    return _refused(_("This file is not what its name says: its content is of another kind. Save it anew."))


def _refused(text: str) -> ValidationError:
    return ValidationError(text, code="file")


def name_of(resource: Resource) -> str:
    """The name under which a reader saves the file."""
    title = slugify(said(resource.words).title)[:80] or "resource"
    return title + PurePosixPath(resource.file.name or "").suffix.lower()


def kind_of(resource: Resource) -> str:
    """As what the file is handed out."""
    return KINDS.get(PurePosixPath(resource.file.name or "").suffix.lower(), "application/octet-stream")
