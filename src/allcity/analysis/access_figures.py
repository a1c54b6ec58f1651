"""The figures of access out of school, for the city, its areas, grade bands, groups, contributions and terms."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from allcity.analysis import access
from allcity.analysis.cells import Cells, FloatArray, Slice, slices
from allcity.analysis.city import CityYear
from allcity.analysis.figures import Figure, Status, Unit
from allcity.analysis.findings import Tally
from allcity.analysis.provenance import provenance
from allcity.analysis.season import Season, arcs

MINOR_UNITS = 100


@dataclass(frozen=True)
class Access:
    """Figures of access, what was left out and is unknown, and each school's own values.

    `schools` has for each row of the city-year's schools `reach`, `seats_per_100`, `placed`, each with `_low` and `_high`.
    """

    figures: tuple[Figure, ...]
    schools: pl.DataFrame
    left_out: tuple[Tally, ...]
    unknown: tuple[Tally, ...]


def measure_access(city_year: CityYear, cells: Cells, year: Season) -> Access:
    """Measure reach, seats per 100 students and placed students from the year's sustained in-person offerings."""
    origin = provenance(city_year, "offerings")
    behind = provenance(city_year, "offerings", "students")
    has_source = origin.coverage != "none" or len(year.frame) > 0
    stands = _Stands(city_year, cells, year.access, has_source=has_source)
    base = Figure("", None, "share", city_year.year, records="offerings", source=behind.source, as_of=behind.as_of)
    measure = _Measure(stands, base, bounded=origin.bounded)
    return Access(
        figures=tuple(measure.figures()),
        schools=measure.schools(),
        left_out=tuple(_left_out(year)) if has_source else (),
        unknown=tuple(_unknown(city_year, year.access))
        if has_source
        else (Tally("no_program_source", "sources", 1, 1),),
    )


class _Stands:
    """What the measures stand on: arcs between cells and offerings, and what follows from them."""

    def __init__(self, city_year: CityYear, cells: Cells, offerings: pl.DataFrame, *, has_source: bool) -> None:
        self.city_year, self.cells, self.offerings, self.has_source = city_year, cells, offerings, has_source
        self.arcs = arcs(city_year, offerings, cells)
        self.reach = access.reach(self.arcs, access.everything(offerings), cells)
        seats = access.seats_of(city_year, offerings)
        self.seats = access.seats_per_student(city_year, cells, self.arcs, seats)
        self.placed = access.placed(city_year, offerings, cells, self.arcs, seats)
        self.term = max(self.placed, key=lambda term: self.placed[term].low.sum()) if self.placed else None
        self.spots = access.Spots(city_year, cells)


@dataclass(frozen=True)
class _Measure:
    stands: _Stands
    base: Figure
    bounded: bool

    def figures(self) -> Iterator[Figure]:
        stands = self.stands
        for part in slices(stands.city_year, stands.cells):
            yield self._reach("access.reach", stands.reach, part, _FIT)
            seats = stands.seats.per_100(np.nan_to_num(part.weights))
            yield self._figure("access.seats_per_100", part, *seats, status="modelled", rests_on=_SEATS)
            if stands.term is not None:
                yield self._placed(part, stands.term)
        everyone = Slice(None, stands.cells.students)
        for term in stands.placed:
            yield self._placed(Slice({"term": term}, everyone.weights), term)
        yield from self._narrower(everyone)

    def _narrower(self, everyone: Slice) -> Iterator[Figure]:
        """Reach of the offerings of each contribution, and of those that a fee, a language or a need leaves open."""
        stands, offerings = self.stands, self.stands.offerings
        framework = stands.city_year.framework
        for contribution in framework.contributions:
            wanted = access.naming_any(offerings, "contributions", (contribution,))
            part = Slice({"contribution": contribution}, everyone.weights)
            yield self._wanted("access.reach", wanted, part, "contributions")
        yield self._wanted("access.reach.free", access.fee_at_most(offerings, 0), everyone, "fee")
        limit = framework.targets.fee_limit.value
        if limit is not None:
            wanted = access.fee_at_most(offerings, limit * MINOR_UNITS)
            yield self._wanted("access.reach.fee", wanted, everyone, "fee")
        others = tuple(stands.city_year.city.languages[1:])
        if others:
            wanted = access.naming_any(offerings, "languages", others)
            yield self._wanted("access.reach.language", wanted, everyone, "languages")
        wanted = access.naming_any(offerings, "accommodations")
        yield self._wanted("access.reach.accommodation", wanted, everyone, "accommodations")

    def _wanted(self, figure_id: str, wanted: access.Wanted, part: Slice, also: str) -> Figure:
        reach = access.reach(self.stands.arcs, wanted, self.stands.cells)
        return self._reach(figure_id, reach, part, (*_FIT, also))

    def _reach(self, figure_id: str, reach: access.Reach, part: Slice, rests_on: tuple[str, ...]) -> Figure:
        weights = np.nan_to_num(part.weights)
        low, high = reach.share(weights)
        # An area is a part of the city in which the offering may be; every other slice is spread over the whole city.
        if np.isfinite(high) and "area" not in (part.by or {}):
            high = reach.best_places(weights, self.stands.spots)
        return self._figure(figure_id, part, low, low, high, status=self._counted(weights), rests_on=rests_on)

    def _placed(self, part: Slice, term: str) -> Figure:
        placed, cells = self.stands.placed[term], self.stands.cells
        low, high = (self._among(values, cells, part) for values in (placed.low, placed.high))
        return self._figure("access.placed", part, low, low, max(low, high), status="modelled", rests_on=_SEATS)

    @staticmethod
    def _among(values: FloatArray, cells: Cells, part: Slice) -> float:
        """The share of the students of a slice who are placed; groups within a cell are placed in proportion."""
        weights = np.nan_to_num(part.weights)
        share = np.divide(values, cells.students, out=np.zeros_like(values), where=cells.students > 0)
        return float(weights @ share / weights.sum()) if weights.sum() > 0 else np.nan

    def _counted(self, weights: FloatArray) -> Status:
        """Estimated where some of the students are known by their school's total alone."""
        cells = self.stands.cells
        return "estimated" if (weights[cells.spread[cells.school]] > 0).any() else "measured"

    def _figure(
        self,
        figure_id: str,
        part: Slice,
        value: float,
        low: float,
        high: float,
        *,
        status: Status,
        rests_on: tuple[str, ...],
    ) -> Figure:
        unit: Unit = "seats per 100 students" if figure_id == "access.seats_per_100" else "share"
        figure = replace(self.base, id=figure_id, unit=unit, by=part.by, status=status)
        if not self.stands.has_source:
            return replace(figure, low=0.0, known=0, total=0, narrows=("no_program_source",))
        offerings = self.stands.offerings
        figure = replace(
            figure,
            known=len(offerings) - _missing(offerings, *(column for name in rests_on for column in _COLUMNS[name])),
            total=len(offerings),
            narrows=_narrowing(offerings, rests_on, bounded=self.bounded),
        )
        limit = float(high) if np.isfinite(high) else None
        return replace(
            figure, value=float(value), low=float(low), high=limit if self.bounded else None, high_if_complete=limit
        )

    def schools(self) -> pl.DataFrame:
        """Each school's own values; null where it has no students or nothing is known."""
        stands, cells = self.stands, self.stands.cells
        students = cells.by_school(cells.students)

        def per_student(of_school: FloatArray) -> FloatArray:
            result: FloatArray = np.divide(of_school, students, out=np.full(len(students), np.nan), where=students > 0)
            return result

        def share(of_cells: FloatArray) -> FloatArray:
            return per_student(cells.by_school(of_cells))

        reach, seats = stands.reach, stands.seats
        columns = {
            "reach": share(cells.students * reach.certain),
            "reach_low": share(cells.students * reach.certain),
            "reach_high": share(cells.students * reach.open),
            "seats_per_100": 100 * share(cells.students * seats.value),
            "seats_per_100_low": 100 * share(cells.students * seats.least),
            "seats_per_100_high": 100
            * per_student(cells.by_school(cells.students * seats.most) + seats.open_seats(cells)),
        }
        if stands.term is not None:
            placed = stands.placed[stands.term]
            columns["placed"] = columns["placed_low"] = share(placed.low)
            columns["placed_high"] = np.fmax(share(placed.low), share(placed.high))
        frame = pl.DataFrame(columns).with_columns(pl.when(pl.all().is_finite()).then(pl.all()))
        if not stands.has_source:
            return frame.with_columns(
                pl.lit(0.0 if n.endswith("_low") else None, pl.Float64).alias(n) for n in frame.columns
            )
        return (
            frame
            if self.bounded
            else frame.with_columns(pl.lit(None, pl.Float64).alias(n) for n in frame.columns if n.endswith("_high"))
        )


_COLUMNS = {
    "location": ("latitude", "longitude"),
    "ages": ("minimum_age", "maximum_age"),
    "seats": ("seats",),
    "sessions": ("sessions",),
    "fee": ("maximum_fee",),
    "languages": ("languages",),
    "accommodations": ("accommodations",),
    "contributions": ("contributions",),
}
_FIT = ("location", "ages")
_SEATS = (*_FIT, "seats")


def _missing(offerings: pl.DataFrame, *columns: str) -> int:
    """How many offerings lack something in any of the columns."""
    return int(offerings.select(pl.any_horizontal(pl.col(columns).is_null()).sum()).item())


def _narrowing(offerings: pl.DataFrame, rests_on: tuple[str, ...], *, bounded: bool) -> tuple[str, ...]:
    """What would narrow the range, the unknown of most offerings first."""
    missing = {name: _missing(offerings, *_COLUMNS[name]) for name in rests_on}
    unknown = sorted((name for name in missing if missing[name]), key=lambda name: -missing[name])
    return (*(() if bounded else ("coverage",)), *unknown)


def _unknown(city_year: CityYear, offerings: pl.DataFrame) -> Iterator[Tally]:
    """Of how many of the offerings that count, and of how many schools, something is not known."""
    for name, columns in _COLUMNS.items():
        yield Tally(name, "offerings", _missing(offerings, *columns), len(offerings))
    schools = city_year.schools
    yield Tally("coordinates_of_school", "schools", schools["latitude"].null_count(), len(schools))


def _left_out(year: Season) -> Iterator[Tally]:
    """How many of the year's offerings each rule sets aside, in the order of the rules."""
    frame = year.frame
    yield Tally("event", "offerings", frame.filter("one_day").height, frame.height)
    yield Tally("short", "offerings", frame.filter(~pl.col("one_day") & ~pl.col("sustained")).height, frame.height)
    yield Tally("online", "offerings", frame.filter(pl.col("sustained") & ~pl.col("in_person")).height, frame.height)
