"""Matching one pair after the other, in plain Python: slow, and written without a look at the fast version's way."""

from math import asin, cos, isnan, nan, radians, sin, sqrt
from typing import Any

import polars as pl

from allcity.analysis.city import GRADES, CityYear

RADIUS_KM = 6371.0088
EVERY_GRADE = range(-1, 13)
Row = dict[str, Any]
Ends = tuple[float, float, float]


class Tables:
    """The rows of a city-year by what they are looked up by."""

    def __init__(self, city_year: CityYear) -> None:
        self.framework = city_year.framework
        self.units = {id_: entry.unit for id_, entry in city_year.framework.contributions.items()}
        self.schools = {row["school_id"]: row for row in city_year.schools.iter_rows(named=True)}
        self.places = {row["location_id"]: row for row in city_year.locations.iter_rows(named=True)}
        self.baselines = {row["school_id"]: row for row in city_year.baselines.iter_rows(named=True)}
        self.dimensions = {row["group_id"]: row["dimension"] for row in city_year.groups.iter_rows(named=True)}
        self.programs = city_year.programs.rows(named=True)
        self.offerings: dict[str, list[Row]] = {}
        for row in city_year.offerings.iter_rows(named=True):
            self.offerings.setdefault(row["program_id"], []).append(row)
        self.nothing = dict.fromkeys(city_year.offerings.columns) | {"mode": "in_person"}
        self.students: dict[str, dict[str, float]] = {}
        for row in city_year.students.iter_rows(named=True):
            if row["group_id"] == "all":
                self.students.setdefault(row["school_id"], {})[row["grade"]] = row["students"]
        self.in_hand = {
            (need, organization)
            for row in city_year.partnerships.iter_rows(named=True)
            for need in row["need_ids"] or []
            for organization in row["organization_ids"]
        }


def naive_matches(city_year: CityYear, ledger: pl.DataFrame, additional: pl.DataFrame) -> list[Row]:
    """Rows of want, organization_id, program_id, offering_id, score with its parts, sorted by rank for the need."""
    rows = []
    tables = Tables(city_year)
    for want in wanted(city_year, ledger, additional):
        mine = []
        for program in tables.programs:
            best = None
            for offering in tables.offerings.get(program["program_id"], [tables.nothing]):
                parts = parts_of(tables, want, program, offering)
                if parts is None:
                    continue
                score = sum(value for _low, value, _high in parts.values()) / len(parts)
                id_ = offering["offering_id"] or ""
                if best is None or (-round(score, 9), id_) < best[0]:
                    best = ((-round(score, 9), id_), parts, score)
            if best is not None:
                mine.append(
                    {
                        "want": (want["need_id"], want["school_id"], want["contribution"]),
                        "priority": want["priority"],
                        "organization_id": program["organization_id"],
                        "program_id": program["program_id"],
                        "offering_id": best[0][1] or None,
                        "parts": best[1],
                        "score": best[2],
                    }
                )
        rows += sorted(mine, key=lambda row: (-round(row["score"], 9), row["organization_id"], row["program_id"]))
    return rows


def wanted(city_year: CityYear, ledger: pl.DataFrame, additional: pl.DataFrame) -> list[Row]:
    found = []
    of_ledger = {row["need_id"]: row for row in ledger.iter_rows(named=True)}
    for need in city_year.needs.iter_rows(named=True):
        line = of_ledger[need["need_id"]]
        if need["state"] == "closed" or (line["asked"] is not None and line["met"] >= line["asked"]):
            continue
        if line["asked"] is None:
            left, unmet = (nan, nan, nan), (0.0, 0.5, 1.0)
        else:
            left = tuple(line["asked"] - line[name] for name in ("met_high", "met", "met_low"))
            unmet = tuple(each / line["asked"] for each in left)
        found.append({**need, "left": left, "unmet": unmet})
    for row in additional.iter_rows(named=True):
        if row["amount"] is not None and row["amount"] <= 0:
            continue
        low, amount, high = (nan if row[name] is None else row[name] for name in ("low", "amount", "high"))
        unmet = (0.0 if isnan(low) else low / high, 0.5 if isnan(amount) else amount / high, 1.0)
        empty = dict.fromkeys(city_year.needs.columns)
        found.append({**empty, **row, "left": (low, amount, high), "unmet": unmet})
    last = 1_000_000
    return sorted(
        found,
        key=lambda want: (
            want["priority"] or last, want["need_id"] is None, want["need_id"] or "", want["school_id"] or "",
            want["contribution"] is None, want["contribution"] or "",
        ),
    )  # fmt: skip


def parts_of(tables: Tables, want: Row, program: Row, offering: Row) -> dict[str, Ends] | None:
    """The parts of the score, or None where the pair is ruled out."""
    gives = program["contributions"] or []
    if want["contribution"] is None:
        if gives and not any(tables.units.get(each) == "students" for each in gives):
            return None
    elif want["contribution"] not in gives:
        return None
    if (want["need_id"], program["organization_id"]) in tables.in_hand:
        return None
    parts = {
        "unmet": want["unmet"],
        "fit": fit(tables, want, offering),
        "reach": reach(tables, want, offering),
        "seats": seats(want, offering),
        "language": share(want["languages"], offering["languages"], of_want=True),
        "time": share(want["days"], offering["days"], of_want=False),
        "scarcity": scarcity(tables, want["school_id"]),
    }
    if None in parts.values() or (want["unit"] in ("students", "hours") and parts["fit"][2] == 0):
        return None
    return parts  # type: ignore[return-value] # without None


def fit(tables: Tables, want: Row, offering: Row) -> Ends | None:
    low = high = 1.0
    if want["unit"] in ("students", "hours"):
        if want["school_id"]:
            here = tables.schools[want["school_id"]]["grades"]
        else:
            of_district = [row for row in tables.schools.values() if row["district_id"] == want["district_id"]]
            here = [grade for row in of_district for grade in row["grades"]]
        numbers = {GRADES.index(grade) - 1 for grade in here} or set(EVERY_GRADE)
        if want["grade_band"]:
            band = tables.framework.grade_bands[want["grade_band"]]
            of_band = {grade for grade in EVERY_GRADE if band.first <= grade <= band.last}
            numbers = numbers & of_band or of_band
        youngest, oldest = offering["minimum_age"], offering["maximum_age"]
        may = [
            grade
            for grade in numbers
            if (youngest is None or youngest <= grade + 6) and (oldest is None or oldest >= grade + 5)
        ]
        high = len(may) / len(numbers)
        low = high if youngest is not None and oldest is not None else 0.0
    if tables.dimensions.get(want["group_id"]) == "disability" and not offering["accommodations"]:
        low = 0.0
    return low, (low + high) / 2, high


def reach(tables: Tables, want: Row, offering: Row) -> Ends | None:
    if want["unit"] == "items" or offering["mode"] == "online":
        return 1.0, 1.0, 1.0
    here, there = tables.schools.get(want["school_id"], {}), tables.places.get(offering["location_id"], {})
    ends = [(row.get("latitude"), row.get("longitude")) for row in (here, there)]
    if any(None in end for end in ends):
        return 0.0, 0.5, 1.0
    (south, west), (north, east) = (tuple(map(radians, end)) for end in ends)
    square = sin((north - south) / 2) ** 2 + cos(north) * cos(south) * sin((east - west) / 2) ** 2
    targets = tables.framework.targets
    km = 2 * RADIUS_KM * asin(sqrt(square)) * targets.walking_detour.value
    part = 1 - km / targets.walking_speed_kmh.value * 60 / targets.reach_minutes.value
    return None if part < 0 else (part, part, part)


def seats(want: Row, offering: Row) -> Ends | None:
    if want["unit"] not in ("students", "teachers"):
        return 1.0, 1.0, 1.0
    free = 0 if offering["partnership_id"] else offering["seats"]
    if free == 0:
        return None
    if free is None:
        return 0.0, 0.5, 1.0
    low, amount, high = want["left"]
    least, most = (nan if isnan(end) else min(1, free / end) if end > 0 else 1.0 for end in (high, low))
    least, most = 0.0 if isnan(least) else least, 1.0 if isnan(most) else most
    return least, (least + most) / 2 if isnan(amount) else min(1, free / amount), most


def share(asked: list[str] | None, named: list[str] | None, *, of_want: bool) -> Ends:
    if not asked:
        return 1.0, 1.0, 1.0
    if not named:
        return 0.0, 0.5, 1.0
    part = len(set(asked) & set(named)) / len(set(asked if of_want else named))
    return part, part, part


def scarcity(tables: Tables, school_id: str) -> Ends:
    students, baseline = tables.students.get(school_id, {}), tables.baselines.get(school_id, {})
    everyone = sum(students.values())
    if everyone > 0 and baseline.get("students_enrolled") is not None:
        part = 1 - min(1, baseline["students_enrolled"] / everyone)
        return part, part, part
    if "all" in students:
        grades = set(tables.schools[school_id]["grades"])
        students = {grade: students["all"] / len(grades) for grade in grades}
    least = most = concerned = 0.0
    for band_id, target in tables.framework.targets.minutes_per_week.value.items():
        band = tables.framework.grade_bands[band_id]
        minutes = baseline.get(f"minutes_{band_id.lower().replace('-', '_')}")
        for grade, number in students.items():
            if band.first <= GRADES.index(grade) - 1 <= band.last:
                concerned += number
                least += number * (0 if minutes is None else min(1, minutes / target))
                most += number * (1 if minutes is None else min(1, minutes / target))
    low, high = (1 - most / concerned, 1 - least / concerned) if concerned > 0 else (0.0, 1.0)
    return low, (low + high) / 2, high
