"""Matching the needs of a large city with its programs: 700 schools, 600 organizations, 3,000 programs, 5,000 needs.

The city is made up: schools and places spread over a square of Chicago's area, everything about a fifth unknown. The peer is
the same measure taken one pair after the other in plain Python, on a part of the needs, its time multiplied.
"""

from datetime import date
from statistics import median
from time import perf_counter

import numpy as np
import polars as pl
from tests.factories.city import city_year, enrolment, place, school
from tests.factories.naive_matching import naive_matches

from allcity.analysis.cells import students_by_cell
from allcity.analysis.city import GRADES, CityYear
from allcity.analysis.matching import match_needs
from allcity.analysis.needs import ledger

SCHOOLS, ORGANIZATIONS, PROGRAMS, OFFERINGS, NEEDS = 700, 600, 3_000, 4_500, 5_000
OF_NEED, OF_ORGANIZATION = 20, 50
PART = 5
SIDE_KM = 24.5
RUNS = 3


def run() -> list[dict]:
    """One row: what, ours_seconds, peer, peer_seconds, note."""
    city = large_city(np.random.default_rng(2026))
    lines = ledger(city)
    seconds, found = [], None
    for _ in range(RUNS):
        started = perf_counter()
        found = match_needs(
            city, students_by_cell(city), ledger(city), _additional(city, SCHOOLS),
            most_for_need=OF_NEED, most_for_organization=OF_ORGANIZATION,
        )  # fmt: skip
        seconds.append(perf_counter() - started)
    part = lines.head(PART)
    few = pl.DataFrame(part["need_id"])
    small = _with_needs(city, city.needs.join(few, on="need_id"))
    started = perf_counter()
    slow = naive_matches(small, part, _additional(city, 0))
    peer = (perf_counter() - started) / PART * (NEEDS + SCHOOLS)
    fast = match_needs(small, students_by_cell(small), part, _additional(city, 0)).pairs
    if [row["program_id"] for row in slow] != fast["program_id"].to_list():
        raise RuntimeError("the two do not rank alike")
    return [
        {
            "what": f"match {NEEDS:,} needs with {PROGRAMS:,} programs",
            "ours_seconds": median(seconds),
            "peer": "one pair after the other, in Python",
            "peer_seconds": peer,
            "note": f"and {SCHOOLS} additional needs; {len(found.pairs):,} pairs kept with their reasons; "
            f"peer on {PART} needs, multiplied; ranked alike",
        }
    ]


def _with_needs(city: CityYear, needs: pl.DataFrame) -> CityYear:
    return CityYear(**{**vars(city), "needs": needs})


def _additional(city: CityYear, count: int) -> pl.DataFrame:
    """Students without a place at the first schools: a hundred or so each."""
    amount = np.linspace(20, 200, count)
    return pl.DataFrame(
        {
            "school_id": city.schools["school_id"][:count],
            "contribution": pl.Series([None] * count, dtype=pl.String),
            "unit": pl.Series(["students"] * count, dtype=pl.String),
            "amount": amount,
            "low": amount * 0.8,
            "high": amount * 1.5,
        }
    )


def large_city(random: np.random.Generator) -> CityYear:
    """A city of the size above."""

    def chosen(values: list, count: int, unknown: float = 0.2) -> list:
        picked = random.integers(0, len(values), count)
        return [
            None if hidden else values[at] for hidden, at in zip(random.random(count) < unknown, picked, strict=True)
        ]

    def spots(count: int, unknown: float) -> list[dict]:
        places = random.uniform(0, SIDE_KM, (count, 2))
        return [place(None if random.random() < unknown else km, east) for km, east in places]

    schools = [
        {**school(f"s{n:04}", int(random.integers(100, 1500)), grades=grades), **spot}
        for n, (spot, grades) in enumerate(
            zip(spots(SCHOOLS, 0.02), chosen([GRADES[1:10], GRADES[10:], GRADES[7:10]], SCHOOLS, 0), strict=True)
        )
    ]
    kinds = list(CONTRIBUTIONS)
    programs = [
        {
            "program_id": f"p{n:05}",
            "organization_id": f"o{random.integers(0, ORGANIZATIONS):04}",
            "contributions": sorted(random.choice(kinds, random.integers(1, 4), replace=False).tolist()),
        }
        for n in range(PROGRAMS)
    ]
    offerings = [
        {
            "offering_id": f"f{n:05}",
            "program_id": f"p{n if n < PROGRAMS else random.integers(0, PROGRAMS):05}",
            "location_id": f"l{n:05}",
            "minimum_age": low,
            "maximum_age": None if low is None else low + 8,
            "seats": seats,
            "days": days,
            "languages": languages,
            "start_date": date(2025, 9, 1),
            "end_date": date(2026, 5, 31),
        }
        for n, (low, seats, days, languages) in enumerate(
            zip(
                chosen([5, 8, 11, 14], OFFERINGS),
                chosen(list(range(60)), OFFERINGS),
                chosen([["mo"], ["tu", "th"], ["sa"]], OFFERINGS),
                chosen([["en"], ["en", "es"]], OFFERINGS),
                strict=True,
            )
        )
    ]
    needs = [
        {
            "need_id": f"n{n:05}",
            "school_id": f"s{random.integers(0, SCHOOLS):04}",
            "contribution": kind,
            "unit": CONTRIBUTIONS[kind],
            "amount": amount,
            "days": days,
            "languages": languages,
            "priority": priority,
        }
        for n, (kind, amount, days, languages, priority) in enumerate(
            zip(
                chosen(kinds, NEEDS, 0),
                chosen([5, 20, 40], NEEDS),
                chosen([["mo", "tu"], ["th"]], NEEDS, 0.7),
                chosen([["es"], ["pl"]], NEEDS, 0.8),
                chosen([1, 2, 3], NEEDS),
                strict=True,
            )
        )
    ]
    deliveries = [
        {"delivery_id": f"d{n:05}", "need_id": f"n{n * 3:05}", "students": int(random.integers(1, 40))}
        for n in range(NEEDS // 3)
    ]
    baselines = [
        {"school_id": row["school_id"], "music_staff": float(random.integers(0, 3)), "minutes_3_5": 45.0}
        for row in schools
        if random.random() < 0.8
    ]
    return city_year(
        schools=schools, students=enrolment(schools), programs=programs, offerings=offerings, needs=needs,
        locations=[{"location_id": f"l{n:05}", **spot} for n, spot in enumerate(spots(OFFERINGS, 0.2))],
        deliveries=deliveries, baselines=baselines,
    )  # fmt: skip


CONTRIBUTIONS = {
    "private_lessons": "students",
    "mentorship": "students",
    "performance_expertise": "hours",
    "instruments_and_resources": "items",
    "small_ensembles": "students",
    "new_instruments_and_styles": "students",
    "special_needs_instruction": "students",
    "challenging_ensembles": "students",
    "teacher_development": "teachers",
    "after_hours_care": "students",
    "support_services": "students",
}
