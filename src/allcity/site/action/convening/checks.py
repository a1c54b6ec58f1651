"""What is refused in a plan of a session, each with a sentence that says what to do instead."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from allcity.site.action.convening import times
from allcity.site.action.models import PlanningSession
from allcity.site.cities.models import City

MOST_POINTS, MOST_FINDINGS, MOST_DATES = 40, 30, 12
LONGEST_POINT = 600
LENGTHS = {
    "title": 200,
    "purpose": 4000,
    "place_name": 200,
    "address": 300,
    "online_url": 1000,
    "interpretation": 500,
    "childcare": 500,
    "access": 500,
}


@dataclass(frozen=True)
class Point:
    """A point of an agenda as it is planned. `number` is the key of one that is there already and stays."""

    title: str
    minutes: int
    lead: str = ""
    section: str = ""
    figure_id: str = ""
    number: int | None = None


def values(city: City, said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a session, without needless spaces. Raises ValidationError by field."""
    found, errors = dict(said), {}
    for name, longest in LENGTHS.items():
        if name not in found:
            continue
        found[name] = found[name].replace("\x00", "").strip()
        if len(found[name]) > longest:
            errors[name] = _("That is too long: %(longest)s letters at most.") % {"longest": longest}
    if "title" in found and not found["title"]:
        errors["title"] = _("Say in a few words what the session is about.")
    if found.get("online_url"):
        try:
            URLValidator(schemes=["https", "http"])(found["online_url"])
        except ValidationError:
            errors["online_url"] = _("Write the whole link, with https:// before it.")
    if found.get("capacity") is not None and found["capacity"] < 1:
        errors["capacity"] = _("Leave it empty, or give at least one place.")
    if "audience" in found and found["audience"] not in PlanningSession.Audience.values:
        errors["audience"] = _("Choose who may see it.")
    if found.get("section") and found["section"] not in city.settings.framework.sections:
        errors["section"] = _("The city has no such section. Choose one of the list.")
    if "findings" in found:
        found["findings"] = findings(found["findings"])
    if errors:
        raise ValidationError(errors)
    return found


def findings(said: Iterable[Any]) -> list[dict[str, Any]]:
    """What lies on the table, each once: a figure by its id, or a question of a section, and of which year.

    A text alone is the id of a figure.
    """
    kept: list[dict[str, Any]] = []
    for each in said:
        told = {"figure": each} if isinstance(each, str) else dict(each)
        if told.get("question"):
            one = {"question": str(told["question"]), "section": str(told.get("section", "")), "year": told.get("year")}
        elif told.get("figure"):
            one = {"figure": str(told["figure"])}
        else:
            continue
        if one not in kept:
            kept.append(one)
    if len(kept) > MOST_FINDINGS:
        raise ValidationError(
            {"findings": _("At most %(number)s findings fit on the table.") % {"number": MOST_FINDINGS}}
        )
    return kept


def agenda(points: Sequence[Point]) -> list[Point]:
    """The points of an agenda, each with a title and minutes. Raises ValidationError naming the point by its place."""
    if len(points) > MOST_POINTS:
        raise ValidationError(_("An agenda has at most %(number)s points.") % {"number": MOST_POINTS})
    kept = []
    for place, point in enumerate(points, 1):
        title = point.title.replace("\x00", "").strip()
        if not title or len(title) > LENGTHS["title"]:
            raise ValidationError(_("Point %(number)s: say in a few words what it is.") % {"number": place})
        if not 1 <= point.minutes <= LONGEST_POINT:
            raise ValidationError(_("Point %(number)s: say how many minutes it takes.") % {"number": place})
        lead = point.lead.replace("\x00", "").strip()[: LENGTHS["title"]]
        kept.append(Point(title, point.minutes, lead, point.section, point.figure_id, point.number))
    return kept


def fits(minutes: int, starts_at: datetime | None, ends_at: datetime | None) -> None:
    """Refuse an agenda that takes longer than the session, with both numbers. Raises ValidationError."""
    if starts_at is None or ends_at is None:
        return
    there = times.minutes_between(starts_at, ends_at)
    if minutes > there:
        raise ValidationError(
            _(
                "The agenda takes %(agenda)s minutes, and the session %(session)s. Shorten points, or let the session end later."
            )
            % {"agenda": minutes, "session": there}
        )
