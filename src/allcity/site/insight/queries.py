"""What a city's public pages read: the year they show, its report, and what was found of each school."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from pydantic import TypeAdapter

from allcity.analysis.city import year_dates, year_name
from allcity.reports.model import Block, Section
from allcity.reports.text import load_catalogue
from allcity.site.cities.kept import kept
from allcity.site.cities.models import City, RecordQuerySet
from allcity.site.directory.models import SchoolYear
from allcity.site.figures.models import Examination, SchoolFinding
from allcity.site.figures.queries import current_examination, examined_years, report_parts
from allcity.site.needs.models import Need
from allcity.site.partnerships.models import Delivery, Partnership

Record = TypeVar("Record", bound=Model)

MEASURES = ("reach", "seats_per_100", "placed")
_SECTION = TypeAdapter(Section)


@dataclass(frozen=True)
class ShownYear:
    """The school year that a page is about. `years` have figures, the newest first; `examination` is the one shown.

    A city that was never examined has the newest year of its schools, and 0 where it has none.
    """

    year: int
    years: tuple[int, ...]
    examination: Examination | None

    @property
    def name(self) -> str:
        """As people write it: "2025-26"."""
        return year_name(self.year) if self.year else ""

    @property
    def choices(self) -> list[tuple[int, str]]:
        return [(year, year_name(year)) for year in self.years]

    @property
    def is_newest(self) -> bool:
        return not self.years or self.year == self.years[0]

    @property
    def dates(self) -> tuple[date, date] | None:
        """Its first and last day."""
        return year_dates(self.year) if self.year else None


def shown_year(city: City, asked: str | None = None) -> ShownYear:
    """The year that a reader asks for, or the newest with figures. Raises LookupError where the city has no such year."""
    years = kept(city, "years", lambda: examined_years(city))
    if not years:
        newest = SchoolYear.objects.of(city).order_by("-year").values_list("year", flat=True).first()
        if asked and asked != str(newest):
            raise LookupError(asked)
        return ShownYear(newest or 0, (), None)
    if asked and asked not in map(str, years):
        raise LookupError(asked)
    year = int(asked) if asked else years[0]
    return ShownYear(year, tuple(years), kept(city, ("examination", year), lambda: current_examination(city, year)))


def during(shown: ShownYear, *, end: str = "end_date") -> Q:
    """Records whose days from `start_date` to `end` overlap the year; all of them where there is no year."""
    if shown.dates is None:
        return Q()
    first, last = shown.dates
    return Q(start_date__lte=last) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": first}))


def frame_of(city: City, model: type[Model]) -> dict[int, Any]:
    """The city's sources, districts, areas or groups by number, without outlines: read once for many pages."""
    heavy = [field.name for field in model._meta.concrete_fields if field.name == "outline"]
    records: RecordQuerySet = model.objects.of(city)  # type: ignore[attr-defined] # of a model of the frame
    return kept(city, model, lambda: records.defer(*heavy).in_bulk())


def with_frame(city: City, records: Iterable[Record], *names: str) -> list[Record]:
    """Records with what they name of the city's frame: their "source", "area", "district" or "group"."""
    rows = list(records)
    for name in names if rows else ():
        of: Any = rows[0]._meta.get_field(name).related_model
        frame = frame_of(city, of)
        for row in rows:
            if found := frame.get(getattr(row, f"{name}_id")):
                setattr(row, name, found)
    return rows


def sections(shown: ShownYear, language: str, *names: str) -> dict[str, Section]:
    """Sections of the report on the year by name, those of `names` or all; none where it was not examined."""
    if shown.examination is None:
        return {}
    parts = report_parts(shown.examination, language, *names)
    return {name: _SECTION.validate_python(document) for name, document in parts.items() if "question" in document}


def head(shown: ShownYear, language: str) -> dict[str, Any]:
    """The headline, lede and key of the report; empty where the year was not examined."""
    return report_parts(shown.examination, language, "head").get("head", {}) if shown.examination else {}


def blocks_without(section: Section, language: str, *headings: str) -> list[Block]:
    """The blocks of a section but those with these headings, which are named by their ids in the report's catalogue."""
    say = load_catalogue(language)
    unwanted = {say(heading) for heading in headings}
    return [block for block in section.blocks if block.heading not in unwanted]


def block_of(section: Section | None, language: str, heading: str) -> Block | None:
    """The block with this heading, which is named by its id in the report's catalogue."""
    title = load_catalogue(language)(heading)
    return next((block for block in section.blocks if block.heading == title), None) if section else None


# --- Schools ---


def schools_found(city: City, shown: ShownYear) -> list[dict[str, Any]]:
    """A row for each school of the year, with what was found of it; nothing is found before the first examination.

    Rows are those of `allcity.reports.tables.schools_table`.
    """
    if shown.examination is not None:
        findings = SchoolFinding.objects.filter(examination=shown.examination).order_by("pk")
        return list(findings.values_list("found", flat=True))
    unknown = dict.fromkeys(
        ("students", "alone", *(f"{measure}{bound}" for measure in MEASURES for bound in ("", "_low", "_high")))
    )
    rows = SchoolYear.objects.of(city).filter(year=shown.year, school__archived_at=None).order_by("pk")
    names = ("school__key", "name", "area__key", "area__name", "latitude", "longitude")
    return [
        unknown | dict(zip(("school_id", "name", "area_id", "area", "latitude", "longitude"), row, strict=True))
        for row in rows.values_list(*names)
    ]


@dataclass(frozen=True)
class WithOthers:
    """The schools, by number, that have partnerships, deliveries or needs in a year; `districts` have partnerships whole."""

    partnerships: frozenset[int]
    districts: frozenset[int]
    deliveries: frozenset[int]
    needs: frozenset[int]


def schools_with_others(city: City, shown: ShownYear) -> WithOthers:
    """Which schools have something with others on record in the year; read once for the pages of all schools."""

    def of(records: "QuerySet[Any]", name: str) -> frozenset[int]:
        return frozenset(records.exclude(**{name: None}).values_list(name, flat=True))

    def read() -> WithOthers:
        partnerships = Partnership.objects.of(city).current().filter(during(shown))
        return WithOthers(
            partnerships=of(partnerships, "schools"),
            districts=of(partnerships.filter(schools=None), "districts"),
            deliveries=of(Delivery.objects.of(city).filter(during(shown)), "school"),
            needs=of(Need.objects.of(city).filter(year=shown.year), "school"),
        )

    return kept(city, (WithOthers, shown.year), read)


def order_schools(rows: Iterable[dict[str, Any]], by: str) -> list[dict[str, Any]]:
    """Schools by name, or by a number of theirs: "-students" is the most first. Those not known come last."""
    column, most_first = by.lstrip("-"), by.startswith("-")
    ordered = sorted(rows, key=lambda row: str(row["name"]).casefold(), reverse=by == "-name")
    if column == "name":
        return ordered

    def rank(row: dict[str, Any]) -> tuple[bool, float]:
        value = row[column]
        return value is None, 0.0 if value is None else -float(value) if most_first else float(value)

    return sorted(ordered, key=rank)


def matching(rows: Iterable[dict[str, Any]], *, words: str = "", area: str = "") -> list[dict[str, Any]]:
    """Rows whose name has all of the words, of one area if it is named by its id."""
    wanted = words.casefold().split()
    return [
        row
        for row in rows
        if (not area or row["area_id"] == area) and all(word in str(row["name"]).casefold() for word in wanted)
    ]


def areas_of(rows: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    """The areas of some rows, by name: pairs of id and name."""
    return sorted({(row["area_id"], row["area"]) for row in rows if row["area_id"]}, key=lambda area: str(area[1]))


def addresses(records: "QuerySet[Any]", keys: Sequence[str]) -> dict[str, str]:
    """What the pages of some records are called, by the records' keys."""
    return dict(records.filter(key__in=keys).values_list("key", "slug"))
