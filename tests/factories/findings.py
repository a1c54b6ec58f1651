"""Findings for tests of the reports: a made-up city of twelve schools in which every state of a figure occurs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
from shapely import box
from shapely.geometry import LineString, Polygon

from allcity.analysis.figures import Figure, Figures, Interval, Unit
from allcity.analysis.findings import Findings, Tally
from tests.factories.city import YEAR, city_year

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
BANDS = ("PK-2", "3-5", "6-8", "9-12")
CONTRIBUTIONS = ("private_lessons", "mentorship", "small_ensembles", "instruments_and_resources")


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


def full_figures() -> list[Figure]:
    """Figures of every kind and state: measured, estimated, modelled, range, wide, at least, bounded, unknown, withheld."""
    reach = share(
        "access.reach", 0.46, 0.46, 0.53, records="offerings", known=60, total=88, narrows=("ages", "location")
    )
    by_area = {
        "north": share("access.reach", 0.71, 0.71, 0.74, area="north"),
        "bend": share("access.reach", 0.08, 0.08, 0.31, area="bend", status="estimated"),
        "south": share("access.reach", None, 0.0, 1.0, area="south"),
    }
    by_group = [
        share("access.reach", 0.38, 0.33, 0.46, group="low_income"),
        share("access.reach", 0.63, 0.58, 0.68, group="other_than_low_income"),
        share("access.reach", 0.33, 0.27, 0.42, group="learners"),
        share("access.reach", 0.2, group="disability").withheld(),
    ]
    return [
        count("schools", 12, known=12),
        count("students", 5480, known=12),
        *(count("students", n, area=area) for area, n in zip(AREAS, (2600, 1900, 980), strict=True)),
        *(count("students", n, group=group) for group, n in zip(GROUPS, (3100, 900, 640), strict=True)),
        *(count("students", n, band=band, status="estimated") for band, n in zip(BANDS, (1500, 1400, 1380, 1200), strict=True)),
        number("organizations", 17, 17, None, records="organizations", known=17, total=17),
        reach,
        *by_area.values(),
        *by_group,
        *(share("access.reach", v, v, v + 0.06, band=band, status="estimated") for band, v in zip(BANDS, (0.2, 0.5, 0.55, 0.6), strict=True)),
        *(share("access.reach", v, v, None, contribution=c) for c, v in zip(CONTRIBUTIONS, (0.1, 0, 0.3, 0.004), strict=True)),
        share("access.reach.free", 0.21, 0.21, 0.44),
        share("access.reach.language", 0.0, 0.0, 0.3),
        share("access.reach.accommodation", 0.0),
        number("access.seats_per_100", 6.25, 4.1, 11.9, unit="seats per 100 students", status="modelled"),
        *(
            number("access.seats_per_100", v, v, v + 3, unit="seats per 100 students", area=area, status="modelled")
            for area, v in zip(AREAS, (9.0, 1.2, 4.0), strict=True)
        ),
        share("access.placed", 0.06, 0.04, 0.11, status="modelled"),
        *(share("access.placed", v, v, v + 0.05, term=t, status="modelled") for t, v in (("autumn", 0.06), ("winter", 0.05), ("spring", 0.04), ("summer", 0.0))),
        share("school_music.staffed", 0.71, 0.66, 0.79, status="estimated", narrows=("baseline",)),
        share("school_music.minutes", 0.4, 0.2, 0.8, status="estimated"),
        share("school_music.enrolled", None, 0.0, 1.0),
        share("school_music.without_place", 0.1).withheld(),
        *(share("school_music.rating", v, v, v + 0.1, rating=r) for r, v in (("Strong", 0.5), ("Emerging <b>", 0.3))),
        share("informal.share", 0.62, 0.3, 0.88, status="estimated", known=4),
        share("contexts.all", None, 0.05, 0.4, status="modelled"),
        count("needs.stated", 1420),
        number("needs.met", 590, 520, 660),
        number("needs.unmet", 830, 760, 900),
        *(count("needs.stated", n, contribution=c, records="needs") for c, n in zip(CONTRIBUTIONS, (700, 300, 420, 60), strict=True)),
        *(number("needs.met", n, n, n * 1.5, contribution=c) for c, n in zip(CONTRIBUTIONS, (100, 200, 0, 30), strict=True)),
        *(number("needs.unmet", n, n - met / 2, n, contribution=c) for c, n, met in zip(CONTRIBUTIONS, (600, 100, 420, 30), (100, 200, 0, 30), strict=True)),
        *(share("needs.met_share", n, n, n * 1.5, contribution=c) for c, n in zip(CONTRIBUTIONS, (0.14, 0.66, 0, 0.5), strict=True)),
        count("needs.stated", 900, area="north"),
        count("needs.met", 9, area="north").withheld(),
        number("needs.owed.staff", 4.5, 4.5, 7.0, unit="full-time equivalents"),
        share("needs.owed.minutes", 0.25, 0.25, 0.4),
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
        Figure("equity.gini", 0.41, "index", YEAR, interval=Interval("bootstrap", 0.33, 0.52), known=12, total=12, status="modelled"),
        Figure("equity.theil", 0.3, "index", YEAR),
        Figure("equity.theil.between", 0.2, "index", YEAR),
        Figure("equity.theil.within", 0.1, "index", YEAR),
        Figure("equity.concentration", 0.12, "index", YEAR),
        Figure("equity.neediest_quarter", 0.14, "share", YEAR),
    ]  # fmt: skip


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
        {"source_id": "profile", "name": "School profile", "publisher": "City", "licence": "Reuse allowed", "attribution": "© City of Testville",
         "url": "https://example.org/profile", "coverage": "complete"},
        {"source_id": "feed", "name": "Program feed <b>", "url": "javascript:alert(1)", "coverage": "partial", "licence": "ODbL 1.0", "note": "Addresses by geocoding."},
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
    return Findings(
        city_year=year,
        figures=Figures(full_figures() if figures is None else figures),
        schools=schools_frame() if schools is None else schools,
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
        *(share(name, 1.0) for name in ("access.reach", "access.placed", "informal.share", "contexts.all", "school_music.staffed")),
        *(share("access.reach", 1.0, area=area) for area in AREAS),
        *(share("access.reach", 1.0, group=group) for group in GROUPS),
        count("needs.stated", 100), count("needs.met", 100), count("needs.unmet", 0),
        number("needs.owed.staff", 0.0, 0.0, 0.0, unit="full-time equivalents"), share("needs.owed.minutes", 0.0),
        count("organizations", 1), count("census.alone.schools", 0), count("census.one_partner", 0), count("partnerships", 12),
        share("equity.gap", 0.0, group="low_income"),
        Figure("equity.gini", 0.0, "index", YEAR),
    ]  # fmt: skip
    return findings(figures, schools=schools_frame().with_columns(alone=pl.lit(False)), left_out=(), unknown=())
