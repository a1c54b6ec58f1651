"""Which documents may be evidence: each is looked into before it is kept, and handed out as a download that no browser runs."""

import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath
from secrets import token_hex

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from allcity.site.action.models import Evidence
from allcity.site.uploads import LONGEST_NAME, MOST_FILES, UploadError

MOST_MEGABYTES = 10
UNPACKED = 20
"""How many times as much as the file an office document may hold unpacked, and at least this much in all."""
LEAST_UNPACKED = 50 * 2**20
_ZIP = b"PK\x03\x04"
STARTS: Mapping[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".webp": (b"RIFF",),
    ".docx": (_ZIP,),
    ".xlsx": (_ZIP,),
    ".pptx": (_ZIP,),
    ".odt": (_ZIP,),
    ".ods": (_ZIP,),
    ".odp": (_ZIP,),
}
"""The bytes with which a file of each kind begins."""
OFFICE: Mapping[str, str] = {".docx": "word/", ".xlsx": "xl/", ".pptx": "ppt/"}
OPEN = (".odt", ".ods", ".odp")
KINDS = ", ".join(STARTS)


def check(file: UploadedFile) -> str:
    """The name of a document that may be kept. Raises `UploadError`, which says what to do."""
    name = (file.name or "").replace("\\", "/").rpartition("/")[2].strip()
    if not name or name.startswith(".") or not name.isprintable() or len(name.encode()) > LONGEST_NAME:
        raise UploadError(_("“%(name)s” is no name that a file can be kept under. Rename it.") % {"name": name[:60]})
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in STARTS:
        raise UploadError(
            _("%(name)s is of a kind that is not taken. Save it as PDF, as a picture (PNG or JPEG) or as DOCX.")
            % {"name": name}
        )
    if (file.size or 0) > MOST_MEGABYTES * 2**20:
        raise UploadError(
            _("%(name)s is larger than %(number)s megabytes. Make it smaller, or put it on the web and add a link.")
            % {"name": name, "number": MOST_MEGABYTES}
        )
    file.seek(0)
    start = file.read(16)
    if not start.startswith(STARTS[suffix]) or (suffix == ".webp" and start[8:12] != b"WEBP"):
        raise UploadError(
            _("%(name)s is not what its name says: its content is of another kind. Save it anew in the kind you want.")
            % {"name": name}
        )
    if STARTS[suffix] == (_ZIP,):
        _check_office(file, name, suffix)
    file.seek(0)
    return name


def kept_name(name: str) -> str:
    """The name under which it lies on disk: it tells nothing, and only what kind it is stays."""
    return token_hex(16) + PurePosixPath(name).suffix.lower()


def download(evidence: Evidence) -> HttpResponse:
    """A document as a download. Whatever it holds, no browser shows or runs it in the site's name."""
    suffix = PurePosixPath(evidence.file.name or "").suffix
    name = "".join(letter for letter in evidence.title if letter.isprintable() and letter not in '\\/:*?"<>|')
    name = name[:100].strip() or "evidence"
    name = name if name.lower().endswith(suffix) else name + suffix
    with evidence.file.open("rb") as file:
        response = HttpResponse(file.read(), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def _check_office(file: UploadedFile, name: str, suffix: str) -> None:
    """See that an office document is one, holds no macros, and does not unpack to far more than it should."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            names = {member.filename.lower() for member in members}
            kinds = b""
            if "[content_types].xml" in names:
                listed = next(member for member in members if member.filename.lower() == "[content_types].xml")
                if listed.file_size < 2**20:
                    kinds = archive.read(listed)
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError) as error:
        raise UploadError(_("%(name)s is damaged. Save it again.") % {"name": name}) from error
    is_one = "content.xml" in names if suffix in OPEN else any(each.startswith(OFFICE[suffix]) for each in names)
    if not is_one:
        raise UploadError(
            _("%(name)s is not what its name says: its content is of another kind. Save it anew in the kind you want.")
            % {"name": name}
        )
    has_macros = any(each.endswith("vbaproject.bin") or each.startswith(("basic/", "scripts/")) for each in names)
    if has_macros or b"macroenabled" in kinds.lower():
        raise UploadError(
            _("%(name)s holds macros, which are programs. Save it without macros, or as PDF.") % {"name": name}
        )
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_FILES * 4 or unpacked > max(UNPACKED * (file.size or 0), LEAST_UNPACKED):
        raise UploadError(
            _("%(name)s would unpack to far more than it should. Save it as PDF instead.") % {"name": name}
        )
