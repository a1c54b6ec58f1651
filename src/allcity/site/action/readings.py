"""A city's figures as the pages of action show them: in words, with range, basis, year and sources. None is computed here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from allcity.analysis.city import year_name
from allcity.analysis.figures import Figure
from allcity.reports.model import Reading
from allcity.reports.teller import FigureWords
from allcity.site.cities.kept import kept
from allcity.site.cities.models import City, Source
from allcity.site.directory.words import catalogue
from allcity.site.figures.models import Examination
from allcity.site.figures.queries import current_examination

Record = Mapping[str, Any]
_FIGURE = TypeAdapter(Figure)


@dataclass(frozen=True)
class Shown:
    """A figure in words. `sources` are names and web addresses, the latter empty where there is none."""

    reading: Reading
    year: int
    sources: tuple[tuple[str, str], ...]

    @property
    def figure_id(self) -> str:
        return self.reading.figure_id

    @property
    def title(self) -> str:
        return self.reading.title

    @property
    def value(self) -> str:
        return self.reading.value

    @property
    def range(self) -> str:
        return self.reading.range

    @property
    def basis(self) -> str:
        return self.reading.basis

    @property
    def year_name(self) -> str:
        """As people write it: "2025-26"."""
        return year_name(self.year)


def figure_of(record: Record) -> Figure:
    """A stored figure."""
    return _FIGURE.validate_python(dict(record))


def record_of(
    city: City, figure_id: str, *, by: Mapping[str, str] | None = None, year: int | None = None
) -> Record | None:
    """A figure of a school year as it is stored, or of the newest year that was examined; None where there is none."""
    return _records(city, year).get(_key(figure_id, by))


def reading(
    city: City, figure_id: str, *, by: Mapping[str, str] | None = None, year: int | None = None
) -> Shown | None:
    """The same figure in words."""
    record = record_of(city, figure_id, by=by, year=year)
    return in_words(city, record) if record else None


def in_words(city: City, record: Record) -> Shown:
    """A stored figure in words, in the language of the moment."""
    figure = figure_of(record)
    words = FigureWords(catalogue(), city.threshold)
    sources = kept(city, "sources by key", lambda: _sources(city))
    named = tuple(sources[key] for key in figure.source if key in sources)
    return Shown(words.reading(figure, drawn=False), figure.year, named)


def readings_for(city: City, section: str, year: int | None = None) -> dict[str, tuple[Shown, ...]]:
    """The figures that help to answer the questions of a section, by question. What the city did not measure is left out."""
    framework = city.settings.framework
    found = framework.sections.get(section)
    records = _records(city, year)
    return {
        question.id: tuple(
            in_words(city, records[key])
            for indicator in question.indicators
            if (figure_id := framework.indicators[indicator].figure) and (key := _key(figure_id, None)) in records
        )
        for question in (found.questions.values() if found else ())
    }


def choices(city: City) -> list[tuple[str, str]]:
    """The figures of the whole city in its newest examination: each id with its title, by title."""
    words = FigureWords(catalogue(), city.threshold)
    found = {
        figure_id: words.title(figure_of(record)) for (figure_id, by), record in _records(city, None).items() if not by
    }
    return sorted(found.items(), key=lambda pair: pair[1].casefold())


def _records(city: City, year: int | None) -> Mapping[tuple[str, frozenset[tuple[str, str]]], Record]:
    """Every figure of an examination by its id and dimensions."""
    examination = current_examination(city, year)
    if examination is None:
        return {}

    def read() -> Mapping[tuple[str, frozenset[tuple[str, str]]], Record]:
        figures = Examination.objects.filter(pk=examination.pk).values_list("figures", flat=True).get()
        return {_key(record["id"], record["by"]): record for record in figures}

    return kept(city, ("figures", examination.pk), read)


def _sources(city: City) -> dict[str, tuple[str, str]]:
    return {key: (name, url) for key, name, url in Source.objects.of(city).values_list("key", "name", "url")}


def _key(figure_id: str, by: Mapping[str, str] | None) -> tuple[str, frozenset[tuple[str, str]]]:
    return figure_id, frozenset((by or {}).items())
