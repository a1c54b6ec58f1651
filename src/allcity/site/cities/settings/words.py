"""Settings in words: what differs between two versions of a city.toml, and which figures rest on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from allcity.declaration import CityFileError
from allcity.reports.text import load_catalogue
from allcity.site.cities.settings.document import INNER, Path, at
from allcity.site.cities.settings.domain import defaults, effective
from allcity.site.cities.settings.parts import CHOICES, INNER_NAMES, KINDS, NAMES

_ACCESS = ("access.reach", "access.seats_per_100", "access.placed")
RESTS_ON: Mapping[str, tuple[str, ...]] = {
    "students_per_certified_teacher": ("school_music.staffed", "needs.owed.staff"),
    "minutes_per_week": ("school_music.minutes", "needs.owed.minutes"),
    "reach_minutes": _ACCESS,
    "travel_mode": _ACCESS,
    "walking_speed_kmh": _ACCESS,
    "walking_detour": _ACCESS,
    "sustained_sessions": ("programs.sustained", "seats", *_ACCESS),
    "sustained_days": ("programs.sustained", "seats", *_ACCESS),
    "fee_limit": ("access.reach.fee",),
    "seats_cap_unknown": ("seats", "access.seats_per_100", "access.placed"),
    "catchment_method": ("access.seats_per_100",),
    "catchment_step_weights": ("access.seats_per_100",),
}
"""The figures that a target decides most directly; those made from them follow."""


@dataclass(frozen=True)
class Change:
    """One thing that differs: where, what was there before and what is after; empty for what was or is not there."""

    where: str
    before: str
    after: str


def figures_of(target: str) -> list[str]:
    """The names of the figures that rest on a target."""
    say = load_catalogue(reader())
    ids = [f"figures.{figure}.title" for figure in RESTS_ON.get(target, ())]
    return [say(id_) for id_ in ids if id_ in say]


def reader() -> str:
    """The language of the reader, as the framework is written in it."""
    return (get_language() or "en").partition("-")[0]


def language_name(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def in_language(text: Any) -> str:
    """A text of several languages in that of the reader; "" for none."""
    if not isinstance(text, Mapping):
        return str(text or "")
    return str(text.get(reader()) or text.get("en") or next(iter(text.values()), ""))


def differences(before: str, after: str) -> list[Change]:
    """What differs between two texts of a city.toml, in words. A text that can no longer be read differs in one thing."""
    try:
        old, new = effective(before), effective(after)
    except CityFileError:
        return [] if before == after else [Change(_("The whole text"), before, after)]
    return list(_differences(old, new, (), old, new))


def _differences(
    old: Any, new: Any, path: Path, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    if old == new or _follows(path, new, before, after):
        return
    is_entry = (len(path) == 2 and path[0] in KINDS) or (len(path) == 4 and path[2] in INNER)
    is_table = isinstance(old, Mapping) or isinstance(new, Mapping)
    if is_table and not (is_entry and (old is None or new is None)):
        names = dict.fromkeys([*(old or {}), *(new or {})])
        for name in names:
            yield from _differences(at(old, (name,)), at(new, (name,)), (*path, name), before, after)
        return
    yield Change(
        where_words(path, before, after),
        value_words(path, old, before),
        value_words(path, new, after),
    )


def _follows(path: Path, new: Any, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether what a target's source is and is worth changed with its value alone: the default's belong to the default."""
    if path[:1] != ("targets",) or path[2:3] not in (("standing",), ("sources",), ("caveat",)):
        return False
    was_own, is_own = (at(tables, (*path[:2], "standing")) == "city" for tables in (before, after))
    return path[2] == "standing" or not is_own or (not was_own and not new)


def where_words(path: Path, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """A path in words: kind, entry, field and language."""
    words: list[str] = []
    here: Path = ()
    for part in path:
        here = (*here, part)
        title = in_language(_title(before, here) or _title(after, here) or _title(defaults(), here))
        if len(here) == 1:
            names = {"city": _("The city"), "targets": _("Targets")}
            words.append(str(KINDS[part][0]) if part in KINDS else names.get(part, part))
        elif title:
            words.append(title)
        elif part in INNER and len(here) == 3:
            words.append(str(INNER_NAMES[part]))
        elif part in NAMES:
            words.append(str(NAMES[part]))
        else:
            words.append(language_name(part))
    return " · ".join(words)


def _title(tables: Mapping[str, Any], path: Path) -> Any:
    """The name of the entry that stands at a path, for its grade band where a target has a value for one."""
    if path[0] == "targets" and len(path) == 4:
        return at(tables, ("grade_bands", path[3], "title"))
    if len(path) not in (2, 4) or path[0] == "city" or (len(path) == 4 and path[2] not in INNER):
        return None
    entry = at(tables, path)
    return (entry.get("title") or entry.get("text")) if isinstance(entry, Mapping) else None


def value_words(path: Path, value: Any, tables: Mapping[str, Any]) -> str:
    """A value in words: entries by their names, numbers as the reader writes them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return number_format(value, use_l10n=True, force_grouping=isinstance(value, int) and abs(value) >= 10_000)
    if isinstance(value, list):
        return "\n".join(value_words(path, one, tables) for one in value)
    if isinstance(value, Mapping):
        if "minutes" in value and "weight" in value:
            return _("up to %(minutes)s minutes: %(weight)s") % value
        return in_language(value.get("title") or value.get("text") or value)
    kind = {"answered_by": "participants", "scale": "scales"}.get(path[-1], path[-1])
    titled = at(tables, (kind, value, "title")) if kind in KINDS else None
    if titled:
        return in_language(titled)
    return str(CHOICES[value]) if value in CHOICES and path[-1] in ("unit", "sides", "value") else str(value)
