"""The figures of access out of school, for the city, its areas, grade bands, groups, contributions and terms."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from allcity.analysis import access
from allcity.analysis.cells import BoolArray, Cells, FloatArray, Slice, slices
from allcity.analysis.city import CityYear
from allcity.analysis.figures import Figure, Status, Unit, not_known
from allcity.analysis.findings import Tally
from allcity.analysis.placed import placed
from allcity.analysis.provenance import provenance
from allcity.analysis.season import Season, arcs, in_reach

MINOR_UNITS = 100


@dataclass(frozen=True)
class Access:
    """Figures of access, what was left out and is unknown, and each school's own values.

    `schools` has for each row of the city-year's schools `reach`, `seats_per_100`, `placed`, each with `_low` and `_high`;
    `in_reach` is as in `Findings`.
    """

    figures: tuple[Figure, ...]
    schools: pl.DataFrame
    in_reach: pl.DataFrame
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
        in_reach=in_reach(city_year, stands.offerings, cells, stands.arcs),
        left_out=tuple(_left_out(year)) if has_source else (),
        unknown=tuple(_unknown(stands)) if has_source else (Tally("no_program_source", "sources", 1, 1),),
    )


class _Stands:
    """What the measures stand on: arcs between cells and offerings, and what follows from them."""

    def __init__(self, city_year: CityYear, cells: Cells, offerings: pl.DataFrame, *, has_source: bool) -> None:
        self.city_year, self.cells, self.offerings, self.has_source = city_year, cells, offerings, has_source
        self.arcs = arcs(city_year, offerings, cells)
        self.reach = access.reach(self.arcs, access.everything(offerings))
        seats = access.seats_of(city_year, offerings)
        self.seats = access.seats_per_student(city_year, cells, self.arcs, seats)
        self.placed = placed(city_year, offerings, cells, self.arcs, seats)
        self.spots = access.Spots(city_year, cells)
        self.unknown = {name: _lacking(offerings, columns) for name, columns in _COLUMNS.items()}

    def weights(self, part: Slice) -> FloatArray:
        """(cells,) the students of a slice as far as known; a group never counts more than the cell it is part of."""
        weights: FloatArray = np.clip(np.nan_to_num(part.weights), 0, self.cells.students)
        return weights


@dataclass(frozen=True)
class _Measure:
    stands: _Stands
    base: Figure
    bounded: bool

    def figures(self) -> Iterator[Figure]:
        stands = self.stands
        for part in slices(stands.city_year, stands.cells):
            yield self._reach("access.reach", stands.reach, part, _FIT)
            seats = stands.seats.per_100(stands.weights(part))
            yield self._figure("access.seats_per_100", part, *seats, status="modelled", rests_on=_SEATS)
            if stands.placed.terms:
                yield self._placed(part)
        everyone = Slice(None, stands.cells.students)
        for term_id, term in stands.placed.terms.items():
            least, most = term.total
            yield self._of_students("access.placed", Slice({"term": term_id}, everyone.weights), least, least, most)
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
        reach = access.reach(self.stands.arcs, wanted)
        return self._reach(figure_id, reach, part, (*_FIT, also))

    def _reach(self, figure_id: str, reach: access.Reach, part: Slice, rests_on: tuple[str, ...]) -> Figure:
        weights = self.stands.weights(part)
        low, high = reach.share(weights)
        # An area is a part of the city in which the offering may be; every other slice is spread over the whole city.
        if np.isfinite(high) and "area" not in (part.by or {}):
            high = reach.best_places(weights, self.stands.spots)
        return self._figure(figure_id, part, low, low, high, status=self._counted(part), rests_on=rests_on)

    def _placed(self, part: Slice) -> Figure:
        stands = self.stands
        if part.by is None:
            return self._of_students("access.placed", part, *stands.placed.whole())
        weights = stands.weights(part)
        if "group" in part.by:  # a group has the places of its school in proportion
            weights = stands.cells.in_proportion(weights)
        return self._of_students("access.placed", part, *stands.placed.among(weights))

    def _of_students(self, figure_id: str, part: Slice, value: float, low: float, high: float) -> Figure:
        """The share that so many students are of those in a slice."""
        students = float(self.stands.weights(part).sum())
        shares = (number / students if students > 0 else np.nan for number in (value, low, high))
        return self._figure(figure_id, part, *shares, status="modelled", rests_on=_SEATS)

    def _counted(self, part: Slice) -> Status:
        """Estimated where some of the students are known by their school's total alone, or not at all."""
        cells, counts = self.stands.cells, part.weights
        return "estimated" if np.isnan(counts).any() or (counts[cells.spread[cells.school]] > 0).any() else "measured"

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
            return not_known(figure, "no_program_source")
        unknown = {name: self.stands.unknown[name] for name in rests_on}
        lacking = sorted((name for name in unknown if unknown[name].any()), key=lambda name: -int(unknown[name].sum()))
        total = len(self.stands.offerings)
        figure = replace(
            figure,
            known=total - int(np.any(list(unknown.values()), axis=0).sum()),
            total=total,
            narrows=(*(() if self.bounded else ("coverage",)), *lacking),
        )
        if np.isnan(value):
            return figure
        low, high = (float(_or_same(end, value)) for end in (low, high))
        value, low, high = (min(number, 1.0) if unit == "share" else number for number in (value, low, high))
        limit = high if np.isfinite(high) else None
        return replace(figure, value=value, low=low, high=limit if self.bounded else None, high_if_complete=limit)

    def schools(self) -> pl.DataFrame:
        """Each school's own values; null where it has no students or nothing is known."""
        stands, cells = self.stands, self.stands.cells
        reach, seats = stands.reach, stands.seats
        students, (least, most) = cells.by_school(cells.students), seats.by_school(cells)
        numbers = {
            "reach": [cells.by_school(cells.students * mask) for mask in (reach.certain, reach.certain, reach.open)],
            "seats_per_100": [100 * number for number in (cells.by_school(cells.students * seats.value), least, most)],
            "placed": stands.placed.by_school() if stands.placed.terms else [np.full(len(students), np.nan)] * 3,
        }
        with np.errstate(divide="ignore", invalid="ignore"):
            frame = pl.DataFrame(
                {
                    f"{measure}{end}": _or_same(number, ends[0]) / students
                    for measure, ends in numbers.items()
                    for end, number in zip(("", "_low", "_high"), ends, strict=True)
                }
            )
        frame = frame.with_columns(pl.when(pl.all().is_finite()).then(pl.all()))
        frame = frame.with_columns(pl.col("^(reach|placed).*$").clip(upper_bound=1))
        if not stands.has_source:
            return frame.with_columns(
                pl.lit(0.0 if name.endswith("_low") else None, pl.Float64).alias(name) for name in frame.columns
            )
        ends = [name for name in frame.columns if name.endswith("_high") and not self.bounded]
        return frame.with_columns(pl.lit(None, pl.Float64).alias(name) for name in ends)


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


def _or_same(end: FloatArray | float, value: FloatArray | float) -> FloatArray:
    """An end of a range, or the value itself where only the last digits of sums of many fractions tell them apart."""
    return np.where(np.isclose(end, value, rtol=1e-9, atol=1e-12), value, end)


def _lacking(offerings: pl.DataFrame, columns: tuple[str, ...]) -> BoolArray:
    """(offerings,) whether something in any of the columns is not known."""
    return offerings.select(pl.any_horizontal(pl.col(columns).is_null())).to_series().to_numpy()


def _unknown(stands: _Stands) -> Iterator[Tally]:
    """Of how many of the offerings that count, and of how many schools, something is not known."""
    for name, lacking in stands.unknown.items():
        yield Tally(name, "offerings", int(lacking.sum()), len(lacking))
    schools = stands.city_year.schools
    yield Tally("coordinates_of_school", "schools", schools["latitude"].null_count(), len(schools))


def _left_out(year: Season) -> Iterator[Tally]:
    """How many of the year's offerings each rule sets aside, in the order of the rules."""
    frame = year.frame
    yield Tally("event", "offerings", frame.filter("one_day").height, frame.height)
    yield Tally("short", "offerings", frame.filter(~pl.col("one_day") & ~pl.col("sustained")).height, frame.height)
    yield Tally("online", "offerings", frame.filter(pl.col("sustained") & ~pl.col("in_person")).height, frame.height)
