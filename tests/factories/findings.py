"""Findings for tests of the reports: a made-up city of twelve schools in which every state of a figure occurs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
from shapely import box
from shapely.geometry import LineString, Polygon
from tests.factories.city import YEAR, city_year

from allcity.analysis.cells import students_by_cell
from allcity.analysis.city import CityYear
from allcity.analysis.figures import Figure, Figures, Interval, Unit
from allcity.analysis.findings import Findings, Tally
from allcity.analysis.need_tables import derived_table, ledger_table

AREAS = {"north": "North Bank", "bend": "The Bend", "south": "South <Hill> & Mills"}
SHAPES = {
    "north": box(-87.70, 41.90, -87.60, 41.96),
    "bend": box(-87.70, 41.84, -87.64, 41.90),
    "south": box(-87.64, 41.84, -87.60, 41.90),
}
GROUPS = {
    "low_income": ("Low-income families", "Familias de bajos ingresos"),
    "learners": ("English learners", None),
    "disability": ("Students with disabilities", "Estudiantes con discapacidad"),
}
BACKDROP = (
    ("water", Polygon([(-87.72, 41.90), (-87.58, 41.88), (-87.58, 41.875), (-87.72, 41.894)])),
    ("street", LineString([(-87.72, 41.93), (-87.58, 41.93)])),
)


def placed_nowhere(year: CityYear) -> pl.DataFrame:
    """Of no school anything is known of places."""
    return year.schools.select(**{name: pl.lit(None, pl.Float64) for name in ("placed", "placed_low", "placed_high")})


def share(
    figure_id: str, value: float | None, low: float | None = None, high: float | None = None, **more: Any
) -> Figure:
    """A share with bounds: without any it is exact, `high=None` beside a low has no upper bound."""
    exact = value is not None and low is None and high is None
    return number(figure_id, value, value if exact else low, value if exact else high, unit="share", **more)


def number(
    figure_id: str,
    value: float | None,
    low: float | None = None,
    high: float | None = None,
    unit: Unit = "count",
    **more: Any,
) -> Figure:
    by = {
        k: more.pop(k) for k in ("area", "group", "band", "contribution", "participant", "term", "rating") if k in more
    }
    base = {"known": 10, "total": 12, "source": ("profile", "feed"), "as_of": date(2026, 2, 3)}
    return Figure(figure_id, value, unit, YEAR, low=low, high=high, by=by or None, **{**base, **more})


def count(figure_id: str, value: float, **more: Any) -> Figure:
    return number(figure_id, value, value, value, **more)


def shares(
    figure_id: str, dimension: str, values: Mapping[str, float], *, width: float | None = 0.0, **more: Any
) -> list[Figure]:
    """Shares along a dimension, each with a range as wide as `width` says, or (None) without a high bound."""
    return [
        share(figure_id, value, value, None if width is None else value + width, **{dimension: key}, **more)
        for key, value in values.items()
    ]


def counts(figure_id: str, dimension: str, values: Mapping[str, float], **more: Any) -> list[Figure]:
    return [count(figure_id, value, **{dimension: key}, **more) for key, value in values.items()]


def full_figures() -> list[Figure]:
    """Figures of every kind and state: measured, estimated, modelled, range, wide, at least, bounded, unknown, withheld."""
    estimated, modelled = {"status": "estimated"}, {"status": "modelled"}
    return [
        count("schools", 12, known=12),
        count("students", 5480, known=12),
        *counts("students", "area", {"north": 2600, "bend": 1900, "south": 980}),
        *counts("students", "group", {"low_income": 3100, "learners": 900, "disability": 640}),
        *counts("students", "band", {"PK-2": 1500, "3-5": 1400, "6-8": 1380, "9-12": 1200}, **estimated),
        number("organizations", 17, 17, None, records="organizations", known=17, total=17),
        share("access.reach", 0.46, 0.46, 0.53, records="offerings", known=60, total=88, narrows=("ages", "location")),
        share("access.reach", 0.71, 0.71, 0.74, area="north"),
        share("access.reach", 0.08, 0.08, 0.31, area="bend", **estimated),
        share("access.reach", None, 0.0, 1.0, area="south"),
        share("access.reach", 0.38, 0.33, 0.46, group="low_income"),
        share("access.reach", 0.63, 0.58, 0.68, group="other_than_low_income"),
        share("access.reach", 0.33, 0.27, 0.42, group="learners"),
        share("access.reach", 0.2, group="disability").withheld(),
        *shares("access.reach", "band", {"PK-2": 0.2, "3-5": 0.5, "6-8": 0.55, "9-12": 0.6}, width=0.06, **estimated),
        *shares(
            "access.reach",
            "contribution",
            {"private_lessons": 0.1, "mentorship": 0, "small_ensembles": 0.004},
            width=None,
        ),
        share("access.reach.free", 0.21, 0.21, 0.44),
        share("access.reach.language", 0.0, 0.0, 0.3),
        share("access.reach.accommodation", 0.0),
        number("access.seats_per_100", 6.25, 4.1, 11.9, unit="seats per 100 students", **modelled),
        number("access.seats_per_100", 9.0, 9.0, 12.0, unit="seats per 100 students", area="north", **modelled),
        number("access.seats_per_100", 1.2, 1.2, None, unit="seats per 100 students", area="bend", **modelled),
        share("access.placed", 0.06, 0.04, 0.11, **modelled),
        *shares(
            "access.placed",
            "term",
            {"autumn": 0.06, "winter": 0.05, "spring": 0.04, "summer": 0.0},
            width=0.05,
            **modelled,
        ),
        share("school_music.staffed", 0.71, 0.66, 0.79, narrows=("baseline",), **estimated),
        share("school_music.minutes", 0.4, 0.2, 0.8, **estimated),
        share("school_music.enrolled", None, 0.0, 1.0),
        share("school_music.without_place", 0.1).withheld(),
        *shares("school_music.rating", "rating", {"Strong": 0.5, "Emerging <b>": 0.3}, width=0.1),
        share("informal.share", 0.62, 0.3, 0.88, known=4, **estimated),
        share("contexts.all", None, 0.05, 0.4, **modelled),
        *_needs(),
        number("census.participants", 84, 84, None, participant="musicians", records="participants"),
        number("census.participants", None, participant="families", records="participants"),
        number("census.participants", 4, participant="students", records="participants").withheld(),
        number("census.alone.schools", 3, 0, 3),
        number("census.alone.organizations", 5, 5, 5, records="organizations", total=17),
        number("census.one_partner", 2, 2, 2),
        share("census.largest_ten", 0.31, 0.0, 1.0, records="partnerships"),
        number("partnerships", 21, 21, None, records="partnerships"),
        number("deliveries.students", 740, 700, 800, records="deliveries"),
        number("deliveries.hours", 9120, 9000, None, unit="hours", records="deliveries"),
        share("equity.gap", 0.25, 0.12, 0.35, group="low_income"),
        share("equity.gap", 0.02, -0.1, 0.2, group="learners"),
        Figure("equity.ratio", 1.66, "ratio", YEAR, by={"group": "low_income"}),
        Figure("equity.gini", 0.41, "index", YEAR, interval=Interval("bootstrap", 0.33, 0.52), known=12, total=12),
        Figure("equity.theil", 0.3, "index", YEAR),
        Figure("equity.theil.between", 0.2, "index", YEAR),
        Figure("equity.theil.within", 0.1, "index", YEAR),
        Figure("equity.concentration", 0.12, "index", YEAR),
        Figure("equity.neediest_quarter", 0.14, "share", YEAR),
    ]


def _needs() -> Iterator[Figure]:
    """Needs of the city and by contribution: stated, surely met, and met at most; the rest is unmet."""
    yield from (count("needs.stated", 1420), number("needs.met", 590, 520, 660), number("needs.unmet", 830, 760, 900))
    for contribution, stated, met, most in (
        ("private_lessons", 700, 100, 150),
        ("mentorship", 300, 200, 300),
        ("small_ensembles", 420, 0, 0),
        ("instruments_and_resources", 60, 30, 45),
    ):
        by = {"contribution": contribution}
        yield count("needs.stated", stated, records="needs", **by)
        yield number("needs.met", met, met, most, **by)
        yield number("needs.unmet", stated - met, stated - most, stated - met, **by)
        yield share("needs.met_share", met / stated, met / stated, most / stated, **by)
    yield from (count("needs.stated", 900, area="north"), count("needs.met", 9, area="north").withheld())
    yield number("needs.owed.staff", 4.5, 4.5, 7.0, unit="full-time equivalents")
    yield share("needs.owed.minutes", 0.25, 0.25, 0.4)


def schools_frame() -> pl.DataFrame:
    """Twelve schools: two without a place, one without an area, one with nothing known, one without students."""
    rows = []
    for i in range(12):
        area = list(AREAS)[i % 3] if i != 5 else None
        reach = (None, None, None) if i == 7 else (i / 12, i / 12, min(i / 12 + 0.2, 1.0))
        rows.append(
            {
                "school_id": f"s{i}", "name": f"School {i} <script>alert({i})</script>" if i == 4 else f"School {i}",
                "area_id": area, "latitude": 41.85 + 0.009 * i if i not in (2, 9) else None, "longitude": -87.69 + 0.007 * i,
                "students": 0 if i == 11 else 150 + 60 * i,
                "reach": reach[0], "reach_low": reach[1], "reach_high": reach[2],
                "seats_per_100": 5.0 if i else None, "seats_per_100_low": 4.0, "seats_per_100_high": None,
                "placed": 0.1, "placed_low": 0.1, "placed_high": 0.1, "alone": None if i == 1 else i in (3, 8, 10),
            }
        )  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"reach": pl.Float64, "reach_low": pl.Float64, "reach_high": pl.Float64})


def findings(
    figures: Sequence[Figure] | None = None,
    *,
    schools: pl.DataFrame | None = None,
    left_out: Sequence[Tally] | None = None,
    unknown: Sequence[Tally] | None = None,
    **rows: Any,
) -> Findings:
    """Findings of the made-up city; whatever is given replaces that part of it."""
    sources = [
        {
            "source_id": "profile", "name": "School profile", "publisher": "City", "licence": "Reuse allowed",
            "attribution": "© City of Testville", "url": "https://example.org/profile", "coverage": "complete",
        },
        {
            "source_id": "feed", "name": "Program feed <b>", "url": "javascript:alert(1)", "coverage": "partial",
            "licence": "ODbL 1.0", "note": "Addresses by geocoding.",
        },
    ]  # fmt: skip
    year = city_year(
        **{
            "settings": 'languages = ["en", "es"]\n',
            "shapes": SHAPES,
            "areas": [{"area_id": key, "name": name} for key, name in AREAS.items()],
            "groups": [
                {"group_id": key, "name": en, "name_es": es, "compared": True} for key, (en, es) in GROUPS.items()
            ],
            "sources": sources,
            "locations": [{"location_id": "hall", "latitude": 41.92, "longitude": -87.65}],
            "offerings": [{"offering_id": "choir", "location_id": "hall"}],
            **rows,
        }
    )
    cells = students_by_cell(year)
    return Findings(
        city_year=year,
        cells=cells,
        figures=Figures(full_figures() if figures is None else figures),
        schools=schools_frame() if schools is None else schools,
        in_reach=pl.DataFrame(
            schema={"school_id": pl.String, "offering_id": pl.String, "minutes": pl.Float64, "certain": pl.Boolean}
        ),
        ledger=ledger_table(year, Figures([])),
        derived=derived_table(year, cells, placed_nowhere(year)),
        left_out=tuple(
            left_out
            if left_out is not None
            else (
                Tally("no_students", "schools", 1, 12),
                Tally("event", "offerings", 31, 140),
                Tally("online", "offerings", 0, 140),
            )
        ),
        unknown=tuple(
            unknown
            if unknown is not None
            else (
                Tally("location", "offerings", 9, 88),
                Tally("ages", "offerings", 14, 88),
                Tally("fee", "offerings", 80, 88),
                Tally("baseline", "schools", 1, 12),
                Tally("seats", "offerings", 0, 88),
            )
        ),
    )


def findings_of_nothing() -> Findings:
    """A city-year of which no source says more than its schools."""
    shares = ("access.reach", "access.placed", "school_music.enrolled", "informal.share", "contexts.all")
    blank = schools_frame().with_columns(
        pl.lit(None, pl.Float64).alias(name) for name in ("reach", "seats_per_100", "placed", "reach_low", "reach_high")
    )
    return findings(
        [count("schools", 12), *(share(name, None, 0.0, None) for name in shares)],
        schools=blank.with_columns(alone=pl.lit(None, pl.Boolean)),
        left_out=(),
        unknown=(Tally("no_program_source", "sources", 1, 1), Tally("no_partnership_source", "sources", 1, 1)),
    )


def findings_at_least() -> Findings:
    """The made-up city from sources that name only part of what there is: no figure of access has a high bound."""
    figures = [
        replace(f, high=None, high_if_complete=f.high, narrows=("coverage", *f.narrows))
        if f.id.startswith("access.") and not f.suppressed
        else replace(f, low=None, high=None)
        if f.id == "equity.gap"
        else f
        for f in full_figures()
    ]
    return findings(figures)


def findings_all_met() -> Findings:
    """A city-year in which everything is known and nothing is wanting."""
    figures = [
        count("schools", 12),
        count("students", 5480),
        *(count("students", 1000, area=area) for area in AREAS),
        *(share(name, 1.0) for name in ("access.reach", "access.placed", "informal.share", "contexts.all")),
        *(share("access.reach", 1.0, area=area) for area in AREAS),
        *(share("access.reach", 1.0, group=group) for group in GROUPS),
        count("needs.stated", 100), count("needs.met", 100), count("needs.unmet", 0),
        number("needs.owed.staff", 0.0, 0.0, 0.0, unit="full-time equivalents"), share("needs.owed.minutes", 0.0),
        count("organizations", 1), count("census.alone.schools", 0), count("census.one_partner", 0), count("partnerships", 12),
        share("equity.gap", 0.0, group="low_income"),
        Figure("equity.gini", 0.0, "index", YEAR),
    ]  # fmt: skip
    return findings(figures, schools=schools_frame().with_columns(alone=pl.lit(False)), left_out=(), unknown=())
