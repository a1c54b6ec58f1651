"""The steps in which a city is started, and how far it is, seen from what the city has."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from allcity.site.cities.models import City, Role
from allcity.site.cities.places import all_places
from allcity.site.cities.settings.domain import overrides


@dataclass(frozen=True)
class Step:
    """One step: what it is called, what it is for, where it is done, and whether it is. Some may be left out."""

    name: str
    title: str
    text: str
    url: str
    is_done: bool
    optional: bool = False


def steps_of(city: City) -> list[Step]:
    """Every step of starting a city, in order."""

    def address(name: str) -> str:
        return reverse(f"city:{name}", args=[city.slug])

    return [
        Step(
            "name",
            _("Name and place"),
            _("What the city is called, in each of its languages, and where it is."),
            address("settings-city"),
            is_done=True,
        ),
        Step(
            "schools",
            _("Schools"),
            _("From the federal school file, a spreadsheet of your district, or a whole city folder."),
            address("imports"),
            is_done=bool(all_places(city, Role.LIAISON)),
        ),
        Step(
            "people",
            _("People"),
            _("Those who know the schools and organizations: ask them in by mail."),
            address("people"),
            is_done=city.memberships.count() > 1 or city.invitations.exists(),
        ),
        Step(
            "targets",
            _("Targets"),
            _("The few numbers that decide most of what the figures say. Each has a default with its source."),
            address("start-targets"),
            is_done="targets" in overrides(city.settings_text),
            optional=True,
        ),
        Step(
            "boundary",
            _("Boundary"),
            _("Its outline on the map, from a GeoJSON file."),
            address("settings-boundary"),
            is_done=bool(city.boundary),
            optional=True,
        ),
        Step(
            "public",
            _("Make it public"),
            _("Until then only its people see the city."),
            address("settings-shown"),
            is_done=city.is_public,
        ),
    ]


def next_of(steps: list[Step]) -> Step | None:
    """The first step that is not done: one that may be left out only where no other is left."""
    return min((step for step in steps if not step.is_done), key=lambda step: step.optional, default=None)
