"""What may be uploaded: each file is looked into before it is kept, and an archive before it is unpacked.

Nothing is ever executed, followed or unpacked to a place that the archive names.
"""

import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from allcity.site.environment import environment

MOST_FILES = 300
UNPACKED = 10
"""How many times as much as may be uploaded at once an archive or a workbook may hold unpacked."""
RATIO, SMALL = 200, 2**20
"""A member of an archive that is larger than SMALL may not shrink by more than this: text shrinks to a tenth."""
LONGEST_NAME = 150
"""In bytes of UTF-8, as file systems count them."""
CHUNK = 2**20
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".geojson", ".json", ".toml", ".zip")
TEXTS = (".geojson", ".json", ".toml")
_OF_OTHERS = re.compile(r"(^|/)(__MACOSX|\.[^/]*|Thumbs\.db|desktop\.ini)(/|$)")
_ZIP, _PARQUET, _OLD_OFFICE = b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0"


class UploadError(ValueError):
    """A file that is not kept, with the reason and the next step in words for whoever uploaded it."""


def checked_name(name: str) -> str:
    """The name under which a file is kept: its own, without any folder. Raises `UploadError`."""
    name = name.replace("\\", "/").rpartition("/")[2].strip()
    if not name or name.startswith(".") or not name.isprintable() or len(name.encode()) > LONGEST_NAME:
        raise UploadError(_("“%(name)s” is no name that a file can be kept under. Rename it.") % {"name": name[:60]})
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".xlsm":
        raise UploadError(
            _("%(name)s may hold macros, which are programs. Save it as a workbook without macros (XLSX) or as CSV.")
            % {"name": name}
        )
    if suffix not in SUFFIXES:
        raise UploadError(
            _("%(name)s is of a kind that is not read. Save it as CSV, XLSX, Parquet or GeoJSON.") % {"name": name}
        )
    return name


def check_content(path: Path, name: str, *, most: int | None = None) -> None:
    """See that a file is what its name says, and nothing that could do harm. Raises `UploadError`.

    `most` is how many bytes a workbook may hold unpacked, where that is less than for what holds a whole city.
    """
    with path.open("rb") as file:
        start = file.read(8)
    if not start.strip():
        raise UploadError(_("%(name)s is empty. Export it again.") % {"name": name})
    suffix = PurePosixPath(name).suffix.lower()
    is_right = {
        ".xlsx": start.startswith(_ZIP),
        ".zip": start.startswith(_ZIP),
        ".parquet": start.startswith(_PARQUET),
    }.get(suffix, not start.startswith((_ZIP, _PARQUET, _OLD_OFFICE, b"%PDF")))
    if not is_right:
        raise UploadError(
            _("%(name)s is not what its name says: its content is of another kind. Save it anew in the kind you want.")
            % {"name": name}
        )
    if suffix in TEXTS and _is_no_text(path):
        raise UploadError(
            _("%(name)s holds characters that are no text. Save it again as text in UTF-8.") % {"name": name}
        )
    if suffix == ".xlsx":
        _check_workbook(path, name, most)


def unpacked(path: Path, name: str, into: Path) -> Iterator[tuple[str, Path]]:
    """The files of an archive, unpacked into a folder under numbers of our own, with their names.

    All must lie in one folder, as a city folder does. Raises `UploadError`; files that were unpacked before stay in `into`.
    """
    with _opened(path, name) as archive:
        for one in archive.infolist():
            _check_member(one, name)
        members = [one for one in archive.infolist() if not _OF_OTHERS.search(one.filename)]
        files = [one for one in members if not one.is_dir()]
        if not files:
            raise UploadError(_("%(name)s holds no files.") % {"name": name})
        folders = {PurePosixPath(one.filename).parent for one in files}
        if len(folders) > 1 or len(next(iter(folders)).parts) > 1:
            raise UploadError(
                _("The files in %(name)s lie in several folders. Put them all into one, and pack that.")
                % {"name": name}
            )
        names = [checked_name(one.filename) for one in files]
        if len({one.casefold() for one in names}) < len(names):
            raise UploadError(_("%(name)s holds two files of the same name. Keep one of them.") % {"name": name})
        _check_sizes(archive.infolist(), name)
        for number, (member, member_name) in enumerate(zip(files, names, strict=True)):
            if PurePosixPath(member_name).suffix.lower() == ".zip":
                raise UploadError(
                    _("%(name)s holds another archive, %(inner)s. Unpack that first.")
                    % {"name": name, "inner": member_name}
                )
            target = into / f"{number}.part"
            try:
                with archive.open(member) as source, target.open("wb") as file:
                    while chunk := source.read(CHUNK):
                        file.write(chunk)
            except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError, RuntimeError) as error:
                raise UploadError(_("%(name)s is damaged. Pack it again.") % {"name": name}) from error
            yield member_name, target


def _check_member(member: zipfile.ZipInfo, name: str) -> None:
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    leads_out = member.filename.startswith(("/", "\\")) or ".." in parts or (parts and parts[0].endswith(":"))
    if leads_out:
        raise UploadError(
            _("%(name)s holds a file that would lie outside of its own folder. Pack it again.") % {"name": name}
        )
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind and kind not in (stat.S_IFREG, stat.S_IFDIR):
        raise UploadError(
            _("%(name)s holds a link instead of a file (%(inner)s). Pack the file itself.")
            % {"name": name, "inner": member.filename[:60]}
        )
    if member.flag_bits & 1:
        raise UploadError(_("%(name)s is locked with a password. Pack it without one.") % {"name": name})
    if member.is_dir() and PurePosixPath(member.filename).suffix.lower() in SUFFIXES:
        raise UploadError(
            _("%(inner)s in %(name)s is a folder, not a file.") % {"name": name, "inner": member.filename.rstrip("/")}
        )


def _check_sizes(members: list[zipfile.ZipInfo], name: str, most: int | None = None) -> None:
    """What the members say of their size binds: reading one never gives more than it said."""
    most = most or UNPACKED * environment().upload_megabytes * 2**20
    shrunk = any(one.file_size > SMALL and one.file_size > RATIO * max(one.compress_size, 1) for one in members)
    if len(members) > MOST_FILES or sum(one.file_size for one in members) > most or shrunk:
        raise UploadError(
            _("%(name)s would unpack to far more than it should. Leave out what is not needed, or send it in parts.")
            % {"name": name}
        )


def _check_workbook(path: Path, name: str, most: int | None) -> None:
    with _opened(path, name) as archive:
        members = archive.infolist()
        names = {one.filename.lower() for one in members}
        if "[content_types].xml" not in names or not any(one.startswith("xl/") for one in names):
            raise UploadError(
                _("%(name)s is not a workbook that can be read. Save it as XLSX or CSV.") % {"name": name}
            )
        _check_sizes(members, name, most)
        kinds = next(one for one in members if one.filename.lower() == "[content_types].xml")
        if any(one.endswith("vbaproject.bin") for one in names) or b"macroenabled" in _content(archive, kinds).lower():
            raise UploadError(
                _("%(name)s holds macros, which are programs. Save it as a workbook without macros (XLSX) or as CSV.")
                % {"name": name}
            )


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
        return b""


def _opened(path: Path, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UploadError(_("%(name)s is damaged. Save or pack it again.") % {"name": name}) from error


def _is_no_text(path: Path) -> bool:
    """Whether there are NULs in it, unless it is in UTF-16, which has many."""
    with path.open("rb") as file:
        chunk = file.read(CHUNK)
        if chunk.startswith((b"\xff\xfe", b"\xfe\xff")):
            return False
        while chunk:
            if b"\0" in chunk:
                return True
            chunk = file.read(CHUNK)
    return False
