"""What was done to a record, in plain words."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.utils.formats import date_format, number_format, time_format
from django.utils.translation import gettext as _

from allcity.site.cities.models import City
from allcity.site.directory import words
from allcity.site.directory.kinds import described, kind_of
from allcity.site.directory.models import School

A_PAGE = 20
_SHORT = 80


@dataclass(frozen=True)
class Change:
    """One thing that was done. Long texts stand apart, before and after."""

    sentence: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Event:
    """What somebody did at a time. `who` is empty where it was an import or nobody knows. `version` can be gone back to."""

    version: int
    when: datetime
    who: str
    changes: tuple[Change, ...]
    is_now: bool


def history_page(record: Any, number: str | int | None = 1) -> tuple[Page, list[Event]]:
    """A page of what was done to a record, the newest first, in a constant number of queries."""
    target = described(record) or record
    rows = target.history.select_related("history_user").order_by("-history_date", "-history_id")
    page = Paginator(rows, A_PAGE).get_page(number)
    start = page.start_index() - 1 if page.paginator.count else 0
    shown = list(rows[start : start + A_PAGE + 1])
    names = _names(target, shown)
    events = []
    for index, row in enumerate(shown[:A_PAGE]):
        before = shown[index + 1] if index + 1 < len(shown) else None
        changes = _changes(record, target, row, before, names)
        who = (row.history_user.get_full_name() or _("Somebody")) if row.history_user else ""
        events.append(Event(row.history_id, row.history_date, who, changes, is_now=start + index == 0))
    return page, events


def in_words(target: models.Model, name: str, value: Any, names: Mapping[tuple[str, Any], str] | None = None) -> str:
    """The value of a field as a reader says it; empty where nothing is known."""
    city: City = target.city  # type: ignore[attr-defined] # a record's
    field: Any = target._meta.get_field(name)
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, models.Model):
        return str(value)
    if field.is_relation:
        return (names or {}).get((name, value), "")
    if name in _SAID:
        return _SAID[name](city, value)
    if name in ("minimum_fee", "maximum_fee"):
        return words.money(value, getattr(target, "currency", "") or city.settings.city.currency)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    match value:
        case bool():
            return _("yes") if value else _("no")
        case date():
            return date_format(value)
        case time():
            return time_format(value)
        case float() if name not in ("latitude", "longitude"):
            return number_format(value, None if value % 1 else 0)
    return str(value)


def field_label(model: models.Model | type[models.Model], name: str) -> str:
    """What a field is called."""
    field: Any = model._meta.get_field(name)
    return str(field.verbose_name)


_SAID = {
    "days": lambda _city, codes: words.joined(str(words.DAYS.get(code, code)) for code in codes),
    "languages": lambda _city, codes: words.joined(map(words.language_name, codes)),
    "accommodations": lambda _city, codes: words.joined(map(words.accommodation_name, codes)),
    "grades": lambda _city, codes: words.joined(codes),
    "contributions": lambda city, codes: words.joined(words.contribution_title(city, code) for code in codes),
    "participant_type": words.participant_title,
}


def facts(record: Any) -> list[tuple[str, str]]:
    """What is said of a record: labels and values in words, empty where it is not known."""
    target = described(record)
    if target is None:
        return []
    return [
        (field_label(target, name), in_words(target, name, getattr(target, name))) for name in kind_of(record).fields
    ]


def _names(target: models.Model, rows: Sequence[Any]) -> dict[tuple[str, Any], str]:
    """What the references in these rows lead to: one query for each model."""
    wanted: dict[str, set[Any]] = defaultdict(set)
    for field in target._meta.fields:
        if field.is_relation and field.name in (
            "area",
            "district",
            "location",
            "organization",
            "program",
            "merged_into",
        ):
            wanted[field.name] |= {getattr(row, field.attname) for row in rows} - {None}
    found = {}
    for name, keys in wanted.items():
        model: Any = target._meta.get_field(name).related_model
        for pk, record in model._default_manager.in_bulk(keys).items() if keys else ():
            found[name, pk] = str(record)
    return found


def _changes(
    record: Any, target: Any, row: Any, before: Any | None, names: Mapping[tuple[str, Any], str]
) -> tuple[Change, ...]:
    if before is None:
        return (Change(_("added this")),)
    changes = []
    if not isinstance(record, School):
        into = names.get(("merged_into", row.merged_into_id), "")
        if row.merged_into_id and not before.merged_into_id:
            changes.append(Change(_("merged this into “%(name)s”") % {"name": into}))
        elif before.merged_into_id and not row.merged_into_id:
            changes.append(Change(_("took a merge back")))
        elif row.archived_at and not before.archived_at:
            changes.append(Change(_("archived this")))
        elif before.archived_at and not row.archived_at:
            changes.append(Change(_("brought this back")))
    watched = [*kind_of(record).fields, *(name for name in ("organization", "program") if hasattr(row, f"{name}_id"))]
    for name in watched:
        field = target._meta.get_field(name)
        old, new = getattr(before, field.attname), getattr(row, field.attname)
        if old != new:
            before_and_after = (in_words(target, name, value, names) for value in (old, new))
            changes.append(_told(field_label(target, name), *before_and_after))
    if not changes:
        changes.append(Change(_("said that this is still true")))
    return tuple(changes)


def _told(label: str, before: str, after: str) -> Change:
    if max(len(before), len(after)) > _SHORT:
        return Change(_("changed %(what)s") % {"what": label}, before, after)
    values = {"what": label, "before": before, "after": after}
    if not before:
        return Change(_("set %(what)s to %(after)s") % values)
    if not after:
        return Change(_("took away %(what)s (it was %(before)s)") % values)
    return Change(_("changed %(what)s from %(before)s to %(after)s") % values)
