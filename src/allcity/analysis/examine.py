"""Examine a city-year: every measure once, from one set of cells."""

import polars as pl

from allcity.analysis.access_figures import measure_access
from allcity.analysis.baseline import measure_contexts, measure_school_music
from allcity.analysis.cells import students_by_cell
from allcity.analysis.census import measure_census
from allcity.analysis.city import CityYear
from allcity.analysis.fairness import measure_fairness
from allcity.analysis.figures import Figures
from allcity.analysis.findings import Findings
from allcity.analysis.need_tables import derived_table, ledger_table, records_of
from allcity.analysis.needs import measure_needs
from allcity.analysis.season import season
from allcity.analysis.supply import measure_enrolment, measure_supply
from allcity.analysis.withholding import Told, Versions


def examine(city_year: CityYear, *, told: Told | None = None, records: Told | None = None) -> Findings:
    """Answer the questions of the Declaration for a city-year, ready to publish.

    `told` is what the last examination of this year `tells`, if one was published: what it withheld cannot be worked out
    from both. `records` is what the edition of the city's records tells that is public beside it; without it, one of this
    year's records alone is made. Raises ValueError where the city-year has no schools: there is nothing to examine.
    """
    if city_year.schools.is_empty():
        raise ValueError("the city-year has no schools")
    cells, versions = students_by_cell(city_year), Versions(told or {})
    records = records_of(city_year) if records is None else records
    year = season(city_year)
    enrolment, empty = measure_enrolment(city_year, cells)
    access = measure_access(city_year, cells, year)
    school_music, unanswered = measure_school_music(city_year, cells, versions, records)
    needs, unsaid = measure_needs(city_year, cells, versions, records)
    census, alone, unpartnered = measure_census(city_year, versions)
    reached = Figures(access.figures)
    placed = reached.get("access.placed")
    figures = Figures(
        [
            *enrolment,
            *measure_supply(city_year, year),
            *access.figures,
            *school_music,
            *measure_contexts(
                city_year, cells, access.schools, most_placed=placed.high if placed else None, versions=versions
            ),
            *needs,
            *census,
            *measure_fairness(city_year, cells, reached, access.schools),
        ]
    )
    schools = city_year.schools.select("school_id", "name", "area_id", "latitude", "longitude").with_columns(
        pl.when(pl.Series(cells.known)).then(
            pl.Series("students", cells.by_school(cells.students)).round().cast(pl.Int64)
        ),
        *access.schools,
        alone,
    )
    no_students, *grade_counts = empty
    return Findings(
        city_year=city_year,
        cells=cells,
        figures=figures,
        schools=schools,
        in_reach=access.in_reach,
        ledger=ledger_table(city_year, figures, records, versions),
        derived=derived_table(city_year, cells, access.schools, records),
        left_out=(no_students, *access.left_out),
        unknown=(*grade_counts, *access.unknown, *unanswered, *unsaid, *unpartnered),
        tells=versions.tells,
    )
