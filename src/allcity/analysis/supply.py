"""How much there is: schools and students, organizations, programs, offerings and seats."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from allcity.analysis.cells import Cells, slices
from allcity.analysis.city import CityYear
from allcity.analysis.figures import Figure, at_least, not_known
from allcity.analysis.findings import Tally
from allcity.analysis.provenance import provenance
from allcity.analysis.season import Season


def measure_enrolment(city_year: CityYear, cells: Cells) -> tuple[list[Figure], list[Tally]]:
    """Schools, and students by area, grade band and group: published enrolments, which are never withheld."""
    origin = provenance(city_year, "schools")
    count = len(city_year.schools)
    schools = Figure(
        "schools", None, "count", city_year.year, source=origin.source, as_of=origin.as_of, known=count, total=count
    )
    figures = [at_least(schools, count, bounded=origin.bounded)]
    enrolment, named = provenance(city_year, "students"), provenance(city_year, "schools", "students").bounded
    empty = cells.known & (cells.by_school(cells.students) == 0)
    area = city_year.schools["area_id"].fill_null("").to_numpy()
    for part in slices(city_year, cells):
        by = part.by or {}
        told = cells.known & ((cells.by_school(np.isnan(part.weights).astype(float)) == 0) | empty)
        here = area == by["area"] if "area" in by else np.ones(count, dtype=bool)
        figure = replace(
            schools, id="students", by=part.by, source=enrolment.source, as_of=enrolment.as_of,
            known=int((told & here).sum()), total=int(here.sum()),
            status="estimated" if "band" in by and cells.spread.any() else "measured",
        )  # fmt: skip
        number = round(float(np.nansum(part.weights)), 6)
        figure = at_least(figure, number, bounded=named and bool(told[here].all()))
        figures.append(figure if cells.known.any() else not_known(figure, "coverage"))
    tallies = [Tally("no_students", "schools", int(empty.sum()), count)]
    return figures, [*tallies, Tally("grade_counts", "schools", int((cells.spread | ~cells.known).sum()), count)]


def measure_supply(city_year: CityYear, year: Season) -> list[Figure]:
    """Organizations, programs and offerings of the season, and the seats of those that can be access.

    A program is counted where one of its offerings is of the kind: sustained, a one-day event, online.
    """
    origin = provenance(city_year, "offerings")
    nothing = origin.coverage == "none" and year.frame.is_empty()
    base = Figure("", None, "count", city_year.year, records="offerings", source=origin.source, as_of=origin.as_of)

    def counts() -> Iterator[Figure]:
        kinds = {
            "": year.frame,
            ".sustained": year.frame.filter("sustained"),
            ".events": year.frame.filter("one_day"),
            ".online": year.frame.filter(~pl.col("in_person")),
        }
        for kind, frame in kinds.items():
            for figure_id, number in (
                (f"programs{kind}", frame["program_id"].n_unique()),
                (f"offerings{kind}", len(frame)),
            ):
                figure = replace(base, id=figure_id, known=len(year.frame), total=len(year.frame))
                yield at_least(figure, number, bounded=origin.bounded)
        seats = year.access["seats"]
        told = len(seats) - seats.null_count()
        figure = replace(base, id="seats", known=told, total=len(seats))
        figure = at_least(figure, float(seats.sum()), bounded=origin.bounded)
        cap = city_year.framework.targets.seats_cap_unknown.value
        most = None if cap is None and told < len(seats) else float(seats.sum()) + (cap or 0) * (len(seats) - told)
        yield replace(
            figure, value=figure.value if told or seats.is_empty() else None, high=most if origin.bounded else None,
            high_if_complete=most, narrows=(*figure.narrows, *(() if told == len(seats) else ("seats",))),
        )  # fmt: skip

    figures = [not_known(figure, "no_program_source") if nothing else figure for figure in counts()]
    origin = provenance(city_year, "organizations")
    organizations = replace(base, id="organizations", records="organizations", source=origin.source, as_of=origin.as_of)
    number = len(city_year.organizations)
    if not number and origin.coverage == "none":
        return [not_known(organizations, "coverage"), *figures]
    return [at_least(replace(organizations, known=number, total=number), number, bounded=origin.bounded), *figures]
