"""The journal of a city folder: what each import changed in its files, so that it can be taken back.

It lies in FOLDER/.allcity/imports, one folder for each import, with the files as they were before and a fingerprint of
what the import made of them.
"""

import gzip
import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from allcity.declaration.messages import Message
from allcity.formats.check import CITY_FILE, PACKAGE_FILE, SHAPES_FILE
from allcity.formats.problems import Problem, ProblemsError
from allcity.formats.schema import SCHEMA

MANAGED = (CITY_FILE, SHAPES_FILE, PACKAGE_FILE, *(f"{name}.csv" for name in SCHEMA))
"""The files that an import may write."""
ENTRY_FILE = "import.json"


@dataclass(frozen=True)
class Undone:
    """An import that was taken back: when it was made, with which mappings, and the files that are as before it."""

    when: str
    mappings: tuple[str, ...]
    files: tuple[str, ...]


def managed_files(folder: Path) -> dict[str, bytes]:
    """The files of a city folder that an import may write, by name."""
    return {name: (folder / name).read_bytes() for name in MANAGED if (folder / name).is_file()}


def put(folder: Path, files: Mapping[str, bytes], *, mappings: tuple[str, ...]) -> None:
    """Make the folder hold these of the files that an import may write, and record how it was before.

    The record is complete before the first file is touched, and each file is replaced as a whole: whatever interrupts
    it, `undo_import` leads back to the state before.
    """
    is_new = not folder.exists()
    before = managed_files(folder)
    changed = sorted(name for name in {*before, *files} if before.get(name) != files.get(name))
    entries = _entries_folder(folder)
    entries.mkdir(parents=True, exist_ok=True)
    number = int(_entries(folder)[-1].name) + 1 if _entries(folder) else 1
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=entries))
    for name in changed:
        if name in before:
            (draft / f"{name}.gz").write_bytes(gzip.compress(before[name], mtime=0))
    entry = {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "mappings": mappings,
        "new_folder": is_new,
        "files": {name: {"before": _digest(before.get(name)), "after": _digest(files.get(name))} for name in changed},
    }
    (draft / ENTRY_FILE).write_text(json.dumps(entry, indent=1) + "\n", encoding="utf-8")
    draft.rename(entries / f"{number:06d}")
    _replace(folder, {name: files.get(name) for name in changed})


def undo_import(folder: Path) -> Undone:
    """Take back the last import into a folder: its files are again as they were before. Call it again for the one before.

    Raises:
        ProblemsError: there is nothing to take back, or a file has been changed since; then nothing is done.
    """
    entries = _entries(folder)
    if not entries:
        remedy = Message("Only imports that were made with this folder can be undone.")
        raise ProblemsError([Problem(folder.name, Message("There is no import to undo."), remedy)])
    last = entries[-1]
    entry: dict[str, Any] = json.loads((last / ENTRY_FILE).read_text(encoding="utf-8"))
    now = managed_files(folder)
    problems = [
        Problem(
            name,
            Message(
                "The file has been changed since the import of {when}, so undoing it would lose that change.",
                when=entry["when"],
            ),
            Message("Undo that change first, or correct the table by hand."),
        )
        for name, digests in entry["files"].items()
        if _digest(now.get(name)) not in digests.values()
    ]
    if problems:
        raise ProblemsError(problems)
    files = {
        name: gzip.decompress((last / f"{name}.gz").read_bytes()) if digests["before"] else None
        for name, digests in entry["files"].items()
    }
    _replace(folder, files)
    shutil.rmtree(last)
    if len(entries) == 1:
        shutil.rmtree(_entries_folder(folder))
        _remove_if_empty(folder / ".allcity")
        if entry["new_folder"]:
            _remove_if_empty(folder)
    return Undone(entry["when"], tuple(entry["mappings"]), tuple(files))


def _entries_folder(folder: Path) -> Path:
    return folder / ".allcity" / "imports"


def _entries(folder: Path) -> list[Path]:
    """The recorded imports, the last one last. What an interrupted import left of a record is none."""
    entries = _entries_folder(folder)
    return sorted(path for path in entries.iterdir() if path.name.isdigit()) if entries.is_dir() else []


def _replace(folder: Path, files: Mapping[str, bytes | None]) -> None:
    for name, content in files.items():
        if content is None:
            (folder / name).unlink(missing_ok=True)
        else:
            draft = folder / ".allcity" / f"{name}.draft"
            draft.write_bytes(content)
            draft.replace(folder / name)


def _remove_if_empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        folder.rmdir()


def _digest(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()
