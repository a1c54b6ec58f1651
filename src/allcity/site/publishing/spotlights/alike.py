"""Cities that are alike by figures that they publish: which, and in what. How is decided in `allcity.analysis.likeness`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allcity.analysis.fairness import NEED_DIMENSION
from allcity.analysis.likeness import (
    DIMENSIONS,
    SHARE_DIFFERENCE,
    SHARES,
    SIZE_FACTOR,
    Alike,
    Likeness,
    PublicFigures,
    most_alike,
)
from allcity.site.action import readings
from allcity.site.cities.kept import kept
from allcity.site.cities.models import Area, City, Group
from allcity.site.directory.words import catalogue
from allcity.site.publishing.editorial import queries as editorial
from allcity.site.publishing.models import SpotlightPage

MOST = 12
WORDS: Mapping[str, str | Promise] = {
    "population": _("population"),
    "students": _("number of students"),
    "low_income": _("students from low-income families"),
    "staffed": _("certified music teachers"),
    "reach": _("programs in reach"),
}
"""The dimensions in words."""


LIMITS = {"factor": SIZE_FACTOR, "points": round(100 * SHARE_DIFFERENCE)}


@dataclass(frozen=True)
class Neighbour:
    """The spotlight of a city that is alike in something."""

    page: SpotlightPage
    city: City | None
    likeness: Likeness

    @property
    def alike(self) -> str:
        """In what, in words."""
        return _listed(self.likeness.alike)

    @property
    def unlike(self) -> str:
        """In what it is known not to be."""
        return _listed(self.likeness.unlike)

    @property
    def unknown(self) -> str:
        """What one of the two does not publish."""
        return _listed(each for each in DIMENSIONS if self.likeness.of(each) is Alike.UNKNOWN)


def _listed(dimensions: Iterable[str]) -> str:
    words = [str(WORDS[each]) for each in dimensions]
    return catalogue().listing(words) if words else ""


def population_of(city: City) -> int | None:
    """Who lives there, as its settings say, or as all of its areas do."""
    if city.settings.city.population:
        return city.settings.city.population
    populations = list(Area.objects.of(city).values_list("population", flat=True))
    return sum(filter(None, populations)) if populations and None not in populations else None


def public_figures(city: City) -> PublicFigures:
    """What a city on the installation publishes of itself."""
    return kept(city, "public figures", lambda: _figures(city))


def _figures(city: City) -> PublicFigures:
    students = _value(city, "students")
    groups = Group.objects.of(city).filter(dimension=NEED_DIMENSION).order_by("pk").values_list("key", flat=True)
    counts = (_value(city, "students", {"group": group}) for group in groups)
    low_income = next((count for count in counts if count is not None), None)
    return PublicFigures(
        population=population_of(city),
        students=None if students is None else int(students),
        low_income=low_income / students if students and low_income is not None else None,
        staffed=_value(city, "school_music.staffed"),
        reach=_value(city, "access.reach"),
    )


def figures_of(page: SpotlightPage, city: City | None) -> PublicFigures:
    """What the city of a spotlight publishes, here or elsewhere."""
    if city is not None:
        return public_figures(city)
    return PublicFigures(**{name: getattr(page, name) for name in DIMENSIONS})


def neighbours(mine: PublicFigures, *, but: City | SpotlightPage | None = None, most: int = MOST) -> list[Neighbour]:
    """The spotlights of the cities most alike, without the one whose figures these are."""
    pages = {page: page.city for page in editorial.spotlights()}
    others = {page: city for page, city in pages.items() if not _is(page, city, but)}
    found = most_alike(mine, {page.pk: figures_of(page, city) for page, city in others.items()}, most=most)
    by_key = {page.pk: (page, city) for page, city in others.items()}
    return [Neighbour(*by_key[key], each) for key, each in found]


def in_words(figures: PublicFigures) -> list[tuple[str, str]]:
    """What of its figures a city publishes: each dimension with its value."""
    words = catalogue()
    known = [(name, value) for name in DIMENSIONS if (value := getattr(figures, name)) is not None]
    return [(str(WORDS[name]), words.share(value) if name in SHARES else words.number(value)) for name, value in known]


def _is(page: SpotlightPage, city: City | None, other: City | SpotlightPage | None) -> bool:
    if isinstance(other, SpotlightPage):
        return page.translation_key == other.translation_key
    return other is not None and city == other


def _value(city: City, figure: str, by: Mapping[str, str] | None = None) -> float | None:
    record = readings.record_of(city, figure, by=by)
    return readings.figure_of(record).value if record else None
