"""The files of an import: kept in a folder of its own beside the database, never served, and removed after a month.

Mappings lie apart from what they are about.
"""

import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from allcity.formats.check import CITY_FILE
from allcity.site.environment import environment
from allcity.site.exchange.models import Import
from allcity.site.uploads import MOST_FILES, UNPACKED, UploadError, check_content, checked_name, unpacked

PROBLEMS_FILE = "problems.json"


def place_of(record: Import) -> Path:
    """The folder of an import's files, made where it is not there."""
    place = environment().data / "imports" / str(record.public_id)
    for part in ("data", "mappings"):
        (place / part).mkdir(parents=True, exist_ok=True)
    return place


def data_of(record: Import) -> Path:
    """The folder with everything but mappings."""
    return place_of(record) / "data"


def mappings_of(record: Import) -> Path:
    """The folder with the mappings."""
    return place_of(record) / "mappings"


def path_of(record: Import, name: str) -> Path:
    """Where a file of this name lies or would lie."""
    is_mapping = name.lower().endswith(".toml") and name != CITY_FILE
    return (mappings_of(record) if is_mapping else data_of(record)) / name


def names_of(record: Import) -> list[str]:
    """The names of all files, sorted."""
    return sorted(path.name for folder in (data_of(record), mappings_of(record)) for path in folder.iterdir())


def keep(record: Import, uploads: Iterable[UploadedFile]) -> tuple[list[str], list[str]]:
    """Keep uploaded files, archives unpacked; one of the same name is replaced. Which were kept, and why others were not."""
    kept, refused = [], []
    for upload in uploads:
        with tempfile.TemporaryDirectory(dir=place_of(record), prefix="incoming-") as folder:
            try:
                kept += _keep_one(record, upload, Path(folder))
            except UploadError as error:
                refused.append(str(error))
    return kept, refused


def _keep_one(record: Import, upload: UploadedFile, folder: Path) -> list[str]:
    name = checked_name(upload.name or "")
    whole = folder / "whole"
    with whole.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    check_content(whole, name)
    found = {name: whole}
    if name.lower().endswith(".zip"):
        found = dict(unpacked(whole, name, folder))
        for inner, path in found.items():
            check_content(path, inner)
    now = names_of(record)
    size = sum(path_of(record, one).stat().st_size for one in now) + sum(one.stat().st_size for one in found.values())
    if len({*now, *found}) > MOST_FILES or size > UNPACKED * environment().upload_megabytes * 2**20:
        raise UploadError(_("Too much for one import. Bring in what is here first, then the rest."))
    for inner, path in found.items():
        path.replace(path_of(record, inner))
    return list(found)


def remove(record: Import, name: str) -> None:
    """Remove a file, if there is one of this name."""
    with suppress(FileNotFoundError):
        path_of(record, checked_name(name)).unlink()


def forget(record: Import) -> None:
    """Remove all of an import's files."""
    shutil.rmtree(environment().data / "imports" / str(record.public_id), ignore_errors=True)
