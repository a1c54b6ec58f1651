"""Handed-in answers written to the records: the school's baseline and its needs."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from allcity.site.accounts.models import User
from allcity.site.cities.models import public_id
from allcity.site.directory.domain import free_name, source_of_people
from allcity.site.directory.models import School
from allcity.site.needs.models import Baseline, Need
from allcity.site.needs.survey.questions import (
    BASELINE_FIELDS,
    CONTRIBUTIONS,
    DETAIL_FIELDS,
    EVERY_GRADE,
    MOVED,
    detail,
)
from allcity.site.needs.survey.sheet import Sheet

NO_LONGER_NEEDED = gettext_noop("no longer needed")
"""Why a need was closed, in its history."""


def write_baseline(*, sheet: Sheet, user: User) -> None:
    """Write what was said of the school's own music: a cell is emptied where the answer is not known, or taken back.

    What nobody answered stays as it is in the records, and so does what was handed in before: it may have been put right.
    """
    city, school, year = sheet.survey.city, sheet.school, sheet.survey.year
    row = Baseline.objects.select_for_update().filter(school=school, year=year).first()
    lines = {name: line for name, line in sheet.lines.items() if name in BASELINE_FIELDS and line.version}
    answered = {name: line.now.value for name, line in lines.items() if line.is_new or row is None}
    if not answered:
        return
    row = row or Baseline(city=city, school=school, year=year)
    empty = {"space": "", "informal_music": []}
    for name, value in answered.items():
        setattr(row, name, empty.get(name) if value is None else value)
    row.source = source_of_people(city, Baseline.TABLE)
    row.as_of = timezone.localdate()
    row._history_user = user  # type: ignore[attr-defined] # simple-history reads it there
    row.save()


def write_needs(*, sheet: Sheet, user: User) -> None:
    """Make, change and close the school's needs of the year, as its survey says. Where it says nothing they stay.

    What was handed in before is not written again: a need may have been changed or closed in the ledger since.
    """
    chosen = sheet.chosen
    if chosen is None:
        return
    is_chosen_anew = any(
        line.is_new for name, line in sheet.lines.items() if name == CONTRIBUTIONS or name.startswith(MOVED)
    )
    city, year = sheet.survey.city, sheet.survey.year
    rows = list(Need.objects.select_for_update().filter(school=sheet.school, year=year).order_by("pk"))
    source = source_of_people(city, Need.TABLE)
    used = set(Need.objects.of(city).values_list("key", flat=True))
    for code in chosen:
        same = [row for row in rows if row.contribution == code]
        row = next((each for each in same if each.state != Need.State.CLOSED), None) or next(iter(same), None)
        details = _details(sheet, code, all_of_them=row is None)
        if row and not details and not is_chosen_anew:
            continue
        if row is None:
            row = Need(city=city, school=sheet.school, year=year, contribution=code)
            row.key = free_name(f"{sheet.school.key} {code.replace('_', '-')} {year}", used, otherwise=Need.TABLE)
            row.public_id = public_id(city.slug, Need.TABLE, row.key)
            row.dosage_hours = _dosage_before(sheet.school, code, year)
            used.add(row.key)
        if row.pk is None or row.state == Need.State.CLOSED:
            row.state = Need.State.STATED
        row.unit = city.settings.framework.contributions[code].unit
        for name, value in details.items():
            setattr(row, name, value)
        row.source, row.as_of = source, timezone.localdate()
        row._history_user = user  # type: ignore[attr-defined] # simple-history reads it there
        row.save()
    for row in rows if is_chosen_anew else ():
        if row.contribution not in chosen and row.state != Need.State.CLOSED:
            row.state = Need.State.CLOSED
            row._history_user, row._change_reason = user, NO_LONGER_NEEDED  # type: ignore[attr-defined] # simple-history reads them there
            row.save()


def _details(sheet: Sheet, code: str, *, all_of_them: bool) -> dict[str, Any]:
    """The fields of the need for a contribution to which something was said, or taken back, since it was handed in."""
    found: dict[str, Any] = {}
    for name in DETAIL_FIELDS:
        line = sheet.lines.get(detail(code, name))
        if line and line.version and (line.is_new or all_of_them):
            found[name] = _EMPTY[name] if line.now.value is None else _AS_STORED[name](line.now.value)
    return found


_EMPTY: dict[str, Any] = {
    "amount": None,
    "grade_band": "",
    "days": [],
    "times": [],
    "languages": [],
    "priority": None,
    "description": "",
}
_AS_STORED: dict[str, Callable[[Any], Any]] = {
    "amount": float,
    "grade_band": lambda band: "" if band == EVERY_GRADE else band,
    "days": list,
    "times": list,
    "languages": list,
    "priority": int,
    "description": str,
}


def _dosage_before(school: School, code: str, year: int) -> float | None:
    """The hours that the same need asked for a year before: the survey does not ask for them."""
    before = Need.objects.filter(school=school, contribution=code, year=year - 1).order_by("-pk").first()
    return before.dosage_hours if before else None
