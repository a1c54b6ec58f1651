"""Changing what a city decides for itself: its city.toml, whether everybody sees it, whether it counts in the totals."""

import tomllib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from allcity.declaration import load_framework
from allcity.site.accounts.models import User
from allcity.site.cities.domain import change_settings, note_publication
from allcity.site.cities.models import City, Role
from allcity.site.cities.models.city import read_city_settings
from allcity.site.cities.places import all_places
from allcity.site.cities.settings.boundary import boundary_text
from allcity.site.cities.settings.document import Path, at, edited
from allcity.site.cities.settings.parts import plain

Tables = Mapping[str, Any]
Reading = Callable[[str], Tables]
BOUNDARY_FILE = "boundary.geojson"


class SettingsConflictError(Exception):
    """Somebody else changed the same meanwhile. `values` has for each path what they wrote and what was asked for."""

    def __init__(self, values: Mapping[Path, tuple[Any, Any]], version: int, who: User | None) -> None:
        super().__init__("changed meanwhile")
        self.values, self.version, self.who = values, version, who


def overrides(text: str) -> Tables:
    """What a city.toml itself says."""
    return tomllib.loads(text.removeprefix("\ufeff"))


@lru_cache(maxsize=64)
def effective(text: str) -> Tables:
    """What holds in a city with this city.toml: the city itself, and the framework with its changes."""
    settings = read_city_settings(text)
    return {"city": plain(settings.city), **plain(settings.framework)}


@lru_cache(maxsize=1)
def defaults() -> Tables:
    """What holds where a city has changed nothing."""
    framework: Tables = plain(load_framework())
    return framework


def version_of(city: City) -> int:
    """The version of a city's settings, which a form remembers."""
    newest = city.history.order_by("-history_id").values_list("history_id", flat=True).first()
    return newest or 0


def text_of(city: City, version: int) -> str:
    """The city.toml of a version; today's where there is no such version."""
    found = city.history.filter(history_id=version).values_list("settings_text", flat=True).first()
    return found if found is not None else city.settings_text


def with_values(*, city: City, version: int, values: Mapping[Path, Any], read: Reading = effective) -> str:
    """The city.toml with these values, of which only those count that differ from what stood in the version.

    A value of None, or one that is the default, takes the city's own away. `read` says what values are compared with.

    Raises:
        SettingsConflictError: somebody has changed one of them since.
        ShapeError: the text is laid out in a way in which only a person can change it.
    """
    before, now = read(text_of(city, version)), read(city.settings_text)
    usual = defaults() if read is effective else {}
    changed = {path: value for path, value in values.items() if value != at(before, path)}
    clashes = {
        path: (at(now, path), value)
        for path, value in changed.items()
        if at(now, path) != at(before, path) and at(now, path) != value
    }
    if clashes:
        raise conflict(city, clashes)
    return edited(
        city.settings_text, {path: None if value == at(usual, path) else value for path, value in changed.items()}
    )


def conflict(city: City, values: Mapping[Path, tuple[Any, Any]]) -> SettingsConflictError:
    """What to tell of a city that somebody changed last."""
    newest = city.history.order_by("-history_id").first()
    return SettingsConflictError(values, newest.history_id, newest.history_user)


def change_values(
    *, city: City, version: int, values: Mapping[Path, Any], read: Reading = effective, user: User | None = None
) -> City:
    """Put values into the city's settings, as `with_values` says. Raises `CityFileError` too."""
    with transaction.atomic():
        city = City.objects.select_for_update().get(pk=city.pk)
        return change_settings(
            city=city, text=with_values(city=city, version=version, values=values, read=read), user=user
        )


def check_text(*, city: City, version: int, text: str) -> None:
    """See that nobody has changed the settings since a version, unless into just this text. Raises SettingsConflictError."""
    if city.settings_text not in (text_of(city, version), text):
        raise conflict(city, {(): (city.settings_text, text)})


def replace_text(*, city: City, version: int, text: str, user: User | None = None) -> City:
    """Put another city.toml in the place of the city's. Raises `CityFileError`, SettingsConflictError and ValueError."""
    with transaction.atomic():
        city = City.objects.select_for_update().get(pk=city.pk)
        check_text(city=city, version=version, text=text)
        return change_settings(city=city, text=text, user=user)


def set_boundary(*, city: City, content: bytes, user: User | None = None) -> City:
    """Give a city its outline, as GeoJSON; none, where the content is empty. Raises ValidationError."""
    text = boundary_text(content) if content else ""
    with transaction.atomic():
        city = City.objects.select_for_update().get(pk=city.pk)
        city.boundary = text
        city.save(update_fields=["boundary"])
        named = city.settings.city.boundary
        name = (named or BOUNDARY_FILE) if text else None
        if name != named:
            changed = edited(city.settings_text, {("city", "boundary"): name})
            change_settings(city=city, text=changed, user=user)
        note_publication(city)
    return city


def wanting_for_public(city: City) -> dict[str, bool]:
    """What a city needs before everybody sees it, and whether it has it: schools, and a coordinator with a name."""
    coordinators = city.memberships.filter(role=Role.COORDINATOR).exclude(user__first_name="", user__last_name="")
    return {"schools": bool(all_places(city, Role.LIAISON)), "contact": coordinators.exists()}


def show_city(*, city: City, is_public: bool, in_totals: bool, user: User | None = None) -> City:
    """Make a city public or a draft again, and have it count in the national totals or not; only a public city counts.

    Raises ValidationError where it is to become public and lacks something.
    """
    with transaction.atomic():
        city = City.objects.select_for_update().get(pk=city.pk)
        if is_public and not city.is_public and not all(wanting_for_public(city).values()):
            raise ValidationError(_("Something is still wanting before everybody can see the city."))
        city.is_public, city.in_totals = is_public, in_totals and is_public
        city._history_user = user  # type: ignore[attr-defined] # simple-history reads it there
        city.save(update_fields=["is_public", "in_totals"])
        note_publication(city)
    return city
