"""What may be said of a commitment. Every refusal names its field as its code, and says what to do instead."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.site.accounts.models import User
from allcity.site.action import readings
from allcity.site.cities.models import City, Membership
from allcity.site.cities.places import find_places
from allcity.site.conversations.models import Thread
from allcity.site.needs.models import Need
from allcity.site.needs.survey.reminding import today_in

LONGEST_TITLE = 200
LONGEST_DETAILS = 4000
LONGEST_WORDS = 2000
ONE_THING = gettext_lazy("Choose a need or a figure, not both: one commitment moves one thing.")
LAST_YEARS = 10
"""How many years ahead a day may be."""


def text(value: str, longest: int, *, empty: str = "", field: str = "") -> str:
    """Somebody's words without spaces around them. With `empty`, that is said where there is nothing left."""
    value = value.strip()
    if empty and not value:
        raise ValidationError(empty, code=field)
    if len(value) > longest:
        raise ValidationError(
            _("This is longer than %(number)s characters. Shorten it.") % {"number": longest}, code=field
        )
    if "\0" in value:
        raise ValidationError(_("This holds a character that no text has. Type it anew."), code=field)
    return value


def day(value: date | None, city: City) -> date | None:
    """A day to come, today included."""
    if value is None:
        return None
    today = today_in(city)
    if value < today:
        raise ValidationError(_("That day is past. Choose today or a later day."), code="due_on")
    if value.year > today.year + LAST_YEARS:
        raise ValidationError(
            _("That is more than %(years)s years ahead. Choose an earlier day.") % {"years": LAST_YEARS}, code="due_on"
        )
    return value


def values(city: City, said: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a commitment that somebody filled in, as they are stored. Raises ValidationError with all that is wrong."""
    found: dict[str, Any] = {}
    errors: list[ValidationError] = []
    for name, value in said.items():
        try:
            found[name] = _one(city, name, value, said)
        except ValidationError as error:
            errors.append(error)
    if found.get("need") and found.get("figure_id"):
        errors.append(ValidationError(ONE_THING, code="figure_id"))
    if errors:
        raise ValidationError(errors)
    return found


def _one(city: City, name: str, value: Any, said: Mapping[str, Any]) -> Any:
    match name:
        case "title":
            return text(value, LONGEST_TITLE, empty=_("Say in a few words what is to be done."), field=name)
        case "details":
            return text(value, LONGEST_DETAILS, field=name)
        case "section":
            return _known(value, city.settings.framework.sections, name, _("Choose one of the city's sections."))
        case "strategy":
            return _known(value, city.settings.framework.strategies, name, _("Choose one of the city's strategies."))
        case "due_on":
            return day(value, city)
        case "owner":
            return _owner(city, value)
        case "place":
            return _place(city, value)
        case "need":
            return _need(city, value)
        case "thread":
            return _thread(city, value)
        case "figure_id":
            return _figure(city, value, said.get("figure_by"))
        case "figure_by":
            return dict(value) if value and said.get("figure_id") else None
        case _:
            return value


def _known(value: str, among: Mapping[str, Any], field: str, otherwise: str) -> str:
    if value and value not in among:
        raise ValidationError(otherwise, code=field)
    return value


def _owner(city: City, owner: User | None) -> User | None:
    if owner and not Membership.objects.filter(city=city, user=owner, user__is_active=True).exists():
        raise ValidationError(
            _("This person has no role in the city. Invite them first, or name another."), code="owner"
        )
    return owner


def _place(city: City, place: UUID | None) -> UUID | None:
    if place and place not in find_places(city, [place]):
        raise ValidationError(
            _("This school or organization is not in the city's directory. Choose another."), code="place"
        )
    return place


def _need(city: City, need: Need | None) -> Need | None:
    if need and need.city_id != city.pk:
        raise ValidationError(_("This need is of another city. Choose one of this city."), code="need")
    return need


def _thread(city: City, thread: Thread | None) -> Thread | None:
    if thread and thread.city_id != city.pk:
        raise ValidationError(_("This conversation is of another city."), code="thread")
    return thread


def _figure(city: City, figure_id: str, by: Mapping[str, str] | None) -> str:
    if figure_id and readings.record_of(city, figure_id, by=by) is None:
        raise ValidationError(
            _("The city has no such figure yet. Choose another, or leave it empty."), code="figure_id"
        )
    return figure_id
