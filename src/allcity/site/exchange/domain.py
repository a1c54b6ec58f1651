"""Bringing tables into a city and taking them back: what is written, all of it or nothing."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import shapely
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from allcity.formats.check import BACKDROP_FILE, CITY_FILE
from allcity.formats.folder import CityFolder, read_folder
from allcity.site.accounts.models import User
from allcity.site.cities.domain import change_settings, create_city, note_change
from allcity.site.cities.models import Area, City
from allcity.site.exchange.changes import Changes, Conflict, difference, from_json, take_back, to_json
from allcity.site.exchange.exports import forget_files
from allcity.site.exchange.files import forget
from allcity.site.exchange.models import Import
from allcity.site.exchange.sparing import made_here, spare
from allcity.site.exchange.tables import outlines, read_city
from allcity.site.exchange.writing import write_changes
from allcity.site.partnerships.twice.domain import join_accounts, part_accounts


def import_folder(
    folder: Path, *, city: City | None = None, user: User | None = None, is_public: bool = False, title: str = ""
) -> Import:
    """Make a city hold what a city folder holds: a new city, unless one is given.

    Every table of the folder takes the place of the city's own, but for what people made here and no table could bring back.

    Raises:
        ProblemsError: the folder has problems; it names all of them and nothing has been written.
        CityNameError: no city may have the folder's id, or another than the one given has it already (CityExistsError).
        ValueError: the folder is that of another city.
    """
    found = read_folder(folder)
    text = (folder / CITY_FILE).read_text(encoding="utf-8-sig")
    with transaction.atomic():
        if city is None:
            city = create_city(settings_text=text, founder=user, is_public=is_public)
        record = Import(city=city, public_id=uuid4(), kind=Import.Kind.FOLDER, user=user, title=title or folder.name)
        boundary = found.settings.city.boundary
        return put(
            record,
            found=found,
            settings_text=text,
            boundary=_text(folder / boundary) if boundary else "",
            backdrop=_text(folder / BACKDROP_FILE),
        )


def put(
    record: Import,
    *,
    found: CityFolder,
    changes: Changes | None = None,
    settings_text: str | None = None,
    boundary: str | None = None,
    backdrop: str | None = None,
) -> Import:
    """Make the import's city hold these tables, outlines and settings, and note in the import what that changed.

    `changes` is how the tables differ from those of the city, where that is known already.
    """
    city, user = record.city, record.user
    with transaction.atomic():
        if changes is None:
            changes = spare(city, difference(read_city(city).tables, found.tables))
        write_changes(city, changes, user=user)
        join_accounts(city)
        others: dict[str, Any] = {"outlines": _put_outlines(city, found.shapes)}
        if settings_text is not None and settings_text != city.settings_text:
            others["settings"] = [city.settings_text, settings_text]
            change_settings(city=city, text=settings_text, user=user)
        for name, text in (("boundary", boundary), ("backdrop", backdrop)):
            if text is not None and text != getattr(city, name):
                others[name] = [getattr(city, name), text]
                setattr(city, name, text)
                city.save(update_fields=[name])
        record.changes = {"tables": to_json(changes), **others}
        record.state, record.finished_at = Import.State.DONE, timezone.now()
        record.save()
        note_change(city)
    return record


def undo_import(*, record: Import, user: User | None = None) -> list[Conflict]:
    """Take an import back, but for what somebody has changed since, which stays and is named.

    Raises ValueError if the import is not one that changed anything.
    """
    if record.state not in (Import.State.DONE, Import.State.UNDOING):
        raise ValueError("Only an import that is done can be taken back.")
    city = record.city
    with transaction.atomic():
        changes = from_json(record.changes["tables"])
        back, conflicts = take_back(changes, read_city(city).tables, staying=made_here(city))
        if part_accounts(city, {key[0] for key in back["deliveries"].removed} if "deliveries" in back else ()):
            # nothing is kept for a school's account of it
            back, conflicts = take_back(changes, read_city(city).tables, staying=made_here(city))
        write_changes(city, back, user=user)
        join_accounts(city)
        for key, (before, after) in record.changes.get("outlines", {}).items():
            Area.objects.of(city).filter(key=key, outline=after).update(outline=before)
        before, after = record.changes.get("settings", (None, None))
        if before is not None and city.settings_text == after:
            change_settings(city=city, text=before, user=user)
        for name in ("boundary", "backdrop"):
            before, after = record.changes.get(name, (None, None))
            if before is not None and getattr(city, name) == after:
                setattr(city, name, before)
                city.save(update_fields=[name])
        record.state = Import.State.UNDONE
        record.save(update_fields=["state"])
        note_change(city)
    return conflicts


def forget_city(city: City) -> None:
    """Remove every file that is kept of the city, once it is discarded."""
    records = list(Import.objects.of(city).only("public_id"))

    def remove() -> None:
        forget_files(city)
        for record in records:
            forget(record)

    transaction.on_commit(remove)


def hindrances_to_discarding(city: City) -> Iterator[str]:
    """That an import is at work."""
    if Import.objects.of(city).filter(state__in=Import.BUSY).exists():
        yield _("An import is at work. Wait until it is done.")


def _put_outlines(city: City, shapes: Mapping[str, BaseGeometry]) -> dict[str, list[str]]:
    """Store the outlines of areas, and say of each that changed what it was before and is now."""
    now = outlines(city)
    changed: dict[str, list[str]] = {}
    records = []
    for area in Area.objects.of(city).filter(key__in={*shapes, *now}):
        if area.key not in shapes or area.key not in now or not shapes[area.key].equals_exact(now[area.key]):
            text = shapely.to_geojson(shapes[area.key]) if area.key in shapes else ""
            changed[area.key] = [area.outline, text]
            area.outline = text
            records.append(area)
    Area.objects.bulk_update(records, ["outline"], batch_size=100)
    return changed


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig") if path.is_file() else ""
