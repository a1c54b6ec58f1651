"""A city at a glance, stored with each examination for pages that show many cities, and many cities together."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.core.cache import cache
from django.db.models import OuterRef, Subquery
from pydantic import TypeAdapter

from allcity.analysis.figures import Figure
from allcity.analysis.national import SHARES, SUMS, combine
from allcity.reports.model import Reading, Report
from allcity.reports.teller import floor, peak, state_of
from allcity.reports.text import load_catalogue
from allcity.site.cities.models import City
from allcity.site.figures.models import Examination, ReportPart

GLANCE = "glance"
"""The part of a report that holds a city at a glance."""
HEADLINE_FIGURE = "access.reach"
TOGETHER = ("schools", "students", "organizations", "programs.sustained", "seats", "partnerships", "access.reach")
KEEP_SECONDS = 24 * 60 * 60
_FIGURES = TypeAdapter(tuple[Figure, ...])
_READING = TypeAdapter(Reading | None)


@dataclass(frozen=True)
class CityGlance:
    """A public city as a list of cities shows it. `headline` and `year` are empty before its first examination."""

    slug: str
    name: str
    state: str
    in_totals: bool
    headline: str = ""
    year: str = ""
    reading: Reading | None = None


@dataclass(frozen=True)
class Total:
    """A figure of several cities together, in words: its value, and in how many of how many cities it is known."""

    title: str
    value: str
    known: int
    cities: int


@dataclass(frozen=True)
class Nation:
    """Every public city by name, and the totals of those that take part in them."""

    cities: tuple[CityGlance, ...]
    totals: tuple[Total, ...]

    @property
    def in_totals(self) -> int:
        """How many cities the totals are of."""
        return sum(city.in_totals for city in self.cities)

    def found(self, words: str) -> list[CityGlance]:
        """The cities whose name and state have all of the words, whatever their accents."""
        wanted = _folded(words).split()
        return [city for city in self.cities if all(word in _folded(f"{city.name} {city.state}") for word in wanted)]


def glance_document(report: Report, figures: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What is stored of a city-year: the report's headline, one figure in words, and the figures that totals need."""
    readings = (reading for section in report.sections for block in section.blocks for reading in block.readings)
    headline_figure = next((reading for reading in readings if reading.figure_id == HEADLINE_FIGURE), None)
    if headline_figure:
        # Outside of its report a figure's numbers of sources, which are named last, lead nowhere.
        basis = headline_figure.basis.split(" · ")
        sourced = any(one["source"] for one in figures if one["id"] == HEADLINE_FIGURE and not one["by"])
        headline_figure = replace(headline_figure, basis=" · ".join(basis[:-1] if sourced else basis))
    return {
        "headline": report.headline,
        "year": report.year,
        "reading": asdict(headline_figure) if headline_figure else None,
        "figures": [figure for figure in figures if not figure["by"] and figure["id"] in SUMS + SHARES],
    }


def nation(language: str) -> Nation:
    """The public cities in a language of the reports. It is put together once for each state of their pages."""
    versions = City.objects.public().order_by("pk").values_list("pk", "page_version", "in_totals")
    digest = hashlib.sha256(repr(list(versions)).encode()).hexdigest()
    key = f"nation:{language}:{digest}"
    found: Nation | None = cache.get(key)
    if found is None:
        found = _nation(language)
        cache.set(key, found, KEEP_SECONDS)
    return found


def _nation(language: str) -> Nation:
    newest = Examination.objects.filter(city=OuterRef("examination__city"), state=Examination.State.DONE)
    parts = ReportPart.objects.filter(
        language=language,
        part=GLANCE,
        examination__city__is_public=True,
        examination__year=Subquery(newest.order_by("-year").values("year")[:1]),
    )
    documents = dict(parts.order_by("examination_id").values_list("examination__city_id", "document"))
    cities, figures = [], []
    for city in City.objects.public().order_by("name", "pk"):
        settings, document = city.settings.city, documents.get(city.pk, {})
        cities.append(
            CityGlance(
                city.slug,
                settings.name.in_language(language),
                settings.state or "",
                city.in_totals,
                document.get("headline", ""),
                document.get("year", ""),
                _READING.validate_python(document.get("reading")),
            )
        )
        if city.in_totals:
            figures.append(_FIGURES.validate_python(document.get("figures", ())))
    together = {figure.id: figure for figure in combine(figures)}
    totals = tuple(_total(together[name], language) for name in TOGETHER if name in together)
    return Nation(tuple(cities), totals)


def _total(figure: Figure, language: str) -> Total:
    say, state = load_catalogue(language), state_of(figure)
    low, high = floor(figure), peak(figure)
    ends = say.amount(low, figure.unit), say.amount(high, figure.unit)
    if state in ("unknown", "withheld"):
        value = say("words.not_known")
    elif state == "none_on_record":
        value = say("words.none_on_record")
    elif state == "at_least":
        value = say("words.at_least", low=ends[0])
    else:
        value = ends[0] if ends[0] == ends[1] else say.between(low, high, figure.unit)
    return Total(say(f"figures.{figure.id}.title"), value, figure.known or 0, figure.total or 0)


def _folded(words: str) -> str:
    """Words without capitals and accents."""
    apart = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
