"""Figures on pages: as they are now, or as they were when an editor chose to keep them. None is computed here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allcity.site.action import readings
from allcity.site.action.readings import Record, Shown
from allcity.site.cities.models import City

UPDATES, STAYS = "updates", "stays"


@dataclass(frozen=True)
class Told:
    """A figure on a page; `before` is of an earlier year, where one stands beside it. `kept` says that it stays as it was."""

    now: Shown | None
    before: Shown | None
    kept: bool


def told(city: City | None, said: Mapping[str, Any]) -> Told:
    """What a block shows. A page of no city has no figures: those of its spotlights are read elsewhere."""
    if city is None:
        return Told(None, None, kept=False)
    kept = _kept(said) if said["mode"] == STAYS else None
    records = kept if kept is not None else _records(city, said)
    now, before = (readings.in_words(city, record) if record else None for record in records)
    return Told(now, before, kept=kept is not None)


def keep(page: Any, **_: object) -> None:
    """Note in the blocks of a page what their figures say now, where they are to stay as they are; what is noted stays."""
    city = page.city if page.path else None
    for block in page.body:
        if block.block_type != "figure":
            continue
        if block.value["mode"] == UPDATES:
            block.value["kept"] = ""
        elif city and _kept(block.value) is None:
            block.value["kept"] = json.dumps({"of": _of(block.value), "records": _records(city, block.value)})


def _of(said: Mapping[str, Any]) -> list[Any]:
    """What was asked for: another figure or another year is kept anew."""
    return [said["figure"], said["year"], said["before"]]


def _records(city: City, said: Mapping[str, Any]) -> list[Record | None]:
    now = readings.record_of(city, said["figure"], year=said["year"])
    before = readings.record_of(city, said["figure"], year=said["before"]) if said["before"] else None
    return [now, before]


def _kept(said: Mapping[str, Any]) -> list[Record | None] | None:
    try:
        kept = json.loads(said["kept"] or "null")
        return list(kept["records"]) if kept and kept["of"] == _of(said) else None
    except (ValueError, TypeError, KeyError):
        return None
